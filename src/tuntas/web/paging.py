"""Paging by key: each page begins after the last row of the one before, however many rows there are.

No page numbers, and no counting of rows that nobody looks at.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any, Generic, TypeVar

from django.db.models import Q, QuerySet
from django.http import QueryDict

Row = TypeVar("Row")

SIZE = 25  # rows; a screen and a half of a phone
LONGEST_KEY = 2000  # characters of an address that we care to read


@dataclass(frozen=True, kw_only=True)
class Page(Generic[Row]):
    """Some rows, and the addresses ("?...") of the rows before and after; empty where there are none."""

    rows: Sequence[Row]
    newer: str
    older: str


def page_of(rows: "QuerySet[Any, Row]", asked: QueryDict, *, order: Sequence[str], size: int = SIZE) -> Page[Row]:
    """The page of `rows` that the address asks for (?after=KEY, ?before=KEY), at most `size` rows.

    order: names as for order_by(), unique taken together (end with the primary key), never null. Annotations may be
    named; values are datetimes, dates, numbers or text. A key that we did not write means the first page.
    One query, which an index on `order` carries.
    """
    backwards = "before" in asked
    key = _read(asked.get("before") or asked.get("after") or "", len(order))
    if key is None:
        backwards = False
    way = [_turned(name) for name in order] if backwards else list(order)
    found = rows.order_by(*way)
    if key is not None:
        found = found.filter(_beyond(way, key))
    read = list(found[: size + 1])
    there_is_more, read = len(read) > size, read[:size]
    if backwards:
        read.reverse()
    has_newer = there_is_more if backwards else key is not None
    has_older = True if backwards else there_is_more
    return Page(
        rows=read,
        newer=_address(asked, "before", read[0], order) if read and has_newer else "",
        older=_address(asked, "after", read[-1], order) if read and has_older else "",
    )


def _beyond(order: Sequence[str], key: Sequence[Any]) -> Q:
    """Rows that come after `key` in `order`: later in the first name, or equal there and later in the next, and so on.

    The bound on the first name alone changes nothing, but lets the database walk the index from there.
    """
    steps, equal = [], Q()
    for name, value in zip(order, key, strict=True):
        field, step = name.removeprefix("-"), "lt" if name.startswith("-") else "gt"
        steps.append(equal & Q(**{f"{field}__{step}": value}))
        equal &= Q(**{field: value})
    first, step = order[0].removeprefix("-"), "lte" if order[0].startswith("-") else "gte"
    return Q(**{f"{first}__{step}": key[0]}) & reduce(or_, steps)


def _turned(name: str) -> str:
    return name.removeprefix("-") if name.startswith("-") else f"-{name}"


def _address(asked: QueryDict, way: str, row: Any, order: Sequence[str]) -> str:
    """The same address with its filters, and the key of `row` to go on from."""
    address = asked.copy()
    for old in ("before", "after"):
        address.pop(old, None)
    address[way] = _write([_value(row, name.removeprefix("-")) for name in order])
    return f"?{address.urlencode()}"


def _value(row: Any, name: str) -> Any:
    if isinstance(row, dict):
        return row[name]
    return reduce(getattr, name.split("__"), row)


def _write(values: Sequence[Any]) -> str:
    marked = [[type(v).__name__, v.isoformat()] if isinstance(v, date) else ["", v] for v in values]
    return urlsafe_b64encode(json.dumps(marked).encode()).decode().rstrip("=")


def place_in(asked: QueryDict, *, order: Sequence[str]) -> dict[str, str]:
    """What `asked` says of the page (after or before), where it is a key of ours: nothing else is worth repeating."""
    return {
        name: str(asked[name]) for name in ("after", "before") if _read(asked.get(name, ""), len(order)) is not None
    }


def _read(key: str, length: int) -> list[Any] | None:
    """The values of a key, or None when it is empty or not one of ours."""
    if not key or len(key) > LONGEST_KEY:
        return None
    try:
        marked = json.loads(urlsafe_b64decode(key + "=" * (-len(key) % 4)))
        values = [_unmarked(kind, value) for kind, value in marked]
    except (ValueError, TypeError, RecursionError):
        return None
    return values if len(values) == length else None


def _unmarked(kind: str, value: Any) -> datetime | date | int | float | str:
    if kind == "datetime":
        return datetime.fromisoformat(value)
    if kind == "date":
        return date.fromisoformat(value)
    if isinstance(value, int | float | str) and not isinstance(value, bool):
        return value
    raise ValueError(f"not a key's value: {value!r}")
