"""Open public reports that may be about the same matter, offered before a report is sent; the person decides.

Only what everybody may read is looked at. The rarest words narrow down through the public's index, a point on the map
through its cell; then words, place and time are compared as for officers (`routing.duplicates`).

Points are not public (ADR 0021), and whoever asks as often as they like, from wherever they say they are, measures what
the answer depends on. So it depends on the cell alone, as coarse as the finest of the public map, and on no point of a
report whose public copy names no place (ADR 0031).
"""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from itertools import chain, pairwise
from typing import Any

from django.utils import timezone
from h3.api import basic_int as h3

from tuntas.access.actors import PUBLIC, acting
from tuntas.insight.asking import Query
from tuntas.insight.counting import FINENESS, SHORTEST
from tuntas.insight.queries import words_in_use
from tuntas.intake.receiving import CELL
from tuntas.portal import queries
from tuntas.portal.standing import state_of
from tuntas.reports.models import PublicCopy, Report
from tuntas.reports.states import OPEN
from tuntas.reports.supporting import people_behind
from tuntas.routing.duplicates import LEAST, WINDOW, judge, telling

CANDIDATES = 60  # copies whose words are compared
AROUND = 400  # points that are looked at
REACH = 6  # cells of the register from the middle of a cell of the map to beyond its edge
SHOWN = 3  # more would be a list to read and no longer a question
PAIRS, RAREST = 10, 6  # of neighbouring telling words that are searched for; of them the rarest known ones
RARE = 0.02  # share of texts: a question of many words is not put to the index twice


@dataclass(frozen=True, kw_only=True, slots=True)
class Same:
    """A public report of perhaps the same matter. people: how many stand behind it; state: its word, tone and icon."""

    copy: PublicCopy
    people: int
    state: tuple[Any, str, str]


def similar_open(told: Mapping[str, Any]) -> Sequence[Same]:
    """At most three open public reports for what step one holds (told: its cleaned fields), the likeliest first."""
    now = timezone.now()
    latitude, longitude = _coarse(told["latitude"], told["longitude"])
    mine = Report(received_at=now, place=told["place"], latitude=latitude, longitude=longitude)
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
    """The newest open ones that hold the words, and the newest open ones in the cell of the point."""
    since = mine.received_at - WINDOW
    words = _searched(telling(mine.place), text)
    told = queries.find(words, states=[*OPEN], since=since, size=CANDIDATES, rare=RARE)[0] if words.exact else []
    near = _in_the_cell(mine.latitude, mine.longitude, since) if mine.latitude and mine.longitude else []
    newest = sorted({*told, *near}, reverse=True)[:CANDIDATES]
    copies = PublicCopy.objects.select_related("report").filter(pk__in=newest)
    return [each for each in copies if each.place or each.pk in told]


def _in_the_cell(latitude: float, longitude: float, since: datetime) -> list[int]:
    """Ids of the newest open reports in the cell of the map of which this is the middle."""
    y, x = int(latitude // CELL), int(longitude // CELL)
    around = Report.objects.filter(
        cell_y__range=(y - REACH, y + REACH),
        cell_x__range=(x - REACH, x + REACH),
        received_at__gte=since,
        state__in=OPEN,
    ).order_by("-received_at")
    points = around.values_list("pk", "latitude", "longitude")[:AROUND]
    return [pk for pk, *point in points if _coarse(*point) == (latitude, longitude)][:CANDIDATES]


def _searched(place: str, text: str) -> Query:
    """What the index is asked for: two words that stand side by side tell more than one, and the place more than both.

    Each word is quoted, so that none is taken for an operator of the search.
    """
    pairs = _telling_pairs(list(dict.fromkeys(pairwise(text.split()))))
    wanted = [place.split()[:3], *pairs] if place else pairs
    query = " | ".join("(" + " & ".join(f"'{word}'" for word in words) + ")" for words in wanted)
    return Query(query, query, ("|".join(dict.fromkeys(chain(*wanted))),) if wanted else ())


def _telling_pairs(pairs: Sequence[tuple[str, str]]) -> Sequence[tuple[str, str]]:
    """Those that the fewest reports hold, then those with a word that no counting has seen yet.

    What half of all reports hold tells little and costs much.
    """
    in_texts = words_in_use().texts
    counts = {pair: [in_texts.get(word, 0) for word in pair if len(word) >= SHORTEST] for pair in pairs}
    known = sorted((pair for pair in pairs if counts[pair] and all(counts[pair])), key=lambda pair: min(counts[pair]))
    strange = [pair for pair in pairs if not all(counts[pair])]
    return [*known[:RAREST], *strange, *known[RAREST:]][:PAIRS]


def _placed(found: PublicCopy) -> Report:
    """The report with what the public may know of its place; a copy, since nothing of it may be saved."""
    shown = copy(found.report)
    shown.place, shown.area_id = found.place, None
    shown.latitude, shown.longitude = _coarse(shown.latitude, shown.longitude) if found.place else (None, None)
    return shown


def _coarse(latitude: float | None, longitude: float | None) -> tuple[float, float] | tuple[None, None]:
    """The middle of the cell of the public map in which a point lies."""
    if latitude is None or longitude is None:
        return None, None
    north, east = h3.cell_to_latlng(h3.latlng_to_cell(latitude, longitude, max(FINENESS.values())))
    return north, east
