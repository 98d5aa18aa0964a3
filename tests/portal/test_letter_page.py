"""The page behind a letter's link: one answer without an account, and nothing for anybody else."""

import re
import threading
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connections
from django.test import Client
from django.utils import timezone
from PIL import Image

from tests import databases
from tests.browser import axe_violations, keep_screenshot
from tests.factories import LAMP, as_
from tests.routing.test_letters import events_of, letter_of, stored_files, take_in, token_of, verified
from tuntas.access.actors import Actor, acting
from tuntas.followup import reporters_word
from tuntas.kernel.numbers import spell_number
from tuntas.notices.models import Notice
from tuntas.reports.models import Attachment
from tuntas.routing import links, verifying
from tuntas.routing.connecting import connect
from tuntas.routing.models import Letter

pytestmark = pytest.mark.django_db
DONE = "Lampu di depan Pasar Contoh sudah kami ganti kemarin; kini menyala."
NOTHING = "Surat ini tidak bisa dibuka."


def a_letter(**more):
    """A letter that was written two hours ago, and its link."""
    state, report = verified(when=timezone.now() - timedelta(hours=4), **more)
    return state, report, f"/surat/{token_of(report)}"


def filled(client, address, **more):
    """The form as the page gives it, with what an office types."""
    page = client.get(address).content.decode()
    key = re.search(r'name="key" value="([^"]+)"', page)
    return {"key": key[1] if key else str(uuid4()), "text": DONE, "office": "Dinas Perhubungan Kabupaten Contoh"} | more


def a_photo(name="foto.jpg"):
    out = BytesIO()
    Image.new("RGB", (320, 240), "navy").save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def said(response):
    return response.content.decode()


def without_token(response):
    """A page without the form's own token and the language links, which carry the address."""
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", said(response))
    return re.sub(r'href="/bahasa/[^"]+"', "", page)


# What it shows ---------------------------------------------------------------------------------


@pytest.mark.requirement("R000-30")
def test_the_letter_says_what_was_reported_who_holds_it_and_by_when(client):
    state, report, address = a_letter()
    response = client.get(address)
    page = said(response)
    assert response.status_code == 200
    assert spell_number(report.number) in page
    assert LAMP in page
    assert "<strong>Kabupaten Contoh belum terhubung.</strong>" in page
    assert f"laporan dipegang {state.province.name} dan batas waktunya tetap berjalan." in page
    assert "Jawab paling lambat" in page


def test_the_page_speaks_english(client):
    _state, _report, address = a_letter()
    client.cookies["language"] = "en"
    page = said(client.get(address))
    assert "What was done, or why not?" in page
    assert "Please answer by" in page


