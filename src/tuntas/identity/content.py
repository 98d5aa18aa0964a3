"""Encryption of what the case database must hold but not read: bodies of confidential and whistleblowing reports, files.

XChaCha20-Poly1305 under a key that lies outside the database. Report and field are bound as associated data, so a
ciphertext that somebody moves to another row or column does not open. Nonces are random and 192 bits long: one key
may encrypt any number of values. Source: design 3b ("What is secret"), ASVS 5.0 V11.3.
"""

from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.utils import random

from tuntas.kernel import envelopes
from tuntas.kernel.envelopes import Unreadable

KIND = b"TSCT"
NONCE = bindings.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
EPOCH = 1  # of the content key in force; goes up when a second key is added


def encrypt(plain: bytes, *, report: UUID, field: str) -> bytes:
    """An envelope that opens only under the content key, for this report and this field."""
    head, nonce = envelopes.header(KIND, EPOCH), random(NONCE)
    bound = bind(head, report, field)
    return head + nonce + bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(plain, bound, nonce, keys()[EPOCH])


def decrypt(envelope: bytes, *, report: UUID, field: str) -> bytes:
    """What `encrypt` was given, or Unreadable: damaged, moved, or made under a key that is not here."""
    epoch, body = envelopes.read(KIND, envelope)
    if epoch not in keys():
        raise Unreadable(f"there is no content key of epoch {epoch}")
    bound = bind(envelopes.header(KIND, epoch), report, field)
    try:
        return bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(body[NONCE:], bound, body[:NONCE], keys()[epoch])
    except (CryptoError, ValueError, TypeError) as error:
        raise Unreadable("damaged, or moved from another report or field") from error


def encrypt_text(text: str, *, report: UUID, field: str) -> bytes:
    return encrypt(text.encode(), report=report, field=field)


def decrypt_text(envelope: bytes, *, report: UUID, field: str) -> str:
    return decrypt(envelope, report=report, field=field).decode()


def bind(head: bytes, report: UUID, field: str) -> bytes:
    """The header names the epoch; report and field say where the value belongs."""
    return head + report.bytes + field.encode()


def keys() -> Mapping[int, bytes]:
    """Content keys by epoch, 32 bytes each."""
    key: bytes = settings.CONTENT_KEY
    if len(key) != bindings.crypto_aead_xchacha20poly1305_ietf_KEYBYTES:
        raise RuntimeError(f"the content key has {len(key)} bytes, not 32: see docs/operations/settings.md")
    return {EPOCH: key}
