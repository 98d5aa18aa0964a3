"""Where the gates' programs of others live: in folders of their own, made on demand from locked, hashed lists.

They are not among our packages: their own needs would hold ours back, and nothing of them is ever installed with us.
"""

import fcntl
import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
MADE = ROOT / ".tuntas" / "gates"


def programs(lock: Path) -> Path:
    """The folder of the programs that this lock file lists; made when it is missing or older than the list."""
    place = MADE / lock.stem
    stamp, wanted = place / ".made-from", hashlib.sha256(lock.read_bytes()).hexdigest()
    with _alone(lock.stem):
        if not (stamp.is_file() and stamp.read_text() == wanted):
            subprocess.run([sys.executable, "-m", "venv", "--clear", str(place)], check=True)
            pip = [
                str(place / "bin" / "pip"),
                "install",
                "--quiet",
                "--quiet",
                "--disable-pip-version-check",
                "--no-compile",  # of thousands of modules a run loads some dozens
                "--require-hashes",
            ]
            subprocess.run([*pip, "-r", str(lock)], check=True)
            stamp.write_text(wanted)
    return place / "bin"


def node(script: str, told: Any) -> Any:
    """What a script of this folder answers to `told`, both as JSON."""
    from tools import assets  # finds Node on the machine, else in our own packages

    program, npm = assets.find_node()
    _install(npm)
    done = subprocess.run(
        [*program, str(HERE / script)], input=json.dumps(told), capture_output=True, text=True, check=True,
        env=os.environ | {"RECHECK_BACKEND": "pure"},
    )  # fmt: skip
    return json.loads(done.stdout)


def _install(npm: list[str]) -> None:
    lock, stamp = HERE / "package-lock.json", HERE / "node_modules" / ".made-from"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    with _alone("node"):
        if not (stamp.is_file() and stamp.read_text() == wanted):
            subprocess.run([*npm, "ci", "--omit=optional", "--ignore-scripts", "--silent"], cwd=HERE, check=True)
            stamp.write_text(wanted)


class _alone:  # noqa: N801 - reads as a word
    """Two test workers must not install into one folder at once."""

    def __init__(self, name: str) -> None:
        MADE.mkdir(parents=True, exist_ok=True)
        self.file = MADE / f"{name}.lock"

    def __enter__(self) -> None:
        self.held = self.file.open("a")
        fcntl.flock(self.held, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self.held.close()
