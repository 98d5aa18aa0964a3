"""T-REVEAL-4EYES: nobody learns an identity alone, and none is opened without a trace.

The real vault process, its real door, the real databases. Each attack is one that somebody in the handling agency, or
whoever administers its case database, could try.
"""

import json
import os
import socket
import subprocess
import sys
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from tests import databases
from tests.disclosure.scenes import SARI, WITHHELD, a_case, asked, decided, emergency, granted, read
from tests.factories import an_officer
from tests.vault.conftest import empty_vault, office, vault  # noqa: F401 - fixtures
from tuntas.access.actors import Actor, acting
from tuntas.access.models import SecurityEntry
from tuntas.disclosure import deciding, opening, sealing
from tuntas.disclosure.models import Disclosure, Opening
from tuntas.disclosure.opening import VaultAway
from tuntas.kernel import doors
from tuntas.kernel.refusals import Incomplete, NotYours, OutOfTurn, Refusal
from tuntas.notices.models import Notice
from tuntas.organizations.models import Appointment, Officer, Role, Unit
from tuntas.reports.models import Event, Report

pytestmark = [pytest.mark.slow, pytest.mark.threat("T-REVEAL-4EYES")]


@pytest.fixture
def scene(vault):  # noqa: F811
    """A case whose identity lies in the vault, and the vault's door open."""
    vault.once()
    case = a_case()
    vault.once()
    vault.opens()
    return SimpleNamespace(vault=vault, **vars(case))


def look(scene, request: Disclosure, *, by: Actor | None = None, at: datetime | None = None):
    by = by or scene.liaison
    with acting(by):
        return opening.open_identity(read(request, by), by=by, at=at)


def openings(scene) -> int:
    return scene.vault.rows("SELECT count(*) FROM tuntas_vault_opening")[0][0]


def events(scene, verb: str = "open_identity") -> list[Event]:
    with databases.role("owner"):
        return list(Event.objects.filter(report=scene.report, verb=verb))


def denied(what: str) -> list[int | None]:
    """Who left this line in the security log, which stands although all else was rolled back."""
    with databases.role("owner"):
        found = SecurityEntry.objects.filter(kind="disclosure_denied", facts__what=what)
        return list(found.order_by("pk").values_list("officer", flat=True))


