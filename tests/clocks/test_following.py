"""The clocks of a report that is walked by the real verbs: pauses, shared limits, promises, owners and their calendars.

MONDAY is Monday 5 October 2026, 09:00 in Jakarta; no holiday follows that month. A day ends at 17:00 in Greenwich.
"""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests import databases
from tests.clocks.october import clock, day, end_of, now, six_days_in_jayapura
from tests.clockwork import pass_time
from tests.factories import (
    MONDAY,
    a_person,
    a_report,
    as_,
    by_reporter,
    fixed,
    the_state,
    verify,
)
from tuntas.clocks import following
from tuntas.clocks.models import Kind, Policy
from tuntas.clocks.policies import calendar_of
from tuntas.clocks.recomputing import recompute_running
from tuntas.followup import answering, overseeing, reporters_word
from tuntas.followup.answering import Answer
from tuntas.notices.models import Notice
from tuntas.organizations.models import Holiday, Role, Supervision, WorkingCalendar
from tuntas.reports.models import Event, Report
from tuntas.reports.states import State
from tuntas.routing import disposing, merging, transferring
from tuntas.timekeeping import note_new_deadlines

pytestmark = pytest.mark.django_db


def ledger(report: Report, kind: str) -> list[tuple[str, bool, bool]]:
    """(why, counted, ended) of each pause, oldest first."""
    with databases.role("owner"):
        pauses = clock(report, kind).pauses.order_by("pk")
        return [(pause.reason, pause.counted, pause.ended_at is not None) for pause in pauses]


def question_and_reply(report: Report, asked: datetime, answered: datetime) -> None:
    as_(the_state().as_liaison, answering.question, report, text="Tiang nomor berapa?", at=asked)
    by_reporter(reporters_word.reply, report, text="Nomor tiga.", at=answered)


# Pauses --------------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R003-14")
def test_the_first_two_questions_move_the_deadline_and_the_third_does_not():
    report = a_report(State.IN_PROGRESS)
    assert clock(report, Kind.RESOLVE).due_at == end_of(23)  # fourteen working days after Monday the 5th

    question_and_reply(report, day(7), day(9))  # Thursday and Friday rest
    assert clock(report, Kind.RESOLVE).due_at == end_of(27)
    question_and_reply(report, day(12), day(13))  # Tuesday rests
    assert clock(report, Kind.RESOLVE).due_at == end_of(28)
    question_and_reply(report, day(14), day(21))

    assert clock(report, Kind.RESOLVE).due_at == end_of(28)
    assert ledger(report, Kind.RESOLVE) == [
        ("question", True, True),
        ("question", True, True),
        ("question", False, True),
    ]
    assert now(report).questions == 3
    assert now(report).due_at == end_of(28)


def test_while_a_question_is_open_the_settlement_rests_and_the_reporters_time_runs():
    report = a_report(State.AWAITING_REPORTER)

    resolve, window = clock(report, Kind.RESOLVE), clock(report, Kind.REPORTER_WINDOW)
    assert resolve.paused_at is not None
    assert resolve.stopped_at is None
    assert now(report).due_at == window.due_at == end_of(19)
    pass_time(end_of(19))
    assert now(report).state == State.IN_PROGRESS
    assert clock(report, Kind.RESOLVE).paused_at is None
    assert now(report).due_at == clock(report, Kind.RESOLVE).due_at > resolve.due_at


def test_a_question_rests_the_heads_duties_too():
    state, report = the_state(), a_report(State.RESOLUTION_PROPOSED)
    by_reporter(reporters_word.object_to, report, reason="Masih mati", at=day(14))
    due = clock(report, Kind.SECOND_LOOK).due_at
    as_(state.as_head, answering.question, report, text="Tiang nomor berapa?", at=day(15))
    assert clock(report, Kind.SECOND_LOOK).paused_at is not None

    by_reporter(reporters_word.reply, report, text="Nomor tiga.", at=day(19))  # Friday and Monday rested

    assert clock(report, Kind.SECOND_LOOK).paused_at is None
    assert clock(report, Kind.SECOND_LOOK).due_at == due + timedelta(days=2)


def test_a_clock_that_is_stopped_while_it_rests_leaves_no_open_pause():
    report = a_report(State.AWAITING_REPORTER)
    by_reporter(reporters_word.withdraw, report, at=day(8))
    resolve = clock(report, Kind.RESOLVE)
    assert (resolve.paused_at, resolve.fire_at, resolve.stopped_by) == (None, None, "withdraw")
    assert ledger(report, Kind.RESOLVE) == [("question", True, True)]
    assert now(report).due_at is None


