"""The page about the public log in a real browser: small and wide, in both languages, without scripts as well."""

import pytest

from tests import databases
from tests.browser import keep_screenshot
from tests.factories import received
from tests.public_log import sequence
from tuntas.ledger import anchoring
from tuntas.ledger.erasing import erase
from tuntas.reports.models import Event

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _kept_heads(settings, tmp_path):
    settings.ANCHORS = settings.ANCHOR_FOLDER = tmp_path / "anchors"


@pytest.fixture
def code(site) -> str:
    """A log with a head, an anchor and a tombstone; the code of one report in it."""
    received()
    _report, receipt = received()
    sequence()
    with databases.role("owner"):
        first = Event.objects.earliest("pk").pk
    with databases.role("worker"):
        anchoring.keep_today()
        erase(first, ground="UU 27/2022 pasal 8", decided_by="Dinas Kominfo Kota Contoh")
    sequence()
    return receipt.code


@pytest.mark.parametrize(("width", "scripts"), [(360, True), (360, False)])
def test_the_page_is_whole_on_every_screen(visitor, site, code, width, scripts):
    page = visitor(width=width, scripts=scripts)
    page.goto(f"{site}/transparansi")

    if scripts:
        keep_screenshot(page, f"transparency-{width}")
    page.fill("#typed", "kira-kira begini")
    page.get_by_role("button", name="Cari").click()
    page.get_by_text("Itu bukan tanda").wait_for()


def test_the_page_speaks_english(visitor, site, code):
    page = visitor(width=1280, language="en-GB")
    page.goto(f"{site}/transparansi")
    page.context.add_cookies([{"name": "language", "value": "en", "url": site}])
    page.reload()

    page.get_by_role("heading", name="Nothing is deleted in secret").wait_for()
    keep_screenshot(page, "transparency-en")


def test_a_reporter_takes_the_proof_home(visitor, site, code):
    page = visitor()
    page.goto(f"{site}/lacak")
    page.fill("#code", code)
    page.get_by_role("button", name="Buka laporan saya").click()
    page.get_by_text("dalam catatan publik dengan nomor").first.wait_for()

    keep_screenshot(page, "own-with-proof")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Unduh bukti").click()
    assert taken.value.suggested_filename == "bukti.tlog-proof"
