"""The statements that set and read the row-security context (see migrations/0001 for the functions)."""

from datetime import datetime

from django.db import connection


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
