"""What one report's page tells, and what it never tells."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from tests.clockwork import pass_time
from tests.factories import (
    LAMP,
    MONDAY,
    a_person,
    a_photo,
    a_report,
    as_,
    received,
    the_state,
    walk,
)
from tests.workspace.officers import at_desk
from tuntas.access.actors import Actor, acting
from tuntas.reports.attaching import attach
from tuntas.reports.models import Attachment
from tuntas.reports.states import State
from tuntas.routing import merging, verifying

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

NAME, MAIL, PHONE = "Siti Rahasiawati", "siti.rahasiawati@example.test", "081234567890"
OFFICERS = ("national", "admin", "liaison", "head", "supervisor", "transport_liaison")


def page_of(actor, report) -> str:
    return at_desk(actor).get(f"/workspace/reports/{report.number}/").content.decode()


@pytest.mark.parametrize("state", [State.AWAITING_VERIFICATION, State.IN_PROGRESS, State.TRANSFER_REQUESTED])
def test_no_page_of_an_officer_ever_holds_a_reporters_name_address_or_number(state):
    offices = the_state()
    report, receipt = received(
        target=offices.city.pk, person=a_person(name=NAME, email=MAIL, phone=PHONE), is_anonymous=True
    )
    walk(report, state, offices, MONDAY)

    for who in OFFICERS:
        client = at_desk(getattr(offices, f"as_{who}"))
        for address in (
            f"/workspace/reports/{report.number}/", "/workspace/", "/workspace/notices/", "/workspace/search?q=Siti",
        ):  # fmt: skip
            page = client.get(address, follow=True).content.decode()
            for secret in (NAME, "Rahasiawati", MAIL, PHONE, receipt.code):
                assert secret not in page.replace("q=Siti", ""), (who, address)


@pytest.mark.requirement("R004-13")
def test_the_history_tells_every_event_in_plain_words():
    report, offices = a_report(State.RESOLVED), the_state()

    page = page_of(offices.as_liaison, report)

    for words in (
        "Laporan masuk.",
        "Sudah diperiksa. Untuk Kota Contoh.",
        "Diserahkan ke Dinas Pekerjaan Umum Kota Contoh.",
        "Perkembangan ditulis.",
        "Pelapor mengatakan sudah beres.",
        "Petugas contoh liaison",
    ):
        assert words in page
    assert not re.search(r"%\(\w+\)s|unknown|None", page)


def test_the_same_page_speaks_english():
    report, offices = a_report(State.RESOLVED), the_state()
    client = at_desk(offices.as_liaison)
    client.cookies["language"] = "en"

    page = client.get(f"/workspace/reports/{report.number}/").content.decode()

    assert "The reporter says it is solved." in page
    assert "Street lamps" in page
    assert "Laporan" not in re.sub(r"<[^>]+>", " ", page).replace(LAMP, "")


def test_clocks_say_when_they_end_and_that_they_wait():
    report, offices = a_report(State.AWAITING_REPORTER), the_state()

    page = page_of(offices.as_liaison, report)

    assert "Menunggu sejak" in page
    assert "1 jeda" in page
    assert "Hari terakhir:" in page


def test_a_confidential_text_is_opened_for_its_handlers_alone():
    offices = the_state()
    report = a_report(target=offices.city.pk, is_confidential=True, text="Kepala loket meminta uang kenanga.")

    assert "uang kenanga" in page_of(offices.as_admin, report)
    supervisor = page_of(offices.as_supervisor, report)
    assert "kenanga" not in supervisor
    assert "Isi laporan ini bukan untuk peran Anda." in supervisor
    assert 'name="verify-public_text"' not in page_of(offices.as_admin, report)


def test_a_supervisor_reads_the_public_text_and_no_word_meant_for_handlers():
    offices = the_state()
    report = a_report(State.AWAITING_REPORTER, text="Pak Budi di loket membentak saya, nomor saya 0812 000 111.")

    page = page_of(offices.as_supervisor, report)

    assert "membentak" not in page  # the public copy was moderated
    assert LAMP in page
    assert "Tiang nomor berapa?" not in page  # a question to the reporter is not public
    assert "Pelapor ditanya." in page


@pytest.mark.requirement("R000-30")
def test_a_supervisor_whose_own_office_holds_the_report_reads_all_of_it():
    offices = the_state()
    report = a_report(target=offices.regency.pk, text="Jembatan desa ambrol sejak kemarin.")

    assert "Jembatan desa ambrol" in page_of(offices.as_supervisor, report)


@pytest.mark.requirement("R001-12")
def test_supporting_offices_read_the_one_shared_history():
    from tuntas.routing import disposing

    report, offices = a_report(State.AWAITING_DISPOSITION), the_state()
    as_(
        offices.as_admin, disposing.dispose, report, lead=offices.works, supporting=[offices.province_works],
        at=MONDAY + timedelta(hours=3),
    )  # fmt: skip

    page = page_of(offices.as_province_works_liaison, report)

    assert "Diserahkan ke Dinas Pekerjaan Umum Kota Contoh." in page
    assert "Dinas Bina Marga Provinsi Contoh" in page
    assert page.count("data-act=") == page.count('data-act="discuss"') == 1  # it supports; the lead answers


def test_the_reporters_photos_are_shown_from_their_own_origin(settings):
    report, offices = a_report(), the_state()
    with acting(Actor.reporter_of(report.pk)):
        attach(report, a_photo(), by=Attachment.By.REPORTER, at=MONDAY)

    page = page_of(offices.as_admin, report)

    address = re.search(r'<img src="([^"]+)"', page)[1].replace("&amp;", "&")
    assert address.startswith(settings.FILES_ORIGIN)
    path = address.removeprefix(settings.FILES_ORIGIN)
    shown = Client().get(path, HTTP_HOST=settings.FILES_ORIGIN.partition("://")[2])
    assert shown.status_code == 200
    assert shown["Content-Type"] == "image/jpeg"
    assert b"".join(shown).startswith(b"\xff\xd8")


def test_a_merged_report_points_to_the_one_that_carries_it_and_back():
    parent, report, offices = a_report(), a_report(), the_state()
    as_(offices.as_admin, merging.merge, report, into=parent, at=MONDAY + timedelta(hours=1))

    assert f"../{parent.number}/" in page_of(offices.as_admin, report)
    assert f"/workspace/reports/{report.number}/" in page_of(offices.as_admin, parent)


def test_an_asked_reporter_who_stays_silent_is_told_in_the_history():
    report, offices = a_report(State.PENDING_INFO), the_state()
    pass_time(MONDAY + timedelta(days=30))

    assert "Diarsipkan: yang kurang tidak datang sampai batas waktu." in page_of(offices.as_admin, report)


@pytest.mark.parametrize("state", [State.AWAITING_VERIFICATION, State.IN_PROGRESS, State.RESOLVED])
def test_the_page_asks_the_database_a_bounded_number_of_times(django_assert_max_num_queries, state):
    report, offices = a_report(state, latitude=-8.1, longitude=113.7), the_state()
    client = at_desk(offices.as_admin)
    with django_assert_max_num_queries(63) as alone:
        client.get(f"/workspace/reports/{report.number}/")
    for _n in range(8):
        a_report(latitude=-8.1, longitude=113.7)
    with acting(offices.as_admin):
        for _n in range(5):
            attach(report, a_photo(), by=Attachment.By.REPORTER, at=MONDAY)

    with django_assert_max_num_queries(len(alone) + 2):
        page = client.get(f"/workspace/reports/{report.number}/")
    assert page.content.decode().count("<img") >= 5


@pytest.mark.parametrize("number", ["12345678901", "0", "x", "99999999999999999999999999"])
def test_an_unknown_number_is_not_found(number):
    assert at_desk(the_state().as_national).get(f"/workspace/reports/{number}/").status_code == 404


def test_verification_of_a_report_with_no_word_in_it_still_opens():
    offices = the_state()
    report = a_report(text="💡💡💡")

    page = page_of(offices.as_admin, report)

    assert "Tidak ada usulan kategori" in page
    assert verifying.class_for(report.report_type) in page


# Notices -----------------------------------------------------------------------------------------


def test_an_office_reads_its_notices_and_marks_them():
    report, offices = a_report(State.AWAITING_FOLLOW_UP), the_state()
    client = at_desk(offices.as_liaison)
    page = client.get("/workspace/notices/")
    rows = page.context["rows"]
    assert [str(row["sentence"]) for row in rows] == ["Diserahkan ke Dinas Pekerjaan Umum Kota Contoh."]
    assert f"/workspace/reports/{report.number}/" in page.content.decode()

    client.post("/workspace/notices/read", {"notice": rows[0]["notice"].pk})

    page = client.get("/workspace/notices/").content.decode()
    assert "Baru:" not in page
    assert "Sudah dibaca" in page


def test_nobody_marks_the_notices_of_another_office():
    a_report(State.AWAITING_FOLLOW_UP)
    offices = the_state()
    mine = at_desk(offices.as_liaison)
    pk = mine.get("/workspace/notices/").context["rows"][0]["notice"].pk

    at_desk(offices.as_health_liaison).post("/workspace/notices/read", {"notice": pk})
    at_desk(offices.as_health_liaison).post("/workspace/notices/read")

    assert mine.get("/workspace/notices/").context["rows"][0]["notice"].read_at is None
    assert mine.post("/workspace/notices/read", {"notice": "9" * 30}).status_code == 302


def test_all_notices_are_marked_at_once():
    for _n in range(3):
        a_report(State.AWAITING_FOLLOW_UP)
    client = at_desk(the_state().as_liaison)
    assert "bar__count" in client.get("/workspace/notices/").content.decode()

    client.post("/workspace/notices/read")

    assert "bar__count" not in client.get("/workspace/notices/").content.decode()


def test_an_office_without_notices_is_told_what_will_come():
    page = at_desk(the_state().as_puskesmas_head).get("/workspace/notices/").content.decode()

    assert "Belum ada pemberitahuan." in page


# Offices by name ---------------------------------------------------------------------------------


def test_names_of_offices_complete_themselves():
    client = at_desk(the_state().as_admin)

    part = client.get("/workspace/offices", {"verify-target_name": "dinas pek"}).content.decode()

    assert 'value="Dinas Pekerjaan Umum Kota Contoh"' in part
    assert client.get("/workspace/offices", {"x": "di"}).content.decode().strip() == ""
    assert client.get("/workspace/offices", {"x": "\x00\x00\x00"}).status_code == 200
