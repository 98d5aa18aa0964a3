"""The public list, the map and the pages that explain, in a real browser: small and wide, without scripts as well."""

import pytest

from tests import databases
from tests.browser import axe_violations, keep_screenshot, overflow
from tests.factories import MONDAY, received, the_state, walk
from tests.portal.test_mapping import JEMBER, MALANG, count, public_reports
from tuntas.organizations.models import Area
from tuntas.reports.states import State

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def filled(site) -> str:
    """A dozen public reports in two towns, counted for the map."""
    with databases.role("owner"):
        for code, name, level, above in (
            ("35", "Jawa Timur", "PROVINCE", None), ("35.09", "Kabupaten Jember", "REGENCY", "35"),
            ("35.09.20", "Patrang", "DISTRICT", "35.09"), ("35.73", "Kota Malang", "CITY", "35"),
        ):  # fmt: skip
            Area.objects.create(code=code, name=name, level=level, parent_id=above)
    public_reports(*[(JEMBER, "35.09.20")] * 6, *[(MALANG, "35.73")] * 5)
    count()
    return site


@pytest.fixture
def ended(filled) -> tuple[str, str]:
    """A report that was settled with photos and accepted: its number, and its code."""
    state = the_state()
    report, receipt = received(target=state.city.pk)
    walk(report, State.RESOLVED, state, MONDAY)
    count()
    return report.number, receipt.code


@pytest.mark.parametrize(("width", "scripts", "dark"), [(360, False, False), (1280, True, True)])
def test_from_the_map_to_a_list_to_a_report_and_to_its_end(visitor, filled, ended, width, scripts, dark):
    page = visitor(width=width, scripts=scripts, dark=dark)
    page.goto(f"{filled}/peta")
    check(page, scripts, f"map-nation-{width}")
    page.get_by_role("link", name="Jawa Timur", exact=True).click()
    page.get_by_role("heading", name="Laporan publik di Jawa Timur").wait_for()
    check(page, scripts, f"map-province-{width}")
    page.get_by_role("link", name="Daftar Kabupaten Jember").click()
    page.get_by_text("Hanya laporan dari Kabupaten Jember").wait_for()
    page.get_by_label("Kata").fill("lmapu")
    page.get_by_role("button", name="Cari").click()
    page.get_by_text("Tidak ada laporan publik yang memuat “lmapu”.").wait_for()
    check(page, scripts, f"list-mended-{width}")
    page.get_by_role("link", name="Lampu jalan padam").first.click()
    page.get_by_role("heading", level=1, name="Lampu jalan padam").wait_for()
    page.get_by_role("button", name="Saya juga mengalaminya").click()
    to_its_end(page, filled, ended, lambda name: check(page, scripts, f"{name}-{width}"))


def to_its_end(page, site, ended, look):
    mended, code = ended
    page.goto(f"{site}/laporan/{mended}")
    look("report")
    page.goto(f"{site}/instansi/city")
    page.get_by_role("heading", name="Anda lapor, kami perbaiki").wait_for()
    look("agency")
    page.goto(f"{site}/lacak")
    page.fill("#code", code)
    page.get_by_role("button", name="Buka laporan saya").click()
    page.get_by_label("Apakah ini menjawab masalah Anda?").wait_for()
    look("own-survey")
    page.get_by_label("Apakah petugas menjawab dengan sopan?").select_option("4")
    page.get_by_role("button", name="Kirim jawaban").click()
    page.get_by_text("Jawaban Anda dihitung.").wait_for()


def check(page, scripts, name):
    assert overflow(page) == 0, name
    if scripts:
        assert axe_violations(page) == [], name
    keep_screenshot(page, name)
