"""Writing a report without scripts: two steps, one receipt, and nothing that was typed is ever lost."""

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
from tests.portal.conftest import code_on, number_on
from tuntas.access.actors import Actor, acting
from tuntas.identity.models import SealedIdentity
from tuntas.kernel import numbers
from tuntas.organizations.models import Area, Unit
from tuntas.reports import publishing
from tuntas.reports.models import Attachment, Event, Report, ReportText

pytestmark = pytest.mark.django_db
DAY = ("event_on_day", "event_on_month", "event_on_year")
LAMP = "Lampu jalan di depan Pasar Contoh mati sejak tiga malam."


def a_photo(name: str = "foto.jpg", colour: str = "navy") -> SimpleUploadedFile:
    out = BytesIO()
    Image.new("RGB", (320, 240), colour).save(out, "JPEG")
    return SimpleUploadedFile(name, out.getvalue(), "image/jpeg")


def typed(**more) -> dict:
    return {"key": str(uuid4()), "text": LAMP, "place": "Pasar Contoh", "report_type": "COMPLAINT"} | more


def said(response) -> str:
    return response.content.decode()


def hidden_of(page: str) -> dict:
    """What the form of step two sends along unseen."""
    return dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page)) | {}


def filed() -> list[Report]:
    with databases.role("owner"):
        return list(Report.objects.order_by("pk"))


@pytest.mark.requirement("R001-10", "R003-03")
def test_a_report_needs_only_its_text_and_no_account(client, state):
    step_two = client.post("/lapor", {"key": str(uuid4()), "text": LAMP})
    assert step_two.status_code == 200
    assert "Langkah 2 dari 2" in said(step_two)

    receipt = client.post("/lapor/terkirim", hidden_of(said(step_two)))

    assert receipt.status_code == 200
    [report] = filed()
    assert number_on(said(receipt)) == report.number
    assert report.holder_id == state.nation.pk  # names no agency: waits in the national queue
    with databases.role("owner"):
        assert ReportText.objects.get(report=report).body == LAMP


def test_the_receipt_promises_a_date_and_names_the_holder(client, state):
    page = said(client.post("/lapor/terkirim", typed()))

    [report] = filed()
    assert "(3 hari kerja)" in page
    assert "Diperiksa paling lambat <strong>" in page
    assert f"<strong>{state.nation.name}</strong>" in page
    assert len(code_on(page).split("-")) == 6
    opened = client.post("/lacak", {"code": code_on(page)})
    assert opened["Location"] == "/bantuan/catatan"
    assert report.number not in opened["Location"]


def test_the_code_stands_in_no_address_and_no_cache(client, state):
    response = client.post("/lapor/terkirim", typed())

    assert response["Cache-Control"] == "private, no-store"
    assert "noindex" in response["X-Robots-Tag"]
    assert code_on(said(response)) not in "".join(re.findall(r'(?:href|action|src)="([^"]*)"', said(response)))
    assert "tampil sekali" in said(client.get("/lapor/terkirim"))


@pytest.mark.requirement("R003-03")
def test_sending_twice_gives_the_same_receipt(client, state):
    form = typed()

    first, second = (said(client.post("/lapor/terkirim", form)) for _time in range(2))

    assert code_on(first) == code_on(second)
    assert number_on(first) == number_on(second)
    assert len(filed()) == 1


