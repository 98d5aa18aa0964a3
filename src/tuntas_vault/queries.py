"""Every SQL statement of the vault. Those on the case database may touch only the columns of `tuntas.identity.grants`.

A claim is committed before its letters are sent, and is a lease: whoever dies holding it gives it back when it ends.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, connections
from psycopg.sql import SQL, Composed

from tuntas.kernel.warrants import Warrant
from tuntas_vault.opening import Kept

CASE = "case"
LEASE = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Envelope:
    """A sealed identity that the case database still holds."""

    id: int
    reporter: UUID
    ciphertext: bytes


@dataclass(frozen=True, slots=True)
class Notice:
    """A message that is owed, and that this process has leased."""

    id: int
    reporter: UUID | None
    unit: int | None
    role: str
    template: str
    params: dict[str, Any]
    language: str
    created_at: datetime
    attempts: int  # this one included
    officer: int = 0  # the one officer of the unit, 0 for all


def only_one_vault() -> None:
    """Wait until no other vault makes or rotates keys; until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('tuntas vault keys'))")


def claim_envelopes(epochs: Sequence[int], at_most: int) -> list[Envelope]:
    """Envelopes of these epochs, oldest first, locked until the transaction ends; another vault's are passed over."""
    sql = """
        SELECT s.id, r.uuid, s.ciphertext
        FROM identity_sealedidentity s JOIN identity_reporter r ON r.id = s.reporter_id
        WHERE s.drained_at IS NULL AND s.problem = '' AND s.epoch = ANY(%s)
        ORDER BY s.id LIMIT %s FOR UPDATE OF s SKIP LOCKED
    """
    with connections[CASE].cursor() as cursor:
        cursor.execute(sql, [list(epochs), at_most])
        return [Envelope(pk, reporter, bytes(ciphertext)) for pk, reporter, ciphertext in cursor.fetchall()]


def put_away(kept: Iterable[tuple[Envelope, Kept]]) -> None:
    """Store identities in the vault. A later envelope of a reporter replaces an earlier one, never the reverse."""
    sql = """
        INSERT INTO tuntas_vault_identity (reporter_uuid, sealed_id, epoch, wrapped_key, ciphertext)
        VALUES (%s, %s, %s, %s, %s)
        ON CONFLICT (reporter_uuid) DO UPDATE SET (sealed_id, epoch, wrapped_key, ciphertext, stored_at, is_indexed)
            = (excluded.sealed_id, excluded.epoch, excluded.wrapped_key, excluded.ciphertext, excluded.stored_at, false)
        WHERE tuntas_vault_identity.sealed_id < excluded.sealed_id
    """
    with connection.cursor() as cursor:
        rows = [(e.reporter, e.id, k.epoch, k.wrapped_key, k.ciphertext) for e, k in kept]
        cursor.executemany(sql, rows)


def empty_envelopes(ids: Sequence[int]) -> None:
    sql = "UPDATE identity_sealedidentity SET ciphertext = NULL, drained_at = now() WHERE id = ANY(%s)"
    with connections[CASE].cursor() as cursor:
        cursor.execute(sql, [list(ids)])


def set_aside(ids: Sequence[int], problem: str) -> None:
    with connections[CASE].cursor() as cursor:
        cursor.execute("UPDATE identity_sealedidentity SET problem = %s WHERE id = ANY(%s)", [problem, list(ids)])


def count_envelopes(epoch: int) -> int:
    """Envelopes of an epoch that are still full, those set aside included: its key may yet be needed for them."""
    sql = "SELECT count(*) FROM identity_sealedidentity WHERE drained_at IS NULL AND epoch = %s"
    with connections[CASE].cursor() as cursor:
        cursor.execute(sql, [epoch])
        return int(cursor.fetchone()[0])


@dataclass(frozen=True, slots=True)
class Granted:
    """A decision as the case database holds it. is_second_person: by who decided, as that database knows people."""

    warrant: Warrant
    decision: str
    seal: bytes
    is_second_person: bool


