"""`tuntas run` as a person uses it: it starts, mends itself, stops, and leaves nothing behind however it ends."""

import os
import re
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tuntas.operations import guard, keeper, postgres, processes, supervisor
from tuntas.operations.folder import DataFolder

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("supervisor")]
PATIENCE = 60.0  # seconds, on a busy machine
RESTART = 10.0  # seconds: the promise for a second start


class Running:
    """A supervisor in a process of its own, on a folder."""

    def __init__(self, root: Path, *words: str) -> None:
        self.data = DataFolder(root)
        self.began = time.monotonic()
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("TUNTAS_", "DJANGO_"))} | {
            "LC_ALL": "C"
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tuntas.operations", "--data", str(root), *(words or ["run"])],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, env=clean, start_new_session=True,
        )  # fmt: skip

    def until_up(self) -> float:
        """Seconds from the start to the first answer."""
        wait_for(lambda: self.process.poll() is not None or supervisor.running(self.data) is not None)
        assert self.process.poll() is None, self.process.stderr.read()
        assert self.answers()
        return time.monotonic() - self.began

    def port(self) -> int:
        return supervisor.running(self.data)["port"]

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://localhost:{self.port()}/robots.txt", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def pid_of(self, words: str) -> int:
        """The leader among our processes whose command matches; the postmaster by its pid file."""
        if words == "database":
            written = (self.data.cluster / "postmaster.pid").read_text().split()  # nothing while it is written anew
            return int(written[0]) if written else 0
        named = {pid: processes.command(pid) for pid in processes.marked("TUNTAS_SUPERVISED", self.data.name)}
        return min((pid for pid, command in named.items() if re.search(words, command)), default=0)

    def everything(self) -> list[int]:
        return processes.marked("TUNTAS_SUPERVISED", self.data.name) + processes.working_in(
            self.data.cluster, postgres.title_of(self.data)
        )

    def tell(self, name: signal.Signals) -> int:
        self.process.send_signal(name)
        status = self.process.wait(PATIENCE)
        self.process.stderr.close()
        return status


def wait_for(true, seconds: float = PATIENCE) -> None:
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def place() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="tuntas-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@contextmanager
def running(root: Path, *words: str) -> Iterator[Running]:
    one = Running(root, *words)
    try:
        one.until_up()
        yield one
    finally:
        if one.process.poll() is None:
            one.tell(signal.SIGTERM)


def test_ctrl_c_stops_all_of_it_and_a_second_start_takes_seconds(place):
    with running(place / "a") as first:
        assert first.tell(signal.SIGINT) == 0
        assert first.everything() == []
        assert keeper.holder(first.data) is None

    again = Running(place / "a")
    seconds = again.until_up()
    assert again.tell(signal.SIGTERM) == 0
    assert seconds < RESTART


def test_whatever_is_killed_comes_back(place):
    with running(place / "a") as one:
        for words in ("operations.web|granian", "tuntas_vault", "operations.worker", "database"):
            wait_for(lambda words=words: one.pid_of(words))
            before = one.pid_of(words)

            os.kill(before, signal.SIGKILL)

            wait_for(lambda before=before: not processes.alive(before))
            wait_for(lambda words=words, before=before: one.pid_of(words) not in {0, before})
            wait_for(one.answers)


def test_a_killed_supervisor_leaves_nothing_running_and_starts_again(place):
    with running(place / "a") as one:
        one.process.kill()
        one.process.wait()
        one.process.stderr.close()

        wait_for(lambda: one.everything() == [])

    with running(place / "a") as again:
        assert again.answers()


def test_two_run_at_once_on_folders_of_their_own(place):
    with running(place / "a") as one, running(place / "b") as other:
        assert one.port() != other.port()
        assert one.answers()
        assert other.answers()


def test_a_second_one_on_the_same_folder_is_refused_in_words(place):
    with running(place / "a"):
        second = Running(place / "a")

        assert second.process.wait(PATIENCE) == 2
        with second.process.stderr as words:
            assert "already running on this data folder" in words.read()


def test_stop_stops_it(place):
    with running(place / "a") as one:
        stopping = Running(place / "a", "stop")
        assert stopping.process.wait(PATIENCE) == 0
        stopping.process.stderr.close()

        assert one.process.wait(PATIENCE) == 0
        one.process.stderr.close()


def test_the_guard_ends_what_is_left_when_its_pipe_closes():
    keeping = guard.Guard()
    sleep = ["sleep", "600"]
    with (
        subprocess.Popen(sleep, start_new_session=True) as left,
        subprocess.Popen(sleep, start_new_session=True) as forgotten,
    ):
        for child in (left, forgotten):
            keeping.watch(child.pid)
        keeping.forget(forgotten.pid)

        keeping.dismiss()

        assert left.wait(PATIENCE) < 0
        assert forgotten.poll() is None
        forgotten.kill()
