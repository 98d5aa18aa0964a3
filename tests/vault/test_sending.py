"""Letters go out once each, to the right mailbox, whatever dies or is away in between, and none holds a secret."""

import json
import time
from dataclasses import replace
from datetime import timedelta

import psycopg
import pytest
from django.utils import timezone

from tests.post_office import PostOffice
from tests.vault.rows import (
    NUMBER,
    SARI,
    a_notice,
    a_reporter,
    a_unit,
    an_officer,
    as_owner,
    reread,
    until,
)
from tuntas.identity.models import SealedIdentity
from tuntas.identity.person import Person
from tuntas.notices.models import Notice
from tuntas.organizations.models import Role
from tuntas_vault.retrying import LONGEST_WAIT, MOST_TRIES, wait

pytestmark = pytest.mark.slow


@pytest.fixture
def started(vault):
    vault.once()
    return vault


def unsent():
    with as_owner():
        return Notice.objects.owed().count()


def make_due(notice):
    """Let time pass, for this notice alone."""
    with as_owner():
        Notice.objects.filter(pk=notice.pk).update(not_before=timezone.now(), leased_until=None)


@pytest.mark.threat("T-NOTIF-LEAK")
def test_the_letter_with_the_own_data_says_all_that_the_vault_holds_and_no_other_letter_says_any(started, office):
    """Asked for with the code; discreet letters say nothing of the matter, and this one nothing but the person."""
    withheld = json.dumps({"text": "Bu Guru di Gang Mawar meminta uang."})
    person = replace(SARI, withheld=withheld)
    for template in ("send_own_data", "resolve"):
        a_notice(a_reporter(person), template=template, params={"number": NUMBER, "discreet": True})
    started.once(office)

    own, other = sorted((mail.get_content() for mail in office.mails), key=lambda text: "brankas" not in text)
    for held in (SARI.name, SARI.email, SARI.phone, "> Bu Guru di Gang Mawar meminta uang."):
        assert held in own
        assert held not in other


@pytest.mark.requirement("R004-13")
def test_a_letter_reaches_its_reporter_once(started, office):
    notice = a_notice(
        a_reporter(), template="resolve", params={"number": NUMBER, "holder": "Dinas PU", "note": "Lampu diganti."}
    )
    for _ in range(3):
        started.once(office)

    [mail] = office.mails
    assert office.recipients == [[SARI.email]]
    assert mail["Subject"] == "Ada kabar untuk laporan Anda 123 456 7890-3"
    assert "> Lampu diganti." in mail.get_content()
    assert "https://lapor.example.go.id/lacak" in mail.get_content()
    assert mail["Message-ID"] == f"<notice-{notice.pk}-{int(notice.created_at.timestamp())}@example.go.id>"
    assert reread(notice).sent_at is not None
    assert (notice.failed_at, notice.leased_until, notice.attempts) == (None, None, 1)


def test_a_letter_shows_neither_name_nor_telephone(started, office):
    a_notice(a_reporter())
    started.once(office)

    raw = office.mails[0].as_string()
    assert "Canary-7Q2" not in raw.replace("sari.canary-7Q2@example.org", "")
    assert "0812" not in raw


def test_a_letter_speaks_the_language_of_the_notice(started, office):
    a_notice(a_reporter(), language="en")
    started.once(office)
    assert office.mails[0]["Subject"] == "News on your report 123 456 7890-3"


def test_two_vaults_at_once_send_each_letter_once(started, office):
    reporter = a_reporter()
    notices = [a_notice(reporter) for _ in range(60)]
    runs = [started.start("--once", TUNTAS_SMTP_URL=office.url) for _ in range(2)]
    assert [run.wait(60) for run in runs] == [0, 0]

    assert len(office.mails) == len({mail["Message-ID"] for mail in office.mails}) == len(notices)
    assert unsent() == 0


def test_while_the_mail_server_is_away_letters_wait_and_are_delivered_later(started):
    with PostOffice() as gone:
        url, port = gone.url, gone.port
    notice = a_notice(a_reporter())
    for _ in range(3):
        said = started.ends("--once", status=1, TUNTAS_SMTP_URL=url)
    assert "the mail server is away" in said
    assert (reread(notice).attempts, notice.failed_at) == (0, None)

    with PostOffice(port) as back:
        started.once(back)
        assert len(back.mails) == 1
    assert unsent() == 0


