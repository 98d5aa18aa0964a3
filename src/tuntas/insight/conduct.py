"""How long reports take and how agencies keep their duties: counted at night, over all reports of twelve months.

Fairness (handbook 5.3): a share is told with what it counts and how many there are, and a group of fewer than `ENOUGH`
is not judged at all.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import QuerySet, Sum
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import SYSTEM, acting
from tuntas.clocks.policies import calendar_of
from tuntas.followup import surveying
from tuntas.insight import queries
from tuntas.insight.models import AgencyFact, Expectation
from tuntas.reports.states import Finish

ENOUGH = 20  # reports below which nothing is said about a group
SPAN = timedelta(days=365)
LATELY = timedelta(days=30)
OLDEST = date(2010, 1, 1)  # the first day whose working days are numbered

# What is told of an agency, in the order of its page; each counts `n` of `of`.
FACTS: Mapping[str, object] = {
    "answered_in_time": _("First follow-up within its time limit"),
    "settled_in_time": _("Settled within its time limit"),
    "with_proof": _("Answers that settle a matter and show their proof"),
    "reopened": _("Opened again because the reporter objected"),
    "answered_yes": _("Reporters who say that it dealt with their problem"),
    "canned": _("Answers that the gate read as empty"),
}
# What a reporter is asked who accepts an answer, each from 1 to RATED.
RATINGS: Mapping[str, object] = {
    "rating_clear": _("How clear the answer was"),
    "rating_on_target": _("How well it dealt with the problem"),
}
RATED = 5
AGES: Mapping[str, object] = {
    "open_7": _("up to 7 days"),
    "open_30": _("8 to 30 days"),
    "open_90": _("31 to 90 days"),
    "open_more": _("more than 90 days"),
}


@dataclass(frozen=True, slots=True)
class Share:
    """`n` of `of`; hundredths: per cent, None where there are too few to judge."""

    fact: str
    words: object
    n: int
    of: int

    @property
    def hundredths(self) -> int | None:
        return round(100 * self.n / self.of) if self.of >= ENOUGH else None


def count(now: datetime | None = None) -> None:
    """Count everything anew, in the clockwork's sight. Two statements; seconds at a million reports."""
    moment = now or timezone.now()
    days, numbers = _working_days(timezone.localdate(moment))
    with acting(SYSTEM):
        queries.keep_expectations(days, numbers, since=moment - SPAN, enough=ENOUGH)
        queries.keep_agency_facts(since=moment - SPAN, lately=moment - LATELY, now=moment)


def expected(agency: int | None, category: int | None) -> Expectation | None:
    """What is known of reports like this: of its agency and category, else its agency, else its category; or None."""
    groups = [(agency, category), (agency, None), (None, category)]
    wanted = [pair for pair in groups if pair != (None, None)]
    found = {
        (each.agency_id, each.category_id): each
        for each in Expectation.objects.filter(agency_id__in=[agency] if agency else []) | _of_category(category)
    }
    return next((found[pair] for pair in wanted if pair in found), None)


@dataclass(frozen=True, slots=True)
class Mark:
    """What reporters thought of one thing: the sum of `of` marks from 1 to `best`."""

    words: object
    total: int
    of: int
    best: int

    @property
    def mean(self) -> float | None:
        """With two digits; None where there are too few to judge."""
        return round(self.total / self.of, 2) if self.of >= ENOUGH else None


@dataclass(frozen=True, slots=True)
class Conduct:
    """An agency as of last night. ages: (age in words, open reports) from the youngest, empty when none was open."""

    shares: Sequence[Share]
    ages: Sequence[tuple[object, int]]
    marks: Sequence["Mark"]
    supported: int  # how often people stood behind its reports


def of_agency(agency: int) -> Conduct:
    """One query."""
    kept = {each.fact: each for each in AgencyFact.objects.filter(agency_id=agency)}
    ages = [(words, kept[name].n if name in kept else 0) for name, words in AGES.items()]
    return Conduct(
        shares=[Share(name, words, kept[name].n, kept[name].of) for name, words in FACTS.items() if name in kept],
        ages=ages if any(n for _words, n in ages) else [],
        marks=[
            Mark(words, kept[fact].n, kept[fact].of, best) for fact, (words, best) in _marked().items() if fact in kept
        ],
        supported=kept["supported"].n if "supported" in kept else 0,
    )


def _marked() -> dict[str, tuple[object, int]]:
    """Everything that reporters can mark: its name and its best mark, by the fact that counts it.

    Two are asked when an answer is accepted (1 to 5, R004-21), the others in the survey at the end (1 to 4).
    """
    when_accepted = {name: (words, RATED) for name, words in RATINGS.items()}
    return when_accepted | {f"skm_{code}": (each.name, surveying.BEST) for code, each in surveying.elements().items()}


@dataclass(frozen=True, slots=True)
class Lately:
    """What was finished in the last 30 days, in all or by one agency, by who had the last word (law 5).

    half: working days within which half of all that was finished in twelve months was done; None where too few were.
    """

    accepted: int
    silence: int
    admin: int
    half: int | None

    @property
    def finished(self) -> int:
        return self.accepted + self.silence + self.admin


def finished_lately(agency: int | None = None) -> Lately:
    """Two queries over what the night counted: of the whole register, or of one agency (its id)."""
    facts = [f"finished_{finish}" for finish in (Finish.ACCEPTED, Finish.SILENCE, Finish.ADMIN)]
    known = AgencyFact.objects.filter(fact__in=facts)
    if agency is not None:
        known = known.filter(agency_id=agency)
    counted = dict(known.values_list("fact").annotate(Sum("n")))
    whole = Expectation.objects.filter(agency_id=agency, category_id=None).first()
    accepted, silence, admin = (counted.get(fact, 0) for fact in facts)
    return Lately(accepted, silence, admin, half=whole.half if whole else None)


def days_to_finish(agencies: Sequence[int]) -> dict[int, tuple[float, float]]:
    """Mean and median calendar days from receipt to finish, by agency, of what was finished in twelve months.

    Agencies that finished nothing are left out; what old registers brought in finished has no such days.
    """
    found = AgencyFact.objects.filter(agency_id__in=agencies, fact__in=("days_mean", "days_half"))
    days = {(each.agency_id, each.fact): each.n / 100 for each in found}
    return {agency: (mean, days[agency, "days_half"]) for (agency, fact), mean in days.items() if fact == "days_mean"}


def _of_category(category: int | None) -> "QuerySet[Expectation]":
    return Expectation.objects.filter(agency_id=None, category_id__in=[category] if category else [])


def _working_days(until: date) -> tuple[list[date], list[int]]:
    """Every day since OLDEST, and how many working days of the national calendar lie before its end."""
    calendar, days, numbers, number = calendar_of(None), [], [], 0
    for n in range((until - OLDEST).days + 1):
        day = OLDEST + timedelta(days=n)
        number += calendar.is_working(day)
        days.append(day)
        numbers.append(number)
    return days, numbers
