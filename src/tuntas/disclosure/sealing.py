"""Signs a decision with the key that web holds, so that the vault can tell it from a row that somebody wrote."""

from django.conf import settings

from tuntas.disclosure.models import Disclosure
from tuntas.kernel.warrants import KEY_BYTES, Warrant


def seal(decided: Disclosure) -> bytes:
    """The signature over a decision that opens. RuntimeError when the operator has given no key."""
    key: bytes = settings.WARRANT_KEY
    if len(key) != KEY_BYTES:
        raise RuntimeError(f"the warrant key has {len(key)} bytes, not {KEY_BYTES}: see docs/operations/settings.md")
    return warrant_of(decided).sign(key)


def warrant_of(decided: Disclosure) -> Warrant:
    """The facts of a decision, as the vault reads them from the same row."""
    if not (decided.decided_at and decided.opens_until and decided.decided_by_id and decided.report.reporter):
        raise ValueError("only a decision that opens an identity is sealed")
    return Warrant(
        grant=decided.uuid,
        report=decided.report.uuid,
        reporter=decided.report.reporter.uuid,
        asked_by=decided.asked_by_id,
        custodian=decided.custodian_id,
        decided_by=decided.decided_by_id,
        ground=decided.ground,
        reason=decided.reason,
        is_emergency=decided.is_emergency,
        decided_at=decided.decided_at,
        opens_until=decided.opens_until,
        with_withheld=decided.with_withheld,
    )
