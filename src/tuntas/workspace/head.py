"""The page of a head, of an office or of a region: what to approve, what is late, where nobody looks (handbook 8.3 S9).

Every count of reports is of the books (tuntas.insight), which balance, and leads to the list behind it; the things to
decide are lists of this desk. A blind spot is an office without officers, or a place or subject from which far fewer
reports come than one would expect (tuntas.insight.blind_spots).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from tuntas.insight import blind_spots, books
from tuntas.insight.models import Seen
from tuntas.organizations.models import Appointment, Area, Category, Role, Unit, UnitKind
from tuntas.teamwork.jobs import WORKERS
from tuntas.web import charts
from tuntas.workspace import queues
from tuntas.workspace.desks import Desk
from tuntas.workspace.officers import OfficerRequest, officer_view
from tuntas.workspace.words import Words, named

HEADS = frozenset({Role.UNIT_HEAD, Role.AGENCY_ADMIN, Role.NATIONAL_ADMIN})
OPEN_BUCKETS = ("unverified", "pending", "not_followed_up", "in_process")
DECISIONS = ("drafts", "decide", "appeals", "verify", "dispose", "overdue", "follow-up")  # the gravest first
THREE = 3
REGIONAL = (UnitKind.PROVINCE, UnitKind.REGENCY, UnitKind.CITY)
Counted = Mapping[str, tuple[int, int]]  # (recent, before) by code, as insight.blind_spots counts
SHOWN = 12  # offices in the table and the picture


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """One office below the desk, as the books count it now."""

    unit: Unit
    open: int
    overdue: int
    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Silence:
    """Where too little came: the picture, and the names from which nothing came in more than a year.

    by_people: whether some of it was expected from the number of inhabitants. more: names left out of `never`.
    """

    title: Words
    bars: Sequence[Mapping[str, Any]]
    by_people: bool
    never: Sequence[str]
    more: int


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
        "colours": (charts.LATE, charts.IN_TIME),
        "empty_offices": offices_without_officers(desk),
        "silences": silences(desk),
        "silent_series": [_("Came"), _("Missing to what was expected")],
        "silent_days": blind_spots.RECENT.days,
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


def silences(desk: Desk) -> list[Silence]:
    """Places of this desk's area, then branches of the categories, from which too little came; and those that never
    spoke. Empty until the night has counted once.
    """
    agency = None if desk.role == Role.NATIONAL_ADMIN else desk.unit.agency_id
    counted: dict[str, dict[str, tuple[int, int]]] = {}
    for row in blind_spots.seen_by(agency):
        counted.setdefault(row.kind, {})[row.code] = (row.recent, row.before)
    return [_of_places(desk, counted.get(Seen.Kind.AREA, {})), _of_subjects(counted.get(Seen.Kind.CATEGORY, {}))]


def _of_places(desk: Desk, counted: Counted) -> Silence:
    """Parts of the agency's own area, as queries.KEEP_SEEN counts; an agency that names no area has none."""
    agency = desk.unit.agency
    is_regional = agency is not None and agency.kind in REGIONAL and desk.role != Role.NATIONAL_ADMIN
    above = agency.area_id if agency and is_regional else None
    found = Area.objects.filter(parent=above) if above or not is_regional else Area.objects.none()
    parts = {area.code: area for area in found}
    names = {code: area.name for code, area in parts.items()}
    people = {code: area.population for code, area in parts.items() if area.population}
    return _silence(_("Places"), counted, names, people)


def _of_subjects(counted: Counted) -> Silence:
    branches = Category.objects.filter(parent=None, valid_to=None, closed_to="").order_by("code")
    return _silence(_("Subjects"), counted, {branch.code: named(branch) for branch in branches}, None)


def _silence(title: Words, counted: Counted, names: Mapping[str, str], people: Mapping[str, int] | None) -> Silence:
    found = blind_spots.blind(counted, among=sorted(names), people=people)
    never = sorted(names[code] for code in names if not any(counted.get(code, (0, 0)))) if counted else []
    return Silence(
        title=title,
        bars=[
            {"name": names[spot.code], "amounts": [spot.seen, round(spot.expected - spot.seen, 1)]}
            for spot in found[:SHOWN]
        ],
        by_people=any(spot.by_people for spot in found[:SHOWN]),
        never=never[:SHOWN],
        more=len(never[SHOWN:]),
    )


def _bar(line: Line) -> dict[str, Any]:
    amounts = [line.overdue, max(0, line.open - line.overdue)]
    return {"name": named(line.unit), "amounts": amounts, "address": line.address}
