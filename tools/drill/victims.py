"""What the drill kills, found as the kernel sees it, killed without warning, and known again when it is back."""

import os
import signal
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from random import Random

from bench.ground import wait_for
from bench.meters import family
from tuntas.operations import processes
from tuntas.operations.postgres import Cluster, title_of
from tuntas.operations.supervisor import answers

KINDS = ("web worker", "web master", "worker", "vault", "database", "session")
BACK_WITHIN = 120.0  # seconds for whatever was killed
_PROC = Path("/proc")


class Victims:
    """The processes of one running installation. supervisor: the pid of `tuntas run`."""

    def __init__(self, cluster: Cluster, supervisor: int, port: int) -> None:
        self.cluster, self.supervisor, self.port = cluster, supervisor, port
        self._find: Mapping[str, Callable[[], list[int]]] = {
            "web worker": self._web_workers,
            "web master": lambda: self._children("TUNTAS_ROLE=web"),
            "worker": lambda: self._children("TUNTAS_ROLE=worker"),
            "vault": lambda: self._children("DJANGO_SETTINGS_MODULE=tuntas_vault.settings"),
            "database": self._postmaster,
            "session": self._sessions,
        }

    def kill(self, kind: str, random: Random, *, whole: bool = False) -> set[int]:
        """SIGKILL to one process of this kind; returns, once it is gone, those of the kind that were there before.

        whole: with the postmaster all its children in the same instant, so that what only shared memory held is gone.
        """
        self.wait_for(kind)
        there = self._find[kind]()
        pid = random.choice(there)
        killed = processes.working_in(self.cluster.data.cluster, title_of(self.cluster.data)) if whole else [pid]
        if whole:
            _send(signal.SIGSTOP, killed)  # first all stand still: none may write while the others die
        _send(signal.SIGKILL, killed)
        wait_for(lambda: not any(map(processes.alive, killed)), f"process {pid} outlived SIGKILL", seconds=30)
        return set(there)

    def wait_for(self, kind: str, *, beside: Collection[int] = ()) -> None:
        """Until a process of this kind runs that is none of these, and the installation answers as a whole."""

        def is_back() -> bool:
            came = set(self._find[kind]()) - set(beside)
            return bool(came) and self.cluster.answers() and answers("127.0.0.1", self.port)

        wait_for(is_back, f"no {kind} came back", seconds=BACK_WITHIN)

    def everything(self) -> list[int]:
        data = self.cluster.data
        return processes.marked("TUNTAS_SUPERVISED", data.name) + processes.working_in(data.cluster, title_of(data))

    def _children(self, mark: str) -> list[int]:
        """Children of the supervisor whose environment holds this."""
        ours = [pid for pid in family(self.supervisor) if _parent(pid) == self.supervisor]
        return [pid for pid in ours if processes.alive(pid) and mark.encode() in _environment(pid)]

    def _web_workers(self) -> list[int]:
        return [pid for master in self._children("TUNTAS_ROLE=web") for pid in family(master) if _parent(pid) == master]

    def _postmaster(self) -> list[int]:
        with suppress(OSError, ValueError, IndexError):
            pid = int((self.cluster.data.cluster / "postmaster.pid").read_text().splitlines()[0])
            return [pid] if processes.is_server_of(pid, self.cluster.data.cluster) else []
        return []

    def _sessions(self) -> list[int]:
        """The database's processes that serve web."""
        data = self.cluster.data
        working = processes.working_in(data.cluster, title_of(data))
        return [pid for pid in working if ": tuntas_web " in processes.command(pid)]


def _send(name: signal.Signals, pids: Iterable[int]) -> None:
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, name)


def _parent(pid: int) -> int:
    with suppress(OSError):
        return int((_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])
    return 0


def _environment(pid: int) -> list[bytes]:
    with suppress(OSError):
        return (_PROC / str(pid) / "environ").read_bytes().split(b"\0")
    return []
