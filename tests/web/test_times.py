"""Known answers for days, times and spans."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from django.template import engines
from django.utils import translation

from tuntas.web import times
from tuntas.web.templatetags.tuntas import amount

AT = datetime(2026, 11, 21, 2, 14, tzinfo=UTC)


@pytest.fixture(params=["id"])
def language(request):
    with translation.override(request.param):
        yield


@pytest.mark.parametrize(
    ("zone", "said"),
    [
        ("Asia/Jakarta", "21 Nov 2026 09.14 WIB"),
        ("Asia/Pontianak", "21 Nov 2026 09.14 WIB"),
        ("Asia/Makassar", "21 Nov 2026 10.14 WITA"),
        ("Asia/Jayapura", "21 Nov 2026 11.14 WIT"),
        (timezone(timedelta(hours=5, minutes=30)), "21 Nov 2026 07.44 UTC+05.30"),
        (timezone(timedelta(hours=-3)), "20 Nov 2026 23.14 UTC-03.00"),
    ],
)
def test_a_moment_names_its_zone(language, zone, said):
    assert times.moment(AT, zone) == said


def test_without_a_zone_the_page_s_own_is_meant(language):
    assert times.moment(AT) == "21 Nov 2026 09.14 WIB"
    assert times.clock(AT) == "09.14 WIB"


def test_a_day_is_written_out(language):
    assert times.day(date(2026, 11, 25)) == "Rabu, 25 November 2026"
    assert times.short_day(date(2026, 8, 7)) == "7 Agu 2026"
    assert times.day(datetime(2026, 11, 21, 16, 30, tzinfo=UTC), "Asia/Jayapura") == "Minggu, 22 November 2026"


def test_the_last_day_of_a_deadline_at_midnight_is_the_day_before(language):
    end_of_wednesday = datetime(2026, 11, 25, 17, 0, tzinfo=UTC)  # 24:00 in WIB
    assert times.last_day(end_of_wednesday, "Asia/Jakarta") == "Rabu, 25 November 2026"
    assert times.last_day(end_of_wednesday - timedelta(hours=3), "Asia/Jakarta") == "Rabu, 25 November 2026"


@pytest.mark.parametrize(
    ("distance", "indonesian", "english"),
    [
        (timedelta(seconds=59), "baru saja", "just now"),
        (timedelta(seconds=-30), "baru saja", "just now"),
        (timedelta(minutes=1), "1 menit lalu", "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 menit lalu", "59 minutes ago"),
        (timedelta(hours=1), "1 jam lalu", "1 hour ago"),
        (timedelta(hours=23), "23 jam lalu", "23 hours ago"),
        (timedelta(days=3, hours=2), "3 hari lalu", "3 days ago"),
        (timedelta(days=60), "60 hari lalu", "60 days ago"),
        (timedelta(days=61), "2 bulan lalu", "2 months ago"),
        (timedelta(days=730), "2 tahun lalu", "2 years ago"),
        (timedelta(days=-4, hours=-1), "4 hari lagi", "in 4 days"),
    ],
)
def test_how_long_ago(distance, indonesian, english):
    with translation.override("id"):
        assert times.ago(AT - distance, AT) == indonesian
    with translation.override("en"):
        assert times.ago(AT - distance, AT) == english


def test_english_pages_write_days_and_times_their_way():
    with translation.override("en"):
        assert times.moment(AT, "Asia/Jakarta") == "21 Nov 2026 09:14 WIB"
        assert times.day(date(2026, 11, 25)) == "Wednesday, 25 November 2026"


def test_nothing_is_said_of_no_time(language):
    assert [tell(None) for tell in (times.moment, times.clock, times.day, times.ago, times.stamp, times.last_day)] == [
        ""
    ] * 6


def test_the_filters_take_a_zone_by_name(language):
    template = engines["django"].from_string(
        '{% load tuntas %}{{ at|moment:"Asia/Makassar" }} {{ at|stamp }} {{ at|day }} {{ due|last_day:"Asia/Jakarta" }}'
    )
    said = template.render({"at": AT, "due": datetime(2026, 11, 25, 17, tzinfo=UTC)})
    assert said == "21 Nov 2026 10.14 WITA 2026-11-21T02:14:00+00:00 Sabtu, 21 November 2026 Rabu, 25 November 2026"


@pytest.mark.parametrize(
    ("number", "indonesian", "english"),
    [(1234567, "1.234.567", "1,234,567"), (9.5, "9,5", "9.5"), (9.0, "9", "9"), (0, "0", "0"), (None, "", "")],
)
def test_numbers_by_language(number, indonesian, english):
    with translation.override("id"):
        assert amount(number) == indonesian
    with translation.override("en"):
        assert amount(number) == english
