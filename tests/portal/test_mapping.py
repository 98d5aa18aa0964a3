"""The public map: groups of five and no fewer, at every level and between levels; hidden reports in no number."""

import html
import re
from collections import defaultdict
from collections.abc import Iterable
from datetime import timedelta
from itertools import combinations

import pytest
from django.db import ProgrammingError, transaction
from django.utils import timezone
from h3.api import basic_int as h3
from hypothesis import given
from hypothesis import strategies as st

from tests import databases
from tests.factories import MONDAY
from tests.portal.test_register import copies
from tests.portal.test_reporting import said
from tuntas.insight import counting
from tuntas.insight.models import Hexagon, MapPicture, PlaceCount
from tuntas.organizations.locating import atlas
from tuntas.organizations.models import Area, Category
from tuntas.portal import borders, drawing, mapping
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
    assert "Malang" not in province[province.index('id="places"') :]  # its name is written, its number is not
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

    page = said(client.get("/peta?di=35"))

    assert hexagons_on(page) == 0
    assert "belum cukup laporan publik" in page
    assert re.search(r"Kota Malang.*?>5<", page)
    assert MapPicture.objects.get().with_point == 0


POINTS = st.sampled_from([JEMBER, MALANG, (-8.1, 113.6), None])
AREAS, KINDS, AGES = st.sampled_from(["", "35", "35.09.20"]), st.sampled_from([None, 1, 2]), st.integers(0, 400)


@pytest.mark.threat("T-KANON")
@given(st.lists(st.tuples(POINTS, AREAS, KINDS, AGES), max_size=60))
def test_no_difference_between_any_two_numbers_tells_of_fewer_than_five(reports):
    """Nor between pictures of categories and times, however somebody subtracts them."""
    counted = Told()
    for pk, (point, area, category, age) in enumerate(reports):
        latitude, longitude = point or (None, None)
        counted._count(
            report_id=pk, latitude=latitude, longitude=longitude, area=area, text="", category=category,
            received_at=MONDAY - timedelta(days=age),
        )  # fmt: skip

    numbers = [0, *counted.numbers()]

    assert all(n >= 5 for n in numbers[1:])
    assert {abs(one - other) for one in set(numbers) for other in set(numbers)} & set(range(1, 5)) == set()


class Told(counting.Counting):
    """A counting that keeps nothing, and what it would tell."""

    def __init__(self) -> None:
        self.began, self.tops, self.last = MONDAY, {1: "A", 2: "B"}, 0
        self.cells, self.leads, self.places = (defaultdict(counting.Counter) for _part in range(3))
        self.words, self.totals = counting.Counter(), counting.Counter()

    def numbers(self) -> Iterable[int]:
        hexagons, places, totals = self.told()
        return [*(row.n for row in hexagons), *(row.n for row in places), *filter(None, totals.values())]


@pytest.mark.django_db
@pytest.mark.slow
def test_a_category_and_a_time_are_pictures_of_their_own_and_the_list_gets_the_same_filter(client, areas):
    made = public_reports(*[(JEMBER, "35.09.20")] * 12)
    with databases.role("owner"):
        roads = Category.objects.create(code="X1", name="Jalan")
        holes = Category.objects.create(code="X1.1", name="Lubang", parent=roads)
        Category.objects.create(code="X2", name="Air")
        Report.objects.filter(number__in=made[:6]).update(category=holes)
        Report.objects.filter(number__in=made[:11]).update(received_at=timezone.now() - timedelta(days=40))
    count()

    shown = {asked: said(client.get(f"/peta?di=35{asked}")) for asked in FILTERS}

    drawn = {asked: re.search(r"Sekitar (\d+) laporan tergambar", page) for asked, page in shown.items()}
    assert {asked: int(found[1]) if found else 0 for asked, found in drawn.items()} == FILTERS
    for asked, n in FILTERS.items():
        line = rf'<a href="/peta[^"]*">Kabupaten Jember</a></th><td class="amount">{n}</td>'
        assert bool(re.search(line, shown[asked])) == bool(n)
    filtered = html.unescape(shown["&kategori=X1&waktu=90"])
    assert "/laporan?tempat=35.09&kategori=X1&waktu=90" in filtered
    assert "/peta?kategori=X1&waktu=90" in filtered  # the way up keeps it too
    assert "seperti ini" in shown["&kategori=X2"]
    assert "/peta?di=35.09&kategori=X1" in html.unescape(said(client.get("/laporan?tempat=35.09.20&kategori=X1")))