def granted(grant: UUID) -> Granted | None:
    """The decision of this name that opens, and whether another person of another agency, then in office, made it."""
    sql = """
        SELECT d.uuid, r.uuid, p.uuid, d.asked_by_id, d.custodian_id, d.decided_by_id, d.ground, d.reason,
               d.is_emergency, d.decided_at, d.opens_until, d.with_withheld, d.decision, d.seal,
               coalesce(w.role = 'CUSTODIAN' AND w.unit_id = d.custodian_id AND wo.is_active
                 AND w.valid_from <= (d.decided_at AT TIME ZONE 'Asia/Jakarta')::date
                 AND (w.valid_to IS NULL OR w.valid_to >= (d.decided_at AT TIME ZONE 'Asia/Jakarta')::date)
                 AND wu.agency_id <> au.agency_id AND wo.id <> ao.id
                 AND (btrim(wo.email) = '' OR lower(btrim(wo.email)) <> lower(btrim(ao.email)))
                 AND lower(btrim(wo.name)) <> lower(btrim(ao.name)), false)
        FROM disclosure_disclosure d
        JOIN reports_report r ON r.id = d.report_id
        JOIN identity_reporter p ON p.id = r.reporter_id
        JOIN organizations_appointment a ON a.id = d.asked_by_id
        JOIN organizations_officer ao ON ao.id = a.officer_id
        JOIN organizations_unit au ON au.id = a.unit_id
        JOIN organizations_appointment w ON w.id = d.decided_by_id
        JOIN organizations_officer wo ON wo.id = w.officer_id
        JOIN organizations_unit wu ON wu.id = w.unit_id
        WHERE d.uuid = %s AND d.opens_until IS NOT NULL AND d.decided_at IS NOT NULL
    """
    with connections[CASE].cursor() as cursor:
        cursor.execute(sql, [grant])
        row = cursor.fetchone()
    if row is None:
        return None
    facts = dict(zip(WARRANT_FACTS, row[: len(WARRANT_FACTS)], strict=True))
    decision, seal, is_second = row[len(WARRANT_FACTS) :]
    return Granted(Warrant(**facts), str(decision), bytes(seal or b""), bool(is_second))


WARRANT_FACTS = (
    "grant", "report", "reporter", "asked_by", "custodian", "decided_by", "ground", "reason", "is_emergency",
    "decided_at", "opens_until", "with_withheld",
)  # fmt: skip


def one_opening_at_a_time(grant: UUID) -> None:
    """Wait until no other opening of this decision is being counted; until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 7))", [str(grant)])


def note_opening(opening: UUID, grant: UUID, at: datetime) -> None:
    """Write the opening into the report's history and owe the notices; a second call changes nothing."""
    with connections[CASE].cursor() as cursor:
        cursor.execute("SELECT tuntas_note_opening(%s, %s, %s)", [opening, grant, at])


@dataclass(frozen=True, slots=True)
class Wish:
    """A reporter to be forgotten."""

    id: int
    reporter: UUID
    ground: str


def claim_erasures(at_most: int) -> list[Wish]:
    """Wishes to forget against which no legal hold stands, locked until the transaction ends."""
    sql = """
        SELECT e.id, p.uuid, e.ground FROM identity_erasure e JOIN identity_reporter p ON p.id = e.reporter_id
        WHERE e.done_at IS NULL AND NOT tuntas_is_held(e.reporter_id)
        ORDER BY e.id LIMIT %s FOR UPDATE OF e SKIP LOCKED
    """
    with connections[CASE].cursor() as cursor:
        cursor.execute(sql, [at_most])
        return [Wish(*row) for row in cursor.fetchall()]


def empty_envelopes_of(reporters: Sequence[UUID]) -> list[UUID]:
    """Empty what these reporters still have on its way to us; returns whose envelopes were full."""
    sql = """
        UPDATE identity_sealedidentity s SET ciphertext = NULL, drained_at = now()
        FROM identity_reporter p WHERE p.id = s.reporter_id AND p.uuid = ANY(%s) AND s.drained_at IS NULL
        RETURNING p.uuid
    """
    with connections[CASE].cursor() as cursor:
        cursor.execute(sql, [list(reporters)])
        return [uuid for (uuid,) in cursor.fetchall()]


