"""What two persons decided about opening an identity, as bytes that web signs and the vault checks.

A row in the case database proves nothing by itself: whoever administers that database can write one. So web signs the
facts of a decision with a key that lies outside every database, and the vault, which holds the public half, opens
nothing that is not signed (trust.md 2, rows 2 and 9).
"""

import hashlib
import json
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from nacl.exceptions import CryptoError
from nacl.signing import SigningKey, VerifyKey

FORMAT = 1
KEY_BYTES = 32
LONGEST = timedelta(hours=72)  # a time box
EMERGENCY = timedelta(hours=1)
MOST_OPENINGS = 3  # of one decision: a page that was closed too early, and a second look


@dataclass(frozen=True, kw_only=True, slots=True)
class Warrant:
    """The facts that a signature covers. Offices and appointments by the ids of the case database.

    ground, reason: as the asker gave them. opens_until: the end of the time box. with_withheld: the words that the
    reporter took out before sending are opened as well.
    """

    grant: UUID
    report: UUID
    reporter: UUID
    asked_by: int
    custodian: int
    decided_by: int
    ground: str
    reason: str
    is_emergency: bool
    decided_at: datetime
    opens_until: datetime
    with_withheld: bool = False

    def as_bytes(self) -> bytes:
        """One way to write it: instants in UTC to the microsecond, names sorted, the reason by its hash.

        `with_withheld` is written only where it is true: a signature of the first release, which knew none, stands.
        """
        facts = asdict(self) | {
            "format": FORMAT,
            "reason": hashlib.sha256(self.reason.encode()).hexdigest(),
            "decided_at": self.decided_at.astimezone(UTC).isoformat(timespec="microseconds"),
            "opens_until": self.opens_until.astimezone(UTC).isoformat(timespec="microseconds"),
        }
        if not self.with_withheld:
            del facts["with_withheld"]
        return json.dumps(facts, sort_keys=True, separators=(",", ":"), default=str).encode()

    def sign(self, seed: bytes) -> bytes:
        """64 bytes, Ed25519. seed: 32 bytes that web alone holds."""
        return bytes(SigningKey(seed).sign(self.as_bytes()).signature)

    def is_signed(self, signature: bytes, public: bytes) -> bool:
        """Whether web signed exactly these facts."""
        try:
            VerifyKey(public).verify(self.as_bytes(), signature)
        except (CryptoError, ValueError, TypeError):
            return False
        return True


def public_half(seed: bytes) -> bytes:
    return bytes(SigningKey(seed).verify_key)
