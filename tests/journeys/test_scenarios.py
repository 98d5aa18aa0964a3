"""Acceptance scenarios 3, 4 and 6 of handbook 13.1, told with the real verbs; windows in working days."""

from datetime import timedelta

import pytest

from tests.clockwork import pass_time
from tests.factories import (
    MONDAY,
    a_report,
    as_,
    by_reporter,
    fixed,
    received,
    the_state,
    verify,
)
from tuntas.access.actors import Actor, acting
from tuntas.clocks.models import Kind
from tuntas.followup import answering, reporters_word
from tuntas.kernel.refusals import Incomplete, NotYours, OutOfTurn
from tuntas.lifecycle import open_moves
from tuntas.reports.models import Event, Report
from tuntas.reports.states import Finish, State
from tuntas.routing import disposing, transferring, verifying

pytestmark = pytest.mark.django_db
THANKS = "Terima kasih atas laporannya, akan kami tindaklanjuti."


def seen_by_national(report: Report) -> Report:
    with acting(the_state().as_national):
        return Report.objects.select_related("holder", "arbiter").get(pk=report.pk)


def clock(report: Report, kind: str):
    with acting(the_state().as_national):
        return report.clocks.filter(kind=kind).latest("pk")


@pytest.mark.requirement("R004-12", "R004-15", "R004-13")
def test_scenario_3_thanks_is_an_acknowledgement_and_the_clock_keeps_running():
    state, report = the_state(), a_report(State.AWAITING_FOLLOW_UP)
    before = clock(report, Kind.FIRST_RESPONSE)

    as_(state.as_liaison, answering.acknowledge, report, text=THANKS, at=MONDAY + timedelta(hours=5))

    after = clock(report, Kind.FIRST_RESPONSE)
    assert (after.stopped_at, after.due_at) == (None, before.due_at)
    assert seen_by_national(report).state == State.AWAITING_FOLLOW_UP
    with pytest.raises(answering.Blocked) as refusal:
        as_(state.as_liaison, answering.progress, report, answer=answering.Answer(text=THANKS))
    assert refusal.value.kept["text"] == THANKS
    assert str(refusal.value.why)
    assert str(refusal.value.instead)


@pytest.mark.requirement("R001-08", "R001-12")
def test_scenario_4_two_refusals_force_the_superior_to_decide_in_one_working_day():
    state, report = the_state(), a_report(State.AWAITING_FOLLOW_UP)
    resolve = clock(report, Kind.RESOLVE)
    at = MONDAY + timedelta(hours=6)

    as_(state.as_liaison, transferring.offer, report, ground="Bukan jalan kota", proposed=state.transport, at=at)
    assert seen_by_national(report).holder == state.works  # who offers stays holder
    as_(
        state.as_transport_liaison, transferring.refuse, report, ground="Bukan urusan lampu", at=at + timedelta(hours=1)
    )

    now = seen_by_national(report)
    assert now.arbiter == state.city
    arbitration = clock(report, Kind.ARBITRATION)
    assert arbitration.length == 1
    as_(
        state.as_admin,
        transferring.arbitrate,
        report,
        owner=state.transport,
        ground="Perwali 1/2020 pasal 4",
        at=at + timedelta(hours=2),
    )
    now = seen_by_national(report)
    assert (now.state, now.holder) == (State.AWAITING_DISPOSITION, state.transport)
    assert clock(report, Kind.RESOLVE).due_at == resolve.due_at  # never reset
    assert clock(report, Kind.RESOLVE).stopped_at is None
    with acting(Actor.reporter_of(report.pk)):
        told = list(Event.objects.filter(report=report).for_the_reporter().values_list("verb", "note"))
    assert ("offer", "Bukan jalan kota") in told
    assert ("refuse_transfer", "Bukan urusan lampu") in told
    assert ("arbitrate", "Perwali 1/2020 pasal 4") in told
    with acting(state.as_national):
        assert transferring.precedents(report)[0].owner == state.transport
    with pytest.raises(OutOfTurn):
        as_(state.as_transport_liaison, transferring.offer, report, ground="Bukan", proposed=state.works)


@pytest.mark.requirement("R001-08")
def test_one_working_day_of_silence_is_acceptance():
    state, report = the_state(), a_report(State.TRANSFER_REQUESTED)

    pass_time(clock(report, Kind.TRANSFER_DECISION).due_at)

    now = seen_by_national(report)
    assert (now.state, now.holder) == (State.AWAITING_DISPOSITION, state.transport)


def test_a_superior_who_is_silent_loses_the_decision_to_the_next():
    state, report = the_state(), a_report(State.AWAITING_FOLLOW_UP)
    as_(state.as_liaison, transferring.offer, report, ground="Tidak tahu siapa", proposed=None)
    assert seen_by_national(report).arbiter == state.city

    pass_time(clock(report, Kind.ARBITRATION).due_at)

    assert seen_by_national(report).arbiter == state.province


@pytest.mark.requirement("R003-14")
def test_scenario_6_completed_on_day_nine_resumes_with_the_time_it_had():
    state, (report, _receipt) = the_state(), received(target=the_state().city.pk)
    due = clock(report, Kind.VERIFY).due_at
    asked = MONDAY + timedelta(hours=1)
    as_(state.as_admin, verifying.ask, report, missing=["Nama jalan"], at=asked)

    by_reporter(reporters_word.complete, report, text="Jalan Contoh nomor 3", at=asked + timedelta(days=11))  # day 9

    now, verify_clock = seen_by_national(report), clock(report, Kind.VERIFY)
    assert now.state == State.AWAITING_VERIFICATION
    assert verify_clock.paused_at is None
    # Monday's report was due on Thursday; nine working days of pause move that by nine working days.
    assert verify_clock.due_at == due + timedelta(days=13)


