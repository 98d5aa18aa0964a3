"""What an office sets for itself: which answers its head approves, its templates, who stands in for whom."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_safe

from tuntas.accounts import administering
from tuntas.followup import approving, reply_templates
from tuntas.followup.kinds import Outcome
from tuntas.followup.models import ApprovalRule, ReplyTemplate
from tuntas.kernel.refusals import Refusal
from tuntas.lifecycle import MOVES
from tuntas.organizations.models import Appointment, Role, Unit
from tuntas.reports.states import Class
from tuntas.workspace.desks import Desk
from tuntas.workspace.forms.base import long_text
from tuntas.workspace.officers import OfficerRequest, officer_view
from tuntas.workspace.words import named

PAST = timedelta(days=90)  # how long a deputy's time that is over stays on the page
MOST = 200  # rows of one list


class RuleForm(forms.Form):
    """Which answers of which office go to its head first."""

    unit = forms.ChoiceField(label=_("Of which office"))
    outcome = forms.ChoiceField(label=_("Answers that end as"), required=False)
    report_class = forms.ChoiceField(label=_("To reports of the class"), required=False)
    pressing = forms.ChoiceField(label=_("Only"), required=False)

    def __init__(self, data: Any = None, *, units: Iterable[Unit]) -> None:
        super().__init__(data)
        _offer(self, "unit", [(str(unit.pk), named(unit)) for unit in units])
        _offer(self, "outcome", [("", _("any end")), *Outcome.choices])
        _offer(self, "report_class", [("", _("any class")), *Class.choices])
        _offer(self, "pressing", [("", _("always")), *ApprovalRule.Pressing.choices])


class TemplateForm(forms.Form):
    """A template: its name in the list, what it is for, its words."""

    name = forms.CharField(label=_("Name in the list"), max_length=80)
    step = forms.ChoiceField(label=_("For"), choices=[(step.value, step.label) for step in reply_templates.STEPS])
    text = long_text(
        _("Words, with blanks in square brackets"), rows=8,
        help_text=_(
            "A blank stands for a fact that differs each time. What was done and when must be blanks, and so must"
            " where, by whom or with which proof."
        ),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@officer_view
def approvals(request: OfficerRequest) -> HttpResponseBase:
    """GET, POST /workspace/approvals/: which answers the head reads first, and what it costs."""
    desk = _office_only(request)
    may_set = administering.administers(desk.actor)
    below = list(_offices(desk))
    form, refusal = RuleForm(request.POST if "add" in request.POST else None, units=below if may_set else []), None
    if request.method == "POST":
        if not may_set:
            raise Http404
        try:
            if _change_rules(request, form):
                return redirect("workspace:approvals")
        except Refusal as no:
            refusal = no
    rules = ApprovalRule.objects.filter(unit__in={*desk.unit.ancestry, *(unit.pk for unit in below)})
    own = rules.filter(unit__agency=desk.unit.agency_id).select_related("unit", "made_by__officer", "ended_by__officer")
    facts = {
        "rules": list(own.filter(ended_at=None).order_by("unit__ancestry__len", "unit__name", "pk")[:MOST]),
        "ended": list(own.exclude(ended_at=None).order_by("-ended_at")[:20]),
        "form": form if may_set else None,
        "refusal": refusal,
        "costs": approving.at_the_head(below)[:MOST],
        "headless": _headless(desk, below),
        "days": approving.LOOKED_BACK.days,
        "many": approving.MANY,
    }
    return render(request, "workspace/approvals.html", facts, status=_status(form, refusal))


@require_http_methods(["GET", "POST"])
@officer_view
def templates(request: OfficerRequest) -> HttpResponseBase:
    """GET, POST /workspace/templates/: the templates of the office; POST makes another one."""
    desk = _office_only(request)
    form = TemplateForm(request.POST if request.method == "POST" else None)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            reply_templates.save(desk.unit, by=desk.actor, **form.cleaned_data)
        except Refusal as no:
            refusal = no
        else:
            messages.success(request, _("The template can be chosen from now on."))
            return redirect("workspace:templates")
    facts = {
        "templates": reply_templates.of_office(desk.unit)[:MOST],
        "form": form,
        "refusal": refusal,
        "offered": reply_templates.OFFERED,
        "may_write": desk.role in reply_templates.AUTHORS,
    }
    return render(request, "workspace/templates.html", facts, status=_status(form, refusal))


@require_http_methods(["GET", "POST"])
@officer_view
def template(request: OfficerRequest, series: UUID) -> HttpResponseBase:
    """GET, POST /workspace/templates/<series>/: its versions; POST writes the next one, or with `out` takes it out."""
    desk = _office_only(request)
    versions = reply_templates.versions(series)
    if not versions:
        raise Http404
    newest, refusal = versions[0], None
    is_own = newest.unit_id == desk.unit.pk and desk.role in reply_templates.AUTHORS and newest.ended_at is None
    first = {"name": newest.name, "step": newest.step, "text": newest.text}
    form = TemplateForm(request.POST if "text" in request.POST else None, initial=first)
    if request.method == "POST":
        try:
            if _change_template(request, form, newest):
                return redirect("workspace:templates")
        except Refusal as no:
            refusal = no
    facts = {
        "newest": newest,
        "versions": versions,
        "form": form if is_own else None,
        "refusal": refusal,
        "offered": reply_templates.OFFERED,
    }
    return render(request, "workspace/template.html", facts, status=_status(form, refusal))


@require_safe
@officer_view
def deputies(request: OfficerRequest) -> HttpResponseBase:
    """GET /workspace/deputies/: who stands in for whom in this part of the tree, from when to when."""
    desk = _office_only(request)
    today = timezone.localdate()
    above = Unit.objects.filter(pk__in=desk.unit.ancestry, agency=desk.unit.agency_id).values_list("pk", flat=True)
    found = Appointment.objects.filter(
        unit__in={*desk.unit_ids, *above}, deputy_for__isnull=False, officer__is_active=True, valid_to__gte=today - PAST
    )
    held = list(found.select_related("officer", "unit", "deputy_for__officer").order_by("valid_from", "pk")[:MOST])
    facts = {
        "now": [each for each in held if each.valid_from <= today <= (each.valid_to or today)],
        "soon": [each for each in held if each.valid_from > today],
        "past": [each for each in held if each.valid_to and each.valid_to < today][::-1],
        "headless": _headless(desk, list(_offices(desk))),
        "may_appoint": administering.administers(desk.actor),
    }
    return render(request, "workspace/deputies.html", facts)


def _office_only(request: OfficerRequest) -> Desk:
    """Those who hand out work in an office; the same who see its load."""
    if request.desk.role not in MOVES["assign"].by:
        raise Http404
    return request.desk


def _offices(desk: Desk) -> Iterable[Unit]:
    """The office of this desk and those below it in the same agency."""
    return Unit.objects.working().filter(pk__in=desk.unit_ids).order_by("ancestry__len", "name", "pk")[:MOST]


def _headless(desk: Desk, offices: Iterable[Unit]) -> list[Unit]:
    """Offices where nobody can approve today: no head and no deputy, there or above in the agency."""
    heads = Appointment.objects.current().filter(role=Role.UNIT_HEAD, unit__agency=desk.unit.agency_id)
    at_work = set(heads.values_list("unit", flat=True))
    return [unit for unit in offices if not at_work & set(unit.ancestry)]


def _change_rules(request: OfficerRequest, form: RuleForm) -> bool:
    """Add or end a rule, as the form says; False when the form must come back."""
    by = request.desk.actor
    if "add" not in request.POST:
        typed = request.POST.get("end", "")
        rule = get_object_or_404(ApprovalRule, pk=int(typed) if typed.isdecimal() and len(typed) < 19 else 0)
        approving.end(rule, by=by)
        messages.success(request, _("The rule has ended. Drafts that wait go on waiting for the head."))
        return True
    if not form.is_valid():
        return False
    given = dict(form.cleaned_data)
    approving.add(Unit.objects.get(pk=given.pop("unit")), by=by, **given)
    messages.success(request, _("The rule is in force. It applies to answers that are sent from now on."))
    return True


def _change_template(request: OfficerRequest, form: TemplateForm, newest: ReplyTemplate) -> bool:
    by = request.desk.actor
    if "out" in request.POST:
        reply_templates.take_out(newest, by=by)
        messages.success(request, _("The template can no longer be chosen. Its versions stay."))
        return True
    if not form.is_valid():
        return False
    reply_templates.save(newest.unit, by=by, series=newest.series, **form.cleaned_data)
    messages.success(request, _("The new version is in use."))
    return True


def _status(form: forms.Form, refusal: Refusal | None) -> int:
    return refusal.status if refusal else 422 if form.errors else 200


def _offer(form: forms.Form, field: str, choices: list[tuple[Any, Any]]) -> None:
    asked = form.fields[field]
    if isinstance(asked, forms.ChoiceField):
        asked.choices = choices
