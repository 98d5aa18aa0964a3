"""The counting functions of the database (see migrations/0001): counts alone, over all reports."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from itertools import islice
from typing import Any, LiteralString, NamedTuple, cast

from django.db import connection
from django.db.models import AutoField, Model
from psycopg import sql

from tuntas.insight.models import MapPicture, Word


class Count(NamedTuple):
    agency_id: int | None
    bucket: str
    n: int
    overdue: int
    predating: int


def counts(
    agencies: Sequence[int] | None, start: datetime | None, end: datetime | None, category: str | None
) -> list[Count]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM tuntas_counts(%s::bigint[], %s, %s, %s)", [_ids(agencies), start, end, category])
        return [Count(*row) for row in cursor.fetchall()]


def unit_counts(above: int, start: datetime | None, end: datetime | None) -> list[Count]:
    """Counts per holding unit at or below `above`; `agency_id` of each row is that unit."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM tuntas_unit_counts(%s, %s, %s)", [above, start, end])
        return [Count(*row) for row in cursor.fetchall()]


def stock(agencies: Sequence[int] | None, category: str | None, at: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tuntas_stock(%s::bigint[], %s, %s)", [_ids(agencies), category, at])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def moves(
    agencies: Sequence[int] | None, category: str | None, start: datetime, end: datetime
) -> list[tuple[str, str, int]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM tuntas_moves(%s::bigint[], %s, %s, %s)", [_ids(agencies), category, start, end])
        return [(row[0], row[1], row[2]) for row in cursor.fetchall()]


def _ids(agencies: Sequence[int] | None) -> list[int] | None:
    return None if agencies is None else list(agencies)


def bucket_of(state: str, finish: str, import_bucket: str) -> str:
    """The bucket that the database counts a report in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tuntas_bucket(%s, %s, %s)", [state, finish, import_bucket])
        row = cursor.fetchone()
    return str(row[0]) if row else ""


@dataclass(frozen=True, slots=True)
class Words:
    """The words of public reports. texts: in how many each stands; of_length: the same by their number of letters."""

    texts: Mapping[str, int]
    of_length: Mapping[int, Sequence[str]]


def words_in_use() -> Words:
    """Those that the last counting found: one small query, and all of them (30 ms, 6 MB) after each counting."""
    counted = MapPicture.objects.values_list("as_of", flat=True).first()
    return _words_counted(counted) if counted else _words()


@lru_cache(maxsize=1)
def _words_counted(_at: datetime) -> Words:
    return _words()


def _words() -> Words:
    texts = dict(Word.objects.values_list("word", "n"))
    of_length: dict[int, list[str]] = defaultdict(list)
    for word in texts:
        of_length[len(word)].append(word)
    return Words(texts, of_length)


AT_ONCE = 20_000  # rows of one statement


def put(model: type[Model], rows: Iterable[Model]) -> None:
    """Insert new rows as arrays: a quarter of a million in seconds, where a value each would hold the worker up."""
    fields = [field for field in model._meta.concrete_fields if not isinstance(field, AutoField)]
    names = sql.SQL(", ").join(sql.Identifier(field.column or "") for field in fields)
    kinds = (cast("LiteralString", field.db_type(connection)) for field in fields)
    arrays = sql.SQL(", ").join(sql.SQL("unnest(%s::{}[])").format(sql.SQL(kind)) for kind in kinds)
    statement = sql.SQL("INSERT INTO {table} ({names}) SELECT {arrays}").format(
        table=sql.Identifier(model._meta.db_table), names=names, arrays=arrays
    )
    left = iter(rows)
    with connection.cursor() as cursor:
        while batch := list(islice(left, AT_ONCE)):
            cursor.execute(statement, [[getattr(row, field.attname) for row in batch] for field in fields])


KEEP_EXPECTATIONS = """
DELETE FROM insight_expectation;
WITH day AS MATERIALIZED (SELECT * FROM unnest(%(days)s::date[], %(numbers)s::int[]) AS d (day, number)),
     finished AS (
       SELECT r.agency_id, r.category_id, greatest(1, last.number - first.number) AS took
         FROM reports_report r
         JOIN day first ON first.day = (r.received_at AT TIME ZONE 'Asia/Jakarta')::date
         JOIN day last ON last.day = (r.decided_at AT TIME ZONE 'Asia/Jakarta')::date
        WHERE r.state = 'RESOLVED' AND r.finish <> 'IMPORTED' AND r.decided_at >= %(since)s
          AND r.agency_id IS NOT NULL AND r.category_id IS NOT NULL)
INSERT INTO insight_expectation (agency_id, category_id, n, half, most)
SELECT agency_id, category_id, count(*), percentile_disc(0.5) WITHIN GROUP (ORDER BY took),
       percentile_disc(0.9) WITHIN GROUP (ORDER BY took)
  FROM finished GROUP BY GROUPING SETS ((agency_id, category_id), (agency_id), (category_id), ())
HAVING count(*) >= %(enough)s
"""
KEEP_AGENCY_FACTS = """
DELETE FROM insight_agencyfact;
INSERT INTO insight_agencyfact (agency_id, fact, n, of)
SELECT r.agency_id, CASE c.kind WHEN 'resolve' THEN 'settled_in_time' ELSE 'answered_in_time' END,
       count(*) FILTER (WHERE c.stopped_at <= c.due_at), count(*)
  FROM clocks_clock c JOIN reports_report r ON r.id = c.report_id
 WHERE c.kind IN ('resolve', 'first_response') AND r.agency_id IS NOT NULL
   AND (c.stopped_at >= %(since)s OR (c.stopped_at IS NULL AND c.paused_at IS NULL AND c.due_at < %(now)s))
   AND c.stopped_by NOT IN ('withdraw', 'merge', 'archive', 'refer', 'take_away', 'pass_up')
 GROUP BY 1, 2
UNION ALL
SELECT r.agency_id, 'reopened', count(*) FILTER (WHERE r.is_reopened OR r.objections > 0), count(*)
  FROM reports_report r
 WHERE r.agency_id IS NOT NULL
   AND ((r.state = 'RESOLVED' AND r.finish <> 'IMPORTED' AND r.decided_at >= %(since)s) OR r.is_reopened)
 GROUP BY 1
UNION ALL
SELECT u.agency_id, 'canned', count(*) FILTER (WHERE f.verdict = 'canned'), count(*)
  FROM followup_followup f JOIN organizations_unit u ON u.id = f.unit_id
 WHERE NOT f.is_draft AND f.verdict <> '' AND f.written_at >= %(since)s AND u.agency_id IS NOT NULL
 GROUP BY 1
UNION ALL
SELECT u.agency_id, 'with_proof', count(*) FILTER (WHERE EXISTS (
         SELECT 1 FROM followup_evidence e WHERE e.follow_up_id = f.id)), count(*)
  FROM followup_followup f JOIN organizations_unit u ON u.id = f.unit_id
 WHERE NOT f.is_draft AND f.step = 'RESOLUTION' AND f.written_at >= %(since)s AND u.agency_id IS NOT NULL
 GROUP BY 1
UNION ALL
SELECT r.agency_id, 'answered_yes', count(*) FILTER (WHERE s.answered = 'YES'), count(*)
  FROM followup_survey s JOIN reports_report r ON r.id = s.report_id
 WHERE s.answered <> '' AND s.at >= %(since)s AND r.agency_id IS NOT NULL
 GROUP BY 1
UNION ALL
SELECT r.agency_id, 'skm_' || mark.key, sum(mark.value::int), count(*)
  FROM followup_survey s JOIN reports_report r ON r.id = s.report_id, jsonb_each_text(s.marks) mark
 WHERE s.at >= %(since)s AND r.agency_id IS NOT NULL
 GROUP BY 1, 2
UNION ALL
SELECT r.agency_id, mark.fact, sum(mark.given), count(*)
  FROM followup_rating g JOIN reports_report r ON r.id = g.report_id JOIN reports_event e ON e.id = g.event_id,
       LATERAL (VALUES ('rating_clear', g.clear::int), ('rating_on_target', g.on_target::int)) mark (fact, given)
 WHERE mark.given IS NOT NULL AND e.at >= %(since)s AND r.agency_id IS NOT NULL
 GROUP BY 1, 2
UNION ALL
SELECT r.agency_id, 'finished_' || r.finish, count(*), count(*)
  FROM reports_report r
 WHERE r.state = 'RESOLVED' AND r.finish <> 'IMPORTED' AND r.decided_at >= %(lately)s AND r.agency_id IS NOT NULL
 GROUP BY 1, 2
UNION ALL
SELECT agency_id, told.fact, round(100 * told.days), took.n
  FROM (SELECT agency_id, count(*) AS n, avg(days) AS mean, percentile_cont(0.5) WITHIN GROUP (ORDER BY days) AS half
          FROM (SELECT r.agency_id, extract(epoch FROM r.decided_at - r.received_at)::float8 / 86400 AS days
                  FROM reports_report r
                 WHERE r.state = 'RESOLVED' AND r.finish <> 'IMPORTED' AND r.decided_at >= %(since)s
                   AND r.agency_id IS NOT NULL) each_one
         GROUP BY 1) took, LATERAL (VALUES ('days_mean', took.mean), ('days_half', took.half)) told (fact, days)
UNION ALL
SELECT r.agency_id, 'supported', count(*), count(DISTINCT r.id)
  FROM reports_support s JOIN reports_report r ON r.id = s.report_id
 WHERE r.agency_id IS NOT NULL
 GROUP BY 1
UNION ALL
SELECT agency_id, age, count(*), sum(count(*)) OVER (PARTITION BY agency_id)
  FROM (SELECT r.agency_id, CASE WHEN r.received_at >= %(now)s - interval '7 days' THEN 'open_7'
                                 WHEN r.received_at >= %(now)s - interval '30 days' THEN 'open_30'
                                 WHEN r.received_at >= %(now)s - interval '90 days' THEN 'open_90'
                                 ELSE 'open_more' END AS age
          FROM reports_report r
         WHERE r.state NOT IN ('RESOLVED', 'ARCHIVED', 'MERGED', 'WITHDRAWN', 'REFERRED_EXTERNAL')
           AND r.agency_id IS NOT NULL) open_ones
 GROUP BY 1, 2
"""

# An agency's places are the parts of its own area: districts of a city or regency, regencies of a province, provinces
# of a ministry and of the nation.
KEEP_SEEN = """
DELETE FROM insight_seen;
WITH came AS MATERIALIZED (
       SELECT r.agency_id, r.lodged_at >= %(recent)s AS is_recent, split_part(c.code, '-', 1) AS branch,
              left(r.area_id, 2) AS province,
              left(r.area_id, CASE WHEN u.kind IN ('CITY', 'REGENCY') THEN 8 WHEN u.kind = 'PROVINCE' THEN 5 ELSE 2 END)
                AS part
         FROM reports_report r
         LEFT JOIN organizations_unit u ON u.id = r.agency_id
         LEFT JOIN organizations_category c ON c.id = r.category_id
        WHERE r.lodged_at >= %(before)s AND r.lodged_at < %(now)s AND r.queue = ''),
     told AS (
       SELECT agency_id, 'area' AS kind, part AS code, is_recent FROM came WHERE agency_id IS NOT NULL
       UNION ALL SELECT agency_id, 'category', branch, is_recent FROM came WHERE agency_id IS NOT NULL
       UNION ALL SELECT NULL, 'area', province, is_recent FROM came
       UNION ALL SELECT NULL, 'category', branch, is_recent FROM came)
INSERT INTO insight_seen (agency_id, kind, code, recent, before)
SELECT agency_id, kind, code, count(*) FILTER (WHERE is_recent), count(*) FILTER (WHERE NOT is_recent)
  FROM told WHERE code IS NOT NULL AND code <> '' GROUP BY 1, 2, 3
"""


def keep_seen(*, recent: datetime, before: datetime, now: datetime) -> None:
    """Count anew what came to each agency, by place and subject: from `recent` on, and from `before` until then."""
    _run(KEEP_SEEN, {"recent": recent, "before": before, "now": now})


def keep_expectations(days: Sequence[date], numbers: Sequence[int], *, since: datetime, enough: int) -> None:
    """Count anew how long finished reports took, in working days. days, numbers: a day, and which working day it is."""
    asked = {"days": list(days), "numbers": list(numbers), "since": since, "enough": enough}
    _run(KEEP_EXPECTATIONS, asked)


def keep_agency_facts(*, since: datetime, lately: datetime, now: datetime) -> None:
    """Count anew how agencies kept their duties since then, what they finished lately, how old what is open is."""
    _run(KEEP_AGENCY_FACTS, {"since": since, "lately": lately, "now": now})


def _run(statements: str, asked: dict[str, Any]) -> None:
    """The deletion of the old rows and the new count: one after the other, in the transaction of the caller."""
    deletion, _mark, count = statements.partition(";")
    with connection.cursor() as cursor:
        cursor.execute(deletion)
        cursor.execute(count, asked)
