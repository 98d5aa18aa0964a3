"""What happens by itself: each window that ends, each duty that is missed, and a clock that cannot ring."""

import logging
from datetime import timedelta

import pytest
from django.db import IntegrityError, OperationalError
from django.utils import timezone

from tests import databases
from tests.clockwork import pass_time
from tests.factories import MONDAY, a_person, a_report, as_, by_reporter, the_state
from tests.laws import laws
from tests.laws.register import read
from tuntas import timekeeping
from tuntas.clocks.models import DUTIES, Clock, Kind
from tuntas.clocks.policies import calendar_of
from tuntas.followup import answering, reporters_word
from tuntas.kernel.refusals import Refusal
from tuntas.notices.models import Notice
from tuntas.organizations.models import Unit
from tuntas.reports.models import Report
from tuntas.reports.states import Finish, State
from tuntas.routing import transferring
from tuntas.timekeeping import END, ENDS, ring_due

pytestmark = pytest.mark.django_db
A_MOMENT = timedelta(seconds=1)


def now(report: Report) -> Report:
    with databases.role("owner"):
        return Report.objects.select_related("holder", "arbiter").get(pk=report.pk)


def clock(report: Report, kind: str) -> Clock:
    with databases.role("owner"):
        return Clock.objects.select_related("owner").filter(report=report, kind=kind).latest("pk")


def verbs(report: Report) -> list[str]:
    with databases.role("owner"):
        return list(report.events.order_by("pk").values_list("verb", flat=True))


def notices(report: Report, template: str) -> list[tuple[str, int, str]]:
    """(clock, per cent, receiver) in the order of their sending."""
    with databases.role("owner"):
        found = Notice.objects.filter(report=report, template=template).order_by("not_before", "pk")
        return [
            (n.params.get("clock", ""), n.params.get("used", 0), n.unit.code if n.unit else "reporter") for n in found
        ]


# Windows -------------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R000-13", "R003-14")
@pytest.mark.parametrize(
    ("at", "kind", "verb", "goal", "finish"),
    [
        (State.PENDING_INFO, Kind.REPORTER_WINDOW, "give_up", State.ARCHIVED, ""),
        (State.AWAITING_REPORTER, Kind.REPORTER_WINDOW, "reply_lapse", State.IN_PROGRESS, ""),
        (State.RESOLUTION_PROPOSED, Kind.REPORTER_REPLY, "lapse", State.RESOLVED, Finish.SILENCE),
        (State.TRANSFER_REQUESTED, Kind.TRANSFER_DECISION, "lapse_transfer", State.AWAITING_DISPOSITION, ""),
    ],
)
def test_a_window_ends_at_its_instant_and_once(at, kind, verb, goal, finish):
    report = a_report(at)
    due = clock(report, kind).due_at

    pass_time(due - A_MOMENT)
    assert now(report).state == at
    pass_time(due)
    pass_time(due + timedelta(hours=1))

    ended = now(report)
    assert (ended.state, ended.finish) == (goal, finish)
    assert verbs(report).count(verb) == 1
    with databases.role("owner"):
        event = report.events.get(verb=verb)
        assert (event.at, event.actor_kind, event.actor_role) == (due, "system", "SYSTEM")
    assert clock(report, kind).stopped_by == verb


def test_silence_on_details_names_its_reason_and_leaves_a_way_back():
    report = a_report(State.PENDING_INFO)
    pass_time(clock(report, Kind.REPORTER_WINDOW).due_at)
    with databases.role("owner"):
        assert report.events.get(verb="give_up").facts == {"archive_reason": "INCOMPLETE_NO_REPLY"}
    window = clock(report, Kind.REVIVE_WINDOW)
    assert (window.length, window.stopped_at) == (90, None)
    by_reporter(reporters_word.revive, report, text="Jalan Contoh nomor 3", at=window.due_at - A_MOMENT)
    assert now(report).state == State.AWAITING_VERIFICATION


@pytest.mark.parametrize("at", [State.ARCHIVED, State.REFERRED_EXTERNAL])
def test_an_appeal_that_nobody_decides_is_granted(at):
    report = a_report(at)
    by_reporter(reporters_word.appeal, report, reason="Tempatnya jelas", at=MONDAY + timedelta(days=2))
    decision = clock(report, Kind.APPEAL_DECISION)

    pass_time(decision.due_at)

    assert now(report).state == State.AWAITING_VERIFICATION
    with databases.role("owner"):
        event = report.events.latest("pk")
        assert (event.verb, event.facts) == ("revive", {"reason": "APPEAL_NOT_DECIDED"})
    assert clock(report, Kind.VERIFY).started_at == decision.due_at


