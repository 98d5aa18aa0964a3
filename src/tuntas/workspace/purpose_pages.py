"""Why somebody opens a protected report, asked before its text shows; and who opened it (R003-20, R003-21)."""

from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import BigIntegerField
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from tuntas.access.models import SecurityEntry
from tuntas.accounts import purposes
from tuntas.accounts.purposes import Opening, Purpose
from tuntas.organizations.models import Officer, Unit
from tuntas.web.forms import Radios
from tuntas.workspace import keeping, panel, whole
from tuntas.workspace.officers import OfficerRequest, officer_view
from tuntas.workspace.reading import ReportPage, find_report

SHOWN = 200


class PurposeForm(forms.Form):
    """One choice, and words only for another reason."""

    purpose = forms.ChoiceField(label=_("Why do you open this report?"), choices=Purpose.choices, widget=Radios)
    words = forms.CharField(
        label=_("Your reason"),
        help_text=_("Short, and without names of people."),
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("purpose") == Purpose.OTHER and not given.get("words", "").strip():
            self.add_error("words", _("Write your reason."))
        return given


def ask_first(
    request: OfficerRequest, page: ReportPage, after: dict[str, Any] | None = None
) -> HttpResponseBase | None:
    """To the question, unless it was answered within twelve hours; else the read is written down. One query, and only
    for a protected report whose text this desk reads. Beside a list the question stands in the panel.

    after: what an act that was just done leaves to show beside it. Without it, what is being sent is kept until then.
    """
    if not page.is_protected or not page.reads_everything or purposes.may_read(_opening(page)):
        return None
    if after is None:
        keeping.keep(request, owner=whole.name_digest(request.user.username))
    if panel.is_for(request, panel.PANEL):
        return _ask(request, page, PurposeForm(None), **(after or {}))
    return redirect("workspace:purpose", page.report.number)


@require_http_methods(["GET", "POST"])
@officer_view
def purpose(request: OfficerRequest, number: str) -> HttpResponseBase:
    """GET, POST /workspace/reports/<number>/purpose"""
    page = ReportPage(find_report(number), request.desk)
    kept = request.session.get(whole.KEPT)
    if not page.is_protected:
        return redirect("workspace:report", number)
    form = PurposeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        purposes.state(_opening(page), given["purpose"], words=given["words"].strip())
        return redirect("workspace:kept") if kept else redirect(_back_to(request, number))
    return _ask(request, page, form)


def _ask(request: OfficerRequest, page: ReportPage, form: PurposeForm, **more: Any) -> HttpResponseBase:
    facts = {"form": form, "report": page.report, "number": page.number} | more
    where = "_purpose_panel" if panel.is_for(request, panel.PANEL) else "purpose"
    return render(request, f"workspace/{where}.html", facts, status=422 if form.errors else 200)


def _back_to(request: OfficerRequest, number: str) -> str:
    """The report, or its panel beside the list that it was opened from."""
    address = reverse("workspace:report", args=[number])
    return f"{address}?{urlencode({'list': panel.word_of(request)})}" if panel.is_for(request, panel.PANEL) else address


@require_safe
@officer_view
def readers(request: OfficerRequest, number: str) -> HttpResponseBase:
    """GET /workspace/reports/<number>/readers: who opened it and why, for the inspectorate and the nation."""
    if not panel.may_ask_who_read(request.desk):
        raise Http404
    report = find_report(number)
    key = Cast(KeyTextTransform("report", "facts"), BigIntegerField())
    about = SecurityEntry.objects.filter(facts__has_key="report").annotate(about=key).filter(about=report.pk)
    entries = list(about.of("purpose", "sensitive_read", "outside_read").order_by("-pk")[:SHOWN])
    names = Officer.objects.in_bulk({entry.officer for entry in entries if entry.officer})
    units = Unit.objects.in_bulk({int(entry.facts.get("unit", 0)) for entry in entries})
    rows = [
        {
            "entry": entry,
            "who": names.get(entry.officer or 0),
            "unit": units.get(int(entry.facts.get("unit", 0))),
            "why": Purpose(entry.facts["purpose"]).label if entry.facts.get("purpose") in Purpose.values else "",
            "words": entry.facts.get("words", ""),
        }
        for entry in entries
    ]
    return render(request, "workspace/readers.html", {"report": report, "rows": rows, "most": SHOWN})


def _opening(page: ReportPage) -> Opening:
    own = set(page.desk.unit_ids)
    ours = page.report.holder_id in own or any(part.unit_id in own for part in page.units)
    return Opening(by=page.desk.actor, report=page.report.pk, is_ours=ours)
