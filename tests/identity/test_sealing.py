"""What web can and cannot do with an identity: seal it, for one reporter, and never see it again."""

import json
import pickle
from base64 import b64decode, b64encode
from copy import copy
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nacl.public import PrivateKey

from tuntas.identity import sealing
from tuntas.identity.person import Person
from tuntas.identity.sealing import NoVaultKey, PublicKey
from tuntas.kernel.envelopes import HEADER, Unreadable
from tuntas_vault import opening
from tuntas_vault.keys import Keys

KEYS = Keys(3, bytes(range(32)), bytes(range(32, 64)))
PUBLIC = PublicKey(3, KEYS.public)
REPORTER = UUID("00000000-0000-4000-8000-000000000001")
SARI = Person(name="Sari Canary-7Q2", email="sari.canary-7Q2@example.org", phone="0812 7702", language="en")
FIRST_RELEASE = json.loads(Path(__file__).with_name("first_release.json").read_text())


def opened(envelope, reporter=REPORTER, keys=KEYS):
    return json.loads(opening.open_envelope(envelope, reporter, {keys.epoch: keys}))


@given(st.text(max_size=200), st.text(max_size=100), st.text(max_size=30), st.sampled_from(["id", "en"]), st.uuids())
def test_the_vault_reads_what_was_sealed(name, email, phone, language, reporter):
    person = Person(name=name, email=email, phone=phone, language=language)
    letter = opening.open_envelope(sealing.seal(person, PUBLIC, reporter), reporter, {3: KEYS})
    contact = opening.read(opening.keep(letter, reporter, KEYS), reporter, {3: KEYS})

    assert (contact.name, contact.email, contact.phone, contact.language) == (name, email, phone, language)


def test_an_envelope_of_the_first_release_still_opens():
    assert opened(b64decode(FIRST_RELEASE["envelope"]))["name"] == "Sari Canary-7Q2"


def test_the_public_half_opens_nothing():
    envelope = sealing.seal(SARI, PUBLIC, REPORTER)

    assert b"anary" not in envelope
    with pytest.raises(Unreadable):
        opened(envelope, keys=Keys.new(3))
    with pytest.raises(Unreadable):
        opened(envelope, keys=Keys(3, KEYS.public, KEYS.wrapping))


def test_an_envelope_opens_for_its_own_reporter_alone():
    with pytest.raises(Unreadable, match="another reporter"):
        opened(sealing.seal(SARI, PUBLIC, REPORTER), reporter=uuid4())


def test_an_envelope_does_not_pass_as_one_of_another_epoch():
    envelope = bytearray(sealing.seal(SARI, PUBLIC, REPORTER))
    envelope[: HEADER.size] = HEADER.pack(b"TSID", 1, 4)
    same_key_later = Keys(4, KEYS.private, KEYS.wrapping)
    with pytest.raises(Unreadable, match="epoch"):
        opened(bytes(envelope), keys=same_key_later)


def test_every_damaged_byte_is_noticed():
    envelope = sealing.seal(SARI, PUBLIC, REPORTER)
    for place in range(len(envelope)):
        damaged = bytearray(envelope)
        damaged[place] ^= 1
        with pytest.raises(Unreadable):
            opened(bytes(damaged))


def test_a_cut_envelope_is_noticed_wherever_it_is_cut():
    envelope = sealing.seal(SARI, PUBLIC, REPORTER)
    for length in range(len(envelope)):
        with pytest.raises(Unreadable):
            opened(envelope[:length])


def test_a_length_tells_next_to_nothing():
    lengths = {len(sealing.seal(Person(name="x" * n, email="a@b.org"), PUBLIC, REPORTER)) for n in range(300)}
    assert lengths == {569}


def test_two_envelopes_of_one_person_look_unlike():
    assert sealing.seal(SARI, PUBLIC, REPORTER)[9:] != sealing.seal(SARI, PUBLIC, REPORTER)[9:]


def test_a_person_is_not_shown_and_not_stored():
    told = f"{SARI} {SARI!r} {[SARI]} {KEYS!r} {opening.Contact('Canary', '', '', '')!r}"

    assert "anary" not in told
    assert KEYS.private.hex() not in told
    for store in (pickle.dumps, copy, json.dumps):
        with pytest.raises(TypeError):
            store(SARI)


@pytest.mark.parametrize(
    ("person", "nobody", "contact"),
    [
        (Person(), True, False),
        (Person(name="Sari"), False, False),
        (Person(phone="08"), False, False),
        (SARI, False, True),
    ],
)
def test_who_can_be_written_to(person, nobody, contact):
    assert (person.is_nobody, person.has_contact) == (nobody, contact)


@pytest.fixture
def published(settings, tmp_path):
    settings.VAULT_PUBLIC_KEYS = tmp_path / "keys"

    def publish(epoch):
        key = bytes(PrivateKey.generate().public_key)
        text = json.dumps({"current": epoch, "keys": {str(epoch): b64encode(key).decode()}})
        settings.VAULT_PUBLIC_KEYS.write_text(text)
        return PublicKey(epoch, key)

    return publish


def test_a_new_epoch_is_used_as_soon_as_it_is_published(published):
    first = published(1)
    assert sealing.current_public_key() == first
    assert sealing.current_public_key() is sealing.current_public_key()

    second = published(2)
    assert sealing.current_public_key() == second


def test_without_a_key_nothing_is_taken_and_the_remedy_is_named(settings, tmp_path):
    settings.VAULT_PUBLIC_KEYS = tmp_path / "keys"
    with pytest.raises(NoVaultKey, match="start the vault"):
        sealing.current_public_key()


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", '{"current": 1, "keys": {}}', '{"current": 1, "keys": {"1": "AAAA"}}']
)
def test_a_broken_key_file_seals_nothing(settings, tmp_path, text):
    settings.VAULT_PUBLIC_KEYS = tmp_path / "keys"
    settings.VAULT_PUBLIC_KEYS.write_text(text)
    with pytest.raises(NoVaultKey, match="let the vault write it again"):
        sealing.current_public_key()
