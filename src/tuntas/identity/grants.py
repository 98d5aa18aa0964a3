"""What the vault may touch in the case database: these columns and nothing else (design 3b, "Web to vault").

A migration runs the statements of FIRST; what came LATER stands in migrations of its own. A test compares all of it
with what the database really allows.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Grant:
    """Columns of one table that the vault reads and changes. `guarded`: by row-level security, so it needs a policy."""

    table: str
    reads: tuple[str, ...]
    changes: tuple[str, ...] = ()
    guarded: bool = True


FIRST = (
    Grant("identity_reporter", ("id", "uuid")),
    Grant(
        "identity_sealedidentity",
        ("id", "reporter_id", "epoch", "ciphertext", "drained_at", "problem"),
        ("ciphertext", "drained_at", "problem"),
    ),
    Grant(
        "notices_notice",
        (
            "id",
            "to",
            "reporter_uuid",
            "unit_id",
            "role",
            "template",
            "params",
            "language",
            "created_at",
            "not_before",
            "leased_until",
            "attempts",
            "sent_at",
            "failed_at",
        ),
        ("not_before", "leased_until", "attempts", "sent_at", "failed_at", "error"),
    ),
    Grant("organizations_officer", ("id", "email", "is_active"), guarded=False),
    Grant("organizations_appointment", ("officer_id", "unit_id", "role", "valid_from", "valid_to"), guarded=False),
    # For letters to agencies that are not connected: where to, and what anybody may read (notices/0004).
    Grant("organizations_unit", ("id", "letter_address"), guarded=False),
    Grant("reports_publiccopy", ("number", "title", "body", "place"), guarded=False),
)
LATER = (
    # For letters to officers about their accounts (accounts/0002).
    Grant(
        "accounts_letter",
        (
            "id", "officer_id", "uuid", "address", "template", "params", "sealed", "language", "created_at",
            "not_before", "leased_until", "attempts", "sent_at", "failed_at",
        ),
        ("not_before", "leased_until", "attempts", "sent_at", "failed_at", "error", "sealed"),
    ),
    # To say how many originals of files still need an old key, and to forget a person (identity/0002, reports/0007).
    Grant("reports_attachment", ("id", "original_key", "original_epoch")),
    Grant("identity_erasure", ("id", "reporter_id", "ground", "asked_at", "done_at"), ("done_at", "found")),
    Grant("identity_legalhold", ("id", "reporter_id", "lifted_at")),
    # To look at a grant itself before opening an identity (disclosure/0001).
    Grant(
        "disclosure_disclosure",
        (
            "id", "uuid", "report_id", "asked_by_id", "asked_at", "ground", "reason", "hours", "is_emergency",
            "custodian_id", "decision", "decided_by_id", "decided_at", "opens_until", "seal",
        ),
    ),
    # To write to one officer of a unit (notices/0006).
    Grant("notices_notice", ("officer",)),
    Grant("disclosure_disclosure", ("with_withheld",)),  # disclosure/0004
    Grant("disclosure_opening", ("uuid", "disclosure_id", "at")),
    Grant("reports_report", ("id", "uuid", "reporter_id")),
    Grant("organizations_appointment", ("id",), guarded=False),
    Grant("organizations_officer", ("name",), guarded=False),
    Grant("organizations_unit", ("agency_id",), guarded=False),
    # To put the addresses of followers away and to write to them (following/0001), and to see that two are one (0002).
    Grant(
        "following_follow",
        ("id", "uuid", "sealed", "language", "copy_id", "own_id", "way", "confirmed_at", "is_over"),
        ("sealed", "is_over"),
    ),
    Grant(
        "following_letter",
        (
            "id", "follow_id", "template", "params", "created_at", "not_before", "leased_until", "attempts", "sent_at",
            "failed_at",
        ),
        ("not_before", "leased_until", "attempts", "sent_at", "failed_at", "error"),
    ),
)  # fmt: skip
VAULT = FIRST + LATER


def statements(role: str = "tuntas_vault") -> list[str]:
    """The SQL that gives `role` these rights, for a migration that runs as the tables' owner."""
    found: list[str] = []
    for grant in FIRST:
        found.append(f"GRANT SELECT ({columns(grant.reads)}) ON {grant.table} TO {role}")
        if grant.changes:
            found.append(f"GRANT UPDATE ({columns(grant.changes)}) ON {grant.table} TO {role}")
        if grant.guarded:
            found.append(f"CREATE POLICY {role} ON {grant.table} TO {role} USING (true) WITH CHECK (true)")
    return found


def columns(names: tuple[str, ...]) -> str:
    return ", ".join(f'"{name}"' for name in names)
