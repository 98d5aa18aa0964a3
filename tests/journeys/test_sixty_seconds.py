"""The newcomer's first report: on a slow line with a slow phone, by keys alone, without scripts, without a signal.

The figures of the slow line are printed: `pytest tests/journeys/test_sixty_seconds.py -s`.
"""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from tests import databases
from tests.browser import axe_violations, keep_screenshot, overflow, until
from tuntas.intake.submissions import spoken_words
from tuntas.reports.models import Attachment, ReportText

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LAMP = "Lampu jalan di depan Pasar Contoh mati sejak tiga malam."
# Chrome's own preset "slow 3G": 400 kbit/s each way, two seconds there and back.
SLOW_3G = {"offline": False, "latency": 2000, "downloadThroughput": 50_000, "uploadThroughput": 50_000}
SLOWER = 4  # times: a phone of 2018 beside a desk's computer
PATIENCE, TAPS, LOADS = 20, 6, 2  # seconds besides typing, presses, pages after the one on which somebody arrives
WORKING = "() => navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller !== null)"
CACHED = """async () => {
  const found = [];
  for (const name of await caches.keys())
    for (const request of await (await caches.open(name)).keys()) found.push(new URL(request.url).pathname);
  return found;
}"""
WORDS = {
    "id": ("Lanjut", "Kirim laporan"),
    "en": ("Continue", "Send the report"),
    "jv": ("Lajengaken", "Kintun laporan"),
}


def filed() -> list[str]:
    with databases.role("owner"):
        return list(ReportText.objects.order_by("pk").values_list("body", flat=True))


@pytest.mark.requirement("R001-10", "R003-03")
def test_on_slow_3g_with_a_slow_phone_a_first_report_takes_twenty_seconds_besides_typing(browser, site, capsys):
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="id-ID", service_workers="block")
    page, loads, weights = context.new_page(), [], []
    slow_down(context.new_cdp_session(page), weights)
    page.set_default_timeout(60_000)
    page.on("framenavigated", lambda frame: loads.append(frame.url) if frame == page.main_frame else None)
    start = time.monotonic()
    page.goto(site, wait_until="domcontentloaded")

    taps = write_and_send(page)

    took = time.monotonic() - start
    context.close()
    with capsys.disabled():
        print(f"\nslow 3G, processor {SLOWER} times slower: {took:.1f} s besides typing, {taps} taps, "
              f"{len(loads) - 1} pages after the first, {sum(weights):.0f} bytes in all")  # fmt: skip
    assert filed() == [LAMP]
    assert took <= PATIENCE
    assert taps <= TAPS
    assert len(loads) - 1 <= LOADS


def slow_down(session, weights: list[float]) -> None:
    session.send("Network.enable")
    session.send("Network.emulateNetworkConditions", SLOW_3G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    session.on("Network.loadingFinished", lambda event: weights.append(event["encodedDataLength"]))


def write_and_send(page) -> int:
    """From the first page to the receipt; how often the screen was touched."""
    touched = [
        page.get_by_role("link", name="Tulis laporan").first,
        page.locator("#id_text"),
        page.get_by_role("button", name="Lanjut"),
        page.get_by_role("button", name="Kirim laporan"),
    ]
    for each in touched:
        each.click()
        if each is touched[1]:
            page.fill("#id_text", LAMP)
    page.locator("#secret").wait_for()
    return len(touched)


@pytest.mark.parametrize(
    ("scripts", "language"),
    [(False, "id"), (True, "en"), (True, "jv")],
    ids=["no-scripts", "english", "javanese"],
)
def test_the_same_with_the_keys_alone_on_a_small_screen(visitor, site, scripts, language):
    page = visitor(width=360, scripts=scripts)
    page.goto(f"{site}/bahasa/{language}?next=/lapor")
    tab_to(page, "#id_text")
    page.keyboard.type(LAMP)
    go_on, send = WORDS[language]
    press(page, go_on)
    page.get_by_role("button", name=send).wait_for()
    assert overflow(page) == 0 if scripts else True
    if language == "jv":  # the gate over all pages opens what an address opens; these two answer a form
        assert axe_violations(page) == []
        keep_screenshot(page, "form-javanese")
    press(page, send)
    page.locator("#secret").wait_for()
    if language == "jv":
        page.get_by_text("Laporan Panjenengan sampun kita tampi").wait_for()
        assert (axe_violations(page), overflow(page)) == ([], 0)
        keep_screenshot(page, "receipt-javanese")

    assert filed() == [LAMP]


@pytest.mark.requirement("R003-03")
def test_without_a_signal_three_tabs_send_one_report_and_the_phones_clock_does_not_matter(browser, site):
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="id-ID")
    context.set_default_timeout(15_000)
    first, second = draft_in_two_tabs_under_two_clocks(context, site)
    context.set_offline(True)
    third = context.new_page()
    third.goto(f"{site}/lapor")  # the page that the phone kept
    assert third.input_value("#id_text") == LAMP
    assert axe_violations(third) == []
    keep_screenshot(third, "form-offline")
    for tab in (first, second):
        tab.get_by_role("button", name="Lanjut").click()
    for tab in (first, second, third):
        tab.get_by_role("button", name="Kirim saat ada sinyal").dblclick()
        tab.get_by_text("Tersimpan di perangkat ini.").first.wait_for()
    keep_screenshot(third, "form-kept")
    assert filed() == []
    first.close()
    context.set_offline(False)

    for tab in (second, third):
        tab.get_by_text("Terkirim. Tanda terima Anda sudah siap.").wait_for()
    look_at_the_receipt(second)
    assert filed() == [LAMP]
    assert [path for path in second.evaluate(CACHED) if not path.startswith("/static/")] == ["/lapor/luring"]
    second.goto(f"{site}/lapor")
    assert second.input_value("#id_text") == ""
    assert second.locator("[data-outbox]").is_hidden()
    context.close()


