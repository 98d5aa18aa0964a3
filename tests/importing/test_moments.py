"""Dates as offices write them."""

from datetime import UTC, datetime

import pytest

from tuntas.clocks.calendar import WIB, WIT, WITA
from tuntas.operations.importing.moments import Reader

NOON_ISH = datetime(2022, 1, 5, 17, 49, tzinfo=WIB)
DAY = datetime(2022, 1, 5, tzinfo=WIB)


@pytest.mark.parametrize(
    "text",
    [
        "2022-01-05 17:49",
        "2022-01-05T17:49:00",
        "05/01/2022 17:49",
        "5-1-2022 17.49",
        "05.01.22 17:49",
        "5 Januari 2022 17.49",
        "Rabu, 5 Januari 2022 pukul 17.49 WIB",
        "5 Jan 2022, 17:49:00",
        "05/01/2022 05:49 PM",
        "5  januari   2022 17:49",
        "2022-01-05 10:49+00:00",
        "5 Januari 2022 10:49 UTC",
        "5 Januari 2022 19:49 WIT",
    ],
)
def test_one_instant_in_many_shapes(text):
    found = Reader().read(text)

    assert found.at == NOON_ISH
    assert found.has_hour


@pytest.mark.parametrize(
    "text", ["2022-01-05", "05/01/2022", "5 Januari 2022", "Rabu, 05-01-2022", "2022-01-05 00:00:00"]
)
def test_a_plain_day_begins_at_its_midnight_and_says_that_no_hour_was_written(text):
    found = Reader().read(text)

    assert found.at == DAY
    assert not found.has_hour


@pytest.mark.parametrize(
    ("month", "text"),
    [
        (5, "1 Mei 2021"),
        (8, "1 Agt 2021"),
        (8, "1 Agustus 2021"),
        (11, "1 Nopember 2021"),
        (12, "1 Des 2021"),
        (2, "1 Pebruari 2021"),
    ],
)
def test_indonesian_months_and_their_short_forms(month, text):
    assert Reader().read(text).at == datetime(2021, month, 1, tzinfo=WIB)


@pytest.mark.parametrize(
    "text", ["31/02/2022", "13/13/2022", "2022-13-01", "besok", "0", "5 Foo 2022", "13:00", "05/01/2022 13:00 PM"]
)
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError, match=r".*"):
        Reader().read(text)


def test_the_map_may_say_that_the_month_comes_first():
    assert Reader(month_first=True).read("01/05/2022").at == DAY
    assert Reader().read("01/05/2022").at == datetime(2022, 5, 1, tzinfo=WIB)


@pytest.mark.parametrize("zone", [WIB, WITA, WIT])
def test_hours_are_those_of_the_stated_zone(zone):
    assert Reader(zone=zone).read("2022-01-05 17:49").at == datetime(2022, 1, 5, 17, 49, tzinfo=zone)


def test_bare_numbers_count_days_only_where_the_sheet_says_from_when():
    assert Reader(system=1900).read("44566.5").at == datetime(2022, 1, 5, 12, tzinfo=WIB)
    assert Reader(system=1904).read("43104.5").at == datetime(2022, 1, 5, 12, tzinfo=WIB)
    with pytest.raises(ValueError, match="44566"):
        Reader().read("44566.5")


def test_a_wrong_year_of_counting_gives_a_date_four_years_off_which_the_limits_catch_in_the_past():
    assert Reader(system=1900).read("2022").at < datetime(1945, 8, 17, tzinfo=UTC)
