"""Reports of one matter: each keeps its number and its rights, and the weight says how many stand behind it (T19)."""

from datetime import timedelta

import pytest

from tests import databases
from tests.factories import MONDAY, a_report, as_, by_reporter, received, the_state
from tests.laws import laws
from tests.laws.register import read
from tuntas.access.actors import acting
from tuntas.followup import reporters_word
from tuntas.kernel.refusals import Incomplete, OutOfTurn
from tuntas.reports.models import Report
from tuntas.reports.states import State
from tuntas.routing import disposing, merging, transferring

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R001-07")]
AT = MONDAY + timedelta(days=1)


def now(report: Report) -> Report:
    with databases.role("owner"):
        return Report.objects.select_related("holder", "parent").get(pk=report.pk)


def lawful() -> None:
    register = read()
    assert [fault for law in laws.ALWAYS for fault in law(register)] == []


@pytest.mark.parametrize(
    "at",
    [
        State.AWAITING_VERIFICATION, State.PENDING_INFO, State.AWAITING_DISPOSITION, State.AWAITING_FOLLOW_UP,
        State.TRANSFER_REQUESTED, State.IN_PROGRESS, State.AWAITING_REPORTER, State.RESOLUTION_PROPOSED,
    ],
)  # fmt: skip
def test_from_every_open_state_a_report_is_merged_and_comes_back_to_where_it_stood(at):
    state, parent, child = the_state(), a_report(State.AWAITING_FOLLOW_UP), a_report(at)
    before = now(child)
    as_(state.as_admin, merging.merge, child, into=parent, at=AT)
    merged = now(child)
    assert (merged.state, merged.parent, merged.number, merged.due_at) == (State.MERGED, parent, before.number, None)
    assert now(parent).weight == 2
    lawful()

    as_(state.as_admin, merging.unmerge, child, reason="Lain tempat", at=AT)

    back = now(child)
    assert (back.state, back.parent, back.back_state, back.holder) == (at, None, before.back_state, before.holder)
    assert back.due_at == before.due_at
    assert now(parent).weight == 1
    lawful()


def test_a_report_joins_only_another_that_is_open_and_not_merged_itself():
    state = the_state()
    first, second, third = (a_report(State.AWAITING_FOLLOW_UP) for _n in range(3))
    finished = a_report(State.WITHDRAWN)
    as_(state.as_admin, merging.merge, first, into=second, at=AT)
    before = read()
    for report, into in ((third, third), (third, first), (third, finished), (second, third)):
        with pytest.raises(Incomplete) as refusal:
            as_(state.as_admin, merging.merge, report, into=into, at=AT)
        assert str(refusal.value.instead)
    with pytest.raises(OutOfTurn):
        as_(state.as_admin, merging.merge, first, into=third, at=AT)
    with pytest.raises(OutOfTurn):
        as_(state.as_admin, merging.unmerge, third, reason="Lain", at=AT)
    with pytest.raises(Incomplete):
        as_(state.as_admin, merging.unmerge, first, reason="  ", at=AT)
    assert read() == before


def test_a_merge_is_undone_by_whoever_holds_the_report_also_when_the_carrier_lies_out_of_sight():
    state, parent = the_state(), a_report(target=None)
    child = received(target=state.city.pk)[0]
    as_(state.as_national, merging.merge, child, into=parent, at=AT)
    with acting(state.as_admin):
        assert not Report.objects.filter(pk=parent.pk).exists()

    as_(state.as_admin, merging.unmerge, child, reason="Lain tempat", at=AT)

    assert now(child).state == State.AWAITING_VERIFICATION
    assert now(parent).weight == 1
    lawful()


def test_who_carries_others_unseen_is_not_merged_away():
    """The administrator of the city sees nothing of the report that the nation merged into theirs."""
    state, carrier, other = the_state(), a_report(), a_report()
    far = a_report(target=None)
    as_(state.as_national, merging.merge, far, into=carrier, at=AT)
    with acting(state.as_admin):
        assert not Report.objects.filter(pk=far.pk).exists()
    with pytest.raises(Incomplete):
        as_(state.as_admin, merging.merge, carrier, into=other, at=AT)
    lawful()


def test_an_offer_waits_while_the_report_is_merged_and_goes_on_afterwards():
    state, parent, child = the_state(), a_report(State.AWAITING_FOLLOW_UP), a_report(State.TRANSFER_REQUESTED)
    as_(state.as_admin, merging.merge, child, into=parent, at=AT)
    with pytest.raises(OutOfTurn):
        as_(state.as_transport_liaison, transferring.accept, child, at=AT)
    as_(state.as_admin, merging.unmerge, child, reason="Lain tempat", at=AT)
    as_(state.as_transport_liaison, transferring.accept, child, at=AT)
    assert now(child).holder == state.transport
    as_(state.as_admin, disposing.dispose, child, lead=state.transport, at=AT)
    by_reporter(reporters_word.add_details, child, text="Masih gelap", at=AT)
    lawful()
