"""The page of a head, of an office or of a region: what to approve, what is late, where nobody looks (handbook 8.3 S9).

Every count of reports is of the books (tuntas.insight), which balance, and leads to the list behind it; the things to
decide are lists of this desk. A blind spot is an office without officers, or a category from which nothing came.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tuntas.insight import books
from tuntas.organizations.models import Appointment, Category, Role, Unit
from tuntas.teamwork.jobs import WORKERS
from tuntas.workspace import queues
from tuntas.workspace.desks import Desk
from tuntas.workspace.officers import OfficerRequest, officer_view
from tuntas.workspace.words import Words, named

HEADS = frozenset({Role.UNIT_HEAD, Role.AGENCY_ADMIN, Role.NATIONAL_ADMIN})
OPEN_BUCKETS = ("unverified", "pending", "not_followed_up", "in_process")
QUIET = timedelta(days=90)  # without one report
DECISIONS = ("drafts", "decide", "appeals", "verify", "dispose", "overdue", "follow-up")  # the gravest first
THREE = 3
SHOWN = 12  # offices in the table and the picture


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One office below the desk, as the books count it now."""

    unit: Unit
    open: int
    overdue: int
    address: str


@require_safe
@officer_view
def head(request: OfficerRequest) -> HttpResponseBase:
    """GET /workspace/morning/"""
    desk = request.desk
    if desk.role not in HEADS:
        raise Http404
    now = timezone.now()
    table = lines(desk)
    facts = {
        "decisions": three_things(desk),
        "open": sum(line.open for line in table),
        "overdue": sum(line.overdue for line in table),
        "lines": table[:SHOWN],
        "more": len(table) - SHOWN,
        "bars": [_bar(line) for line in table[:SHOWN]],
        "series": [_("Overdue"), _("In time")],
        "empty_offices": offices_without_officers(desk),
        "quiet": quiet_categories(desk, now),
        "quiet_days": QUIET.days,
        "now": now,
    }
    return render(request, "workspace/head.html", facts)


def three_things(desk: Desk) -> list[tuple[Words, int, str]]:
    """The gravest heaps of this desk in which something lies: what, how many, where."""
    tabs = {tab.name: tab for tab in queues.tabs_for(desk)}
    counted = queues.counts(desk, list(tabs.values()))
    waiting = [name for name in DECISIONS if counted.get(name)]
    return [(tabs[name].label, counted[name], reverse("workspace:queue", args=[name])) for name in waiting[:THREE]]


def lines(desk: Desk) -> list[Line]:
    """Offices of the own agency that hold something, the most late first."""
    counted = books.totals_by_unit(desk.unit.pk)
    units = Unit.objects.filter(pk__in=counted, agency=desk.unit.agency_id)
    made = [
        Line(
            unit=unit,
            open=sum(counted[unit.pk].by_bucket[name] for name in OPEN_BUCKETS),
            overdue=counted[unit.pk].overdue,
            address=f"{reverse('workspace:queue', args=['all'])}?office={unit.pk}",
        )
        for unit in units
    ]
    return sorted((line for line in made if line.open), key=lambda line: (-line.overdue, -line.open, line.unit.name))


def offices_without_officers(desk: Desk) -> list[Unit]:
    """Offices below that could be given a report, and where nobody works in the register."""
    at_work = Appointment.objects.current().filter(role__in=WORKERS).values("unit")
    below = Unit.objects.under(desk.unit).working().filter(agency=desk.unit.agency_id).exclude(pk__in=at_work)
    return list(below.order_by("name", "pk")[:SHOWN])


def quiet_categories(desk: Desk, now: datetime) -> list[str]:
    """Whole branches of the category tree from which nothing came to this agency lately."""
    return list(_quiet(desk, now))[:SHOWN]


def _quiet(desk: Desk, now: datetime) -> Iterator[str]:
    agencies: Sequence[int] | None = None if desk.role == Role.NATIONAL_ADMIN else [desk.unit.agency_id or 0]
    branches = Category.objects.filter(parent=None, valid_to=None).order_by("code")
    for branch in branches:
        if not books.totals(agencies=agencies, start=now - QUIET, category=branch.code).incoming:
            yield named(branch)


def _bar(line: Line) -> dict[str, Any]:
    amounts = [line.overdue, max(0, line.open - line.overdue)]
    return {"name": named(line.unit), "amounts": amounts, "address": line.address}
