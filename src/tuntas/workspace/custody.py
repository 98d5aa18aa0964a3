"""The custodian's desk: requests of other agencies to know who a reporter is, and emergencies to look at afterwards.

A custodian decides on the request, not on the case: of the report they see number, class and office, and no text.
"""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from tuntas.disclosure import deciding
from tuntas.disclosure.models import Decision, Disclosure, DisclosureQuerySet
from tuntas.kernel.numbers import spell_number
from tuntas.kernel.refusals import Refusal
from tuntas.organizations.models import Role
from tuntas.web.paging import page_of
from tuntas.workspace.forms.identity import YES, DecideForm, ReviewForm
from tuntas.workspace.officers import OfficerRequest, officer_view
from tuntas.workspace.stepping_up import step_up_required


@require_safe
@officer_view
def custody(request: OfficerRequest) -> HttpResponseBase:
    """GET /workspace/custody/: what waits for this custodian, and what was decided before."""
    mine = _mine(request)
    done = page_of(mine.exclude(decision="").exclude(decision=Decision.EMERGENCY, reviewed_at=None), request.GET,
                   order=("-pk",))  # fmt: skip
    context = {
        "waiting": [_line(one) for one in mine.undecided().order_by("lapses_at", "pk")],
        "emergencies": [_line(one) for one in mine.unreviewed().order_by("review_due_at", "pk")],
        "done": [_line(one) for one in done.rows],
        "page": done,
    }
    return render(request, "workspace/custody.html", context)


@require_safe
@officer_view
def asked(request: OfficerRequest, uuid: UUID) -> HttpResponseBase:
    """GET /workspace/custody/<uuid>/: one request, with the form that decides on it."""
    return _show(request, _found(request, uuid))


@require_POST
@officer_view
@step_up_required
def decide(request: OfficerRequest, uuid: UUID) -> HttpResponseBase:
    """POST /workspace/custody/<uuid>/decide/ approves or refuses a request, or records the review of an emergency."""
    found = _found(request, uuid)
    form = _form_of(found, request.POST)
    if form is None:
        return redirect("workspace:custody-request", uuid)
    if not form.is_valid():
        return _show(request, found, form=form, status=422)
    try:
        with transaction.atomic():
            _perform(found, form.cleaned_data, request)
    except Refusal as refusal:
        return _show(request, _found(request, uuid), form=form, refusal=refusal)
    messages.success(request, _("Your decision was saved. The office and the reporter were told."))
    return redirect("workspace:custody")


def _perform(found: Disclosure, given: dict[str, Any], request: OfficerRequest) -> None:
    by = request.desk.actor
    if found.decision == Decision.EMERGENCY:
        deciding.review(found, by=by, finding=given["finding"], words=given["words"])
    elif given["decision"] == YES:
        deciding.grant(found, by=by, answer=given["answer"])
    else:
        deciding.refuse(found, by=by, answer=given["answer"])


def _show(request: OfficerRequest, found: Disclosure, **given: Any) -> HttpResponseBase:
    refusal: Refusal | None = given.get("refusal")
    context = {
        "line": _line(found),
        "form": given.get("form") or _form_of(found),
        "is_emergency": found.decision == Decision.EMERGENCY,
        "openings": list(found.openings.order_by("at")),
        "refusal": refusal,
    }
    status = refusal.status if refusal else given.get("status", 200)
    return render(request, "workspace/custody_request.html", context, status=status)


def _form_of(found: Disclosure, data: Any = None) -> DecideForm | ReviewForm | None:
    """The form that this request still needs; None when everything is said."""
    if not found.decision:
        return DecideForm(data)
    return ReviewForm(data) if found.decision == Decision.EMERGENCY and found.reviewed_at is None else None


def _mine(request: OfficerRequest) -> DisclosureQuerySet:
    """The requests put before this custodian's unit; 404 for everybody else."""
    if request.desk.role != Role.CUSTODIAN:
        raise Http404
    related = ("report__holder", "report__category", "asked_by__unit", "asked_by__officer", "custodian")
    return Disclosure.objects.filter(custodian=request.desk.unit).select_related(*related)


def _found(request: OfficerRequest, uuid: UUID) -> Disclosure:
    found: Disclosure = get_object_or_404(_mine(request), uuid=uuid)
    return found


def _line(one: Disclosure) -> dict[str, Any]:
    return {"request": one, "report": one.report, "number": spell_number(one.report.number)}