def knock(scene, words: object) -> dict:
    """What the door says to our own user."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection_, doors.reachable(scene.vault.door) as address:
        connection_.settimeout(10)
        connection_.connect(address)
        connection_.sendall((words if isinstance(words, str) else json.dumps(words)).encode() + b"\n")
        return json.loads(connection_.makefile("rb").readline() or b"{}")


def as_superuser(sql: str, *values: object, lift: bool = False) -> None:
    """What an administrator of the case database writes, past grants, policies and, with `lift`, triggers."""
    with databases.role("owner"), connection.cursor() as cursor:
        if lift:
            cursor.execute("ALTER TABLE disclosure_disclosure DISABLE TRIGGER disclosure_is_guarded")
        cursor.execute(sql, values)
        if lift:
            cursor.execute("ALTER TABLE disclosure_disclosure ENABLE TRIGGER disclosure_is_guarded")


def refused(scene, request: Disclosure, code: str) -> None:
    """The vault says no, and nothing was opened or told."""
    before = openings(scene), len(events(scene))
    assert knock(scene, {"open": str(request.uuid)}) == {"refused": code}
    assert (openings(scene), len(events(scene))) == before


# The one way that works ----------------------------------------------------------------------------------------------


def test_two_persons_of_two_organisations_open_it_and_the_reporter_reads_that_it_was_opened(scene):
    request = granted(scene)
    person = look(scene, request)

    assert (person.name, person.email, person.phone) == (SARI["name"], SARI["email"], SARI["phone"])
    [event] = events(scene)
    assert (event.audience, event.actor_kind, event.facts["asker"]) == (
        "REPORTER",
        "system",
        "Dinas Pekerjaan Umum Kota Contoh",
    )
    assert event.from_state == event.to_state == scene.report.state
    with databases.role("owner"):
        told = Notice.objects.filter(event=event)
        assert {(n.to, n.role) for n in told} == {("REPORTER", ""), ("UNIT", Role.CUSTODIAN)}
        assert Report.objects.get(pk=scene.report.pk).last_event_id == event.pk
    [(report, reporter, told_at)] = scene.vault.rows(
        "SELECT report_uuid, reporter_uuid, told_at FROM tuntas_vault_opening"
    )
    assert report == scene.report.uuid
    assert reporter
    assert told_at
    assert "anary" not in f"{person} {person!r} {[person]}"
    assert person.withheld == ()  # nobody asked for the words that were taken out

    more = look(scene, granted(scene, with_withheld=True))
    assert more.withheld == (WITHHELD,)
    assert [event.facts["withheld"] for event in events(scene)] == [False, True]
    with databases.role("owner"), pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Disclosure.objects.update(with_withheld=False)


def test_what_was_opened_stands_in_no_database_and_in_no_log(scene):
    look(scene, granted(scene))
    from tests.vault.test_draining import case_database, dump

    process = scene.vault.running[-1]
    process.terminate()
    said, _nothing = process.communicate(timeout=20)
    for shown in (case_database(scene.vault), dump(scene.vault.address).decode(), said):
        assert "anary" not in shown
        assert SARI["phone"] not in shown
    assert "opening" in said


def test_an_emergency_opens_at_once_and_the_nation_hears_of_the_opening(scene):
    assert look(scene, emergency(scene)).name == SARI["name"]
    with databases.role("owner"):
        told = Notice.objects.filter(template="open_identity", to="UNIT").values_list("unit__code", "role")
        assert set(told) == {("province", Role.CUSTODIAN), ("nation", "")}


def test_a_protected_reporters_letter_of_an_opening_says_only_that_there_is_news(vault):  # noqa: F811
    vault.once()
    case = a_case(is_confidential=True)
    vault.once()
    vault.opens()
    look(SimpleNamespace(vault=vault, **vars(case)), granted(case))
    with databases.role("owner"):
        params = Notice.objects.get(template="open_identity", to="REPORTER").params
    assert params == {"number": case.report.number, "discreet": True}


# Persons -------------------------------------------------------------------------------------------------------------


def test_a_custodian_of_the_same_agency_decides_nothing(scene):
    with databases.role("owner"):
        colleague = an_officer("city-custodian", scene.state.city, Role.CUSTODIAN)
    request = asked(scene)
    with acting(colleague):
        assert not Disclosure.objects.exists()  # it was not put before them, so they do not even see it
    with pytest.raises((Incomplete, Disclosure.DoesNotExist)):
        decided(request, colleague)
    # Put before them by hand, past every rule but the trigger: the database refuses the decision itself.
    as_superuser(
        "UPDATE disclosure_disclosure SET custodian_id = %s WHERE id = %s", scene.state.city.pk, request.pk, lift=True
    )
    with pytest.raises(Incomplete):
        decided(request, colleague)
    assert denied("not_two") == [colleague.officer]
    with acting(colleague), pytest.raises(DatabaseError, match="another organisation"), transaction.atomic():
        Disclosure.objects.filter(pk=request.pk).update(
            decision="GRANTED", decided_by=colleague.appointment, decided_at=timezone.now(),
            opens_until=timezone.now() + timedelta(hours=1),
        )  # fmt: skip
    refused(scene, request, "unknown")


def test_nobody_approves_their_own_request_in_a_second_appointment_or_a_second_account(scene):
    with databases.role("owner"):
        officer = Officer.objects.get(pk=scene.liaison.officer)
        second = Appointment.objects.create(
            officer=officer, unit=scene.state.province, role=Role.CUSTODIAN, valid_from=date(2019, 1, 1)
        )
        twin = an_officer("twin", scene.state.province, Role.CUSTODIAN)
        Officer.objects.filter(pk=twin.officer).update(name=officer.name)
    request = asked(scene)
    for actor in (Actor.appointed(second), twin):
        with pytest.raises(Incomplete):
            decided(request, actor)
        with acting(actor), pytest.raises(DatabaseError, match="another organisation"), transaction.atomic():
            Disclosure.objects.filter(pk=request.pk).update(
                decision="GRANTED", decided_by=actor.appointment, decided_at=timezone.now(),
                opens_until=timezone.now() + timedelta(hours=1),
            )  # fmt: skip
    refused(scene, request, "unknown")
    assert decided(request, scene.custodian).decision == "GRANTED"


def test_the_asker_alone_opens_and_not_a_colleague_nor_the_custodian(scene):
    request = granted(scene)
    for other in (scene.state.as_head, scene.state.as_admin, scene.custodian):
        with pytest.raises(NotYours):
            look(scene, request, by=other)
    assert openings(scene) == 0
    assert denied("not_yours") == [scene.state.as_head.officer, scene.state.as_admin.officer, scene.custodian.officer]


def test_nobody_decides_in_the_name_of_another(scene):
    """Signed in as the liaison, with web's own rights: the custodian's decision cannot be written."""
    request = asked(scene)
    with acting(scene.liaison), pytest.raises(DatabaseError, match="in the name of another"), transaction.atomic():
        Disclosure.objects.filter(pk=request.pk).update(
            decision="GRANTED", decided_by=scene.custodian.appointment, decided_at=timezone.now(),
            opens_until=timezone.now() + timedelta(hours=1),
        )  # fmt: skip


# Time and number -----------------------------------------------------------------------------------------------------


def test_neither_before_a_decision_nor_after_its_time_nor_more_often_than_allowed(scene):
    request = asked(scene)
    refused(scene, request, "unknown")
    old = decided(request, scene.custodian, at=timezone.now() - timedelta(hours=23))
    assert look(scene, old).name == SARI["name"]
    expired = decided(
        asked(scene, at=timezone.now() - timedelta(hours=30)), scene.custodian, at=timezone.now() - timedelta(hours=26)
    )
    refused(scene, expired, "not_now")
    with pytest.raises(OutOfTurn):
        look(scene, expired)
    fresh = granted(scene)
    for _time in range(3):
        look(scene, fresh)
    with pytest.raises(OutOfTurn):
        look(scene, fresh)
    refused(scene, fresh, "used_up")
    assert (denied("not_now"), denied("used_up")) == ([scene.liaison.officer], [scene.liaison.officer])


def test_a_refused_and_a_withdrawn_request_open_nothing(scene):
    request = asked(scene)
    decided(request, scene.custodian, deciding.refuse, answer="Tidak perlu.")
    refused(scene, request, "unknown")


# Rows that somebody wrote --------------------------------------------------------------------------------------------


def test_a_decision_for_one_report_opens_no_other(scene):
    """The administrator of the case database moves a true decision to the report that he wants to know about."""
    request, other = granted(scene), a_case()
    scene.vault.ends("--once")
    as_superuser(
        "UPDATE disclosure_disclosure SET report_id = %s WHERE id = %s", other.report.pk, request.pk, lift=True
    )
    refused(scene, request, "forged")


def test_a_decision_altered_past_the_trigger_is_not_recognised(scene):
    for change in (
        "opens_until = opens_until + interval '1 day'",
        "reason = 'lain'",
        "decided_by_id = asked_by_id",
        "seal = NULL",
        "seal = decode(repeat('00', 64), 'hex')",
    ):
        request = granted(scene)
        as_superuser(f"UPDATE disclosure_disclosure SET {change} WHERE id = %s", request.pk, lift=True)
        refused(scene, request, "forged")


def test_a_whole_decision_written_by_the_databases_administrator_opens_nothing(scene):
    """He forges the request, the custodian's yes and the time box; he lacks the key that lies outside the database."""
    now = timezone.now()
    with databases.role("owner"), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE disclosure_disclosure DISABLE TRIGGER disclosure_is_guarded")
        forged = Disclosure(
            report=Report.objects.get(pk=scene.report.pk), asked_by_id=scene.liaison.appointment, asked_at=now,
            ground="LEGAL_DUTY", reason="x", hours=24, custodian=Unit.objects.get(code="province"), lapses_at=now,
            decision="GRANTED", decided_by_id=scene.custodian.appointment, decided_at=now,
            opens_until=now + timedelta(hours=1),
        )  # fmt: skip
        forged.seal = sealing.warrant_of(forged).sign(b"k" * 32)
        forged.save()
        cursor.execute("ALTER TABLE disclosure_disclosure ENABLE TRIGGER disclosure_is_guarded")
    refused(scene, forged, "forged")