@pytest.mark.requirement("R001-08")
def test_superiors_who_let_their_day_pass_lose_the_decision_one_after_the_other_and_the_nation_is_told_again():
    state, report = the_state(), a_report(State.AWAITING_FOLLOW_UP)
    as_(state.as_liaison, transferring.offer, report, ground="Tidak tahu siapa", proposed=None, at=MONDAY)
    arbiters = []
    for _n in range(5):
        arbitration = clock(report, Kind.ARBITRATION)
        assert (arbitration.owner, arbitration.length) == (now(report).arbiter, 1)
        arbiters.append(now(report).arbiter.code)
        pass_time(arbitration.due_at)

    assert arbiters == ["city", "province", "nation", "nation", "nation"]
    assert now(report).state == State.TRANSFER_REQUESTED
    with databases.role("owner"):
        told = Notice.objects.filter(report=report, template="call_arbiter").values_list("unit__code", flat=True)
        assert list(told).count("nation") == 4
        open_parts = report.units.filter(part="ARBITER", until=None).values_list("unit__code", flat=True)
        assert list(open_parts) == ["nation"]


# Duties --------------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R000-13", "R004-15")
@pytest.mark.parametrize(
    ("at", "kind", "owner"),
    [
        (State.AWAITING_VERIFICATION, Kind.VERIFY, "city"),
        (State.AWAITING_DISPOSITION, Kind.DISPOSE, "city"),
        (State.AWAITING_FOLLOW_UP, Kind.FIRST_RESPONSE, "works"),
        (State.IN_PROGRESS, Kind.RESOLVE, "works"),
    ],
)
def test_a_missed_duty_reminds_twice_and_then_tells_those_above_once(at, kind, owner):
    report = a_report(at, person=a_person())
    missed = clock(report, kind)

    pass_time(missed.due_at)
    pass_time(missed.due_at + timedelta(days=2))

    assert [n for n in notices(report, "reminder") if n[0] == kind] == [(kind, 50, owner), (kind, 80, owner)]
    late = now(report)
    assert (late.state, late.escalation) == (at, 1)
    with databases.role("owner"):
        event = report.events.get(verb="escalate")
        assert event.facts == {"level": 1, "clock": kind, "due": missed.due_at.isoformat()}
        assert (event.at, event.audience) == (missed.due_at, "PUBLIC")
    assert {receiver for _c, _u, receiver in notices(report, "escalate")} == {owner, "province", "reporter"}
    still = clock(report, kind)
    assert (still.fired, still.fire_at, still.stopped_at, still.due_at) == (END, None, None, missed.due_at)


def test_reminders_come_at_half_and_at_four_fifths_of_the_working_time():
    report = a_report(State.AWAITING_FOLLOW_UP)
    first = clock(report, Kind.FIRST_RESPONSE)
    calendar = calendar_of(the_state().works)
    for used in (50, 80):
        instant = calendar.fraction_point(first.started_at, first.due_at, used / 100)
        assert clock(report, Kind.FIRST_RESPONSE).fire_at == instant
        pass_time(instant - A_MOMENT)
        assert (Kind.FIRST_RESPONSE, used, "works") not in notices(report, "reminder")
        pass_time(instant)
        assert (Kind.FIRST_RESPONSE, used, "works") in notices(report, "reminder")
        assert clock(report, Kind.FIRST_RESPONSE).fired == used


@pytest.mark.requirement("R000-13")
def test_each_missed_duty_raises_one_level_more():
    report = a_report(State.AWAITING_FOLLOW_UP)
    pass_time(clock(report, Kind.RESOLVE).due_at)
    assert now(report).escalation == 2
    with databases.role("owner"):
        facts = report.events.filter(verb="escalate").order_by("pk").values_list("facts", flat=True)
        assert [(fact["clock"], fact["level"]) for fact in facts] == [(Kind.FIRST_RESPONSE, 1), (Kind.RESOLVE, 2)]


def test_an_acknowledgement_and_details_keep_no_clock_from_ringing():
    state, report = the_state(), a_report(State.AWAITING_FOLLOW_UP)
    as_(state.as_liaison, answering.acknowledge, report, text="Terima kasih", at=MONDAY + timedelta(days=1))
    by_reporter(reporters_word.add_details, report, text="Masih gelap", at=MONDAY + timedelta(days=2))
    pass_time(clock(report, Kind.FIRST_RESPONSE).due_at)
    assert now(report).escalation == 1


def test_every_duty_is_missed_aloud_or_ends_in_a_row():
    """No kind of clock is forgotten: those that are no duty have an end, or are dates for the reporter alone."""
    ended = {kind for kind, _state in ENDS}
    assert set(Kind.values) == {*map(str, DUTIES), *map(str, ended), *map(str, timekeeping.ONLY_A_DATE)}


# The clockwork itself ------------------------------------------------------------------------------------------------


def test_nothing_rings_before_its_time_and_the_most_urgent_first():
    reports = [a_report(State.AWAITING_FOLLOW_UP, when=MONDAY + timedelta(days=n)) for n in (2, 0, 1)]
    with databases.role("worker"):
        assert ring_due(now=MONDAY + timedelta(hours=5)) == 0
    first = min((clock(report, Kind.FIRST_RESPONSE) for report in reports), key=lambda found: found.fire_at)
    with databases.role("worker"):
        assert ring_due(now=MONDAY + timedelta(days=30), at_most=1) == 1
    rung = [clock(report, Kind.FIRST_RESPONSE).fired for report in reports]
    assert rung == [50 if report.pk == first.report_id else 0 for report in reports]