def test_no_robot_and_no_cache_keeps_the_letter(client):
    _state, _report, address = a_letter()
    for response in (client.get(address), client.get("/surat/salah"), client.post(address, filled(client, address))):
        assert response["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        assert "no-store" in response["Cache-Control"]
    assert "Disallow: /surat/" in said(client.get("/robots.txt"))


def test_the_title_of_the_page_tells_nothing(client):
    _state, _report, address = a_letter()
    assert "<title>Surat - Tuntas</title>" in said(client.get(address))


def test_a_link_typed_from_paper_is_read_kindly(client):
    _state, _report, address = a_letter()
    assert client.get(address.lower().replace("-", "").replace("/surat/", "/surat/ ")).status_code == 200


@pytest.mark.parametrize(
    "facts", [{"raise_confidential": True, "protection_reason": "Pelapor terancam."}, {"public_text": ""}]
)
def test_what_is_not_public_is_to_be_asked_of_the_holder(client, facts):
    state, _report, address = a_letter(facts=facts)
    page = said(client.get(address))
    assert "Lampu" not in page
    assert "Pasar" not in page
    assert f"Mintalah isinya kepada {state.province.name}." in page


def test_a_report_that_became_confidential_is_gone_from_the_page_at_once(client):
    state, report, address = a_letter()
    assert LAMP in said(client.get(address))
    as_(
        state.as_province_admin,
        verifying.protect,
        report,
        anonymous=False,
        confidential=True,
        at=timezone.now(),
        reason="Ada nama orang lain",
    )
    page = said(client.get(address))
    assert "Lampu" not in page
    assert "Mintalah isinya" in page


# The answer ------------------------------------------------------------------------------------


@pytest.mark.requirement("R000-30")
def test_an_answer_without_an_account_reaches_the_holder(client):
    state, report, address = a_letter()
    day = dict(
        zip(("document_date_day", "document_date_month", "document_date_year"), ("6", "10", "2026"), strict=True)
    )
    typed = filled(client, address, document_number="600/12/2026", photos=[a_photo()], **day)
    response = client.post(address, typed)
    assert (response.status_code, response["Location"]) == (302, "/surat/terkirim")
    assert "Jawaban Anda kami simpan" in said(client.get("/surat/terkirim"))

    assert take_in(timezone.now()) == 1
    [event] = events_of(report, "answer_by_letter")
    assert event.note == DONE
    letter = letter_of(report)
    assert (letter.document_number, str(letter.document_date)) == ("600/12/2026", "2026-10-06")
    assert letter.answered_by_office == "Dinas Perhubungan Kabupaten Contoh"
    with acting(state.as_province_admin):
        assert Attachment.objects.filter(event=event, part="DOCUMENT", by="OFFICER").count() == 1
    with databases.role("owner"):
        assert Notice.objects.get(template="answer_by_letter").unit_id == state.province.pk


def test_the_office_is_filled_in_and_can_be_named_more_closely(client):
    _state, _report, address = a_letter()
    assert 'value="Kabupaten Contoh"' in said(client.get(address))


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"text": "  \n "}, "Tulis jawaban Anda."),
        ({"office": ""}, "Tulis nama kantornya."),
        ({"text": "x" * 10_001}, "10001"),
        ({"document_date_day": "1", "document_date_month": "1", "document_date_year": "2999"}, "Hari itu belum tiba."),
        ({"document_date_day": "31", "document_date_month": "2", "document_date_year": "2026"}, "21 11 2026"),
        ({"photos": [SimpleUploadedFile("surat.pdf", b"MZ\x90\x00" * 40, "application/pdf")]}, "surat.pdf"),
        ({"photos": [a_photo(f"{n}.jpg") for n in range(6)]}, "5.jpg"),
    ],
)
def test_what_cannot_be_taken_is_said_and_nothing_typed_is_lost(client, wrong, words):
    _state, report, address = a_letter()
    response = client.post(address, filled(client, address, **wrong))
    page = said(response)
    assert response.status_code == 422
    assert words in page
    assert ("kini menyala" in page) or "text" in wrong
    assert letter_of(report).answered_at is None
    assert stored_files() == 0


def test_what_an_office_writes_is_shown_as_text(client):
    _state, _report, address = a_letter()
    page = said(client.post(address, filled(client, address, text="<script>alert(1)</script>", office="")))
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page


