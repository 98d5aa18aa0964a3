""" "Not ours", said properly: who is asked, who decides, and how every dispute ends (law 3, handbook 3.9)."""

from datetime import timedelta

import pytest

from tests import databases
from tests.clockwork import pass_time
from tests.factories import MONDAY, a_report, as_, by_reporter, the_state
from tests.laws import laws
from tests.laws.register import read
from tuntas.clocks.models import Clock, Kind
from tuntas.followup import answering, reporters_word
from tuntas.followup.models import FollowUp
from tuntas.kernel.refusals import Incomplete, NotYours, OutOfTurn
from tuntas.notices.models import Notice
from tuntas.reports.models import Report
from tuntas.reports.states import State
from tuntas.routing import disposing, transferring
from tuntas.routing.models import TransferOffer

pytestmark = pytest.mark.django_db
AT = MONDAY + timedelta(hours=6)


def now(report: Report) -> Report:
    with databases.role("owner"):
        return Report.objects.select_related("holder", "arbiter").get(pk=report.pk)


def offers(report: Report) -> list[tuple[str, str, str]]:
    with databases.role("owner"):
        found = TransferOffer.objects.filter(report=report).order_by("pk").select_related("proposed", "offered_by")
        return [(o.offered_by.code, o.proposed.code if o.proposed else "", o.decision) for o in found]


def running(report: Report) -> set[str]:
    with databases.role("owner"):
        return set(Clock.objects.running().filter(report=report).values_list("kind", flat=True))


def offer(report: Report, to: str, by: str = "liaison", **more) -> None:
    state = the_state()
    proposed = getattr(state, to) if to else None
    as_(
        getattr(state, f"as_{by}"),
        transferring.offer,
        report,
        ground="Perwali 1/2020",
        proposed=proposed,
        at=AT,
        **more,
    )


def refuse(report: Report, by: str, naming: str = "") -> None:
    state = the_state()
    named = getattr(state, naming) if naming else None
    as_(getattr(state, f"as_{by}"), transferring.refuse, report, ground="Bukan tugas kami", proposed=named, at=AT)


def lawful() -> None:
    register = read()
    assert [fault for law in laws.ALWAYS for fault in law(register)] == []


@pytest.mark.requirement("R001-08")
def test_a_refusal_that_names_a_third_unit_asks_it_and_the_next_refusal_calls_the_superior():
    report = a_report(State.AWAITING_FOLLOW_UP)
    offer(report, "transport")
    refuse(report, "transport_liaison", naming="health")
    assert (now(report).arbiter, now(report).hops) == (None, 2)
    assert running(report) >= {Kind.TRANSFER_DECISION, Kind.RESOLVE}
    with databases.role("owner"):
        asked = Notice.objects.filter(report=report, template="offer_on").values_list("unit__code", flat=True)
        assert "health" in set(asked)

    refuse(report, "health_liaison", naming="province_works")

    assert (
        now(report).arbiter.code == "province"
    )  # above the works, the transport and the health office, and the one named
    assert Kind.TRANSFER_DECISION not in running(report)
    assert offers(report) == [
        ("works", "transport", "REFUSED"), ("works", "health", "REFUSED"), ("works", "province-works", ""),
    ]  # fmt: skip
    lawful()


@pytest.mark.requirement("R001-08")
def test_the_superior_stands_above_both_who_dispute_also_when_the_owner_is_unknown():
    report = a_report(State.AWAITING_FOLLOW_UP)
    offer(report, "province_works")

    refuse(report, "province_works_liaison")

    assert now(report).arbiter.code == "province"  # and not the city, which stands above one of them alone


@pytest.mark.requirement("R001-08")
@pytest.mark.parametrize("naming", ["works", "transport", "city"])
def test_naming_one_who_had_it_is_a_circle_and_calls_the_superior(naming):
    """works: the holder. transport: the unit that refuses. city: it held the report before."""
    report = a_report(State.AWAITING_FOLLOW_UP)
    offer(report, "transport")

    refuse(report, "transport_liaison", naming=naming)

    assert now(report).arbiter is not None
    assert now(report).state == State.TRANSFER_REQUESTED
    lawful()


