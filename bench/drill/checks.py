"""What must hold after the killing. Every fault is a sentence; no fault, no sentence."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import psycopg

from bench.drill.journal import Journal

Connection = psycopg.Connection[tuple[Any, ...]]

# What every report must have, as the timetable's row T1 leaves it; each question finds the reports that have not.
EVERY_REPORT = {
    "reports without their text": "NOT EXISTS (SELECT 1 FROM reports_reporttext t WHERE t.report_id = r.id)",
    "reports whose history is not one entry, received": "(SELECT array_agg(e.verb::text) FROM reports_event e"
    " WHERE e.report_id = r.id) IS DISTINCT FROM ARRAY['receive']",
    "reports whose last entry is not theirs": "NOT EXISTS (SELECT 1 FROM reports_event e"
    " WHERE e.id = r.last_event_id AND e.report_id = r.id)",
    "reports without one running clock": "(SELECT count(*) FROM clocks_clock c"
    " WHERE c.report_id = r.id AND c.kind = 'verify' AND c.stopped_at IS NULL) <> 1",
    "reports whose holder takes no part": "(SELECT count(*) FROM reports_reportunit p WHERE p.report_id = r.id"
    " AND p.unit_id = r.holder_id AND p.part = 'HOLDER' AND p.until IS NULL) <> 1",
    "reports without a reporter": "NOT EXISTS (SELECT 1 FROM identity_reporter p WHERE p.id = r.reporter_id)",
    "reports whose notices are not one for the unit and one for who left an address":
    "(SELECT array_agg(n.\"to\"::text ORDER BY n.\"to\") FROM notices_notice n WHERE n.report_id = r.id)"
    " IS DISTINCT FROM CASE WHEN (SELECT has_contact FROM identity_reporter p WHERE p.id = r.reporter_id)"
    " THEN ARRAY['REPORTER', 'UNIT'] ELSE ARRAY['UNIT'] END",
}  # fmt: skip
NOTICE = re.compile(r"notice-(\d+)-")


@dataclass(frozen=True)
class Register:
    """The register after a drill, as far as the journal asks. numbers: by the hash of the key, each report once."""

    numbers: Mapping[bytes, list[str]]

    @classmethod
    def read(cls, admin: Connection) -> "Register":
        numbers: dict[bytes, list[str]] = {}
        for digest, number in admin.execute("SELECT idempotency_hash, number FROM reports_report"):
            numbers.setdefault(bytes(digest), []).append(number)
        return cls(numbers)


def lost(register: Register, filed: Mapping[str, str]) -> list[str]:
    """Keys whose number was acknowledged and does not stand in the register under that key."""
    return [key for key, number in filed.items() if register.numbers.get(_digest(key), []) != [number]]


def of_the_register(register: Register, journal: Journal) -> list[str]:
    """Faults between what people were told and what stands there."""
    found = []
    if gone := lost(register, journal.filed):
        found.append(f"{len(gone)} acknowledged reports are not in the register, {gone[0]} first")
    if doubled := [digest for digest, numbers in register.numbers.items() if len(numbers) > 1]:
        found.append(f"{len(doubled)} forms were filed more than once")
    if unknown := set(register.numbers) - set(map(_digest, journal.tried)):
        found.append(f"{len(unknown)} reports were sent by nobody")
    if journal.contradictions:
        found.append(f"{len(journal.contradictions)} forms were given two numbers: {journal.contradictions[0]}")
    if journal.refused:
        found.append(f"{len(journal.refused)} forms were refused: {journal.refused[0]}")
    return found


def of_every_report(admin: Connection) -> list[str]:
    found = []
    for fault, condition in EVERY_REPORT.items():
        row = admin.execute(f"SELECT count(*) FROM reports_report r WHERE {condition}").fetchone()
        if row and row[0]:
            found.append(f"{row[0]} {fault}")
    return found


def of_identities(case: Connection, vault: Connection) -> tuple[list[str], Counter[str]]:
    """Faults, and where identities are: in the vault, or sealed still on their way to it."""
    rows = case.execute(
        "SELECT p.uuid, s.ciphertext IS NOT NULL, s.drained_at IS NOT NULL, coalesce(s.problem, '')"
        " FROM identity_reporter p LEFT JOIN identity_sealedidentity s ON s.reporter_id = p.id WHERE p.has_contact"
    ).fetchall()
    kept = {row[0] for row in vault.execute("SELECT reporter_uuid FROM tuntas_vault_identity")}
    where: Counter[str] = Counter()
    for reporter, is_sealed, is_drained, problem in rows:
        if problem:
            where["set aside"] += 1
        elif is_drained and reporter in kept:
            where["in the vault"] += 1
        elif is_sealed:
            where["sealed"] += 1
        else:
            where["lost"] += 1
    bad = [f"{where[name]} identities are {name}" for name in ("lost", "set aside") if where[name]]
    return bad, where


def of_letters(case: Connection, taken: Mapping[str, int]) -> tuple[list[str], Counter[str]]:
    """Faults between the notices and the letters that the post office took."""
    notices = dict(
        case.execute("SELECT id, sent_at IS NOT NULL FROM notices_notice WHERE \"to\" = 'REPORTER'").fetchall()
    )
    letters = {message: _notice_of(message) for message in taken}
    found = []
    if twice := [message for message, count in taken.items() if count > 1]:
        found.append(f"{len(twice)} letters were handed over twice, {twice[0]} first")
    by_notice = Counter(letters.values())
    if doubled := [notice for notice, count in by_notice.items() if count > 1]:
        found.append(f"{len(doubled)} notices went out as letters of different names")
    if strange := set(by_notice) - set(notices):
        found.append(f"{len(strange)} letters belong to no notice")
    if missing := [notice for notice, is_sent in notices.items() if is_sent and notice not in by_notice]:
        found.append(f"{len(missing)} notices count as sent that no post office took")
    waiting = sum(1 for notice, is_sent in notices.items() if not is_sent)
    return found, Counter({"notices to reporters": len(notices), "letters": len(taken), "waiting": waiting})


def _notice_of(message: str) -> int:
    number = NOTICE.match(message)
    return int(number[1]) if number else 0


def _digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


def all_faults(parts: Iterable[Iterable[str]]) -> list[str]:
    return [fault for part in parts for fault in part]
