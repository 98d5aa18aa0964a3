"""An installation to be killed, and beside it a mail server that is not."""

import os
import signal
import socket
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Any

import psycopg

from bench.ground import end, wait_for
from tools.drill.victims import Victims
from tuntas.operations import addresses, processes, supervisor
from tuntas.operations.accounts import accounts
from tuntas.operations.folder import DataFolder
from tuntas.operations.postgres import ADMIN, Cluster

ROOT = Path(__file__).resolve().parents[2]
UP_WITHIN = 300.0  # seconds for the first start: cluster, tables, packs
CONNECTIONS = (3, 3)  # of each process of senders


class CannotRun(Exception):
    """The drill could not be held; nothing is proved either way."""


@dataclass
class Place:
    """A running `tuntas run`."""

    data: DataFolder
    cluster: Cluster
    port: int
    victims: Victims

    @contextmanager
    def look(self, database: str) -> Iterator["psycopg.Connection[tuple[Any, ...]]"]:
        """Into a database as its superuser, past row security, once it answers."""
        wait_for(self.cluster.answers, "the database did not come back")
        with psycopg.connect(self.cluster.address(ADMIN, database), autocommit=True) as connection:
            yield connection

    @contextmanager
    def senders(self, journals: Path, agency: int) -> Iterator[None]:
        """Senders at work while the block runs; afterwards every form that they began is at its end."""
        journals.mkdir()
        working = [
            subprocess.Popen(
                [sys.executable, "-m", "tools.drill.senders",
                 str(self.port), str(journals / f"{n}.journal"), str(connections), str(agency)],
                stdin=subprocess.PIPE, cwd=ROOT, preexec_fn=processes.die_with_parent(signal.SIGKILL),
            )
            for n, connections in enumerate(CONNECTIONS)
        ]  # fmt: skip
        try:
            yield
            for process in working:
                process.communicate(timeout=180)
        finally:
            for process in working:
                process.kill()
                process.wait()


@contextmanager
def running(root: Path, mail: str, *, act: str = "run", **more: str) -> Iterator[Place]:
    """`tuntas run` on a new folder, from its first answer until nothing of it is left.

    mail: where letters go. act: `demo` for a demonstration, which brings a mail server of its own. more: further
    settings of the installation.
    """
    data = DataFolder(root / "data")
    log = root / "supervisor.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "tuntas.operations", "--data", str(data.root), act], stdout=out, stderr=out,
            env=_clean() | ({"TUNTAS_SMTP_URL": mail} if mail else {}) | {"TUNTAS_LOG": "WARNING",
                         "TUNTAS_INTAKE_A_MINUTE": "0"} | more, start_new_session=True,
            preexec_fn=processes.die_with_parent(signal.SIGTERM),
        )  # fmt: skip
    cluster = Cluster(data, accounts())
    victims = Victims(cluster, process.pid, 0)
    try:
        wait_for(lambda: process.poll() is not None or supervisor.running(data), "no start", seconds=UP_WITHIN)
        known = supervisor.running(data)
        if known is None:
            raise CannotRun("\n".join(log.read_text().splitlines()[-8:]))
        victims.port = int(str(known["port"]))
        yield Place(data, cluster, victims.port, victims)
    finally:
        end(process)
        for pid in victims.everything():
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)


@contextmanager
def post_office(root: Path) -> Iterator[tuple[str, Path]]:
    """The demo's mail server in a process of its own, outside the supervisor; gives its address and its maildir."""
    port, folder = addresses.any_port(), DataFolder(root / "post")
    told = {"TUNTAS_DATA": str(folder.root), "TUNTAS_POST_OFFICE_PORT": str(port)}
    process = subprocess.Popen(
        [sys.executable, "-m", "tuntas.operations.post_office"], env=_clean() | told, start_new_session=True,
        preexec_fn=processes.die_with_parent(signal.SIGTERM),
    )  # fmt: skip
    try:
        wait_for(lambda: _listens(port), "the post office did not open")
        yield f"smtp://127.0.0.1:{port}", folder.outbox
    finally:
        end(process)


def letters(outbox: Path) -> Counter[str]:
    """How often each letter was handed over, by its Message-ID."""
    parser = BytesHeaderParser()
    return Counter(parser.parsebytes(path.read_bytes())["Message-ID"] for path in (outbox / "new").iterdir())


def _listens(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            return True
    except OSError:
        return False


def _clean() -> dict[str, str]:
    """No setting of the person's shell may steer the installation."""
    ours = ("TUNTAS_", "DJANGO_", "DATABASE_", "VAULT_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}