@pytest.mark.requirement("R001-08")
def test_an_offer_back_to_whom_it_came_from_is_a_circle():
    state, report = the_state(), a_report(State.AWAITING_FOLLOW_UP)
    offer(report, "transport")
    as_(state.as_transport_liaison, transferring.accept, report, at=AT)
    as_(state.as_admin, disposing.dispose, report, lead=state.transport, at=AT)

    offer(report, "works", by="transport_liaison")

    assert (now(report).arbiter, now(report).holder) == (state.city, state.transport)


@pytest.mark.requirement("R001-08")
def test_the_third_hop_goes_to_the_superior():
    state, report = the_state(), a_report(State.AWAITING_FOLLOW_UP)
    for to, by in (("transport", "liaison"), ("health", "transport_liaison")):
        offer(report, to, by=by)
        assert now(report).arbiter is None
        as_(getattr(state, f"as_{to}_liaison"), transferring.accept, report, at=AT)
        as_(state.as_admin, disposing.dispose, report, lead=getattr(state, to), at=AT)

    offer(report, "puskesmas", by="health_liaison")

    assert now(report).arbiter is not None
    lawful()


@pytest.mark.requirement("R001-08")
def test_while_the_superior_decides_nobody_refuses_and_whoever_is_asked_may_still_take_it():
    state, report = the_state(), a_report(State.AWAITING_FOLLOW_UP)
    offer(report, "transport")
    refuse(report, "transport_liaison", naming="city")
    arbiter = now(report).arbiter
    with pytest.raises(OutOfTurn) as refusal:
        refuse(report, "admin")
    assert arbiter.name in str(refusal.value.why)
    assert now(report).arbiter == arbiter  # a refusal does not lift the decision to the next superior

    as_(state.as_admin, transferring.accept, report, at=AT)

    assert (now(report).holder, now(report).arbiter) == (state.city, None)
    assert Kind.ARBITRATION not in running(report)
    lawful()


@pytest.mark.requirement("R001-08")
def test_a_decision_ends_the_offers_and_is_kept():
    state, report = the_state(), a_report(State.AWAITING_FOLLOW_UP)
    offer(report, "")
    with pytest.raises(Incomplete):
        as_(state.as_admin, transferring.arbitrate, report, owner=state.transport, ground="  ", at=AT)
    with pytest.raises(NotYours):
        as_(state.as_liaison, transferring.arbitrate, report, owner=state.transport, ground="Perwali", at=AT)

    as_(state.as_admin, transferring.arbitrate, report, owner=state.transport, ground="Perwali pasal 4", at=AT)

    decided = now(report)
    assert (decided.state, decided.holder, decided.arbiter, decided.lead) == (
        State.AWAITING_DISPOSITION, state.transport, None, None,
    )  # fmt: skip
    with databases.role("owner"):
        made = TransferOffer.objects.get(report=report)
        assert (made.decision, made.owner, made.decided_by, made.answer) == (
            "ARBITRATED", state.transport, state.city, "Perwali pasal 4",
        )  # fmt: skip
    as_(state.as_admin, disposing.dispose, report, lead=state.transport, at=AT)
    with pytest.raises(OutOfTurn):
        offer(report, "works", by="transport_liaison")
    lawful()


@pytest.mark.requirement("R001-08")
@pytest.mark.parametrize("back", [State.AWAITING_DISPOSITION, State.AWAITING_FOLLOW_UP])
def test_sent_back_it_stands_where_it_stood_with_the_clocks_that_ran(back):
    state, report = the_state(), a_report(back)
    before = _dues(report)
    offer(report, "", by="admin" if back == State.AWAITING_DISPOSITION else "liaison")
    holder = now(report).holder
    arbiter = now(report).arbiter.code
    decider = {"city": state.as_admin, "province": state.as_province_admin}[arbiter]

    as_(decider, transferring.arbitrate, report, owner=holder, ground="Tiang milik PU", at=AT)

    assert (now(report).state, now(report).holder, now(report).arbiter) == (back, holder, None)
    assert _dues(report) == before
    lawful()


