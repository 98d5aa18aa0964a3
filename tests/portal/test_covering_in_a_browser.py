"""The questions about what a report gives away, as people meet them: with scripts and without, small and wide."""

import pytest

from tests.browser import axe_violations, keep_screenshot, overflow
from tests.portal.test_covering import PHONE, TEXT, kept

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.requirement("R003-20")]


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_writer_decides_and_sends_in_two_steps(visitor, site, scripts):
    page = visitor(width=360, scripts=scripts)
    page.goto(f"{site}/lapor")
    page.fill("#id_text", TEXT)
    page.get_by_role("button", name="Lanjut").click()
    page.get_by_role("heading", name="Kami menemukan 2 hal").wait_for()
    page.get_by_role("group", name=f"“{PHONE}”").get_by_label("Tutup bagi semua orang").check()
    keep_screenshot(page, "portal-covering" + ("" if scripts else "-without-scripts"))
    page.get_by_role("button", name="Kirim laporan").click()
    page.get_by_role("heading", name="Laporan Anda kami terima").wait_for()

    assert kept()[0] == TEXT.replace(PHONE, "[nomor telepon]")


def test_what_is_added_on_the_grown_page_is_asked_about(visitor, site):
    page = visitor(width=1280)
    page.goto(f"{site}/lapor")
    page.fill("#id_text", "Lampu jalan mati sejak tiga malam di depan pasar.")
    page.get_by_role("button", name="Lanjut").click()
    page.get_by_role("button", name="Kirim laporan").wait_for()
    page.fill("#id_text", TEXT)
    page.get_by_role("button", name="Kirim laporan").click()
    page.get_by_role("heading", name="Belum terkirim").wait_for()
    for name in ("Tutup bagi umum", "Biarkan"):
        page.get_by_role("group", name="“" + (PHONE if name == "Biarkan" else "3509")).get_by_label(name).check()
    page.get_by_role("button", name="Kirim laporan").click()
    page.get_by_role("heading", name="Laporan Anda kami terima").wait_for()

    assert kept()[0] == TEXT


@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_questions_are_open_to_everybody(visitor, site, width, language):
    page = visitor(width=width, language="id-ID" if language == "id" else "en-GB", scripts=False)
    page.goto(f"{site}/lapor")
    page.fill("#id_text", TEXT)
    page.locator("button[type=submit]").last.click()
    page.locator("#covering").wait_for()
    checked = visitor(width=width, language="id-ID" if language == "id" else "en-GB")
    checked.goto(f"{site}/lapor")
    checked.fill("#id_text", TEXT)
    checked.locator("button[type=submit].button--large").last.click()
    checked.locator("#covering").wait_for()

    assert axe_violations(checked) == []
    assert overflow(page) == overflow(checked) == 0
