"""Several at once, each on a connection of its own: exactly one wins, nobody waits for ever, nothing happens twice."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import Error, OperationalError, connection

from tests import databases
from tests.factories import LAMP, MONDAY, a_person, a_report, a_submission, an_officer, fixed, received, the_state
from tests.laws import laws
from tests.laws.register import Register, read
from tuntas.access.actors import Actor, acting
from tuntas.clocks.models import Kind
from tuntas.followup import answering, overseeing, reporters_word
from tuntas.intake.receiving import receive
from tuntas.kernel.refusals import Conflict, Incomplete, OutOfTurn, Refusal
from tuntas.notices.models import Notice
from tuntas.reports.models import Report
from tuntas.reports.states import Finish, State
from tuntas.routing import disposing, merging, transferring, verifying
from tuntas.timekeeping import ring_due

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]
LATER = MONDAY + timedelta(days=1)
Act = Callable[[], Any]


def at_once(*acts: Act, roles: tuple[str, ...] = ()) -> list[Any]:
    """What each act gave back or raised, begun at the same instant by threads with connections of their own."""
    start = threading.Barrier(len(acts))

    def run(act: Act, role: str) -> Any:
        try:
            with connection.cursor() as cursor:
                cursor.execute(f"SET ROLE tuntas_{role}")
            start.wait(timeout=20)
            return act()
        except (Refusal, Error) as fault:
            return fault
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as pool:
        pairs = zip(acts, roles or ("web",) * len(acts), strict=True)
        running = [pool.submit(run, act, role) for act, role in pairs]
        return [one.result(timeout=60) for one in running]


def one_of(outcomes: list[Any], loses: type[Refusal] = OutOfTurn) -> Any:
    """The winner's result, when all the others were refused in words."""
    won = [outcome for outcome in outcomes if not isinstance(outcome, Exception)]
    lost = [outcome for outcome in outcomes if isinstance(outcome, Exception)]
    assert len(won) == 1, outcomes
    assert all(isinstance(outcome, loses) for outcome in lost), outcomes
    return won[0]


def officer(actor: Actor, act: Callable[..., Any], pk: int, **given: Any) -> Act:
    def does() -> Any:
        with acting(actor):
            return act(Report.objects.get(pk=pk), by=actor, **given)

    return does


def reporter(act: Callable[..., Any], pk: int, **given: Any) -> Act:
    def does() -> Any:
        with acting(Actor.reporter_of(pk)):
            return act(Report.objects.get(pk=pk), **given)

    return does


def die() -> None:
    """The server's end of this connection is gone before anything was committed."""
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("SELECT pg_terminate_backend(pg_backend_pid())")


def lawful() -> Register:
    after = read()
    assert [fault for law in laws.ALWAYS for fault in law(after)] == []
    return after


def verbs_of(register: Register, report: Report) -> list[str]:
    return [event["verb"] for event in register.by_report("reports_event")[report.pk]]


def due_of(register: Register, report: Report, kind: str) -> Any:
    return next(c["due_at"] for c in register.clocks if (c["report_id"], c["kind"]) == (report.pk, kind))


# Two officers --------------------------------------------------------------------------------------------------------

SAME = {
    "verify": (State.AWAITING_VERIFICATION, "admin", verifying.verify),
    "ask": (State.AWAITING_VERIFICATION, "admin", verifying.ask),
    "dispose": (State.AWAITING_DISPOSITION, "admin", disposing.dispose),
    "offer": (State.AWAITING_FOLLOW_UP, "liaison", transferring.offer),
    "accept_transfer": (State.TRANSFER_REQUESTED, "transport_liaison", transferring.accept),
    "refuse_transfer": (State.TRANSFER_REQUESTED, "transport_liaison", transferring.refuse),
    "question": (State.IN_PROGRESS, "liaison", answering.question),
    "resolve": (State.IN_PROGRESS, "liaison", answering.resolve),
    "close": (State.RESOLUTION_PROPOSED, "national", overseeing.close),
}


