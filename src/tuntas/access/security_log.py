"""Writes the security log: one append-only table for sign-ins, refusals, disclosures, exports, changes of roles, reads.

Source: trust.md 2 (rows 8, 12), ASVS 5.0 V16.3. Acts on a report are events of its history and stand there, not here.
"""

from collections.abc import Mapping
from datetime import datetime

from django.utils import timezone

from tuntas.access import queries

Facts = Mapping[str, str | int]

LONGEST = 300  # characters of one fact
# A name under which somebody's identity would come in. The log is read by people who may never see one.
NEVER = frozenset({"name", "email", "phone", "nik", "address", "username", "password", "code", "token", "secret"})


def write(kind: str, *, officer: int | None, facts: Facts | None = None, at: datetime | None = None) -> None:
    """Append one entry in the caller's transaction: it stands or falls with what it tells of.

    kind: a word such as `sign_in`, at most 40 characters. facts: words and whole numbers, never an identity;
    `report` is the id of a report. Raises ValueError for anything else.
    """
    queries.append_entry(kind, officer, _checked(kind, facts or {}), at or timezone.now())


def write_apart(kind: str, *, officer: int | None, facts: Facts | None = None, at: datetime | None = None) -> None:
    """Append one entry that stays even when the caller's transaction is rolled back: for what was refused.

    Inside a transaction it takes a connection of its own for a moment (a few milliseconds); outside none.
    """
    queries.append_entry_apart(kind, officer, _checked(kind, facts or {}), at or timezone.now())


def _checked(kind: str, facts: Facts) -> dict[str, str | int]:
    if not kind or len(kind) > 40:
        raise ValueError(f"no kind of entry: {kind!r}")
    for name, value in facts.items():
        if name in NEVER:
            raise ValueError(f"{name} has no place in the security log")
        # Whoever calls may not be typed: what would be a list or an object is stopped here.
        if not issubclass(type(value), str | int) or type(value) is bool or len(str(value)) > LONGEST:
            raise ValueError(f"{name} is no plain fact")
    return {name: value if type(value) is int else str(value) for name, value in facts.items()}
