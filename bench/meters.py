"""Processor time of groups of processes, from /proc: exact where requests per second are a reading of the weather."""

import os
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")
TICK = 1 / os.sysconf("SC_CLK_TCK")  # seconds
BLOCK = 8192  # bytes: a page of PostgreSQL's log
PROBES = 40

Pids = Callable[[], Iterable[int]]


def cpu_seconds(pids: Iterable[int]) -> float:
    """Seconds of processor time that these processes, and children of theirs that ended, have used so far.

    A child counts when its parent has taken notice of its end; PostgreSQL's postmaster does so at once.
    """
    return TICK * sum(map(_ticks, set(pids)))


def _ticks(pid: int) -> int:
    with suppress(OSError):
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15]))  # utime, stime, and both of waited-for children
    return 0


def family(pid: int) -> list[int]:
    """A process and its living descendants."""
    parents: dict[int, list[int]] = {}
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
                parents.setdefault(parent, []).append(int(entry.name))
    found, left = [], [pid]
    while left:
        found.append(left.pop())
        left += parents.get(found[-1], [])
    return found


@dataclass
class Meter:
    """Reads a family's processor time over a block: `with Meter(pid) as meter: ...; meter.seconds`."""

    root: int
    seconds: float = 0.0
    wall: float = 0.0

    def __enter__(self) -> "Meter":
        self._cpu, self._wall = cpu_seconds(family(self.root)), time.monotonic()
        return self

    def __exit__(self, *_error: object) -> None:
        self.seconds = cpu_seconds(family(self.root)) - self._cpu
        self.wall = time.monotonic() - self._wall


def load_average() -> float:
    """Processes that wanted to run, on average over the last minute."""
    return os.getloadavg()[0]


def steal_seconds() -> float:
    """Time that the machine below us gave to others, since boot."""
    words = (PROC / "stat").read_text().splitlines()[0].split()
    return TICK * int(words[8]) if len(words) > 8 else 0.0


def sync_milliseconds(folder: Path) -> float:
    """Median of what writing and syncing one block takes in this folder now: what a lone commit waits for."""
    path, taken = folder / "sync-probe", []
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    try:
        for _n in range(PROBES):
            began = time.perf_counter()
            os.pwrite(descriptor, os.urandom(BLOCK), 0)
            os.fdatasync(descriptor)
            taken.append(time.perf_counter() - began)
    finally:
        os.close(descriptor)
        path.unlink()
    return 1000 * sorted(taken)[PROBES // 2]
