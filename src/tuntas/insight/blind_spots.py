"""Where nobody complains, or far fewer than one would expect: places and subjects to ask about (handbook 6.4, 8.3 S9).

Counted at night. Expected is the share that a place or a subject had in the 360 days before, applied to all reports of
the last 90 days, so that a general fall makes nobody look silent. Where nothing came before, a place's share of the
inhabitants takes its stead; a subject has none. A spot is blind when at most half of that came, and so few that chance
alone (Poisson, 1 in 20, shared among all that are compared) would not explain it.

What this is not: proof of a need. A place without problems looks like one without a voice; a booth or a flood moves the
numbers of a season; reports come in clusters, so chance alone explains more than Poisson grants. It says where to ask.
Whistleblowing and other closed queues are in no number.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils import timezone

from tuntas.access.actors import SYSTEM, acting
from tuntas.insight import queries
from tuntas.insight.models import Seen

RECENT, BEFORE = timedelta(days=90), timedelta(days=360)
LEAST = 5.0  # expected reports below which an empty place says nothing
CHANCE = 0.05  # of one false alarm among all that are compared


@dataclass(frozen=True, slots=True)
class Spot:
    """One place or subject. expected: reports of the last 90 days; by_people: as its inhabitants let one expect."""

    code: str
    seen: int
    expected: float
    by_people: bool = False


def count(now: datetime | None = None) -> None:
    """Count anew what came from each place and about each subject, in the clockwork's sight; one statement."""
    moment = now or timezone.now()
    with acting(SYSTEM):
        queries.keep_seen(recent=moment - RECENT, before=moment - RECENT - BEFORE, now=moment)


def seen_by(agency: int | None) -> "QuerySet[Seen]":
    """What was counted for an agency, with None for the whole register. An officer sees that of their own agency."""
    return Seen.objects.filter(agency_id=agency)


def blind(
    counted: Mapping[str, tuple[int, int]], *, among: Sequence[str], people: Mapping[str, int] | None = None
) -> list[Spot]:
    """The blind spots among these codes, the gravest first.

    counted: (recent, before) by code; among: every code that is compared, also those from which nothing ever came;
    people: inhabitants by code, used only when they are known for all.
    """
    recent = sum(counted.get(code, (0, 0))[0] for code in among)
    before = sum(counted.get(code, (0, 0))[1] for code in among)
    known = people if people is not None and all(people.get(code) for code in among) else {}
    inhabitants = sum(known.values())
    found = []
    for code in among:
        now, then = counted.get(code, (0, 0))
        if then:
            spot = Spot(code, now, recent * then / before)
        elif inhabitants:
            spot = Spot(code, now, recent * known[code] / inhabitants, by_people=True)
        else:
            continue
        if is_blind(spot, compared=len(among)):
            found.append(spot)
    return sorted(found, key=lambda spot: (spot.seen - spot.expected, spot.code))


def is_blind(spot: Spot, *, compared: int) -> bool:
    """compared: how many are looked at together; the more, the less may be left to chance in each."""
    if spot.expected < LEAST or spot.seen > spot.expected / 2:
        return False
    return at_most(spot.seen, spot.expected) <= CHANCE / max(1, compared)


def at_most(seen: int, expected: float) -> float:
    """How probable it is that a Poisson count with this mean is `seen` or less. expected: above 0."""
    return math.fsum(math.exp(k * math.log(expected) - expected - math.lgamma(k + 1)) for k in range(seen + 1))


def by_code(rows: Iterable[Seen]) -> dict[str, tuple[int, int]]:
    return {row.code: (row.recent, row.before) for row in rows}