@pytest.mark.requirement("R003-14")
def test_scenario_6_silence_archives_on_day_ten_and_day_thirty_revives():
    state, (report, _receipt) = the_state(), received(target=the_state().city.pk)
    as_(state.as_admin, verifying.ask, report, missing=["Nama jalan"], at=MONDAY + timedelta(hours=1))
    window = clock(report, Kind.REPORTER_WINDOW).due_at
    assert window == MONDAY.replace(hour=17) + timedelta(days=14)  # the end of the tenth working day, 24:00 in Jakarta

    pass_time(window - timedelta(seconds=1))
    assert seen_by_national(report).state == State.PENDING_INFO
    pass_time(window)

    assert seen_by_national(report).state == State.ARCHIVED
    by_reporter(reporters_word.revive, report, text="Jalan Contoh nomor 3", at=MONDAY + timedelta(days=30))
    now = seen_by_national(report)
    assert now.state == State.AWAITING_VERIFICATION
    assert clock(report, Kind.VERIFY).stopped_at is None


@pytest.mark.requirement("R000-13", "R003-04", "R004-14", "R004-17", "R004-21")
def test_the_whole_line_from_a_street_light_to_the_last_word():
    state, (report, _receipt) = the_state(), received()  # no agency chosen: the national queue
    assert report.holder == state.nation
    at = MONDAY + timedelta(hours=1)
    verify(report, state, at)
    as_(state.as_admin, disposing.dispose, report, lead=state.works, supporting=[state.transport], at=at)
    as_(state.as_liaison, transferring.offer, report, ground="Lampu pada Dishub", proposed=state.transport, at=at)
    as_(state.as_transport_liaison, transferring.refuse, report, ground="Tiang milik PU", at=at)
    as_(state.as_admin, transferring.arbitrate, report, owner=state.works, ground="Tiang milik PU", at=at)
    assert seen_by_national(report).state == State.AWAITING_FOLLOW_UP
    as_(state.as_liaison, answering.acknowledge, report, text=THANKS, at=at)
    as_(state.as_liaison, answering.resolve, report, answer=fixed(), at=at + timedelta(days=7))
    assert seen_by_national(report).state == State.RESOLUTION_PROPOSED

    by_reporter(reporters_word.object_to, report, reason="Masih mati", at=at + timedelta(days=8))
    assert seen_by_national(report).state == State.IN_PROGRESS
    again = fixed(text="Kabel bawah tanah diganti 14 Oktober 2026 oleh regu Dinas PU; lampu sudah diuji dan menyala.")
    with acting(state.as_liaison):
        answering.resolve(report, again, by=state.as_liaison, at=at + timedelta(days=9))
    assert seen_by_national(report).state == State.IN_PROGRESS  # only a draft: the head looks a second time
    as_(state.as_head, answering.approve, report, at=at + timedelta(days=9))
    by_reporter(reporters_word.accept, report, clear=5, on_target=5, at=at + timedelta(days=10))

    done = seen_by_national(report)
    assert (done.state, done.finish, done.outcome) == (State.RESOLVED, Finish.ACCEPTED, "FIXED")


def test_silence_finishes_apart_from_acceptance():
    report = a_report(State.RESOLUTION_PROPOSED)

    pass_time(clock(report, Kind.REPORTER_REPLY).due_at)

    done = seen_by_national(report)
    assert (done.state, done.finish) == (State.RESOLVED, Finish.SILENCE)


@pytest.mark.requirement("R004-14", "R003-14")
def test_an_answer_without_evidence_is_refused_in_words_and_keeps_the_text():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    with pytest.raises(Incomplete) as refusal:
        as_(state.as_liaison, answering.resolve, report, answer=fixed(proofs=()))
    assert "photos_before" in refusal.value.kept["lacks"]
    assert refusal.value.kept["text"]


def test_a_planned_date_brings_the_report_back_by_itself():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    plan = answering.Answer(
        text="Suku cadang lampu dipesan 7 Oktober 2026 dan dipasang regu kami pada 9 November 2026 di depan Pasar Contoh.",
        kind="DECISION",
        outcome="PLANNED_WITH_DATE",
        planned_for=(MONDAY + timedelta(days=35)).date(),
    )
    as_(state.as_liaison, answering.resolve, report, answer=plan, at=MONDAY + timedelta(days=2))
    pass_time(clock(report, Kind.REPORTER_REPLY).due_at)
    assert seen_by_national(report).state == State.RESOLVED

    pass_time(clock(report, Kind.PROMISE).due_at)

    back = seen_by_national(report)
    assert (back.state, back.is_reopened, back.finish) == (State.AWAITING_FOLLOW_UP, True, "")


def test_another_agency_can_neither_see_nor_answer():
    state, report = the_state(), a_report(State.AWAITING_FOLLOW_UP)
    stranger = state.as_province_works_liaison
    with acting(stranger):
        assert not Report.objects.filter(pk=report.pk).exists()
        assert open_moves(report, stranger) == []
    with pytest.raises((NotYours, Report.DoesNotExist)):
        as_(stranger, answering.acknowledge, report, text="Halo")


def test_what_the_reporter_said_on_the_telephone_is_written_down_and_the_clock_goes_on():
    state, report = the_state(), a_report(State.PENDING_INFO)

    as_(state.as_admin, verifying.complete_for, report, text="Pelapor menelepon: Jalan Contoh 3.", at=MONDAY)

    assert seen_by_national(report).state == State.AWAITING_VERIFICATION
    assert clock(report, Kind.VERIFY).paused_at is None
    assert clock(report, Kind.REPORTER_WINDOW).stopped_at is not None
