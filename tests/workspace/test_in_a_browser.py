"""Officers' pages in a real browser: by mouse and keyboard, with and without scripts, on a phone and on a desk."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from tests import databases
from tests.browser import axe_violations, keep_screenshot, overflow, weight_of
from tests.factories import MONDAY, a_photo, a_report, an_officer, as_, the_state
from tests.followup.test_offices_rules import keep
from tests.workspace.officers import enter, fresh, sign_ethics
from tuntas.followup import answering
from tuntas.organizations.models import Role
from tuntas.reports.states import State

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

CANNED = "Terima kasih atas laporannya. Akan segera kami tindak lanjuti."
SOLID = "Lampu di depan Pasar Contoh kami ganti pada {day} oleh regu Dinas PU; kabelnya putus dan kini menyala lagi."
HERE = {"latitude": -8.1, "longitude": 113.7}


def photos(folder: Path) -> tuple[str, str]:
    paths = (folder / "sebelum.jpg", folder / "sesudah.jpg")
    for path, colour in zip(paths, ("black", "gold"), strict=True):
        path.write_bytes(a_photo(colour).data)
    return str(paths[0]), str(paths[1])


def fill_day(form, label: str, day) -> None:
    group = form.get_by_role("group", name=label)
    for box, value in (("Tanggal", day.day), ("Bulan", day.month), ("Tahun", day.year)):
        group.get_by_label(box).fill(str(value))


def unfolded(page, name: str):
    """The form of an act; folded while a suggestion stands above it."""
    act = page.locator(f"[data-act={name}]")
    act.wait_for()
    if not act.evaluate("fold => fold.open"):
        act.locator("summary").first.click()
    return act


def check_it(page, shot: str) -> None:
    page.get_by_role("link", name="Lampu jalan di depan Pasar Contoh").click()
    act = unfolded(page, "verify")
    act.get_by_label("Judul untuk publik").fill("Lampu jalan mati di Pasar Contoh")
    keep_screenshot(page, f"{shot}-1-check")
    act.get_by_role("button", name="Teruskan").click()
    page.get_by_text("Sudah diperiksa. Untuk Kota Contoh.", exact=True).wait_for()


def hand_it_on(page, shot: str) -> None:
    act = unfolded(page, "dispose")
    assert act.get_by_label("Dinas Perhubungan Kota Contoh").is_checked()  # suggested by the category
    act.get_by_label("Kantor lain di instansi Anda").fill("Dinas Pekerjaan Umum Kota Contoh")
    keep_screenshot(page, f"{shot}-2-hand-on")
    act.get_by_role("button", name="Serahkan").click()
    page.get_by_text("Diserahkan ke Dinas Pekerjaan Umum Kota Contoh.").first.wait_for()


def answer_it(page, shot: str, folder: Path, *, scripts: bool) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    page.get_by_role("link", name="Lampu jalan di depan Pasar Contoh").click()
    act = page.locator("[data-act=answer]")
    act.locator("#id_answer-outcome_0").check()
    act.locator("#id_answer-kind_1").check()
    act.get_by_label("Jawaban untuk pelapor").fill(SOLID.format(day=yesterday.strftime("%d-%m-%Y")))
    if not scripts:
        act.get_by_role("button", name="Periksa jawaban").click()
        page.get_by_text("Tulisan ini terbaca sebagai tindak lanjut.").wait_for()
    act.get_by_label("Tempat pengerjaan").wait_for()
    assert act.get_by_label("Jawaban untuk pelapor").input_value().startswith("Lampu di depan Pasar Contoh")
    fill_day(act, "Hari pengerjaan", yesterday)
    act.get_by_label("Tempat pengerjaan").fill("Depan Pasar Contoh")
    before, after = photos(folder)
    act.locator("[name=answer-photos_before]").set_input_files(before)
    act.locator("[name=answer-photos_after]").set_input_files(after)
    keep_screenshot(page, f"{shot}-3-answer")
    act.get_by_role("button", name="Kirim jawaban").click()
    page.locator("[data-said-done], .notice--done").first.wait_for()


@pytest.mark.requirement("R001-13", "R001-14", "R004-14")
@pytest.mark.parametrize(("scripts", "width"), [(True, 1280), (False, 360)])
def test_checked_handed_on_and_answered_with_photos(visitor, site, tmp_path, scripts, width):
    report, offices = a_report(when=timezone.now() - timedelta(days=1)), the_state()
    shot = f"officers/{'scripts' if scripts else 'plain'}-{width}"
    admin, liaison = (visitor(width=width, height=800, scripts=scripts) for _n in range(2))

    enter(admin, site, "admin")
    check_it(admin, shot)
    hand_it_on(admin, shot)
    enter(liaison, site, "liaison")
    answer_it(liaison, shot, tmp_path, scripts=scripts)
    liaison.goto(f"{site}/workspace/reports/{report.number}/")
    liaison.locator(".photos img").first.wait_for()
    keep_screenshot(liaison, f"{shot}-4-answered")

    assert fresh(report, offices).state == State.RESOLUTION_PROPOSED
    assert overflow(liaison) == 0


def test_the_check_reads_along_while_an_officer_types(visitor, site):
    report = a_report(State.IN_PROGRESS, when=timezone.now() - timedelta(days=1))
    keep(the_state(), "Di [tempat]: [apa yang dilakukan] pada [tanggal].")
    page = visitor(width=1280, height=800)
    enter(page, site, "liaison")
    page.goto(f"{site}/workspace/reports/{report.number}/")
    act = page.locator("[data-act=answer]")
    begin_with_a_template_by_key(page, act)

    act.get_by_label("Jawaban untuk pelapor").press_sequentially(CANNED)
    act.get_by_text("terbaca seperti jawaban siap pakai").wait_for()
    act.locator("#id_answer-outcome_4").check()  # declined: asks for the rule and the next step
    act.get_by_label("Aturan yang menjadi dasar keputusan").wait_for()
    assert act.get_by_label("Jawaban untuk pelapor").input_value() == CANNED
    act.get_by_label("Aturan yang menjadi dasar keputusan").fill("Perda 5/2020 pasal 7")
    act.get_by_label("Jawaban untuk pelapor").press_sequentially(" Lampu diganti 12 Oktober 2026.")
    act.get_by_text("Sebutkan aturan").or_(act.get_by_text("Bukti yang masih kurang:")).first.wait_for()
    act.get_by_label("Yang dapat dilakukan pelapor berikutnya").fill("Datang ke loket 3 Dinas PU dengan KTP asli.")
    act.get_by_label("Aturan yang menjadi dasar keputusan").focus()
    act.get_by_text("Bukti yang masih kurang:").wait_for(state="detached")
    assert act.get_by_label("Aturan yang menjadi dasar keputusan").input_value() == "Perda 5/2020 pasal 7"
    keep_screenshot(page, "officers/reading-along")


def begin_with_a_template_by_key(page, act):
    """S goes to the templates; each blank is chosen in its turn, and typing takes its place. Then all is deleted."""
    page.keyboard.press("s")
    page.keyboard.press("Enter")
    act.locator("[data-begun] textarea").wait_for()
    for nth, words in enumerate(("Pasar Contoh", "lampu diganti", "12 Oktober 2026")):
        if nth:  # the first was chosen when the words came
            act.get_by_role("button", name="Ke isian berikutnya").click()
        page.keyboard.type(words)
    text = act.get_by_label("Jawaban untuk pelapor")
    assert text.input_value() == "Di Pasar Contoh: lampu diganti pada 12 Oktober 2026."
    assert act.locator("[data-next-blank]").is_hidden()
    text.fill("")


def test_an_office_completes_itself_by_name(visitor, site):
    report = a_report(State.AWAITING_DISPOSITION)
    page = visitor(width=1280, height=800)
    enter(page, site, "admin")
    page.goto(f"{site}/workspace/reports/{report.number}/")

    page.get_by_label("Kantor lain di instansi Anda").press_sequentially("kesehatan")

    page.locator('#office-names option[value="Dinas Kesehatan Kota Contoh"]').wait_for(state="attached")


def test_a_refusal_takes_the_attention_and_keeps_the_text(visitor, site):
    report, offices = a_report(State.IN_PROGRESS), the_state()
    page = visitor(width=360)
    enter(page, site, "liaison")
    page.goto(f"{site}/workspace/reports/{report.number}/")
    page.locator("#act-question > summary").click()
    page.get_by_label("Pertanyaan untuk pelapor").fill("Tiang nomor berapa?")
    as_(offices.as_head, answering.acknowledge, report, text="Sudah kami baca.", at=MONDAY + timedelta(days=1))

    page.locator("#act-question").get_by_role("button", name="Kirim pertanyaan").click()

    refusal = page.locator("[data-refusal=out_of_turn]")
    refusal.wait_for()
    assert refusal.evaluate("box => box === document.activeElement")
    assert page.get_by_label("Pertanyaan untuk pelapor").input_value() == "Tiang nomor berapa?"
    keep_screenshot(page, "officers/stale-360")


def test_one_button_for_each_role_in_the_demonstration(visitor, site, settings):
    settings.DEMO = True
    offices = the_state()
    with databases.role("owner"):
        an_officer("demo-admin", offices.city, Role.AGENCY_ADMIN)
        watches = an_officer("demo-pengawas", offices.province, Role.SUPERVISOR)
    sign_ethics(watches.officer)
    page = visitor(width=360)
    page.goto(f"{site}/workspace/masuk")
    keep_screenshot(page, "officers/sign-in-360")
    assert axe_violations(page) == []

    page.get_by_role("button", name="Masuk sebagai Petugas contoh demo-pengawas").click()

    page.get_by_role("heading", name="Instansi yang diawasi Provinsi Contoh").wait_for()


def test_the_list_of_an_office_weighs_little(visitor, site):
    """Budget of the officers' inbox: 90 kB on the first visit."""
    for _n in range(25):
        a_report()
    page = visitor(width=1280, height=800)
    enter(page, site, "admin")

    weighed = weight_of(page, f"{site}/workspace/queues/verify/")

    print({url.rsplit("/", 1)[-1] or "page": size for url, size in weighed.items()})
    assert sum(weighed.values()) < 90_000
