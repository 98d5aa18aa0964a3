"""Statements that the ORM cannot say: tens of thousands of areas by COPY."""

from collections.abc import Callable, Iterable

from django.db import connection

AreaRow = tuple[str, str, str, str | None, str, int | None]  # code, name, level, parent, zone, population

FRESH = """
CREATE TEMPORARY TABLE IF NOT EXISTS fresh_area
  (code text PRIMARY KEY, name text, level text, parent text, zone text, population bigint) ON COMMIT DROP
"""

BRING_IN = """
WITH brought AS (
  INSERT INTO organizations_area AS a (code, name, level, parent_id, zone, population)
  SELECT code, name, level, parent, zone, population FROM fresh_area
  ON CONFLICT (code) DO UPDATE
     SET name = excluded.name, level = excluded.level, parent_id = excluded.parent_id, zone = excluded.zone,
         population = coalesce(excluded.population, a.population)
   WHERE (a.name, a.level, a.parent_id, a.zone) IS DISTINCT FROM
         (excluded.name, excluded.level, excluded.parent_id, excluded.zone)
      OR a.population IS DISTINCT FROM coalesce(excluded.population, a.population)
  RETURNING code, xmax = 0 AS is_new
)
SELECT count(*) FILTER (WHERE is_new),
       coalesce(array_agg(code ORDER BY code) FILTER (WHERE NOT is_new), '{}')
  FROM brought
"""


def bring_in_areas(
    areas: Iterable[AreaRow], *, step: Callable[[int], None], every: int = 5_000
) -> tuple[int, list[str]]:
    """COPY the areas in, add the new and change the differing ones; (added, codes of the changed).

    step: called with the number of rows sent, each `every` rows.
    Call inside a transaction: foreign keys between areas are checked at its end.
    """
    with connection.cursor() as cursor:
        cursor.execute(FRESH)
        cursor.execute("TRUNCATE fresh_area")
        with cursor.copy("COPY fresh_area FROM STDIN") as copy:
            for sent, area in enumerate(areas, start=1):
                copy.write_row(area)
                if sent % every == 0:
                    step(sent)
        cursor.execute(BRING_IN)
        added, changed = cursor.fetchone()
    return int(added), list(changed)
