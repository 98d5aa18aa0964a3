"""A copy of the sources and the tests, into which a fault is written: for tools/mutate.py and tools/trust.

The checkout is never touched, and the databases of these runs lie in .tuntas/mutants, away from others.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class Copy:
    """src/, tests/ and tools/ in another folder. said: what the last run of tests printed."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.said = folder, ""
        for name in ("src", "tests", "tools"):
            shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "node_modules"))
        shutil.copy(ROOT / "pyproject.toml", folder)
        (folder / "node_modules").symlink_to(ROOT / "node_modules")  # the areas of the country lie there
        (folder / ".tuntas").mkdir()  # what these runs prove is not written down in the checkout

    def read(self, file: str) -> str:
        return (self.folder / "src" / file).read_text()

    def write(self, file: str, text: str) -> None:
        (self.folder / "src" / file).write_text(text)

    def passes(self, tests: Sequence[str], *, limit: float | None = None, **environment: str) -> bool | None:
        """Whether all tests pass on the copy; None when they took too long. A hanging run ends with all it started."""
        own = os.environ | environment | {
            "PYTHONPATH": str(self.folder / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
            "TUNTAS_TEST_DATA": str(ROOT / ".tuntas" / "mutants"),
        }  # fmt: skip
        command = [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", "--no-header", *tests]
        with subprocess.Popen(
            command, cwd=self.folder, env=own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
        ) as running:
            try:
                self.said = running.communicate(timeout=limit)[0].decode(errors="replace")
            except subprocess.TimeoutExpired:
                os.killpg(running.pid, signal.SIGKILL)
                running.communicate()
                return None
            return running.returncode == 0


@contextmanager
def a_copy() -> Iterator[Copy]:
    """A copy in a folder that is gone afterwards."""
    place = ROOT / ".tuntas"
    place.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place) as folder:
        yield Copy(Path(folder))
