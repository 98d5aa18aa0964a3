"""The day an agency joins: each old report gets a holder and a fair clock, and is counted apart (R003-59)."""

from datetime import datetime

import pytest

from tests import databases
from tests.clocks.october import clock, day, end_of, now
from tests.clockwork import pass_time
from tests.factories import (
    a_report,
    a_submission,
    as_,
    the_state,
)
from tuntas.access.actors import SYSTEM, acting
from tuntas.clocks.models import Clock, Kind
from tuntas.clocks.policies import calendar_of
from tuntas.insight import books
from tuntas.intake.receiving import receive
from tuntas.organizations.models import Unit
from tuntas.routing import connecting, disposing, transferring, verifying

pytestmark = pytest.mark.django_db


def joined(state, *, on: datetime) -> list[int]:
    with databases.role("owner"):
        return [report.pk for report in connecting.connect(Unit.objects.get(code="regency"), on=on.date(), at=on)]


@pytest.mark.requirement("R003-59", "R000-30")
def test_on_its_agencys_connection_a_report_gets_a_holder_and_a_fair_clock_and_is_counted_apart():
    state = the_state()
    waiting = a_report(target=state.regency.pk)
    also = a_report(target=state.regency.pk)
    as_(state.as_province_admin, verifying.verify, also, report_class="NON_SUPERVISORY", category=state.lamp,
        target=state.regency, at=day(6))  # fmt: skip
    elsewhere = a_report()
    assert waiting.holder == also.holder == state.province
    before = clock(waiting, Kind.VERIFY)
    connected = day(30)
    pass_time(connected)
    assert now(waiting).escalation == 1

    assert joined(state, on=connected) == [waiting.pk, also.pk]

    for report, kind, until in ((waiting, Kind.VERIFY, 35), (also, Kind.DISPOSE, 35)):
        moved, fair = now(report), clock(report, kind)
        assert (moved.holder, moved.agency, moved.predates_connection) == (state.regency, state.regency, True)
        assert (fair.is_fair, fair.started_at, fair.due_at, fair.owner) == (
            True,
            connected,
            end_of(until),
            state.regency,
        )
        assert moved.due_at == fair.due_at
    with databases.role("owner"):
        old = Clock.objects.get(pk=before.pk)
        assert (old.is_fair, old.stopped_by, old.due_at) == (False, "connect", before.due_at)
    assert not now(elsewhere).predates_connection
    with acting(SYSTEM):
        counted = books.totals(agencies=[state.regency.pk])
    assert (counted.incoming, counted.predating) == (2, 2)


@pytest.mark.requirement("R003-59")
def test_what_comes_in_after_the_connection_is_counted_with_the_others():
    state = the_state()
    a_report(target=state.regency.pk)
    assert len(joined(state, on=day(6))) == 1
    assert joined(state, on=day(6)) == []
    assert receive(a_submission(target=state.regency.pk), at=day(7)).fresh
    with acting(SYSTEM):
        counted = books.totals(agencies=[state.regency.pk])
    assert (counted.incoming, counted.predating) == (2, 1)


@pytest.mark.requirement("R003-59")
def test_a_report_that_found_another_owner_is_not_taken_from_it():
    state = the_state()
    report = a_report(target=state.regency.pk)
    as_(state.as_national, verifying.verify, report, report_class="NON_SUPERVISORY", category=state.lamp,
        target=state.regency, at=day(5))  # fmt: skip
    as_(state.as_province_admin, transferring.offer, report, ground="Jalan kota", proposed=state.city, at=day(6))
    as_(state.as_admin, transferring.accept, report, at=day(6))

    assert joined(state, on=day(8)) == []

    assert now(report).holder == state.city


@pytest.mark.requirement("R003-59")
def test_a_report_about_the_agency_itself_stays_where_it_is():
    state = the_state()
    report = a_report(target=state.regency.pk, accused=(state.regency.pk,))
    assert report.holder == state.nation
    assert joined(state, on=day(8)) == []
    assert now(report).holder == state.nation


@pytest.mark.requirement("R003-59")
def test_what_is_being_followed_up_is_settled_from_the_day_of_connection():
    state = the_state()
    report = a_report(target=state.regency.pk)
    as_(state.as_province_admin, verifying.verify, report, report_class="NON_SUPERVISORY", category=state.lamp,
        target=state.regency, at=day(5))  # fmt: skip
    as_(state.as_province_admin, disposing.dispose, report, lead=state.province, at=day(6))
    joined(state, on=day(19))
    assert clock(report, Kind.RESOLVE).due_at == calendar_of(state.regency).deadline(day(19), 14)
    assert clock(report, Kind.FIRST_RESPONSE).is_fair
    with databases.role("owner"):
        assert set(report.clocks.running().values_list("kind", flat=True)) == {Kind.FIRST_RESPONSE, Kind.RESOLVE}
