"""Encryption of what the case database holds but must not read: bodies of protected reports, files.

Protected means confidential or whistleblowing. The key lies outside the database, with web and worker. Report and
field are bound, so a ciphertext that somebody moves to another row or column does not open.
Source: design 3b ("What is secret"), ASVS 5.0 V11.3.
"""

from collections.abc import Mapping
from uuid import UUID

from django.conf import settings

from tuntas.kernel import envelopes

KIND = b"TSCT"
EPOCH = 1  # of the content key in force; goes up when a second key is added
KEY_BYTES = 32


def encrypt(plain: bytes, *, report: UUID, field: str) -> bytes:
    """An envelope that opens only under the content key, for this report and this field."""
    return envelopes.encrypt(KIND, plain, epoch=EPOCH, key=keys()[EPOCH], bound=place(report, field))


def decrypt(envelope: bytes, *, report: UUID, field: str) -> bytes:
    """What `encrypt` was given, or `envelopes.Unreadable`."""
    return envelopes.decrypt(KIND, bytes(envelope), keys=keys(), bound=place(report, field))


def encrypt_text(text: str, *, report: UUID, field: str) -> bytes:
    return encrypt(text.encode(), report=report, field=field)


def decrypt_text(envelope: bytes, *, report: UUID, field: str) -> str:
    return decrypt(envelope, report=report, field=field).decode()


def place(report: UUID, field: str) -> bytes:
    """Where a value belongs; a report's uuid has a fixed length, so two places never read alike."""
    return report.bytes + field.encode()


def keys() -> Mapping[int, bytes]:
    """Content keys by epoch. RuntimeError when the operator has given none, before anything is written."""
    key: bytes = settings.CONTENT_KEY
    if len(key) != KEY_BYTES:
        raise RuntimeError(f"the content key has {len(key)} bytes, not {KEY_BYTES}: see docs/operations/settings.md")
    return {EPOCH: key}
