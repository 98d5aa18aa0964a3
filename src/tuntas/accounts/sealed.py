"""Second factors as they are stored: encrypted under the content key, bound to their officer and purpose.

A thief with a dump reads none; somebody with SQL alone can neither make one nor move another's to an own account.
"""

from tuntas.identity import content
from tuntas.kernel import envelopes

KIND = b"TSOF"


def close(words: str, officer: int, purpose: str) -> bytes:
    return close_bytes(words.encode(), officer, purpose)


def open_words(envelope: bytes, officer: int, purpose: str) -> str:
    """Raises envelopes.Unreadable for what was damaged, moved or made by others."""
    return open_bytes(envelope, officer, purpose).decode()


def close_bytes(plain: bytes, officer: int, purpose: str) -> bytes:
    key = content.keys()[content.EPOCH]
    return envelopes.encrypt(KIND, plain, epoch=content.EPOCH, key=key, bound=_place(officer, purpose))


def open_bytes(envelope: bytes, officer: int, purpose: str) -> bytes:
    return envelopes.decrypt(KIND, envelope, keys=content.keys(), bound=_place(officer, purpose))


def _place(officer: int, purpose: str) -> bytes:
    return officer.to_bytes(8, "big") + purpose.encode()