def test_a_running_vault_survives_a_mail_server_that_is_away(started, monkeypatch):
    """And goes on putting identities away meanwhile."""
    with PostOffice() as gone:
        url = gone.url
    a_notice(a_reporter())
    process = started.start(TUNTAS_SMTP_URL=url)
    until(started.keeps(1))
    a_reporter()
    until(started.keeps(2))
    assert process.poll() is None
    process.terminate()
    assert process.wait(20) == 0


def test_without_a_mail_server_letters_wait(started):
    a_notice(a_reporter())
    assert "letters wait" in started.once()
    assert unsent() == 1


def test_a_refused_mailbox_is_given_up_with_its_reason(started, office):
    office.refuse = lambda recipient: "550 no such user"
    notice = a_notice(a_reporter())
    said = started.once(office)

    assert reread(notice).failed_at is not None
    assert notice.error == "recipient refused (550)"
    assert "canary" not in said


def test_a_busy_mailbox_is_tried_again_later_and_not_at_once(started, office):
    office.refuse = lambda recipient: "450 busy"
    notice = a_notice(a_reporter())
    started.once(office)
    started.once(office)

    assert (reread(notice).attempts, notice.failed_at, notice.error) == (1, None, "recipient refused (450)")
    assert notice.not_before > timezone.now()

    office.refuse = lambda recipient: None
    make_due(notice)
    started.once(office)
    assert len(office.mails) == 1


def test_after_many_tries_it_is_given_up(started, office):
    office.refuse = lambda recipient: "450 busy"
    notice = a_notice(a_reporter(), attempts=MOST_TRIES - 1)
    started.once(office)
    assert reread(notice).failed_at is not None


def test_waits_grow_and_end_at_six_hours():
    waits = [wait(n) for n in range(1, MOST_TRIES)]

    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=1)
    assert waits[-1] == LONGEST_WAIT
    assert timedelta(days=2) < sum(waits, timedelta()) < timedelta(days=5)


def test_killed_after_the_servers_yes_the_letter_comes_again_with_the_same_name(started):
    """Nobody can know whether it arrived, so it is sent again, so marked that a mailbox can drop the second."""
    held = []

    def hold_back_the_mark(_mail):
        held.append(psycopg.connect(started.owner_address))
        held[-1].execute("LOCK TABLE notices_notice IN SHARE MODE")

    notice = a_notice(a_reporter())
    with PostOffice(before_taking=hold_back_the_mark) as office:
        process = started.start("--once", TUNTAS_SMTP_URL=office.url)
        until(lambda: office.mails)
        process.kill()
        process.wait()
        end_sessions_of_the_dead(started)
        held[0].close()
        office.before_taking = lambda mail: None
        started.once(office)
        assert len(office.mails) == 1  # the lease of the dead one still stands

        make_due(notice)
        started.once(office)
        assert len(office.mails) == 2
        assert len({mail["Message-ID"] for mail in office.mails}) == 1
    assert unsent() == 0


def end_sessions_of_the_dead(vault):
    """A session that waits for a lock does not notice that its client died, and would carry out what was asked."""
    with psycopg.connect(vault.environment["DATABASE_URL"], autocommit=True) as ours:
        ours.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE application_name = 'tuntas vault' AND datname = current_database()"
        )


def test_killed_before_the_servers_yes_the_letter_arrives_once(started):
    notice = a_notice(a_reporter())
    runs = []
    with PostOffice(before_taking=lambda mail: runs[0].kill()) as office:
        runs.append(started.start("--once", TUNTAS_SMTP_URL=office.url))
        runs[0].wait()
        until(lambda: office.mails)
        office.mails.clear()
        office.before_taking = lambda mail: None
        make_due(notice)
        started.once(office)
        assert len(office.mails) == 1
    assert unsent() == 0


def test_line_breaks_in_a_name_or_an_address_never_make_a_header(started, office):
    a_notice(a_reporter(Person(name="Sari\r\nBcc: evil@example.org", email="sari@example.org")))
    bad = a_notice(a_reporter(Person(name="x", email="sari@example.org\r\nBcc: evil@example.org")))
    started.once(office)

    [mail] = office.mails
    assert mail["Bcc"] is None
    assert "evil" not in mail.as_string()
    assert reread(bad).failed_at is not None


