"""When something is due, seen from an office's own desk: late, today, on the next working day, later."""

from datetime import datetime
from enum import StrEnum

from tuntas.clocks.calendar import Calendar


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
