"""Writing with a reporter whom nobody knows, as an officer sees it."""

from pathlib import Path

import pytest

from tests import databases
from tests.browser import axe_violations, keep_screenshot, overflow
from tests.factories import a_photo, a_report, by_reporter
from tests.workspace.officers import enter
from tuntas.followup import dialogue
from tuntas.followup.models import Message
from tuntas.reports.states import State

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]


def ask(page, address: str, photo: Path) -> None:
    page.goto(address)
    photo.write_bytes(a_photo().data)
    act = page.locator("[data-act=message]")
    act.locator("summary").click()
    act.get_by_label("Pesan untuk pelapor").fill("Apakah tiang yang di denah ini?")
    act.locator("input[type=file]").set_input_files(str(photo))
    act.get_by_role("button", name="Kirim pesan").click()


@pytest.mark.parametrize("scripts", [True, False])
@pytest.mark.parametrize("width", [360, 1280])
def test_an_officer_asks_reads_and_is_seen_to_have_read(visitor, site, tmp_path, width, scripts):
    report = a_report(State.IN_PROGRESS, is_anonymous=True)
    by_reporter(dialogue.message_office, report, text="Tiang nomor tiga, depan warung.")
    page = visitor(width=width, height=900, scripts=scripts)
    enter(page, site, "liaison")
    page.goto(f"{site}/workspace/reports/{report.number}/")
    page.locator("input[type=radio]").first.check()  # what for: an anonymous report is opened for a purpose
    with page.expect_response(lambda answer: answer.url.endswith("/messages/read")):
        page.get_by_role("button", name="Buka laporan").click()
        page.get_by_role("heading", name="Pesan dengan pelapor").wait_for()
        if not scripts:  # with scripts the page says so by itself
            page.get_by_role("button", name="Tandai sudah dibaca").click()
    with databases.role("owner"):
        assert Message.objects.get().read_at is not None

    ask(page, f"{site}/workspace/reports/{report.number}/", tmp_path / "denah.jpg")
    page.get_by_text("Apakah tiang yang di denah ini?").wait_for()
    page.get_by_text("Pelapor belum memberi tahu sudah membacanya").wait_for()
    if scripts:
        assert axe_violations(page) == []
    assert overflow(page) == 0
    keep_screenshot(page, f"officer-messages-{width}-{'js' if scripts else 'plain'}")
