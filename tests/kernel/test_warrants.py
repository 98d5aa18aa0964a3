"""What web signs and the vault checks: the same bytes for ever, and none of them may change."""

from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from tuntas.kernel.warrants import Warrant, public_half

pytestmark = pytest.mark.threat("T-REVEAL-4EYES")
SEED = bytes(range(32))
WARRANT = Warrant(
    grant=UUID(int=1), report=UUID(int=2), reporter=UUID(int=3), asked_by=4, custodian=5, decided_by=6,
    ground="LEGAL_DUTY", reason="Surat B-12/2026", is_emergency=False,
    decided_at=datetime(2026, 11, 21, 15, 0, tzinfo=UTC), opens_until=datetime(2026, 11, 22, 15, 0, tzinfo=UTC),
)  # fmt: skip
# Frozen: a signature of the first release must stand for as long as the decision that it belongs to.
SIGNED = (
    "0352c38c4d3bcdf2191fdea1fad2f62fbd37574c3f09d3b54a76db6ee98e0c80"
    "fac7d1d997e9d64cbddfb6505f4f089187799bb1db82c2f5c2188754f67b1a02"
)
OTHER = {
    UUID: UUID(int=9),
    int: 9,
    str: "lain",
    bool: True,
    datetime: datetime(2027, 1, 1, tzinfo=UTC),
}


def test_a_signature_of_the_first_release_still_stands():
    assert WARRANT.sign(SEED).hex() == SIGNED
    assert WARRANT.is_signed(bytes.fromhex(SIGNED), public_half(SEED))


@pytest.mark.parametrize("name", [field.name for field in fields(Warrant)])
def test_every_fact_is_covered(name):
    changed = replace(WARRANT, **{name: OTHER[type(getattr(WARRANT, name))]})
    assert not changed.is_signed(WARRANT.sign(SEED), public_half(SEED))


def test_another_key_a_cut_and_a_damaged_signature_do_not_pass():
    good, public = WARRANT.sign(SEED), public_half(SEED)
    assert not WARRANT.is_signed(good, public_half(bytes(32)))
    assert not WARRANT.is_signed(good, b"short")
    for length in range(len(good)):
        assert not WARRANT.is_signed(good[:length], public)
    for place in range(len(good)):
        damaged = bytearray(good)
        damaged[place] ^= 1
        assert not WARRANT.is_signed(bytes(damaged), public)


def test_an_instant_is_the_same_in_every_zone():
    jakarta = timezone(timedelta(hours=7))
    moved = replace(WARRANT, decided_at=WARRANT.decided_at.astimezone(jakarta))
    assert moved.as_bytes() == WARRANT.as_bytes()
