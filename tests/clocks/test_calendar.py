"""Working days: known answers, and promises that hold for every calendar."""

from datetime import UTC, date, datetime, time, timedelta

import holidays as holiday_library
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tuntas.clocks.calendar import FIVE_DAYS, SIX_DAYS, WIB, WIT, WITA, Calendar, never_earlier

OFFICIAL = frozenset(
    holiday_library.Indonesia(years=range(2023, 2029), categories=("public", "government"), language="id")
)


def a_calendar(zone=WIB, workweek=FIVE_DAYS, days_off=OFFICIAL, **more):
    return Calendar(zone=zone, workweek=workweek, holidays=days_off, version="test", **more)


def at(year, month, day, hour=10, minute=0, zone=WIB):
    return datetime(year, month, day, hour, minute, tzinfo=zone)


def end_of(year, month, day, zone=WIB):
    return datetime.combine(date(year, month, day) + timedelta(days=1), time.min, zone)


# Known answers --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "working_days", "last_day"),
    [
        (at(2026, 3, 17), 3, (2026, 3, 27)),  # Nyepi and Lebaran with joint leave: 18 to 24 March
        (at(2026, 12, 23), 5, (2027, 1, 4)),  # Christmas, its joint leave, New Year
        (at(2026, 7, 6), 1, (2026, 7, 7)),
        (at(2026, 7, 10), 1, (2026, 7, 13)),  # a Friday: the weekend is not counted
        (at(2026, 7, 11), 1, (2026, 7, 13)),  # a Saturday: Monday is the first day
        (at(2026, 7, 6), 14, (2026, 7, 24)),
        (at(2025, 8, 15), 1, (2025, 8, 19)),  # 18 August 2025: joint leave that was added late
    ],
)
def test_a_deadline_skips_weekends_holidays_and_joint_leave(start, working_days, last_day):
    assert a_calendar().deadline(start, working_days) == end_of(*last_day)


def test_a_six_day_office_counts_saturday():
    friday = at(2026, 7, 10)

    assert a_calendar(workweek=SIX_DAYS).deadline(friday, 1) == end_of(2026, 7, 11)
    assert a_calendar(workweek=SIX_DAYS).deadline(friday, 2) == end_of(2026, 7, 13)


def test_an_office_that_never_closes_counts_every_day():
    every_day = a_calendar(workweek=frozenset(range(1, 8)), days_off=frozenset())

    assert every_day.deadline(at(2026, 7, 10), 2) == end_of(2026, 7, 12)


def test_the_same_moment_is_another_day_further_east():
    late_evening_in_jakarta = at(2026, 7, 6, 22, 30)

    assert a_calendar(WIB).deadline(late_evening_in_jakarta, 1) == end_of(2026, 7, 7, WIB)
    assert a_calendar(WITA).deadline(late_evening_in_jakarta, 1) == end_of(2026, 7, 7, WITA)
    assert a_calendar(WIT).deadline(late_evening_in_jakarta, 1) == end_of(2026, 7, 8, WIT)


def test_a_deadline_ends_at_midnight_in_the_calendars_own_zone():
    due = a_calendar(WIT).deadline(at(2026, 7, 6), 1)

    assert due.astimezone(UTC) == datetime(2026, 7, 7, 15, tzinfo=UTC)
    assert due.utcoffset() == timedelta(hours=9)


def test_ninety_calendar_days_count_every_day():
    assert a_calendar().calendar_deadline(at(2026, 1, 1), 90) == end_of(2026, 4, 1)
    assert a_calendar().calendar_deadline(at(2026, 7, 10), 1) == end_of(2026, 7, 11)
    assert a_calendar().due(at(2026, 1, 1), 90, "calendar") == end_of(2026, 4, 1)
    assert a_calendar().due(at(2026, 3, 17), 3, "working") == end_of(2026, 3, 27)