def test_a_limit_in_calendar_days_gains_the_days_of_its_pauses():
    the_state()
    with databases.role("owner"):
        Policy.objects.filter(stage="resolve", report_class="").update(counting="calendar", length=20)
    report = a_report(State.IN_PROGRESS)
    assert clock(report, Kind.RESOLVE).due_at == end_of(25)

    question_and_reply(report, day(7), day(12))  # five days, a weekend among them

    assert clock(report, Kind.RESOLVE).due_at == end_of(30)


# The limit that disposition shares with verification -----------------------------------------------------------------


@pytest.mark.requirement("R003-14")
def test_disposition_has_what_verification_left_of_the_three_days():
    report = a_report(State.AWAITING_DISPOSITION)

    dispose = clock(report, Kind.DISPOSE)
    assert (dispose.due_at, dispose.length, dispose.started_at) == (end_of(8), 3, MONDAY + timedelta(hours=1))
    assert clock(report, Kind.VERIFY).stopped_by == "verify"


@pytest.mark.parametrize(("verified", "due", "length"), [(7, 8, 1), (8, 9, 1), (12, 13, 1), (9, 12, 1)])
def test_somebody_elses_lateness_leaves_one_working_day(verified, due, length):
    state, report = the_state(), a_report()
    verify(report, state, day(verified))
    assert (clock(report, Kind.DISPOSE).due_at, clock(report, Kind.DISPOSE).length) == (end_of(due), length)


def test_a_merge_that_is_undone_gives_the_shared_limit_no_day_that_it_had_not():
    state = the_state()
    report, other = a_report(), a_report(State.AWAITING_FOLLOW_UP)
    verify(report, state, day(7))
    assert clock(report, Kind.DISPOSE).due_at == end_of(8)

    as_(state.as_admin, merging.merge, report, into=other, at=day(7, 11))
    as_(state.as_admin, merging.unmerge, report, reason="Lain tempat", at=day(7, 12))

    assert clock(report, Kind.DISPOSE).due_at == end_of(8)


# Merging -------------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R001-07")
def test_a_merge_that_is_undone_goes_on_with_the_time_that_was_left():
    state, report, other = the_state(), a_report(State.AWAITING_FOLLOW_UP), a_report(State.AWAITING_FOLLOW_UP)
    first, resolve = clock(report, Kind.FIRST_RESPONSE), clock(report, Kind.RESOLVE)

    as_(state.as_admin, merging.merge, report, into=other, at=day(6))
    assert now(report).due_at is None
    with databases.role("owner"):
        assert not report.clocks.running().exists()
    pass_time(day(30))
    assert now(report).escalation == 0  # what rests does not ring
    as_(state.as_admin, merging.unmerge, report, reason="Lain tempat", at=day(30))

    rested = 18  # working days from the 7th to the 30th
    assert clock(report, Kind.FIRST_RESPONSE).due_at == calendar_of(state.city).extend(first.due_at, rested)
    assert clock(report, Kind.RESOLVE).due_at == calendar_of(state.city).extend(resolve.due_at, rested)
    assert clock(report, Kind.RESOLVE).started_at == resolve.started_at
    assert now(report).state == State.AWAITING_FOLLOW_UP
    assert now(report).due_at == clock(report, Kind.FIRST_RESPONSE).due_at


def test_undoing_a_merge_does_not_end_the_pause_of_a_question():
    state, report, other = the_state(), a_report(State.AWAITING_REPORTER), a_report(State.AWAITING_FOLLOW_UP)
    as_(state.as_admin, merging.merge, report, into=other, at=day(6))

    as_(state.as_admin, merging.unmerge, report, reason="Lain tempat", at=day(8))

    assert ledger(report, Kind.RESOLVE) == [("question", True, False)]
    assert clock(report, Kind.RESOLVE).paused_at is not None
    assert clock(report, Kind.REPORTER_WINDOW).paused_at is None
    by_reporter(reporters_word.reply, report, text="Nomor tiga.", at=day(9))
    assert clock(report, Kind.RESOLVE).due_at == end_of(29)  # asked on Monday, so Tuesday to Friday rested


# Promises ------------------------------------------------------------------------------------------------------------


def a_plan(for_day: date) -> Answer:
    return Answer(
        text="Suku cadang lampu dipesan 7 Oktober 2026 dan dipasang regu kami di depan Pasar Contoh pada tanggal itu.",
        kind="DECISION",
        outcome="PLANNED_WITH_DATE",
        planned_for=for_day,
    )


