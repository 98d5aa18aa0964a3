"""Letters: what the holder of a link may do, and what everybody may know (migrations/0003); reports by place (0004)."""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection


class Found(NamedTuple):
    """An open letter. title, body, place: of the public copy; None when the report hides its text."""

    report: UUID
    number: str
    unit: int
    holder: int
    due_at: datetime
    title: str | None
    body: str | None
    place: str | None


class Dates(NamedTuple):
    """When the newest letter of a report was sent and answered; None: not yet."""

    report: int
    unit: int
    sent_on: datetime | None
    answered_at: datetime | None


class Sums(NamedTuple):
    """Letters to an agency and its units, in numbers and newest dates."""

    sent: int
    answered: int
    last_sent: datetime | None
    last_answered: datetime | None


class Handlers(NamedTuple):
    """How many officers of a unit can act on reports, and how many of them are in no way the accused."""

    everybody: int
    free: int


def handlers(unit: int, units: Collection[int], officers: Collection[int]) -> Handlers:
    """Of a unit, when these units and officers are accused (reports/migrations/0010)."""
    values = [unit, [*units], [*officers]]
    return Handlers(*_rows("SELECT * FROM tuntas_handlers(%s, %s::bigint[], %s::bigint[])", values)[0])


def name_accused(report: int, *, units: Collection[int], officers: Collection[int]) -> None:
    """Write whom a report is about. Afterwards the actor may see it no more."""
    _rows("SELECT tuntas_name_accused(%s, %s::bigint[], %s::bigint[])", [report, [*units], [*officers]])


def open_letter(digest: bytes, *, at: datetime) -> Found | None:
    """The letter that a token opens at this instant: neither answered nor expired, and its report still open."""
    rows = _rows("SELECT * FROM tuntas_open_letter(%s, %s)", [digest, at])
    return Found(*rows[0]) if rows else None


def answer_letter(
    digest: bytes,
    *,
    at: datetime,
    form: bytes,
    answer: str,
    office: str,
    document_number: str,
    document_date: date | None,
    files: Sequence[Mapping[str, Any]],
) -> str:
    """Answer a letter, once: `kept`, `again` when the very same form was kept before, or `closed`."""
    values = [digest, at, form, answer, office, document_number, document_date, json.dumps(files)]
    rows = _rows("SELECT tuntas_answer_letter(%s, %s, %s, %s, %s, %s, %s, %s::jsonb)", values)
    return str(rows[0][0])


def withdraw_letters(report: int, *, at: datetime, error: str) -> None:
    """End the links of a report's unanswered letters and what is still owed of them (see migrations/0006)."""
    _rows("SELECT tuntas_withdraw_letters(%s, %s, %s)", [report, at, error])


def letters_shown(reports: Sequence[int]) -> list[Dates]:
    """Of these reports, those that are public or the acting reporter's own."""
    return [Dates(*row) for row in _rows("SELECT * FROM tuntas_letters_shown(%s)", [list(reports)])]


def letters_to(agency: int) -> Sums:
    return Sums(*_rows("SELECT * FROM tuntas_letters_to(%s)", [agency])[0])


def open_at_place(words: str, *, start: datetime, end: datetime, at_most: int) -> list[int]:
    """Ids of open reports whose place holds all of these words, the newest first (see migrations/0004)."""
    return [row[0] for row in _rows("SELECT * FROM tuntas_open_at_place(%s, %s, %s, %s)", [words, start, end, at_most])]


def _rows(sql: str, values: list[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows: list[Any] = cursor.fetchall()
    return rows
