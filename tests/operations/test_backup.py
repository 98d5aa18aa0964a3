"""What `tuntas backup` writes, `tuntas restore` brings back, and it holds no key."""

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

from tuntas.operations import backup
from tuntas.operations.backup import BackupFailed

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("supervisor")]


@pytest.fixture
def place():
    with tempfile.TemporaryDirectory(prefix="tuntas-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def tuntas(root, *words):
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("TUNTAS_", "DJANGO_"))} | {
        "LC_ALL": "C"
    }
    done = subprocess.run(
        [sys.executable, "-m", "tuntas.operations", "--data", str(root), *words],
        capture_output=True, text=True, env=clean, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


def test_a_backup_comes_back_in_a_new_installation_and_only_there(place):
    assert tuntas(place / "old", "migrate")[0] == 0
    assert tuntas(place / "old", "load", "calendars")[0] == 0
    (place / "old" / "media" / "evidence").write_bytes(b"a picture")
    assert tuntas(place / "old", "backup", str(place / "kept"))[0] == 0
    (kept,) = (place / "kept").iterdir()

    assert tuntas(place / "new", "restore", str(kept))[0] == 0

    assert (place / "new" / "media" / "evidence").read_bytes() == b"a picture"
    status, said = tuntas(place / "new", "load", "calendars")
    assert (status, "0 added" in said, "6 as before" in said) == (0, True, True)
    status, said = tuntas(place / "new", "restore", str(kept))
    assert (status, "not empty" in said) == (2, True)


def test_no_key_and_no_password_is_in_a_backup(place):
    assert tuntas(place / "old", "migrate")[0] == 0
    assert tuntas(place / "old", "backup", str(place / "kept"))[0] == 0

    secrets = [file.read_bytes().strip() for file in (place / "old" / "secrets").iterdir()]
    kept = b"".join(file.read_bytes() for file in (place / "kept").rglob("*") if file.is_file())

    assert secrets
    assert [secret for secret in secrets if secret in kept] == []


@pytest.mark.parametrize("name", ["media/../../outside", "/outside", "media/../outside"])
def test_an_archive_that_points_outside_is_refused(place, name):
    (place / "media").mkdir()

    with pytest.raises((BackupFailed, ValueError)):
        backup._put_back(io.BytesIO(b"planted"), name, place / "media")

    assert not (place / "outside").exists()