def mark_erased(found: Iterable[tuple[int, bool]]) -> None:
    """Say that these wishes were carried out, and whether there was anything to forget."""
    with connections[CASE].cursor() as cursor:
        cursor.executemany(
            "UPDATE identity_erasure SET done_at = now(), found = %s WHERE id = %s",
            [(was_there, pk) for pk, was_there in found],
        )


def count_originals(epoch: int) -> int:
    """Originals of files that are sealed to this epoch's key; 0 counts those whose envelope nobody has read yet."""
    sql = "SELECT count(*) FROM reports_attachment WHERE original_key <> '' AND original_epoch = %s"
    with connections[CASE].cursor() as cursor:
        cursor.execute(sql, [epoch])
        return int(cursor.fetchone()[0])


def sealed_links() -> list[str]:
    """The sealed links of letters that have not left yet: to offices, and to officers about their accounts; base64."""
    sql = """
        SELECT params ->> 'token' FROM notices_notice
        WHERE "to" = 'LETTER' AND sent_at IS NULL AND failed_at IS NULL AND params ? 'token'
        UNION ALL
        SELECT encode(sealed, 'base64') FROM accounts_letter
        WHERE sent_at IS NULL AND failed_at IS NULL AND sealed IS NOT NULL
    """
    with connections[CASE].cursor() as cursor:
        cursor.execute(sql)
        return [str(token).replace("\n", "") for (token,) in cursor.fetchall()]


OWED = SQL("""
    sent_at IS NULL AND failed_at IS NULL AND not_before <= now() AND (leased_until IS NULL OR leased_until < now())
""")
LEASED = SQL("""
    UPDATE notices_notice n SET leased_until = now() + %s, attempts = n.attempts + 1
    FROM owed WHERE n.id = owed.id
    RETURNING n.id, n.reporter_uuid, n.unit_id, n.role, n.officer, n.template, n.params, n.language, n.created_at,
              n.attempts
""")
CLAIM = SQL("""
    WITH owed AS (
        SELECT id FROM notices_notice WHERE {owed} AND "to" = %s
        ORDER BY not_before, id LIMIT %s FOR UPDATE SKIP LOCKED
    ) {leased}
""").format(owed=OWED, leased=LEASED)
CLAIM_FOR_A_UNIT = SQL("""
    WITH receiver AS (
        SELECT unit_id, role, officer, language FROM notices_notice WHERE {owed} AND "to" = 'UNIT' AND NOT EXISTS (
            SELECT FROM unnest(%s::bigint[], %s::text[], %s::bigint[]) AS rest (unit, role, one)
            WHERE rest.unit = notices_notice.unit_id AND rest.role = notices_notice.role
              AND rest.one = notices_notice.officer)
        ORDER BY not_before, id LIMIT 1 FOR UPDATE SKIP LOCKED
    ), owed AS (
        SELECT id FROM notices_notice NATURAL JOIN receiver WHERE {owed} AND "to" = 'UNIT'
        ORDER BY id LIMIT %s FOR UPDATE OF notices_notice SKIP LOCKED
    ) {leased}
""").format(owed=OWED, leased=LEASED)


def claim_for_reporters(at_most: int) -> list[Notice]:
    """Lease notices to reporters, longest owed first."""
    return _claim(CLAIM, ["REPORTER", at_most, LEASE])


def claim_for_offices(at_most: int) -> list[Notice]:
    """Lease notices to the letter addresses of agencies that are not connected, longest owed first."""
    return _claim(CLAIM, ["LETTER", at_most, LEASE])


