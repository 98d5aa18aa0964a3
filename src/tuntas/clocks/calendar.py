"""Working days: pure arithmetic on a calendar, without a database and without a clock of its own.

Every rule here is explained, with its source, in docs/policy/clocks.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

WIB = ZoneInfo("Asia/Jakarta")  # western Indonesia, UTC+7
WITA = ZoneInfo("Asia/Makassar")  # central Indonesia, UTC+8
WIT = ZoneInfo("Asia/Jayapura")  # eastern Indonesia, UTC+9

FIVE_DAYS = frozenset(range(1, 6))  # ISO weekdays: Monday is 1
SIX_DAYS = frozenset(range(1, 7))

OPENS, CLOSES = time(8), time(16)  # reminders fall inside these hours; no deadline depends on them

Unit = Literal["working", "calendar"]
Pause = tuple[datetime, datetime]  # from, to; aware

_ONE_DAY = timedelta(days=1)
_AN_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The days on which one agency works.

    zone: where its days begin and end.
    workweek: ISO weekdays (1 = Monday) on which it works; at least one.
    holidays: days off that would otherwise be worked (national, joint leave, local).
    version: names the holiday data, and is stored with each deadline computed from it.
    known_from, known_until: first and last day for which `holidays` is complete. Outside them the
    arithmetic goes on with the workweek alone, and `is_certain` says no. None: nothing is claimed.
    """

    zone: ZoneInfo
    workweek: frozenset[int]
    holidays: frozenset[date]
    version: str
    known_from: date | None = None
    known_until: date | None = None

    def __post_init__(self) -> None:
        if not self.workweek or not self.workweek <= frozenset(range(1, 8)):
            raise ValueError(f"a workweek needs at least one ISO weekday from 1 to 7, got {sorted(self.workweek)}")

    def is_working(self, day: date) -> bool:
        return day.isoweekday() in self.workweek and day not in self.holidays

    def is_certain(self, start: datetime, due: datetime) -> bool:
        """Whether every day from `start` to `due` lies where the holidays are completely known."""
        if self.known_from is None or self.known_until is None:
            return False
        return self.known_from <= self._day(start) and self._last_day(due) <= self.known_until

    def deadline(self, start: datetime, working_days: int) -> datetime:
        """The last instant by which something begun at `start` is still in time.

        start: aware; its date is taken in this calendar's zone, and that day is not counted.
        working_days: whole days, at least 1.
        Returns the end (24:00) of the last counted day, aware, in this calendar's zone.
        Raises ValueError for a naive `start` or fewer than 1 day.
        Source: docs/policy/clocks.md, which gives the rule behind each number.
        """
        return self.deadline_after_pauses(start, working_days, pauses=())

    def deadline_after_pauses(
        self, start: datetime, working_days: int, *, pauses: Sequence[Pause], at_most: int = 2
    ) -> datetime:
        """The deadline when some of the time did not count.

        pauses: the clock's ledger in the order in which it was written, each (from, to), aware.
        An open pause is given with the present moment as its end. Only the first `at_most` count
        (handbook 3.3, T12: at most two). The day on which a pause begins still counts, the days
        after it do not, up to and with the day on which it ends: a question asked and answered on
        one day gains nobody a day.

        Adding a holiday, lengthening a pause or appending one never gives an earlier deadline.
        Raises ValueError for a naive moment, fewer than 1 day, or a pause that ends before it begins.
        """
        _require(working_days >= 1, f"at least 1 working day, got {working_days}")
        paused = [(self._day(begun), self._day(ended)) for begun, ended in map(_ordered, pauses[:at_most])]
        day = self._day(start)
        while working_days:
            day += _ONE_DAY
            is_paused = any(begun < day <= ended for begun, ended in paused)
            working_days -= self.is_working(day) and not is_paused
        return self._end_of(day)

    def calendar_deadline(self, start: datetime, days: int, *, pauses: Sequence[Pause] = ()) -> datetime:
        """Like `deadline`, counting every day: for limits that the rule gives in calendar days.

        pauses: as in `deadline_after_pauses`, all of them counted; one never begins before the one before it ended.
        """
        _require(days >= 1, f"at least 1 day, got {days}")
        paused = sum((self._day(ended) - self._day(begun)).days for begun, ended in map(_ordered, pauses))
        return self._end_of(self._day(start) + timedelta(days=days + paused))

    def due(self, start: datetime, length: int, unit: Unit = "working") -> datetime:
        """`deadline` or `calendar_deadline`, by the unit in which a policy states its length."""
        return self.deadline(start, length) if unit == "working" else self.calendar_deadline(start, length)

    def length(self, start: datetime, due: datetime, unit: Unit = "working") -> int:
        """The length that a policy would need for its deadline to be `due`; at least 1. The inverse of `due`."""
        if unit == "working":
            return max(1, self.working_days_between(start, due))
        return max(1, (self._last_day(due) - self._day(start)).days)

    def extend(self, due: datetime, working_days: int) -> datetime:
        """`due`, moved on by whole working days (0 or more).

        due: the end of a day, as the functions above return it. Extending adds up:
        extend(deadline(s, 3), 2) == deadline(s, 5).
        Raises ValueError for a naive `due` or a negative number of days.
        """
        _require(working_days >= 0, f"no negative extension, got {working_days}")
        last = self._last_day(due)
        return self.deadline(self._noon_of(last), working_days) if working_days else due

    def working_days_between(self, start: datetime, end: datetime) -> int:
        """How many working days something took, counted as a deadline counts them.

        The day of `start` is not counted, the day of `end` is; midnight at the end of a day still
        belongs to that day. So working_days_between(s, deadline(s, n)) == n, and something done
        by deadline(s, n) took at most n. Negative if `end` comes before `start`'s day.
        Raises ValueError for a naive moment.
        """
        return self._count(self._day(start), self._last_day(end))

    def working_days_late(self, due: datetime, at: datetime) -> int:
        """How many working days `at` lies after the deadline `due`; 0 if it is still in time.

        The day that begins at `due` is the first day late. Raises ValueError for a naive moment.
        """
        return max(0, self._count(self._last_day(due), self._last_day(at)))

    def fraction_point(self, start: datetime, due: datetime, fraction: float) -> datetime:
        """When `fraction` of the time from `start` to `due` is used up: the moment for a reminder.

        Time is measured in the opening hours (08:00-16:00) of the working days that the deadline
        counts, so a reminder never wakes anybody at night or on a holiday. Where no such hour lies
        between the two (calendar days over a long holiday), plain time is divided instead.
        fraction: from 0 (not included) to 1; 1 gives `due` itself. Never before `start`, never after `due`.
        Raises ValueError for naive moments, `due` before `start`, or another fraction.
        """
        _require(0 < fraction <= 1, f"a fraction above 0 and up to 1, got {fraction}")
        begun, ended = _ordered((start, due))
        if fraction == 1:
            return due
        hours = self._count(self._day(begun), self._last_day(ended)) * _opening_time()
        if hours <= timedelta(0):
            return (begun + (ended - begun) * fraction).astimezone(self.zone)
        whole_days, rest = divmod(hours * fraction, _opening_time())
        if not rest:  # exactly n days are used up at closing time of day n, not at opening time of the next
            whole_days, rest = whole_days - 1, _opening_time()
        day = self._nth_working_day(self._day(begun), whole_days + 1)
        return min(datetime.combine(day, OPENS, self.zone) + rest, due)

    def _count(self, after: date, through: date) -> int:
        if through < after:
            return -self._count(through, after)
        days = (after + timedelta(days=n) for n in range(1, (through - after).days + 1))
        return sum(map(self.is_working, days))

    def _nth_working_day(self, after: date, nth: int) -> date:
        day = after
        while nth:
            day += _ONE_DAY
            nth -= self.is_working(day)
        return day

    def _day(self, moment: datetime) -> date:
        return _aware(moment).astimezone(self.zone).date()

    def _last_day(self, moment: datetime) -> date:
        """The day that ends at or contains `moment`: 00:00 belongs to the day before."""
        return (_aware(moment).astimezone(self.zone) - _AN_INSTANT).date()

    def _end_of(self, day: date) -> datetime:
        return datetime.combine(day + _ONE_DAY, time.min, self.zone)

    def _noon_of(self, day: date) -> datetime:
        return datetime.combine(day, time(12), self.zone)


def never_earlier(previous: datetime, recomputed: datetime) -> datetime:
    """The deadline to keep after a calendar or policy changed: nobody loses a day that was promised.

    Raises ValueError for a naive moment.
    """
    return max(_aware(previous), _aware(recomputed))


def _opening_time() -> timedelta:
    return timedelta(hours=CLOSES.hour - OPENS.hour)


def _ordered(span: tuple[datetime, datetime]) -> tuple[datetime, datetime]:
    begun, ended = map(_aware, span)
    _require(begun <= ended, f"an end not before its beginning, got {begun!r} and {ended!r}")
    return begun, ended


def _aware(moment: datetime) -> datetime:
    _require(moment.tzinfo is not None, f"a moment with a zone, got {moment!r}")
    return moment


def _require(condition: bool, what: str) -> None:  # noqa: FBT001  the condition is the subject
    if not condition:
        raise ValueError(f"need {what}")