def arguments(name: str) -> dict[str, Any]:
    state = the_state()
    given = {
        "verify": {"report_class": "NON_SUPERVISORY", "category": state.lamp, "target": state.city},
        "ask": {"missing": ["Nama jalan"]},
        "dispose": {"lead": state.works},
        "offer": {"ground": "Perwali 1/2020", "proposed": state.transport},
        "refuse_transfer": {"ground": "Bukan kami"},
        "question": {"text": "Tiang nomor berapa?"},
        "resolve": {"answer": fixed()},
        "close": {"reason": "Sudah jelas"},
    }
    return given.get(name, {})


@pytest.mark.requirement("R003-22")
@pytest.mark.parametrize("name", sorted(SAME))
def test_the_same_transition_by_two_officers_at_once_happens_once(name):
    at, who, act = SAME[name]
    state, report = the_state(), a_report(at)
    first = getattr(state, f"as_{who}")
    with databases.role("owner"):
        unit = next(unit for unit in vars(state).values() if getattr(unit, "ancestry", [0])[-1] == first.unit)
        second = an_officer("second", unit, first.role)

    outcomes = at_once(
        *(officer(by, act, report.pk, at=LATER + timedelta(days=7), **arguments(name)) for by in (first, second))
    )

    one_of(outcomes)
    assert verbs_of(lawful(), report).count(name) == 1


@pytest.mark.requirement("R003-22")
def test_taking_and_refusing_an_offer_at_once_ends_one_way():
    state, report = the_state(), a_report(State.TRANSFER_REQUESTED)

    outcomes = at_once(
        officer(state.as_transport_liaison, transferring.accept, report.pk, at=LATER),
        officer(state.as_transport_head, transferring.refuse, report.pk, ground="Bukan kami", at=LATER),
        officer(state.as_national, transferring.accept, report.pk, at=LATER),
    )

    assert sum(not isinstance(outcome, Exception) for outcome in outcomes) == 1, outcomes
    lawful()


def test_an_old_page_overwrites_nothing():
    state, report = the_state(), a_report(State.AWAITING_FOLLOW_UP)
    seen = read().report(report.pk)["last_event_id"]
    words = {"text": "Sudah kami terima.", "seen": seen, "at": LATER}

    outcomes = at_once(
        *(officer(by, answering.acknowledge, report.pk, **words) for by in (state.as_liaison, state.as_head))
    )

    one_of(outcomes)


def test_two_who_raise_protection_from_old_pages_both_raise_it():
    """Law 6: what one raises the other does not lower by what its page showed."""
    state, report = the_state(), a_report(State.AWAITING_FOLLOW_UP)

    outcomes = at_once(
        officer(
            state.as_national,
            verifying.protect,
            report.pk,
            anonymous=True,
            confidential=False,
            reason="Ada nama orang lain",
            at=LATER,
        ),
        officer(
            state.as_admin,
            verifying.protect,
            report.pk,
            anonymous=False,
            confidential=True,
            reason="Ada nama orang lain",
            at=LATER,
        ),
    )

    assert not any(isinstance(outcome, Exception) for outcome in outcomes), outcomes
    row = lawful().report(report.pk)
    assert (row["is_anonymous"], row["is_confidential"]) == (True, True)


@pytest.mark.requirement("R001-07")
def test_two_reports_merged_into_each_other_at_once_make_no_circle():
    state, one, other = the_state(), a_report(State.AWAITING_FOLLOW_UP), a_report(State.AWAITING_FOLLOW_UP)

    def merging_of(report: Report, into: Report) -> Act:
        return officer(state.as_admin, merging.merge, report.pk, into=into, at=LATER)

    outcomes = at_once(merging_of(one, other), merging_of(other, one))

    one_of(outcomes, Refusal)
    after = lawful()
    assert sorted(after.report(report.pk)["state"] for report in (one, other)) == [
        State.AWAITING_FOLLOW_UP,
        State.MERGED,
    ]
    assert sorted(after.report(report.pk)["weight"] for report in (one, other)) == [1, 2]


