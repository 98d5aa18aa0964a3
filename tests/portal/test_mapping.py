"""The public map: groups of five and no fewer, at every level and between levels; hidden reports in no number."""

import re
from collections.abc import Iterable
from datetime import timedelta

import pytest
from django.db import ProgrammingError, transaction
from h3.api import basic_int as h3
from hypothesis import given
from hypothesis import strategies as st

from tests import databases
from tests.factories import MONDAY
from tests.portal.test_register import copies
from tests.portal.test_reporting import said
from tuntas.insight import counting
from tuntas.insight.models import Hexagon, MapPicture, PlaceCount
from tuntas.organizations.models import Area
from tuntas.portal import mapping
from tuntas.reports.models import PublicCopy, Report

JEMBER, MALANG = (-8.17, 113.70), (-7.98, 112.63)


@pytest.fixture
def areas(state):
    with databases.role("owner"):
        for code, name, level, above in (
            ("35", "Jawa Timur", "PROVINCE", None), ("35.09", "Kabupaten Jember", "REGENCY", "35"),
            ("35.09.20", "Patrang", "DISTRICT", "35.09"), ("35.73", "Kota Malang", "CITY", "35"),
        ):  # fmt: skip
            Area.objects.create(code=code, name=name, level=level, parent_id=above)


def public_reports(*at: tuple[tuple[float, float] | None, str]) -> list[str]:
    """Public reports at these points and in these areas ("" for none)."""
    made = copies(*["Lampu jalan padam"] * len(at))
    with databases.role("owner"):
        for number, (point, area) in zip(made, at, strict=True):
            latitude, longitude = point or (None, None)
            Report.objects.filter(number=number).update(latitude=latitude, longitude=longitude, area=area or None)
    return made


def hexagons_on(page: str) -> int:
    return sum(outline.count("M") for outline in re.findall(r'class="hexagon[^>]* d="([^"]*)"', page))


def count() -> None:
    with databases.role("worker"):
        counting.count_now()


@pytest.mark.threat("T-KANON")
@pytest.mark.django_db
@pytest.mark.slow
def test_four_are_not_shown_and_the_fifth_makes_them_a_group(client, areas):
    made = public_reports(*[(JEMBER, "35.09.20")] * 5, *[(MALANG, "35.73")] * 4)
    count()

    nation, province, regency = (said(client.get(f"/peta{of}")) for of in ("", "?di=35", "?di=35.09"))

    assert set(Hexagon.objects.values_list("within", "n")) == {("", 5), ("35", 5), ("35.09", 5)}
    assert set(PlaceCount.objects.values_list("area", "n")) == {("35", 5), ("35.09", 5), ("35.09.20", 5)}
    for page in (nation, province, regency):
        assert hexagons_on(page) == 1
    assert "Malang" not in province
    assert 'href="/laporan?tempat=35.09.20"' in regency

    with databases.role("owner"):
        Report.objects.filter(number=made[0]).update(is_confidential=True)  # the database takes the copy away by itself
        assert not PublicCopy.objects.filter(number=made[0]).exists()
    count()
    assert not Hexagon.objects.exists()
    assert set(PlaceCount.objects.values_list("area", "n")) == {("35", 5)}  # eight of two towns


@pytest.mark.django_db
@pytest.mark.slow
def test_a_point_abroad_and_a_report_without_one_are_in_the_list_alone(client, areas):
    public_reports(*[((51.5, 0.1), "35.73")] * 3, *[(None, "35.73")] * 2)
    count()

    html = said(client.get("/peta?di=35"))

    assert hexagons_on(html) == 0
    assert "belum cukup laporan publik" in html
    assert re.search(r"Kota Malang.*?>5<", html)
    assert MapPicture.objects.get().with_point == 0


POINTS = st.sampled_from([JEMBER, MALANG, (-8.1, 113.6), None])


@pytest.mark.threat("T-KANON")
@given(st.lists(st.tuples(POINTS, st.sampled_from(["", "35", "35.09.20"])), max_size=60))
def test_no_difference_between_any_two_numbers_tells_of_fewer_than_five(reports):
    counted = Told()
    for pk, (point, area) in enumerate(reports):
        latitude, longitude = point or (None, None)
        counted._count(report_id=pk, latitude=latitude, longitude=longitude, area=area, text="")

    numbers = [0, *counted.numbers()]

    assert {abs(one - other) for one in numbers for other in numbers} & set(range(1, 5)) == set()
    assert all(n >= 5 for n in numbers[1:])


class Told(counting.Counting):
    """A counting that keeps nothing, and what it would tell."""

    def __init__(self) -> None:
        self.last, self.cells, self.places = 0, {}, counting.Counter()
        self.words, self.totals = counting.Counter(), counting.Counter()

    def numbers(self) -> Iterable[int]:
        hexagons, places, totals = self.told()
        return [*(row.n for row in hexagons), *(row.n for row in places), *filter(None, totals.values())]


@pytest.mark.django_db
def test_the_empty_map_says_so(client):
    assert "pertama kali" in said(client.get("/peta"))
    count()
    html = said(client.get("/peta?di=nowhere"))

    assert "belum cukup laporan publik" in html
    assert "Belum ada tempat" in html


@pytest.mark.django_db
def test_a_hundred_thousand_reports_are_one_light_page(client, areas):
    cells = list(h3.grid_disk(h3.latlng_to_cell(*MALANG, 7), 30))
    with databases.role("worker"):
        Hexagon.objects.bulk_create(
            Hexagon(within="35.73", cell=cell, n=5 * (1 + k % 90), leads_to="35.73") for k, cell in enumerate(cells)
        )
        MapPicture.objects.create(pk=1, as_of=MONDAY, with_point=100_000, with_area=100_000, in_all=200_000)

    html = said(client.get("/peta?di=35.73"))

    assert hexagons_on(html) == mapping.MOST_HEXAGONS
    assert len(html) < 60_000
    assert "200.000" in html


@pytest.mark.django_db
@pytest.mark.role("worker")
def test_it_is_counted_anew_each_day_and_soon_after_the_first_reports():
    morning = MONDAY.replace(hour=18)  # past midnight in Jakarta
    assert counting.is_due(morning)
    counting.count_now(morning)
    assert not counting.is_due(morning + timedelta(minutes=4))
    assert counting.is_due(morning + timedelta(minutes=5))  # nothing was public yet
    MapPicture.objects.update(in_all=5)
    assert not counting.is_due(morning + timedelta(hours=22))
    assert counting.is_due(morning + timedelta(hours=23))


@pytest.mark.django_db
def test_nobody_but_the_worker_writes_the_counts():
    with pytest.raises(ProgrammingError), transaction.atomic():
        Hexagon.objects.create(within="", cell=1, n=5)


def test_an_outline_runs_through_its_corners():
    assert mapping._path([(1.2, 2), (4, 2.4), (4.1, 2.1), (2, 7)]) == "M1 2l3 0 -2 5z"
    assert mapping._path([(1, 1), (1.1, 1.2)]) == ""


def test_points_all_over_the_country_in_one_regency_still_make_a_picture():
    far = [h3.latlng_to_cell(lat, lon, 7) for lat, lon in ((-8.0, 113.0), (3.0, 98.0), (-2.0, 135.0), (1.0, 124.0))]

    box = mapping._box([Hexagon(within="35.09", cell=cell, n=5) for cell in far], "35.09")

    assert box[0] < -8.0
    assert box[3] > 135.0
