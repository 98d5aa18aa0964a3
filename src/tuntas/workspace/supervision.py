"""A supervisor's overview: what is open, what is late, how it ended, agency by agency; and the list behind each number.

Counts are those of the books (tuntas.insight), which balance; a list shows what a supervisor may see (handbook 1.2).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tuntas.insight import books
from tuntas.insight.books import Totals
from tuntas.insight.conduct import days_to_finish
from tuntas.organizations.models import Role, Supervision, Unit
from tuntas.reports.models import Report
from tuntas.reports.states import OPEN
from tuntas.web import charts
from tuntas.workspace import queues
from tuntas.workspace.desks import Desk
from tuntas.workspace.officers import OfficerRequest, officer_view

OPEN_BUCKETS = ("unverified", "pending", "not_followed_up", "in_process")
FINISHES = ("finished_accepted", "finished_silence", "finished_admin")  # never added silently (law 5)


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One agency in the table.

    finishes: as FINISHES. mean_days, median_days: calendar days from receipt to the finish, of the last year, as of
    last night; None where nothing was finished. waiting_elsewhere: open reports that its superior holds while it is
    not connected.
    """

    agency: Unit
    open: int
    overdue: int
    finishes: Sequence[int]
    mean_days: float | None
    median_days: float | None
    waiting_elsewhere: int

    @property
    def is_connected(self) -> bool:
        return self.agency.connected_on is not None


def watched_by(desk: Desk) -> list[Unit]:
    """The agencies that this desk's office supervises."""
    edges = Supervision.objects.filter(supervisor=desk.unit, valid_to=None).values("supervised")
    return list(Unit.objects.working().filter(pk__in=edges).order_by("name", "pk"))


def lines(agencies: Sequence[Unit]) -> list[Line]:
    """The table, the most late first. Three queries, whatever the number of agencies."""
    keys = [agency.pk for agency in agencies]
    counted, spans, waiting = books.totals_by_agency(keys), days_to_finish(keys), _waiting(agencies)
    made = [_line(agency, counted[agency.pk], spans.get(agency.pk), waiting[agency.pk]) for agency in agencies]
    return sorted(made, key=lambda line: (-line.overdue, -line.open, line.agency.name))


@require_safe
@officer_view
def supervision(request: OfficerRequest) -> HttpResponseBase:
    """GET /workspace/supervision/"""
    if request.desk.role != Role.SUPERVISOR:
        raise Http404
    table = lines(watched_by(request.desk))
    return render(
        request,
        "workspace/supervision.html",
        {
            "lines": table,
            "unconnected": [line for line in table if not line.is_connected],
            "open": sum(line.open for line in table),
            "overdue": sum(line.overdue for line in table),
            "finishes": [sum(each) for each in zip(*(line.finishes for line in table), strict=True)] or [0, 0, 0],
            "bars": _bars(table),
            "series": [_("Overdue"), _("In time")],
            "colours": (charts.LATE, charts.IN_TIME),
            "now": timezone.now(),
        },
    )


@require_safe
@officer_view
def agency(request: OfficerRequest, slug: str) -> HttpResponseBase:
    """GET /workspace/supervision/<agency>/?late=1 lists the open reports of one agency, most urgent first."""
    watched = next((unit for unit in watched_by(request.desk) if unit.slug == slug), None)
    if watched is None or request.desk.role != Role.SUPERVISOR:
        raise Http404
    of_agency = Q(agency_id=watched.pk) if watched.connected_on else Q(target_agency__agency_id=watched.pk)
    heap = Report.objects.filter(of_agency, state__in=OPEN)
    only_late = bool(request.GET.get("late"))
    if only_late:
        heap = heap.filter(due_at__lt=timezone.now())
    page = queues.page_of_heap(heap, request.GET)
    return render(
        request,
        "workspace/supervised_agency.html",
        {
            "agency": watched,
            "page": page,
            "rows": queues.rows_of(request.desk, page.rows),
            "only_late": only_late,
        },
    )


def _line(agency: Unit, totals: Totals, days: tuple[float, float] | None, waiting: int) -> Line:
    mean, median = days or (None, None)
    return Line(
        agency=agency,
        open=sum(totals.by_bucket[name] for name in OPEN_BUCKETS),
        overdue=totals.overdue,
        finishes=[totals.by_bucket[name] for name in FINISHES],
        mean_days=mean,
        median_days=median,
        waiting_elsewhere=waiting,
    )


def _waiting(agencies: Sequence[Unit]) -> Counter[int]:
    """Open reports for agencies that are not connected, by agency."""
    absent = [agency.pk for agency in agencies if agency.connected_on is None]
    waiting = Report.objects.filter(target_agency__agency_id__in=absent, state__in=OPEN).order_by()
    rows = waiting.values_list("target_agency__agency_id").annotate(n=Count("pk"))
    return Counter(dict(rows))


def _bars(table: Sequence[Line]) -> list[dict[str, Any]]:
    return [
        {
            "name": line.agency.name,
            "amounts": [line.overdue, max(0, line.open - line.overdue)],
            "address": reverse("workspace:supervised-agency", args=[line.agency.slug]),
        }
        for line in table
        if line.open
    ][:12]
