"""What is due for an officer, and when, seen from their own desk: late, today, on the next working day, later."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import Q, QuerySet

from tuntas.access.actors import Actor
from tuntas.clocks.calendar import Calendar
from tuntas.organizations.models import Role
from tuntas.reports.models import Report
from tuntas.reports.states import OPEN, State
from tuntas.teamwork.jobs import hands_of
from tuntas.teamwork.models import Job

REPORTERS_TURN = (State.PENDING_INFO, State.AWAITING_REPORTER, State.RESOLUTION_PROPOSED)


class When(StrEnum):
    LATE = "late"
    TODAY = "today"
    TOMORROW = "tomorrow"
    LATER = "later"


def when(calendar: Calendar, due_at: datetime | None, now: datetime) -> When:
    """By the office's calendar: on a Friday the next working day is Monday. Nothing due is later."""
    if due_at is None:
        return When.LATER
    if due_at <= now:
        return When.LATE
    left = calendar.working_days_between(now, due_at)
    if left <= 0:
        return When.TODAY
    return When.TOMORROW if left == 1 else When.LATER


@dataclass(frozen=True, slots=True)
class Due:
    """One duty as it may leave the register: no word of the report, and of a protected one not its category either."""

    number: str
    category: str
    due_at: datetime
    when: When


def reports_due(by: Actor) -> QuerySet[Report]:
    """What waits for this officer, in their own sight: their jobs, and what their office holds and nobody has in hand.

    Who works in the field has jobs alone. What waits for the reporter waits for nobody here.
    """
    live = Job.objects.live()
    mine = Q(pk__in=live.filter(appointment__in=hands_of(by)).values("report"))
    if by.role != Role.FIELD_OFFICER:
        mine |= Q(holder_id=by.unit) & ~Q(pk__in=live.values("report"))
    found = Report.objects.filter(mine, state__in=OPEN, due_at__isnull=False).exclude(state__in=REPORTERS_TURN)
    return found.select_related("category").order_by("due_at", "pk")


def due_of(by: Actor, calendar: Calendar, now: datetime, *, language: str, most: int) -> Sequence[Due]:
    """The most urgent duties, in the language of the officer."""
    return [
        Due(
            number=report.number,
            category="" if report.is_protected else _name(report, language),
            due_at=report.due_at or now,
            when=when(calendar, report.due_at, now),
        )
        for report in reports_due(by)[:most]
    ]


def _name(report: Report, language: str) -> str:
    if report.category is None:
        return ""
    return (report.category.name_en if language.startswith("en") else "") or report.category.name
