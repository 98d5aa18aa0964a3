"""Photos go up while the person writes, over a line that breaks; without scripts they go with the form as before."""

import random

import pytest

from tests import databases
from tests.browser import axe_violations, keep_screenshot
from tests.factories import received
from tests.reports import samples
from tests.reports.voices import voice
from tuntas.kernel import numbers
from tuntas.reports import attaching
from tuntas.reports.files import inspect
from tuntas.reports.models import Attachment

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FILM = samples.film(frames=random.Random(7).randbytes(900_000))  # no browser makes it smaller: four parts
SOUND = voice("wav", 10)  # 320 kB: two parts


def choose(page) -> None:
    page.locator("#id_photos").set_input_files({"name": "jalan.mp4", "mimeType": "video/mp4", "buffer": FILM})


def test_a_file_goes_ahead_over_a_line_that_breaks_and_is_not_sent_twice(browser, site):
    """Not the usual visitor, who minds every failed request."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="id-ID")
    page, tries = context.new_page(), []

    def line(route):
        if route.request.method == "PATCH":
            tries.append(int(route.request.headers["upload-offset"]))
            if len(tries) in {2, 3}:
                return route.abort("connectionreset")
        return route.continue_()

    page.route("**/lapor/berkas/**", line)
    page.goto(f"{site}/lapor")
    page.fill("#id_text", "Suara genset puskesmas sejak tiga malam, warga tidak bisa tidur.")
    choose(page)
    page.get_by_text("sudah terkirim, menunggu laporan Anda").wait_for(timeout=20_000)

    assert tries[:4] == [0, 262_144, 262_144, 262_144]
    assert page.locator("#id_photos").evaluate("(input) => input.files.length") == 0
    assert axe_violations(page) == []
    keep_screenshot(page, "portal-file-sent-ahead")
    page.get_by_role("button", name="Lanjut").click()
    page.locator("[data-grow-part]").wait_for()
    page.get_by_role("button", name="Kirim laporan").click()
    page.locator("#secret").wait_for()
    with databases.role("owner"):
        kept = Attachment.objects.select_related("report").get()
        assert (kept.name, attaching.read(kept)) == ("jalan.mp4", inspect(FILM, "jalan.mp4").shown)
    context.close()


def test_a_file_of_a_message_goes_ahead_too(visitor, site):
    _report, receipt = received()
    page, held = visitor(width=360), []
    page.goto(f"{site}/lacak")
    page.fill("#code", numbers.spell_code(receipt.code))
    page.route("**/*.js", lambda script: held.append(script))  # on a slow line a file is chosen before they come
    page.locator("#code").press("Enter")
    page.get_by_text("Tulis pesan kepada petugas").click()
    page.locator("#message_office_photos").set_input_files(
        {"name": "suara.wav", "mimeType": "audio/wav", "buffer": SOUND}
    )
    page.unroute("**/*.js")
    for script in held:
        script.fallback()
    page.get_by_text("sudah terkirim, menunggu laporan Anda").wait_for(timeout=20_000)
    page.fill("#message_office_text", "Ini rekamannya.")
    page.get_by_role("button", name="Kirim pesan").click()
    page.get_by_text("Ini rekamannya.").wait_for()
    with databases.role("owner"):
        kept = Attachment.objects.get()
        assert (kept.event.verb, kept.name, kept.media_type) == ("message_office", "suara.mp3", "audio/mpeg")


def test_without_scripts_the_file_goes_with_the_form(visitor, site):
    page = visitor(width=360, scripts=False)
    page.goto(f"{site}/lapor")
    page.fill("#id_text", "Suara genset puskesmas sejak tiga malam, warga tidak bisa tidur.")
    choose(page)
    page.get_by_role("button", name="Lanjut").click()
    page.get_by_role("button", name="Kirim laporan").click()
    page.locator("#secret").wait_for()
    with databases.role("owner"):
        assert Attachment.objects.get().name == "jalan.mp4"
