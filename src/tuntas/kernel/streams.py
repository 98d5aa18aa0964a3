"""Ciphertexts of any length whose end is authenticated: a stream that was cut, swapped or moved does not open.

libsodium's secretstream in chunks of 64 KiB. Each chunk is bound to the place that the stream belongs to, and the last
one says that it is the last: a reader who has not seen that has not seen the file. The nine bytes of an envelope
(`kernel.envelopes`) stand before it, with the format STREAM, so that the epoch can be read from the first bytes.

Two kinds: under a key that both sides hold (`encrypt`, `decrypt`), and sealed to a public key (`seal`, `unseal`), where
a key of the stream's own stands in a sealed box behind the header. Changing the epoch of a sealed stream is changing
that box: the chunks stay as they are (`reseal`).
Source: trust.md 4.2 (files), 4.6.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol

from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.utils import random

from tuntas.kernel.envelopes import HEADER, STREAM, Unreadable, header, read_header

CHUNK = 64 * 1024  # bytes of plaintext in every chunk but the last
KEY = bindings.crypto_secretstream_xchacha20poly1305_KEYBYTES
_START = bindings.crypto_secretstream_xchacha20poly1305_HEADERBYTES
_MORE = bindings.crypto_secretstream_xchacha20poly1305_ABYTES
_FINAL = bindings.crypto_secretstream_xchacha20poly1305_TAG_FINAL
_MESSAGE = bindings.crypto_secretstream_xchacha20poly1305_TAG_MESSAGE
NAME = 16  # bytes of a sealed stream's own name
BOX = KEY + NAME + bindings.crypto_box_SEALBYTES
SEALED_HEAD = HEADER.size + BOX


class Reads(Protocol):
    """What ciphertext is read from: a file, a socket, an object of a store."""

    def read(self, size: int = -1, /) -> bytes: ...


# Under a key that both sides hold ------------------------------------------------------------------------------------


def encrypt(kind: bytes, chunks: Iterable[bytes], *, epoch: int, key: bytes, bound: bytes) -> Iterator[bytes]:
    """A stream that opens only under `key` (32 bytes) and for `bound`. `chunks` may have any lengths."""
    head = header(kind, epoch, STREAM)
    yield head
    yield from _push(chunks, key, head + bound)


def decrypt(kind: bytes, source: Reads, *, keys: Mapping[int, bytes], bound: bytes) -> Iterator[bytes]:
    """What `encrypt` was given, chunk by chunk. Raises Unreadable where it is damaged, moved, or cut off.

    What was given out before the fault was authentic, but not the whole: a reader must throw it away.
    """
    head = source.read(HEADER.size)
    form, epoch = read_header(kind, head)
    if form != STREAM or epoch not in keys:
        raise Unreadable(f"no stream, or no key of epoch {epoch}")
    yield from _pull(source, keys[epoch], head + bound)


# Sealed to a public key ----------------------------------------------------------------------------------------------


def seal(kind: bytes, chunks: Iterable[bytes], *, epoch: int, public_key: bytes, name: bytes) -> Iterator[bytes]:
    """A stream that only the holder of the private half opens. name: 16 bytes of what it belongs to."""
    if len(name) != NAME:
        raise ValueError("a sealed stream is named by 16 bytes")
    own = random(KEY)
    yield header(kind, epoch, STREAM) + bindings.crypto_box_seal(own + name, public_key)
    yield from _push(chunks, own, kind + name)  # not the epoch: resealing leaves the chunks alone


def unseal(kind: bytes, source: Reads, *, keys: Mapping[int, tuple[bytes, bytes]], name: bytes) -> Iterator[bytes]:
    """What `seal` was given. keys: public and private half by epoch. Raises Unreadable."""
    own = _own_key(kind, source.read(SEALED_HEAD), keys, name)
    yield from _pull(source, own, kind + name)


def reseal(
    kind: bytes,
    source: Reads,
    *,
    keys: Mapping[int, tuple[bytes, bytes]],
    name: bytes,
    epoch: int,
    public_key: bytes,
) -> Iterator[bytes]:
    """The same stream sealed to another epoch's key: a new box, and the chunks copied as they are."""
    own = _own_key(kind, source.read(SEALED_HEAD), keys, name)
    yield header(kind, epoch, STREAM) + bindings.crypto_box_seal(own + name, public_key)
    while piece := source.read(CHUNK):
        yield piece


def _own_key(kind: bytes, head: bytes, keys: Mapping[int, tuple[bytes, bytes]], name: bytes) -> bytes:
    form, epoch = read_header(kind, head)
    if form != STREAM or epoch not in keys:
        raise Unreadable(f"no stream, or no key of epoch {epoch}")
    public, private = keys[epoch]
    try:
        inside = bindings.crypto_box_seal_open(head[HEADER.size :], public, private)
    except (CryptoError, ValueError) as error:
        raise Unreadable("damaged, or sealed to another key") from error
    if len(inside) != KEY + NAME or inside[KEY:] != name:
        raise Unreadable("sealed for another file")
    return bytes(inside[:KEY])


# The chunks ----------------------------------------------------------------------------------------------------------


def _push(chunks: Iterable[bytes], key: bytes, bound: bytes) -> Iterator[bytes]:
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    yield bindings.crypto_secretstream_xchacha20poly1305_init_push(state, key)
    push = bindings.crypto_secretstream_xchacha20poly1305_push
    waiting = b""
    for piece in _even(chunks):
        if waiting:
            yield push(state, waiting, bound, _MESSAGE)
        waiting = piece
    yield push(state, waiting, bound, _FINAL)


def _even(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes in pieces of CHUNK, the last one shorter."""
    held = bytearray()
    for piece in chunks:
        held += piece
        while len(held) >= CHUNK:
            yield bytes(held[:CHUNK])
            del held[:CHUNK]
    if held:
        yield bytes(held)


def _pull(source: Reads, key: bytes, bound: bytes) -> Iterator[bytes]:
    state = bindings.crypto_secretstream_xchacha20poly1305_state()
    try:
        bindings.crypto_secretstream_xchacha20poly1305_init_pull(state, _exactly(source, _START), key)
        tag = _MESSAGE
        while tag != _FINAL:
            piece = _exactly(source, CHUNK + _MORE)
            plain, tag = bindings.crypto_secretstream_xchacha20poly1305_pull(state, piece, bound)
            yield plain
    except (CryptoError, ValueError, RuntimeError, TypeError) as error:
        raise Unreadable("damaged, cut off, or moved from another place") from error
    if source.read(1):
        raise Unreadable("something stands behind its end")


def _exactly(source: Reads, size: int) -> bytes:
    """So many bytes, or fewer at the end: a socket may give less at a time."""
    got = source.read(size)
    while len(got) < size and (more := source.read(size - len(got))):
        got += more
    return got