def _dues(report: Report) -> dict:
    with databases.role("owner"):
        return dict(Clock.objects.running().filter(report=report).values_list("kind", "due_at"))


@pytest.mark.parametrize(("ground", "to"), [("", "transport"), ("   ", "transport"), ("Perwali", "works")])
def test_an_offer_without_a_ground_or_to_the_holder_itself_is_refused(ground, to):
    state, report = the_state(), a_report(State.AWAITING_FOLLOW_UP)
    before = read()
    with pytest.raises(Incomplete) as refusal:
        as_(state.as_liaison, transferring.offer, report, ground=ground, proposed=getattr(state, to), at=AT)
    assert str(refusal.value.instead)
    assert read() == before


def test_an_accused_superior_does_not_decide():
    state = the_state()
    report = a_report(State.AWAITING_FOLLOW_UP, accused=(state.province.pk,))
    offer(report, "")
    assert now(report).arbiter == state.city
    with databases.role("owner"):
        due = Clock.objects.get(report=report, kind=Kind.ARBITRATION, stopped_at=None).due_at
    pass_time(due)
    assert now(report).arbiter == state.nation  # and not the province, which sees nothing of it


def test_what_the_head_was_to_approve_goes_with_nobody():
    """A draft of the unit that gave the report away is not sent by the unit that took it."""
    state, report = the_state(), a_report(State.AWAITING_FOLLOW_UP)
    thanks = answering.Answer(text="Terima kasih atas laporannya, akan kami tindaklanjuti.", appeal="Memang begitu")
    as_(state.as_liaison, answering.progress, report, answer=thanks, at=AT)
    assert Kind.APPROVAL in running(report)
    offer(report, "transport")
    as_(state.as_transport_liaison, transferring.accept, report, at=AT)
    assert Kind.APPROVAL not in running(report)
    as_(state.as_admin, disposing.dispose, report, lead=state.transport, at=AT)

    with pytest.raises(OutOfTurn):
        as_(state.as_transport_head, answering.approve, report, at=AT)

    with databases.role("owner"):
        assert answering.draft_of(now(report)) is None
        assert FollowUp.objects.get(report=report).is_draft


@pytest.mark.requirement("R000-21", "R001-07")
def test_one_unit_leads_and_those_beside_it_are_told_and_end_with_the_next_disposition():
    state, report = the_state(), a_report(State.AWAITING_DISPOSITION)
    as_(state.as_admin, disposing.dispose, report, lead=state.works, supporting=[state.health, state.works], at=AT)
    with databases.role("owner"):
        told = Notice.objects.filter(report=report, template="dispose", to="UNIT").values_list("unit__code", flat=True)
        assert sorted(told) == ["health", "works"]
    offer(report, "transport")
    as_(state.as_transport_liaison, transferring.accept, report, at=AT)
    assert now(report).lead is None
    as_(state.as_admin, disposing.dispose, report, lead=state.transport, at=AT)

    with databases.role("owner"):
        parts = sorted(report.units.filter(until=None).values_list("part", "unit__code"))
    assert parts == [("HOLDER", "transport"), ("LEAD", "transport")]
    lawful()


def test_across_agencies_only_the_national_administrator_disposes():
    state, report = the_state(), a_report(State.AWAITING_DISPOSITION)
    with pytest.raises(NotYours) as refusal:
        as_(state.as_admin, disposing.dispose, report, lead=state.province_works, note="Tolong", at=AT)
    assert refusal.value.kept == {"note": "Tolong"}
    as_(state.as_national, disposing.dispose, report, lead=state.province_works, at=AT)
    assert now(report).holder == state.province_works


def test_a_report_that_is_withdrawn_while_it_is_offered_waits_for_nobody():
    report = a_report(State.TRANSFER_REQUESTED)
    by_reporter(reporters_word.withdraw, report, at=AT)
    assert running(report) == set()
    with pytest.raises(OutOfTurn):
        as_(the_state().as_transport_liaison, transferring.accept, report, at=AT)
    lawful()
