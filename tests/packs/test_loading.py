"""Loading into a real database: whole, twice, changed, and wrong."""

import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction
from django.utils import translation

from tuntas.clocks.calendar import WIT
from tuntas.clocks.loading import load_policies
from tuntas.clocks.models import Policy
from tuntas.clocks.policies import calendar_of, forget_calendars, policy_for
from tuntas.kernel.packs import silent
from tuntas.kernel.refusals import NotFound, Refusal
from tuntas.operations.loading import PACKS, load
from tuntas.organizations.loading import (
    EdgeRow,
    UnitRow,
    areas,
    load_agencies,
    load_areas,
    load_calendars,
    load_categories,
    load_holidays,
    load_regions,
    load_supervision,
    load_units,
    units_in,
)
from tuntas.organizations.loading.tree import Circle
from tuntas.organizations.models import Area, Category, Holiday, Supervision, Unit, UnitKind, WorkingCalendar

pytestmark = [pytest.mark.django_db, pytest.mark.role("owner")]

YEARS = range(2025, 2028)
PLACES = """kode,nama,penduduk
35,Jawa Timur,41000000
35.78,Kota Surabaya,
35.78.01,Karang Pilang,
35.78.01.1001,Karang Pilang,
35.78.02,Wonocolo,
35.78.02.1001,Siwalankerto,
35.09,Kabupaten Jember,
35.09.01,Jombang,
35.09.01.2001,Padomasan,
94,Papua Tengah,
94.01,Kabupaten Nabire,
"""


@pytest.fixture(autouse=True)
def _in_english():
    forget_calendars()
    with translation.override("en"):
        yield
    forget_calendars()


@pytest.fixture
def places(tmp_path):
    file = tmp_path / "places.csv"
    file.write_text(PLACES)
    return file


@pytest.fixture
def nation(places):
    """A small country: two provinces, three regencies, and what stands above them."""
    load_areas([places])
    load_calendars()
    load_categories()
    load_agencies()


def sums(loaded):
    return loaded.added, loaded.changed, loaded.removed, len(loaded.refused)


def reasons(loaded):
    return {refused.key: refused.why for refused in loaded.refused}


# Areas ----------------------------------------------------------------------------------------------


def test_areas_get_level_parent_and_zone_from_their_code(places):
    assert sums(load_areas([places])) == (11, 0, 0, 0)

    levels = dict(Area.objects.values_list("code", "level"))
    assert [levels[code] for code in ("35", "35.78", "35.09", "35.78.01", "35.78.01.1001", "35.09.01.2001")] == [
        "PROVINCE",
        "CITY",
        "REGENCY",
        "DISTRICT",
        "URBAN_VILLAGE",
        "VILLAGE",
    ]
    assert Area.objects.get(pk="35.78.01").parent_id == "35.78"
    assert (Area.objects.get(pk="94.01").zone, Area.objects.get(pk="35").population) == ("Asia/Jayapura", 41_000_000)


def test_areas_loaded_twice_change_nothing_and_a_new_name_is_reported(places):
    load_areas([places])
    assert sums(load_areas([places])) == (0, 0, 0, 0)

    places.write_text(PLACES.replace("Wonocolo", "Wonocolo Baru").replace("41000000", ""))
    again = load_areas([places])

    assert (again.changed, again.changes, again.unchanged) == (1, ["35.78.02"], 10)
    assert Area.objects.get(pk="35.78.02").name == "Wonocolo Baru"
    assert Area.objects.get(pk="35").population == 41_000_000, "a file without figures takes none away"


def test_an_area_that_cannot_be_right_is_refused_by_itself(tmp_path):
    file = tmp_path / "places.csv"
    file.write_text(
        "code,name\n35.78,Kota Surabaya\n35,Jawa Timur\n35,Again\n3578,No dots\n88,Nowhere\n94.01.01,Lost\n36,\n"
    )

    loaded = load_areas([file])

    assert loaded.added == 2
    assert reasons(loaded) == {
        "35": "the code was given before",
        "3578": "the code must look like 35, 35.78, 35.78.01 or 35.78.01.1001",
        "88": "no time zone is known for province 88",
        "94.01.01": "the area 94.01, to which it belongs, is not known",
        "36": "the name must have 1 to 120 characters",
    }
    assert {str(refused) for refused in loaded.refused if refused.key == "88"} == {
        "places.csv, line 6 (88): no time zone is known for province 88"
    }


