"""Statements on the letters about accounts, with the rights of the migration accounts/0002 and no more."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections

from tuntas_vault.queries import CASE, LEASE

SENT = """
    UPDATE accounts_letter SET sent_at = now(), leased_until = NULL, error = '', sealed = NULL WHERE id = ANY(%s)
"""
FAILED = """
    UPDATE accounts_letter SET failed_at = now(), leased_until = NULL, error = %s, sealed = NULL WHERE id = ANY(%s)
"""
POSTPONED = """
    UPDATE accounts_letter SET not_before = now() + %s, leased_until = NULL, error = %s WHERE id = ANY(%s)
"""
HANDED_BACK = "UPDATE accounts_letter SET leased_until = NULL, attempts = attempts - 1 WHERE id = ANY(%s)"


@dataclass(frozen=True, slots=True)
class Owed:
    """A mail that is owed to an officer, and that this process has leased. address: empty for the officer's own."""

    id: int
    officer: int
    uuid: UUID
    address: str
    template: str
    params: dict[str, Any]
    sealed: bytes | None
    language: str
    created_at: datetime
    attempts: int


def claim(at_most: int) -> list[Owed]:
    """Lease letters, longest owed first; another vault's are passed over."""
    sql = """
        WITH owed AS (
            SELECT id FROM accounts_letter
            WHERE sent_at IS NULL AND failed_at IS NULL AND not_before <= now()
              AND (leased_until IS NULL OR leased_until < now())
            ORDER BY not_before, id LIMIT %s FOR UPDATE SKIP LOCKED
        )
        UPDATE accounts_letter l SET leased_until = now() + %s, attempts = l.attempts + 1
        FROM owed WHERE l.id = owed.id
        RETURNING l.id, l.officer_id, l.uuid, l.address, l.template, l.params, l.sealed, l.language, l.created_at,
                  l.attempts
    """
    with connections[CASE].cursor() as cursor:
        values: list[Any] = [at_most, LEASE]
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    return sorted((_owed(row) for row in rows), key=lambda letter: letter.id)


def address_of(officer: int) -> str:
    """The mail address of an officer, in service or not: who was closed out is told so."""
    with connections[CASE].cursor() as cursor:
        cursor.execute("SELECT email FROM organizations_officer WHERE id = %s", [officer])
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def mark_sent(pk: int) -> None:
    """Sent; what was sealed in it is gone, so that an old copy of the database holds no link."""
    _change(SENT, [[pk]])


def give_up(pk: int, error: str) -> None:
    _change(FAILED, [error, [pk]])


def postpone(pk: int, wait: timedelta, error: str) -> None:
    _change(POSTPONED, [wait, error, [pk]])


def hand_back(pks: Sequence[int]) -> None:
    _change(HANDED_BACK, [list(pks)])


def _change(statement: str, values: list[Any]) -> None:
    with connections[CASE].cursor() as cursor:
        cursor.execute(statement, values)


def _owed(row: tuple[Any, ...]) -> Owed:
    pk, officer, place, address, template, params, sealed, language, at, attempts = row
    told = params if isinstance(params, dict) else json.loads(params)
    return Owed(
        id=pk,
        officer=officer,
        uuid=place,
        address=address,
        template=template,
        params=told,
        sealed=bytes(sealed) if sealed is not None else None,
        language=language,
        created_at=at,
        attempts=attempts,
    )