def test_a_reporter_without_an_address_is_not_written_to(started, office):
    notice = a_notice(a_reporter(Person(name="Sari", phone="0812")))
    started.once(office)
    assert (reread(notice).error, office.mails) == ("no_address", [])


def test_a_letter_waits_for_an_identity_that_is_still_on_its_way(started, office):
    reporter = a_reporter()
    with as_owner():
        SealedIdentity.objects.filter(reporter=reporter).update(epoch=9)
    notice = a_notice(reporter)
    started.once(office)
    assert (reread(notice).error, notice.failed_at) == ("not_in_the_vault", None)

    with as_owner():
        SealedIdentity.objects.filter(reporter=reporter).update(epoch=1)
    make_due(notice)
    started.once(office)
    assert len(office.mails) == 1


def test_nothing_goes_out_before_its_time(started, office):
    a_notice(a_reporter(), not_before=timezone.now() + timedelta(hours=1))
    started.once(office)
    assert office.mails == []


def test_a_broken_notice_does_not_stop_the_next(started, office):
    reporter = a_reporter()
    a_notice(reporter, params={})
    for params in ({"number": 5, "holder": ["x"], "due": None}, [], "x", 7):
        a_notice(reporter, params=params)
    a_notice(reporter)
    started.once(office)

    assert [mail["Subject"] for mail in office.mails][-1] == "Ada kabar untuk laporan Anda 123 456 7890-3"
    assert unsent() == 0


@pytest.mark.requirement("R001-13")
def test_the_officers_of_a_unit_get_one_letter_with_all_its_news(started, office):
    unit = a_unit()
    an_officer(unit, "admin")
    an_officer(unit, "penghubung")
    for verb in ("receive", "accept", "object"):
        a_notice(unit, template=verb)
    started.once(office)

    [mail] = office.mails
    assert office.recipients == [["admin@example.go.id", "penghubung@example.go.id"]]
    assert mail["Subject"] == "Ada 3 kabar laporan untuk Anda"
    assert mail.get_content().count("123 456 7890-3") == 3
    assert "admin@" not in mail.as_string()
    assert unsent() == 0


def test_only_those_who_work_there_today_are_written_to(started, office):
    unit, other = a_unit(), a_unit("lain", "Dinas Lain")
    today = timezone.localdate()
    an_officer(unit, "now", valid_to=today)
    an_officer(unit, "gone", valid_to=today - timedelta(days=1))
    an_officer(unit, "soon", valid_from=today + timedelta(days=1))
    an_officer(unit, "locked", is_active=False)
    an_officer(unit, "mute", email="")
    an_officer(other, "elsewhere")
    a_notice(unit)
    started.once(office)
    assert office.recipients == [["now@example.go.id"]]


def test_a_notice_to_the_head_goes_to_the_head_alone(started, office):
    unit = a_unit()
    an_officer(unit, "penghubung")
    an_officer(unit, "kepala", role=Role.UNIT_HEAD)
    a_notice(unit, template="submit", role=Role.UNIT_HEAD)
    started.once(office)
    assert office.recipients == [["kepala@example.go.id"]]


def test_each_unit_gets_its_own_letter(started, office):
    for code in ("satu", "dua"):
        unit = a_unit(code, code, kind="REGIONAL_OFFICE")
        an_officer(unit, code)
        a_notice(unit)
    started.once(office)
    assert sorted(office.recipients) == [["dua@example.go.id"], ["satu@example.go.id"]]


def test_a_unit_without_a_mailbox_reads_its_list_only(started, office):
    notice = a_notice(a_unit())
    started.once(office)
    assert (reread(notice).error, notice.read_at, office.mails) == ("no_address", None, [])


def test_a_unit_is_left_in_peace_after_a_letter(started, office):
    """News that comes right after a letter is gathered for the next one."""
    unit = a_unit()
    an_officer(unit, "admin")
    a_notice(unit)
    process = started.start(TUNTAS_SMTP_URL=office.url)
    until(lambda: office.mails)
    a_notice(unit)
    time.sleep(4)
    assert len(office.mails) == 1
    process.terminate()
    assert process.wait(20) == 0


def test_no_letter_to_officers_holds_what_a_report_says(started, office):
    unit = a_unit()
    an_officer(unit, "admin")
    a_notice(unit, params={"number": NUMBER, "note": "Canary-7Q2 memukul saya", "missing": "Canary-7Q2"})
    started.once(office)
    assert "Canary" not in office.mails[0].as_string()