@pytest.mark.django_db(transaction=True)
def test_sending_eight_times_at_once_files_one_report_with_its_photos_once(state):
    form, pages = typed(), []
    photo = a_photo().read()

    def send():
        files = {"photos": SimpleUploadedFile("foto.jpg", photo, "image/jpeg")}
        pages.append(said(Client().post("/lapor/terkirim", form | files)))
        connections.close_all()

    threads = [threading.Thread(target=send) for _n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len({code_on(page) for page in pages}) == 1
    [report] = filed()
    with databases.role("owner"):
        assert Event.objects.filter(report=report).count() == 1
        assert Attachment.objects.filter(report=report).count() == 1


def test_the_same_form_with_other_words_shows_the_first_receipt_and_keeps_the_new_words(client, state):
    form = typed()
    first = said(client.post("/lapor/terkirim", form))

    again = client.post("/lapor/terkirim", form | {"text": "Sekarang dua lampu yang mati, dan satu tiang miring."})

    assert again.status_code == 409
    assert code_on(said(again)) == code_on(first)
    assert "dua lampu yang mati" in said(again)
    assert len(filed()) == 1


# Bad input of the text --------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "   ", "\n\r\n"])
def test_an_empty_report_comes_back_with_words_and_with_everything_else(client, state, text):
    response = client.post("/lapor", typed(text=text, place="Pasar Contoh", agency_words="dinas"))

    assert response.status_code == 422
    assert "Laporan Anda masih kosong" in said(response)
    assert 'value="Pasar Contoh"' in said(response)
    assert filed() == []


@pytest.mark.parametrize("text", ["lampu", "😭😭😭😭😭😭😭😭😭😭😭😭😭😭😭😭😭😭😭😭😭😭"])
def test_one_word_and_pictures_alone_are_taken_with_a_friendly_hint(client, state, text):
    page = said(client.post("/lapor/terkirim", typed(text=text)))

    assert code_on(page)
    assert "Ini akan membantu" in page
    with databases.role("owner"):
        assert ReportText.objects.get().body == text


def test_a_hundred_kilobytes_are_refused_and_kept(client, state):
    long = "Jalan rusak. " * 8000

    response = client.post("/lapor", typed(text=long))

    assert response.status_code == 422
    assert "20000" in said(response)
    assert long.strip()[:5000] in said(response)
    assert said(response).count("Jalan rusak.") == 8000


def test_what_no_database_can_hold_is_taken_all_the_same(client, state):
    response = client.post(
        "/lapor/terkirim", typed(text="Lampu\x00 mati \ud800 di pasar".encode("utf-8", "replace").decode())
    )

    assert response.status_code == 200
    assert len(filed()) == 1


@pytest.mark.parametrize("day", [timezone.localdate() + timedelta(days=1), timezone.localdate().replace(year=1500)])
def test_future_and_ancient_days_are_refused_at_their_field(client, state, day):
    when = {"event_on_day": day.day, "event_on_month": day.month, "event_on_year": day.year}

    response = client.post("/lapor", typed(**when))

    assert response.status_code == 422
    assert 'id="id_event_on_error"' in said(response)
    assert LAMP in said(response)
    assert filed() == []


@pytest.mark.parametrize("when", [("31", "2", "2026"), ("x", "y", "z"), ("5", "", "")])
def test_a_day_that_is_none_is_refused_at_its_field(client, state, when):
    response = client.post("/lapor", typed(**dict(zip(DAY, when, strict=True))))

    assert response.status_code == 422
    assert 'id="id_event_on_error"' in said(response)


def test_the_last_step_keeps_everything_when_it_refuses(client, state):
    response = client.post(
        "/lapor/terkirim",
        typed(text="", email="bukan surel", name="Warga Contoh", is_anonymous="on", remedy="Nyalakan"),
    )

    page = said(response)
    assert response.status_code == 422
    assert "Belum terkirim" in page
    for kept in ('value="bukan surel"', 'value="Warga Contoh"', "Nyalakan", 'value="Pasar Contoh"'):
        assert kept in page
    assert re.search(r'name="is_anonymous"[^>]*checked', page)
    assert filed() == []


def test_going_back_keeps_both_steps(client, state):
    first = hidden_of(said(client.post("/lapor", typed())))

    back = said(client.post("/lapor", first | {"email": "warga@example.test", "is_anonymous": "on", "back": "1"}))
    again = said(client.post("/lapor", hidden_of(back) | {"text": LAMP + " Gelap sekali."}))

    assert "Langkah 1 dari 2" in back
    assert LAMP in back
    assert "Gelap sekali." in again
    assert 'value="warga@example.test"' in again
    assert re.search(r'name="is_anonymous"[^>]*checked', again)


def test_everything_of_step_one_arrives(client, state):
    told = typed(report_type="ASPIRATION", remedy="Nyalakan lampunya", latitude="-8.16", longitude="113.70")
    told |= dict(zip(DAY, ("4", "10", "2026"), strict=True))

    client.post("/lapor/terkirim", hidden_of(said(client.post("/lapor", told))))

    [report] = filed()
    assert (report.report_type, str(report.event_on), report.place) == ("ASPIRATION", "2026-10-04", "Pasar Contoh")
    assert (report.latitude, report.longitude) == (-8.16, 113.70)
    with databases.role("owner"):
        assert ReportText.objects.get().requested_remedy == "Nyalakan lampunya"


def test_a_lost_key_costs_nothing_that_was_typed(client, state):
    response = client.post("/lapor/terkirim", typed(key="bukan kunci"))

    assert code_on(said(response))


def test_a_page_that_was_open_for_too_long_is_refused_in_words(state):
    response = Client(enforce_csrf_checks=True).post("/lapor/terkirim", typed())

    assert response.status_code == 403
    assert filed() == []


# Protection -------------------------------------------------------------------------------------------------


def test_protection_and_person_are_kept_where_they_belong(client, state):
    client.post(
        "/lapor/terkirim",
        typed(is_anonymous="on", is_confidential="on", email="warga@example.test", name="Warga Contoh"),
    )

    [report] = filed()
    assert (report.is_anonymous, report.is_confidential) == (True, True)
    with databases.role("owner"):
        text = ReportText.objects.get(report=report)
        sealed = SealedIdentity.objects.get(reporter=report.reporter)
    assert (text.body, text.title) == ("", "")
    assert b"warga@example.test" not in bytes(sealed.ciphertext)
    with acting(Actor.reporter_of(report.pk)):
        assert publishing.read(Report.objects.get())["body"] == LAMP


def test_danger_is_answered_with_the_number_to_call(client, state):
    assert "Telepon 112 dulu" in said(client.post("/lapor", typed(text="ada kebakaran di pasar")))


# Whose it is ------------------------------------------------------------------------------------------------


def test_an_agency_is_chosen_from_what_its_words_find(client, state):
    page = said(client.post("/lapor", typed(agency_words="kota contoh")))
    assert "Instansi mana yang Anda maksud?" in page

    client.post("/lapor/terkirim", hidden_of(page) | {"target": state.city.pk})

    assert filed()[0].holder_id == state.city.pk


def test_a_question_that_was_not_answered_is_asked_again(client, state):
    """With scripts somebody may change the agency's name after the second step was shown."""
    response = client.post("/lapor/terkirim", typed(agency_words="kota contoh"))

    assert response.status_code == 422
    assert "Instansi mana yang Anda maksud?" in said(response)
    assert filed() == []


@pytest.mark.requirement("R000-30")
def test_an_unconnected_agency_says_who_holds_the_report(client, state):
    page = said(client.post("/lapor", typed(agency_words="kabupaten contoh")))
    assert "belum terhubung: laporannya dipegang Provinsi Contoh" in page

    receipt = said(client.post("/lapor/terkirim", hidden_of(page) | {"target": state.regency.pk}))

    assert filed()[0].holder_id == state.province.pk
    assert "Kabupaten Contoh belum terhubung." in receipt


def test_a_report_about_the_agency_itself_goes_past_it(client, state):
    page = said(client.post("/lapor", typed(agency_words="kota contoh")))

    client.post("/lapor/terkirim", hidden_of(page) | {"target": state.city.pk, "is_about_them": "on"})

    [report] = filed()
    assert report.holder_id == state.nation.pk
    with acting(state.as_admin):
        assert not Report.objects.exists()


def test_what_the_words_point_to_is_proposed_and_never_filled_in(client, state):
    with databases.role("owner"):
        area = Area.objects.create(code="35.99", name="Kota Rembulan", level="CITY")
        Unit.objects.filter(pk=state.city.pk).update(area=area)

    page = said(client.post("/lapor", typed(text="Lampu jalan mati di Rembulan, tolong", place="")))

    assert "Apakah untuk salah satu ini?" in page
    assert "Lampu Penerangan Jalan" in page
    assert not re.search(rf'value="{state.city.pk}"[^>]*checked', page)
    client.post("/lapor/terkirim", hidden_of(page) | {"target": state.city.pk})
    client.post("/lapor/terkirim", hidden_of(page) | {"key": str(uuid4())})
    assert [report.holder_id for report in filed()] == [state.city.pk, state.nation.pk]


@pytest.mark.parametrize("target", ["99999999", "x", "-5", "9" * 30])
def test_a_target_that_does_not_exist_is_no_obstacle_either(client, state, target):
    assert code_on(said(client.post("/lapor/terkirim", typed(target=target))))


def test_an_agency_that_nobody_knows_is_no_obstacle(client, state):
    page = said(client.post("/lapor", typed(agency_words="Dinas Entah Apa")))

    assert "Kami pilihkan yang tepat" in page
    assert code_on(said(client.post("/lapor/terkirim", hidden_of(page))))


def test_a_place_is_chosen_from_what_its_words_find(client, state):
    with databases.role("owner"):
        province = Area.objects.create(code="35", name="Provinsi Contoh", level="PROVINCE")
        for number, name in ((1, "Kaliwates"), (2, "Patrang")):
            district = Area.objects.create(code=f"35.0{number}", name=name, level="DISTRICT", parent=province)
            Area.objects.create(code=f"35.0{number}.01", name="Tegal Besar", level="URBAN_VILLAGE", parent=district)

    page = said(client.post("/lapor", typed(area_words="tegal besar, patrang")))
    assert page.index("Tegal Besar, Patrang, Provinsi Contoh") < page.index("Tegal Besar, Kaliwates, Provinsi Contoh")
    client.post("/lapor/terkirim", hidden_of(page) | {"area": "35.02.01"})

    assert filed()[0].area_id == "35.02.01"


# Files ------------------------------------------------------------------------------------------------------


def attached(report: Report) -> list[Attachment]:
    with databases.role("owner"):
        return list(Attachment.objects.select_related("report__text").filter(report=report).order_by("pk"))


def test_photos_of_step_one_are_kept_for_step_two(client, state):
    page = said(client.post("/lapor", typed(photos=[a_photo("satu.jpg"), a_photo("dua.jpg", "red")])))
    assert "2 berkas tersimpan" in page
    assert "Jangan kirim satu.jpg" in page

    receipt = said(client.post("/lapor/terkirim", hidden_of(page)))

    [report] = filed()
    assert [file.name for file in attached(report)] == ["satu.jpg", "dua.jpg"]
    assert "2 berkas ikut terkirim" in receipt


def test_a_file_can_be_left_out_again(client, state):
    page = said(client.post("/lapor", typed(photos=[a_photo("satu.jpg"), a_photo("dua.jpg", "red")])))
    first = re.findall(r'name="drop" value="(\w+)"', page)[0]

    client.post("/lapor/terkirim", hidden_of(page) | {"drop": first})

    assert [file.name for file in attached(filed()[0])] == ["dua.jpg"]


def test_twenty_files_keep_five_and_name_the_rest(client, state):
    form = typed()

    response = client.post("/lapor", form | {"photos": [a_photo(f"foto-{n}.jpg") for n in range(20)]})

    page = said(response)
    assert response.status_code == 422
    assert "5 berkas tersimpan" in page
    assert "foto-5.jpg" in page
    assert LAMP in page
    assert "Langkah 2 dari 2" in said(client.post("/lapor", form))


@pytest.mark.parametrize(
    ("name", "data", "word"),
    [
        ("foto.jpg", b"MZ\x90\x00" + b"\x00" * 200, "foto.jpg"),
        ("rusak.jpg", b"\xff\xd8\xff\xe0" + b"\x00" * 50, "rusak.jpg"),
        ("kosong.jpg", b"", ""),
    ],
)
def test_a_file_that_is_not_what_it_says_is_named_and_costs_no_other(client, state, name, data, word):
    files = [a_photo("baik.jpg"), SimpleUploadedFile(name, data, "image/jpeg")]

    response = client.post("/lapor", typed(photos=files))

    page = said(response)
    assert word in page
    assert "1 berkas tersimpan" in page
    assert LAMP in page


def test_a_file_far_too_large_is_cut_off_and_the_words_arrive(client, state):
    huge = SimpleUploadedFile("besar.jpg", b"\xff\xd8\xff" + b"x" * (11 * 2**20), "image/jpeg")

    response = client.post("/lapor", typed(photos=[huge]))

    assert response.status_code == 422
    assert "besar.jpg" in said(response)
    assert LAMP in said(response)


def test_a_refused_file_on_the_last_step_files_nothing_and_keeps_the_good_ones(client, state):
    form = typed()
    files = [a_photo("baik.jpg"), SimpleUploadedFile("x.jpg", b"MZ" + b"\x00" * 100, "image/jpeg")]

    response = client.post("/lapor/terkirim", form | {"photos": files})
    assert response.status_code == 422
    assert "1 berkas tersimpan" in said(response)
    assert filed() == []
    client.post("/lapor/terkirim", form)

    assert [file.name for file in attached(filed()[0])] == ["baik.jpg"]


def test_a_photo_does_not_tell_where_it_was_taken(client, state):
    client.post("/lapor/terkirim", typed(photos=[a_photo()]))

    [file] = attached(filed()[0])
    assert (file.taken_at, file.place, file.is_public) == (None, "", False)


def test_the_form_answers_quickly_enough_to_be_tried_again(client, state, django_assert_max_num_queries):
    client.post("/lapor/terkirim", typed())  # what is remembered for a minute

    with django_assert_max_num_queries(14):
        client.post("/lapor/terkirim", typed())


def test_the_code_is_the_one_that_the_key_makes(client, state, settings):
    form = typed()

    page = said(client.post("/lapor/terkirim", form))

    assert code_on(page) == numbers.spell_code(numbers.secret_code(settings.CODE_KEY, form["key"]))
