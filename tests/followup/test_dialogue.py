"""Messages between a reporter and those who handle the report: a relay that stops no clock and tells no name."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction

from tests import databases
from tests.factories import MONDAY, a_person, a_photo, a_report, as_, by_reporter, received, the_state, walk
from tests.vault.rows import as_owner
from tuntas.access.actors import Actor, acting
from tuntas.followup import dialogue
from tuntas.followup.models import Mailbox, Message
from tuntas.kernel import numbers
from tuntas.kernel.refusals import Incomplete, NotYours, OutOfTurn
from tuntas.notices.models import Notice
from tuntas.reports.attaching import attach
from tuntas.reports.models import Attachment, Audience, Event, Report
from tuntas.reports.states import FINAL, State
from tuntas.routing import merging

pytestmark = [pytest.mark.django_db, pytest.mark.threat("T-NOTIF-LEAK")]
QUESTION, ANSWER = "Canary-Q7: di tiang nomor berapa?", "Canary-A7: tiang nomor tiga, depan warung."
OPEN = [state for state in State if state not in FINAL]


def asked(report: Report, state, **more) -> Event:
    return as_(state.as_national, dialogue.message_reporter, report, **({"text": QUESTION} | more))


def read(report: Report, actor: Actor) -> list[dialogue.Said]:
    with acting(actor):
        return dialogue.messages_of(Report.objects.get(pk=report.pk))


@pytest.mark.parametrize("at", OPEN)
def test_at_every_open_state_both_may_write_and_nothing_else_moves(at):
    state, report = the_state(), a_report(at)
    with databases.role("owner"):
        before = list(report.clocks.order_by("pk").values())
    asked(report, state)
    event = by_reporter(dialogue.message_office, report, text=ANSWER)

    with databases.role("owner"):
        assert list(report.clocks.order_by("pk").values()) == before
        assert Report.objects.get(pk=report.pk).state == at
    assert (event.from_state, event.to_state, event.audience) == (at, at, Audience.REPORTER)
    assert [said.text for said in read(report, state.as_national)] == [QUESTION, ANSWER]


@pytest.mark.parametrize("at", [state for state in State if state in FINAL and state != State.MERGED])
def test_after_the_end_nobody_writes(at):
    state, report = the_state(), a_report(at)
    with pytest.raises(OutOfTurn):
        asked(report, state)
    with pytest.raises(OutOfTurn):
        by_reporter(dialogue.message_office, report, text=ANSWER)


def test_the_reporter_reads_it_anonymous_or_not_and_answers_with_files():
    state = the_state()
    for is_anonymous in (True, False):
        report, _receipt = received(is_anonymous=is_anonymous, target=state.city.pk, person=a_person())
        asked(report, state, uploads=[a_photo("red")])
        own = Actor.reporter_of(report.pk)
        with acting(own):
            event = dialogue.message_office(Report.objects.get(pk=report.pk), text=ANSWER)
            attach(event.report, a_photo(), by=Attachment.By.REPORTER, event=event)
        for actor in (own, state.as_admin):
            said = read(report, actor)
            assert [(each.by, each.text, len(each.files)) for each in said] == [
                ("OFFICER", QUESTION, 1),
                ("REPORTER", ANSWER, 1),
            ]
            assert [str(each.unit) for each in said] == [str(state.nation), "None"]


def test_the_words_stand_nowhere_in_plain_and_in_no_notice():
    state = the_state()
    report, _receipt = received(target=state.city.pk, person=a_person())
    asked(report, state)
    event = by_reporter(dialogue.message_office, report, text=ANSWER)

    with databases.role("owner"), connection.cursor() as cursor:
        told = list(Notice.objects.filter(event__verb__in=dialogue.RELAY).values_list("to", "template", "params"))
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s', ["%Canary-%7%"])
            assert cursor.fetchone() == (0,), table
    assert {to for to, _template, _params in told} == {"REPORTER", "UNIT"}
    assert all("note" not in params for _to, _template, params in told)
    assert event.note == ""


def test_a_message_moved_to_another_report_does_not_open():
    state, one, two = the_state(), a_report(), a_report()
    asked(one, state)
    with databases.role("owner"):
        Message.objects.update(report=two)
    with pytest.raises(ValueError, match="moved"):
        read(two, state.as_national)


# Read marks ----------------------------------------------------------------------------------------------------------


def marks(report: Report) -> list[bool]:
    with databases.role("owner"):
        return [row.read_at is not None for row in Message.objects.filter(report=report).order_by("pk")]


def test_reading_tells_nothing_until_the_reader_says_so():
    state, report = the_state(), a_report()
    own = Actor.reporter_of(report.pk)
    asked(report, state)
    read(report, own)
    assert marks(report) == [False]

    with acting(own):
        dialogue.mark_read(report, by=own)
    assert marks(report) == [True]


def test_who_answers_has_read():
    state, report = the_state(), a_report()
    asked(report, state)
    by_reporter(dialogue.message_office, report, text=ANSWER)
    assert marks(report) == [True, False]
    asked(report, state)
    assert marks(report) == [True, True, False]


def test_a_mark_is_made_by_the_other_side_and_stays():
    """Also for a client that speaks SQL with the web's rights."""
    state, report = the_state(), a_report()
    asked(report, state)
    own = Actor.reporter_of(report.pk)
    with acting(state.as_national):
        assert Message.objects.update(read_at=MONDAY) == 0
    with acting(own):
        assert Message.objects.update(read_at=MONDAY) == 1
    with pytest.raises(DatabaseError, match="stays read"), acting(own):
        Message.objects.update(read_at=None)
    for change in ({"sealed": b"x"}, {"by": "REPORTER"}):
        with pytest.raises(DatabaseError, match="permission denied"), acting(own):
            Message.objects.update(**change)


