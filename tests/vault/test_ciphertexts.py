"""What the vault keeps: bound to its row, to its key and to its format, and readable by every later release.

Source: trust.md 4.6. Everything is tried on the bytes themselves, without a database.
"""

import json
import os
from base64 import b64decode
from collections.abc import Callable
from pathlib import Path
from uuid import UUID

import pytest
from nacl import bindings

from tuntas.kernel import envelopes
from tuntas.kernel.envelopes import HEADER, NONCE, Unreadable
from tuntas_vault import opening
from tuntas_vault.keys import Keys
from tuntas_vault.opening import Kept

FIRST = json.loads(Path(__file__).with_name("first_release.json").read_text())
KEYS = Keys(3, bytes(range(32)), bytes(range(32, 64)))
SARI, BUDI = UUID("00000000-0000-4000-8000-000000000001"), UUID("00000000-0000-4000-8000-000000000002")
LETTER = {"name": "Sari Canary-7Q2", "email": "sari.canary-7Q2@example.org", "phone": "0812 7702", "language": "en"}


def kept(reporter: UUID = SARI, keys: Keys = KEYS) -> Kept:
    return opening.keep(json.dumps(LETTER).encode(), reporter, keys)


def read(found: Kept, reporter: UUID = SARI, keys: Keys = KEYS) -> str:
    return opening.read(found, reporter, {keys.epoch: keys}).name


def broken(found: Kept, **more) -> None:
    with pytest.raises(Unreadable):
        read(found, **more)


def changed(found: Kept, part: str, by: Callable[[bytes], bytes]) -> Kept:
    values = {"wrapped_key": found.wrapped_key, "ciphertext": found.ciphertext}
    return Kept(found.epoch, **(values | {part: by(values[part])}))


NONCES = int(os.environ.get("TUNTAS_NONCES", "100000"))  # `make trust` takes a million
PARTS = ("wrapped_key", "ciphertext")


def test_what_was_kept_opens():
    assert read(kept()) == LETTER["name"]


def test_two_rows_that_change_places_do_not_open():
    sari, budi = kept(SARI), kept(BUDI)
    broken(budi, reporter=SARI)
    for part in PARTS:  # nor with half of the other row
        broken(changed(sari, part, lambda _own, part=part: getattr(budi, part)))


@pytest.mark.parametrize("part", PARTS)
def test_every_byte_of_the_header_and_the_rest_counts(part):
    found = kept()
    for place in range(len(getattr(found, part))):
        broken(changed(found, part, lambda data, at=place: data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]))


@pytest.mark.parametrize("part", PARTS)
def test_cut_anywhere_it_does_not_open(part):
    found = kept()
    for length in range(len(getattr(found, part))):
        broken(changed(found, part, lambda data, n=length: data[:n]))
    broken(changed(found, part, lambda data: data + b"\0"))


@pytest.mark.parametrize("part", PARTS)
def test_one_kind_does_not_pass_as_another(part):
    other = {"wrapped_key": b"TSVI", "ciphertext": b"TSVK"}[part]
    broken(changed(kept(), part, lambda data: other + data[4:]))


def test_without_the_epochs_key_and_with_another_it_does_not_open():
    found = kept()
    broken(found, keys=Keys(4, KEYS.private, KEYS.wrapping))
    broken(found, keys=Keys.new(3))


def test_wrapped_anew_it_opens_under_the_new_key_alone():
    newer, found = Keys.new(4), kept()
    own = opening.unwrap(found.wrapped_key, SARI, {3: KEYS})
    again = Kept(4, opening.wrap(own, SARI, newer), found.ciphertext)
    assert read(again, keys=newer) == LETTER["name"]
    broken(again)


def test_a_value_of_one_place_does_not_open_in_another():
    envelope = envelopes.encrypt(b"TSCT", b"words", epoch=1, key=KEYS.wrapping, bound=b"report/body")
    assert envelopes.decrypt(b"TSCT", envelope, keys={1: KEYS.wrapping}, bound=b"report/body") == b"words"
    for bound in (b"report/title", b"", b"report/body\0"):
        with pytest.raises(Unreadable):
            envelopes.decrypt(b"TSCT", envelope, keys={1: KEYS.wrapping}, bound=bound)


@pytest.mark.slow
def test_no_nonce_comes_twice():
    """192 random bits: TUNTAS_NONCES of them, all unlike, and no position that stands still."""
    found = {
        envelopes.encrypt(b"TSCT", b"", epoch=1, key=KEYS.wrapping, bound=b"")[HEADER.size : HEADER.size + NONCE]
        for _ in range(NONCES)
    }
    assert len(found) == NONCES
    assert all(len({nonce[place] for nonce in list(found)[:4000]}) == 256 for place in range(NONCE))


# Every release opens what the first one made ------------------------------------------------------------------------


def test_an_identity_that_the_first_release_kept_opens():
    found = Kept(3, b64decode(FIRST["wrapped_key"]), b64decode(FIRST["kept"]))
    assert read(found) == LETTER["name"]


def test_words_that_the_first_release_sealed_open():
    assert opening.open_words(b64decode(FIRST["words"]), SARI, {3: KEYS}) == "token-of-a-letter"


def test_an_original_that_the_first_release_sealed_opens():
    _epoch, box = envelopes.read(b"TSFL", b64decode(FIRST["original"]))
    assert bindings.crypto_box_seal_open(box, KEYS.public, KEYS.private) == SARI.bytes + b"as it came"
