"""On the portal of an agency: its name and colours, its own first, the same register underneath (R001-10, R000-26)."""

import json
import re
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from tests import databases
from tests.faces.making import HOST, an_emblem, opened
from tests.factories import a_report, the_state
from tests.portal.conftest import code_on, number_on
from tests.portal.test_reporting import typed
from tests.workspace.officers import at_desk
from tuntas.faces import binding, colours, emblems
from tuntas.organizations.models import Area, Unit
from tuntas.reports.models import Event, Report
from tuntas.reports.states import State

pytestmark = pytest.mark.django_db


@pytest.fixture
def city():
    """The city's portal, in the city's area, beside a province that has its own."""
    state = the_state()
    with databases.role("owner"):
        Area.objects.create(code="99", name="Provinsi Contoh", level="PROVINCE")
        Area.objects.create(code="99.71", name="Kota Contoh", level="CITY", parent_id="99")
        Unit.objects.filter(pk=state.city.pk).update(area="99.71")
        state.city.refresh_from_db()
    opened(state.as_admin, emblem=an_emblem(), welcome="Selamat datang di Kota Contoh.", hours="Jalan Contoh 1, 08-15")
    opened(state.as_national, "lapor.provinsi.test", "province", name="Lapor Provinsi", colour="#7a1212")
    return state


def said(path: str, host: str = HOST, **more) -> str:
    answer = Client(**more).get(path, HTTP_HOST=host)
    assert answer.status_code == 200, (path, answer.status_code)
    return answer.content.decode()


def test_every_page_wears_the_name_emblem_and_colour_and_no_page_of_another_host_does(city):
    for path in ("/", "/lapor", "/laporan", "/instansi", "/standar", "/lacak", "/lapor/luring"):
        page = said(path)
        assert "Lapor Kota Contoh</title>" in page
        assert f"/wajah/{colours.name_of_sheet('#0b5d8a')}.css" in page
        assert f"/wajah/lambang/{emblems.hash_of(an_emblem())}-96.png" in page
        assert "Jalan Contoh 1" in page
        assert '<meta name="theme-color" content="#0b5d8a">' in page
        for other in (said(path, "testserver"), said(path, "lapor.provinsi.test")):
            assert "Kota Contoh</title>" not in other
            assert "0b5d8a" not in other
    assert "Selamat datang di Kota Contoh." in said("/")
    assert "Example City" in Client(headers={"Cookie": "language=en"}).get("/", HTTP_HOST=HOST).content.decode()


def test_style_sheet_and_emblem_are_kept_for_good_and_nothing_else_is_answered(city):
    sheet = Client().get(f"/wajah/{colours.name_of_sheet('#0b5d8a')}.css", HTTP_HOST=HOST)
    assert (sheet.status_code, sheet["Content-Type"]) == (200, "text/css; charset=utf-8")
    assert "immutable" in sheet["Cache-Control"]
    stale = Client().get("/wajah/0b5d8a-00000000.css", HTTP_HOST=HOST)
    assert (stale.status_code, stale["Cache-Control"]) == (200, "no-cache")
    emblem = Client().get(f"/wajah/lambang/{emblems.hash_of(an_emblem())}-96.png", HTTP_HOST=HOST)
    assert "immutable" in emblem["Cache-Control"]
    assert max(Image.open(BytesIO(emblem.content)).size) == 96
    for never in ("ffffff-00000000", "x", "0b5d8a"):
        assert Client().get(f"/wajah/{never}.css", HTTP_HOST=HOST).status_code == 404
    for never in (f"{emblems.hash_of(an_emblem())}-9999", f"{'0' * 16}-96"):
        assert Client().get(f"/wajah/lambang/{never}.png", HTTP_HOST=HOST).status_code == 404


def test_lists_begin_with_its_own_and_lead_on_to_the_nation(city):
    own = a_report(State.IN_PROGRESS, when=timezone.now())
    there = a_report(State.IN_PROGRESS, when=timezone.now(), text="Jembatan provinsi retak di Contoh")
    with databases.role("owner"):
        Report.objects.filter(pk=there.pk).update(agency=city.province.pk, area="99.71")
    shown = {
        scope: said(f"/laporan{scope}") for scope in ("", "?lingkup=wilayah", "?lingkup=semua", "?instansi=province")
    }
    found = {scope: [number in page for number in (own.number, there.number)] for scope, page in shown.items()}
    assert found == {
        "": [True, False],
        "?lingkup=wilayah": [False, True],
        "?lingkup=semua": [True, True],
        "?instansi=province": [False, True],
    }
    assert "Semua laporan nasional" in shown[""]
    assert 'aria-current="true"' in shown[""]
    assert "lingkup" not in shown["?instansi=province"].split("<footer")[0].split("<form")[0]
    assert own.number in said("/laporan", "testserver")
    assert there.number in said("/laporan", "testserver")
    offices = said("/instansi")
    assert "Dinas Perhubungan Kota Contoh" in offices
    assert "Provinsi Contoh" not in offices.split("<main")[1].split("</main")[0]
    assert "Provinsi Contoh" in said("/instansi?semua=1")
    assert "Laporan publik di Kota Contoh" in said("/peta")
    assert "Laporan publik di peta" in said("/peta?di=nasional")


