"""The outside of everything that is sealed or encrypted: what it is, which format, under the key of which epoch.

Nine bytes before the ciphertext, so that keys can be changed while old ciphertexts lie about, and so that a release
years from now still knows what it has in hand. The header is not secret; whoever opens an envelope must bind it
(as associated data, which `encrypt` does, or by a copy inside), because a header alone proves nothing.
"""

import struct
from collections.abc import Mapping

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)
from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_NPUBBYTES as NONCE,
)
from nacl.exceptions import CryptoError
from nacl.utils import random

HEADER = struct.Struct(">4sBI")  # kind, format, epoch
WHOLE, STREAM = 1, 2  # formats: in one piece; in chunks (`kernel.streams`)


class Unreadable(ValueError):
    """This is not an envelope of the expected kind, or it was damaged, moved or made for somebody else."""


def header(kind: bytes, epoch: int, form: int = WHOLE) -> bytes:
    """kind: four bytes that name the content. epoch: number of the key, 1 and up. form: WHOLE or STREAM."""
    if len(kind) != 4 or epoch < 1:
        raise ValueError(f"no such envelope: {kind!r}, epoch {epoch}")
    return HEADER.pack(kind, form, epoch)


def read_header(kind: bytes, data: bytes) -> tuple[int, int]:
    """Format (WHOLE or STREAM) and epoch, from the first nine bytes; or Unreadable."""
    if len(data) < HEADER.size:
        raise Unreadable("shorter than a header")
    found, form, epoch = HEADER.unpack_from(data)
    if found != kind or form not in {WHOLE, STREAM} or epoch < 1:
        raise Unreadable("another kind or format")
    return form, epoch


def read(kind: bytes, data: bytes) -> tuple[int, bytes]:
    """The epoch and the ciphertext of an envelope of this kind, in one piece, or Unreadable."""
    form, epoch = read_header(kind, data)
    if form != WHOLE:
        raise Unreadable("another kind or format")
    return epoch, data[HEADER.size :]


def encrypt(kind: bytes, plain: bytes, *, epoch: int, key: bytes, bound: bytes) -> bytes:
    """An envelope that opens only under `key` (32 bytes) and only for `bound`, the name of the place it belongs to.

    XChaCha20-Poly1305: the nonce is random and 192 bits long, so one key may encrypt any number of values.
    """
    head, nonce = header(kind, epoch), random(NONCE)
    return head + nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(plain, head + bound, nonce, key)


def decrypt(kind: bytes, envelope: bytes, *, keys: Mapping[int, bytes], bound: bytes) -> bytes:
    """What `encrypt` was given, or Unreadable: damaged, moved to another place, or made under a key not in `keys`."""
    epoch, body = read(kind, envelope)
    if epoch not in keys:
        raise Unreadable(f"there is no key of epoch {epoch}")
    nonce, ciphertext = body[:NONCE], body[NONCE:]
    try:
        return crypto_aead_xchacha20poly1305_ietf_decrypt(ciphertext, header(kind, epoch) + bound, nonce, keys[epoch])
    except (CryptoError, ValueError) as error:  # ValueError: too short to hold a nonce and a tag
        raise Unreadable("damaged, or moved from another place") from error
