"""Signed notes and checkpoints: the few lines by which a log commits to everything in it.

Sources: C2SP signed-note, tlog-checkpoint, tlog-cosignature. A note is text, an empty line, and signatures; a line by a
key that we do not know is passed over.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from tuntas_verify import ed25519
from tuntas_verify.merkle import HASH, Wrong

ED25519, COSIGNATURE = 1, 4  # the types of signature that we know (C2SP signed-note)
LONGEST = 100_000  # bytes of a note
_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/=]+)")


@dataclass(frozen=True, slots=True)
class Key:
    """A public key under its name. kind: ED25519 for a log, COSIGNATURE for a witness."""

    name: str
    public: bytes
    kind: int = ED25519

    @property
    def id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.id.hex()}+{b64encode(bytes([self.kind]) + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> "Key":
        """From the form that Go's sumdb and C2SP call a vkey: name+id+base64. Raises Wrong."""
        try:
            name, given, encoded = text.strip().split("+", 2)
            raw = b64decode(encoded, validate=True)
        except (ValueError, NotBase64):
            raise Wrong("this is not a public key of a log") from None
        key = cls(name, raw[1:], raw[0] if raw else 0)
        if len(key.public) != HASH or key.kind not in {ED25519, COSIGNATURE} or key.id.hex() != given:
            raise Wrong("this is not a public key of a log")
        return key


@dataclass(frozen=True, slots=True)
class Note:
    """text: with its last newline. signatures: (name, key id, what follows), not looked at yet."""

    text: str
    signatures: tuple[tuple[str, bytes, bytes], ...]

    @classmethod
    def parse(cls, written: str) -> "Note":
        """Raises Wrong for anything that is not a note."""
        text, gap, lines = written.rpartition("\n\n")
        found = [_LINE.fullmatch(line) for line in lines.splitlines()]
        control = any(ord(sign) < 32 and sign != "\n" for sign in written)
        if not gap or control or not lines.endswith("\n") or not found or None in found or len(written) > LONGEST:
            raise Wrong("this is not a signed note")
        try:
            parts = [(line[1], b64decode(line[2], validate=True)) for line in found if line]
        except NotBase64:
            raise Wrong("this is not a signed note") from None
        return cls(text + "\n", tuple((name, raw[:4], raw[4:]) for name, raw in parts))

    def signers(self, keys: Iterable[Key]) -> list[Key]:
        """Those of `keys` that signed. Raises Wrong when a line bears the name and id of one and was not made by it."""
        known = {(key.name, key.id): key for key in keys}
        signed = []
        for name, key_id, signature in self.signatures:
            if key := known.get((name, key_id)):
                if not _is_by(key, self.text, signature):
                    raise Wrong(f"the signature of {name} is wrong")
                signed.append(key)
        return signed


def _is_by(key: Key, text: str, signature: bytes) -> bool:
    if key.kind == ED25519:
        return ed25519.is_by(key.public, text.encode(), signature)
    seconds, signature = int.from_bytes(signature[:8], "big"), signature[8:]
    return ed25519.is_by(key.public, f"cosignature/v1\ntime {seconds}\n{text}".encode(), signature)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A tree head: this log had `size` entries, and their root was this."""

    origin: str
    size: int
    root: bytes

    @property
    def text(self) -> str:
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """From the text of a note. Raises Wrong."""
        lines = text.split("\n")
        try:
            origin, size, root = lines[0], int(lines[1]), b64decode(lines[2], validate=True)
        except (IndexError, ValueError, NotBase64):
            raise Wrong("this is not a checkpoint") from None
        if not origin or lines[-1] or "" in lines[:-1] or str(size) != lines[1] or size < 0 or len(root) != HASH:
            raise Wrong("this is not a checkpoint")
        return cls(origin, size, root)


def opened(written: str, keys: Sequence[Key]) -> Checkpoint:
    """The checkpoint of a note that one of the log's keys signed. Raises Wrong."""
    note = Note.parse(written)
    if not any(key.kind == ED25519 for key in note.signers(keys)):
        raise Wrong("no key that we know signed this")
    return Checkpoint.parse(note.text)


def signature_line(key: Key, signature: bytes) -> str:
    return f"— {key.name} {b64encode(key.id + signature).decode()}\n"


def signed(text: str, key: Key, seed: bytes) -> str:
    """The note over `text`, which ends with a newline. seed: the private half of `key`, 32 bytes."""
    return f"{text}\n{signature_line(key, ed25519.signature(seed, text.encode()))}"
