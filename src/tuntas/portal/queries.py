"""The public's word search: which plan is good depends on how common the words are, so we ask first (measured).

Runs on the public copies alone: they have no row policy, so that the index can be used; nothing else is in them.
"""

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection

WORDS = "to_tsvector('indonesian', c.title || ' ' || c.body || ' ' || c.place)"
QUERY = "websearch_to_tsquery('indonesian', %(words)s)"
COMMON = 3_000  # matches from which walking the newest rows beats reading the whole index entry
MOST_MATCHES = 3_001  # of rare words that are sorted; a page shows 20

# Put together from constants of this file alone. Newest first in all of them. `before`:
# the id after which the page begins; report ids grow with the time of receipt.
ESTIMATE = f"EXPLAIN (FORMAT JSON) SELECT 1 FROM reports_publiccopy c WHERE {WORDS} @@ {QUERY}"  # noqa: S608
WALK = f"""
SELECT c.report_id FROM reports_publiccopy c
 WHERE {WORDS} @@ {QUERY} AND (%(before)s::bigint IS NULL OR c.report_id < %(before)s)
 ORDER BY c.report_id DESC LIMIT %(size)s
"""  # noqa: S608
GATHER = f"""
WITH found AS MATERIALIZED (
  SELECT c.report_id FROM reports_publiccopy c WHERE {WORDS} @@ {QUERY} LIMIT {MOST_MATCHES}
)
SELECT report_id FROM found
 WHERE %(before)s::bigint IS NULL OR report_id < %(before)s ORDER BY report_id DESC LIMIT %(size)s
"""  # noqa: S608
# With an agency, a state or a category (migrations/0002): a window over the newest public reports (of the agency). It
# costs the same at any size of the register; whoever wants more asks for the next.
WINDOW = 1_000
WINDOW_OF_WORDS = 300  # reading words of a text costs a tenth of a millisecond
WALK_WITHIN = (
    "SELECT ids, last, seen FROM tuntas_public_walk(%(words)s, %(agency)s, %(states)s::text[],"
    " %(categories)s::bigint[], %(before)s, %(window)s, %(size)s)"
)
GATHER_WITHIN = (
    "SELECT * FROM tuntas_public_gather(%(words)s, %(agency)s, %(states)s::text[], %(categories)s::bigint[],"
    " %(before)s, %(most)s, %(size)s)"
)


def how_many(words: str) -> int:
    """About how many public copies hold these words, by the planner's own estimate: nothing is read."""
    with connection.cursor() as cursor:
        cursor.execute(ESTIMATE, {"words": words})
        row = cursor.fetchone()
    told: Any = row[0] if row else []
    plan = told if isinstance(told, list) else json.loads(told)
    return int(plan[0]["Plan"]["Plan Rows"]) if plan else 0


def with_words(words: str, *, before: int | None, size: int) -> list[int]:
    """Ids of public reports that hold the words, newest first, at most `size`, with an id below `before`."""
    statement = WALK if how_many(words) >= COMMON else GATHER
    return _ids(statement, {"words": words, "before": before, "size": size})


def filtered(
    words: str,
    *,
    agency: int | None,
    states: Sequence[str] | None,
    categories: Sequence[int] | None,
    before: int | None,
    size: int,
) -> tuple[list[int], int | None]:
    """Ids of public reports, newest first, and the id at which a window ended (None: there is nothing older)."""
    asked: dict[str, Any] = {
        "words": words,
        "agency": agency,
        "states": list(states) if states else None,
        "categories": list(categories) if categories else None,
        "before": before,
        "size": size,
        "most": MOST_MATCHES,
        "window": WINDOW_OF_WORDS if words else WINDOW,
    }
    if words and how_many(words) < COMMON:
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
