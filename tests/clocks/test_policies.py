"""Which limit and which calendar a clock takes: the agency's, the class's, the day's; of the nearest unit upwards."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tests.clocks.october import six_days_in_jayapura
from tests.factories import (
    MONDAY,
    the_state,
)
from tuntas.clocks.calendar import WIB
from tuntas.clocks.models import Policy
from tuntas.clocks.policies import calendar_of, policy_for, unit_of
from tuntas.kernel.refusals import Refusal
from tuntas.organizations.models import Holiday, Unit, WorkingCalendar
from tuntas.reports.states import Class

pytestmark = pytest.mark.django_db


def a_policy(**more) -> Policy:
    facts = {"policy": "t", "stage": "approval", "length": 9, "valid_from": date(2020, 1, 1), "legal_source": "contoh"}
    return Policy.objects.create(**(facts | more))


@pytest.mark.role("owner")
def test_an_agencys_own_policy_comes_first_then_the_class_then_the_newest():
    state = the_state()
    Policy.objects.filter(stage="approval").delete()
    general = a_policy()
    newer = a_policy(valid_from=date(2024, 1, 1))
    of_class = a_policy(report_class=Class.SUPERVISORY)
    own = a_policy(agency=state.city)
    own_class = a_policy(agency=state.city, report_class=Class.SUPERVISORY)
    for chosen, report_class, agency, at in (
        (newer, "ASPIRATION", None, MONDAY),
        (general, "ASPIRATION", None, datetime(2023, 6, 1, tzinfo=UTC)),
        (of_class, "SUPERVISORY", None, MONDAY),
        (own, "ASPIRATION", state.city.pk, MONDAY),
        (own_class, "SUPERVISORY", state.city.pk, MONDAY),
        (newer, "ASPIRATION", state.province.pk, MONDAY),
    ):
        assert policy_for("approval", report_class=report_class, agency_id=agency, at=at) == chosen


@pytest.mark.role("owner")
def test_a_policy_holds_from_its_first_to_its_last_day_in_jakarta():
    the_state()
    Policy.objects.filter(stage="approval").delete()
    a_policy(valid_from=date(2026, 10, 6), valid_to=date(2026, 10, 7))

    def found(at: datetime) -> bool:
        try:
            return bool(policy_for("approval", report_class="", agency_id=None, at=at))
        except Refusal:
            return False

    midnight = datetime(2026, 10, 6, 0, 0, tzinfo=WIB)
    assert not found(midnight - timedelta(seconds=1))
    assert found(midnight)
    assert found(midnight + timedelta(days=2, seconds=-1))
    assert not found(midnight + timedelta(days=2))


@pytest.mark.role("owner")
def test_the_calendar_of_the_nearest_unit_upwards_counts():
    state = the_state()
    assert calendar_of(state.puskesmas).version == "five-days/1"  # the nation's
    six_days_in_jayapura("city")
    assert calendar_of(Unit.objects.get(pk=state.puskesmas.pk)).version == "six/1"
    Unit.objects.filter(code="health").update(calendar=state.nation.calendar)
    assert calendar_of(Unit.objects.get(pk=state.puskesmas.pk)).version == "five-days/1"
    assert calendar_of(Unit.objects.get(pk=state.works.pk)).workweek == frozenset(range(1, 7))
    assert str(calendar_of(Unit.objects.get(pk=state.works.pk)).zone) == "Asia/Jayapura"


@pytest.mark.role("owner")
def test_without_any_calendar_it_is_monday_to_friday_in_jakarta():
    the_state()
    Unit.objects.update(calendar=None)
    Holiday.objects.create(day=date(2026, 10, 6), name="Libur", kind="NATIONAL")
    for unit in (None, Unit.objects.get(code="works")):
        found = calendar_of(unit)
        assert (found.version, str(found.zone), found.workweek) == (
            "national/1",
            "Asia/Jakarta",
            frozenset(range(1, 6)),
        )
        assert not found.is_working(date(2026, 10, 6))


@pytest.mark.role("owner")
def test_a_calendar_has_its_own_days_off_and_knows_which_years_are_known():
    state = the_state()
    six_days_in_jayapura("works")
    own = WorkingCalendar.objects.get(code="six")
    Holiday.objects.create(day=date(2026, 2, 5), name="Hari jadi", kind="LOCAL", calendar=own)
    Holiday.objects.create(day=date(2026, 12, 25), name="Natal", kind="NATIONAL")
    Holiday.objects.create(day=date(2027, 12, 25), name="Natal", kind="NATIONAL", is_estimated=True)
    works, city = calendar_of(Unit.objects.get(code="works")), calendar_of(state.city)
    assert works.holidays - city.holidays == {date(2026, 2, 5)}
    assert (works.known_from, works.known_until) == (date(2026, 1, 1), date(2026, 12, 31))


def test_unit_of_a_policy_speaks_the_calendars_words():
    assert unit_of(Policy(counting="working")) == "working"
    assert unit_of(Policy(counting="calendar")) == "calendar"
