"""What was kept long enough is forgotten; the course of a report, its history and whatever is held stay."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import databases
from tests.factories import LAMP, MONDAY, a_hold, a_person, a_photo, a_report, received, the_state
from tests.public_log import sequence
from tuntas.access.actors import SYSTEM, Actor, acting
from tuntas.followup import dialogue, reporters_word
from tuntas.identity.models import Erasure
from tuntas.kernel.refusals import NotFound, OutOfTurn
from tuntas.ledger.models import Tombstone
from tuntas.privacy import asking, retention
from tuntas.privacy.erasing_content import erase_content
from tuntas.privacy.models import DataRequest
from tuntas.reports.attaching import attach
from tuntas.reports.models import Attachment, Event, PublicCopy, Report, ReportText
from tuntas.reports.states import State
from tuntas.reports.storing import installed

pytestmark = [pytest.mark.django_db, pytest.mark.threat("T-SHRED", "T-PUBLIC-DERIVED")]
YEARS = timedelta(days=366)


@pytest.fixture
def state():
    return the_state()


def erase(report, ground="SUBJECT", **more):
    with databases.role("worker"), acting(SYSTEM):
        return erase_content(Report.objects.get(pk=report.pk), ground=ground, decided_by="Kota Contoh", **more)


def rows(model, report):
    with databases.role("owner"):
        return list(model.objects.filter(report=report).order_by("pk"))


def test_text_place_files_and_public_copy_are_gone_and_the_course_stays(state, django_capture_on_commit_callbacks):
    report = a_report(State.RESOLVED)
    before = [(event.verb, event.at, event.note) for event in rows(Event, report)]
    with databases.role("owner"):
        assert PublicCopy.objects.filter(report=report).exists()

    event = erase(report)

    text = rows(ReportText, report)[0]
    assert (text.title, text.body, text.sealed, text.requested_remedy, text.covered) == ("", "", None, "", [])
    assert rows(PublicCopy, report) == []
    assert [(each.verb, each.at, each.note) for each in rows(Event, report)][:-1] == before
    assert (event.verb, event.facts["ground"]) == ("erase_content", "SUBJECT")
    with databases.role("owner"):
        left = Report.objects.get(pk=report.pk)
        assert (left.place, left.latitude, left.state, left.number) == ("", None, State.RESOLVED, report.number)


def test_files_go_from_the_store_after_the_commit(state, django_capture_on_commit_callbacks):
    report, _receipt = received(person=a_person())
    with acting(Actor.reporter_of(report.pk)):
        event = dialogue.message_office(Report.objects.get(), text="Ini fotonya, saya tinggal di sebelah")
        attach(event.report, a_photo(), by=Attachment.By.REPORTER, event=event)
    file = rows(Attachment, report)[0]
    with django_capture_on_commit_callbacks(execute=True):
        erase(report)

    assert [(each.name, each.key, each.size) for each in rows(Attachment, report)] == [("-", "", 0)]
    with pytest.raises((NotFound, OSError)):
        installed().open(file.key)
    with acting(Actor.reporter_of(report.pk)):
        assert [said.text for said in dialogue.messages_of(Report.objects.get())] == [""]


def test_an_erased_report_can_still_be_opened_by_its_reporter(state, client):
    report, receipt = received(person=a_person())
    erase(report)
    client.post("/lacak", {"code": receipt.code})

    page = client.get("/bantuan/catatan").content.decode()

    assert "Tulisan dan kiriman Anda sudah dihapus." in page
    assert LAMP not in page


def test_a_legal_hold_stops_it(state):
    report, _receipt = received(person=a_person())
    a_hold(report, state.as_national)
    with pytest.raises(OutOfTurn):
        erase(report)

    assert rows(ReportText, report)[0].body == LAMP


def test_a_granted_wish_is_carried_out_by_the_clockwork(state):
    report, _receipt = received(person=a_person())
    with acting(Actor.reporter_of(report.pk)):
        asking.ask(Report.objects.get(), wish="ERASURE", words="")
    with acting(state.as_national):
        request = DataRequest.objects.select_related("report__reporter", "report__holder").get()
        asking.decide(request, decision="GRANTED", reason="Sesuai permintaan", by=state.as_national)
    with databases.role("worker"):
        assert retention.carry_out_wishes() == 1
        assert retention.carry_out_wishes() == 0

    assert rows(ReportText, report)[0].body == ""
    assert rows(DataRequest, report)[0].done_at is not None


# Time travel ------------------------------------------------------------------------------------------------


def finished(state):
    """A report with a person, withdrawn on a Monday: nothing is owed any more."""
    report, _receipt = received(person=a_person())
    with acting(Actor.reporter_of(report.pk)):
        reporters_word.withdraw(Report.objects.get(), at=MONDAY + timedelta(days=1))
    return report


def proposed(now):
    with databases.role("worker"), acting(SYSTEM):
        return [(each.kind, each.is_held) for each in retention.due(now=now)]


def test_the_identity_goes_first_then_the_text_and_an_open_report_keeps_both(state):
    finished(state)
    received(person=a_person())  # open for ever

    assert proposed(MONDAY + timedelta(days=30)) == []
    assert proposed(MONDAY + 1 * YEARS) == []
    assert proposed(MONDAY + 2 * YEARS + timedelta(days=3)) == [("identity", False)]
    assert proposed(MONDAY + 6 * YEARS) == [("identity", False), ("content", False)]


def test_a_month_on_the_clockwork_does_it_and_nothing_is_left_to_propose(state):
    report = finished(state)
    later = MONDAY + 6 * YEARS
    with databases.role("worker"):
        assert retention.carry_out(now=later) == 2
        assert retention.carry_out(now=later) == 0

    with databases.role("owner"):
        assert Erasure.objects.get().ground == "RETENTION"
    assert rows(ReportText, report)[0].body == ""
    assert [event.verb for event in rows(Event, report)] == ["receive", "withdraw", "erase_content"]


def test_a_hold_is_proposed_as_held_and_left_alone(state):
    a_hold(finished(state), state.as_national)
    later = MONDAY + 6 * YEARS

    assert proposed(later) == [("identity", True), ("content", True)]
    with databases.role("worker"):
        assert retention.carry_out(now=later) == 0


def test_the_public_copy_has_a_longer_term_of_its_own(state):
    report = a_report(State.RESOLVED)
    with databases.role("owner"):
        decided = Report.objects.get().decided_at
    with databases.role("worker"):
        retention.carry_out(now=decided + 6 * YEARS)
        assert rows(PublicCopy, report)
        retention.carry_out(now=decided + 11 * YEARS)

    assert rows(PublicCopy, report) == []


def test_on_an_ordinary_day_nothing_is_forgotten(state):
    a_report(State.RESOLVED)

    assert proposed(timezone.now()) == []


def test_the_reporters_own_words_leave_the_history_with_a_tombstone_and_the_log_stays_whole(state, settings, tmp_path):
    settings.ANCHORS = tmp_path  # the newest head is remembered there: of this register alone
    report, _receipt = received(person=a_person())
    with acting(Actor.reporter_of(report.pk)):
        reporters_word.add_details(Report.objects.get(), text="Nama saya Canary-4711")
    with pytest.raises(NotFound):  # not in the public log yet: nothing is erased halfway
        erase(report)
    assert rows(ReportText, report)[0].body == LAMP
    sequence()
    erase(report)

    assert [(event.verb, event.note) for event in rows(Event, report)] == [
        ("receive", ""), ("add_details", ""), ("erase_content", ""),
    ]  # fmt: skip
    with databases.role("owner"):
        assert [stone.decided_by for stone in Tombstone.objects.all()] == ["Kota Contoh"]
