"""Days of October 2026, and the clocks of a report as they stand.

The first Monday is the 5th; no holiday follows that month. A day ends at 17:00 in Greenwich.
"""

from datetime import datetime, timedelta

from tests import databases
from tuntas.clocks.calendar import WIB
from tuntas.clocks.models import Clock
from tuntas.organizations.models import Unit, WorkingCalendar
from tuntas.reports.models import Report


def day(n: int, hour: int = 9) -> datetime:
    """An hour in Jakarta on a day of October 2026, or after it."""
    return datetime(2026, 10, 1, hour, tzinfo=WIB) + timedelta(days=n - 1)


def end_of(n: int) -> datetime:
    return day(n + 1, 0)


def clock(report: Report, kind: str) -> Clock:
    with databases.role("owner"):
        return Clock.objects.select_related("owner").filter(report=report, kind=kind).latest("pk")


def now(report: Report) -> Report:
    with databases.role("owner"):
        return Report.objects.select_related("holder").get(pk=report.pk)


def six_days_in_jayapura(*codes: str) -> None:
    with databases.role("owner"):
        calendar = WorkingCalendar.objects.create(
            code="six", name="Enam hari", zone="Asia/Jayapura", workweek=[1, 2, 3, 4, 5, 6]
        )
        Unit.objects.filter(code__in=codes).update(calendar=calendar)
