"""Which length and which calendar apply to a report on a day."""

from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

from django.db.models import F, Q
from django.utils import timezone

from tuntas.clocks.calendar import FIVE_DAYS, Calendar
from tuntas.clocks.models import Policy
from tuntas.kernel.refusals import Refusal
from tuntas.organizations.models import Holiday, Unit, WorkingCalendar

DEFAULT_ZONE = "Asia/Jakarta"


def policy_for(stage: str, *, report_class: str, agency_id: int | None, at: datetime) -> Policy:
    """The policy in force at `at`: an agency's own before the national, a class's own before that for all.

    Raises Refusal when the register holds none: a duty without a limit must not start silently.
    """
    day = timezone.localdate(at)  # the day on which it begins to hold is a day in Jakarta, not in Greenwich
    found = (
        Policy.objects.filter(Q(valid_to=None) | Q(valid_to__gte=day), stage=stage, valid_from__lte=day)
        .filter(Q(agency=None) | Q(agency_id=agency_id), Q(report_class="") | Q(report_class=report_class))
        .order_by(F("agency").asc(nulls_last=True), F("report_class").desc(), F("valid_from").desc())
        .first()
    )
    if found is None:
        raise Refusal(
            f"No policy says how long {stage} may take on {day:%Y-%m-%d}.",
            why="Deadlines are dated data and this date has none.",
            instead="Load the policy pack: tuntas load deadlines.",
        )
    return found


def unit_of(policy: Policy) -> Literal["working", "calendar"]:
    """In which days its length is counted, as calendar.py names them."""
    return "working" if policy.counting == Policy.Counting.WORKING_DAYS else "calendar"


def calendar_of(unit: Unit | None) -> Calendar:
    """The working calendar of the nearest unit upwards that has one; Monday to Friday in Jakarta without any."""
    found = _nearest(unit)
    return _calendar(found.pk, found.version) if found else _calendar(None, _national_version())


def _nearest(unit: Unit | None) -> WorkingCalendar | None:
    if unit is None:
        return None
    if unit.calendar_id:
        return unit.calendar
    upward = Unit.objects.filter(pk__in=unit.ancestry, calendar__isnull=False).select_related("calendar")
    by_id = {above.pk: above.calendar for above in upward}
    return next((by_id[pk] for pk in reversed(unit.ancestry) if pk in by_id), None)


def _national_version() -> int:
    """A new national holiday raises the version of every calendar row; without rows the count of days serves."""
    return Holiday.objects.filter(calendar=None).count()


@lru_cache(maxsize=512)
def _calendar(calendar_id: int | None, version: int) -> Calendar:
    row = WorkingCalendar.objects.filter(pk=calendar_id).first() if calendar_id else None
    found = Holiday.objects.filter(Q(calendar=None) | Q(calendar_id=calendar_id)).values_list("day", "is_estimated")
    days = sorted(found)
    known_from, known_until = _known(days)
    return Calendar(
        zone=ZoneInfo(row.zone if row else DEFAULT_ZONE),
        workweek=frozenset(row.workweek) if row and row.workweek else FIVE_DAYS,
        holidays=frozenset(day for day, _estimated in days),
        version=f"{row.code if row else 'national'}/{version}",
        known_from=known_from,
        known_until=known_until,
    )


def _known(days: Sequence[tuple[date, bool]]) -> tuple[date | None, date | None]:
    """From the first year with days off to the last before one that is only estimated."""
    if not days:
        return None, None
    estimated = [day.year for day, is_estimated in days if is_estimated]
    last = min(estimated) - 1 if estimated else days[-1][0].year
    return date(days[0][0].year, 1, 1), date(last, 12, 31)


def forget_calendars() -> None:
    """After a change of days in the same process (loading, tests)."""
    _calendar.cache_clear()