def draft_in_two_tabs_under_two_clocks(context, site: str):
    """Written while the phone is a year behind, found again while it is a year ahead."""
    first = context.new_page()
    first.goto(f"{site}/lapor")
    until(first, WORKING)
    context.clock.set_fixed_time(timezone.now() - timedelta(days=400))
    first.fill("#id_text", LAMP)
    first.get_by_text("Draf Anda tersimpan di perangkat ini.").wait_for()
    context.clock.set_fixed_time(timezone.now() + timedelta(days=400))
    second = context.new_page()
    second.goto(f"{site}/lapor")
    assert second.input_value("#id_text") == LAMP
    return first, second


def look_at_the_receipt(page) -> None:
    page.get_by_role("button", name="Lihat tanda terima saya").click()
    page.locator("#secret").wait_for()


def test_a_line_that_breaks_while_sending_loses_nothing_and_sends_once(browser, site):
    """The server has the report, its answer never comes: what is kept is sent again under the same key."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="id-ID")
    page, broken = context.new_page(), []

    def line(route):
        if route.request.method == "POST" and not broken:
            broken.append(route.fetch())
            return route.abort("connectionreset")
        return route.continue_()

    page.goto(f"{site}/lapor")
    until(page, WORKING)
    page.fill("#id_text", LAMP)
    page.get_by_role("button", name="Lanjut").click()
    context.route("**/lapor/terkirim", line)
    page.get_by_role("button", name="Kirim laporan").click()
    page.get_by_text("Terkirim. Tanda terima Anda sudah siap.").wait_for()

    assert broken
    assert filed() == [LAMP]
    look_at_the_receipt(page)
    assert filed() == [LAMP]
    context.close()


@pytest.mark.requirement("R000-26")
def test_a_report_spoken_without_a_signal_arrives_with_its_recording(browser, site):
    """Recorded, heard again, deleted, recorded anew; kept on the phone; sent when the line is back; no word written."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="id-ID", permissions=["microphone"])
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(f"{site}/lapor")
    until(page, WORKING)
    context.set_offline(True)
    page.get_by_role("button", name="Rekam suara saya").click()
    record(page, clock="0:00")
    page.get_by_role("button", name="Hapus rekaman").click()
    page.get_by_role("button", name="Rekam suara saya").click()
    record(page, clock="0:01")
    assert page.evaluate("() => document.querySelector('[data-voice-made] audio').src").startswith("blob:")
    page.get_by_role("button", name="Lanjut").click()
    page.get_by_role("button", name="Kirim saat ada sinyal").click()
    page.get_by_text("Laporan dengan suara.").wait_for()
    context.set_offline(False)
    page.get_by_text("Terkirim. Tanda terima Anda sudah siap.").wait_for()
    context.close()

    assert filed() == [spoken_words()]
    with databases.role("owner"):
        assert Attachment.objects.get().media_type == "audio/mpeg"


def record(page, *, clock: str) -> None:
    page.get_by_text(clock).wait_for()
    page.get_by_role("button", name="Berhenti").click()
    page.get_by_role("button", name="Hapus rekaman").wait_for()


def tab_to(page, selector: str) -> None:
    for _press in range(60):
        if page.locator(selector).evaluate("(one) => document.activeElement === one"):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"no key leads to {selector}")


def press(page, name: str) -> None:
    button = page.get_by_role("button", name=name)
    for _press in range(60):
        if button.evaluate("(one) => document.activeElement === one"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
