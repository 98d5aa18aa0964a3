"""The vault among the processes of a real installation: whose keys nobody else reads, and whose door web alone uses."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.operations.test_supervisor import Running, place, wait_for  # noqa: F401 - a fixture
from tuntas.kernel import doors
from tuntas.operations import processes, supervisor, vault_keys
from tuntas.operations.accounts import accounts

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("supervisor"), pytest.mark.threat("T-REVEAL-4EYES")]
UNKNOWN = {"open": "00000000-0000-4000-8000-000000000001"}


def test_the_keys_are_the_vaults_alone_and_the_door_is_webs(place):  # noqa: F811
    running = Running(place)
    try:
        wait_for(lambda: running.process.poll() is not None or supervisor.running(running.data) is not None, 240)
        running.until_up()
        door, keys = place / "vault-public" / "door", place / "vault"
        wait_for(door.exists)
        web = accounts().web
        closed(keys)
        if accounts().separate:
            for secret in (keys, keys / "epoch-0001", place / "secrets" / "database-vault"):
                assert not web.can_read(secret), secret
            assert web.can_read(place / "secrets" / "warrant-key")
            assert not accounts().vault.can_read(place / "secrets" / "warrant-key")
        ours = processes.marked("TUNTAS_SUPERVISED", running.data.name)
        assert len(ours) >= 3
        for pid in ours:
            environment_holds_no_key(pid, keys)
        assert oct(door.stat().st_mode & 0o777) == "0o660"
        assert through_the_door(door, web) == {"refused": "unknown"}
        rotate(place)
    finally:
        running.process.terminate()
        running.process.wait(60)
        running.process.stderr.close()


def closed(keys: Path) -> None:
    assert keys.stat().st_mode & 0o077 == 0
    assert all(file.stat().st_mode & 0o077 == 0 for file in keys.iterdir())


def environment_holds_no_key(pid: int, keys: Path) -> None:
    environment = Path(f"/proc/{pid}/environ").read_bytes()
    for file in keys.iterdir():
        told = file.read_text()
        kept = json.loads(told).values() if told.startswith("{") else [told]
        assert not [key for key in kept if key.encode() in environment]
    assert b"VAULT_DATABASE_URL" not in environment


def through_the_door(door: Path, account) -> dict:
    """What it says to this user."""
    script = (
        "import socket, sys\n"
        "s = socket.socket(socket.AF_UNIX); s.settimeout(10); s.connect(sys.argv[1])\n"
        "s.sendall(sys.argv[2].encode() + b'\\n'); print(s.makefile().readline())\n"
    )
    with doors.reachable(door) as address:
        folder = [int(address.split("/")[4])] if address.startswith("/proc") else []
        said = subprocess.run(
            ["/usr/bin/env", sys.executable, "-c", script, address, json.dumps(UNKNOWN)],
            capture_output=True, text=True, check=True, cwd="/", pass_fds=folder, **account.popen(),
        )  # fmt: skip
    return json.loads(said.stdout)


def rotate(place: Path) -> None:  # noqa: F811
    """`tuntas vault` sees a rotation through; the command runs as the vault's user."""
    for words, told in (
        (["status"], "epoch 1, in force: 0 identities"),
        (["rotate"], "Nothing needs an older key any more."),
        (["status"], "epoch 2, in force"),
        (["destroy"], "none"),
        (["destroy", "--confirm", "--at-once"], "[1]"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "tuntas.operations", "--data", str(place), "vault", *words],
            capture_output=True, text=True, check=False, env={**os.environ, "LC_ALL": "C", "COLUMNS": "200"},
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        assert told in done.stdout + done.stderr, (words, done.stderr)


def test_what_is_left_is_read_from_the_vaults_lines():
    lines = [
        "epoch 1: 3 identities, 1 envelopes, 20 originals, 2 links",
        "epoch 2, in force: 50 identities, 0 envelopes, 9 originals, 0 links",
        "unread: 4 originals whose key nobody has looked up yet",
    ]
    assert vault_keys.left(lines) == 30
    assert vault_keys.left(lines[1:2]) == 0


def test_a_socket_of_a_long_path_is_reached(tmp_path):
    far = tmp_path / ("x" * 60) / ("y" * 60)
    far.mkdir(parents=True)
    with socket.socket(socket.AF_UNIX) as listening:
        with doors.reachable(far / "door") as address:
            listening.bind(address)
        listening.listen()
        with socket.socket(socket.AF_UNIX) as caller, doors.reachable(far / "door") as address:
            caller.connect(address)
            connection, _address = listening.accept()
            with connection:
                assert doors.caller(connection) == os.getuid()
