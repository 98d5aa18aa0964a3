"""Bodies of protected reports: readable with the key outside the database, in their own place, and not otherwise."""

import json
from base64 import b64decode
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from tuntas.identity import content
from tuntas.kernel.envelopes import Unreadable

REPORT = UUID("00000000-0000-4000-8000-000000000001")
KEY = bytes(range(32))
FIRST_RELEASE = json.loads(Path(__file__).with_name("first_release.json").read_text())


@pytest.fixture(autouse=True)
def _key(settings):
    settings.CONTENT_KEY = KEY


@pytest.mark.parametrize("text", ["", "Pungli di loket 3 – 50 ribu", "😀" * 1000])
def test_a_text_comes_back(text):
    envelope = content.encrypt_text(text, report=REPORT, field="body")
    assert content.decrypt_text(envelope, report=REPORT, field="body") == text


def test_a_text_of_the_first_release_still_opens():
    assert content.decrypt_text(b64decode(FIRST_RELEASE["content"]), report=REPORT, field="body") == "Canary-7Q2"


def test_the_ciphertext_shows_nothing_and_never_repeats():
    one, two = (content.encrypt_text("Canary-7Q2", report=REPORT, field="body") for _ in range(2))

    assert b"anary" not in one
    assert one != two


def test_a_ciphertext_moved_to_another_report_or_field_does_not_open():
    envelope = content.encrypt_text("rahasia", report=REPORT, field="body")
    for place in ({"report": uuid4(), "field": "body"}, {"report": REPORT, "field": "title"}):
        with pytest.raises(Unreadable, match="moved"):
            content.decrypt_text(envelope, **place)


def test_every_damaged_or_missing_byte_is_noticed():
    envelope = content.encrypt_text("rahasia", report=REPORT, field="body")
    for place in range(len(envelope)):
        damaged = bytearray(envelope)
        damaged[place] ^= 1
        for wrong in (bytes(damaged), envelope[:place]):
            with pytest.raises(Unreadable):
                content.decrypt(wrong, report=REPORT, field="body")


def test_another_key_opens_nothing(settings):
    envelope = content.encrypt_text("rahasia", report=REPORT, field="body")
    settings.CONTENT_KEY = KEY[::-1]
    with pytest.raises(Unreadable):
        content.decrypt_text(envelope, report=REPORT, field="body")


@pytest.mark.parametrize("key", [b"", b"short", bytes(33)])
def test_without_a_whole_key_nothing_is_written(settings, key):
    settings.CONTENT_KEY = key
    with pytest.raises(RuntimeError, match="content key"):
        content.encrypt_text("rahasia", report=REPORT, field="body")


def test_nonces_do_not_repeat():
    made = {content.encrypt(b"", report=REPORT, field="body")[9:33] for _ in range(20_000)}
    assert len(made) == 20_000
