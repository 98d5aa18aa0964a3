"""Law 1, shown in a minute: one kill -9 of each kind under load. `make drill` is the whole, with ten."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
KINDS = ("web worker", "web master", "worker", "vault", "database", "session")
LEAST = 50  # receipts before each kill

pytestmark = [pytest.mark.drill, pytest.mark.timeout(400), pytest.mark.xdist_group("supervisor")]


@pytest.fixture(scope="module")
def told() -> str:
    """What a quick drill prints. It fails on anything that is lost or doubled, and when its control loses nothing."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("TUNTAS_", "DJANGO_"))}
    done = subprocess.run(
        [sys.executable, "-m", "tools.drill", "--quick", "--receipts", str(LEAST)],
        check=False, capture_output=True, text=True, cwd=ROOT, env=clean,
    )  # fmt: skip
    print(done.stdout)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def number(told: str, name: str) -> int:
    found = re.search(rf"^{re.escape(name)}\s+(\d+)", told, re.MULTILINE)
    assert found, f"no {name} in {told}"
    return int(found[1])


def test_every_kind_was_killed_under_load(told):
    for kind in KINDS:
        assert re.search(rf"^{kind}\s+1\s+\d+\s+\d+", told, re.MULTILINE), told
    assert number(told, "acknowledged") >= LEAST * len(KINDS)


def test_nothing_acknowledged_was_lost_or_doubled(told):
    assert number(told, "acknowledged and lost") == 0
    assert number(told, "filed more than once") == 0


def test_the_control_without_durable_commits_loses_some(told):
    assert number(told, "control, acknowledged and lost") > 0
