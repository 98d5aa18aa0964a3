"""Statements of the worker on letters that it may add and never read (migration 0001)."""

import json
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.db import connection


def take_day(officer: int, day: date) -> bool:
    """Whether this officer's morning is ours to write: true once a day, whoever asks."""
    sql = "INSERT INTO teamwork_morningletter (officer_id, day) VALUES (%s, %s) ON CONFLICT DO NOTHING"
    with connection.cursor() as cursor:
        cursor.execute(sql, [officer, day])
        return int(cursor.rowcount) == 1


def owe_morning(officer: int, language: str, params: dict[str, Any], at: datetime) -> None:
    """Owe the letter of the morning; without RETURNING, since the worker reads no letters."""
    sql = """
        INSERT INTO accounts_letter
            (officer_id, uuid, address, template, params, sealed, language, created_at, not_before, attempts, error)
        VALUES (%s, %s, '', 'morning', %s::jsonb, NULL, %s, %s, %s, 0, '')
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [officer, uuid4(), json.dumps(params), language, at, at])
