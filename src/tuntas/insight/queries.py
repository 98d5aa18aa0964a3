"""The counting functions of the database (see migrations/0001): counts alone, over all reports."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.db import connection

from tuntas.insight.models import Word


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


def words_in_use(words: Iterable[str]) -> set[str]:
    """Those of the words that public reports use."""
    return set(Word.objects.filter(word__in=list(words)).values_list("word", flat=True))


def words_like(word: str) -> list[tuple[str, int]]:
    """Words of public reports that share some of their groups of three letters, and how many texts hold each.

    Two letters that changed places leave few groups alone: so the limit is low, and the caller compares the letters.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('pg_trgm.similarity_threshold', '0.15', true)")
        cursor.execute(
            "SELECT word, n FROM insight_word WHERE word %% %s AND length(word) BETWEEN %s AND %s"
            " ORDER BY similarity(word, %s) DESC LIMIT 200",
            [word, len(word) - 2, len(word) + 2, word],
        )
        return [(row[0], row[1]) for row in cursor.fetchall()]
