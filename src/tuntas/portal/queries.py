"""Public reports by words and filters, newest first: at most so much work, whatever is asked (see migrations/0006).

Words are a query of `insight.asking`. The function runs with its owner's rights over the public copies and what is told
of their reports; it answers with ids alone, which the page then reads under the row policies.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from tuntas.insight.asking import Query

# Share of all texts below which the index is asked for all of them, three thousand at most: what the planner gives to
# words that it does not know.
RARE = 0.0051
COMMON = 0.05  # from which on walking the newest texts beats the index
# Over the newest public reports (of the agency, of the place). It costs the same at any size of the register; whoever
# wants more asks for the next. A report without words takes 4 microseconds, one that is looked at for words 6.
WINDOW = 2_000
WINDOW_OF_WORDS = 5_000
NOTHING = Query()
# `before`: the id below which the page begins; report ids grow with the time of receipt.
FIND = (
    "SELECT ids, last FROM tuntas_public_find(%(exact)s, %(loose)s, %(looks)s::text[], %(agency)s, %(states)s::text[],"
    " %(categories)s::bigint[], %(place)s, %(since)s, %(before)s, %(rare)s, %(common)s, %(window)s, %(size)s)"
)


def find(
    words: Query = NOTHING,
    *,
    size: int,
    before: int | None = None,
    agency: int | None = None,
    states: Sequence[str] | None = None,
    categories: Sequence[int] | None = None,
    place: str | None = None,
    since: datetime | None = None,
    rare: float | None = None,
) -> tuple[list[int], int | None]:
    """Ids of public reports, and the id at which a window ended before `size` were found (None: nothing is older).

    place: the beginning of an area's code; since: when received at least. rare: instead of RARE.
    """
    asked: dict[str, Any] = words._asdict() | {
        "looks": list(words.looks),
        "agency": agency,
        "states": list(states) if states else None,
        "categories": list(categories) if categories else None,
        "place": place,
        "since": since,
        "before": before,
        "rare": RARE if rare is None else rare,
        "common": COMMON,
        "window": WINDOW_OF_WORDS if words.exact else WINDOW,
        "size": size,
    }
    with connection.cursor() as cursor:
        cursor.execute(FIND, asked)
        row = cursor.fetchone()
    return (list(row[0]), row[1]) if row else ([], None)
