"""Ends the supervisor's children when the supervisor itself is killed, where the kernel cannot be asked to (macOS).

The guard holds one end of a pipe. Every pid that the supervisor starts is written into it; when the pipe closes, for
whatever reason, the guard ends what is left. On Linux the kernel's parent-death signal does this without a process.
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress

from tuntas.operations import processes

GRACE = 15.0  # seconds


class Guard:
    """The supervisor's side."""

    def __init__(self) -> None:
        ours, self._ear = os.pipe()
        words = [sys.executable, "-m", "tuntas.operations.guard"]
        self.process = subprocess.Popen(words, stdin=ours, start_new_session=True)
        os.close(ours)

    def watch(self, pid: int) -> None:
        self._say(f"+{pid}\n")

    def forget(self, pid: int) -> None:
        self._say(f"-{pid}\n")

    def dismiss(self) -> None:
        """All children are ended: the guard has nothing to do and goes."""
        os.close(self._ear)
        self.process.wait()

    def _say(self, word: str) -> None:
        with suppress(BrokenPipeError):  # somebody killed the guard; the next start makes a new one
            os.write(self._ear, word.encode())


def needed() -> bool:
    return not sys.platform.startswith("linux")


def main() -> None:
    """The guard's side: read pids until the pipe closes, then end those that are left."""
    watched: set[int] = set()
    for line in sys.stdin:
        pid = int(line[1:])
        watched.add(pid) if line[0] == "+" else watched.discard(pid)
    end(watched)


def end(pids: Iterable[int]) -> None:
    """Ask, wait, kill: each pid with the whole session that it leads."""
    left = set(pids)
    for name in (signal.SIGINT, signal.SIGTERM):  # INT is PostgreSQL's fast stop, TERM everybody's
        _send(left, name)
    until = time.monotonic() + GRACE
    while time.monotonic() < until and any(map(processes.alive, left)):
        time.sleep(0.1)
    _send(left, signal.SIGKILL)


def _send(pids: Iterable[int], name: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, name)


if __name__ == "__main__":
    main()