@pytest.mark.slow
@pytest.mark.requirement("R003-54")
def test_the_whole_country_is_loaded_by_copy(tmp_path):
    tool = Path(__file__).parent.parent.parent / "tools/areas.py"
    subprocess.run([sys.executable, tool, "--into", tmp_path], capture_output=True, check=True)
    seen = []

    loaded = load_areas([tmp_path / "areas.csv.gz"], progress=lambda *step: seen.append(step))

    assert sums(loaded) == (91_599, 0, 0, 0)
    levels = [(level, Area.objects.filter(level=level).count()) for level in Area.Level.values]
    assert levels == [
        ("PROVINCE", 38),
        ("REGENCY", 416),
        ("CITY", 98),
        ("DISTRICT", 7_285),
        ("URBAN_VILLAGE", 8_496),
        ("VILLAGE", 75_266),
    ]
    assert seen[0] == ("areas", 0, 91_599)
    assert seen[-1] == ("areas", 91_599, 91_599)


def test_without_a_built_list_the_reader_says_what_makes_it(monkeypatch):
    monkeypatch.setattr(areas, "SHIPPED", "areas/missing.csv.gz")

    with pytest.raises(NotFound, match="make assets"):
        load_areas()


# Days off --------------------------------------------------------------------------------------------


def test_holidays_and_joint_leave_come_with_kind_estimate_and_source():
    load_calendars()

    assert sums(load_holidays(years=YEARS))[1:] == (0, 0, 0)
    lebaran = Holiday.objects.get(day=date(2026, 3, 20), kind=Holiday.Kind.JOINT_LEAVE)
    estimated = Holiday.objects.get(day=date(2027, 3, 10), kind=Holiday.Kind.NATIONAL)
    assert (lebaran.is_estimated, lebaran.legal_source) == (False, "SKB 3 Menteri 2026 (holidays)")
    assert estimated.is_estimated
    assert "perkiraan" not in estimated.name


def test_holidays_loaded_twice_keep_the_version_of_every_calendar():
    load_calendars()
    load_holidays(years=YEARS)
    before = list(WorkingCalendar.objects.order_by("code").values_list("code", "version"))

    assert sums(load_holidays(years=YEARS)) == (0, 0, 0, 0)
    assert list(WorkingCalendar.objects.order_by("code").values_list("code", "version")) == before


def test_a_day_that_the_library_no_longer_names_goes_and_the_calendars_get_a_new_version():
    load_calendars()
    load_holidays(years=YEARS)
    Holiday.objects.create(
        day=date(2026, 7, 8), kind="NATIONAL", name="Estimate", legal_source="SKB 3 Menteri 2026 (holidays)"
    )
    Holiday.objects.create(day=date(2026, 7, 9), kind="NATIONAL", name="Election", legal_source="Keppres 1/2026")
    version = WorkingCalendar.objects.get(code="wib-5").version

    again = load_holidays(years=YEARS)

    assert (again.removed, again.changes) == (1, ["2026-07-08"])
    assert Holiday.objects.filter(day=date(2026, 7, 9)).exists(), "what an operator gave stays"
    assert WorkingCalendar.objects.get(code="wib-5").version == version + 1


def test_a_local_holiday_moves_deadlines_in_its_calendar_alone(tmp_path, nation):
    load_holidays(years=YEARS)
    east, west = Unit.objects.get(code="94-01"), Unit.objects.get(code="35-78")
    monday = datetime(2026, 7, 6, 3, tzinfo=UTC)
    before = calendar_of(west).deadline(monday, 3)
    file = tmp_path / "local.csv"
    file.write_text("day,calendar,name_id,kind,legal_source\n2026-07-08,wit-5,Hari jadi,local,Perbup 1/2026\n")

    assert sums(load_holidays([file], years=YEARS)) == (1, 0, 0, 0)
    east.calendar.refresh_from_db()

    assert calendar_of(east).deadline(monday, 3) == datetime(2026, 7, 11, tzinfo=WIT)
    assert calendar_of(west).deadline(monday, 3) == before