@pytest.mark.requirement("R003-14")
def test_a_promise_begins_the_day_of_the_unit_and_a_new_one_takes_its_place():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    as_(state.as_head, answering.progress, report, answer=a_plan(date(2026, 10, 20)), at=day(7))
    assert clock(report, Kind.PROMISE).due_at == day(20, 8)

    as_(state.as_head, answering.resolve, report, answer=a_plan(date(2026, 11, 9)), at=day(8))

    with databases.role("owner"):
        promises = list(report.clocks.filter(kind=Kind.PROMISE).order_by("pk").values_list("stopped_by", "due_at"))
    assert promises == [("resolve", day(20, 8)), ("", day(40, 8))]
    assert clock(report, Kind.PROMISE).policy is None


def test_what_was_done_before_its_promised_day_does_not_come_back():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    as_(state.as_head, answering.progress, report, answer=a_plan(date(2026, 10, 30)), at=day(7))
    as_(state.as_head, answering.resolve, report, answer=fixed(), at=day(13))
    by_reporter(reporters_word.accept, report, clear=5, at=day(14))

    pass_time(day(60))

    assert (now(report).state, now(report).is_reopened) == (State.RESOLVED, False)
    assert clock(report, Kind.PROMISE).stopped_by == "resolve"


@pytest.mark.parametrize("then", ["", "question", "resolve", "accept"])
def test_a_promised_day_brings_the_report_back_wherever_it_stands(then):
    state, report = the_state(), a_report(State.IN_PROGRESS)
    as_(state.as_head, answering.progress, report, answer=a_plan(date(2026, 10, 16)), at=day(7))
    if then == "question":
        as_(state.as_head, answering.question, report, text="Tiang nomor berapa?", at=day(8))
    if then in {"resolve", "accept"}:
        as_(state.as_head, answering.resolve, report, answer=a_plan(date(2026, 10, 16)), at=day(8))
    if then == "accept":
        by_reporter(reporters_word.accept, report, at=day(9))

    pass_time(day(16, 10))

    back = now(report)
    assert (back.state, back.is_reopened, back.finish) == (State.AWAITING_FOLLOW_UP, True, "")
    with databases.role("owner"):
        running = set(report.clocks.running().values_list("kind", flat=True))
    assert running == {Kind.FIRST_RESPONSE, Kind.RESOLVE}
    pass_time(day(16, 12))
    with databases.role("owner"):
        assert report.events.filter(verb="promise_returns").count() == 1


def test_a_promise_reminds_nobody_before_its_day():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    as_(state.as_head, answering.resolve, report, answer=a_plan(date(2026, 10, 9)), at=day(7))
    pass_time(day(9, 7))
    with databases.role("owner"):
        assert not Notice.objects.filter(report=report, params__clock=Kind.PROMISE).exists()


# Owners and their calendars ------------------------------------------------------------------------------------------


@pytest.mark.requirement("R001-08")
def test_the_day_to_answer_an_offer_is_a_working_day_of_the_unit_that_is_asked():
    """Silence is acceptance, so no unit's silence is counted over its weekend."""
    state = the_state()
    six_days_in_jayapura("works")
    report = a_report(State.AWAITING_FOLLOW_UP)
    friday = day(9)

    as_(state.as_liaison, transferring.offer, report, ground="Perwali 1/2020", proposed=state.transport, at=friday)

    asked = clock(report, Kind.TRANSFER_DECISION)
    assert (asked.owner, asked.due_at, asked.calendar_version) == (state.transport, end_of(12), "five-days/1")


@pytest.mark.requirement("R001-08")
def test_a_six_day_week_in_jayapura_is_counted_where_it_is_worked():
    state = the_state()
    six_days_in_jayapura("transport")
    report = a_report(State.AWAITING_FOLLOW_UP)

    as_(state.as_liaison, transferring.offer, report, ground="Perwali 1/2020", proposed=state.transport, at=day(9))

    saturday = datetime(2026, 10, 10, 15, 0, tzinfo=UTC)  # 24:00 in Jayapura
    assert clock(report, Kind.TRANSFER_DECISION).due_at == saturday