def claim_for_a_unit(resting: Iterable[tuple[int, str, int]], at_most: int) -> list[Notice]:
    """Lease all that is owed to the same officers of one unit, so that they get one letter and not one for each report.

    resting: units, roles and officers that had a letter a moment ago and shall not have the next one yet.
    """
    units, roles, officers = zip(*resting, strict=True) if (resting := list(resting)) else ((), (), ())
    return _claim(CLAIM_FOR_A_UNIT, [list(units), list(roles), list(officers), at_most, LEASE])


def _claim(statement: Composed, values: list[Any]) -> list[Notice]:
    with connections[CASE].cursor() as cursor:
        cursor.execute(statement, values)
        rows = cursor.fetchall()
    return sorted(
        (Notice(pk, who, unit, role, template, facts_of(params), language, at, attempts, officer)
         for pk, who, unit, role, officer, template, params, language, at, attempts in rows),
        key=lambda notice: notice.id,
    )  # fmt: skip


def facts_of(params: Any) -> dict[str, Any]:
    """What a notice says of itself. Whoever wrote no object said nothing: that notice waits, and the others go on."""
    read = json.loads(params) if isinstance(params, str) else params
    return read if isinstance(read, dict) else {}


def addresses_of(unit: int, role: str, officer: int = 0) -> list[str]:
    """Mail addresses of the officers who work in a unit today: of one role, of one officer, or of all."""
    sql = """
        SELECT DISTINCT o.email FROM organizations_appointment a JOIN organizations_officer o ON o.id = a.officer_id
        WHERE a.unit_id = %s AND (%s = '' OR a.role = %s) AND (%s = 0 OR o.id = %s) AND o.is_active AND o.email <> ''
            AND a.valid_from <= (now() AT TIME ZONE 'Asia/Jakarta')::date
            AND (a.valid_to IS NULL OR a.valid_to >= (now() AT TIME ZONE 'Asia/Jakarta')::date)
        ORDER BY o.email
    """
    with connections[CASE].cursor() as cursor:
        cursor.execute(sql, [unit, role, role, officer, officer])
        return [email for (email,) in cursor.fetchall()]


def letter_address_of(unit: int) -> str:
    """Where letters to a unit go in which nobody works in the register; '' when none is known."""
    with connections[CASE].cursor() as cursor:
        cursor.execute("SELECT letter_address FROM organizations_unit WHERE id = %s", [unit])
        row = cursor.fetchone()
    return str(row[0]) if row else ""


def public_words(number: str) -> dict[str, str]:
    """What the public may know of a report at this moment: title, text and place; nothing when it is protected."""
    with connections[CASE].cursor() as cursor:
        cursor.execute("SELECT title, body, place FROM reports_publiccopy WHERE number = %s", [number])
        row = cursor.fetchone()
    return dict(zip(("title", "text", "place"), row, strict=True)) if row else {}


def mark_sent(ids: Sequence[int]) -> None:
    sql = """
        UPDATE notices_notice SET sent_at = now(), leased_until = NULL, error = ''
        WHERE id = ANY(%s) AND sent_at IS NULL AND failed_at IS NULL
    """
    _change(sql, [list(ids)])


def give_up(ids: Sequence[int], error: str) -> None:
    """Record that these will not be sent, and why."""
    sql = """
        UPDATE notices_notice SET failed_at = now(), leased_until = NULL, error = %s
        WHERE id = ANY(%s) AND sent_at IS NULL AND failed_at IS NULL
    """
    _change(sql, [error, list(ids)])


def postpone(ids: Sequence[int], wait: timedelta, error: str) -> None:
    """Give a lease back until `wait` has passed; this try counts."""
    sql = "UPDATE notices_notice SET not_before = now() + %s, leased_until = NULL, error = %s WHERE id = ANY(%s)"
    _change(sql, [wait, error, list(ids)])


def hand_back(ids: Sequence[int]) -> None:
    """Give a lease back as if it had never been taken; this try does not count."""
    _change("UPDATE notices_notice SET leased_until = NULL, attempts = attempts - 1 WHERE id = ANY(%s)", [list(ids)])


def _change(sql: str, values: list[Any]) -> None:
    with connections[CASE].cursor() as cursor:
        cursor.execute(sql, values)
