"""What a leaf of the log is made of: a fixed row of bytes that tells nothing about what happened, and binds all of it.

    offset  bytes
    0       1   version of this layout: 1
    1       1   source: which table the row stands in (see SOURCES)
    2       8   id of the row there, unsigned, big-endian
    10      16  mark: what a reporter finds the receipt of a report by; random for every other row
    26      32  commitment: HMAC-SHA256(key = salt, message = content)

The content is the row as text, every value of it a string or null, in canonical JSON (RFC 8785). The salt is 16 random
bytes for each row: without it nobody can try whether a guessed content is the true one, and when a content must be
erased by law the salt goes with it, while the leaf and the tree stay as they are.
"""

import hmac
import json
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256

from tuntas_verify.merkle import Wrong, leaf_hash

VERSION = 1
EVENT, SECURITY, TOMBSTONE = 1, 2, 3  # sources
SALT = MARK = 16  # bytes
_LAYOUT = struct.Struct(">BBQ16s32s")
SIZE = _LAYOUT.size  # 58

Content = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Entry:
    """A leaf as it is published, `packed()`: 58 bytes."""

    source: int
    row: int
    mark: bytes
    commitment: bytes

    def packed(self) -> bytes:
        return _LAYOUT.pack(VERSION, self.source, self.row, self.mark, self.commitment)

    @property
    def hash(self) -> bytes:
        return leaf_hash(self.packed())

    @classmethod
    def unpack(cls, packed: bytes) -> "Entry":
        """Raises Wrong for another length or version."""
        if len(packed) != SIZE or packed[0] != VERSION:
            raise Wrong("this entry is of no version that we know")
        _version, source, row, mark, commitment = _LAYOUT.unpack(packed)
        return cls(source, row, mark, commitment)


def written(content: Content) -> bytes:
    """Canonical JSON of an object whose values are strings or null."""
    return json.dumps(dict(content), ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def commitment(salt: bytes, content: bytes) -> bytes:
    return hmac.digest(salt, content, "sha256")


def mark_of(lookup: bytes) -> bytes:
    """The mark of the receipt whose secret code has this keyed digest (`tuntas.kernel.numbers.lookup_digest`)."""
    return sha256(b"tuntas/receipt/1\0" + lookup).digest()[:MARK]


def spell_mark(mark: bytes) -> str:
    """In eight groups of four hexadecimal digits, as a receipt shows it."""
    digits = mark.hex()
    return " ".join(digits[at : at + 4] for at in range(0, len(digits), 4))


def parse_mark(typed: str) -> bytes:
    """The mark that somebody typed, with or without spaces and dashes. Raises Wrong."""
    digits = "".join(sign for sign in typed.strip().lower() if sign not in " -\u00a0\t")
    try:
        mark = bytes.fromhex(digits)
    except ValueError:
        mark = b""
    if len(mark) != MARK:
        raise Wrong("a mark has 32 digits and letters from a to f")
    return mark


def bundle(entries: list[bytes]) -> bytes:
    """Entries as a file of the log: each behind its length in two bytes."""
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in entries)


def unbundle(content: bytes) -> list[bytes]:
    """Raises Wrong when the file is cut short."""
    found, at = [], 0
    while at < len(content):
        length = int.from_bytes(content[at : at + 2], "big")
        found.append(content[at + 2 : at + 2 + length])
        at += 2 + length
    if at != len(content):
        raise Wrong("the file ends in the middle of an entry")
    return found
