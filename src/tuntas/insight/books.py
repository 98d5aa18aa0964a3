"""The books balance: one place that counts, for every screen and export (law 7, handbook 5.1 and 5.3).

Population: all reports of the register, protected ones counted and never shown. `as_of` says when it was counted.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from tuntas.insight import queries
from tuntas.insight.buckets import BUCKETS, FINISHED


@dataclass(frozen=True, slots=True)
class Totals:
    """Reports lodged in a period, by the bucket they stand in now. The buckets always add up to `incoming`."""

    by_bucket: Counter[str]
    overdue: int
    predating: int
    as_of: datetime

    @property
    def incoming(self) -> int:
        return sum(self.by_bucket.values())

    @property
    def finished(self) -> int:
        return sum(self.by_bucket[name] for name in FINISHED)

    @property
    def followed_up_rate(self) -> float | None:
        """%TL = (in process + finished) / total (handbook 5.3); None when there is nothing to divide."""
        return (self.by_bucket["in_process"] + self.finished) / self.incoming if self.incoming else None

    def rows(self) -> list[tuple[str, object, int]]:
        """(bucket, its name, count) for every bucket that holds a report, in the published order."""
        return [(name, words, self.by_bucket[name]) for name, words in BUCKETS.items() if self.by_bucket[name]]


@dataclass(frozen=True, slots=True)
class Balance:
    """Opening stock + in - out = closing stock, each side counted on its own."""

    opening: int
    came_in: Counter[str] = field(default_factory=Counter)  # received, came_over, opened_again
    went_out: Counter[str] = field(default_factory=Counter)  # resolved, archived, ..., went_over
    closing: int = 0

    @property
    def difference(self) -> int:
        """0, or the books are wrong."""
        return self.opening + sum(self.came_in.values()) - sum(self.went_out.values()) - self.closing


def totals(
    *,
    agencies: Sequence[int] | None = None,
    start: datetime | None = None,
    end: datetime | None = None,
    category: str | None = None,
) -> Totals:
    """Reports lodged from `start` to before `end`, of these agencies (None: all) and this category with its parts."""
    return _sum(queries.counts(agencies, start, end, category))


def totals_by_agency(
    agencies: Sequence[int], *, start: datetime | None = None, end: datetime | None = None
) -> dict[int, Totals]:
    """`totals` of each agency, in one query."""
    found = queries.counts(agencies, start, end, None)
    return {agency: _sum([count for count in found if count.agency_id == agency]) for agency in agencies}


def totals_by_unit(above: int, *, start: datetime | None = None, end: datetime | None = None) -> dict[int, Totals]:
    """`totals` of each office and service unit below a unit that holds or held reports to the end (R003-11)."""
    by_unit: dict[int, list[queries.Count]] = defaultdict(list)
    for count in queries.unit_counts(above, start, end):
        by_unit[count.agency_id or 0].append(count)
    return {unit: _sum(counts) for unit, counts in by_unit.items()}


def _sum(counts: Sequence[queries.Count]) -> Totals:
    by_bucket: Counter[str] = Counter()
    for count in counts:
        by_bucket[count.bucket] += count.n
    return Totals(
        by_bucket, sum(count.overdue for count in counts), sum(count.predating for count in counts), timezone.now()
    )


def balance(
    start: datetime, end: datetime, *, agencies: Sequence[int] | None = None, category: str | None = None
) -> Balance:
    """The stock of open reports from `start` to `end`. Category is that of today, on both sides alike."""
    came, went = Counter[str](), Counter[str]()
    for direction, why, n in queries.moves(agencies, category, start, end):
        (came if direction == "in" else went)[why] += n
    opening = queries.stock(agencies, category, start)
    return Balance(opening, came, went, queries.stock(agencies, category, end))