# What each filter leaves of twelve reports, in whole groups.
FILTERS = {"": 10, "&kategori=X1": 5, "&kategori=X1&waktu=90": 5, "&kategori=X1&waktu=30": 0, "&waktu=30": 0,
           "&waktu=90": 10, "&kategori=X2": 0, "&kategori=nothing&waktu=7": 10}  # fmt: skip


@pytest.mark.django_db
def test_the_empty_map_says_so(client):
    assert "pertama kali" in said(client.get("/peta"))
    count()
    page = said(client.get("/peta?di=nowhere"))

    assert "belum cukup laporan publik" in page
    assert "Belum ada tempat" in page


@pytest.mark.django_db
def test_a_hundred_thousand_reports_are_one_light_page(client, areas):
    cells = list(h3.grid_disk(h3.latlng_to_cell(*MALANG, 7), 30))
    with databases.role("worker"):
        Hexagon.objects.bulk_create(
            Hexagon(within="35.73", cell=cell, n=5 * (1 + k % 90), leads_to="35.73") for k, cell in enumerate(cells)
        )
        MapPicture.objects.create(pk=1, as_of=MONDAY, with_point=100_000, with_area=100_000, in_all=200_000)

    page = said(client.get("/peta?di=35.73"))

    assert hexagons_on(page) == mapping.MOST_HEXAGONS
    assert len(page) < 60_000
    assert "200.000" in page


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
    assert drawing.closed_path([(1.2, 2), (4, 2.4), (4.1, 2.1), (2, 7)]) == "M1 2l3 0 -2 5z"
    assert drawing.closed_path([(1, 1), (1.1, 1.2)]) == ""
    line = [(0.0, 0.0), (1.0, 0.2), (2.0, 0.0), (3.0, 4.0), (4.0, 0.0)]
    assert drawing.simplified(line, 0.5) == [(0.0, 0.0), (2.0, 0.0), (3.0, 4.0), (4.0, 0.0)]


@pytest.mark.django_db
def test_borders_and_names_say_where_one_is_even_where_nothing_is_counted(client, areas):
    nation, province, city = (said(client.get(f"/peta{of}")) for of in ("", "?di=35", "?di=35.73"))

    assert 'class="map__border map__border--province"' in nation
    assert 'class="map__border"' not in nation  # five hundred regencies at once would be a tangle
    assert ">Jawa Timur</text>" in nation
    assert 'class="map__border"' in province
    assert {">Jember</text>", ">Kota Malang</text>"} <= set(re.findall(r">[^<>]+</text>", province))
    assert ">Kota Malang</text>" in city


@pytest.mark.parametrize("within", ["", "35", "35.73", "94", "31.71"])
def test_the_drawn_land_fills_its_picture_and_shares_its_borders(within):
    """Every path is closed, every inner border is drawn once, and no picture weighs much."""
    land, view = borders.land(within), drawing.View(borders.box_of(within))

    assert land.here.count("M") == land.here.count("z") > 0
    assert "z" not in land.provinces + land.regencies
    assert bool(land.around) == bool(within)
    assert len(land.here + land.around + land.provinces + land.regencies) < 13_000
    assert 0.5 < view.height / drawing.WIDTH <= 1.01 or not within


def test_every_regency_has_a_picture():
    for code in atlas().outlines:
        assert borders.land(code).here, code


def test_names_do_not_lie_on_one_another():
    names = {code: f"Kabupaten Nama {code}" for code, _lat, _lon in borders.middles("35")}
    found = mapping._labels([], drawing.View(borders.box_of("35")), "35", names)

    assert len(found) > 5
    for one, other in combinations(found, 2):
        assert abs(one.y - other.y) >= 40 or abs(one.x - other.x) > 9 * len(one.name)