def test_a_local_holiday_that_cannot_be_right_is_refused_by_itself(tmp_path):
    load_calendars()
    file = tmp_path / "local.csv"
    file.write_text(
        "day,calendar,name_id,kind,legal_source\n2026-13-01,,Bad day,,x\n,,No day,,x\n"
        "2026-07-08,nowhere,Unknown,,x\n2026-07-09,,Odd kind,party,x\n2026-07-10,,,,x\n2026-07-13,,Good,,x\n"
    )

    loaded = load_holidays([file], years=range(2026, 2027))

    assert len(loaded.refused) == 5
    assert Holiday.objects.get(name="Good").kind == Holiday.Kind.LOCAL


# Categories ------------------------------------------------------------------------------------------


@pytest.mark.requirement("R000-11")
def test_categories_are_brought_in_with_parents_keywords_and_validity():
    load_categories()

    lamps = Category.objects.get(code="PHB-06")
    assert (lamps.parent.code, lamps.name) == ("PHB", "Lampu Penerangan Jalan")
    assert "lampu jalan" in lamps.keywords
    assert Category.objects.get(code="COV").valid_to == date(2023, 12, 31)
    assert Category.objects.filter(parent=None).count() == 30
    assert sums(load_categories()) == (0, 0, 0, 0)


def test_a_renamed_category_keeps_its_row(nation):
    category = Category.objects.get(code="PHB-06")
    Category.objects.filter(pk=category.pk).update(name="Penerangan")

    assert load_categories().changes == ["PHB-06"]
    category.refresh_from_db()
    assert category.name == "Lampu Penerangan Jalan"


# The tree ---------------------------------------------------------------------------------------------


@pytest.mark.requirement("R001-10")
def test_every_province_regency_and_city_is_an_agency_of_one_nation(nation):
    surabaya = Unit.objects.get(code="35-78")

    assert (surabaya.kind, surabaya.name, surabaya.slug) == (
        UnitKind.CITY,
        "Pemerintah Kota Surabaya",
        "pemerintah-kota-surabaya",
    )
    assert surabaya.parent.code == "nation"
    assert surabaya.parent.parent is None
    assert surabaya.agency_id == surabaya.pk
    assert surabaya.connected_on is None
    assert surabaya.calendar.zone == "Asia/Jakarta"
    assert Unit.objects.get(code="94-01").calendar.zone == "Asia/Jayapura"
    assert Unit.objects.filter(parent=None).count() == 1
    assert Unit.objects.get(code="kemenpupr").closed_on == date(2024, 10, 20)


@pytest.mark.requirement("R002-25")
def test_a_province_supervises_its_regencies_apart_from_the_tree(nation):
    edges = set(Supervision.objects.values_list("supervisor__code", "supervised__code"))

    assert {
        ("kemendagri", "35"),
        ("35", "35-78"),
        ("35", "35-09"),
        ("94", "94-01"),
        ("kemenpanrb", "kemenkes"),
    } <= edges
    assert not Supervision.objects.filter(supervised__code="kemenpanrb").exists()


@pytest.mark.requirement("R002-03")
@pytest.mark.requirement("R003-11")
@pytest.mark.requirement("R003-54")
def test_a_city_gets_its_offices_health_centres_districts_and_villages(nation):
    loaded = load_regions(["35.78"])
    health = Unit.objects.get(code="35-78-01-puskesmas")
    village = Unit.objects.get(code="35-78-02-1001-kelurahan")

    assert loaded.refused == []
    assert (health.name, health.kind, health.parent.name) == (
        "Puskesmas Karang Pilang",
        UnitKind.SERVICE_UNIT,
        "Dinas Kesehatan Kota Surabaya",
    )
    assert [Unit.objects.get(pk=pk).code for pk in village.ancestry] == [
        "nation",
        "35-78",
        "35-78-02-kecamatan",
        "35-78-02-1001-kelurahan",
    ]
    assert village.agency.code == "35-78"
    assert "PHB" in Unit.objects.get(code="35-78-perhubungan").categories
    assert Unit.objects.filter(area="35.78", template="kominfo", parent__code="35-78").exists()
    assert calendar_of(health).zone.key == "Asia/Jakarta", "a unit works by the calendar of the nearest unit above"
    assert Unit.objects.filter(code__startswith="35-09-").count() == 0, "only the chosen region gets offices"


