"""The statements of an import.

Rows go by COPY into tables of the session and from there into the register: COPY itself passes no row-level security,
which the register's tables force on their owner too. What each INSERT leaves is what `lifecycle.advance` would leave.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from psycopg import Connection, Cursor

STAGE = """
CREATE TEMP TABLE IF NOT EXISTS import_entry (
  report bigint, uuid uuid, number text, content bytea, key text, type text, class text, lodged timestamptz,
  event_on date, waits_for bigint, anonymous boolean, confidential boolean, state text, holder bigint, agency bigint,
  finish text, bucket text, due timestamptz, decided timestamptz, category bigint, area text, place text,
  latitude float8, longitude float8, cell_y integer, cell_x integer, title text, body text, sealed bytea, epoch integer,
  remedy text, queue text, first_event bigint, state_event bigint, taken_event bigint, known timestamptz, facts jsonb,
  state_facts jsonb, reply text, replied timestamptz, step text);
CREATE TEMP TABLE IF NOT EXISTS import_clock (
  report bigint, kind text, owner bigint, started timestamptz, due timestamptz, length smallint, policy bigint,
  calendar text, fire timestamptz);
TRUNCATE import_entry, import_clock
"""

WRITE = (
    """
INSERT INTO reports_report (
  id, uuid, number, content_hash, channel, report_type, lodged_at, received_at, event_on, target_agency_id,
  is_anonymous, is_confidential, has_conflict, state, back_state, class, problem_nature, holder_id, holder_since,
  agency_id, finish, outcome, hops, objections, questions, escalation, is_reopened, is_light, has_left,
  predates_connection, weight, import_bucket, import_key, due_at, last_event_id, decided_at, category_id, area_id,
  place, latitude, longitude, cell_y, cell_x, queue)
SELECT report, coalesce(uuid, gen_random_uuid()), number, content, 'IMPORT', type, lodged, lodged, event_on, waits_for,
  anonymous, confidential, false, state, '', class, '', holder, lodged, agency, finish, '', 0, 0, 0, 0, false, false,
  false, true, 1, bucket, key, due, coalesce(taken_event, state_event, first_event), decided, category, area, place,
  latitude, longitude, cell_y, cell_x, queue
  FROM import_entry
""",
    """
INSERT INTO reports_reporttext (report_id, title, body, sealed, key_epoch, requested_remedy)
SELECT report, title, body, sealed, epoch, remedy FROM import_entry
""",
    """
INSERT INTO reports_reportunit (report_id, unit_id, part, since)
SELECT report, holder, 'HOLDER', lodged FROM import_entry
""",
    """
INSERT INTO reports_event (
  id, report_id, at, verb, from_state, to_state, from_agency_id, to_agency_id, holder_id, actor_kind, actor_role,
  audience, note, facts)
SELECT first_event, report, lodged, 'receive_old', '', 'AWAITING_VERIFICATION', NULL::bigint, agency, holder,
  'system', 'SYSTEM', 'REPORTER', '', facts FROM import_entry
UNION ALL
SELECT state_event, report, known, 'import_state', 'AWAITING_VERIFICATION', state, agency, agency, holder,
  'system', 'SYSTEM', 'REPORTER', '', state_facts FROM import_entry WHERE state_event IS NOT NULL
UNION ALL
SELECT taken_event, report, %(at)s, 'take_over', state, state, agency, agency, holder,
  'system', 'SYSTEM', 'PUBLIC', '', '{}' FROM import_entry WHERE taken_event IS NOT NULL
""",
    """
INSERT INTO followup_followup (
  report_id, event_id, unit_id, step, kind, outcome, text, written_at, is_draft, returned_because, done_at_place,
  no_photo_because, document_number, legal_ground, next_step, verdict, reasons, gate_version, appeal)
SELECT report, state_event, holder, step, 'ANSWER', '', reply, replied, false, '', '', '', '', '', '', '', '{}', '', ''
  FROM import_entry WHERE reply <> ''
""",
    """
INSERT INTO clocks_clock (
  report_id, kind, owner_id, started_at, due_at, length, policy_id, calendar_version, stopped_by, fire_at, fired,
  is_fair)
SELECT report, kind, owner, started, due, length, policy, calendar, '', fire, 0, true FROM import_clock
""",
)


class Known(NamedTuple):
    """A report that stands in the register under an import key."""

    report: int
    content: bytes


def may_stage(connection: Connection[Any]) -> bool:
    """Whether this role can make tables of its session and write reports: the owner can, web and worker cannot."""
    row = connection.execute(
        "SELECT has_database_privilege(current_database(), 'TEMP') AND has_table_privilege('reports_report', 'INSERT')"
    ).fetchone()
    return bool(row and row[0])


def take_turn(connection: Connection[Any], source: str) -> bool:
    """Be the one import of this register until the connection closes; false when another is."""
    row = connection.execute(
        "SELECT pg_try_advisory_lock(hashtext('tuntas import'), hashtext(%s))", [source]
    ).fetchone()
    return bool(row and row[0])


def newest_report(connection: Connection[Any]) -> int:
    """An id that every report made from now on exceeds."""
    return next_ids(connection.cursor(), "reports_report", 1)[0]


def next_ids(cursor: Cursor[Any], table: str, n: int) -> list[int]:
    cursor.execute(
        "SELECT array_agg(nextval(pg_get_serial_sequence(%s, 'id'))) FROM generate_series(1, %s)", [table, n]
    )
    row = cursor.fetchone()
    return sorted(row[0]) if row and row[0] else []


def known_reports(cursor: Cursor[Any], keys: Sequence[str]) -> dict[str, Known]:
    cursor.execute(
        "SELECT import_key, id, content_hash FROM reports_report WHERE import_key = ANY(%s)", [list(keys)], prepare=True
    )
    return {key: Known(report, bytes(content)) for key, report, content in cursor}


def taken_numbers(cursor: Cursor[Any], numbers: Sequence[str]) -> set[str]:
    cursor.execute("SELECT number FROM reports_report WHERE number = ANY(%s)", [list(numbers)], prepare=True)
    return {row[0] for row in cursor}


def write(
    cursor: Cursor[Any], entries: Iterable[Sequence[Any]], clocks: Iterable[Sequence[Any]], *, at: datetime
) -> None:
    """Write staged entries, in the caller's transaction: each statement once for the whole batch."""
    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a check follows its statement, while its rows are at hand
    for statement in STAGE.split(";"):
        cursor.execute(statement)
    for table, rows in (("import_entry", entries), ("import_clock", clocks)):
        with cursor.copy(f"COPY {table} FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
    for statement in WRITE:
        cursor.execute(statement, {"at": at})


def digest(connection: Connection[Any], source: str) -> tuple[int, str]:
    """How many reports this register has brought in, and words that differ when any of them, or its number, does."""
    row = connection.execute(
        "SELECT count(*), coalesce(sum(hashtextextended(concat_ws('|', import_key, encode(content_hash, 'hex'), number,"
        " state, holder_id, import_bucket, last_event_id), 0)::numeric), 0)"
        " FROM reports_report WHERE import_key LIKE %s",
        [source.replace("_", r"\_") + "/%"],
    ).fetchone()
    count, total = row if row else (0, 0)
    return int(count), f"{int(total) % 2**64:016x}"
