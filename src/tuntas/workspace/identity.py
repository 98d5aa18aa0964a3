"""Who is behind a report: asking, looking once it is allowed, and taking a request back. For those who handle it.

What the vault opens goes onto one page and nowhere else: no session, no cache, no log, no second copy.
"""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_POST, require_safe

from tuntas.disclosure import asking, emergencies, opening
from tuntas.disclosure.models import Disclosure
from tuntas.kernel.refusals import Refusal
from tuntas.kernel.warrants import MOST_OPENINGS
from tuntas.workspace.forms.identity import AskIdentityForm, EmergencyForm
from tuntas.workspace.officers import OfficerRequest, officer_view
from tuntas.workspace.reading import ReportPage, find_report
from tuntas.workspace.stepping_up import step_up_required


@require_safe
@officer_view
def identity(request: OfficerRequest, number: str) -> HttpResponseBase:
    """GET /workspace/reports/<number>/identity: why no name is needed, every request so far, and how to ask."""
    return show(request, _page(request, number))


@require_POST
@officer_view
def ask(request: OfficerRequest, number: str) -> HttpResponseBase:
    """POST /workspace/reports/<number>/identity/ask/ puts the request before a custodian of another organisation."""
    page, form = _page(request, number), AskIdentityForm(request.POST)
    if not form.is_valid():
        return show(request, page, ask=form, status=422)
    given = form.cleaned_data
    try:
        with transaction.atomic():
            asking.ask(page.report, by=request.desk.actor, **given)
    except Refusal as refusal:
        return show(request, _page(request, number), ask=form, refusal=refusal)
    messages.success(request, _("Your request was sent to the custodian. The reporter can read it."))
    return redirect("workspace:identity", number)


@require_POST
@officer_view
@step_up_required
def emergency(request: OfficerRequest, number: str) -> HttpResponseBase:
    """POST /workspace/reports/<number>/identity/emergency/ opens for an hour; everybody concerned is told at once."""
    page, form = _page(request, number), EmergencyForm(request.POST)
    if not form.is_valid():
        return show(request, page, danger=form, status=422)
    try:
        with transaction.atomic():
            emergencies.open_now(page.report, by=request.desk.actor, reason=form.cleaned_data["danger"])
    except Refusal as refusal:
        return show(request, _page(request, number), danger=form, refusal=refusal)
    messages.success(request, _("You may see who the reporter is for one hour. Everybody concerned was told."))
    return redirect("workspace:identity", number)


@require_POST
@officer_view
def withdraw(request: OfficerRequest, number: str) -> HttpResponseBase:
    """POST /workspace/reports/<number>/identity/withdraw/ takes the waiting request back."""
    page = _page(request, number)
    waiting = Disclosure.objects.undecided().select_related("report", "custodian").filter(report=page.report).first()
    if waiting is None:
        return redirect("workspace:identity", number)
    try:
        with transaction.atomic():
            asking.withdraw(waiting, by=request.desk.actor)
    except Refusal as refusal:
        return show(request, _page(request, number), refusal=refusal)
    messages.success(request, _("Your request was taken back."))
    return redirect("workspace:identity", number)


@sensitive_variables()
@require_POST
@officer_view
@step_up_required
def look(request: OfficerRequest, number: str) -> HttpResponseBase:
    """POST /workspace/reports/<number>/identity/open/ shows who it is, once, on a page that nobody keeps."""
    page = _page(request, number)
    now = timezone.now()
    mine = Disclosure.objects.open_at(now).filter(report=page.report, asked_by=request.desk.appointment).last()
    if mine is None:
        raise Http404
    try:
        person = opening.open_identity(mine, by=request.desk.actor, at=now)
    except Refusal as refusal:
        return show(request, page, refusal=refusal)
    context = {"page": page, "report": page.report, "person": person, "disclosure": mine}
    return render(request, "workspace/identity_opened.html", context)


def show(request: OfficerRequest, page: ReportPage, **given: Any) -> HttpResponseBase:
    """The page; given: a form that came back, a refusal, a status."""
    refusal: Refusal | None = given.get("refusal")
    now = timezone.now()
    known = list(
        Disclosure.objects.filter(report=page.report)
        .select_related("asked_by__unit", "asked_by__officer", "custodian")
        .prefetch_related("openings")
        .order_by("-pk")
    )
    may_ask = "ask_identity" in page.move_names
    mine = next((one for one in known if one.asked_by_id == request.desk.appointment.pk and one.is_open(now)), None)
    waiting = next((one for one in known if not one.decision), None)
    context = {
        "page": page,
        "report": page.report,
        "known": known,
        "mine": mine,
        "waiting": waiting,
        "is_mine": waiting is not None and waiting.asked_by_id == request.desk.appointment.pk,
        "ask_form": given.get("ask", AskIdentityForm()) if may_ask and not waiting else None,
        "danger_form": given.get("danger", EmergencyForm()) if may_ask and not waiting else None,
        "danger_open": "danger" in given,
        "refusal": refusal,
        "left": MOST_OPENINGS - len(mine.openings.all()) if mine else 0,
    }
    status = refusal.status if refusal else given.get("status", 200)
    return render(request, "workspace/identity.html", context, status=status)


def _page(request: OfficerRequest, number: str) -> ReportPage:
    """The report on this desk; 404 for those who have no say in it, as if there were none."""
    page = ReportPage(find_report(number), request.desk)
    if "ask_identity" not in page.move_names:
        raise Http404
    return page
