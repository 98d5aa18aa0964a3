"""The key folder: closed to everybody else, never half-written, and its contents gone when destroyed."""

import json
import os
import pwd
import subprocess
import tempfile
from pathlib import Path

import pytest

from tuntas_vault.keys import KeyFolder, Keys, UnsafeKeys, publish


@pytest.fixture
def folder(tmp_path):
    folder = KeyFolder(tmp_path / "keys")
    folder.save(Keys.new(1))
    return folder


def test_keys_come_back_as_they_were_made(folder):
    made = Keys.new(2)
    folder.save(made)
    assert folder.load(2) == made


def test_an_epoch_is_never_overwritten(folder):
    before = folder.load(1)
    with pytest.raises(FileExistsError):
        folder.save(Keys.new(1))
    assert folder.load(1) == before
    assert [file.name for file in folder.path.iterdir()] == ["epoch-0001"]


def test_nobody_else_may_even_look(folder):
    assert folder.path.stat().st_mode & 0o777 == 0o700
    assert folder.file(1).stat().st_mode & 0o777 == 0o600


@pytest.mark.skipif(os.getuid() != 0, reason="only root can try as somebody else; the modes are tested above")
def test_the_user_of_the_web_cannot_read_a_key():
    with tempfile.TemporaryDirectory() as open_to_all:
        Path(open_to_all).chmod(0o755)
        folder = KeyFolder(Path(open_to_all) / "keys")
        folder.save(Keys.new(1))
        other = pwd.getpwnam("nobody")
        tried = subprocess.run(
            ["cat", folder.file(1)],
            user=other.pw_uid,
            group=other.pw_gid,
            extra_groups=[],
            capture_output=True,
            text=True,
            check=False,
        )

        assert tried.returncode != 0
        assert "Permission denied" in tried.stderr
        assert tried.stdout == ""


@pytest.mark.parametrize(("path", "mode"), [("epoch-0001", 0o640), ("epoch-0001", 0o604), ("", 0o750), ("", 0o701)])
def test_keys_that_others_can_reach_are_refused(folder, path, mode):
    (folder.path / path).chmod(mode)
    with pytest.raises(UnsafeKeys, match="chmod"):
        folder.load(1)


def test_a_missing_or_broken_file_names_the_remedy(folder):
    with pytest.raises(UnsafeKeys, match="restore it"):
        folder.load(7)
    folder.file(1).write_text("{")
    with pytest.raises(UnsafeKeys, match="restore it"):
        folder.load(1)


def test_a_destroyed_key_is_gone(folder):
    folder.destroy(1)
    folder.destroy(1)  # twice is harmless
    with pytest.raises(UnsafeKeys):
        folder.load(1)


def test_what_is_published_is_public_and_readable_by_all(folder, tmp_path):
    keys, path = folder.load(1), tmp_path / "public" / "keys"
    publish(path, 1, {1: keys.public})

    assert path.stat().st_mode & 0o777 == 0o644
    assert json.loads(path.read_text())["current"] == 1
    private = json.loads(folder.file(1).read_text())
    assert private["private"] not in path.read_text()
    assert private["wrapping"] not in path.read_text()
