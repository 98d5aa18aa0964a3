"""The context in which somebody acts: one inside another, ended by a fault, on another day, and never left behind."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection

from tests import databases
from tests.factories import MONDAY, a_report, an_officer, the_state
from tuntas.access import queries
from tuntas.access.actors import PUBLIC, SYSTEM, Actor, acting
from tuntas.kernel.refusals import NotYours
from tuntas.organizations.models import Appointment, Officer, Role, Supervision
from tuntas.reports.models import Report

pytestmark = pytest.mark.django_db
LONG_AGO = MONDAY - timedelta(days=365 * 4)


def seen() -> set[int]:
    return set(Report.objects.values_list("pk", flat=True))


def test_inside_another_context_the_outer_one_comes_back():
    state, ours, other = the_state(), a_report(target=the_state().city.pk), a_report(target=None)
    with acting(state.as_admin):
        assert seen() == {ours.pk}
        with acting(state.as_national):
            assert seen() == {ours.pk, other.pk}
            with acting(Actor.reporter_of(other.pk)):
                assert seen() == {other.pk}
            assert seen() == {ours.pk, other.pk}
        assert seen() == {ours.pk}
    assert queries.current_kind() == ""
    assert seen() == set()


def test_the_outer_context_comes_back_for_its_own_day():
    """An officer of last year, inside whom somebody of another day acts, is still the officer of last year."""
    state = the_state()
    with databases.role("owner"):
        former = an_officer("former", state.works, Role.LIAISON_OFFICER, until=LONG_AGO.date() + timedelta(days=9))
    with acting(former, at=LONG_AGO):
        with acting(state.as_national, at=MONDAY):
            assert queries.current_kind() == "officer"
        assert queries.current_kind() == "officer"
        with pytest.raises(NotYours), acting(former, at=MONDAY):
            raise AssertionError("an ended appointment must not act")
        assert queries.current_kind() == "officer"


def test_after_a_fault_the_outer_context_comes_back_too():
    state, ours = the_state(), a_report(target=the_state().city.pk)
    with acting(state.as_admin):
        with pytest.raises(LookupError), acting(PUBLIC):
            raise LookupError("odd")
        assert seen() == {ours.pk}
    assert seen() == set()


@pytest.mark.django_db(transaction=True)
def test_the_databases_own_fault_is_the_one_that_is_told():
    """A broken transaction takes no more statements; the first fault must not be hidden behind that."""
    state = the_state()
    with pytest.raises(DatabaseError, match="nonsense"), acting(state.as_national), connection.cursor() as cursor:
        cursor.execute("SELECT nonsense")
    assert queries.current_kind() == ""
    with acting(state.as_national):
        with pytest.raises(DatabaseError, match="nonsense"), acting(PUBLIC), connection.cursor() as cursor:
            cursor.execute("SELECT nonsense")
        assert queries.current_kind() == "officer"


def test_an_unknown_kind_of_actor_is_stopped_by_the_database():
    with pytest.raises(DatabaseError, match="unknown kind"), acting(Actor(kind="robot")):
        raise AssertionError("a robot must not act")


def test_a_reporter_of_no_report_sees_nothing():
    report = a_report()
    with acting(Actor.reporter_of(report.pk + 1000)):
        assert seen() == set()


@pytest.mark.parametrize(
    ("begins", "ends", "may"),
    [
        (date(2026, 10, 5), None, True),
        (date(2026, 10, 6), None, False),
        (date(2019, 1, 1), date(2026, 10, 5), True),
        (date(2019, 1, 1), date(2026, 10, 4), False),
    ],
)
def test_an_appointment_is_in_force_from_its_first_to_its_last_day_in_jakarta(begins, ends, may):
    state = the_state()
    with databases.role("owner"):
        officer = Officer.objects.create(username="someone", name="Petugas contoh")
        appointment = Appointment.objects.create(
            officer=officer, unit=state.works, role=Role.LIAISON_OFFICER, valid_from=begins, valid_to=ends
        )
    midnight = MONDAY.replace(hour=17) - timedelta(days=1)  # 00:00 on the 5th in Jakarta
    for at in (midnight, midnight + timedelta(days=1, seconds=-1)):
        assert may_act(Actor.appointed(appointment), at) is may


def may_act(actor: Actor, at) -> bool:
    try:
        with acting(actor, at=at):
            return queries.current_kind() == "officer"
    except NotYours:
        return False


def test_an_officer_who_is_no_longer_active_acts_in_no_role():
    state = the_state()
    with databases.role("owner"):
        Officer.objects.filter(pk=state.as_liaison.officer).update(is_active=False)
    assert not may_act(state.as_liaison, MONDAY)


def test_a_supervisor_sees_the_own_unit_and_all_whom_it_watches_now():
    state = the_state()
    watched, own = a_report(target=the_state().city.pk), a_report(target=the_state().province.pk)
    elsewhere = a_report(target=None)
    with acting(state.as_supervisor):
        assert seen() == {watched.pk, own.pk}
    with databases.role("owner"):
        Supervision.objects.filter(supervised=state.city).update(valid_to=date(2026, 1, 1))
    with acting(state.as_supervisor):
        assert seen() == {own.pk}
    with acting(state.as_national):
        assert seen() == {watched.pk, own.pk, elsewhere.pk}


def test_an_actor_knows_its_appointment():
    state = the_state()
    with databases.role("owner"):
        appointment = Appointment.objects.get(pk=state.as_liaison.appointment)
    actor = Actor.appointed(appointment)
    assert (actor.kind, actor.role, actor.unit, actor.officer, actor.report) == (
        "officer", Role.LIAISON_OFFICER, state.works.pk, appointment.officer_id, None,
    )  # fmt: skip
    assert (state.as_supervisor.is_reader, state.as_liaison.is_reader) == (True, False)
    reporter = Actor.reporter_of(7)
    assert (reporter.kind, reporter.role, reporter.report, reporter.unit) == ("reporter", "REPORTER", 7, None)
    assert (SYSTEM.kind, SYSTEM.role, PUBLIC.kind) == ("system", "SYSTEM", "public")
