"""The night's counting: where public reports lie and which words they use; then `conduct`.

The worker does it in pieces, between two looks at the clocks.

Why at night and not at once: a number that follows every single report tells when one arrived, and where.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from h3.api import basic_int as h3

from tuntas.access.actors import SYSTEM, acting
from tuntas.insight import blind_spots, conduct, queries
from tuntas.insight.models import STEP, Hexagon, MapPicture, PlaceCount, Word
from tuntas.organizations.models import Category
from tuntas.reports.models import PublicCopy

PIECE = 5_000  # reports read at once: about a quarter of a second
WORDS_OF = 100_000  # newest public reports whose words are counted
MOST_WORDS = 60_000
TEXTS_OF_A_WORD = 2  # a word that one text alone holds may be a slip itself
SHORTEST = 4  # letters of a word that is counted
LETTERS = re.compile(rf"[^\W\d_]{{{SHORTEST},40}}")
EMPTY_FOR = timedelta(minutes=5)  # after which an empty picture is counted again: the first reports wait for no night
# H3 resolution by the length of the code of the area that is looked at: about 60, 9 and 1.2 km from edge to edge.
FINENESS: Mapping[int, int] = {0: 3, 2: 5, 5: 7}
PERIODS = (365, 90, 30)  # days before the counting, each a picture of its own beside that of all times
# What is read of each report, and where it stands.
FACTS: Mapping[str, str] = {
    "report_id": "report_id",
    "latitude": "report__latitude",
    "longitude": "report__longitude",
    "area": "report__area_id",
    "category": "report__category_id",
    "received_at": "report__received_at",
}
TOTALS = ("with_point", "with_area", "in_all")
SOUTH, NORTH, WEST, EAST = -12.0, 8.0, 94.0, 142.0  # degrees: points beyond are slips, and counted as none


Cut = tuple[str, str, int]  # what is looked at, a category or "", days or 0


def is_due(now: datetime | None = None) -> bool:
    """Whether a new day has begun since the last counting, or nothing was public then."""
    moment = now or timezone.now()
    last = MapPicture.objects.first()
    if last is None:
        return True
    if last.in_all == 0:
        return moment - last.as_of >= EMPTY_FOR
    return timezone.localdate(moment) > timezone.localdate(last.as_of)


class Counting:
    """One counting under way. Call `go_on` until it says False; what was counted before stands until the end."""

    def __init__(self, now: datetime | None = None) -> None:
        self.began = now or timezone.now()
        self.last = 0
        self.cells: dict[Cut, Counter[int]] = defaultdict(Counter)
        self.leads: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
        self.places: dict[Cut, Counter[str]] = defaultdict(Counter)
        self.tops = _tops()
        self.words: Counter[str] = Counter()
        self.totals: Counter[str] = Counter()
        self.words_from = _first_of_the_newest()

    def go_on(self) -> bool:
        """Count one piece; at the end put all numbers in the place of the old ones. False: it is done."""
        with acting(SYSTEM):
            rows = _piece(self.last, self.words_from)
        for row in rows:
            self._count(**row)
        if len(rows) == PIECE:
            return True
        self._keep()
        return False

    def _count(
        self,
        *,
        report_id: int,
        latitude: float | None,
        longitude: float | None,
        area: str,
        text: str,
        category: int | None = None,
        received_at: datetime | None = None,
    ) -> None:
        self.last = report_id
        self.totals["in_all"] += 1
        levels, pictures = _levels(area), self._pictures(category, received_at)
        for within, part in levels:
            for picture in pictures:
                self.places[within, *picture][part] += 1
        self.totals["with_area"] += bool(area)
        if latitude is not None and longitude is not None and _is_here(latitude, longitude):
            self.totals["with_point"] += 1
            for within, part in levels or [("", "")]:
                cell = h3.latlng_to_cell(latitude, longitude, FINENESS[len(within)])
                self.leads[within, cell][part] += 1
                for picture in pictures:
                    self.cells[within, *picture][cell] += 1
        if text:
            self.words.update(words_of(text))

    def _pictures(self, category: int | None, received_at: datetime | None) -> list[tuple[str, int]]:
        """(category, days) of every picture that a report stands in."""
        top = self.tops.get(category or 0, "")
        age = (self.began - received_at).days if received_at else PERIODS[0]
        times = [0, *(days for days in PERIODS if age < days)]
        return [(kind, days) for kind in ("", *filter(None, [top])) for days in times]

    def told(self) -> tuple[list[Hexagon], list[PlaceCount], dict[str, int]]:
        """What will be shown: whole groups alone."""
        hexagons = [
            Hexagon(within=within, category=category, days=days, cell=cell, n=n, leads_to=self._leads_to(within, cell))
            for (within, category, days), cells in self.cells.items()
            for cell, counted in cells.items()
            if (n := whole_groups(counted))
        ]
        places = [
            PlaceCount(within=within, category=category, days=days, area=area, n=n)
            for (within, category, days), areas in self.places.items()
            for area, counted in areas.items()
            if (n := whole_groups(counted))
        ]
        return hexagons, places, {name: whole_groups(self.totals[name]) for name in TOTALS}

    def _leads_to(self, within: str, cell: int) -> str:
        return self.leads[within, cell].most_common(1)[0][0]

    def _keep(self) -> None:
        hexagons, places, totals = self.told()
        words = [Word(word=word, n=n) for word, n in self.words.most_common(MOST_WORDS) if n >= TEXTS_OF_A_WORD]
        with transaction.atomic():
            conduct.count(self.began)
            blind_spots.count(self.began)
            for model, rows in ((Hexagon, hexagons), (PlaceCount, places), (Word, words)):
                _replace(model, rows)
            MapPicture.objects.update_or_create(pk=1, defaults={"as_of": self.began, **totals})


def count_now(now: datetime | None = None) -> None:
    """A whole counting at once: for a register that was just filled, and for tests."""
    counting = Counting(now)
    while counting.go_on():
        pass


def whole_groups(n: int) -> int:
    """The reports in whole groups: 4 is 0, 14 is 10."""
    return n - n % STEP


def words_of(text: str) -> set[str]:
    """The words of a text that may be looked for, each once, in small letters."""
    return set(LETTERS.findall(text.lower()))


def _levels(area: str) -> list[tuple[str, str]]:
    """(what is looked at, which part of it) for an area's code: nation, province, regency or city."""
    return [(area[:above], area[:part]) for above, part in ((0, 2), (2, 5), (5, 8)) if len(area) >= part]


