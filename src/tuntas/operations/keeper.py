"""Keeps the embedded database up while commands or tests use it and `tuntas run` does not.

`with serving(...)` holds a shared lock on the data folder. The first user starts a keeper, a small process of its own;
the keeper stops the server when the last lock is gone, however its holders ended. Locks of killed processes vanish
with them, so nothing is counted and nothing is left behind.
"""

import argparse
import fcntl
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from django.utils.translation import gettext_lazy as _

from tuntas.kernel.refusals import Refusal
from tuntas.operations import keys
from tuntas.operations.accounts import accounts
from tuntas.operations.folder import DataFolder
from tuntas.operations.postgres import PATIENCE, Cluster, NotRunning
from tuntas.operations.speaking import speak_without_register

TICK = 0.25  # seconds


class InUse(Refusal):
    """Another process has this data folder."""

    code = "data_folder_in_use"
    status = 409


@contextmanager
def serving(data: DataFolder, *, volatile: bool = False, linger: float = 2.0) -> Iterator[Cluster]:
    """The cluster of `data`, answering for as long as the block runs; started first if nobody runs it.

    linger: seconds that a server started here stays up after its last user.
    """
    cluster = Cluster(data, accounts(), volatile=volatile)
    keys.prepare(data, cluster.accounts)
    with (data.root / "users.lock").open("a") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        _wait_for(cluster, linger)
        yield cluster


@contextmanager
def owning(data: DataFolder, *, wait: float = 0.0) -> Iterator[Callable[[], None]]:
    """Be the one process that runs this data folder's server. Raises InUse after `wait` seconds of another's being it.

    Gives a function that writes our pid into the lock file again, for a process that has forked.
    """
    data.root.mkdir(parents=True, exist_ok=True)
    with (data.root / "run.lock").open("a+") as lock:
        until = time.monotonic() + wait
        while not _taken(lock, fcntl.LOCK_EX):
            if time.monotonic() >= until:
                raise _in_use(data, lock)
            time.sleep(TICK)

        def sign() -> None:
            lock.truncate(0)
            lock.write(str(os.getpid()))
            lock.flush()

        sign()
        yield sign


def holder(data: DataFolder) -> int | None:
    """The pid of the process that runs this data folder, None when there is none."""
    try:
        with (data.root / "run.lock").open("r") as lock:
            return None if _taken(lock, fcntl.LOCK_SH) else int(lock.read() or 0)
    except (FileNotFoundError, ValueError):
        return None


def keep(cluster: Cluster, linger: float) -> None:
    """Run the server until nobody has used it for `linger` seconds, starting it again when it dies."""
    with (cluster.data.root / "users.lock").open("a") as users:
        unused_since = time.monotonic()
        while True:
            if cluster.process is None or cluster.died():
                cluster.start()
            if _taken(users, fcntl.LOCK_EX):
                if time.monotonic() - unused_since > linger:
                    cluster.stop()  # while holding the lock: who comes now waits, then starts anew
                    return
                fcntl.flock(users, fcntl.LOCK_UN)
            else:
                unused_since = time.monotonic()
            time.sleep(TICK)


def main() -> None:
    """`python -m tuntas.operations.keeper FOLDER`: started by `serving`, never by hand."""
    parser = argparse.ArgumentParser()
    parser.add_argument("root", type=Path)
    parser.add_argument("--volatile", action="store_true")
    parser.add_argument("--linger", type=float, default=2.0)
    wish = parser.parse_args()
    speak_without_register()
    cluster = Cluster(DataFolder(wish.root), accounts(), volatile=wish.volatile)
    try:
        with owning(cluster.data) as become_owner:
            if os.fork():
                os._exit(0)  # who started us goes on; the lock stays with the child
            become_owner()
            cluster.prepare()
            keep(cluster, wish.linger)
    except InUse:
        return  # somebody else was faster, and serves
    except Refusal as no:
        sys.exit(str(no))


def _wait_for(cluster: Cluster, linger: float) -> None:
    until = time.monotonic() + PATIENCE
    log = cluster.data.logs / "keeper.log"
    tried = False
    while not cluster.answers():
        if holder(cluster.data) is None:
            if tried or time.monotonic() > until:
                raise NotRunning(_("The database did not start."), why="\n".join(log.read_text().splitlines()[-8:]))
            _start_keeper(cluster, linger, log)
            tried = True
        time.sleep(TICK / 4)


def _start_keeper(cluster: Cluster, linger: float, log: Path) -> None:
    """Returns when the keeper has the data folder, or has found that somebody else has it."""
    words = [sys.executable, "-m", "tuntas.operations.keeper", str(cluster.data.root), f"--linger={linger}"]
    with log.open("wb") as out:
        subprocess.run(
            words + ["--volatile"] * cluster.volatile,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            cwd="/",
            start_new_session=True,
        )


def _taken(lock: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _in_use(data: DataFolder, lock: IO[str]) -> InUse:
    lock.seek(0)
    return InUse(
        _("Tuntas is already running on this data folder."),
        why=_("Process %(pid)s has %(folder)s.") % {"pid": lock.read() or "?", "folder": data.root},
        instead=_("Stop it with `tuntas stop`, or give another folder with --data."),
    )


if __name__ == "__main__":
    main()