# Who may not ---------------------------------------------------------------------------------------------------------


@pytest.mark.threat("SR-55")
def test_who_may_not_see_the_report_sees_no_message_and_writes_none():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    asked(report, state)
    for stranger in (state.as_province_admin, state.as_health_liaison, Actor.reporter_of(a_report().pk)):
        with acting(stranger):
            assert not Message.objects.exists()
    with acting(Actor(kind="public", role="PUBLIC")):
        assert Report.objects.filter(pk=report.pk).exists()
        assert not Message.objects.exists()
    with pytest.raises(NotYours):
        as_(state.as_supervisor, dialogue.message_reporter, report, text="x")


def test_the_reporter_of_a_merged_report_reads_no_message_of_the_one_that_carries_it():
    state, parent, child = the_state(), a_report(State.IN_PROGRESS), a_report(State.AWAITING_VERIFICATION)
    asked(parent, state)
    as_(state.as_national, merging.merge, child, into=parent)
    with acting(Actor.reporter_of(child.pk)):
        assert Report.objects.count() == 2
        assert not Message.objects.exists()


def test_a_message_needs_words_and_holds_no_code():
    state, (report, receipt) = the_state(), received()
    with pytest.raises(Incomplete):
        asked(report, state, text="  ")
    for code in (receipt.code, numbers.spell_code(receipt.code)):
        with pytest.raises(numbers.HoldsCode):
            by_reporter(dialogue.message_office, report, text=f"kode saya {code}")
        with pytest.raises(numbers.HoldsCode):
            asked(report, state, text=f"kode Anda {code}")
    assert marks(report) == []


# The mailbox ---------------------------------------------------------------------------------------------------------


def test_one_visit_at_a_time_and_leaving_ends_only_its_own():
    report = a_report()
    with acting(Actor.reporter_of(report.pk)):
        dialogue.enter(report.pk, "one")
        dialogue.enter(report.pk, "two")
        assert not dialogue.is_in(report.pk, "one")
        dialogue.leave(report.pk, "one")
        assert dialogue.is_in(report.pk, "two")
        dialogue.leave(report.pk, "two")
        assert not dialogue.is_in(report.pk, "two")


@pytest.mark.threat("T-NEUTRAL")
def test_nobody_but_the_reporter_learns_whether_the_mailbox_is_open():
    state, report = the_state(), a_report()
    with acting(Actor.reporter_of(report.pk)):
        dialogue.enter(report.pk, "one")
    for actor in (state.as_national, Actor.reporter_of(a_report().pk)):
        with acting(actor):
            assert not Mailbox.objects.exists()
    with databases.role("worker"), pytest.raises(DatabaseError), transaction.atomic():
        Mailbox.objects.exists()


@pytest.mark.threat("T-NEUTRAL")
def test_a_destroyed_code_opens_nothing_and_the_report_goes_on():
    state, when = the_state(), MONDAY
    report, receipt = received(when, target=state.city.pk)
    walk(report, State.IN_PROGRESS, state, when)
    with acting(Actor.reporter_of(report.pk)):
        dialogue.enter(report.pk, "one")
    event = by_reporter(dialogue.destroy_code, report)

    assert event.audience == Audience.REPORTER
    with databases.role("owner"):
        stored = Report.objects.get(pk=report.pk)
        assert (stored.code_lookup, stored.state) == (None, State.IN_PROGRESS)
        assert Mailbox.objects.get(report=report).visit is None
    with pytest.raises(OutOfTurn):
        by_reporter(dialogue.destroy_code, report)
    with pytest.raises(OutOfTurn) as nobody:
        as_(state.as_liaison, dialogue.message_reporter, report, text=QUESTION)
    assert nobody.value.kept == {"text": QUESTION}
    assert receipt.code


def test_what_was_written_is_in_time_order_with_the_rest_of_the_history():
    state, report = the_state(), a_report()
    asked(report, state, at=MONDAY + timedelta(hours=2))
    by_reporter(dialogue.message_office, report, text=ANSWER, at=MONDAY + timedelta(hours=1))
    with as_owner():
        moments = list(Event.objects.filter(report=report).order_by("pk").values_list("at", flat=True))
    assert moments == sorted(moments)