def test_the_vault_counts_the_persons_itself_even_when_web_signed(scene, settings):
    """Web was taken over and signs what it likes; the custodian is still another person of another agency."""
    request = granted(scene)
    with databases.role("owner"):
        Officer.objects.filter(pk=scene.custodian.officer).update(name="Petugas contoh liaison")
    refused(scene, request, "not_two")


def test_as_web_a_request_never_begins_decided_and_is_never_altered(scene):
    request = granted(scene)
    with acting(scene.liaison):
        for change in ({"opens_until": timezone.now() + timedelta(days=3)}, {"decision": ""}):
            with pytest.raises(DatabaseError), transaction.atomic():
                Disclosure.objects.filter(pk=request.pk).update(**change)
        request.pk, request.uuid = None, scene.report.uuid
        with pytest.raises(DatabaseError), transaction.atomic():
            request.save(force_insert=True)
        with pytest.raises(DatabaseError), transaction.atomic():
            Opening.objects.all()._raw_delete("default")


# The door ------------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_a_stranger_at_the_door_gets_no_answer(scene):
    """Even when the file's rights would let him: the kernel says who he is."""
    request = granted(scene)
    scene.vault.door.chmod(0o666)
    for folder in scene.vault.door.parents:
        if folder.owner() == "root" and str(folder) != "/":
            folder.chmod(folder.stat().st_mode | 0o011)
    script = (
        "import os, socket, sys\n"
        "os.setgid(65534); os.setuid(65534)\n"
        "s = socket.socket(socket.AF_UNIX); s.settimeout(5); s.connect(sys.argv[1])\n"
        "s.sendall(sys.argv[2].encode() + b'\\n')\n"
        "print(repr(s.recv(1000)))\n"
    )
    with doors.reachable(scene.vault.door) as address:
        stranger = subprocess.run(
            [sys.executable, "-c", script, address, json.dumps({"open": str(request.uuid)})],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert stranger.stdout.strip() in {"b''", ""}, stranger
    assert "Canary" not in stranger.stdout
    assert openings(scene) == 0
    assert look(scene, request).name == SARI["name"]


NONSENSE = [
    "", "{", "[]", '"open"', "{}", '{"open": null}', '{"open": "1 OR 1=1"}', '{"close": 1}', "x" * 20_000,
    '{"open": {"a": 1}}', '{"reseal": "x", "bytes": 99999999999}', '{"reseal": "x", "bytes": -1}',
]  # fmt: skip


def test_nonsense_at_the_door_is_refused_and_the_next_caller_is_served(scene):
    for words in NONSENSE:
        try:
            answer = knock(scene, words)
        except (OSError, ValueError):
            answer = {}
        assert answer in ({}, {"refused": "unknown"}, {"refused": "unreadable"}, {"refused": "fault"}), words
        assert knock(scene, {"open": str(scene.report.uuid)}) == {"refused": "unknown"}
    assert openings(scene) == 0


def test_the_socket_is_for_its_group_alone(scene):
    assert oct(scene.vault.door.stat().st_mode & 0o777) == "0o660"


def test_with_the_vault_down_the_officer_is_told_so_and_nothing_is_lost(scene):
    request = granted(scene)
    scene.vault.end()
    with pytest.raises(VaultAway) as away:
        look(scene, request)
    assert isinstance(away.value, Refusal)
    assert away.value.status == 503
    assert str(away.value.instead)
    a_case()  # intake and the offices go on
    scene.vault.opens()
    assert look(scene, request).name == SARI["name"]


def test_killed_between_its_own_log_and_the_history_the_vault_tells_it_later(scene):
    """An opening is written down in the vault; the case database hears of it at the latest when the vault is back."""
    request = granted(scene)
    scene.vault.end()
    scene.vault.rows(
        "INSERT INTO tuntas_vault_opening (uuid, \"grant\", report_uuid, reporter_uuid, at)"
        " VALUES (gen_random_uuid(), %s, %s, %s, now() - interval '1 minute') RETURNING 1",
        request.uuid, scene.report.uuid, scene.report.uuid,
    )  # fmt: skip
    scene.vault.once()
    scene.vault.once()
    assert len(events(scene)) == 1
    assert scene.vault.rows("SELECT count(*) FROM tuntas_vault_opening WHERE told_at IS NULL") == [(0,)]


def test_a_reporter_who_was_forgotten_is_not_opened(scene):
    from tuntas.identity import erasing

    request = granted(scene)
    own = Actor.reporter_of(scene.report.pk)
    with acting(own):
        erasing.ask(Report.objects.get(pk=scene.report.pk).reporter, ground="SUBJECT", by=own)
    scene.vault.ends("--once")
    refused(scene, request, "nothing")
