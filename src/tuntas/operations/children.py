"""One process that the supervisor looks after: started in a session of its own, watched, started again, ended whole."""

import os
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from tuntas.operations import processes
from tuntas.operations.accounts import Account
from tuntas.operations.guard import Guard

WAITS = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0)  # seconds before the first, second, ... restart
STEADY = 30.0  # seconds alive after which an earlier death no longer counts
GRACE = 10.0  # seconds between asking to end and ending
LARGEST_LOG = 10_000_000  # bytes; a larger log becomes NAME.log.1 at the next start


@dataclass
class Child:
    """A process and all of its own children. `start` may be called again after a death."""

    name: str
    words: Sequence[str]
    environment: Mapping[str, str]
    account: Account
    log: Path
    guard: Guard | None = None
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)
    _deaths: int = field(default=0, init=False)
    _since: float = field(default=0.0, init=False)
    _not_before: float = field(default=0.0, init=False)

    def start(self) -> None:
        _rotate(self.log)
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.words,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd="/",
                env=dict(self.environment),
                start_new_session=True,  # so that its children can be ended with it
                preexec_fn=processes.die_with_parent(signal.SIGTERM),
                **self.account.popen(),
            )
        self._since = time.monotonic()
        if self.guard:
            self.guard.watch(self.process.pid)

    def alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def revive(self) -> str:
        """If it died, end what it left behind and start it again once its wait is over. Returns words about a death."""
        if self.alive():
            return ""
        words = ""
        if self.process is not None:  # a death that we have not yet dealt with
            words = f"{self.name} ended ({_how(self.process.returncode)}); its log is {self.log}"
            self.end()
            self._deaths = 0 if time.monotonic() - self._since > STEADY else self._deaths + 1
            self._not_before = time.monotonic() + WAITS[min(self._deaths, len(WAITS) - 1)]
        if time.monotonic() >= self._not_before:
            self.start()
        return words

    def ask_to_end(self) -> None:
        if self.process is not None and self.process.poll() is None:
            with suppress(ProcessLookupError):
                self.process.terminate()

    def end(self) -> None:
        """Wait for an end that was asked for, then make sure of it, also for children of its own."""
        if self.process is None:
            return
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(GRACE)
        with suppress(ProcessLookupError, PermissionError):  # macOS answers so for a group of zombies
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        if self.guard:
            self.guard.forget(self.process.pid)
        self.process = None


def _how(status: int) -> str:
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"exit {status}"


def _rotate(log: Path) -> None:
    if log.is_file() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_name(f"{log.name}.1"))