@pytest.mark.requirement("R001-07")
def test_three_merged_in_a_row_at_once_make_no_chain():
    state = the_state()
    first, second, third = (a_report(State.AWAITING_FOLLOW_UP) for _n in range(3))

    at_once(
        officer(state.as_admin, merging.merge, first.pk, into=second, at=LATER),
        officer(state.as_admin, merging.merge, second.pk, into=third, at=LATER),
    )

    after = lawful()
    parents = {row["id"]: row["parent_id"] for row in after.reports}
    assert not any(parents.get(parent) for parent in parents.values() if parent), parents
    for row in after.reports:
        assert row["weight"] == 1 + sum(parent == row["id"] for parent in parents.values())


# The reporter, twice, and against the clock --------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["accept", "object_to", "withdraw"])
def test_a_reporters_double_click_counts_once(name):
    report = a_report(State.RESOLUTION_PROPOSED)
    given = {"reason": "Masih mati"} if name == "object_to" else {}

    outcomes = at_once(*[reporter(getattr(reporters_word, name), report.pk, at=LATER, **given)] * 2)

    one_of(outcomes)
    row = lawful().report(report.pk)
    assert row["objections"] == (name == "object_to")


def test_a_superior_is_asked_once_by_a_double_click():
    report = a_report(State.AWAITING_FOLLOW_UP)
    late = due_of(read(), report, Kind.FIRST_RESPONSE) + timedelta(hours=1)

    outcomes = at_once(*[reporter(reporters_word.escalate, report.pk, reason="Belum ada kabar", at=late)] * 2)

    one_of(outcomes)
    assert lawful().report(report.pk)["escalation"] == 1


@pytest.mark.requirement("R004-15")
@pytest.mark.parametrize("name", ["object_to", "accept"])
def test_the_reporters_word_and_the_end_of_the_time_never_both_count(name):
    """Law 5: the last word and the lapse of its window come at the same instant, and neither waits for ever."""
    for _round in range(3):
        report = a_report(State.RESOLUTION_PROPOSED)
        due = due_of(read(), report, Kind.REPORTER_REPLY)
        given = {"reason": "Masih mati"} if name == "object_to" else {}

        said, rung = at_once(
            reporter(getattr(reporters_word, name), report.pk, at=due, **given),
            lambda now=due: ring_due(now=now),
            roles=("web", "worker"),
        )

        assert isinstance(rung, int), rung
        row = lawful().report(report.pk)
        if isinstance(said, Exception):
            assert isinstance(said, OutOfTurn)
            assert (row["state"], row["finish"]) == (State.RESOLVED, Finish.SILENCE)
        elif name == "object_to":
            assert (row["state"], row["finish"]) == (State.IN_PROGRESS, "")
        else:
            assert (row["state"], row["finish"]) == (State.RESOLVED, Finish.ACCEPTED)


def test_silence_and_a_refusal_of_an_offer_never_both_count():
    state, report = the_state(), a_report(State.TRANSFER_REQUESTED)
    due = due_of(read(), report, Kind.TRANSFER_DECISION)

    said, _rung = at_once(
        officer(state.as_transport_liaison, transferring.refuse, report.pk, ground="Bukan kami", at=due),
        lambda: ring_due(now=due),
        roles=("web", "worker"),
    )

    row = lawful().report(report.pk)
    taken = (row["state"], row["holder_id"]) == (State.AWAITING_DISPOSITION, state.transport.pk)
    assert taken == isinstance(said, OutOfTurn), (row, said)


# The clockwork -------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R003-14", "R004-15")
def test_two_workers_ring_each_clock_once():
    reports = [a_report(State.AWAITING_FOLLOW_UP, person=a_person()) for _n in range(4)]
    end = due_of(read(), reports[0], Kind.FIRST_RESPONSE)

    rung = at_once(*[lambda: ring_due(now=end)] * 2, roles=("worker", "worker"))
    rung.append(at_once(lambda: ring_due(now=end), roles=("worker",))[0])  # what both left to the other

    assert sum(rung) == 3 * len(reports)
    after = lawful()
    for report in reports:
        assert verbs_of(after, report).count("escalate") == 1
    with databases.role("owner"):
        for report in reports:
            used = Notice.objects.filter(report=report, template="reminder").values_list(
                "params__clock", "params__used"
            )
            assert sorted(used) == [("first_response", 50), ("first_response", 80)]


