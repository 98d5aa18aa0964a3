"""Looking at processes as the kernel sees them, and dying with a parent. Linux by /proc, elsewhere by ps."""

import ctypes
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

_PROC = Path("/proc/self/stat").exists()
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of prctl(2)
_SET_DUMPABLE = 4  # PR_SET_DUMPABLE


def die_with_parent(name: signal.Signals) -> Callable[[], None] | None:
    """A preexec function by which the kernel sends `name` to the child when we die, even by SIGKILL.

    Linux only; elsewhere None, and `tuntas.operations.guard` does the same from a pipe.
    """
    if not sys.platform.startswith("linux"):
        return None
    prctl = ctypes.CDLL(None, use_errno=True).prctl  # looked up here: after fork nothing may be imported
    parent = os.getpid()

    def ask() -> None:
        prctl(_SET_PARENT_DEATH_SIGNAL, int(name), 0, 0, 0)
        if os.getppid() != parent:  # we died between fork and here
            os._exit(1)

    return ask


def close_to_others() -> None:
    """Let no process of our own user look into this one: neither its memory nor its environment. Linux only."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None, use_errno=True).prctl(_SET_DUMPABLE, 0, 0, 0, 0)


def alive(pid: int) -> bool:
    """Whether the process runs; a zombie does not."""
    if _PROC:
        with suppress(OSError):
            return (Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[0] not in {"Z", "X"}
        return False
    state = _ps("-o", "stat=", "-p", str(pid)).strip()
    return bool(state) and not state.startswith("Z")


def command(pid: int) -> str:
    """The command line of a living process, else an empty text."""
    if not alive(pid):
        return ""
    if _PROC:
        with suppress(OSError):
            line = (Path("/proc") / str(pid) / "cmdline").read_bytes()
            return line.replace(b"\0", b" ").decode(errors="replace").strip()
        return ""
    return _ps("-o", "command=", "-p", str(pid)).strip()


def is_server_of(pid: int, cluster: Path) -> bool:
    """Whether that process is a PostgreSQL server on this data directory, not merely a process with this number."""
    words = command(pid)
    return "postgres" in words and str(cluster) in words


def working_in(folder: Path, title: str) -> list[int]:
    """Processes of PostgreSQL that still work in this data directory: servers, and children, which bear its title."""
    if _PROC:
        return [
            int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit() and _works_in(entry, folder)
        ]
    lines = (line.strip().split(None, 1) for line in _ps("-A", "-o", "pid=,command=").splitlines())
    signs = (f"postgres -D {folder}", f"postgres: {title}:")
    return [int(words[0]) for words in lines if len(words) > 1 and any(sign in words[1] for sign in signs)]


def _works_in(process: Path, folder: Path) -> bool:
    with suppress(OSError):
        return (process / "cwd").readlink() == folder and alive(int(process.name))
    return False


def _ps(*words: str) -> str:
    program = shutil.which("ps") or "/bin/ps"
    return subprocess.run([program, "-ww", *words], check=False, capture_output=True, text=True).stdout


def marked(name: str, value: str) -> list[int]:
    """Other processes whose environment says NAME=value. Linux only; elsewhere none are found."""
    if not _PROC:
        return []
    mark = f"{name}={value}".encode()
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with suppress(OSError):
                if mark in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
    return found
