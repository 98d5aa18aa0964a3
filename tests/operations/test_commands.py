"""The command line, the doctor and the post office, each by what a person gets from it."""

import asyncio
import mailbox
import smtplib
import socket
import threading
import zipfile
from datetime import date
from pathlib import Path

import pytest

from tests.factories import an_officer, the_state
from tuntas.kernel import doors
from tuntas.kernel.refusals import Refusal
from tuntas.operations import addresses, cli, doctor, post_office, queries, second_persons
from tuntas.operations.folder import DataFolder
from tuntas.organizations.models import Appointment, Role, Unit

ROOT = Path(__file__).resolve().parents[2]


def test_a_refusal_on_the_terminal_says_what_why_and_what_to_do(capsys):
    cli._print_refusal(Refusal("Nothing was loaded.", why="There is no [file].", instead="Give one."))

    said = capsys.readouterr().err
    assert [line.strip() for line in said.splitlines()] == ["✗ Nothing was loaded.", "There is no [file].", "Give one."]


@pytest.mark.parametrize("words", [["kings"], ["load", "kings"], ["import", "file.csv"], []])
def test_words_that_are_no_command_end_with_the_usage(words, capsys):
    with pytest.raises(SystemExit) as end:
        cli.main(words)

    assert end.value.code == cli.REFUSED
    assert "usage: tuntas" in capsys.readouterr().err


def test_the_words_for_packs_are_those_of_the_loaders():
    from tuntas.operations import loading

    assert set(cli.PACKS) == set(loading.PACKS)


def test_a_busy_port_is_refused_and_a_free_one_found(monkeypatch):
    import socket

    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        monkeypatch.setenv("TUNTAS_PORT", str(taken.getsockname()[1]))
        with pytest.raises(addresses.PortBusy, match="--port"), addresses.hold_port("127.0.0.1"):
            pass

    monkeypatch.delenv("TUNTAS_PORT")
    with addresses.hold_port("127.0.0.1") as port:
        assert addresses.is_free("127.0.0.1", port)


def test_two_installations_that_start_at_once_get_two_ports(monkeypatch):
    """Both find a port free before either listens, and the web server would share it (SO_REUSEPORT)."""
    monkeypatch.delenv("TUNTAS_PORT", raising=False)
    with addresses.hold_port("127.0.0.1") as one, addresses.hold_port("127.0.0.1") as other:
        assert one != other
    monkeypatch.setenv("TUNTAS_PORT", str(addresses.any_port()))
    with addresses.hold_port("127.0.0.1"), pytest.raises(addresses.PortBusy), addresses.hold_port("127.0.0.1"):
        pass
    with addresses.hold_port("127.0.0.1") as port:
        assert port, "free once its holder has ended"


def test_the_doctor_names_a_secret_that_others_may_read(tmp_path):
    data = DataFolder(tmp_path)
    for folder in (data.secrets, data.vault):
        folder.mkdir()
    (data.secrets / "code-key").write_text("1")
    (data.secrets / "code-key").chmod(0o644)

    found = next(doctor._keys(data))

    assert found.verdict == doctor.BAD
    assert "code-key" in found.found
    (data.secrets / "code-key").chmod(0o600)
    assert next(doctor._keys(data)).verdict == doctor.GOOD


@pytest.mark.parametrize(
    ("answers", "subject"),
    [
        ({"durable": (False,)}, "Durability"),
        ({"exempt": ("tuntas_web",)}, "Row-level security"),
        ({"checksums": ("off",)}, "Checksums"),
        ({"backup": (False,)}, "Backup role"),
    ],
)
def test_the_doctor_sees_each_weakness_of_a_server(answers, subject):
    from datetime import UTC, datetime

    sound = {
        "version": ("PostgreSQL 18.6 on x",),
        "checksums": ("on",),
        "durable": (True,),
        "now": (datetime.now(UTC),),
        "exempt": (None,),
        "backup": (True,),
        "size": (1,),
    }

    before = {finding.subject: finding.verdict for finding in doctor._about(sound, "embedded")}
    after = {finding.subject: finding.verdict for finding in doctor._about({**sound, **answers}, "embedded")}

    assert set(before.values()) == {doctor.GOOD}
    assert [name for name in after if after[name] != doctor.GOOD] == [subject]


