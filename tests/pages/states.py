"""States of pages that only steps lead to. Each starts on the page of its visit and ends where it is looked at."""

from playwright.sync_api import Page

from tests.pages.world import World
from tests.workspace.officers import PASSWORD

LAMP = "Lampu jalan di depan Pasar Contoh mati sejak tiga malam. Hubungi 081234567890."
CANNED = "Terima kasih atas laporannya. Akan segera kami tindak lanjuti."


def refused_story(page: Page, world: World) -> None:
    page.get_by_role("button", name="Lanjut").click()
    page.locator("[data-error-summary]").wait_for()


def second_step(page: Page, world: World) -> None:
    page.fill("#id_text", LAMP)
    page.get_by_role("button", name="Lanjut").click()
    page.get_by_role("button", name="Kirim laporan").wait_for()


def receipt(page: Page, world: World) -> None:
    second_step(page, world)
    page.get_by_role("button", name="Kirim laporan").click()
    page.locator("#secret").wait_for()


def unknown_code(page: Page, world: World) -> None:
    page.fill("#code", "1234")
    page.get_by_role("button", name="Buka laporan saya").click()
    page.locator(".refusal, [data-error-summary]").first.wait_for()


def first_factor(page: Page, world: World) -> None:
    page.get_by_label("Nama pengguna").fill("head")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.get_by_label("Kode").first.wait_for()


def checked_answer(page: Page, world: World) -> None:
    act = page.locator("[data-act=answer]")
    act.get_by_label("Jawaban untuk pelapor").fill(CANNED)
    act.get_by_role("button", name="Periksa jawaban").click()
    page.get_by_text("terbaca seperti jawaban siap pakai").wait_for()


def app_to_enrol(page: Page, world: World) -> None:
    page.get_by_role("button", name="Pakai aplikasi").click()
    page.locator("img.qr").wait_for()


def practised_answer(page: Page, world: World) -> None:
    page.get_by_label("Diperbaiki").check()
    page.get_by_label("Pekerjaan lapangan").check()
    page.get_by_label("Jawaban untuk pelapor").fill(CANNED)
    page.get_by_role("button", name="Tanyakan pada aturan").click()
    page.get_by_role("heading", name="Belum tepat").wait_for()


def touring(page: Page, world: World) -> None:
    page.get_by_role("button", name="Mulai tur").click()
    page.get_by_text("Langkah 1 dari").wait_for()