@pytest.mark.parametrize(
    ("end", "taken"),
    [
        (at(2026, 7, 6, 16), 0),  # the same day
        (at(2026, 7, 7, 9), 1),
        (at(2026, 7, 12, 9), 4),  # Sunday: nothing more than Friday's count
        (end_of(2026, 7, 7), 1),  # midnight belongs to the day that ends
        (end_of(2026, 7, 7) + timedelta(microseconds=1), 2),
        (at(2026, 7, 3), -1),
    ],
)
def test_working_days_between_counts_as_a_deadline_counts(end, taken):
    assert a_calendar().working_days_between(at(2026, 7, 6), end) == taken


def test_days_late_begin_with_the_day_after_the_deadline():
    calendar, friday_midnight = a_calendar(), end_of(2026, 7, 10)

    assert calendar.working_days_late(friday_midnight, friday_midnight) == 0
    assert calendar.working_days_late(friday_midnight, at(2026, 7, 12)) == 0  # still the weekend
    assert calendar.working_days_late(friday_midnight, at(2026, 7, 13)) == 1
    assert calendar.working_days_late(friday_midnight, at(2026, 7, 1)) == 0


def test_a_holiday_added_later_moves_the_deadline_by_one_day():
    before = a_calendar()
    after = a_calendar(days_off=OFFICIAL | {date(2026, 7, 8)})

    assert before.deadline(at(2026, 7, 6), 3) == end_of(2026, 7, 9)
    assert after.deadline(at(2026, 7, 6), 3) == end_of(2026, 7, 10)


def test_a_holiday_taken_back_never_takes_a_promised_day_away():
    promised, recomputed = end_of(2026, 7, 10), end_of(2026, 7, 9)

    assert never_earlier(promised, recomputed) == promised
    assert never_earlier(recomputed, promised) == promised


# Pauses ---------------------------------------------------------------------------------------------


def after_pauses(*pauses, days=3, at_most=2):
    return a_calendar().deadline_after_pauses(at(2026, 7, 6), days, pauses=pauses, at_most=at_most)


def test_a_pause_moves_the_deadline_by_the_working_days_it_lasted():
    asked, answered = at(2026, 7, 7, 9), at(2026, 7, 9, 15)

    assert after_pauses((asked, answered)) == end_of(2026, 7, 13)


def test_a_question_answered_on_the_same_day_gains_nothing():
    assert after_pauses((at(2026, 7, 7, 9), at(2026, 7, 7, 15))) == end_of(2026, 7, 9)


def test_a_third_pause_does_not_count():
    first, second, third = (
        (at(2026, 7, 7), at(2026, 7, 8)),
        (at(2026, 7, 9), at(2026, 7, 10)),
        (at(2026, 7, 13), at(2026, 7, 14)),
    )

    assert after_pauses(first, second, days=4) == end_of(2026, 7, 14)
    assert after_pauses(first, second, third, days=4) == end_of(2026, 7, 14)
    assert after_pauses(first, second, third, days=4, at_most=3) == end_of(2026, 7, 15)
    assert after_pauses(first, days=4, at_most=0) == end_of(2026, 7, 10)
    assert a_calendar().deadline_after_pauses(at(2026, 7, 6), 4, pauses=[first, second, third]) == end_of(
        2026, 7, 14
    ), "two count unless said otherwise"


def test_two_pauses_at_the_same_time_count_once():
    pause = (at(2026, 7, 7), at(2026, 7, 8))

    assert after_pauses(pause, pause) == after_pauses(pause)


def test_a_pause_after_the_deadline_does_not_rescue_it():
    assert after_pauses((at(2026, 7, 10), at(2026, 7, 31))) == end_of(2026, 7, 9)


# Reminders ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("working_days", "fraction", "point"),
    [
        (10, 0.5, at(2026, 7, 13, 16)),  # closing time of the fifth day
        (5, 0.8, at(2026, 7, 10, 16)),
        (3, 0.5, at(2026, 7, 8, 12)),  # a day and a half
        (1, 0.5, at(2026, 7, 7, 12)),
        (1, 1, end_of(2026, 7, 7)),
    ],
)
def test_a_reminder_falls_in_opening_hours(working_days, fraction, point):
    start = at(2026, 7, 6)

    assert a_calendar().fraction_point(start, a_calendar().deadline(start, working_days), fraction) == point


