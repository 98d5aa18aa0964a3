"""Lets eighteen months pass: lives go on in the order of time, and the clockwork rings between them."""

import heapq
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random

from django.db.models import F

from tuntas.access.actors import SYSTEM, acting
from tuntas.kernel.refusals import Refusal
from tuntas.notices.models import Notice
from tuntas.operations.demo import first_minutes, lives
from tuntas.operations.demo.case import Case
from tuntas.operations.demo.lives import Life
from tuntas.operations.demo.places import LATE_COMER, Stage
from tuntas.operations.demo.topics import TOPICS
from tuntas.organizations.models import Unit
from tuntas.reports.models import Report
from tuntas.routing import letter_answers, letters
from tuntas.routing.connecting import connect
from tuntas.timekeeping import ring_due

MONTHS = 18
EVERYTHING = 100_000
REPORTS = 300
# How many of the 300 lead which life; those of the last weeks are still on their way.
PLAN: tuple[tuple[Callable[[Case], Life], int, str], ...] = (
    (lives.accepted, 84, "past"),
    (lives.silent, 58, "past"),
    (lives.objected, 18, "past"),
    (lives.reopened, 8, "past"),
    (lives.arbitrated, 12, "past"),
    (lives.planned, 8, "past"),
    (lives.declined, 8, "past"),
    (lives.archived, 8, "past"),
    (lives.referred, 5, "past"),
    (lives.withdrawn, 6, "past"),
    (lives.completed, 6, "past"),
    (lives.untouched, 9, "now"),
    (lives.to_disposition, 4, "now"),
    (lives.to_follow_up, 9, "now"),
    (lives.to_progress, 9, "now"),
    (lives.question, 4, "weeks"),
    (lives.offered, 3, "last day"),
    (lives.disputed, 2, "last day"),
    (lives.to_answer, 6, "weeks"),
    (lives.objection_open, 3, "weeks"),
    (lives.waiting_for_details, 4, "now"),
    (lives.appealed, 2, "now"),
    (lives.protected, 3, "now"),
    (lives.insider, 1, "now"),
    (lives.violence, 1, "now"),
    (lives.about_an_office, 1, "now"),
    (lives.unconnected, 8, "now"),
    (lives.latecomer, 4, "before joining"),
)
JOINED_DAYS_AGO = 2.0  # so that the fair clocks of that day still run
HURRY = 0.01  # of the usual time between two steps
SUNDAYS_TOO = 0.0  # the pace of what must have happened by now, on whichever day the demo starts
UNREAD_DAYS = 2  # of notices that are still new when the demo starts
TWINS = 3  # pairs of reports of one matter


def walk(stage: Stage, *, until: datetime, seed: int) -> Iterator[int]:
    """Play all lives up to `until`. Yields the number of steps played so far, for a progress bar."""
    dice, order, steps = Random(seed), count(), 0  # noqa: S311  a story needs no secret dice
    agenda: list[tuple[datetime, int, Life, float]] = []
    for number, (life, era) in enumerate(_casting(stage, dice)):
        begins = _begin(era, until, dice, number)
        next(life)
        heapq.heappush(agenda, (begins, next(order), life, HURRY if era == "last day" else 1.0))
    for number, (life, ago) in enumerate(first_minutes.long_lives(stage)):
        next(life)
        heapq.heappush(agenda, (until - timedelta(days=ago, seconds=-number), next(order), life, SUNDAYS_TOO))
    joins = until - timedelta(days=JOINED_DAYS_AGO)
    while agenda:
        at, _n, life, pace = heapq.heappop(agenda)
        if at > until:
            break
        if joins <= at and not Unit.objects.get(code=LATE_COMER).connected_on:
            _join(joins)
        _clockwork(at)
        days = _go_on(life, at)
        if days is not None:
            heapq.heappush(agenda, (_when(at, days, pace), next(order), life, pace))
        steps += 1
        yield steps
    _clockwork(until)
    _read_what_is_past(until)
    yield steps + 1


def _clockwork(now: datetime) -> None:
    """What the worker does by itself, up to this instant."""
    ring_due(now=now, at_most=EVERYTHING)
    letter_answers.take_in(now=now, at_most=EVERYTHING)
    letters.remind_due(now=now, at_most=EVERYTHING)


def _read_what_is_past(until: datetime) -> None:
    """Officers read their notices as they come: nobody begins with eighteen months of them."""
    with acting(SYSTEM):
        past = Notice.objects.filter(
            to=Notice.To.UNIT, read_at=None, created_at__lt=until - timedelta(days=UNREAD_DAYS)
        )
        past.update(read_at=F("created_at") + timedelta(hours=1))


def _casting(stage: Stage, dice: Random) -> Iterator[tuple[Life, str]]:
    keys = count(1)

    def case() -> Case:
        return Case(stage, dice.choice(TOPICS), dice, str(next(keys)))

    for life, times, era in PLAN:
        for _n in range(times):
            yield life(case()), era
    for _n in range(TWINS):
        first = case()
        yield lives.twins(first, Case(stage, first.topic, dice, str(next(keys)))), "past"


def _begin(era: str, until: datetime, dice: Random, number: int) -> datetime:
    if era == "now":
        days = dice.uniform(1, 9)
    elif era == "last day":
        return _last_working_morning(until) + timedelta(seconds=number)
    elif era == "before joining":
        days = dice.uniform(JOINED_DAYS_AGO + 1, JOINED_DAYS_AGO + 20)
    elif era == "weeks":
        days = dice.uniform(15, 20)
    else:
        days = dice.uniform(35, MONTHS * 30)
    return _office_hour(until - timedelta(days=days) + timedelta(seconds=number))


def _when(at: datetime, days: float, pace: float) -> datetime:
    """When a life goes on, so many days after `at`."""
    return at + timedelta(days=days) if pace == SUNDAYS_TOO else _office_hour(at + timedelta(days=days * pace))


def _last_working_morning(until: datetime) -> datetime:
    """08:00 in Jakarta of the last weekday before today, so that a day of silence is not over yet."""
    local = (until + timedelta(hours=7) - timedelta(days=1)).replace(hour=8, minute=0, second=0, microsecond=0)
    while local.isoweekday() > 5:
        local -= timedelta(days=1)
    return local - timedelta(hours=7)


def _office_hour(at: datetime) -> datetime:
    """The same day between 08:00 and 16:00 in Jakarta; officers rest at weekends."""
    local = at + timedelta(hours=7)
    local = local.replace(hour=8 + local.hour % 8)
    while local.isoweekday() > 5:
        local += timedelta(days=1)
    return max(at, local - timedelta(hours=7))


def _go_on(life: Life, at: datetime) -> float | None:
    try:
        return life.send(at)
    except StopIteration:
        return None
    except (Refusal, Report.DoesNotExist):
        return None  # a clock was quicker; this life ends where it stands


def _join(day: datetime) -> None:
    agency = Unit.objects.get(code=LATE_COMER)
    for _report in connect(agency, on=day.astimezone(UTC).date(), at=day):
        pass