@pytest.mark.requirement("R002-25")
def test_a_province_gets_its_own_offices_and_a_seat_for_the_schools_of_each_regency(nation):
    load_regions(["35"])

    assert Unit.objects.get(code="35-kominfo").name == "Dinas Komunikasi dan Informatika Provinsi Jawa Timur"
    assert Unit.objects.get(code="35-09-sma-smk").parent.code == "35-pendidikan"
    assert not Unit.objects.filter(template="puskesmas").exists()


def test_offices_loaded_twice_change_nothing_and_what_people_set_stays(nation):
    load_regions(["35", "35.78"])
    Unit.objects.filter(code="35-78").update(slug="surabaya", connected_on=date(2020, 1, 1))
    Unit.objects.filter(code="35-78-kominfo").update(name="Diskominfo")

    again = load_regions(["35", "35.78"])
    nationwide = load_agencies()

    assert (again.added, again.changes, again.refused) == (0, ["35-78-kominfo"], [])
    assert (nationwide.added, nationwide.changed, nationwide.refused) == (0, 0, [])
    surabaya = Unit.objects.get(code="35-78")
    assert (surabaya.slug, surabaya.connected_on) == ("surabaya", date(2020, 1, 1))


def test_a_region_that_is_none_is_refused(nation):
    with pytest.raises(Refusal, match=r"35\.78\.01"):
        load_regions(["35.78.01"])


def a_unit(code, parent="nation", **more):
    return UnitRow(code=code, name=code.title(), kind=more.pop("kind", UnitKind.REGIONAL_OFFICE), parent=parent, **more)


def test_an_office_that_cannot_be_right_is_refused_by_itself_with_those_below_it(nation):
    loaded = load_units(
        [
            a_unit("good"),
            a_unit("good"),
            a_unit("Not A Code"),
            a_unit("odd", kind="PALACE"),
            a_unit("lost", parent="nowhere"),
            a_unit("below-lost", parent="lost"),
            a_unit("further-below", parent="below-lost"),
            a_unit("no-area", area="99.99"),
            a_unit("no-calendar", calendar="lunar"),
            a_unit("no-category", categories=("XYZ",)),
            UnitRow(code="no-name", name="", kind=UnitKind.REGIONAL_OFFICE, parent="nation"),
        ]
    )

    assert loaded.added == 1
    assert reasons(loaded) == {
        "good": "the code was given before",
        "Not A Code": "the code must be small letters, digits and hyphens, at most 80",
        "odd": f"kind must be one of {', '.join(UnitKind.values)}",
        "lost": "there is no office nowhere above it",
        "below-lost": "the office lost above it was refused",
        "further-below": "the office below-lost above it was refused",
        "no-area": "there is no area 99.99",
        "no-calendar": "there is no working calendar lunar",
        "no-category": "there is no category XYZ",
        "no-name": "the name must have 1 to 200 characters",
    }


def test_a_tree_with_a_circle_is_refused_and_its_path_named(nation):
    before = Unit.objects.count()

    with pytest.raises(Circle) as refused:
        load_units([a_unit("good"), a_unit("a", "c"), a_unit("b", "a"), a_unit("c", "b")])

    assert "a → c → b → a" in str(refused.value.why)
    assert Unit.objects.count() == before


def test_a_circle_closed_through_offices_that_are_there_already_is_refused(nation):
    load_units([a_unit("above"), a_unit("below", "above")])

    with pytest.raises(Circle, match="above → below → above"):
        load_units([a_unit("above", "below")])
    with pytest.raises(IntegrityError, match="unit_tree_has_no_circle"), transaction.atomic():
        Unit.objects.filter(code="above").update(parent=Unit.objects.get(code="below"))


def test_an_office_that_moves_takes_everything_below_it_along(nation):
    load_units([a_unit("old"), a_unit("new"), a_unit("middle", "old"), a_unit("leaf", "middle")])

    assert load_units([a_unit("middle", "new")]).changes == ["middle"]
    assert Unit.objects.get(code="new").pk in Unit.objects.get(code="leaf").ancestry


def test_two_offices_of_one_name_get_different_addresses(nation):
    load_units([a_unit("one"), UnitRow(code="two", name="One", kind="SERVICE_UNIT", parent="nation")])

    assert set(Unit.objects.filter(name="One").values_list("slug", flat=True)) == {"one", "one-two"}