@pytest.mark.requirement("R001-08")
def test_clocks_belong_to_whom_they_ask_and_go_with_the_report():
    state, report = the_state(), a_report(State.AWAITING_FOLLOW_UP)
    assert clock(report, Kind.RESOLVE).owner == state.works
    as_(state.as_liaison, transferring.offer, report, ground="Perwali", proposed=state.transport, at=day(6))
    as_(state.as_transport_liaison, transferring.refuse, report, ground="Bukan kami", at=day(6, 11))
    assert clock(report, Kind.ARBITRATION).owner == state.city
    assert clock(report, Kind.RESOLVE).owner == state.works
    resolve = clock(report, Kind.RESOLVE)

    as_(state.as_admin, transferring.arbitrate, report, owner=state.transport, ground="Perwali pasal 4", at=day(7))

    assert clock(report, Kind.RESOLVE).owner == clock(report, Kind.DISPOSE).owner == state.transport
    assert clock(report, Kind.RESOLVE).due_at == resolve.due_at
    assert clock(report, Kind.ARBITRATION).owner == state.city
    assert clock(report, Kind.DISPOSE).length == 1


def test_an_appeal_is_the_nations_duty():
    state, report = the_state(), a_report(State.ARCHIVED)
    by_reporter(reporters_word.appeal, report, reason="Tempatnya jelas", at=day(6))
    assert clock(report, Kind.APPEAL_DECISION).owner == state.nation
    assert clock(report, Kind.APPEAL_WINDOW).stopped_by == "appeal"


@pytest.mark.requirement("R003-14")
def test_a_duty_reminds_its_owner_and_a_window_the_reporter():
    state = the_state()
    report = a_report(State.AWAITING_FOLLOW_UP, person=a_person())
    as_(state.as_liaison, transferring.offer, report, ground="Perwali", proposed=state.transport, at=day(6))
    pass_time(day(7, 23))
    other = a_report(State.RESOLUTION_PROPOSED, person=a_person())
    pass_time(clock(other, Kind.REPORTER_REPLY).due_at - timedelta(seconds=1))

    with databases.role("owner"):
        asked = Notice.objects.filter(report=report, params__clock=Kind.TRANSFER_DECISION)
        assert set(asked.values_list("unit__code", "template")) == {("transport", "reminder")}
        assert sorted(asked.values_list("params__used", flat=True)) == [50, 80]
        told = Notice.objects.filter(report=other, params__clock=Kind.REPORTER_REPLY)
        assert set(told.values_list("to", "template")) == {("REPORTER", "reminder_reporter")}
        assert sorted(told.values_list("params__used", flat=True)) == [50, 80]
        assert told[0].params["due"] == clock(other, Kind.REPORTER_REPLY).due_at.isoformat()


def test_the_second_look_reminds_the_head():
    report = a_report(State.RESOLUTION_PROPOSED)
    by_reporter(reporters_word.object_to, report, reason="Masih mati", at=day(14))
    pass_time(clock(report, Kind.SECOND_LOOK).due_at - timedelta(seconds=1))
    with databases.role("owner"):
        told = Notice.objects.filter(report=report, template="reminder", params__clock=Kind.SECOND_LOOK)
        assert set(told.values_list("unit__code", "role")) == {("works", Role.UNIT_HEAD)}


@pytest.mark.parametrize("state", [State.RESOLVED, State.ARCHIVED])
def test_a_window_that_is_only_a_date_reminds_nobody_and_ends_nothing(state):
    report = a_report(state, person=a_person())
    with databases.role("owner"):
        before = list(report.events.values_list("verb", flat=True))
    pass_time(day(150))
    with databases.role("owner"):
        assert list(report.events.values_list("verb", flat=True)) == before
        assert not Notice.objects.filter(report=report, template__startswith="reminder").exclude(
            params__clock__in=[Kind.VERIFY, Kind.FIRST_RESPONSE, Kind.RESOLVE, Kind.REPORTER_REPLY, Kind.DISPOSE]
        )


# Which clock starts --------------------------------------------------------------------------------------------------


def test_a_kind_that_runs_goes_on_and_only_a_plus_begins_anew():
    state, report = the_state(), a_report(State.AWAITING_FOLLOW_UP)
    resolve = clock(report, Kind.RESOLVE)
    with databases.role("owner"):
        event = report.events.latest("pk")
        event.at = day(12)
        event.report = now(report)
        following.start(event, "resolve")
        assert clock(report, Kind.RESOLVE) == resolve
        following.start(event, "resolve+")
    renewed = clock(report, Kind.RESOLVE)
    assert (renewed.started_at, renewed.stopped_at) == (day(12), None)
    assert renewed.pk != resolve.pk
    assert state


