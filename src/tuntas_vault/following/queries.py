"""Statements on follows, with the rights of the migration following/0001 and no more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connections

from tuntas_vault.queries import CASE, LEASE, facts_of

MAIL, PHONE = "MAIL", "PHONE"  # tuntas.following.models.Follow.Way


@dataclass(frozen=True, slots=True)
class Waiting:
    """An address on its way to us."""

    id: int
    uuid: UUID
    sealed: bytes


@dataclass(frozen=True, slots=True)
class Owed:
    """A mail that is owed to a follower, and that this process has leased."""

    id: int
    follow: UUID
    template: str
    params: dict[str, Any]
    language: str
    created_at: datetime
    attempts: int


def of_their_own(reporters: Sequence[UUID]) -> list[UUID]:
    """The follows by which these reporters' phones hear of their own reports."""
    sql = """
        SELECT f.uuid FROM following_follow f JOIN reports_report r ON r.id = f.own_id
        JOIN identity_reporter p ON p.id = r.reporter_id WHERE p.uuid = ANY(%s)
    """
    with connections[CASE].cursor() as cursor:
        cursor.execute(sql, [list(reporters)])
        return [uuid for (uuid,) in cursor.fetchall()]


def claim_sealed(at_most: int) -> list[Waiting]:
    """Addresses that we have not put away yet, locked until the transaction ends; another vault's are passed over."""
    sql = """
        SELECT id, uuid, sealed FROM following_follow WHERE sealed IS NOT NULL
        ORDER BY id LIMIT %s FOR UPDATE SKIP LOCKED
    """
    with connections[CASE].cursor() as cursor:
        cursor.execute(sql, [at_most])
        return [Waiting(pk, uuid, bytes(sealed)) for pk, uuid, sealed in cursor.fetchall()]


def empty(ids: Sequence[int]) -> None:
    with connections[CASE].cursor() as cursor:
        cursor.execute("UPDATE following_follow SET sealed = NULL WHERE id = ANY(%s)", [list(ids)])


def sealed() -> list[bytes]:
    """All addresses on their way to us: their keys are still needed."""
    with connections[CASE].cursor() as cursor:
        cursor.execute("SELECT sealed FROM following_follow WHERE sealed IS NOT NULL")
        return [bytes(words) for (words,) in cursor.fetchall()]


def still_there(follows: Sequence[UUID]) -> set[UUID]:
    """Which of these have not ended."""
    with connections[CASE].cursor() as cursor:
        cursor.execute("SELECT uuid FROM following_follow WHERE uuid = ANY(%s) AND NOT is_over", [list(follows)])
        return {uuid for (uuid,) in cursor.fetchall()}


def follows_the_same(follow: UUID, others: Sequence[UUID]) -> bool:
    """Whether one of the others follows what this one does, and said yes."""
    sql = """
        SELECT EXISTS (SELECT FROM following_follow f JOIN following_follow o ON o.copy_id = f.copy_id
                       WHERE f.uuid = %s AND o.uuid = ANY(%s) AND o.confirmed_at IS NOT NULL AND NOT o.is_over)
    """
    with connections[CASE].cursor() as cursor:
        cursor.execute(sql, [follow, list(others)])
        return bool(cursor.fetchone()[0])


def end(follows: Sequence[UUID]) -> None:
    """Mark these follows as over: the worker removes them, and what is owed to them."""
    _run("UPDATE following_follow SET is_over = true WHERE uuid = ANY(%s)", [list(follows)])


def claim(at_most: int, way: str) -> list[Owed]:
    """Lease letters (MAIL) or knocks (PHONE), longest owed first; another vault's are passed over."""
    sql = """
        WITH owed AS (
            SELECT l.id FROM following_letter l JOIN following_follow f ON f.id = l.follow_id
            WHERE sent_at IS NULL AND failed_at IS NULL AND not_before <= now() AND f.way = %s
              AND (leased_until IS NULL OR leased_until < now())
            ORDER BY not_before, l.id LIMIT %s FOR UPDATE OF l SKIP LOCKED
        )
        UPDATE following_letter l SET leased_until = now() + %s, attempts = l.attempts + 1
        FROM owed, following_follow f WHERE l.id = owed.id AND f.id = l.follow_id
        RETURNING l.id, f.uuid, l.template, l.params, f.language, l.created_at, l.attempts
    """
    with connections[CASE].cursor() as cursor:
        values: list[Any] = [way, at_most, LEASE]
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    return sorted(
        (Owed(pk, follow, template, facts_of(params), language, at, tries)
         for pk, follow, template, params, language, at, tries in rows),
        key=lambda letter: letter.id,
    )  # fmt: skip


def mark_sent(pk: int) -> None:
    _run("UPDATE following_letter SET sent_at = now(), leased_until = NULL, error = '' WHERE id = %s", [pk])


def give_up(pk: int, error: str) -> None:
    _run("UPDATE following_letter SET failed_at = now(), leased_until = NULL, error = %s WHERE id = %s", [error, pk])


def postpone(pk: int, wait: timedelta, error: str) -> None:
    _run(
        "UPDATE following_letter SET not_before = now() + %s, leased_until = NULL, error = %s WHERE id = %s",
        [wait, error, pk],
    )


def put_off(pk: int, wait: timedelta, error: str) -> None:
    """Later, and what was claimed was no try."""
    sql = """
        UPDATE following_letter SET not_before = now() + %s, leased_until = NULL, attempts = attempts - 1, error = %s
        WHERE id = %s
    """
    _run(sql, [wait, error, pk])


def hand_back(pks: Sequence[int]) -> None:
    _run("UPDATE following_letter SET leased_until = NULL, attempts = attempts - 1 WHERE id = ANY(%s)", [list(pks)])


def _run(statement: str, values: list[Any]) -> None:
    with connections[CASE].cursor() as cursor:
        cursor.execute(statement, values)
