"""Accounts and appointments of the own part of the tree, for administrators. No report is read here, by nobody."""

from typing import Any

from django import forms
from django.contrib import messages
from django.core.validators import RegexValidator
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from tuntas.access.models import SecurityEntry
from tuntas.accounts import administering, codes, ethics, last_in_office
from tuntas.accounts.administering import Post
from tuntas.accounts.models import OneTimeCodes, Renewal, Session
from tuntas.kernel.refusals import NotYours, Refusal
from tuntas.organizations.models import Appointment, Officer, Role, Unit
from tuntas.web.forms import DayField
from tuntas.web.paging import page_of
from tuntas.workspace import handing_over
from tuntas.workspace.account import MailAddress
from tuntas.workspace.forms.base import OFFICES_LIST, NameOfOffice, plain
from tuntas.workspace.officers import OfficerRequest, note_denied, officer_view
from tuntas.workspace.stepping_up import step_up_required

NAMES = RegexValidator(r"^[a-z0-9][a-z0-9._-]{2,79}\Z", _("Small letters, digits, dots and dashes; at least three."))


class PostForm(forms.Form):
    """An appointment: where, as what, from when, until when, by which decree."""

    unit_name = NameOfOffice(label=_("Office or unit"), help_text=_("Its name, as in the register."))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    since = DayField(label=_("From"), required=False, help_text=_("If left empty: today."))
    until = DayField(label=_("Until"), required=False, help_text=_("If left empty: no end date."))
    decree = forms.CharField(label=_("Number of the decree (SK)"), max_length=120, required=False)
    deputy_for = forms.CharField(
        label=_("Deputy for (user name)"), max_length=80, required=False,
        help_text=_("Only for a deputy: who holds this role in this office and is away. A last day is needed then."),
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, request: OfficerRequest) -> None:
        super().__init__(data)
        self.by = request.desk.actor
        self.fields["unit_name"].required = True
        asked = self.fields["role"]
        if isinstance(asked, forms.ChoiceField) and self.by.role != Role.NATIONAL_ADMIN:
            asked.choices = [choice for choice in Role.choices if choice[0] != Role.NATIONAL_ADMIN]
        asked.initial = Role.LIAISON_OFFICER
        self.unit: Unit | None = None
        self.away: Appointment | None = None

    def clean_unit_name(self) -> str:
        typed = plain(self.cleaned_data["unit_name"])
        own = administering.units_of(self.by).working()
        found = list(own.filter(name__iexact=typed)[:2]) or list(own.filter(name__icontains=typed)[:2])
        if len(found) != 1:
            raise forms.ValidationError(
                _("No office of yours has this name. Check it.")
                if not found
                else _("Several offices are called so. Write the whole name.")
            )
        self.unit = found[0]
        return typed

    @property
    def reaches_beyond(self) -> bool:
        """Whether what was typed is an office, or a role, that this administrator does not give."""
        unit, role = plain(self.data.get("unit_name", "")), self.data.get("role")
        is_elsewhere = self.unit is None and Unit.objects.filter(name__iexact=unit).exists()
        return is_elsewhere or (role == Role.NATIONAL_ADMIN and self.by.role != Role.NATIONAL_ADMIN)

    def clean(self) -> dict[str, Any]:
        """Whom a deputy stands in for: found once the office and the role are known."""
        given: dict[str, Any] = super().clean() or {}
        if not given.get("deputy_for") or self.unit is None or "role" not in given:
            return given
        held = Appointment.objects.current().filter(
            officer__username=plain(given["deputy_for"]), unit=self.unit, role=given["role"]
        )
        self.away = held.select_related("officer").order_by("pk").last()
        if self.away is None:
            self.add_error("deputy_for", _("Nobody of this user name holds this role in this office now."))
        if not given.get("until"):
            self.add_error("until", _("Give the last day: a deputy's time ends."))
        return given

    def post(self) -> Post:
        given = self.cleaned_data
        if self.unit is None:
            raise ValueError("ask only after is_valid()")
        return Post(
            unit=self.unit,
            role=given["role"],
            since=given["since"] or timezone.localdate(),
            until=given["until"],
            decree=given["decree"],
            deputy_for=self.away,
        )