@pytest.mark.requirement("R003-14")
@pytest.mark.parametrize(("report_class", "length"), [("NON_SUPERVISORY", 14), ("SUPERVISORY", 60), ("ASPIRATION", 5)])
def test_each_class_has_its_limit(report_class, length):
    state, report = the_state(), a_report()
    verify(report, state, day(5), report_class=report_class)
    decides = state.as_admin if report.holder_id == state.city.pk else state.as_national  # no inspectorate sits here
    as_(decides, disposing.dispose, report, lead=state.works, at=day(5))
    resolve = clock(report, Kind.RESOLVE)
    assert resolve.length == length
    assert resolve.due_at == calendar_of(state.works).deadline(day(5), length)
    assert resolve.policy.report_class in {report_class, ""}


# A day off that is named later ---------------------------------------------------------------------------------------


def a_day_off(on: date) -> int:
    """Names it as `tuntas load holidays` does, and recomputes; returns how many deadlines moved."""
    with databases.role("owner"):
        Holiday.objects.create(day=on, name="Libur tambahan", kind="NATIONAL")
        for calendar in WorkingCalendar.objects.all():
            calendar.version += 1
            calendar.save()
        return recompute_running(told=note_new_deadlines)


@pytest.mark.requirement("R003-14")
def test_a_day_off_named_later_moves_what_runs_and_stands_in_the_history():
    state, report, shared = the_state(), a_report(State.AWAITING_FOLLOW_UP), a_report()
    verify(shared, state, day(7))

    assert a_day_off(date(2026, 10, 8)) == 3  # the first answer, the settlement, and the shared limit

    assert clock(report, Kind.FIRST_RESPONSE).due_at == end_of(13)
    assert clock(report, Kind.RESOLVE).due_at == end_of(26)
    assert clock(shared, Kind.DISPOSE).due_at == end_of(9)  # one day more, and not the three of a new limit
    assert now(report).due_at == end_of(13)
    with databases.role("owner"):
        event = report.events.latest("pk")
        assert (event.verb, event.audience, event.actor_kind) == ("change_calendar", "HANDLERS", "system")
        told = {kind: datetime.fromisoformat(due) for kind, due in event.facts["clocks"].items()}
        assert told == {kind: clock(report, kind).due_at for kind in (Kind.FIRST_RESPONSE, Kind.RESOLVE)}
    assert a_day_off(date(2027, 1, 4)) == 0
    with databases.role("owner"):
        assert Event.objects.filter(verb="change_calendar").count() == 2


def test_what_rests_is_recomputed_when_it_goes_on():
    report = a_report(State.AWAITING_REPORTER)  # asked on Monday the 5th
    a_day_off(date(2026, 10, 22))
    by_reporter(reporters_word.reply, report, text="Nomor tiga.", at=day(6))
    assert clock(report, Kind.RESOLVE).due_at == end_of(27)  # one day rested, one day off


def test_a_deadline_that_rang_and_moves_on_does_not_ring_twice():
    report = a_report(State.AWAITING_FOLLOW_UP)
    pass_time(end_of(12))
    assert now(report).escalation == 1
    a_day_off(date(2026, 10, 9))
    assert clock(report, Kind.FIRST_RESPONSE).due_at == end_of(13)
    pass_time(end_of(14))
    assert now(report).escalation == 1


# Superiors -----------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R000-13", "R004-15")
def test_where_nobody_supervises_the_nation_is_told_of_lateness():
    state = the_state()
    with databases.role("owner"):
        Supervision.objects.all().delete()
    report = a_report(State.AWAITING_FOLLOW_UP)
    pass_time(end_of(12))
    with databases.role("owner"):
        told = Notice.objects.filter(report=report, template="escalate", to="UNIT")
        assert set(told.values_list("unit__code", flat=True)) == {"works", "nation"}
    assert state


def test_closing_and_reopening_by_an_administrator_move_the_clocks_like_the_reporters_word():
    state, report = the_state(), a_report(State.RESOLUTION_PROPOSED)
    as_(state.as_national, overseeing.close, report, reason="Pelapor sudah setuju lewat telepon", at=day(15))
    assert clock(report, Kind.RESOLVE).stopped_by == "close"
    assert now(report).finish == "ADMIN"
    as_(state.as_supervisor, overseeing.order_reopening, report, reason="Foto bukan tempat ini", at=day(16))
    assert clock(report, Kind.RESOLVE).started_at == day(16)
    assert clock(report, Kind.REOPEN_WINDOW).stopped_by == "order_reopening"
    assert now(report).is_reopened