def _is_here(latitude: float, longitude: float) -> bool:
    return SOUTH <= latitude <= NORTH and WEST <= longitude <= EAST


def _first_of_the_newest() -> int:
    newest = PublicCopy.objects.order_by("-report_id").values_list("report_id", flat=True)
    return next(iter(newest[WORDS_OF : WORDS_OF + 1]), 0)


def _piece(after: int, words_from: int) -> list[dict[str, Any]]:
    found = PublicCopy.objects.filter(report_id__gt=after).order_by("report_id")
    facts: tuple[str, ...] = (*FACTS.values(),)
    if after >= words_from:
        facts = (*facts, "title", "body", "place")
    return [
        dict(zip(FACTS, row, strict=False)) | {"area": row[3] or "", "text": " ".join(row[len(FACTS) :])}
        for row in found.values_list(*facts)[:PIECE]
    ]


def _tops() -> dict[int, str]:
    """For every category the code of the one that stands on top of it: the ones that a visitor chooses from."""
    kinds = {kind.pk: kind for kind in Category.objects.all()}

    def top(kind: Category) -> str:
        return top(kinds[kind.parent_id]) if kind.parent_id else kind.code

    return {pk: top(kind) for pk, kind in kinds.items()}


def _replace(model: Any, rows: Iterable[Any]) -> None:
    model.objects.all().delete()
    queries.put(model, rows)
