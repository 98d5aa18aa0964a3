"""Who gets the key of the public log, what the doctor says about it, and `tuntas verify` on a real installation."""

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from tests.operations.test_backup import place, tuntas  # noqa: F401 - a fixture
from tuntas.operations import doctor, keys
from tuntas.operations.accounts import accounts
from tuntas.operations.folder import DataFolder
from tuntas.operations.supervisor import Installation

NOW = datetime(2026, 11, 21, 14, tzinfo=UTC)


def test_the_key_is_ours_alone_and_goes_to_the_worker_alone(tmp_path, monkeypatch):
    data = DataFolder(tmp_path / "data")
    keys.prepare(data, accounts())
    installation = Installation(data, demo=False, say=print)
    monkeypatch.setenv("TUNTAS_LOG_KEY", "ab" * 32)

    file = data.secret("log-key").stat()

    assert (file.st_mode & 0o777, file.st_uid) == (0o600, os.getuid())
    assert "TUNTAS_LOG_KEY" not in installation._environment(8000)
    assert installation._log_key() == {"TUNTAS_LOG_KEY": "ab" * 32}
    monkeypatch.delenv("TUNTAS_LOG_KEY")
    assert installation._log_key() == {"TUNTAS_LOG_KEY": keys.read(data.secret("log-key"))}


@pytest.mark.slow
@pytest.mark.threat("T-TAMPER")
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="the kernel's /proc")
@pytest.mark.parametrize(("closes", "readable"), [("processes.close_to_others()", False), ("None", True)])
def test_web_cannot_take_the_key_out_of_the_workers_process(closes, readable):
    """Both run as one user. The second row is the control: without the call the kernel shows everything."""
    web = accounts().web
    if not web.switch:
        pytest.skip("only as root are there users to switch to")
    sleeper = f"from tuntas.operations import processes\nimport time\n{closes}\nprint('up', flush=True)\ntime.sleep(60)"
    words = [sys.executable, "-c", sleeper]
    with subprocess.Popen(words, env={"KEY": "planted"}, stdout=subprocess.PIPE, cwd="/", **web.popen()) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == b"up\n"
        look = f"print(open('/proc/{worker.pid}/environ').read())"
        seen = subprocess.run([sys.executable, "-c", look], capture_output=True, check=False, cwd="/", **web.popen())
        worker.kill()

    assert (b"planted" in seen.stdout) is readable
    assert (b"Permission denied" in seen.stderr) is not readable


@pytest.mark.parametrize(
    ("answer", "runs", "verdicts"),
    [
        (None, True, []),
        ((12, NOW, None), True, [doctor.GOOD]),
        ((12, NOW, 59.0), True, [doctor.GOOD]),
        ((12, NOW, 61.0), True, [doctor.BAD]),
        ((12, NOW, 61.0), False, [doctor.WEAK]),
        ((None, None, None), True, [doctor.BAD]),
        ((None, None, None), False, [doctor.GOOD]),
    ],
)
def test_the_doctor_alarms_when_an_entry_waits_longer_than_a_minute(answer, runs, verdicts):
    assert [finding.verdict for finding in doctor._public_log(answer, runs=runs)][:1] == verdicts


@pytest.mark.parametrize("name", ["TUNTAS_ANCHOR_COMMAND", "TUNTAS_ANCHOR_FOLDER"])
def test_the_doctor_minds_heads_that_never_leave_the_machine(monkeypatch, name):
    monkeypatch.delenv(name, raising=False)
    assert list(doctor._public_log((1, NOW, None), runs=True))[1].verdict == doctor.WEAK
    monkeypatch.setenv(name, "/srv/anchors")
    assert list(doctor._public_log((1, NOW, None), runs=True))[1].verdict == doctor.GOOD


SEQUENCED = (
    "from tuntas.access import security_log",
    "from tuntas.ledger import sequencing",
    "[security_log.write('sign_in', officer=number) for number in (1, 2)]",
    "print(sequencing.sequence().size)",
)


@pytest.mark.slow
@pytest.mark.xdist_group("supervisor")
def test_verify_looks_at_a_real_installation_as_its_own_role(place):  # noqa: F811
    assert tuntas(place / "data", "migrate")[0] == 0

    status, said = tuntas(place / "data", "verify")
    assert (status, "Nothing is missing" in said) == (0, True), said
    status, said = tuntas(place / "data", "verify", str(place / "nowhere"))
    assert (status, "Could not be checked" in said) == (2, True), said
    assert "2" in logged(place)
    status, said = tuntas(place / "data", "log-anew", "--because", "the key was lost")
    assert (status, "/transparansi/log/2+" in said) == (0, True), said
    assert "4" in logged(place)  # over the same leaves, under the new name
    status, said = tuntas(place / "data", "verify")
    assert (status, "Nothing is missing" in said) == (0, True), said


def logged(place) -> list[str]:  # noqa: F811
    """Write two entries of a history and put them into the log, as the worker does; how many leaves there are."""
    status, said = tuntas(place / "data", "manage", "shell", "--no-imports", "-c", "; ".join(SEQUENCED))
    assert status == 0, said
    return said.split()
