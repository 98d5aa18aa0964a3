"""The statements that set and read the row-security context (migrations/0001), and append to the security log."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import connection

# Without RETURNING: a role that may write an entry need not be one that may read it.
APPEND = "INSERT INTO access_securityentry (at, kind, officer, facts) VALUES (%s, %s, %s, %s::jsonb)"


def enter(kind: str, *, appointment: int | None, report: int | None, at: datetime | None) -> bool:
    """Set the context for this transaction alone; the database works out the scope from the appointment.

    Returns false, and leaves the context empty, when an officer's appointment is not in force at `at`.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT tuntas_enter_office(%s, %s, %s, %s)", [kind, appointment, report, at])
        row = cursor.fetchone()
    return bool(row and row[0])


def current_kind() -> str:
    """The kind of actor in force in this transaction, '' for none."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(nullif(current_setting('tuntas.actor', true), ''), '')")
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def leave() -> None:
    """Forget the context: what follows in this transaction sees nothing."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tuntas_leave()")


def append_entry(kind: str, officer: int | None, facts: Mapping[str, Any], at: datetime) -> None:
    """In the transaction of the caller."""
    with connection.cursor() as cursor:
        cursor.execute(APPEND, [at, kind, officer, json.dumps(facts)])


def append_entry_apart(kind: str, officer: int | None, facts: Mapping[str, Any], at: datetime) -> None:
    """Committed at once, whatever becomes of the transaction that the caller is in."""
    if not connection.in_atomic_block:
        append_entry(kind, officer, facts, at)
        return
    apart = connection.copy()
    try:
        with apart.cursor() as cursor:
            cursor.execute(APPEND, [at, kind, officer, json.dumps(facts)])
    finally:
        apart.close()
