"""Open public reports that may be about the same matter, offered before a report is sent; the person decides.

Only what everybody may read is looked at. The words narrow down through the public's index, a point on the map through
the cells of a kilometre around it; then words, place and time are compared as for officers (`routing.duplicates`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db.models import Q
from django.utils import timezone

from tuntas.access.actors import PUBLIC, acting
from tuntas.intake.receiving import CELL
from tuntas.portal import queries
from tuntas.portal.standing import state_of
from tuntas.reports.models import PublicCopy, Report
from tuntas.reports.states import OPEN
from tuntas.reports.supporting import people_behind
from tuntas.routing.duplicates import LEAST, WINDOW, judge, telling

CANDIDATES = 60  # copies whose words are compared
SHOWN = 3  # more would be a list to read and no longer a question
PAIRS = 10  # of neighbouring telling words that are searched for


@dataclass(frozen=True, kw_only=True, slots=True)
class Same:
    """A public report of perhaps the same matter. people: how many stand behind it; state: its word, tone and icon."""

    copy: PublicCopy
    people: int
    state: tuple[Any, str, str]


def similar_open(told: Mapping[str, Any]) -> Sequence[Same]:
    """At most three open public reports for what step one holds (told: its cleaned fields), the likeliest first."""
    now = timezone.now()
    mine = Report(received_at=now, place=told["place"], latitude=told["latitude"], longitude=told["longitude"])
    text = telling(told["text"])
    with acting(PUBLIC):
        alike = [(judge(mine, text, _placed(each), each.title, each.body), each) for each in _candidates(mine, text)]
        likely = sorted(
            ((found.likeness, each) for found, each in alike if found.likeness >= LEAST),
            key=lambda pair: (-pair[0], pair[1].pk),
        )[:SHOWN]
        people = people_behind([each.pk for _likeness, each in likely])
        return [Same(copy=each, people=people[each.pk], state=state_of(each.report)) for _likeness, each in likely]


def _candidates(mine: Report, text: str) -> list[PublicCopy]:
    words = " | ".join(_searched(telling(mine.place), text))
    by_words = queries.with_words(words, before=None, size=CANDIDATES) if words else []
    found = PublicCopy.objects.select_related("report").filter(
        report__state__in=OPEN, report__received_at__gte=mine.received_at - WINDOW
    )
    near = Q(pk__in=by_words)
    if mine.latitude is not None and mine.longitude is not None:
        y, x = int(mine.latitude // CELL), int(mine.longitude // CELL)
        near |= Q(report__cell_y__range=(y - 1, y + 1), report__cell_x__range=(x - 1, x + 1))
    return list(found.filter(near).order_by("-pk")[:CANDIDATES])


def _searched(place: str, text: str) -> Iterator[str]:
    """What the index is asked for: two words that stand side by side tell more than one, and the place more than both.

    Each word is quoted, so that none is taken for an operator of the search.
    """
    if place:
        yield _all_of(place.split()[:3])
    for pair in list(pairwise(text.split()))[:PAIRS]:
        yield _all_of(pair)


def _all_of(words: Iterable[str]) -> str:
    return "(" + " & ".join(f"'{word}'" for word in words) + ")"


def _placed(found: PublicCopy) -> Report:
    """The report with the place that the public reads; a copy, since nothing of it may be saved."""
    shown = copy(found.report)
    shown.place = found.place
    return shown