def test_the_same_form_sent_twice_is_one_answer_and_ends_well_both_times(client):
    _state, report, address = a_letter()
    typed = filled(client, address)
    first = client.post(address, typed | {"photos": [a_photo()]})
    second = client.post(address, typed | {"photos": [a_photo()]})
    assert (first["Location"], second["Location"]) == ("/surat/terkirim", "/surat/terkirim")
    assert stored_files() == 3
    assert take_in(timezone.now()) == 1
    assert len(events_of(report, "answer_by_letter")) == 1


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sent_twice_at_once_is_one_answer():
    _state, _report, address = a_letter()
    typed, ends = filled(Client(), address), []

    def send():
        ends.append(Client().post(address, typed | {"photos": [a_photo()]})["Location"])
        connections.close_all()

    threads = [threading.Thread(target=send) for _n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ends == ["/surat/terkirim"] * 4
    assert stored_files() == 3
    assert take_in(timezone.now()) == 1


# Nothing for anybody else ----------------------------------------------------------------------


def closed(why):
    """The address of a letter that opens nothing, for this reason."""
    state, report, address = a_letter()
    if why == "wrong":
        return f"/surat/{links.token(uuid4())}"
    if why == "nonsense":
        return "/surat/kode-rahasia"
    if why == "used":
        client = Client()
        client.post(address, filled(client, address))
    elif why == "expired":
        with databases.role("owner"):
            Letter.objects.update(expires_at=timezone.now())
    elif why == "report is over":
        with acting(Actor.reporter_of(report.pk)):
            reporters_word.withdraw(report)
    else:
        with databases.role("owner"):
            list(connect(state.regency, on=timezone.localdate(), at=timezone.now()))
    return address


REASONS = ["wrong", "nonsense", "used", "expired", "report is over", "connected"]


@pytest.mark.parametrize("why", REASONS[1:])
def test_whatever_the_reason_the_page_is_the_same(client, why):
    wrong = client.get(f"/surat/{links.token(uuid4())}")
    response = client.get(closed(why))
    assert response.status_code == wrong.status_code == 404
    assert NOTHING in said(response)
    assert without_token(response) == without_token(wrong)
    assert {name: value for name, value in response.items() if name != "Content-Length"} == {
        name: value for name, value in wrong.items() if name != "Content-Length"
    }


@pytest.mark.parametrize("why", REASONS)
def test_an_answer_to_a_closed_letter_is_not_kept_and_is_given_back(client, why):
    address = closed(why)
    files = stored_files()
    response = client.post(address, filled(client, address, text="Jawaban lain.", photos=[a_photo()]))
    assert response.status_code == 404
    assert NOTHING in said(response)
    assert "Jawaban lain." in said(response)
    assert stored_files() == files
    with databases.role("owner"):
        assert not Letter.objects.filter(answer="Jawaban lain.").exists()


def test_neither_number_nor_id_opens_a_letter(client):
    _state, report, _address = a_letter()
    letter = letter_of(report)
    for guess in (report.number, letter.pk, letter.uuid, bytes(letter.token_digest).hex()):
        assert client.get(f"/surat/{guess}").status_code == 404


# What everybody may know -----------------------------------------------------------------------


@pytest.mark.requirement("R000-30")
def test_the_public_page_says_who_holds_it_and_what_became_of_the_letter(client):
    _state, report, address = a_letter()
    page = said(client.get(f"/laporan/{report.number}"))
    assert "<strong>Kabupaten Contoh belum terhubung.</strong>" in page
    assert "laporan dipegang Provinsi Contoh" in page
    assert "Surat sudah ditulis dan belum dikirim." in page

    with databases.role("owner"):
        Notice.objects.filter(template="letter").update(sent_at=timezone.now())
    page = said(client.get(f"/laporan/{report.number}"))
    assert "Surat dikirim " in page
    assert "Belum dijawab." in page

    client.post(address, filled(client, address))
    page = said(client.get(f"/laporan/{report.number}"))
    assert "Dijawab " in page
    assert "kini menyala" not in page  # what they wrote is for the holder to check and pass on


@pytest.mark.requirement("R000-30")
def test_the_agencys_page_says_it_too(client):
    _state, report, address = a_letter()
    with databases.role("owner"):
        Notice.objects.filter(template="letter").update(sent_at=timezone.now())
    client.post(address, filled(client, address))
    page = said(client.get("/instansi/regency"))
    assert "<strong>Kabupaten Contoh belum terhubung.</strong>" in page
    assert "1 surat dikirim kepadanya" in page
    assert "Dijawab: 1" in page
    assert f"/laporan/{report.number}" in page
    assert "Dipegang Provinsi Contoh." in page


def test_a_protected_report_is_not_listed_on_the_agencys_page(client):
    _state, report, _address = a_letter(is_confidential=True)
    assert report.number not in said(client.get("/instansi/regency"))


def test_a_connected_agency_has_no_such_part(client):
    a_letter()
    assert "dipegang pihak lain" not in said(client.get("/instansi/city"))


# In a browser ----------------------------------------------------------------------------------


@pytest.mark.browser
@pytest.mark.requirement("R000-30")
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_an_office_answers_on_a_telephone(visitor, site, scripts):
    _state, report, address = a_letter()
    page = visitor(width=360, scripts=scripts)
    page.goto(f"{site}{address}")
    if scripts:
        assert axe_violations(page) == []
        keep_screenshot(page, "letter-360")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.get_by_label("Apa yang sudah dilakukan, atau mengapa belum?").fill(DONE)
    page.get_by_role("button", name="Kirim jawaban").click()
    page.get_by_role("heading", name="Jawaban Anda kami simpan").wait_for()
    assert letter_of(report).answer == DONE
    page.go_back()
    page.reload()
    page.get_by_text(NOTHING).wait_for()