def test_an_operators_file_of_offices_is_loaded(tmp_path, nation):
    file = tmp_path / "offices.csv"
    file.write_text(
        "code,name,kind,parent,area,categories\n35-78-pkm-x,Puskesmas X,service_unit,35-78,35.78.01,KES-02|KES-03\n"
    )

    [loaded] = load("offices", [str(file)], progress=silent)

    assert sums(loaded) == (1, 0, 0, 0)
    assert Unit.objects.get(code="35-78-pkm-x").categories == ["KES-02", "KES-03"]
    assert units_in(file)[0].source.line == 2


def test_supervision_with_unknown_ends_or_in_a_circle_is_refused(nation):
    loaded = load_supervision(
        [EdgeRow(supervisor="ksp", supervised="nowhere"), EdgeRow(supervisor="ksp", supervised="35")]
    )

    assert (loaded.added, reasons(loaded)) == (1, {"nowhere": "there is no office nowhere"})
    with pytest.raises(Circle, match="kemendagri"):
        load_supervision([EdgeRow(supervisor="35-78", supervised="kemendagri")])


# Policies ----------------------------------------------------------------------------------------------


def test_the_limit_that_held_on_the_day_is_found(nation):
    load_policies()
    then, now = datetime(2018, 5, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC)

    before = policy_for("resolve", report_class="NON_SUPERVISORY", agency_id=None, at=then)
    after = policy_for("resolve", report_class="NON_SUPERVISORY", agency_id=None, at=now)

    assert (before.length, before.counting) == (60, "calendar")
    assert (after.length, after.counting) == (14, "working")
    assert policy_for("verify", report_class="", agency_id=None, at=now).length == 3
    assert sums(load_policies()) == (0, 0, 0, 0)


def test_an_agencys_own_limit_comes_before_the_national_one(tmp_path, nation):
    file = tmp_path / "own.csv"
    file.write_text(
        "policy,stage,class,agency,length,counting,valid_from,valid_to,legal_source\n"
        "surabaya,first_response,,35-78,2,working,2026-01-01,,Perwali 1/2026\n"
    )

    assert load_policies([file]).refused == []
    at = datetime(2026, 5, 1, tzinfo=UTC)
    own = Unit.objects.get(code="35-78").pk
    assert policy_for("first_response", report_class="", agency_id=own, at=at).length == 2
    assert policy_for("first_response", report_class="", agency_id=None, at=at).length == 5


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("x,nap,,,2,working,2026-01-01,,law", "there is no stage nap"),
        ("x,verify,KINGS,,2,working,2026-01-01,,law", "there is no class KINGS"),
        ("x,verify,,35-78-kominfo,2,working,2026-01-01,,law", "there is no agency 35-78-kominfo"),
        ("x,verify,,35,0,working,2026-01-01,,law", "the length must be at least one day"),
        ("x,verify,,35,two,working,2026-01-01,,law", "length must be a whole number, not “two”"),
        ("x,verify,,35,2,moons,2026-01-01,,law", "counting must be working or calendar"),
        ("x,verify,,35,2,working,2026-01-01,,", "the legal source is missing"),
        ("x,verify,,35,2,working,2026-01-01,2025-01-01,law", "valid_from is missing or after valid_to"),
        ("x,verify,,,2,working,2026-01-01,,law", "default.csv, line 2 gives a limit for the same days"),
    ],
)
def test_a_policy_that_cannot_be_right_is_refused_by_itself(tmp_path, nation, row, why):
    file = tmp_path / "own.csv"
    file.write_text(f"policy,stage,class,agency,length,counting,valid_from,valid_to,legal_source\n{row}\n")

    loaded = load_policies([file])

    assert [refused.why for refused in loaded.refused] == [why]
    assert Policy.objects.count() == loaded.added


# The whole -------------------------------------------------------------------------------------------


def test_everything_is_loaded_in_order_and_a_second_time_changes_nothing(monkeypatch, places):
    monkeypatch.setitem(PACKS, "areas", lambda _files, progress: load_areas([places], progress=progress))

    first, second = load("all", [], progress=silent), load("all", [], progress=silent)

    assert [loaded.refused for loaded in first if loaded.refused] == []
    assert all(loaded.added for loaded in first)
    assert sum(loaded.touched for loaded in second) == 0
    assert [loaded.unchanged for loaded in second] == [loaded.added for loaded in first]
