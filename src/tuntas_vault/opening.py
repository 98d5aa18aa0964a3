"""Opening what web sealed, and keeping it under a key of its own.

The format of an envelope is `tuntas.identity.sealing`'s; the vault may not import that, so tests hold the two together.
"""

import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from nacl import bindings
from nacl.exceptions import CryptoError

from tuntas.kernel import envelopes
from tuntas.kernel.envelopes import Unreadable
from tuntas_vault.keys import KEY_BYTES, Keys

SEALED, KEPT, WRAPPED, WORDS = b"TSID", b"TSVI", b"TSVK", b"TSWD"
STEP = 512  # bytes: the padding of an envelope
PARTS = ("name", "email", "phone", "language", "withheld")
OWN = 1  # the one epoch of an identity's own key


@dataclass(frozen=True, slots=True, repr=False)
class Contact:
    """Who a reporter is and where they can be reached. Shows nothing of it when printed."""

    name: str
    email: str
    phone: str
    language: str
    withheld: str = ""  # what they took out of the report before sending, as JSON


@dataclass(frozen=True, slots=True)
class Kept:
    """An identity as the vault's database holds it: under its own key, which is wrapped under an epoch's."""

    epoch: int
    wrapped_key: bytes
    ciphertext: bytes


def open_envelope(envelope: bytes, reporter: UUID, keys: Mapping[int, Keys]) -> bytes:
    """The letter inside, as JSON, or Unreadable: damaged, for another reporter, or of an epoch whose key is gone."""
    epoch, box = envelopes.read(SEALED, envelope)
    if epoch not in keys:
        raise Unreadable(f"there is no key of epoch {epoch}")
    try:
        padded = bindings.crypto_box_seal_open(box, keys[epoch].public, keys[epoch].private)
        letter = bytes(bindings.sodium_unpad(padded, STEP))
        inside = json.loads(letter)
    except (CryptoError, ValueError) as error:
        raise Unreadable("damaged, or sealed to another key") from error
    if inside.get("reporter") != str(reporter) or inside.get("epoch") != epoch:
        raise Unreadable("sealed for another reporter or epoch")
    return letter


def open_words(envelope: bytes, place: UUID, keys: Mapping[int, Keys]) -> str:
    """Words that web sealed for us to send on, or Unreadable: damaged, of another place, or of a key that is gone."""
    epoch, box = envelopes.read(WORDS, envelope)
    if epoch not in keys:
        raise Unreadable(f"there is no key of epoch {epoch}")
    try:
        inside = bindings.crypto_box_seal_open(box, keys[epoch].public, keys[epoch].private)
        words = inside[16:].decode()
    except (CryptoError, ValueError) as error:
        raise Unreadable("damaged, or sealed to another key") from error
    if inside[:16] != place.bytes:
        raise Unreadable("sealed for another place")
    return words


def carry_over(letter: bytes, withheld: dict[UUID, str], reporter: UUID) -> bytes:
    """The letter with the words withheld earlier: a later letter corrects a contact, and those words come but once.

    withheld: by reporter; what this letter withholds is noted there for the next one.
    """
    inside = json.loads(letter)
    before = withheld.get(reporter, "")
    withheld[reporter] = inside.get("withheld") or before
    if inside.get("withheld") or not before:
        return letter
    return json.dumps(inside | {"withheld": before}, sort_keys=True, ensure_ascii=False).encode()


def keep(letter: bytes, reporter: UUID, keys: Keys) -> Kept:
    """Encrypt a letter under a new key of its own, and that key under the epoch's."""
    own = secrets.token_bytes(KEY_BYTES)
    ciphertext = envelopes.encrypt(KEPT, letter, epoch=OWN, key=own, bound=reporter.bytes)
    return Kept(keys.epoch, wrap(own, reporter, keys), ciphertext)


def wrap(own: bytes, reporter: UUID, keys: Keys) -> bytes:
    return envelopes.encrypt(WRAPPED, own, epoch=keys.epoch, key=keys.wrapping, bound=reporter.bytes)


def unwrap(wrapped_key: bytes, reporter: UUID, keys: Mapping[int, Keys]) -> bytes:
    wrapping = {epoch: held.wrapping for epoch, held in keys.items()}
    return envelopes.decrypt(WRAPPED, wrapped_key, keys=wrapping, bound=reporter.bytes)


def read(kept: Kept, reporter: UUID, keys: Mapping[int, Keys]) -> Contact:
    """Who it is, or Unreadable."""
    letter = letter_of(kept, reporter, keys)
    return Contact(**{part: str(letter.get(part, "")) for part in PARTS})


def letter_of(kept: Kept, reporter: UUID, keys: Mapping[int, Keys]) -> dict[str, Any]:
    """All that the person told, by the names of its parts; or Unreadable."""
    own = unwrap(kept.wrapped_key, reporter, keys)
    letter: dict[str, Any] = json.loads(envelopes.decrypt(KEPT, kept.ciphertext, keys={OWN: own}, bound=reporter.bytes))
    return letter
