"""What the scanners look at: the real site in a folder of its own, and the site with planted faults; and their programs."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from bench.ground import answers, end, wait_for
from tools.drill import place
from tools.gates.place import programs
from tuntas.operations import addresses

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
REPORTS = ROOT / "artifacts" / "trust"


@cache
def scanners() -> Path:
    """The folder of wapiti and sqlmap, made on demand from their locked list: they are never among our own packages."""
    return programs(HERE / "scanners.lock")


@contextmanager
def real_site() -> Iterator[str]:
    """`tuntas run` on a new folder; gives its address."""
    with installation() as here:
        yield f"http://localhost:{here.port}"


@contextmanager
def installation(**settings: str) -> Iterator[place.Place]:
    """`tuntas run` on a new folder, with these settings. Letters go to a mail server of this machine."""
    with tempfile.TemporaryDirectory(prefix="tuntas-trust-", ignore_cleanup_errors=True) as name:
        root = Path(name)
        root.chmod(0o755)
        with place.post_office(root) as (mail, _outbox), place.running(root, mail, **settings) as here:
            yield here


@contextmanager
def demonstration() -> Iterator[place.Place]:
    """`tuntas demo` on a new folder: offices at work, public reports, two portals, doors for officers of each role."""
    with tempfile.TemporaryDirectory(prefix="tuntas-trust-", ignore_cleanup_errors=True) as name:
        root = Path(name)
        root.chmod(0o755)
        with place.running(root, "", act="demo") as here:
            yield here


@contextmanager
def planted_site() -> Iterator[str]:
    port = addresses.any_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "tools.trust.planted", str(port)], cwd=ROOT, stderr=subprocess.DEVNULL
    )
    try:
        wait_for(lambda: answers(port, "/"), "the planted site did not answer")
        yield f"http://localhost:{port}"
    finally:
        end(process)


def scan(words: list[str], seconds: float) -> str:
    """Run a scanner to its end; returns what it printed, without colours. RuntimeError when it takes longer than that."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    own = {"HOME": str(REPORTS), "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(
            words, capture_output=True, text=True, check=False, timeout=seconds, env=os.environ | own, cwd=REPORTS
        )
    except subprocess.TimeoutExpired:
        raise RuntimeError(f"{Path(words[0]).name} did not end within {seconds:.0f} s") from None
    return re.sub(r"\x1b\[[0-9;]*m", "", done.stdout + done.stderr)
