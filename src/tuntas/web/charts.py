"""Bar charts as rows of words and small drawings: no script, no inline style, the same numbers as a table beside."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

SERIES = 6  # colours that the style sheet has


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One piece of a bar. left, width: per cent of the longest bar."""

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


def as_bars(rows: Iterable[Mapping[str, Any]]) -> list[Bar]:
    """Rows {name, amount | amounts, address?} as bars scaled to the longest one.

    amount: a number of at least 0; amounts: such numbers, one for each series of a stacked chart.
    Raises ValueError for a negative amount or more series than there are colours.
    """
    read = [(str(row["name"]), _amounts(row), str(row.get("address", ""))) for row in rows]
    longest = max((sum(amounts) for _name, amounts, _address in read), default=0) or 1
    return [
        Bar(name=name, amount=sum(amounts), parts=_parts(amounts, longest), address=address)
        for name, amounts, address in read
    ]


def _amounts(row: Mapping[str, Any]) -> list[float]:
    amounts = list(row["amounts"]) if "amounts" in row else [row["amount"]]
    if len(amounts) > SERIES or min(amounts, default=0) < 0:
        raise ValueError(f"a bar needs up to {SERIES} amounts of at least 0, got {amounts!r}")
    return amounts


def _parts(amounts: Sequence[float], longest: float) -> list[Part]:
    parts, left = [], 0.0
    for series, amount in enumerate(amounts, start=1):
        width = round(100 * amount / longest, 2)
        parts.append(Part(series=series, left=round(left, 2), width=width, amount=amount))
        left += width
    return parts
