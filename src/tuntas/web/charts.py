"""Bar charts as rows of words and small drawings: no script, no inline style, the same numbers as a table beside."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SERIES = 6  # colours that the style sheet has
LATE, SOON, IN_TIME = 4, 2, 1  # their numbers for what a time limit says, the same in every chart


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One piece of a bar. series: which colour; left, width: per cent of the longest bar."""

    series: int
    left: float
    width: float
    amount: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """One row of a chart. address: where the row leads, or empty."""

    name: str
    amount: float
    parts: Sequence[Part]
    address: str = ""


def as_bars(rows: Iterable[Mapping[str, Any]], colours: Sequence[int] = ()) -> list[Bar]:
    """Rows {name, amount | amounts, address?} as bars scaled to the longest one.

    amount: a number of at least 0; amounts: such numbers, one for each series of a stacked chart.
    colours: of each series, where it means something; else they come in their order.
    Raises ValueError for a negative amount or more series than there are colours.
    """
    read = [(str(row["name"]), _amounts(row), str(row.get("address", ""))) for row in rows]
    longest = max((sum(amounts) for _name, amounts, _address in read), default=0) or 1
    return [
        Bar(name=name, amount=sum(amounts), parts=_parts(amounts, longest, colours), address=address)
        for name, amounts, address in read
    ]


def _amounts(row: Mapping[str, Any]) -> list[float]:
    amounts = list(row["amounts"]) if "amounts" in row else [row["amount"]]
    if len(amounts) > SERIES or min(amounts, default=0) < 0:
        raise ValueError(f"a bar needs up to {SERIES} amounts of at least 0, got {amounts!r}")
    return amounts


def colours_of(colours: Sequence[int], series: int) -> Sequence[int]:
    """A colour for each of so many series."""
    return colours or range(1, series + 1)


def _parts(amounts: Sequence[float], longest: float, colours: Sequence[int]) -> list[Part]:
    parts, left = [], 0.0
    for series, amount in zip(colours_of(colours, len(amounts)), amounts, strict=True):
        width = round(100 * amount / longest, 2)
        parts.append(Part(series=series, left=round(left, 2), width=width, amount=amount))
        left += width
    return parts
