"""The portal in a real browser: with scripts and without, on a small phone and a wide screen, in both languages."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from tests import databases
from tests.browser import axe_violations, keep_screenshot
from tests.factories import a_photo, a_report, as_, received, the_state, walk
from tests.paper import sheets, squeezed
from tests.portal.test_pointing import at_jember
from tuntas.followup import answering
from tuntas.kernel import numbers
from tuntas.reports.models import Attachment, Report, ReportText
from tuntas.reports.states import State

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LAMP = "Lampu jalan di depan Pasar Contoh mati sejak tiga malam."
FORM_LIMIT = 60_000  # bytes of a first visit (stack.md section 5)
PAGE_LIMIT = 45_000  # the other citizens' pages, photos aside


@pytest.fixture
def photo(tmp_path) -> Path:
    path = tmp_path / "lampu.jpg"
    path.write_bytes(a_photo("navy", (900, 700)).data)
    return path


def filed() -> Report:
    with databases.role("owner"):
        return Report.objects.select_related("holder").latest("pk")


def filed_as(state, area: str | None) -> Report:
    """What stands in the register now, with its words, its photo and its place."""
    report = filed()
    with databases.role("owner"):
        assert ReportText.objects.get(report=report).body == LAMP
        assert Attachment.objects.filter(report=report).count() == 1
    assert (report.holder, report.area_id) == (state.city, area)
    return report


def open_with_code(page, site: str, code: str) -> None:
    page.goto(f"{site}/lacak")
    page.fill("#code", code)
    page.get_by_role("button", name="Buka laporan saya").click()


def object_to_it(page) -> None:
    page.locator("summary").get_by_text("Belum beres", exact=True).click()
    page.get_by_label("Apa yang belum beres?").first.fill("Lampu kedua masih mati")
    page.get_by_role("button", name="Belum beres").click()
    page.get_by_text("Lampu kedua masih mati").first.wait_for()


def write_a_report(page, site: str, photo: Path) -> None:
    """Both steps, as somebody would who knows the city but not the office."""
    page.goto(site)
    page.get_by_role("link", name="Tulis laporan").first.click()
    page.fill("#id_text", LAMP)
    page.fill("#id_place", "Pasar Contoh")
    page.set_input_files("#id_photos", photo)
    page.get_by_text("Rincian lain").click()
    page.fill("#id_agency_words", "kota contoh")
    page.get_by_role("button", name="Lanjut").click()
    page.get_by_role("group", name="Instansi mana yang Anda maksud?").get_by_label("Kota Contoh", exact=True).check()


def tell_where_the_phone_is(page) -> None:
    """After the second step stands there: the places near it are offered all the same, and what was chosen stays."""
    page.context.grant_permissions(["geolocation"])
    page.context.set_geolocation({"latitude": -8.17, "longitude": 113.7})
    assert page.get_by_role("radio", name="Jember Kidul").count() == 0
    page.get_by_role("button", name="Pakai lokasi saya").click()
    page.get_by_text("Pilih di bawah: tempat-tempat di dekat Anda.").wait_for()
    page.get_by_role("radio", name="Jember Kidul").check()
    assert page.get_by_label("Kota Contoh", exact=True).is_checked()


@pytest.mark.requirement("R001-10", "R001-14", "R004-13", "R003-03")
@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_report_from_the_first_word_to_the_last(visitor, site, photo, scripts):
    state, how = at_jember(the_state()), "" if scripts else "-without-scripts"
    page = visitor(width=360, scripts=scripts)
    write_a_report(page, site, photo)
    if scripts:
        tell_where_the_phone_is(page)
    keep_screenshot(page, f"portal-report{how}")
    page.get_by_role("button", name="Kirim laporan").click()

    page.get_by_role("heading", name="Laporan Anda kami terima").wait_for()
    code = page.locator("#secret").inner_text()
    keep_screenshot(page, f"portal-receipt{how}")
    report = filed_as(state, "35.09.19.1005" if scripts else None)
    assert code.replace("-", "") not in page.url

    page.get_by_role("button", name="Buka laporan saya").click()
    page.get_by_role("heading", name="Yang sudah terjadi").wait_for()
    assert page.locator(".photos img").count() == 1
    walk(report, State.RESOLUTION_PROPOSED, state, timezone.now() - timedelta(days=10))

    open_with_code(page, site, code)
    page.get_by_role("heading", name="Apakah masalahnya benar-benar beres?").wait_for()
    page.locator(".photos img").first.scroll_into_view_if_needed()
    keep_screenshot(page, f"portal-answered{how}")
    object_to_it(page)
    assert filed().state == State.IN_PROGRESS


def test_the_way_out_leaves_nothing_behind(visitor, site):
    _report, receipt = received()
    page = visitor(width=360)
    open_with_code(page, site, numbers.spell_code(receipt.code))

    page.get_by_role("button", name="Tinggalkan halaman ini sekarang").click()
    page.wait_for_url(f"{site}/standar")
    page.goto(f"{site}/bantuan/catatan")

    assert page.url.endswith("/lacak")


def test_photos_of_the_proof_are_really_shown(visitor, site):
    report = a_report(State.RESOLVED)
    page = visitor(width=360)

    page.goto(f"{site}/laporan/{report.number}")
    for image in page.locator(".photos img").all():
        image.scroll_into_view_if_needed()
        image.evaluate("(image) => image.decode()")

    widths = page.locator(".photos img").evaluate_all("(all) => all.map((image) => image.naturalWidth)")
    assert len(widths) == 2
    assert min(widths) > 0
    keep_screenshot(page, "portal-public-report")


def test_the_page_grows_and_keeps_what_was_typed_above(visitor, site):
    page = visitor(width=360)
    page.goto(f"{site}/lapor")
    page.fill("#id_text", LAMP + " Hubungi 081234567890.")
    page.get_by_role("button", name="Lanjut").click()

    page.locator("[data-grow-part]").wait_for()
    assert page.url.endswith("/lapor")
    assert "Kami menemukan 1 hal" in page.locator("[data-grow-part]").inner_text()
    page.fill("#id_text", LAMP)
    page.get_by_label("Anonim: rahasiakan nama saya").check()
    keep_screenshot(page, "portal-grown")
    page.get_by_role("button", name="Kirim laporan").click()
    page.locator("#secret").wait_for()

    assert filed().is_anonymous
    with databases.role("owner"):
        assert ReportText.objects.get(report=filed()).body == LAMP


def test_an_empty_form_is_refused_with_attention_on_the_fault(visitor, site):
    page = visitor(width=360)
    page.goto(f"{site}/lapor")
    page.fill("#id_place", "Pasar Contoh")
    page.get_by_role("button", name="Lanjut").click()

    page.locator("[data-error-summary]").wait_for()
    assert page.title().startswith("Kesalahan:")
    assert page.input_value("#id_place") == "Pasar Contoh"
    assert axe_violations(page) == []
    page.locator("[data-error-summary] a").click()
    assert page.evaluate("() => document.activeElement.id") == "id_text"
    keep_screenshot(page, "portal-refused")


def test_both_steps_and_the_receipt_can_be_used_by_everybody_without_scripts(visitor, site, photo):
    page = visitor(width=360, scripts=False)
    page.goto(f"{site}/lapor")
    page.fill("#id_text", LAMP)
    page.set_input_files("#id_photos", photo)
    page.get_by_role("button", name="Lanjut").click()
    page.fill("#id_email", "bukan surel")
    page.get_by_role("button", name="Kirim laporan").click()
    page.get_by_role("heading", name="Belum terkirim").wait_for()
    keep_screenshot(page, "portal-refused-at-the-last-step")
    page.fill("#id_email", "")
    page.get_by_role("button", name="Kirim laporan").click()
    page.locator("#secret").wait_for()
    keep_screenshot(page, "portal-receipt-without-scripts-360")
    code = page.locator("#secret").inner_text()
    paper = sheets(page)
    assert len(paper) == 1
    assert re.fullmatch(r"\w{4}(-\w{4}){5}", code)  # in groups, so that it can be copied by hand
    for words in (code, "Laporan Anda kami terima", "Kode rahasia", "hari kerja"):
        assert squeezed(words) in paper[0], words
    for words in ("Menu", "Tulis laporan", "Buka laporan saya", "Selesai", "Lewati"):  # the ways of a screen
        assert squeezed(words) not in paper[0], words


def test_an_acknowledgement_is_not_told_as_a_follow_up(visitor, site):
    state = the_state()
    when = timezone.now() - timedelta(days=3)
    report, receipt = received(when, target=state.city.pk)
    walk(report, State.AWAITING_FOLLOW_UP, state, when)
    as_(state.as_liaison, answering.acknowledge, report, text="Terima kasih atas laporannya, akan kami tindaklanjuti.")
    page = visitor(width=360)

    open_with_code(page, site, numbers.spell_code(receipt.code))

    page.get_by_text("Itu belum tindak lanjut: waktunya tetap berjalan.").wait_for()
    keep_screenshot(page, "portal-acknowledged")