def test_the_doctor_says_when_no_mail_can_go_out(monkeypatch):
    monkeypatch.setenv("TUNTAS_SMTP_URL", f"smtp://127.0.0.1:{addresses.any_port()}")

    assert next(doctor._mail()).verdict == doctor.BAD


def test_the_post_office_keeps_every_letter_and_for_whom_it_was(tmp_path):
    port = addresses.any_port()

    async def send_one() -> None:
        serving = asyncio.create_task(post_office.serve(tmp_path / "outbox", port))
        await asyncio.sleep(0.2)
        await asyncio.to_thread(post)
        serving.cancel()

    def post() -> None:
        with smtplib.SMTP("127.0.0.1", port) as line:
            line.sendmail("tuntas@localhost", ["siti@example.id"], "Subject: Laporan\r\n\r\nSudah diterima.\r\n")

    asyncio.run(send_one())

    (letter,) = mailbox.Maildir(str(tmp_path / "outbox"), create=False)
    assert (letter["Subject"], letter["X-Envelope-To"]) == ("Laporan", "siti@example.id")
    assert letter.get_payload() == "Sudah diterima.\n"


@pytest.mark.slow
def test_the_wheel_carries_what_it_needs_and_nothing_else(tmp_path):
    import subprocess
    import sys

    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", tmp_path, ROOT],
        check=True, capture_output=True,
    )  # fmt: skip
    (wheel,) = tmp_path.glob("tuntas-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()

    needed = {
        "tuntas/web/static/staticfiles.json",
        "tuntas/locale/id/LC_MESSAGES/django.mo",
        "tuntas/packs/areas/areas.csv.gz",
        "tuntas/packs/clocks/default.csv",
        "tuntas_vault/__main__.py",
    }
    assert needed <= set(names)
    assert [name for name in names if name.startswith(("tests/", "tools/", "docs/", "node_modules/"))] == []


def test_the_doctor_knocks_at_the_vaults_door(tmp_path, monkeypatch):
    """A vault that answers, one that hangs up on a user whom it does not know, one that was killed, and none at all."""
    place = tmp_path / "door"
    monkeypatch.setenv("TUNTAS_VAULT_DOOR", str(place))
    monkeypatch.setattr("tuntas.operations.supervisor.running", lambda _data: {"pid": 1})

    def verdict() -> str:
        [found] = second_persons.vault(DataFolder(tmp_path))
        return found.verdict

    assert verdict() == doctor.BAD
    for answer in ({"refused": "unknown"}, None):
        with socket.socket(socket.AF_UNIX) as listening:
            listening.bind(str(place))
            listening.listen(1)
            threading.Thread(target=answers_once, args=(listening, answer)).start()
            assert verdict() == doctor.GOOD
        assert verdict() == doctor.BAD  # killed: its socket lies there still
        place.unlink()


def answers_once(listening: socket.socket, answer: dict[str, str] | None) -> None:
    connection, _address = listening.accept()
    with connection:
        doors.hear(connection)
        if answer:
            doors.say(connection, answer)


@pytest.mark.django_db
@pytest.mark.role("owner")
def test_the_doctor_misses_custodians_and_offices_of_closed_queues():
    from django.db import connection

    def verdicts() -> dict[str, str]:
        found = list(second_persons.appointed(queries.people_missing(connection.connection)))
        assert all(bool(one.remedy) == (one.verdict != doctor.GOOD) for one in found)
        return {one.subject: one.verdict for one in found}

    state = the_state()
    assert list(verdicts().values()) == [doctor.GOOD, doctor.WEAK, doctor.WEAK]  # custodians: province and nation
    for agency in (state.nation, state.province, state.city):
        for kind in ("INSPECTORATE", "WOMEN_AND_CHILDREN"):
            code = f"{kind}-{agency.pk}"
            desk = Unit.objects.create(code=code, slug=code.lower(), name=code, kind=kind, parent=agency)
            assert doctor.WEAK in verdicts().values()  # nobody works there yet
            an_officer(code.lower(), desk, Role.AGENCY_ADMIN)
    assert set(verdicts().values()) == {doctor.GOOD}
    Appointment.objects.filter(unit=state.nation, role=Role.CUSTODIAN).update(valid_to=date(2020, 1, 1))
    assert next(iter(verdicts().values())) == doctor.WEAK
    before = verdicts()
    an_officer("demo-siapa", state.city, Role.LIAISON_OFFICER)
    assert [verdicts()[subject] for subject in verdicts().keys() - before.keys()] == [doctor.WEAK]
