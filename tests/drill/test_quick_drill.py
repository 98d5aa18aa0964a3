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

pytestmark = [
    pytest.mark.drill,
    pytest.mark.timeout(400),
    pytest.mark.xdist_group("supervisor"),
    pytest.mark.threat("SR-59"),
]


def test_nothing_acknowledged_is_lost_or_doubled_whatever_is_killed():
    told = held()

    for kind in KINDS:
        assert re.search(rf"^{kind}\s+1\s+\d+\s+\d+", told, re.MULTILINE), told
    assert number(told, "acknowledged") >= LEAST * len(KINDS)
    assert number(told, "acknowledged and lost") == 0
    assert number(told, "filed more than once") == 0
    assert number(told, "control, acknowledged and lost") > 0


def held() -> str:
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
