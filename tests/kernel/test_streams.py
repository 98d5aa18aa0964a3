"""Streams: whole, in their place, to their end, or not at all; and those of every release open for ever."""

import io
import json
import tracemalloc
from base64 import b64decode
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl import bindings

from tuntas.kernel import envelopes, streams
from tuntas.kernel.envelopes import HEADER, Unreadable

KEY, BOUND, KIND = bytes(range(32)), b"report/file", b"TSCT"
PIECE = streams.CHUNK + 17
FROZEN = json.loads(Path(__file__).with_name("streams_of_releases.json").read_text())
PAIR = tuple(b64decode(FROZEN[name]) for name in ("public", "private"))


def made(plain: bytes, *, bound: bytes = BOUND, key: bytes = KEY) -> bytes:
    return b"".join(streams.encrypt(KIND, [plain], epoch=1, key=key, bound=bound))


def opened(stream: bytes, *, bound: bytes = BOUND, keys=None) -> bytes:
    return b"".join(streams.decrypt(KIND, io.BytesIO(stream), keys=keys or {1: KEY}, bound=bound))


@pytest.mark.parametrize("size", [0, 1, streams.CHUNK - 1, streams.CHUNK, streams.CHUNK + 1, 3 * streams.CHUNK])
def test_what_went_in_comes_out(size):
    plain = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    assert opened(made(plain)) == plain


@settings(max_examples=50, deadline=None)
@given(st.lists(st.binary(max_size=70_000), max_size=6))
def test_how_it_was_cut_on_the_way_in_does_not_matter(pieces):
    stream = b"".join(streams.encrypt(KIND, pieces, epoch=1, key=KEY, bound=BOUND))
    assert opened(stream) == b"".join(pieces)


@pytest.mark.threat("SR-34")
def test_a_stream_that_was_cut_anywhere_does_not_open():
    """Each border of a chunk too, where libsodium itself sees nothing wrong: there only the final tag tells."""
    stream = made(b"z" * (2 * streams.CHUNK + 10))
    start = HEADER.size + 24
    borders = [start, start + PIECE, start + 2 * PIECE]
    for end in {0, 5, HEADER.size, start - 1, *borders, *(border + 1 for border in borders), len(stream) - 1}:
        with pytest.raises(Unreadable):
            opened(stream[:end])


def test_bytes_behind_the_end_chunks_swapped_or_taken_out_do_not_open():
    stream = made(b"a" * streams.CHUNK + b"b" * streams.CHUNK + b"c")
    start = HEADER.size + 24
    one, two, rest = (
        stream[start : start + PIECE],
        stream[start + PIECE : start + 2 * PIECE],
        stream[start + 2 * PIECE :],
    )
    head = stream[:start]
    for wrong in (
        stream + b"x",
        head + two + one + rest,
        head + one + rest,
        head + rest,
        head + one + one + two + rest,
    ):
        with pytest.raises(Unreadable):
            opened(wrong)


def test_every_flipped_byte_is_noticed():
    stream = made(b"rahasia")
    for place in range(len(stream)):
        with pytest.raises(Unreadable):
            opened(stream[:place] + bytes([stream[place] ^ 1]) + stream[place + 1 :])


def test_another_place_key_or_epoch_opens_nothing():
    stream = made(b"rahasia")
    for wrong in ({"bound": b"other"}, {"keys": {1: KEY[::-1]}}, {"keys": {2: KEY}}):
        with pytest.raises(Unreadable):
            opened(stream, **wrong)


def test_no_more_than_a_few_chunks_are_in_memory():
    def plain():
        for _n in range(800):
            yield bytes(64 * 1024)

    tracemalloc.start()
    with open("/dev/null", "wb") as nowhere:  # noqa: PTH123 - a device
        for piece in streams.encrypt(KIND, plain(), epoch=1, key=KEY, bound=BOUND):
            nowhere.write(piece)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2 * 2**20  # of 50 MiB


# Sealed to a public key ----------------------------------------------------------------------------------------------

NAME = bytes(16)


def sealed(plain: bytes, *, epoch: int = 1, public: bytes = PAIR[0], name: bytes = NAME) -> bytes:
    return b"".join(streams.seal(b"TSFL", [plain], epoch=epoch, public_key=public, name=name))


def unsealed(stream: bytes, keys=None, name: bytes = NAME) -> bytes:
    return b"".join(streams.unseal(b"TSFL", io.BytesIO(stream), keys=keys or {1: PAIR}, name=name))


def test_a_sealed_stream_opens_for_its_key_and_its_file_alone():
    stream = sealed(b"foto" * 40_000)
    assert unsealed(stream) == b"foto" * 40_000
    assert envelopes.read_header(b"TSFL", stream[:9]) == (2, 1)
    for wrong in ({"name": b"x" * 16}, {"keys": {1: bindings.crypto_box_keypair()}}, {"keys": {2: PAIR}}):
        with pytest.raises(Unreadable):
            unsealed(stream, **wrong)
    with pytest.raises(Unreadable):
        unsealed(stream[: streams.SEALED_HEAD + 24 + PIECE])


def test_the_epoch_is_changed_without_touching_the_chunks():
    old, new = sealed(b"foto" * 40_000), bindings.crypto_box_keypair()
    moved = b"".join(streams.reseal(b"TSFL", io.BytesIO(old), keys={1: PAIR}, name=NAME, epoch=2, public_key=new[0]))
    assert moved[streams.SEALED_HEAD :] == old[streams.SEALED_HEAD :]
    assert unsealed(moved, keys={2: new}) == b"foto" * 40_000
    with pytest.raises(Unreadable):
        unsealed(moved, keys={1: PAIR, 2: PAIR})


def test_streams_of_every_release_open():
    assert opened(b64decode(FROZEN["stream"])) == b"Canary-7Q2" * 7_000
    assert unsealed(b64decode(FROZEN["sealed"])) == b"Canary-7Q2" * 7_000