@pytest.mark.requirement("R001-10", "R000-26")
def test_a_report_goes_into_the_one_register_without_an_agency_and_remembers_the_portal(city):
    """Suggested, never filled in; whoever holds it is who would hold it anywhere; its code opens it on every host."""
    client, other_matter = Client(), typed(text="Antrean di loket panjang sekali sejak Senin.", place="")
    lamp = client.post("/lapor", typed(), HTTP_HOST=HOST).content.decode()
    assert "menyebut “Kota Contoh”" in lamp  # suggested by the words themselves, and so once
    assert "Anda sedang di portalnya." not in lamp
    step_two = client.post("/lapor", other_matter, HTTP_HOST=HOST).content.decode()
    assert "Anda sedang di portalnya." in step_two
    assert "Anda sedang di portalnya." not in client.post("/lapor", other_matter).content.decode()
    chosen = re.search(r'<input type="radio" name="target" value="([^"]*)"[^>]*checked', step_two)
    assert chosen[1] == "-"  # "I do not know: choose for me"
    receipt = client.post("/lapor/terkirim", typed(), HTTP_HOST=HOST).content.decode()
    plain = client.post("/lapor/terkirim", typed()).content.decode()
    with databases.role("owner"):
        ours, other = (Report.objects.get(number=number_on(page)) for page in (receipt, plain))
        facts = [Event.objects.get(report=report).facts for report in (ours, other)]
    assert (ours.holder_id, ours.target_agency_id) == (other.holder_id, None)
    assert facts[0] == {**facts[1], "face": HOST}
    desk = at_desk(the_state().as_national)
    told = [desk.get(f"/workspace/reports/{report.number}/").content.decode() for report in (ours, other)]
    assert ["<dd>portal Lapor Kota Contoh</dd>" in page for page in told] == [True, False]
    page = at_desk(the_state().as_admin).get("/workspace/faces/").content.decode()
    assert "1 laporan masuk lewat portal ini" in page
    for host in ("testserver", "lapor.provinsi.test", HOST):
        opened_page = Client().post("/lacak", {"code": code_on(receipt)}, HTTP_HOST=host, follow=True)
        assert f"{ours.number[:3]}" in opened_page.content.decode()
        assert opened_page.status_code == 200


def test_a_receipt_wears_the_portal_it_was_given_on_whoever_reported_before(city):
    """The receipt is drawn once and filled in after: its drawings must not travel between hosts."""
    pages = {}
    for host in ("testserver", HOST, "lapor.provinsi.test", "testserver", HOST):
        page = Client().post("/lapor/terkirim", typed(), HTTP_HOST=host).content.decode()
        pages.setdefault(host, []).append(re.search(r"- ([^-<]+)</title>", page)[1].strip())
    assert pages == {
        "testserver": ["Tuntas"] * 2,
        HOST: ["Lapor Kota Contoh"] * 2,
        "lapor.provinsi.test": ["Lapor Provinsi"],
    }


def test_the_same_form_sent_again_on_another_host_is_one_report(city):
    form = typed()
    first = Client().post("/lapor/terkirim", form, HTTP_HOST=HOST).content.decode()
    again = Client().post("/lapor/terkirim", form).content.decode()
    assert number_on(first) == number_on(again)
    assert code_on(first) == code_on(again)


def test_what_a_phone_installs_is_the_portal(city):
    told = json.loads(said("/aplikasi.webmanifest"))
    assert (told["name"], told["short_name"], told["theme_color"]) == (
        "Lapor Kota Contoh",
        "Lapor Kota Contoh",
        "#0b5d8a",
    )
    own, plain = (Client().get("/ikon-192.png", HTTP_HOST=host).content for host in (HOST, "testserver"))
    assert own != plain
    assert Image.open(BytesIO(own)).size == (192, 192)
    worker = said("/sw.js")
    assert f"/wajah/{colours.name_of_sheet('#0b5d8a')}.css" in worker
    assert "/wajah/" not in said("/sw.js", "testserver")
    assert json.loads(said("/aplikasi.webmanifest", "testserver"))["short_name"] == "Tuntas"


def test_shared_links_name_the_portal_and_the_page_names_its_one_home(city, settings):
    settings.ORIGIN = "https://tuntas.test"
    report = a_report(State.IN_PROGRESS, when=timezone.now())
    page = said(f"/laporan/{report.number}")
    assert f'<meta property="og:url" content="https://{HOST}/laporan/{report.number}">' in page
    assert '<meta property="og:site_name" content="Lapor Kota Contoh">' in page
    assert f'<link rel="canonical" href="https://tuntas.test/laporan/{report.number}">' in page
    cards = [
        Client().get(f"/laporan/{report.number}/kartu.png", HTTP_HOST=host).content for host in (HOST, "testserver")
    ]
    assert cards[0] != cards[1]
    assert "canonical" not in said(f"/laporan/{report.number}", "testserver")


def test_an_ended_portal_leaves_every_report_where_it_is(city):
    receipt = Client().post("/lapor/terkirim", typed(), HTTP_HOST=HOST).content.decode()
    with databases.role("owner"):
        binding.unbind(HOST)
    assert Client().get("/", HTTP_HOST=HOST).status_code == 400
    assert Client().post("/lacak", {"code": code_on(receipt)}, follow=True).status_code == 200
