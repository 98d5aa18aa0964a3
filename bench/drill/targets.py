"""What the drill kills, found as the kernel sees it, and killed without warning."""

import os
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from random import Random

from bench.ground import wait_for
from bench.meters import family
from tuntas.operations import processes
from tuntas.operations.folder import DataFolder
from tuntas.operations.postgres import title_of

KINDS = ("web", "worker", "vault", "database")


class Targets:
    """The processes of one running installation. supervisor: the pid of `tuntas run`."""

    def __init__(self, data: DataFolder, supervisor: int) -> None:
        self.data, self.supervisor = data, supervisor

    def choose(self, kind: str, random: Random) -> tuple[str, int]:
        """A process of this kind, with its name: of the web the master or a worker of it, of the database either its
        postmaster or somebody's backend. Waits until there is one."""
        ways: Mapping[str, tuple[tuple[str, Callable[[], list[int]]], ...]] = {
            "web": (("web master", self._web), ("web worker", self._web_workers)),
            "worker": (("worker", lambda: self._children("TUNTAS_ROLE=worker")),),
            "vault": (("vault", lambda: self._children("DJANGO_SETTINGS_MODULE=tuntas_vault.settings")),),
            "database": (("postmaster", self._postmaster), ("backend", self._backends)),
        }
        name, find = random.choice(ways[kind])
        found: list[int] = []
        wait_for(lambda: bool(found.extend(find()) or found), f"no {name} came up")
        return name, random.choice(found)

    def kill(self, pid: int) -> None:
        """SIGKILL, and wait until the process is gone."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        wait_for(lambda: not processes.alive(pid), f"process {pid} survived SIGKILL", seconds=30)

    def kill_whole_database(self) -> int:
        """The postmaster and every child of it in one instant, so that what only shared memory holds is gone."""
        everybody = processes.working_in(self.data.cluster, title_of(self.data))
        for name in (signal.SIGSTOP, signal.SIGKILL):  # stopped first: none may write while the others die
            for pid in everybody:
                with suppress(ProcessLookupError):
                    os.kill(pid, name)
        wait_for(lambda: not any(map(processes.alive, everybody)), "the database survived SIGKILL", seconds=30)
        return len(everybody)

    def all(self) -> list[int]:
        """Whatever of the installation still runs."""
        return processes.marked("TUNTAS_SUPERVISED", self.data.name) + processes.working_in(
            self.data.cluster, title_of(self.data)
        )

    def _children(self, mark: str) -> list[int]:
        """Children of the supervisor whose environment holds this."""
        ours = [pid for pid in family(self.supervisor) if _parent(pid) == self.supervisor]
        return [pid for pid in ours if mark.encode() in _environment(pid)]

    def _web(self) -> list[int]:
        return self._children("TUNTAS_ROLE=web")

    def _web_workers(self) -> list[int]:
        return [pid for master in self._web() for pid in family(master) if pid != master]

    def _postmaster(self) -> list[int]:
        with suppress(OSError, ValueError, IndexError):
            pid = int((self.data.cluster / "postmaster.pid").read_text().splitlines()[0])
            return [pid] if processes.is_server_of(pid, self.data.cluster) else []
        return []

    def _backends(self) -> list[int]:
        """Sessions of web, worker and vault; not the server's own helpers."""
        names = {pid: processes.command(pid) for pid in processes.working_in(self.data.cluster, title_of(self.data))}
        return [pid for pid, words in names.items() if "[local]" in words]


def _parent(pid: int) -> int:
    with suppress(OSError):
        return int((Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])
    return 0


def _environment(pid: int) -> list[bytes]:
    with suppress(OSError):
        return (Path("/proc") / str(pid) / "environ").read_bytes().split(b"\0")
    return []
