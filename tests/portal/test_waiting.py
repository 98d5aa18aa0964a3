"""Files between the two steps: unreadable to others, gone after a day, limited in number."""

import os
import time
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from tests.factories import a_photo
from tuntas.portal import filing, waiting


def test_files_wait_under_the_key_of_their_form_alone():
    one, other = uuid4(), uuid4()
    waiting.keep(one, a_photo())

    assert [held.name for held in waiting.held(one)] == ["foto.jpg"]
    assert waiting.take(one)[0].data == a_photo().data
    assert waiting.held(other) == []


def test_a_file_that_comes_twice_waits_once_and_goes_once():
    """A form leaves while the last answer about its photo is still on its way, or is sent again."""
    key, photo = uuid4(), a_photo()
    first, second = waiting.keep(key, photo), waiting.keep(key, photo)
    waiting.keep(key, replace(photo, name="sama.jpg"))

    assert first.id == second.id
    assert [held.name for held in waiting.held(key)] == ["foto.jpg", "sama.jpg"]
    assert [each.name for each in filing.together(key, filing.Taken(good=[photo]))] == ["foto.jpg", "sama.jpg"]


def test_neither_name_nor_picture_can_be_read_from_the_disk(settings):
    key = uuid4()
    waiting.keep(key, a_photo())

    everything = b"".join(path.read_bytes() for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())

    assert b"foto.jpg" not in everything
    assert b"JFIF" not in everything
    assert key.hex not in " ".join(map(str, Path(settings.MEDIA_ROOT).rglob("*")))


def test_a_file_can_be_dropped_but_no_other_path():
    key = uuid4()
    kept = waiting.keep(key, a_photo())

    waiting.drop(key, ["../../secret", kept.id])

    assert waiting.take(key) == []


def test_forms_that_were_given_up_are_swept_and_others_stay():
    old, fresh = uuid4(), uuid4()
    waiting.keep(old, a_photo())
    long_ago = time.time() - waiting.KEPT_FOR - 60
    os.utime(waiting.place(old), (long_ago, long_ago))

    waiting.keep(fresh, a_photo())

    assert waiting.held(old) == []
    assert len(waiting.held(fresh)) == 1


def test_there_is_room_for_so_many_forms_and_no_more(monkeypatch):
    monkeypatch.setattr(waiting, "MOST_FORMS", 2)

    kept = [waiting.keep(uuid4(), a_photo()) for _n in range(3)]

    assert [one is not None for one in kept] == [True, True, False]


@pytest.mark.parametrize("broken", [b"", b"TSCT", b"x" * 100])
def test_a_half_written_file_is_as_if_it_had_never_come(broken):
    key = uuid4()
    kept = waiting.keep(key, a_photo())
    (waiting.place(key) / f"{kept.id}.name").write_bytes(broken)

    assert waiting.held(key) == []
    assert waiting.take(key) == []
