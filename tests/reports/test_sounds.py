"""What people record: known by what it is, made anew without a word about who, where or with what, and never public."""

import pytest
from django.db import IntegrityError, transaction

from tests import databases
from tests.factories import a_report
from tests.reports.samples import CANARY, sound
from tests.reports.voices import WAYS, tags_of, voice
from tuntas.reports import sounds
from tuntas.reports.attaching import Upload, attach
from tuntas.reports.containers import check_sound
from tuntas.reports.files import inspect
from tuntas.reports.models import Attachment
from tuntas.reports.troubles import Trouble, UnusableFile


def code_of(data: bytes, name: str) -> str:
    with pytest.raises(UnusableFile) as caught:
        inspect(data, name)
    return caught.value.code


@pytest.mark.requirement("R000-26")
@pytest.mark.parametrize("way", WAYS)
def test_a_recording_of_any_phone_becomes_one_kind_without_tags(way):
    data = voice(way)

    kept = inspect(data, f"suara.{way}", "application/octet-stream")

    assert (kept.media_type, kept.name) == ("audio/mpeg", "suara.mp3")
    assert 0.8 < kept.seconds < 1.3
    assert CANARY not in kept.shown
    assert set(tags_of(kept.shown)) <= {"encoder"}  # the name of the program that made it anew


def test_the_tags_were_there():
    """Else the test above proves nothing."""
    assert CANARY in voice("m4a")
    assert CANARY in voice("webm")


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (b"\x1aE\xdf\xa3" + b"\0" * 20 + b"webm" + b"\0" * 500, "suara.webm", "file_broken"),
        (voice("webm")[:200], "suara.webm", "file_broken"),
        (b"#!AMR\n" + b"\xff" * 300, "suara.amr", "file_broken"),
        (voice("webm"), "suara.mp3", "file_renamed"),
        (voice("mp3"), "suara.exe", "file_renamed"),
    ],
    ids=["empty webm", "cut off", "no amr", "webm named mp3", "named as a program"],
)
def test_what_is_no_recording_is_refused_in_words(data, name, code):
    assert code_of(data, name) == code


def test_a_sound_that_is_too_long_is_not_decoded_to_its_end(monkeypatch):
    """By the times of its packets; a wrapping that lies about them is stopped when that much was heard."""
    monkeypatch.setattr(sounds, "LONGEST", 0.5)
    assert code_of(voice("mp3"), "suara.mp3") == "file_long"


def test_a_long_recording_that_can_be_cleaned_where_it_lies_is_kept_as_evidence(monkeypatch):
    monkeypatch.setattr(sounds, "LONGEST", 0.5)
    kept = inspect(voice("m4a"), "rapat.m4a")
    assert kept.media_type == "audio/mp4"
    assert CANARY not in kept.shown


def test_a_long_ogg_is_kept_when_it_is_whole_pages_of_sound(monkeypatch):
    monkeypatch.setattr(sounds, "LONGEST", 0.5)
    assert inspect(voice("ogg"), "rapat.ogg").media_type == "audio/ogg"
    assert check_sound(sound()) == sound()
    for bad, code in ((sound()[:-10], "broken"), (sound(first=b"\x80theora"), "kind"), (sound(pages=1), "broken")):
        with pytest.raises(Trouble, match=code):
            check_sound(bad)


@pytest.mark.django_db
@pytest.mark.requirement("R000-26")
def test_no_code_can_make_a_reporters_voice_public():
    report = a_report()
    with databases.role("owner"):
        kept = attach(report, Upload(name="suara.ogg", data=voice("ogg")), by=Attachment.By.REPORTER)
        assert kept.original_key  # as it came, sealed to the vault
        with pytest.raises(IntegrityError, match="voice_is_never_public"), transaction.atomic():
            Attachment.objects.filter(pk=kept.pk).update(is_public=True)
