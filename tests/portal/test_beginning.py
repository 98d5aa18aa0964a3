"""What helps somebody begin: places as they type, who is responsible, hints that never stop, a poster on a wall."""

import re

import pytest

from tests import databases
from tuntas.organizations.models import Area
from tuntas.portal import hints

pytestmark = pytest.mark.django_db


def said(response) -> str:
    return response.content.decode()


@pytest.fixture
def villages(state):
    with databases.role("owner"):
        province = Area.objects.create(code="35", name="Provinsi Contoh", level="PROVINCE")
        regency = Area.objects.create(code="35.09", name="Kabupaten Rembulan", level="REGENCY", parent=province)
        for number, name in ((1, "Kaliwates"), (2, "Patrang")):
            district = Area.objects.create(code=f"35.09.0{number}", name=name, level="DISTRICT", parent=regency)
            Area.objects.create(code=f"35.09.0{number}.01", name="Tegal Besar", level="VILLAGE", parent=district)


FULL = "Tegal Besar, Patrang, Kabupaten Rembulan, Provinsi Contoh"


@pytest.mark.requirement("R003-03")
def test_a_place_is_proposed_while_one_types_and_written_out_it_is_found_as_itself(client, villages):
    proposed = client.get("/lapor/tempat", {"kata": "tegal b"}).json()["places"]
    assert proposed == [FULL.replace("Patrang", "Kaliwates"), FULL]
    assert client.get("/lapor/tempat", {"kata": "rembulan"}).json()["places"] == ["Kabupaten Rembulan, Provinsi Contoh"]

    page = said(client.post("/lapor", {"key": "0" * 32, "text": "Jalan rusak di desa kami", "area_words": FULL}))
    assert re.search(r'value="35.09.02.01"[^>]*checked', page)
    assert "35.09.01.01" not in page


@pytest.mark.parametrize("words", ["", "a", "%", "_%", "'; --", "\x00", "😭", "حفرة", "x" * 5000, "kata " * 500])
def test_no_words_break_the_search_for_places_or_topics(client, villages, words):
    assert client.get("/lapor/tempat", {"kata": words}).json() == {"places": []}
    assert client.get("/ke-mana", {"kata": words}).status_code == 200


@pytest.mark.requirement("R003-28", "R003-33")
def test_the_guide_says_who_is_usually_responsible_and_who_else_helps(client, state):
    page = said(client.get("/ke-mana", {"kata": "obat di puskesmas habis"}))

    found = page[page.index('id="found"') : page.index("Menurut topik")]
    assert "Kesehatan" in found
    assert "Dinas Kesehatan" in found
    assert "{region}" not in page
    assert "Ombudsman" in page


@pytest.mark.requirement("R003-28", "R003-29")
def test_hints_tell_what_is_missing_and_refuse_nothing(client, state):
    said_in = [bool(re.search(each.found_by, "Sejak Senin lampu mati di Jalan Melati", re.I)) for each in hints.HELPS]
    assert said_in == [True, True, False, False]

    page = client.post("/lapor", {"key": "0" * 32, "text": "Petugas goblok, lampu mati"})
    assert page.status_code == 200
    assert "menghina seseorang" in said(page)
    assert "saya menyatakan ini benar" in said(page)
    assert "menghina" not in said(client.post("/lapor", {"key": "0" * 32, "text": "Anjing liar menggigit warga"}))


@pytest.mark.requirement("R003-03")
def test_a_poster_leads_to_a_form_that_knows_where_it_hangs(client, state, settings):
    settings.ORIGIN = "https://lapor.example"  # whatever name the poster was asked for under
    poster = said(client.get("/instansi/city/poster", {"tempat": "Halte Alun-alun & Pasar"}))
    address = re.search(r'class="poster__link" href="https://lapor\.example(/[^"]+)"', poster)[1].replace("&amp;", "&")
    assert "<svg" in poster
    assert "style=" not in poster

    form = said(client.get(address))
    assert 'value="Halte Alun-alun &amp; Pasar"' in form
    assert f'value="{state.city.name}"' in form
    assert client.get("/instansi/tidak-ada/poster").status_code == 404
    assert client.get("/lapor?instansi=x%00&wilayah=zz&tempat=%00").status_code == 200