class OfficerForm(PostForm):
    """A new officer with a first appointment."""

    username = forms.CharField(label=_("User name"), max_length=80, validators=[NAMES])
    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("Mail address"), help_text=_("The link that opens the account goes there."))
    field_order = ["username", "name", "email"]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Why the second step must be set up again"), max_length=300, widget=forms.Textarea(attrs={"rows": 2})
    )


@require_safe
@officer_view
def people(request: OfficerRequest) -> HttpResponseBase:
    """GET /workspace/people/?q=... the officers of the own part of the tree."""
    _administrators_only(request)
    asked = plain(request.GET.get("q", ""))
    found = administering.officers_of(request.desk.actor)
    if asked:
        found = found.filter(name__icontains=asked) | found.filter(username__icontains=asked)
    page = page_of(found.order_by("name", "pk"), request.GET, order=("name", "pk"))
    held = Appointment.objects.current().filter(officer__in=page.rows).select_related("unit").order_by("pk")
    unsigned = ethics.unsigned_under(request.desk.unit)
    facts = {
        "asked": asked,
        "page": page,
        "rows": [(each, [a for a in held if a.officer_id == each.pk]) for each in page.rows],
        "running_out": last_in_office.running_out(
            administering.units_of(request.desk.actor), today=timezone.localdate()
        ),
        "unsigned": list(unsigned.order_by("name")[:200]),
        "renewals": Renewal.objects.filter(decided_at=None, officer__in=administering.officers_of(request.desk.actor))
        .select_related("officer", "asked_by")
        .order_by("pk"),
    }
    return render(request, "workspace/people.html", facts)


@require_http_methods(["GET", "POST"])
@officer_view
@step_up_required
def new_officer(request: OfficerRequest) -> HttpResponseBase:
    """GET, POST /workspace/people/new"""
    _administrators_only(request)
    form, refusal = OfficerForm(request.POST if request.method == "POST" else None, request=request), None
    if request.method == "POST" and _is_theirs_to_give(request, form):
        given = form.cleaned_data
        try:
            made = administering.create(
                request.desk.actor,
                username=given["username"],
                name=given["name"],
                email=given["email"],
                post=form.post(),
            )
        except Refusal as no:
            refusal = no
        else:
            messages.success(request, _("The account is made. The officer gets a mail with a link, good for 3 days."))
            return redirect("workspace:person", made.pk)
    facts = {"form": form, "refusal": refusal, "offices_list": OFFICES_LIST}
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "workspace/new_officer.html", facts, status=status)


@require_safe
@officer_view
def person(request: OfficerRequest, pk: int) -> HttpResponseBase:
    """GET /workspace/people/<id>/ one officer: appointments, how they sign in, and what can be done."""
    return _show(request, _officer(request, pk))


@require_POST
@officer_view
@step_up_required
def person_act(request: OfficerRequest, pk: int, name: str) -> HttpResponseBase:
    """POST /workspace/people/<id>/<act>: appoint, email, end, close, open, sign-out, reset, renewal, grant, refuse."""
    officer = _officer(request, pk)
    if name not in ACTS:
        raise Http404
    try:
        form = ACTS[name](request, officer)
    except Refusal as refusal:
        return _show(request, officer, refusal=refusal)
    if form is not None:
        return _show(request, officer, form)
    messages.success(request, _("Done, and written into the security log."))
    return redirect("workspace:person", pk)


@require_safe
@officer_view
def security_log(request: OfficerRequest) -> HttpResponseBase:
    """GET /workspace/log/?officer=ID: what the database shows this administrator of the log, the newest first."""
    _administrators_only(request)
    found = SecurityEntry.objects.all()
    asked = request.GET.get("officer", "")
    if asked.isdecimal() and len(asked) < 19:
        found = found.filter(officer=asked)
    page = page_of(found, request.GET, order=("-pk",))
    ids = {entry.officer for entry in page.rows} | {_about(entry) for entry in page.rows}
    names = Officer.objects.in_bulk([pk for pk in ids if pk])
    rows = [(entry, names.get(entry.officer or 0), names.get(_about(entry))) for entry in page.rows]
    return render(request, "workspace/log.html", {"page": page, "rows": rows})


