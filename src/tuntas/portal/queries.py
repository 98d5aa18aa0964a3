"""The public's word search: which plan is good depends on how common the words are (migrations/0003, measured).

`words` are a query for to_tsquery, as `insight.asking` writes it.

Runs on the public copies alone: they have no row policy, so that the index can be used; nothing else is in them.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

COMMON = 0.05  # share of all copies from which walking the newest rows beats the index
MOST_MATCHES = 3_001  # of rare words that are sorted; a page shows 20

# `before`: the id below which the page begins; report ids grow with the time of receipt. Newest first in all of them.
SHARE = "SELECT tuntas_public_share(%(words)s)"
HITS = "SELECT * FROM tuntas_public_hits(%(words)s, %(before)s, %(size)s)"
# With an agency, a state, a category, a place or a time (migrations/0002, 0004): a window over the newest
# public reports (of the agency, of the place). It costs the same at any size of the register; whoever wants more asks
# for the next.
WINDOW = 1_000
WINDOW_OF_WORDS = 300  # reading words of a text costs a tenth of a millisecond
WALK_WITHIN = (
    "SELECT ids, last, seen FROM tuntas_public_walk(%(words)s, %(agency)s, %(states)s::text[],"
    " %(categories)s::bigint[], %(place)s, %(since)s, %(before)s, %(window)s, %(size)s)"
)
GATHER_WITHIN = (
    "SELECT * FROM tuntas_public_gather(%(words)s, %(agency)s, %(states)s::text[], %(categories)s::bigint[],"
    " %(place)s, %(since)s, %(before)s, %(most)s, %(size)s)"
)


def share(words: str) -> float:
    """About which share of the public copies fits this query, by the planner's own estimate: nothing is read."""
    with connection.cursor() as cursor:
        cursor.execute(SHARE, {"words": words})
        row = cursor.fetchone()
    return float(row[0]) if row else 0.0


def with_words(words: str, *, before: int | None, size: int) -> list[int]:
    """Ids of public reports that fit the query, newest first, at most `size`, with an id below `before`."""
    return _ids(HITS, {"words": words, "before": before, "size": size})


def filtered(
    words: str,
    *,
    agency: int | None,
    states: Sequence[str] | None,
    categories: Sequence[int] | None,
    before: int | None,
    size: int,
    place: str | None = None,
    since: datetime | None = None,
) -> tuple[list[int], int | None]:
    """Ids of public reports, newest first, and the id at which a window ended (None: there is nothing older).

    words: a query of `insight.asking`, or empty; place: the beginning of an area's code; since: when received at least.
    """
    asked: dict[str, Any] = {
        "words": words,
        "agency": agency,
        "states": list(states) if states else None,
        "categories": list(categories) if categories else None,
        "place": place,
        "since": since,
        "before": before,
        "size": size,
        "most": MOST_MATCHES,
        "window": WINDOW_OF_WORDS if words else WINDOW,
    }
    if words and share(words) < COMMON:
        return _ids(GATHER_WITHIN, asked), None
    with connection.cursor() as cursor:
        cursor.execute(WALK_WITHIN, asked)
        row = cursor.fetchone()
    ids, last, seen = row or ([], None, 0)
    return list(ids), last if seen == asked["window"] else None


def _ids(statement: str, asked: dict[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return [row[0] for row in cursor.fetchall()]
