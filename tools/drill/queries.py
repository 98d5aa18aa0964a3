"""Every statement of the drill. All but the first four only read."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg

Connection = psycopg.Connection[tuple[Any, ...]]

# What every report must have as it was received; each question finds the reports that have it not.
EVERY_REPORT = {
    "text": "(SELECT count(*) FROM reports_reporttext t WHERE t.report_id = r.id) = 1",
    "entry of its receipt, first and once": "(SELECT array_agg(e.verb::text ORDER BY e.id) FROM reports_event e"
    " WHERE e.report_id = r.id) = ARRAY['receive']",
    "last entry": "EXISTS (SELECT FROM reports_event e WHERE e.id = r.last_event_id AND e.report_id = r.id)",
    "running clock of verification": "(SELECT array_agg(c.kind::text) FROM clocks_clock c"
    " WHERE c.report_id = r.id AND c.stopped_at IS NULL) = ARRAY['verify']",
    "holder": "(SELECT array_agg(p.unit_id) FROM reports_reportunit p WHERE p.report_id = r.id AND p.part = 'HOLDER'"
    " AND p.until IS NULL) = ARRAY[r.holder_id]",
    "notice of its receipt to the unit": "n.to_units = 1 AND n.unit = r.holder_id",
    "notice to the reporter, if and only if an address was left": "n.to_reporter ="
    " (SELECT has_contact::int FROM identity_reporter p WHERE p.id = r.reporter_id)",
    "reminder for each ring of its clock": "n.reminders ="
    " (SELECT count(*) FROM clocks_clock c WHERE c.report_id = r.id AND c.fired = 50)",
}
# Counted once for all reports: notices are not indexed by report, which would cost every intake something.
NOTICES = """
    SELECT report_id, count(*) FILTER (WHERE template = 'receive' AND "to" = 'UNIT') AS to_units,
      min(unit_id) FILTER (WHERE template = 'receive') AS unit,
      count(*) FILTER (WHERE template = 'receive' AND "to" = 'REPORTER') AS to_reporter,
      count(*) FILTER (WHERE template = 'reminder') AS reminders
    FROM notices_notice GROUP BY report_id
"""
OPEN = "sent_at IS NULL AND failed_at IS NULL"


def connect_an_agency(admin: Connection) -> int:
    """Let one city work in the register, so that reports that name it are held there. Returns its unit."""
    return _one(
        admin,
        "UPDATE organizations_unit SET connected_on = '2020-01-01' WHERE id ="
        " (SELECT min(id) FROM organizations_unit WHERE kind = 'CITY') RETURNING id",
    )


def let_clocks_come_due(admin: Connection, at_most: int) -> set[int]:
    """Make the first reminder of some clocks due now, so that the worker has work; those that have not rung yet."""
    rows = admin.execute(
        "UPDATE clocks_clock SET fire_at = now() WHERE id IN (SELECT id FROM clocks_clock WHERE fired = 0"
        " AND fire_at > now() AND stopped_at IS NULL ORDER BY id DESC LIMIT %s FOR UPDATE SKIP LOCKED) RETURNING id",
        [at_most],
    )
    return {row[0] for row in rows}


def end_all_waiting(admin: Connection) -> None:
    """Let leases of killed vaults and pauses between tries end now instead of in minutes. For one vault alone."""
    admin.execute(
        f"UPDATE notices_notice SET leased_until = NULL, not_before = least(not_before, now()) WHERE {OPEN}"  # noqa: S608
        " AND (leased_until IS NOT NULL OR not_before > now())"
    )


def answer_before_the_disk(admin: Connection, file: str) -> None:
    """Take the new settings up, and see that they are."""
    admin.execute("SELECT pg_reload_conf()")
    known = admin.execute("SELECT setting FROM pg_file_settings WHERE name = 'synchronous_commit' AND sourcefile = %s",
                          [file]).fetchall()  # fmt: skip
    if known != [("off",)]:
        raise RuntimeError(f"the settings of the control were not taken up: {known}")


def unfinished(admin: Connection) -> tuple[int, int, int]:
    """Envelopes still sealed, notices still owed, clocks that are due and have not rung."""
    return (
        _one(admin, "SELECT count(*) FROM identity_sealedidentity WHERE drained_at IS NULL AND problem = ''"),
        _one(admin, f"SELECT count(*) FROM notices_notice WHERE {OPEN}"),  # noqa: S608
        _one(admin, "SELECT count(*) FROM clocks_clock WHERE fire_at <= now() AND stopped_at IS NULL"),
    )


@dataclass(frozen=True, slots=True)
class Standing:
    """A report in the register. digest: of its key. has_contact: an address was left. at: seconds since 1970."""

    digest: bytes
    number: str
    has_contact: bool
    at: float


def reports(admin: Connection) -> list[Standing]:
    rows = admin.execute(
        "SELECT r.idempotency_hash, r.number, p.has_contact, extract(epoch FROM r.received_at)::float8"
        " FROM reports_report r LEFT JOIN identity_reporter p ON p.id = r.reporter_id"
    )
    return [Standing(bytes(digest), *rest) for digest, *rest in rows]


def incomplete(admin: Connection) -> dict[str, int]:
    """How many reports lack what every report has, by what they lack."""
    return {
        what: _one(
            admin,
            f"SELECT count(*) FROM reports_report r LEFT JOIN ({NOTICES}) n ON n.report_id = r.id"  # noqa: S608
            f" WHERE ({holds}) IS NOT TRUE",
        )
        for what, holds in EVERY_REPORT.items()
    }


def altered(admin: Connection, body: str) -> int:
    """Reports whose words are not these, which everybody sent."""
    return _one(admin, "SELECT count(*) FROM reports_reporttext WHERE body <> %s", body)


def strays(admin: Connection) -> int:
    """Reporters without a report: half of an intake."""
    return _one(admin, "SELECT count(*) FROM identity_reporter p WHERE NOT EXISTS"
                       " (SELECT FROM reports_report r WHERE r.reporter_id = p.id)")  # fmt: skip


def envelopes(admin: Connection) -> list[tuple[UUID, bool, str]]:
    """Of every reporter who left an address: whether the envelope is still full (no envelope: not), and its problem."""
    return admin.execute(
        "SELECT p.uuid, coalesce(s.ciphertext IS NOT NULL, false), coalesce(s.problem, '') FROM identity_reporter p"
        " LEFT JOIN identity_sealedidentity s ON s.reporter_id = p.id WHERE p.has_contact"
    ).fetchall()


def in_the_vault(vault: Connection) -> set[UUID]:
    return {row[0] for row in vault.execute("SELECT reporter_uuid FROM tuntas_vault_identity"
                                            " WHERE length(ciphertext) > 0")}  # fmt: skip


def notices_to_reporters(admin: Connection) -> dict[int, bool]:
    """By notice, whether it counts as sent."""
    return dict(admin.execute(
        "SELECT id, sent_at IS NOT NULL FROM notices_notice WHERE \"to\" = 'REPORTER'").fetchall())  # fmt: skip


def rung(admin: Connection) -> set[int]:
    return {row[0] for row in admin.execute("SELECT id FROM clocks_clock WHERE fired > 0")}


def _one(connection: Connection, question: str, *values: object) -> int:
    row = connection.execute(question, values).fetchone()
    return int(row[0]) if row else 0
