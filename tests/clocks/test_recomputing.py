"""A day off that is named while clocks run."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tuntas.clocks.calendar import WIB
from tuntas.clocks.models import Clock, Policy
from tuntas.clocks.policies import calendar_of, forget_calendars
from tuntas.clocks.recomputing import recompute_running
from tuntas.organizations.loading import UnitRow, load_calendars, load_holidays, load_units
from tuntas.organizations.models import Holiday, Unit, UnitKind, WorkingCalendar
from tuntas.reports.models import Report

pytestmark = [pytest.mark.django_db, pytest.mark.role("owner")]

MONDAY = datetime(2026, 7, 6, 3, tzinfo=UTC)
YEARS = range(2026, 2027)


@pytest.fixture(autouse=True)
def _fresh_calendars():
    forget_calendars()
    yield
    forget_calendars()


@pytest.fixture
def running():
    """A verification that began on a Monday, with three working days."""
    load_calendars()
    load_holidays(years=YEARS)
    load_units([UnitRow(code="nation", name="Nation", kind=UnitKind.NATION, calendar="wib-5")])
    holder = Unit.objects.get(code="nation")
    policy = Policy.objects.create(
        policy="test", stage="verify", length=3, valid_from=date(2020, 1, 1), legal_source="test"
    )
    report = Report.objects.create(
        number="12345678901", lodged_at=MONDAY, received_at=MONDAY, holder=holder, holder_since=MONDAY
    )
    calendar = calendar_of(holder)
    due = calendar.deadline(MONDAY, 3)
    return Clock.objects.create(
        report=report,
        kind="verify",
        owner=holder,
        started_at=MONDAY,
        due_at=due,
        fire_at=calendar.fraction_point(MONDAY, due, 0.5),
        length=3,
        policy=policy,
        calendar_version=calendar.version,
    )


def a_day_off(tmp_path, day):
    file = tmp_path / f"{day}.csv"
    file.write_text(f"day,calendar,name_id,kind,legal_source\n{day},,Libur tambahan,national,Keppres 1/2026\n")
    load_holidays([file], years=YEARS)


def test_a_day_off_named_later_gives_what_runs_one_day_more(tmp_path, running):
    a_day_off(tmp_path, "2026-07-08")

    assert recompute_running() == 1
    running.refresh_from_db()
    running.report.refresh_from_db()
    assert running.due_at == datetime(2026, 7, 11, tzinfo=WIB)
    assert running.report.due_at == running.due_at
    assert running.calendar_version == "wib-5/3"
    assert running.fire_at == datetime(2026, 7, 9, 12, tzinfo=WIB), "the reminder moves along"
    assert recompute_running() == 0


def test_a_day_off_that_lies_elsewhere_moves_nothing_but_the_version(tmp_path, running):
    a_day_off(tmp_path, "2026-09-09")

    assert recompute_running() == 0
    running.refresh_from_db()
    assert (running.due_at, running.calendar_version) == (datetime(2026, 7, 10, tzinfo=WIB), "wib-5/3")


def test_a_day_off_taken_back_takes_no_promised_day_away(tmp_path, running):
    a_day_off(tmp_path, "2026-07-08")
    recompute_running()
    Holiday.objects.filter(day=date(2026, 7, 8)).delete()
    WorkingCalendar.objects.update(version=9)

    assert recompute_running() == 0
    running.refresh_from_db()
    assert running.due_at == datetime(2026, 7, 11, tzinfo=WIB)


@pytest.mark.parametrize("state", [{"stopped_at": MONDAY}, {"paused_at": MONDAY + timedelta(hours=1)}])
def test_what_does_not_run_is_left_alone(tmp_path, running, state):
    Clock.objects.filter(pk=running.pk).update(**state)
    a_day_off(tmp_path, "2026-07-08")

    assert recompute_running() == 0
    running.refresh_from_db()
    assert running.calendar_version == "wib-5/2"
