"""The statement that receives a report (see migrations/0001)."""

from datetime import datetime
from typing import Any, NamedTuple

import psycopg
from django.db import connection

STATEMENT = (
    "SELECT * FROM tuntas_receive(%(uuid)s, %(numbers)s, %(lookup)s, %(idempotency)s, %(content)s, %(reporter)s,"
    " %(has_contact)s, %(language)s, %(epoch)s, %(sealed)s, %(verb)s, %(channel)s, %(type)s, %(lodged)s, %(received)s,"
    " %(event_on)s, %(target)s, %(anonymous)s, %(confidential)s, %(accused)s::bigint[], %(holder)s, %(agency)s,"
    " %(title)s, %(body)s, %(body_sealed)s, %(key_epoch)s, %(remedy)s, %(party)s, %(queue)s, %(area)s, %(place)s,"
    " %(latitude)s, %(longitude)s, %(cell_y)s, %(cell_x)s, %(due)s, %(fire)s, %(length)s::smallint, %(policy)s,"
    " %(calendar)s, %(params)s::jsonb)"
)


class Filed(NamedTuple):
    """What stands in the register for a submission. fresh: false when an earlier sending of it stood there already."""

    report_id: int
    number: str
    content_hash: bytes
    received_at: datetime
    due_at: datetime
    fresh: bool


def file(values: dict[str, Any]) -> Filed | None:
    """Write a report with all that belongs to it, or find the one that the same key wrote before.

    None, with nothing written, when none of the numbers is free: call again with others. The cursor is psycopg's own,
    because Django's writes the values into the statement: prepared once a connection, it costs web a quarter and the
    database a tenth less (docs/performance.md).
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(STATEMENT, values, prepare=True, binary=True)
        row = cursor.fetchone()
    return Filed(*row) if row else None


def report_by_code(digest: bytes) -> int | None:
    """The report that a secret code opens, by the keyed digest of the code."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tuntas_report_by_code(%s)", [digest])
        row = cursor.fetchone()
    return row[0] if row else None
