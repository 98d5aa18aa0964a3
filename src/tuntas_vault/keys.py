"""The vault's keys: made here, kept in one 0600 file an epoch, published by their public halves, destroyed when done.

An epoch has two keys: an X25519 pair to which web seals, and a symmetric key that wraps the key of every identity.
"""

import json
import os
import secrets
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from nacl import bindings

CLOSED = 0o077  # mode bits that nobody but the vault's user may have
KEY_BYTES = 32
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551  # SEC 2, 2.4.2


class UnsafeKeys(RuntimeError):
    """The key folder is open to others, or a key that is still needed is missing; the message says what to do."""


@dataclass(frozen=True, slots=True, repr=False)
class Keys:
    """The private halves of one epoch, in memory."""

    epoch: int
    private: bytes
    wrapping: bytes

    @property
    def public(self) -> bytes:
        return bytes(bindings.crypto_scalarmult_base(self.private))

    @classmethod
    def new(cls, epoch: int) -> Self:
        return cls(epoch, secrets.token_bytes(KEY_BYTES), secrets.token_bytes(KEY_BYTES))


@dataclass(frozen=True, slots=True)
class KeyFolder:
    """Where the private halves lie."""

    path: Path

    def save(self, keys: Keys) -> None:
        """Write a new epoch's file, on the disk before this returns. FileExistsError when there is one already."""
        text = json.dumps({"private": written(keys.private), "wrapping": written(keys.wrapping)})
        self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        put(self.file(keys.epoch), text, mode=0o600, replace=False)

    def load(self, epoch: int) -> Keys:
        """The keys of an epoch, or UnsafeKeys."""
        path = self.file(epoch)
        try:
            mode = path.stat().st_mode | self.path.stat().st_mode
            kept = json.loads(path.read_bytes())
            keys = Keys(epoch, b64decode(kept["private"]), b64decode(kept["wrapping"]))
        except (OSError, ValueError, KeyError) as error:
            reason = f"{path} cannot be used ({type(error).__name__}): restore it from the backup of the key folder"
            raise UnsafeKeys(reason) from None
        if mode & CLOSED:
            raise UnsafeKeys(f"{path} is open to others: chmod 700 the folder and chmod 600 the file")
        return keys

    def destroy(self, epoch: int) -> None:
        """Overwrite and remove an epoch's file. What it could open is gone from then on, backups of the file aside."""
        path = self.file(epoch)
        with suppress(FileNotFoundError):
            with path.open("r+b") as file:
                file.write(secrets.token_bytes(path.stat().st_size))
                file.flush()
                os.fsync(file.fileno())
            path.unlink()
            sync(self.path)

    def blind_key(self) -> bytes:
        """The key of the blind indexes, made when it is first asked for; it has no epochs. Raises UnsafeKeys."""
        return self._lasting("blind")

    def knocking_key(self) -> ec.EllipticCurvePrivateKey:
        """What knocks at phones are signed with, P-256 (RFC 8292), made when it is first asked for. Raises UnsafeKeys.

        It has no epochs: browsers are bound to it, and with another each phone would have to be asked anew.
        """
        number = int.from_bytes(self._lasting("knocks")) % (P256_ORDER - 1) + 1
        return ec.derive_private_key(number, ec.SECP256R1())

    def _lasting(self, name: str) -> bytes:
        path = self.path / name
        with suppress(FileExistsError):
            if not path.exists():
                put(path, written(secrets.token_bytes(KEY_BYTES)), mode=0o600, replace=False)
        try:
            key = b64decode(path.read_text("ascii"), validate=True)
            mode = path.stat().st_mode
        except (OSError, ValueError) as error:
            reason = f"{path} cannot be used ({type(error).__name__}): restore it from the backup of the key folder"
            raise UnsafeKeys(reason) from None
        if mode & CLOSED:
            raise UnsafeKeys(f"{path} is open to others: chmod 600 the file")
        return key

    def file(self, epoch: int) -> Path:
        return self.path / f"epoch-{epoch:04}"


def point_of(key: ec.EllipticCurvePrivateKey) -> bytes:
    """The public half as browsers want it: 65 bytes, uncompressed."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def publish(path: Path, current: int, public_keys: Mapping[int, bytes], *, knocks: bytes = b"") -> None:
    """Tell web which key to seal to, and browsers whose knocks they let in; `tuntas.identity.sealing` reads this.

    knocks: the public point of the knocking key. Never half-written.
    """
    keys = {str(epoch): written(key) for epoch, key in sorted(public_keys.items())}
    told = {"current": current, "keys": keys, "knocks": urlsafe_b64encode(knocks).decode().rstrip("=")}
    text = json.dumps(told, indent=1) + "\n"
    with suppress(OSError):
        if path.read_text("ascii") == text:
            return
    path.parent.mkdir(parents=True, exist_ok=True)
    put(path, text, mode=0o644, replace=True)


def put(path: Path, text: str, *, mode: int, replace: bool) -> None:
    """Draft, fsync, then one rename or link: a reader sees the whole text or none, also after a power cut."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        if replace:
            draft.replace(path)
        else:
            os.link(draft, path)
    finally:
        draft.unlink(missing_ok=True)
    sync(path.parent)


def sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def written(key: bytes) -> str:
    return b64encode(key).decode("ascii")
