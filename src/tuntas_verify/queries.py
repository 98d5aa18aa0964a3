"""The statements that read the register: the same for the sequencer, which writes leaves, and for the verifier.

Each source gives its rows as: id, when it was recorded, the digest that its mark is made of (or NULL), and then the
content, every column as text under its own name. Timestamps are UTC with microseconds.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from psycopg import connect
from psycopg.sql import SQL, Composable, Literal

from tuntas_verify.leaves import EVENT, SECURITY, TOMBSTONE

_STAMP = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""


class Cursor(Protocol):
    """What we need of a cursor: psycopg's own, or Django's around it."""

    @property
    def description(self) -> Any: ...
    def execute(self, query: Any, params: Any = None) -> Any: ...
    def fetchall(self) -> list[Any]: ...
    def fetchone(self) -> Any: ...


@contextmanager
def opened(address: str) -> Iterator[Cursor]:
    """A cursor on the register at this address, for one transaction. Raises psycopg.Error."""
    with connect(address, connect_timeout=10) as connection, connection.cursor() as cursor:
        yield cursor


@dataclass(frozen=True, slots=True)
class Source:
    """A table whose rows become leaves, one each. e: the table's name in the statement."""

    number: int
    table: str
    lookup: str
    columns: tuple[tuple[str, str], ...]  # (name in the content, expression)
    joins: str = ""

    def rows(self) -> Composable:
        columns = [f"{expression} AS {name}" for name, expression in self.columns]
        return SQL("SELECT e.id, e.recorded_at, {} AS lookup, {} FROM {} e {}").format(
            *(SQL(part) for part in (self.lookup, ", ".join(columns), self.table, self.joins))
        )


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a source, as its leaf binds it."""

    id: int
    recorded_at: datetime
    lookup: bytes | None
    content: dict[str, str | None]


def _text(*names: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, f"e.{name}::text") for name in names)


def _stamp(*names: str, of: str = "e") -> tuple[tuple[str, str], ...]:
    return tuple((name, _STAMP.format(f"{of}.{name}")) for name in names)


SOURCES = (
    Source(
        EVENT,
        "reports_event",
        "r.code_lookup",
        (
            *_text("id", "report_id", "verb", "from_state", "to_state", "from_agency_id", "to_agency_id", "holder_id"),
            *_text("actor_kind", "actor_role", "appointment_id", "unit_id", "audience", "note", "facts"),
            *_stamp("at", "recorded_at"),
            # With the first entry of a report, what is fixed of the report itself.
            ("report_number", "r.number::text"),
            ("report_channel", "r.channel::text"),
            ("report_content_hash", "encode(r.content_hash, 'hex')"),
            ("report_lodged_at", _STAMP.format("r.lodged_at")),
            ("report_received_at", _STAMP.format("r.received_at")),
        ),
        "LEFT JOIN reports_report r ON r.id = e.report_id AND e.from_state = ''",
    ),
    Source(
        SECURITY,
        "access_securityentry",
        "NULL::bytea",
        (*_text("id", "kind", "officer", "facts"), *_stamp("at", "recorded_at")),
    ),
    Source(
        TOMBSTONE,
        "ledger_tombstone",
        "NULL::bytea",
        (*_text("id", "leaf", "ground", "decided_by"), *_stamp("recorded_at")),
    ),
)
TABLES = {source.number: source.table for source in SOURCES}


def present(cursor: Cursor) -> list[Source]:
    """The sources whose tables this register has."""
    cursor.execute(
        "SELECT name FROM unnest(%s::text[]) name WHERE to_regclass(name) IS NOT NULL", [list(TABLES.values())]
    )
    there = {name for (name,) in cursor.fetchall()}
    return [source for source in SOURCES if source.table in there]


def pending(cursor: Cursor, source: Source, above: int, limit: int) -> list[Row]:
    """Rows with an id above `above` that have no leaf yet, in the order of their ids."""
    where = SQL(
        " WHERE e.id > {} AND NOT EXISTS (SELECT 1 FROM ledger_leaf l WHERE l.source = {} AND l.row_id = e.id)"
        " ORDER BY e.id LIMIT {}"
    )
    cursor.execute(source.rows() + where.format(Literal(above), Literal(source.number), Literal(limit)))
    return _rows(cursor)


def rows_of(cursor: Cursor, source: Source, ids: Sequence[int]) -> dict[int, Row]:
    """These rows by id; those that are gone are left out."""
    cursor.execute(source.rows() + SQL(" WHERE e.id = ANY ({}::bigint[])").format(Literal(list(ids))))
    return {row.id: row for row in _rows(cursor)}


def _rows(cursor: Cursor) -> list[Row]:
    names = [column[0] for column in cursor.description][3:]
    return [
        Row(key, recorded_at, None if lookup is None else bytes(lookup), dict(zip(names, values, strict=True)))
        for key, recorded_at, lookup, *values in cursor.fetchall()
    ]


def unsequenced(cursor: Cursor, source: Source, seconds: float) -> list[tuple[int, datetime]]:
    """(id, when recorded) of the first rows that have no leaf although they are older than so many seconds."""
    cursor.execute(
        SQL(
            "SELECT e.id, e.recorded_at FROM {} e"
            " WHERE NOT EXISTS (SELECT 1 FROM ledger_leaf l WHERE l.source = {} AND l.row_id = e.id)"
            " AND e.recorded_at <= clock_timestamp() - make_interval(secs => {}) ORDER BY e.id LIMIT 20"
        ).format(SQL(source.table), Literal(source.number), Literal(seconds))
    )
    return list(cursor.fetchall())


def one_snapshot(cursor: Cursor) -> None:
    """All that follows sees one and the same moment, and can write nothing."""
    cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")


def log_keys(cursor: Cursor) -> list[tuple[str, bytes]]:
    """(origin, public key) of every key that the log has used, oldest first."""
    cursor.execute("SELECT origin, public_key FROM ledger_logkey ORDER BY id")
    return [(origin, bytes(key)) for origin, key in cursor.fetchall()]


def heads(cursor: Cursor) -> list[tuple[int, str]]:
    """(size, note) of every head that was signed."""
    cursor.execute("SELECT size, note FROM ledger_checkpoint ORDER BY size")
    return list(cursor.fetchall())


def size(cursor: Cursor) -> int:
    """How many leaves the log has, by its leaves or by its tiles, whichever reach farther."""
    cursor.execute(
        "SELECT greatest((SELECT coalesce(max(number) + 1, 0) FROM ledger_leaf),"
        " (SELECT coalesce(max(index * 256 + length(hashes) / 32), 0) FROM ledger_tile WHERE level = 0))"
    )
    return int(cursor.fetchone()[0])


def leaves(cursor: Cursor, first: int, end: int) -> Iterator[tuple[int, int, int, bytes, bytes, bytes | None]]:
    """(number, source, row, mark, commitment, salt) of the leaves first..end-1 that there are."""
    cursor.execute(
        "SELECT number, source, row_id, mark, commitment, salt FROM ledger_leaf WHERE number >= %s AND number < %s"
        " ORDER BY number",
        [first, end],
    )
    for number, source, row, mark, bound, salt in cursor.fetchall():
        yield number, source, row, bytes(mark), bytes(bound), None if salt is None else bytes(salt)


def tile(cursor: Cursor, level: int, index: int) -> bytes:
    """The hashes of a tile as far as it goes; empty when there is none."""
    cursor.execute("SELECT hashes FROM ledger_tile WHERE level = %s AND index = %s", [level, index])
    row = cursor.fetchone()
    return bytes(row[0]) if row else b""


def tombstones(cursor: Cursor) -> dict[int, int]:
    """The leaves whose content was erased by law, and the row that says so."""
    cursor.execute("SELECT leaf, id FROM ledger_tombstone ORDER BY id")
    return dict(cursor.fetchall())


def without_receipt(cursor: Cursor) -> list[int]:
    """Reports in which no history begins, 20 at most."""
    cursor.execute(
        "SELECT r.id FROM reports_report r WHERE NOT EXISTS (SELECT 1 FROM reports_event e"
        " WHERE e.report_id = r.id AND e.from_state = '') ORDER BY r.id LIMIT 20"
    )
    return [key for (key,) in cursor.fetchall()]


def received_twice(cursor: Cursor) -> list[int]:
    """Reports in which a history begins more than once, 20 at most."""
    cursor.execute(
        "SELECT report_id FROM reports_event WHERE from_state = '' GROUP BY report_id HAVING count(*) > 1"
        " ORDER BY report_id LIMIT 20"
    )
    return [key for (key,) in cursor.fetchall()]
