"""Sealing an identity to the vault: web holds the public half of a key and can never open what it sealed."""

import json
from base64 import b64decode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from nacl import bindings

from tuntas.identity.person import Person
from tuntas.kernel import envelopes, streams

KIND = b"TSID"
FILE_KIND = b"TSFL"
WORDS_KIND = b"TSWD"
PARTS = tuple(part.name for part in fields(Person))
STEP = 512  # bytes: envelopes differ in length by whole steps, so that a length tells next to nothing about a name


class NoVaultKey(RuntimeError):
    """The vault has not published a key yet; it does so when it starts for the first time."""


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The public half of one epoch's key: 32 bytes, X25519. knocks: of the key that signs those, for browsers."""

    epoch: int
    key: bytes
    knocks: str = field(default="", compare=False)


def seal(person: Person, public_key: PublicKey, reporter_uuid: UUID) -> bytes:
    """Put a person into an envelope that only the vault opens, and only for this reporter.

    Source: design 3b ("What is secret"). A libsodium sealed box takes no associated data, so the reporter and the
    epoch stand inside as well, and the vault compares them. About 60 microseconds of processor time.
    """
    letter = {"reporter": str(reporter_uuid), "epoch": public_key.epoch} | _told(person)
    text = json.dumps(letter, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
    box = bindings.crypto_box_seal(bindings.sodium_pad(text, STEP), public_key.key)
    return envelopes.header(KIND, public_key.epoch) + box


def _told(person: Person) -> dict[str, str]:
    """All that a person told, by the names of the parts: dataclasses.asdict, without its copying."""
    return {part: getattr(person, part) for part in PARTS}


def seal_file(chunks: Iterable[bytes], public_key: PublicKey, file: UUID) -> Iterator[bytes]:
    """The bytes of a file as they came, for the vault alone, as a stream (kernel.streams) bound to the file's uuid.

    Its first nine bytes name the epoch, as those of the first release did, which was one sealed box of uuid and bytes.
    """
    return streams.seal(FILE_KIND, chunks, epoch=public_key.epoch, public_key=public_key.key, name=file.bytes)


def seal_words(words: str, public_key: PublicKey, place: UUID) -> bytes:
    """A few words that the vault is to send on, and nobody else to read; the place they belong to stands inside."""
    box = bindings.crypto_box_seal(place.bytes + words.encode(), public_key.key)
    return envelopes.header(WORDS_KIND, public_key.epoch) + box


def current_public_key() -> PublicKey:
    """The key to seal with now, read again as soon as the vault publishes another."""
    path: Path = settings.VAULT_PUBLIC_KEYS
    try:
        facts = path.stat()
    except OSError as error:
        raise NoVaultKey(f"{path} cannot be read ({error.strerror}): start the vault once, it writes it") from error
    stamp = (path, facts.st_mtime_ns, facts.st_ino, facts.st_size)
    if _read.get("stamp") != stamp:
        _read.update(stamp=stamp, key=read_current(path))
    key: PublicKey = _read["key"]
    return key


_read: dict[str, Any] = {}


def read_current(path: Path) -> PublicKey:
    """The current key of a file that the vault published: {"current": 2, "keys": {"1": base64, ...}, "knocks": ...}."""
    try:
        published = json.loads(path.read_bytes())
        epoch = int(published["current"])
        key = b64decode(published["keys"][str(epoch)], validate=True)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise NoVaultKey(f"{path} is not what the vault writes: let the vault write it again") from error
    if len(key) != bindings.crypto_box_PUBLICKEYBYTES:
        raise NoVaultKey(f"{path} holds a key of {len(key)} bytes, not 32: let the vault write it again")
    return PublicKey(epoch=epoch, key=key, knocks=str(published.get("knocks", "")))
