"""Every legal hold that this desk sees: which case needs what kept, until when, and who placed and released it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from tuntas.identity.models import LegalHold
from tuntas.kernel.numbers import spell_number
from tuntas.lifecycle import MOVES
from tuntas.organizations.models import Appointment
from tuntas.reports.models import Report
from tuntas.web.paging import page_of
from tuntas.workspace.officers import OfficerRequest, officer_view


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """A hold with its report, and the offices that placed and released it. report: None once it is out of sight."""

    hold: LegalHold
    report: Report | None
    number: str
    placed: Appointment | None
    released: Appointment | None


@require_safe
@officer_view
def holds(request: OfficerRequest) -> HttpResponseBase:
    """GET /workspace/holds/: those that stand, the nearest end first; then those that have ended."""
    if request.desk.role not in MOVES["place_hold"].by:
        raise Http404
    today = timezone.localdate()
    standing = LegalHold.objects.standing(today)
    page = page_of(LegalHold.objects.exclude(pk__in=standing.values("pk")), request.GET, order=("-pk",))
    facts = {
        "standing": _lines(list(standing.order_by("until", "pk"))),
        "ended": _lines(page.rows),
        "page": page,
    }
    return render(request, "workspace/holds.html", facts)


def _lines(found: Sequence[LegalHold]) -> list[Line]:
    reports = Report.objects.in_bulk([each.report for each in found if each.report])
    ids = {pk for each in found for pk in (each.placed_by, each.lifted_by) if pk}
    offices = Appointment.objects.select_related("unit").in_bulk(list(ids))
    return [
        Line(
            hold=each,
            report=(report := reports.get(each.report or 0)),
            number=spell_number(report.number) if report else "",
            placed=offices.get(each.placed_by),
            released=offices.get(each.lifted_by or 0),
        )
        for each in found
    ]