# What can be done with an account ---------------------------------------------------------------


def _appoint(request: OfficerRequest, officer: Officer) -> forms.Form | None:
    form = PostForm(request.POST, request=request)
    if not _is_theirs_to_give(request, form):
        return form
    administering.appoint(request.desk.actor, officer, form.post())
    return None


def _change_email(request: OfficerRequest, officer: Officer) -> forms.Form | None:
    form = MailAddress(request.POST)
    if not form.is_valid():
        return form
    administering.change_email(request.desk.actor, officer, form.cleaned_data["email"])
    return None


def _end(request: OfficerRequest, officer: Officer) -> None:
    typed = request.POST.get("appointment", "")
    held = Appointment.objects.filter(officer=officer, pk=typed if typed.isdecimal() and len(typed) < 19 else 0)
    found = held.select_related("officer", "unit").first()
    if found is None:
        raise Http404
    handing_over.end(found, by=request.desk.actor)


def _ask_renewal(request: OfficerRequest, officer: Officer) -> forms.Form | None:
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return form
    administering.ask_renewal(request.desk.actor, officer, reason=form.cleaned_data["reason"])
    return None


def _decide_renewal(request: OfficerRequest, officer: Officer, *, grant: bool) -> None:
    waiting = Renewal.objects.filter(officer=officer, decided_at=None).first()
    if waiting is None:
        raise Http404
    administering.decide_renewal(request.desk.actor, waiting, grant=grant)


ACTS: dict[str, Any] = {
    "appoint": _appoint,
    "email": _change_email,
    "end": _end,
    "close": lambda request, officer: handing_over.close(officer, by=request.desk.actor),
    "open": lambda request, officer: administering.set_active(request.desk.actor, officer, active=True),
    "sign-out": lambda request, officer: administering.end_sessions(request.desk.actor, officer) and None,
    "reset": lambda request, officer: administering.start_reset(request.desk.actor, officer),
    "renewal": _ask_renewal,
    "grant": lambda request, officer: _decide_renewal(request, officer, grant=True),
    "refuse": lambda request, officer: _decide_renewal(request, officer, grant=False),
}


def _show(
    request: OfficerRequest, officer: Officer, form: forms.Form | None = None, *, refusal: Refusal | None = None
) -> HttpResponseBase:
    status = refusal.status if refusal else 422 if form is not None else 200
    facts = {
        "officer": officer,
        "appointments": Appointment.objects.filter(officer=officer)
        .select_related("unit", "deputy_for__officer")
        .order_by("-valid_from"),
        "today": timezone.localdate(),
        "keeps": administering.keeps(request.desk.actor, officer),
        "has_app": OneTimeCodes.objects.filter(officer=officer).exists(),
        "passkeys": officer.passkeys.count(),
        "codes_left": codes.recovery_codes_left(officer),
        "sessions": Session.objects.alive().of(officer.pk).count(),
        "signed_until": ethics.signed_until(officer),
        "renewal": Renewal.objects.filter(officer=officer, decided_at=None).select_related("asked_by").first(),
        "post_form": form if isinstance(form, PostForm) else PostForm(request=request),
        "mail_form": form if isinstance(form, MailAddress) else MailAddress(),
        "reason_form": form if isinstance(form, ReasonForm) else ReasonForm(),
        "form": form,
        "refusal": refusal,
        "offices_list": OFFICES_LIST,
        "me": request.desk.actor.officer,
    }
    return render(request, "workspace/person.html", facts, status=status)


def _is_theirs_to_give(request: OfficerRequest, form: PostForm) -> bool:
    """Whether the form holds; one that reaches for offices or roles of others stays in the security log."""
    if form.is_valid():
        return True
    if form.reaches_beyond:
        note_denied(request, NotYours.code)
    return False


def _administrators_only(request: OfficerRequest) -> None:
    if not administering.administers(request.desk.actor):
        raise Http404


def _officer(request: OfficerRequest, pk: int) -> Officer:
    """An officer of the own part of the tree; others as if there were none."""
    _administrators_only(request)
    found = administering.officers_of(request.desk.actor).filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _about(entry: SecurityEntry) -> int:
    found = entry.facts.get("about", 0)
    return found if isinstance(found, int) else 0
