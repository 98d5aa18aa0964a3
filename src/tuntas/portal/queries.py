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
# With an agency, a state or a category: a window over the newest reports (of the agency), and what fits in it. A window
# costs the same at any size of the register; whoever wants more asks for the next.
WINDOW = 2_000
FILTERED = f"""
WITH w AS MATERIALIZED (
  SELECT r.id, r.state, r.category_id FROM reports_report r
   WHERE (%(before)s::bigint IS NULL OR r.id < %(before)s)
     AND (%(agency)s::bigint IS NULL OR r.agency_id = %(agency)s)
   ORDER BY r.id DESC LIMIT {WINDOW})
SELECT ARRAY(
    SELECT w.id FROM w
     WHERE (%(states)s::text[] IS NULL OR w.state = ANY (%(states)s))
       AND (%(categories)s::bigint[] IS NULL OR w.category_id = ANY (%(categories)s))
       AND (%(words)s = '' OR EXISTS (
         SELECT 1 FROM reports_publiccopy c WHERE c.report_id = w.id AND {WORDS} @@ {QUERY}))
     ORDER BY w.id DESC LIMIT %(size)s),
  (SELECT min(id) FROM w), (SELECT count(*) FROM w)
"""  # noqa: S608


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
    """Ids among the next WINDOW reports, and the id at which the window ended (None: there is nothing older).

    Call in the public's sight.
    """
    asked = {
        "words": words,
        "agency": agency,
        "states": list(states) if states else None,
        "categories": list(categories) if categories else None,
        "before": before,
        "size": size,
    }
    with connection.cursor() as cursor:
        cursor.execute(FILTERED, asked)
        row = cursor.fetchone()
    ids, last, read = row or ([], None, 0)
    return list(ids), last if read == WINDOW else None


def _ids(statement: str, asked: dict[str, Any]) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(statement, asked)
        return [row[0] for row in cursor.fetchall()]