def test_it_rings_by_the_present_moment_when_no_other_is_given():
    report = a_report(State.AWAITING_FOLLOW_UP, when=timezone.now() - timedelta(days=60))
    with databases.role("worker"):
        assert ring_due() > 0
    assert now(report).escalation >= 1


def test_at_most_so_many_ring_at_once():
    a_report(State.AWAITING_FOLLOW_UP)
    with databases.role("worker"):
        rung = [ring_due(now=MONDAY + timedelta(days=60), at_most=2) for _n in range(4)]
    assert rung == [2, 2, 2, 0]


@pytest.mark.parametrize("fault", [Refusal("No.", why="Because."), IntegrityError("odd"), ValueError("odd")])
def test_a_clock_that_cannot_ring_is_set_aside_and_the_others_ring(fault, monkeypatch, caplog):
    stuck, other = a_report(State.RESOLUTION_PROPOSED), a_report(State.PENDING_INFO, when=MONDAY + timedelta(days=1))

    def fails(*_args):
        raise fault

    monkeypatch.setattr(timekeeping, "ENDS", {**ENDS, (Kind.REPORTER_REPLY, State.RESOLUTION_PROPOSED): fails})
    due = clock(stuck, Kind.REPORTER_REPLY).due_at
    with caplog.at_level(logging.ERROR):
        pass_time(due)

    assert now(stuck).state == State.RESOLUTION_PROPOSED
    aside = clock(stuck, Kind.REPORTER_REPLY)
    assert (aside.fired, aside.fire_at) == (80, due + timedelta(hours=1))
    assert f"of report {stuck.pk} did not ring" in caplog.text
    assert now(other).state == State.ARCHIVED
    monkeypatch.undo()
    pass_time(due + timedelta(hours=1))
    assert now(stuck).finish == Finish.SILENCE


def test_a_database_that_is_away_is_no_fault_of_a_clock(monkeypatch):
    report = a_report(State.RESOLUTION_PROPOSED)
    due = clock(report, Kind.REPORTER_REPLY).due_at
    pass_time(due - A_MOMENT)

    def away(*_args):
        raise OperationalError("the server closed the connection")

    monkeypatch.setattr(timekeeping, "ENDS", {**ENDS, (Kind.REPORTER_REPLY, State.RESOLUTION_PROPOSED): away})
    with pytest.raises(OperationalError):
        pass_time(due)
    assert clock(report, Kind.REPORTER_REPLY).fire_at == due


@pytest.mark.requirement("R003-14")
def test_a_worker_that_was_away_for_days_keeps_the_history_in_order():
    """Law 7: the books read the history by time, so an end that rings late stands after what was said meanwhile."""
    report = a_report(State.RESOLUTION_PROPOSED)
    due = clock(report, Kind.REPORTER_REPLY).due_at
    by_reporter(reporters_word.add_details, report, text="Saya periksa lagi besok", at=due + timedelta(days=3))

    pass_time(due + timedelta(days=4))

    with databases.role("owner"):
        events = list(report.events.order_by("pk").values_list("verb", "at"))
    assert [verb for verb, _at in events[-2:]] == ["add_details", "lapse"]
    assert events[-1][1] == events[-2][1] == due + timedelta(days=3)
    assert now(report).decided_at == due + timedelta(days=3)
    assert [fault for law in laws.ALWAYS for fault in law(read())] == []


def test_a_clock_rings_on_the_calendar_of_its_owner():
    state, report = the_state(), a_report(State.TRANSFER_REQUESTED)
    assert clock(report, Kind.TRANSFER_DECISION).owner == state.transport
    with databases.role("owner"):
        Unit.objects.filter(code="transport").update(calendar=None)
    pass_time(clock(report, Kind.TRANSFER_DECISION).due_at)
    assert now(report).holder == state.transport


def test_what_is_final_is_not_overdue():
    report = a_report(State.WITHDRAWN)
    with databases.role("owner"):
        Clock.objects.create(
            report=report,
            kind=Kind.APPROVAL,
            owner=report.holder,
            started_at=MONDAY,
            due_at=MONDAY,
            fire_at=MONDAY,
            fired=80,
        )
    pass_time(MONDAY + timedelta(days=1))
    assert now(report).escalation == 0
    assert "escalate" not in verbs(report)


def test_a_reminder_repeats_no_word_that_only_handlers_may_read():
    state = the_state()
    report = a_report(State.RESOLUTION_PROPOSED, person=a_person())
    with databases.role("owner"):
        last = report.events.latest("pk")
        last.pk, last.audience, last.note, last.verb = None, "HANDLERS", "Jangan beri tahu pelapor", "change_calendar"
        last.at += timedelta(hours=1)
        last.save(force_insert=True)
        Report.objects.filter(pk=report.pk).update(last_event_id=last.pk)
    pass_time(clock(report, Kind.REPORTER_REPLY).due_at - A_MOMENT)
    with databases.role("owner"):
        told = list(
            Notice.objects.filter(report=report, template__startswith="reminder").values_list("params", flat=True)
        )
    assert told
    assert not [params for params in told if "Jangan" in str(params)]
    assert state
