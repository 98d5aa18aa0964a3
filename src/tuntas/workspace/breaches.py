"""The register of failures of data protection: list with countdown, entry, letters (UU 27/2022 art. 46).

For the data protection officer (custodian) and the national administrator; for everybody else there is no such page.
"""

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from tuntas.access import security_log
from tuntas.kernel.refusals import Refusal
from tuntas.privacy import breaching
from tuntas.privacy.models import Breach
from tuntas.privacy.register import GROUPS
from tuntas.workspace.forms.base import long_text
from tuntas.workspace.officers import OfficerRequest, officer_view
from tuntas.workspace.stepping_up import step_up_to_send

LETTERS = {breaching.AUTHORITY: _("To the authority"), breaching.SUBJECTS: _("To those concerned")}


class BreachForm(forms.Form):
    """What is known now. No names: whoever reads the register must not learn who was hit."""

    what = long_text(_("What happened"), rows=3, help_text=_("No names of people."))
    found_at = forms.DateTimeField(
        label=_("Found on"), help_text=_("Day and time, such as 2026-11-21 14:30. The hours of the law run from here."),
        widget=forms.DateTimeInput({"autocomplete": "off"}),
    )  # fmt: skip
    happened_at = forms.DateTimeField(
        label=_("Happened on"), help_text=_("As far as it is known."), required=False,
        widget=forms.DateTimeInput({"autocomplete": "off"}),
    )  # fmt: skip
    groups = forms.MultipleChoiceField(
        label=_("Which data"), choices=[(code, group.name) for code, group in GROUPS.items()], required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    people = forms.IntegerField(label=_("How many people"), required=False, min_value=0)
    how = long_text(_("How it could happen"), rows=3, required=False)
    remedy = long_text(_("What is done about it"), rows=3, required=False)


class AmendForm(BreachForm):
    found_at = None  # type: ignore[assignment]
    happened_at = None  # type: ignore[assignment]


@require_http_methods(["GET", "POST"])
@officer_view
@step_up_to_send
def breaches(request: OfficerRequest) -> HttpResponseBase:
    """GET /workspace/breaches/: open ones first, with the time that is left. POST writes a new one down."""
    _only_theirs(request)
    form = BreachForm(request.POST if request.method == "POST" else None, initial={"found_at": timezone.localtime()})
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            breach = breaching.write_down(**form.cleaned_data, by=request.desk.actor)
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("Written down. The hours of the law are running."))
            return redirect("workspace:breach", breach.uuid)
    rows = list(Breach.objects.order_by("-closed_at", "due_at", "pk"))
    context = {
        "open": [_line(row) for row in rows if row.closed_at is None],
        "closed": [row for row in rows if row.closed_at is not None],
        "form": form,
        "refusal": refusal,
    }
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "workspace/breaches.html", context, status=status)


@require_http_methods(["GET", "POST"])
@officer_view
@step_up_to_send
def breach(request: OfficerRequest, uuid: UUID) -> HttpResponseBase:
    """GET /workspace/breaches/<uuid>/: one entry. POST: `act` is amend, authority, subjects or close."""
    found = _find(request, uuid)
    act = request.POST.get("act", "") if request.method == "POST" else ""
    initial = {"what": found.what, "how": found.how, "remedy": found.remedy, "groups": found.groups,
               "people": found.people}  # fmt: skip
    form = AmendForm(request.POST if act == "amend" else None, initial=initial)
    refusal: Refusal | None = None
    if act and (act != "amend" or form.is_valid()):
        try:
            _do(request, found, act, form)
        except Refusal as refused:
            refusal = refused
        else:
            messages.success(request, _("It is written down."))
            return redirect("workspace:breach", found.uuid)
    context = {"breach": found, "line": _line(found), "form": form, "refusal": refusal, "letters": LETTERS,
               "groups": [GROUPS[code].name for code in found.groups if code in GROUPS]}  # fmt: skip
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "workspace/breach.html", context, status=status)


@require_safe
@officer_view
def letter(request: OfficerRequest, uuid: UUID, whom: str) -> HttpResponseBase:
    """GET /workspace/breaches/<uuid>/<authority|subjects>: the letter for print; with ?teks=1 as plain text."""
    found = _find(request, uuid)
    if whom not in LETTERS:
        raise Http404
    context = {"breach": found, "whom": whom, "unit": request.desk.unit, "today": timezone.localdate(),
               "groups": [GROUPS[code].name for code in found.groups if code in GROUPS]}  # fmt: skip
    security_log.write("breach_letter", officer=request.user.pk, facts={"breach": str(found.uuid), "whom": whom})
    if request.GET.get("teks"):
        answer = render(request, "workspace/breach_letter.txt", context, content_type="text/plain; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="surat-{whom}.txt"'
        return answer
    return render(request, "workspace/breach_letter.html", context)


def _do(request: OfficerRequest, found: Breach, act: str, form: forms.Form) -> None:
    by = request.desk.actor
    if act == "amend":
        breaching.amend(found, by=by, **form.cleaned_data)
    elif act in LETTERS:
        breaching.told(found, whom=act, by=by)
    elif act == "close":
        breaching.close(found, conclusion=request.POST.get("conclusion", ""), by=by)
    else:
        raise Http404


def _find(request: OfficerRequest, uuid: UUID) -> Breach:
    _only_theirs(request)
    found = Breach.objects.filter(uuid=uuid).first()
    if found is None:
        raise Http404
    return found


def _only_theirs(request: OfficerRequest) -> None:
    if request.desk.role not in breaching.ROLES:
        raise Http404


def _line(breach: Breach) -> dict[str, Any]:
    """An entry with the hours that are left, less than none once they are over."""
    left = breach.due_at - timezone.now()
    hours = int(left.total_seconds() // 3600)
    all_told = breach.authority_told_at is not None and breach.subjects_told_at is not None
    return {
        "breach": breach,
        "hours": hours,
        "late": -hours,
        "is_late": hours < 0 and not all_told,
        "all_told": all_told,
    }
