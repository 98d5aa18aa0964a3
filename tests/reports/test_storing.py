"""The folder store: what was put is there after a loss of power, and nobody else can read it."""

import os
import stat
import time

import pytest

from tuntas.kernel.refusals import NotFound
from tuntas.reports import storing
from tuntas.reports.storing import FileStore, FolderStore


@pytest.fixture
def store(tmp_path):
    return FolderStore(tmp_path / "media")


def read(store, key):
    with store.open(key) as file:
        return file.read()


def mode(path):
    return stat.S_IMODE(path.stat().st_mode)


def test_what_was_put_is_read_back(store: FileStore):
    key = store.put([b"isi"])

    assert read(store, key) == b"isi"


def test_equal_files_are_two_files_so_that_erasing_one_leaves_the_other(store):
    first, second = store.put([b"isi"]), store.put([b"isi"])
    store.remove(first)

    assert first != second
    assert read(store, second) == b"isi"
    with pytest.raises(NotFound):
        store.open(first)


def test_only_the_owner_can_read_files_and_folders(store):
    before = os.umask(0)
    try:
        key = store.put([b"isi"])
    finally:
        os.umask(before)

    assert mode(store.root / key) == 0o600
    assert {mode(path) for path in (store.root, (store.root / key).parent, store.root / "incoming")} == {0o700}


def test_the_bytes_then_the_name_are_on_disk_before_the_key_is_given(store, monkeypatch):
    store.put([b"the folders are there"])
    steps, sync, rename = [], os.fsync, os.rename

    def synced(number):
        steps.append("folder" if stat.S_ISDIR(os.fstat(number).st_mode) else "file")
        sync(number)

    monkeypatch.setattr(storing.os, "fsync", synced)
    monkeypatch.setattr(storing.os, "rename", lambda *given: (steps.append("rename"), rename(*given)))
    store.put([b"isi"])

    assert [step for step in steps if step != "folder"] == ["file", "rename"]
    assert steps[-1] == "folder"


def test_a_full_disk_leaves_nothing_half_written(store, monkeypatch):
    def full(_number):
        raise OSError(28, "No space left on device")

    store.put([b"the folders are there"])
    monkeypatch.setattr(storing.os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        store.put([b"isi"])

    assert list((store.root / "incoming").iterdir()) == []


@pytest.mark.parametrize(
    "key", ["", "../secret", "/etc/passwd", "ab/../../x", "ab/" + "c" * 61, "AB/" + "c" * 62, "ab/" + "c" * 62, "a\0b"]
)
def test_no_key_leaves_the_folder(store, key):
    (store.root.parent / "secret").write_bytes(b"rahasia")

    with pytest.raises(NotFound):
        store.open(key)
    store.remove(key)

    assert (store.root.parent / "secret").exists()


def test_a_link_put_in_place_of_a_file_is_not_followed(store):
    key = store.put([b"isi"])
    path = store.root / key
    path.unlink()
    path.symlink_to("/etc/passwd")

    with pytest.raises(NotFound):
        store.open(key)


def test_what_a_crash_left_behind_is_swept_after_a_day_and_not_before(store):
    key = store.put([b"isi"])
    old, new = store.root / "incoming" / "old", store.root / "incoming" / "new"
    old.write_bytes(b"half")
    new.write_bytes(b"half")
    os.utime(old, (time.time() - 2 * 86_400,) * 2)

    assert store.sweep() == 1
    assert new.exists()
    assert read(store, key) == b"isi"
    assert store.sweep(now=time.time() + 2 * 86_400) == 1
