"""Statements that must be one statement, because two requests at once may not both pass between two."""

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

# Which reads of protected reports count, and how they are written: one question and one entry in one round trip.
READ = """
WITH stated AS (
    SELECT id FROM access_securityentry
    WHERE officer = %(officer)s AND kind = 'purpose' AND at > %(since)s AND facts ? 'report'
      AND (facts ->> 'report')::bigint = %(report)s
    LIMIT 1
), written AS (
    INSERT INTO access_securityentry (at, kind, officer, facts)
    SELECT %(at)s, 'sensitive_read', %(officer)s,
           jsonb_build_object('report', %(report)s::bigint, 'unit', %(unit)s::bigint)
    FROM stated
)
SELECT EXISTS (SELECT FROM stated)
"""


def take_a_try(digest: bytes, *, most: int, window: timedelta, at: datetime) -> bool:
    """Count one try, unless there were `most` within the window. One statement: the row is locked while it decides.

    False when there is no try left. Outside a transaction it is committed before the caller goes on, so that of a
    hundred tries at once at most `most` are ever looked at (SR-24).
    """
    sql = """
        INSERT INTO accounts_tries AS t (digest, count, since) VALUES (%(digest)s, 1, %(at)s)
        ON CONFLICT (digest) DO UPDATE SET
            count = CASE WHEN t.since <= %(before)s THEN 1 ELSE t.count + 1 END,
            since = CASE WHEN t.since <= %(before)s THEN %(at)s ELSE t.since END
        WHERE t.count < %(most)s OR t.since <= %(before)s
        RETURNING count
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, {"digest": digest, "at": at, "before": at - window, "most": most})
        return cursor.fetchone() is not None


def rename_session(old: bytes, new: bytes, data: str, at: datetime) -> bool:
    """Give a session another key in one statement; false when it ended meanwhile, and then it stays ended (SR-22)."""
    sql = "UPDATE accounts_session SET digest = %s, data = %s, seen_at = %s WHERE digest = %s"
    with connection.cursor() as cursor:
        cursor.execute(sql, [new, data, at, old])
        return int(cursor.rowcount) == 1


def owe_link(username: str, link: dict[str, Any], letter: dict[str, Any]) -> None:
    """Write a one-time link and the letter that carries it, if somebody in service with a mail address has this name.

    One statement whatever comes of it: an absent name costs what an existing one costs (SR-25).
    """
    sql = """
        WITH who AS (
            SELECT id, language FROM organizations_officer WHERE username = %(username)s AND is_active AND email <> ''
        ), link AS (
            INSERT INTO accounts_onetimelink (officer_id, digest, purpose, renews, made_at, expires_at)
            SELECT id, %(digest)s, 'RESET', false, %(at)s, %(expires)s FROM who
        )
        INSERT INTO accounts_letter
            (officer_id, uuid, address, template, params, sealed, language, created_at, not_before, attempts, error)
        SELECT id, %(uuid)s, '', 'reset', '{}', %(sealed)s, language, %(at)s, %(at)s, 0, '' FROM who
    """
    values = dict(link)
    values.update(letter, username=username)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


def read_protected(*, officer: int, report: int, unit: int, since: datetime, at: datetime) -> bool:
    """Whether this officer stated a purpose for this report lately; if so, the read is written down."""
    values: dict[str, Any] = {"officer": officer, "report": report, "unit": unit, "since": since, "at": at}
    with connection.cursor() as cursor:
        cursor.execute(READ, values)
        row = cursor.fetchone()
    return bool(row and row[0])


def reports_read_since(*, officer: int, since: datetime) -> int:
    """For how many different reports this officer stated a purpose since then."""
    sql = """
        SELECT count(DISTINCT facts ->> 'report') FROM access_securityentry
        WHERE officer = %s AND kind = 'purpose' AND at > %s
    """
    with connection.cursor() as cursor:
        cursor.execute(sql, [officer, since])
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def sweep(at: datetime, *, sessions_before: datetime, tries_before: datetime) -> int:
    """Remove ended sessions and old counts; returns how many rows."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_session WHERE seen_at < %s", [sessions_before])
        gone = int(cursor.rowcount)
        cursor.execute("DELETE FROM accounts_tries WHERE since < %s", [tries_before])
        return gone + int(cursor.rowcount)
