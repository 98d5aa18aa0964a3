"""The frame in a real browser: seen, heard, tabbed through, without scripts, and with the scripts doing their work."""

import io
import re

import pytest
from PIL import Image

from tests.browser import Complaints, axe_violations, keep_screenshot, until

pytestmark = pytest.mark.browser

PAGES = ["/", "/track", "/desk", "/refused", "/tidak-ada"]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_a_form_with_errors_is_accessible_and_takes_attention(visitor, site, dark):
    page = visitor(dark=dark)
    page.goto(site)
    page.get_by_role("button", name="Lanjut").click()
    page.wait_for_selector("[data-error-summary]")
    assert page.title().startswith("Kesalahan: ")
    assert page.evaluate("() => document.activeElement.matches('[data-error-summary]')")
    assert axe_violations(page) == []
    keep_screenshot(page, f"frame-errors-360-{'dark' if dark else 'light'}")

    page.locator("[data-error-summary] a").first.click()
    assert page.evaluate("() => document.activeElement.id") == "id_words"


def test_targets_of_citizens_are_at_least_44_pixels_high(visitor, site):
    page = visitor()
    page.goto(site)
    low = page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, textarea, .file__button, .bar a")]
            .filter((e) => e.type !== "hidden" && e.type !== "file")
            .filter((e) => e.getBoundingClientRect().height < 43.5)
            .map((e) => e.outerHTML.slice(0, 80))"""
    )
    assert low == []


def test_the_skip_link_comes_first_and_works(visitor, site):
    page = visitor()
    page.goto(site)
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Langsung ke isi"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"


def test_the_form_works_without_scripts(visitor, site):
    page = visitor(scripts=False)
    page.goto(site)
    assert page.locator("input[type=file]").is_visible()
    assert not page.locator(".file__button").is_visible()
    fill(page)
    page.locator("input[type=file]").set_input_files([photo("a.jpg", 200)])
    page.get_by_role("button", name="Lanjut").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Diterima"


def test_the_language_switch_works_without_scripts(visitor, site):
    page = visitor(scripts=False)
    page.goto(f"{site}/track")
    page.get_by_role("link", name="English").click()
    page.get_by_role("link", name="Help").wait_for()
    assert page.url == f"{site}/track"


def test_a_draft_survives_a_reload_and_is_gone_after_the_receipt(visitor, site):
    page = visitor()
    page.goto(site)
    for words, drafts in (("Lampu", 1), ("", 0)):  # what somebody took back is no draft
        page.get_by_label("Cerita").fill(words)
        until(page, "(drafts) => localStorage.length === drafts", drafts)
    fill(page)
    page.get_by_label("Nomor HP").fill("0812")
    expect_text(page, "[data-draft-state]", "Draf Anda tersimpan di perangkat ini.")
    assert "0812" not in page.evaluate("() => JSON.stringify(localStorage)")

    page.reload()
    assert page.get_by_label("Cerita").input_value() == "Lampu mati."
    assert page.get_by_label("Aspirasi").is_checked()
    assert page.get_by_label("Nomor HP").input_value() == ""

    page.get_by_role("button", name="Lanjut").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Diterima"
    assert page.evaluate("() => localStorage.length") == 0


def test_a_form_is_sent_once_however_often_it_is_pressed(visitor, site):
    page = visitor()
    page.goto(site)
    fill(page)
    sent = []
    page.on("request", lambda request: sent.append(request.method) if request.method == "POST" else None)
    page.evaluate("() => { const b = document.querySelector('form button'); b.click(); b.click(); b.click(); }")
    page.wait_for_selector("#code")
    assert sent == ["POST"]


def test_without_a_signal_nothing_is_sent_and_nothing_is_lost(visitor, site):
    page = visitor()
    page.goto(site)
    fill(page)
    page.context.set_offline(True)
    page.get_by_role("button", name="Lanjut").click()
    expect_text(page, "[data-sending-state]", "Tidak ada sinyal. Belum terkirim.")
    assert page.get_by_label("Cerita").input_value() == "Lampu mati."
    page.context.set_offline(False)
    page.get_by_role("button", name="Lanjut").click()
    page.wait_for_selector("#code")


def test_characters_are_counted_when_few_are_left(visitor, site):
    page = visitor()
    page.goto(site)
    page.get_by_label("Cerita").fill("x" * 100)
    page.wait_for_timeout(700)
    assert page.locator(".left").inner_text() == ""
    page.get_by_label("Cerita").fill("x" * 190)
    expect_text(page, ".left", "Sisa 10 huruf.")


def test_a_big_photo_is_made_small_before_it_is_sent(visitor, site):
    page = visitor()
    page.goto(site)
    fill(page)
    big = photo("besar.jpg", 3000)
    assert len(big["buffer"]) > 1_000_000
    page.locator("input[type=file]").set_input_files(
        [big, {"name": "surat.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4"}]
    )
    expect_text(page, ".file__list", "diperkecil supaya hemat kuota")
    page.get_by_role("button", name="Lanjut").click()
    page.wait_for_selector("#sizes")
    small, letter = map(int, page.locator("#sizes").inner_text().split())
    assert small < 400_000
    assert letter == 8


def test_a_copied_code_is_on_the_clipboard(visitor, site):
    page = visitor()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(site)
    fill(page)
    page.get_by_role("button", name="Lanjut").click()
    page.get_by_role("button", name="Salin").click()
    expect_text(page, "[data-said]", "Sudah disalin.")
    assert page.evaluate("() => navigator.clipboard.readText()") == "7F3K 9QX2"


def test_two_steps_grow_into_one_page_and_files_wait_for_the_last(visitor, site):
    page = visitor()
    page.goto(f"{site}/grow")
    page.get_by_label("Cerita").fill("Lampu mati.")
    page.get_by_label("Foto").set_input_files([photo("a.jpg", 50)])
    page.get_by_role("button", name="Lanjut").click()
    expect_text(page, "[data-grow-part]", "11 huruf, 0 berkas.")
    assert page.url == f"{site}/grow"
    assert page.evaluate("() => document.activeElement.textContent") == "Cek lalu kirim"
    assert axe_violations(page) == []

    page.get_by_label("Cerita").fill("Lampu mati di pasar.")
    page.get_by_label("Nama").fill("Sari")
    page.get_by_role("button", name="Kirim").click()
    assert page.locator("#got").inner_text() == "Lampu mati di pasar.|Sari|a.jpg"


def test_the_two_steps_work_without_scripts(visitor, site):
    page = visitor(scripts=False)
    page.goto(f"{site}/grow")
    page.get_by_label("Cerita").fill("Lampu mati.")
    page.get_by_role("button", name="Lanjut").click()
    page.get_by_label("Nama").fill("Sari")
    page.get_by_role("button", name="Kirim").click()
    assert page.locator("#got").inner_text() == "Lampu mati.|Sari|"


def test_officers_move_through_rows_by_keys_only_inside_the_list(visitor, site):
    page = visitor(width=1280)
    page.goto(f"{site}/desk")
    page.keyboard.press("j")
    assert page.evaluate("() => document.activeElement === document.body")
    page.get_by_role("link", name="Laporan 1").focus()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate("() => document.activeElement.textContent") == "Laporan 2"


def test_htmx_swaps_under_the_policy_and_a_refusal_keeps_what_was_typed(visitor, site):
    page = visitor(width=1280)
    page.goto(f"{site}/desk")
    page.get_by_label("Jawaban").fill("Sudah diganti.")
    page.get_by_role("button", name="Kirim").click()
    expect_text(page, "#here", "Sudah diganti.")

    page.get_by_role("button", name="Verifikasi").focus()
    page.keyboard.press("v")
    expect_text(page, "#refusal", "Laporan ini sudah dijawab.")
    page.locator(".refusal:focus").wait_for(state="attached")
    assert page.get_by_label("Jawaban").input_value() == "Sudah diganti."
    assert page.locator("#here").inner_text() == "Sudah diganti."


def test_the_watch_sees_inline_style_and_axe_sees_a_nameless_field(browser, site):
    """The planted faults that show that the two gates can fail."""
    context = browser.new_context()
    complaints = Complaints()
    complaints.watch(context)
    page = context.new_page()
    page.goto(f"{site}/unsafe")
    violations = axe_violations(page)
    page.evaluate("() => fetch('https://evil.example/').catch(() => {})")
    context.close()
    assert any("Content Security Policy" in said and "style" in said for said in complaints.said)
    assert any("evil.example" in said for said in complaints.said)
    assert any(violation.startswith("label") for violation in violations)


def fill(page) -> None:
    page.get_by_label("Cerita").fill("Lampu mati.")
    page.get_by_label("Tempat").fill("Pasar")
    page.get_by_label("Aspirasi").check()
    page.get_by_label("Setuju").check()


def photo(name: str, side: int) -> dict:
    """A JPEG of side x side pixels, noisy enough to be large."""
    noise = Image.effect_noise((side, side), 60).convert("RGB")
    file = io.BytesIO()
    noise.save(file, "JPEG", quality=90)
    return {"name": name, "mimeType": "image/jpeg", "buffer": file.getvalue()}


def expect_text(page, selector: str, words: str) -> None:
    """Wait until the element says `words`. (Playwright's own waiting for strings would need unsafe-eval.)"""
    page.locator(selector).filter(has_text=re.compile(re.escape(words))).first.wait_for(state="attached")
