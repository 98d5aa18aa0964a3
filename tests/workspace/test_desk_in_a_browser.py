"""The desk in a real browser: a list with the report beside it, by keyboard alone, and two officers at once."""

import re
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.browser import axe_violations, keep_screenshot, overflow
from tests.factories import a_report, the_state
from tests.workspace.officers import already_in, fresh
from tuntas.reports.states import State
from tuntas.routing import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

MANY = 20
ASKS_AGAIN = re.compile(r"/together/[^/]+/$")


class Counting:
    """Presses keys and counts them, and counts the whole pages that the browser loads meanwhile."""

    def __init__(self, page):
        self.page, self.keys, self.loads = page, 0, 0
        page.on("request", lambda asked: self._load() if asked.is_navigation_request() else None)

    def _load(self):
        self.loads += 1

    def press(self, *keys):
        for key in keys:
            self.page.keyboard.press(key)
            self.keys += 1


def number_in(page) -> str:
    return page.locator("#panel [data-number]").get_attribute("data-number")


@pytest.mark.requirement("R003-36")
def test_twenty_reports_are_checked_and_handed_on_with_four_keys_each(visitor, site):
    """Issue 4: an officer's path by keyboard, with no whole page after the first."""
    reports, offices = [a_report(when=timezone.now() - timedelta(hours=n)) for n in range(1, MANY + 1)], the_state()
    page = visitor(width=1280, height=800)
    already_in(page, site, offices.as_admin)
    page.goto(f"{site}/workspace/queues/verify/")
    page.locator("#list a[hx-get]").first.focus()
    hand = Counting(page)

    for n in range(MANY):
        hand.press("v")  # in the list it opens the row, and goes to the suggestion
        page.locator("#panel [data-proposal=verify] button:focus").wait_for()
        number = number_in(page)
        if n == 0:
            keep_screenshot(page, "desk/suggestion-1280")
        hand.press("Enter")
        page.locator("#panel [data-proposal=dispose]").wait_for()
        assert number_in(page) == number  # its next step is ours too
        hand.press("t", "Enter")
        page.locator(f"#panel:not(:has([data-number='{number}']))").wait_for()

    page.get_by_text("Daftar ini sudah habis. Kerja bagus.").wait_for()
    keep_screenshot(page, "desk/done-1280")
    print({"keys": hand.keys, "reports": MANY, "whole pages": hand.loads})
    assert [fresh(report, offices).state for report in reports] == [State.AWAITING_FOLLOW_UP] * MANY
    assert hand.loads == 0
    assert hand.keys <= 4 * MANY


def test_the_desk_by_key_by_filter_and_back_at_both_widths(visitor, site, monkeypatch):
    monkeypatch.setattr(together, "GRACE", timedelta(minutes=5))  # axe looks meanwhile, on a machine with other work
    offices = the_state()
    first, hidden, second = (a_report(is_anonymous=n == 1, when=timezone.now() - timedelta(hours=1)) for n in range(3))
    page = visitor(width=1280, height=800)
    already_in(page, site, offices.as_admin)
    page.goto(f"{site}/workspace/queues/verify/")
    hand = Counting(page)

    decide_together_and_take_back(page, hand)
    walk_by_key(page, hand, first)
    open_a_protected_one(page, hand, hidden)
    filter_and_go_back(page, hand, site, hidden)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"{site}/workspace/queues/verify/")
    keep_screenshot(page, "desk/list-360")
    assert overflow(page) == 0
    page.locator(f"#row-{second.number}").click()
    page.wait_for_url(f"{site}/workspace/reports/{second.number}/")  # on a phone the row is a page
    keep_screenshot(page, "desk/report-360")