def test_a_reminder_over_a_long_holiday_divides_plain_time():
    closed = a_calendar(days_off=frozenset(date(2026, 7, n) for n in range(1, 31)))
    start = at(2026, 7, 6, 0)

    assert closed.fraction_point(start, start + timedelta(days=4), 0.5) == start + timedelta(days=2)


# Beyond what is known -------------------------------------------------------------------------------


def test_a_deadline_beyond_the_known_holidays_is_given_and_called_uncertain():
    calendar = a_calendar(known_from=date(2023, 1, 1), known_until=date(2026, 12, 31))

    assert calendar.deadline(at(2031, 1, 1), 5) == end_of(2031, 1, 8)
    assert calendar.is_certain(at(2026, 7, 6), end_of(2026, 12, 31))
    assert not calendar.is_certain(at(2026, 12, 28), calendar.deadline(at(2026, 12, 28), 5))
    assert not calendar.is_certain(at(2022, 12, 31), at(2023, 1, 2))
    assert calendar.is_certain(at(2023, 1, 1), at(2023, 1, 2)), "the first known day is known"
    assert not a_calendar().is_certain(at(2026, 7, 6), at(2026, 7, 7))
    assert not a_calendar(known_from=date(2023, 1, 1)).is_certain(at(2026, 7, 6), at(2026, 7, 7))


# What is refused ------------------------------------------------------------------------------------

NAIVE = datetime(2026, 7, 6, 10)  # noqa: DTZ001  that is the point


@pytest.mark.parametrize(
    "wrong",
    [
        lambda c: c.deadline(NAIVE, 1),
        lambda c: c.deadline(at(2026, 7, 6), 0),
        lambda c: c.deadline_after_pauses(at(2026, 7, 6), 1, pauses=[(NAIVE, NAIVE)]),
        lambda c: c.deadline_after_pauses(at(2026, 7, 6), 1, pauses=[(at(2026, 7, 8), at(2026, 7, 7))]),
        lambda c: c.calendar_deadline(at(2026, 7, 6), 0),
        lambda c: c.calendar_deadline(NAIVE, 1),
        lambda c: c.extend(NAIVE, 1),
        lambda c: c.extend(at(2026, 7, 6), -1),
        lambda c: c.working_days_between(at(2026, 7, 6), NAIVE),
        lambda c: c.working_days_late(NAIVE, at(2026, 7, 6)),
        lambda c: c.fraction_point(at(2026, 7, 6), at(2026, 7, 5), 0.5),
        lambda c: c.fraction_point(at(2026, 7, 6), at(2026, 7, 9), 0),
        lambda c: c.fraction_point(at(2026, 7, 6), at(2026, 7, 9), 1.1),
        lambda c: c.is_certain(NAIVE, at(2026, 7, 6)) or c.deadline(NAIVE, 1),
        lambda _: never_earlier(NAIVE, at(2026, 7, 6)),
        lambda _: a_calendar(workweek=frozenset()),
        lambda _: a_calendar(workweek=frozenset({0, 1})),
        lambda _: a_calendar(workweek=frozenset({1, 8})),
    ],
)
def test_what_makes_no_sense_is_an_error(wrong):
    with pytest.raises(ValueError, match="need"):
        wrong(a_calendar())


# Promises for every calendar ------------------------------------------------------------------------

zones = st.sampled_from([WIB, WITA, WIT])
days = st.dates(date(2024, 1, 1), date(2030, 12, 31))
calendars = st.builds(
    Calendar,
    zone=zones,
    workweek=st.sampled_from([FIVE_DAYS, SIX_DAYS]),
    holidays=st.one_of(st.just(OFFICIAL), st.frozensets(st.dates(date(2026, 1, 1), date(2026, 4, 30)), max_size=30)),
    version=st.just("any"),
)
moments = st.datetimes(datetime(2025, 12, 1), datetime(2026, 6, 30), timezones=zones)  # noqa: DTZ001  bounds
lengths = st.integers(1, 60)
pauses = st.lists(
    st.tuples(moments, st.timedeltas(timedelta(0), timedelta(days=30))).map(lambda p: (p[0], p[0] + p[1])), max_size=4
)


