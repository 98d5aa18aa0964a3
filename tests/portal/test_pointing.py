"""A position from a phone: it suggests places and an agency with a reason, sets nothing, and is never in the way."""

import re
from uuid import uuid4

import pytest

from tests import databases
from tests.portal.test_reporting import LAMP, filed, hidden_of, said
from tuntas.organizations.models import Area
from tuntas.routing.suggesting import suggest_agency

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R003-03")]
KALIWATES = {"latitude": "-8.17000", "longitude": "113.70000"}


@pytest.fixture
def jember(state):
    return at_jember(state)


def at_jember(state):
    """Real codes, with the invented city of the state in place of the regency's government."""
    with databases.role("owner"):
        for code, name, level in (
            ("35", "Jawa Timur", "PROVINCE"), ("35.09", "Kabupaten Jember", "REGENCY"),
            ("35.09.19", "Kaliwates", "DISTRICT"), ("35.09.19.1005", "Jember Kidul", "URBAN_VILLAGE"),
            ("35.09.19.1006", "Kaliwates", "URBAN_VILLAGE"),
            ("35.73", "Kota Malang", "CITY"), ("35.73.02", "Klojen", "DISTRICT"),
        ):  # fmt: skip
            Area.objects.create(code=code, name=name, level=level, parent_id=code.rpartition(".")[0] or None)
        state.city.area_id = "35.09"
        state.city.save()
    return state


def step_two(client, **more) -> str:
    answer = client.post("/lapor", {"key": str(uuid4()), "text": LAMP} | more)
    assert answer.status_code == 200
    return said(answer)


def test_a_position_offers_villages_and_the_agency_and_fills_in_neither(client, jember):
    page = step_two(client, **KALIWATES)

    assert "Posisi perangkat Anda berada di <strong>Kabupaten Jember</strong>" in page
    assert "Posisinya berada di Kabupaten Jember." in page
    offered = re.findall(r'name="area" value="([^"]+)"', page)
    assert set(offered) == {"35.09.19.1005", "35.09.19.1006", "35.09", "-"}
    assert re.search(r'name="area" value="-"[^>]*checked', page)
    assert re.search(r'name="target" value="-"[^>]*checked', page)

    client.post("/lapor/terkirim", hidden_of(page) | {"area": "35.09.19.1006", "target": "-"})
    client.post("/lapor/terkirim", hidden_of(step_two(client, **KALIWATES)))
    chosen, none = filed()
    assert chosen.area_id == "35.09.19.1006"
    assert (none.area_id, none.latitude) == (None, -8.17)


def test_whoever_is_elsewhere_is_told_and_leaves_the_position_out(client, jember):
    page = step_two(client, **KALIWATES, area_words="Klojen, Kota Malang")
    assert "Perangkat Anda berada di Kabupaten Jember, tetapi Anda menulis “Klojen, Kota Malang”" in page
    assert "tetapi Anda menulis" not in step_two(client, **KALIWATES, area_words="Kaliwates, Jember")

    client.post("/lapor/terkirim", hidden_of(page) | {"area": "35.73.02", "without_point": "on"})
    (report,) = filed()
    assert (report.area_id, report.latitude, report.longitude, report.cell_y) == ("35.73.02", None, None, None)


@pytest.mark.parametrize(
    ("latitude", "longitude", "words", "is_kept"),
    [
        ("-5.0", "110.0", "di laut atau di luar negeri", True),
        ("51.5", "0.1", "di laut atau di luar negeri", True),
        ("NaN", "113.7", "tidak masuk akal", False),
        ("1e999", "1e300", "tidak masuk akal", False),
        ("-8.17", "", "tidak masuk akal", False),
        ("'; --", "\u0661", "tidak masuk akal", False),
        ("", "", "", False),
    ],
)
def test_sea_abroad_and_nonsense_are_said_in_words_and_the_form_goes_on(
    client, jember, latitude, longitude, words, is_kept
):
    page = step_two(client, latitude=latitude, longitude=longitude)
    assert words in page
    assert "Posisi perangkat Anda berada di <strong>" not in page
    assert 'name="area"' not in page

    assert client.post("/lapor/terkirim", hidden_of(page)).status_code == 200
    (report,) = filed()
    assert (report.latitude is not None) == is_kept


def test_what_somebody_left_out_stays_out_when_another_answer_was_missing(client, jember):
    """Refused at the last step, both steps stand on one page: the choices about position and place stand there too."""
    sent = {"key": str(uuid4()), "text": "", "email": "x", "without_point": "on", "area": "-"} | KALIWATES
    page = said(client.post("/lapor/terkirim", sent))

    assert re.search(r'name="without_point"[^>]*checked', page)
    offered = re.findall(r'name="area" value="([^"]+)"', page)
    assert set(offered) == {"35.09.19.1005", "35.09.19.1006", "35.09", "-"}
    assert re.search(r'name="area" value="-"[^>]*checked', page)


def test_words_about_the_place_come_before_where_the_device_is(jember):
    with databases.role("owner"):
        jember.province.area_id = "35"
        jember.province.save()
    point = (-8.17, 113.70)
    guesses = suggest_agency(named=None, area=None, place="", body="Jalan rusak.", point=point)
    assert [guess.unit.pk for guess in guesses] == [jember.city.pk, jember.province.pk]
    assert "Kabupaten Jember" in str(guesses[0].why)
    assert "menyebut" in str(suggest_agency(named=None, area=None, place="Jember", body="", point=point)[0].why)
    assert suggest_agency(named=None, area=None, place="", body="", point=(-5.0, 110.0)) == []