@pytest.mark.requirement("R000-12")
def test_a_worker_killed_in_the_middle_of_a_ring_has_rung_nothing_and_the_next_one_rings():
    report = a_report(State.RESOLUTION_PROPOSED)
    due, before = due_of(read(), report, Kind.REPORTER_REPLY), read()
    at_once(lambda: ring_due(now=due - timedelta(seconds=1)), roles=("worker",))  # the reminders

    from tuntas import timekeeping

    def dies(*_args: Any, **_more: Any) -> None:
        timekeeping_lapse(*_args, **_more)
        die()

    key = (Kind.REPORTER_REPLY, State.RESOLUTION_PROPOSED)
    timekeeping_lapse, ends = timekeeping.ENDS[key], timekeeping.ENDS
    timekeeping.ENDS = {**ends, key: dies}
    try:
        [killed] = at_once(lambda: ring_due(now=due), roles=("worker",))
    finally:
        timekeeping.ENDS = ends
    assert isinstance(killed, OperationalError)
    between = read()
    assert between.events == before.events
    assert between.report(report.pk)["state"] == State.RESOLUTION_PROPOSED

    at_once(lambda: ring_due(now=due), roles=("worker",))

    assert lawful().report(report.pk)["finish"] == Finish.SILENCE


def test_an_officer_killed_before_the_commit_has_done_nothing():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    before = read()

    def dies() -> None:
        with acting(state.as_liaison):
            loaded = Report.objects.get(pk=report.pk)
            answering.resolve(loaded, fixed(), by=state.as_liaison, at=LATER + timedelta(days=7))
            die()

    [killed] = at_once(dies)

    assert isinstance(killed, OperationalError)
    assert read() == before
    with acting(state.as_liaison):
        answering.resolve(Report.objects.get(pk=report.pk), fixed(), by=state.as_liaison, at=LATER + timedelta(days=7))
    assert lawful().report(report.pk)["state"] == State.RESOLUTION_PROPOSED


# Intake --------------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R003-03")
def test_twenty_sendings_of_one_form_at_once_are_one_report_with_one_receipt():
    the_state()
    form = a_submission(key="one-form", person=a_person())

    receipts = at_once(*[lambda: receive(form, at=MONDAY)] * 20)

    assert not [receipt for receipt in receipts if isinstance(receipt, Exception)], receipts
    assert len({(receipt.report_id, receipt.number, receipt.code, receipt.due_at) for receipt in receipts}) == 1
    assert sum(receipt.fresh for receipt in receipts) == 1
    after = lawful()
    assert len(after.reports) == len(after["identity_reporter"]) == len(after.events) == len(after.clocks) == 1
    with databases.role("owner"), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM identity_sealedidentity")
        assert cursor.fetchone() == (1,)  # nobody is sealed twice, and no envelope lies about without its report


def test_one_key_with_other_words_at_once_files_one_and_tells_the_other():
    the_state()
    forms = [a_submission(key="one-key", text=text) for text in (LAMP, "Air PDAM mati di Jalan Contoh sejak Senin.")]

    outcomes = at_once(*(lambda form=form: receive(form, at=MONDAY) for form in forms))

    one_of(outcomes, Conflict)
    lost = next(outcome for outcome in outcomes if isinstance(outcome, Conflict))
    assert lost.kept["text"] in {form.text for form in forms}
    assert len(lawful().reports) == 1


def test_a_report_that_is_withdrawn_while_it_is_verified_ends_one_way():
    state = the_state()
    report, _receipt = received(target=state.city.pk)

    outcomes = at_once(
        officer(state.as_admin, verifying.verify, report.pk, at=LATER, **arguments("verify")),
        reporter(reporters_word.withdraw, report.pk, at=LATER),
    )

    assert not isinstance(outcomes[1], Exception) or isinstance(outcomes[1], Incomplete), outcomes
    assert lawful().report(report.pk)["state"] == State.WITHDRAWN