def decide_together_and_take_back(page, hand):
    hand.press("j", "x", "j", "x")  # a plain one and a protected one
    page.get_by_role("button", name="Periksa yang dicentang sesuai saran").click()
    page.get_by_text("1 laporan menunggu").wait_for()
    page.get_by_text("Laporan ini dilindungi").wait_for()
    assert axe_violations(page) == []
    keep_screenshot(page, "desk/together-1280")
    asked = []  # the page asks again by itself: what is on its way then must not swallow the answer to a press
    page.route(ASKS_AGAIN, lambda question: asked.append(question))
    while not asked:  # within two seconds, or the limit of every test ends it
        page.wait_for_timeout(20)
    page.route("**/back", lambda taken_back: (asked[0].fulfill(response=asked[0].fetch()), taken_back.continue_()))
    hand.press("z")
    page.get_by_text("1 dibatalkan. Tidak ada yang terjadi.").wait_for()
    page.unroute_all(behavior="ignoreErrors")
    page.locator("#list a[hx-get]").first.focus()
    hand.press("k")


def walk_by_key(page, hand, report):
    assert axe_violations(page) == []
    hand.press("?")
    page.get_by_role("dialog").get_by_text("Baris berikutnya").wait_for()
    assert axe_violations(page) == []
    hand.press("Escape", "Enter")
    page.locator(f"#panel [data-number='{report.number}']").wait_for()
    assert page.url.endswith(f"/workspace/queues/verify/?open={report.number}")
    assert axe_violations(page) == []
    hand.press("q")  # goes to the question, and letters are typed from here on
    page.keyboard.type("vvnj?")
    assert page.get_by_label("Dengan kata-kata Anda").input_value() == "vvnj?"
    assert number_in(page) == report.number


def open_a_protected_one(page, hand, report):
    """It asks why it is opened, in the panel too."""
    page.locator("#panel [data-panel-start]").focus()
    hand.press("n")
    page.locator("#panel [value=HANDLING]").check()
    page.get_by_role("button", name="Buka laporan").click()
    page.locator(f"#panel [data-number='{report.number}'] .words").first.wait_for()


def filter_and_go_back(page, hand, site, opened):
    page.locator("#filter_mark").select_option("protected")
    page.wait_for_url(f"{site}/workspace/queues/verify/?mark=protected")
    assert page.locator("#list .queue__row").count() == 1
    assert hand.loads == 0
    page.go_back()
    page.locator(f"#panel [data-number='{opened.number}']").wait_for()
    assert page.locator("#list .queue__row").count() == 3
    assert overflow(page) == 0


def test_two_officers_in_two_browsers_tell_and_refuse_in_words_and_keep_what_was_typed(visitor, site):
    report, offices = a_report(when=timezone.now() - timedelta(hours=1)), the_state()
    one, other = visitor(width=1280, height=800), visitor(width=1280, height=800)
    for page, actor in ((one, offices.as_admin), (other, offices.as_admin2)):
        already_in(page, site, actor)
        page.goto(f"{site}/workspace/queues/verify/?open={report.number}")
    type_with_the_line_cut(other)

    began = time.monotonic()
    one.keyboard.press("v")
    one.keyboard.press("Enter")
    other.get_by_text("Petugas contoh admin baru saja melakukan ini: Sudah diperiksa. Untuk Kota Contoh.").wait_for()
    print({"seconds from the key to the other screen": round(time.monotonic() - began, 2)})
    other.locator("#list .empty").wait_for()  # the list knows too
    assert other.get_by_label("Dengan kata-kata Anda").input_value() == "Di jalan mana tepatnya?"
    keep_screenshot(other, "desk/told-1280")
    other.locator("#form-ask").get_by_role("button", name="Kirim pertanyaan").click()

    refusal = other.locator("#panel [data-refusal=out_of_turn]")
    refusal.wait_for()
    assert "Di jalan mana tepatnya?" in refusal.inner_text()  # asking is over; the words are there to be copied
    assert axe_violations(other) == []
    keep_screenshot(other, "desk/refused-1280")
    assert fresh(report, offices).state == State.AWAITING_DISPOSITION
    other.goto(f"{site}/workspace/reports/{report.number}/")
    other.get_by_text("laporannya sudah berlanjut").wait_for()  # and still there in the next window


def type_with_the_line_cut(page):
    page.keyboard.press("q")
    page.context.set_offline(True)
    page.keyboard.type("Di jalan mana ")
    page.get_by_text("yang Anda ketik belum tersimpan").wait_for()
    page.context.set_offline(False)
    page.keyboard.type("tepatnya?")
    page.get_by_text("Disimpan pukul").wait_for()