def with_more_holidays(calendar, more):
    return Calendar(
        zone=calendar.zone, workweek=calendar.workweek, holidays=calendar.holidays | more, version=calendar.version
    )


@given(calendars, moments, lengths)
def test_a_deadline_is_the_end_of_a_working_day_after_its_start(calendar, start, length):
    due = calendar.deadline(start, length)

    assert due > start
    assert due.astimezone(calendar.zone).time() == time.min
    assert calendar.is_working((due - timedelta(seconds=1)).date())


@given(calendars, moments, lengths)
def test_counting_back_gives_the_length(calendar, start, length):
    due = calendar.deadline(start, length)

    assert calendar.working_days_between(start, due) == length
    assert calendar.working_days_between(start, due + timedelta(microseconds=1)) in (length, length + 1)
    assert calendar.working_days_late(due, due) == 0


@given(calendars, moments, lengths, lengths)
def test_extending_adds_up(calendar, start, first, more):
    assert calendar.extend(calendar.deadline(start, first), more) == calendar.deadline(start, first + more)
    assert calendar.extend(calendar.deadline(start, first), 0) == calendar.deadline(start, first)


@given(calendars, moments, lengths, st.timedeltas(timedelta(0), timedelta(days=20)))
def test_starting_later_or_taking_longer_is_never_due_earlier(calendar, start, length, later):
    assert calendar.deadline(start + later, length) >= calendar.deadline(start, length)
    assert calendar.deadline(start, length + 1) > calendar.deadline(start, length)


@given(calendars, moments, lengths, pauses, st.frozensets(days, max_size=20))
def test_more_holidays_never_give_an_earlier_deadline(calendar, start, length, ledger, more):
    due = calendar.deadline_after_pauses(start, length, pauses=ledger)

    assert with_more_holidays(calendar, more).deadline_after_pauses(start, length, pauses=ledger) >= due


@given(calendars, moments, lengths, pauses, st.data())
def test_more_or_longer_pauses_never_give_an_earlier_deadline(calendar, start, length, ledger, data):
    due = calendar.deadline_after_pauses(start, length, pauses=ledger)
    longer = [(begun, ended + data.draw(st.timedeltas(timedelta(0), timedelta(days=9)))) for begun, ended in ledger]

    assert calendar.deadline_after_pauses(start, length, pauses=longer) >= due
    assert calendar.deadline_after_pauses(start, length, pauses=ledger + data.draw(pauses)) >= due
    assert due >= calendar.deadline(start, length)


@given(calendars, moments, lengths, pauses)
def test_pauses_beyond_the_cap_change_nothing(calendar, start, length, ledger):
    capped = calendar.deadline_after_pauses(start, length, pauses=ledger, at_most=2)

    assert capped == calendar.deadline_after_pauses(start, length, pauses=ledger[:2], at_most=99)


@given(calendars, moments, lengths, st.floats(0.01, 1), st.floats(0.01, 1))
def test_reminders_lie_between_start_and_deadline_in_order(calendar, start, length, one, other):
    due = calendar.deadline(start, length)
    first, second = (calendar.fraction_point(start, due, fraction) for fraction in sorted((one, other)))

    assert start < first <= second <= due
    assert calendar.fraction_point(start, due, 0.5) == calendar.fraction_point(start.astimezone(UTC), due, 0.5)


@given(moments, lengths)
def test_a_six_day_office_is_never_later_than_a_five_day_one(start, length):
    assert a_calendar(workweek=SIX_DAYS).deadline(start, length) <= a_calendar().deadline(start, length)
