"""Encryption of what the case database holds but must not read: bodies of protected reports, files.

Protected means confidential or whistleblowing. The key lies outside the database, with web and worker. Report and
field are bound, so a ciphertext that somebody moves to another row or column does not open.
Source: design 3b ("What is secret"), ASVS 5.0 V11.3.
"""

import hmac
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from uuid import UUID

from django.conf import settings

from tuntas.kernel import envelopes, streams

KIND = b"TSCT"
EPOCH = 1  # of the content key in force; goes up when a second key is added
KEY_BYTES = 32


def encrypt(plain: bytes, *, report: UUID, field: str) -> bytes:
    """An envelope that opens only under the content key, for this report and this field."""
    return envelopes.encrypt(KIND, plain, epoch=EPOCH, key=keys()[EPOCH], bound=place(report, field))


def decrypt(envelope: bytes, *, report: UUID, field: str) -> bytes:
    """What `encrypt` was given, or `envelopes.Unreadable`."""
    return envelopes.decrypt(KIND, bytes(envelope), keys=keys(), bound=place(report, field))


def encrypt_stream(chunks: Iterable[bytes], *, report: UUID, field: str) -> Iterator[bytes]:
    """A file on its way to the store, 64 KiB at a time; its end is authenticated."""
    return streams.encrypt(KIND, chunks, epoch=EPOCH, key=keys()[EPOCH], bound=place(report, field))


def decrypt_stream(source: streams.Reads, *, report: UUID, field: str) -> Iterator[bytes]:
    """What `encrypt_stream` was given; files of the first release, which lie in one envelope, open as well.

    Raises Unreadable, at the latest where the end is missing: what came before must then be thrown away.
    """
    head = source.read(envelopes.HEADER.size)
    form, _epoch = envelopes.read_header(KIND, head)
    if form == envelopes.STREAM:
        yield from streams.decrypt(KIND, _Again(head, source), keys=keys(), bound=place(report, field))
    else:
        whole = b"".join(chain([head], iter(lambda: source.read(streams.CHUNK), b"")))
        yield decrypt(whole, report=report, field=field)


class _Again:
    """A source whose first bytes were read already."""

    def __init__(self, head: bytes, rest: streams.Reads) -> None:
        self.head, self.rest = head, rest

    def read(self, size: int = -1, /) -> bytes:
        if not self.head:
            return self.rest.read(size)
        first, self.head = (self.head, b"") if size < 0 else (self.head[:size], self.head[size:])
        return first


def digest(value: bytes, *, report: UUID) -> bytes:
    """A fingerprint, 32 bytes, that tells nothing without the key: not even whether two reports hold one file."""
    return hmac.digest(keys()[EPOCH], b"fingerprint" + report.bytes + value, "sha256")


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
