"""The counting functions of the database (see migrations/0001): counts alone, over all reports."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection


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


def days_to_finish(agencies: Sequence[int], since: datetime) -> dict[int, tuple[float, float]]:
    """Mean and median calendar days from receipt to finish, by agency, of what was finished from `since` on.

    Agencies that finished nothing are left out; what old registers brought in finished has no such days.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM tuntas_days_to_finish(%s::bigint[], %s)", [list(agencies), since])
        return {agency: (mean, median) for agency, mean, median in cursor.fetchall()}


def _ids(agencies: Sequence[int] | None) -> list[int] | None:
    return None if agencies is None else list(agencies)


def bucket_of(state: str, finish: str, import_bucket: str) -> str:
    """The bucket that the database counts a report in."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tuntas_bucket(%s, %s, %s)", [state, finish, import_bucket])
        row = cursor.fetchone()
    return str(row[0]) if row else ""
