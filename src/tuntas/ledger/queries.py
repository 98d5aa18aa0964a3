"""The statements of the log that the ORM cannot say: batches of leaves, tiles that grow, the lock, the horizon."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from tuntas_verify import queries as sources
from tuntas_verify.leaves import Entry
from tuntas_verify.queries import Row, Source
from tuntas_verify.tiles import ENTRIES, WIDTH, Tile


class Horizon(NamedTuple):
    """oldest: every transaction below it has ended. next: one past the highest that has ended. now: the clock."""

    oldest: int
    next: int
    now: datetime


def take_lock() -> bool:
    """Whether this transaction is the one sequencer; false when another is at work."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext('tuntas ledger'))")
        row = cursor.fetchone()
    return bool(row and row[0])


def horizon() -> Horizon:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_snapshot_xmin(s)::text::bigint, pg_snapshot_xmax(s)::text::bigint, clock_timestamp()"
            " FROM pg_current_snapshot() s"
        )
        return Horizon(*cursor.fetchone())


def own_transaction() -> int:
    """The number of this transaction: all that began before it have a lower one."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_current_xact_id()::text::bigint")
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def present() -> list[Source]:
    with connection.cursor() as cursor:
        return sources.present(cursor)


def pending(source: Source, above: int, limit: int) -> list[Row]:
    with connection.cursor() as cursor:
        return sources.pending(cursor, source, above, limit)


def row_of(source: Source, row: int) -> Row | None:
    with connection.cursor() as cursor:
        return sources.rows_of(cursor, source, [row]).get(row)


def add_leaves(first: int, entries: Sequence[Entry], salts: Sequence[bytes]) -> None:
    """Write leaves under dense numbers from `first` on."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_leaf (number, source, row_id, mark, commitment, salt)"
            " SELECT %s + place - 1, source, row_id, mark, bound, salt"
            " FROM unnest(%s::smallint[], %s::bigint[], %s::bytea[], %s::bytea[], %s::bytea[])"
            " WITH ORDINALITY t (source, row_id, mark, bound, salt, place)",
            [
                first,
                [entry.source for entry in entries],
                [entry.row for entry in entries],
                [entry.mark for entry in entries],
                [entry.commitment for entry in entries],
                list(salts),
            ],
        )


def grow_tile(level: int, index: int, hashes: bytes) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_tile (level, index, hashes) VALUES (%s, %s, %s)"
            " ON CONFLICT (level, index) DO UPDATE SET hashes = EXCLUDED.hashes",
            [level, index, hashes],
        )


def tile(level: int, index: int) -> bytes:
    with connection.cursor() as cursor:
        return sources.tile(cursor, level, index)


def entries(first: int, count: int) -> bytes:
    """Entries as they are published, from a leaf on; fewer when the log ends before."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tuntas_log_entries(%s, %s)", [first, count])
        row = cursor.fetchone()
    return bytes(row[0] or b"") if row else b""


def file(asked: Tile) -> bytes:
    """The content of a tile or a bundle as the log has it now; it may be shorter than asked for."""
    if asked.level == ENTRIES:
        return entries(asked.index * WIDTH, asked.width)
    return tile(asked.level, asked.index)[: asked.width * 32]


def leaf_of_mark(mark: bytes) -> int | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT tuntas_log_mark(%s)", [mark])
        row = cursor.fetchone()
    return row[0] if row else None


def erase_event(event: int, ground: str, decided_by: str) -> int | None:
    """The leaf whose content was erased; None when the entry has no leaf yet."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tuntas_erase_event(%s, %s, %s)", [event, ground, decided_by])
        row = cursor.fetchone()
    return row[0] if row else None
