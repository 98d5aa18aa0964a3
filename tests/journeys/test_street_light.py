"""The life of one report in real browsers: seven people at their own screens, from a street light to the last word.

With TUNTAS_PICTURES=1 a picture of every step is kept in artifacts/screens/journey-*.png for people to look at.
"""

import itertools

import pytest
from django.utils import timezone

from tests import databases
from tests.browser import keep_screenshot, overflow
from tests.factories import a_photo, the_state
from tests.workspace.officers import enter
from tuntas.clocks.models import Clock, Kind
from tuntas.followup.models import FollowUp, Rating
from tuntas.reports.models import Report
from tuntas.reports.states import Finish, State
from tuntas.routing.models import TransferOffer

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
LAMP = "Lampu jalan di depan Pasar Contoh mati sejak tiga malam, gelap sekali dan dua orang sudah jatuh."
TWIN = "Lampu jalan depan Pasar Contoh padam, sudah tiga malam gelap. Tolong diperbaiki."
THANKS = "Terima kasih atas laporannya, akan kami tindaklanjuti."
GROUND = "Perwali contoh 1/2020 pasal 4: lampu jalan urusan Dinas Perhubungan."


class Street:
    """The people of the story, each with a browser of their own, and the pictures that are kept."""

    def __init__(self, visitor, site, photo):
        self.visitor, self.site, self.photo, self.step = visitor, site, photo, itertools.count(1)
        self.desks = {}

    def keep(self, page, name):
        assert overflow(page) == 0, f"{name} is wider than its window"
        keep_screenshot(page, f"journey-{next(self.step):02d}-{name}")

    def desk(self, username):
        """The officer's browser, signed in once and kept for the rest of the story."""
        if username not in self.desks:
            page = self.visitor(width=1280, height=900)
            enter(page, self.site, username)
            self.desks[username] = page
        return self.desks[username]

    def open(self, username, report):
        page = self.desk(username)
        page.goto(f"{self.site}/workspace/reports/{report.number}/")
        return page

    def report_it(self, text, name):
        """A citizen who knows no agency: one field, a place and a photo, two steps."""
        page = self.visitor(width=360)
        page.goto(self.site)
        page.get_by_role("link", name="Tulis laporan").first.click()
        page.fill("#id_text", text)
        page.fill("#id_place", "Pasar Contoh")
        page.set_input_files("#id_photos", self.photo)
        page.get_by_role("button", name="Lanjut").click()
        page.get_by_role("button", name="Kirim laporan").wait_for()
        self.keep(page, f"{name}-form")
        page.get_by_role("button", name="Kirim laporan").click()
        page.locator("#secret").wait_for()
        self.keep(page, f"{name}-receipt")
        return page, page.locator("#secret").inner_text()

    def follow(self, page, code):
        page.goto(f"{self.site}/lacak")
        page.fill("#code", code)
        page.get_by_role("button", name="Buka laporan saya").click()
        page.get_by_role("heading", name="Yang sudah terjadi").wait_for()


def act(page, name, **fields):
    """Unfold one act of the report page, fill it in and send it."""
    form = page.locator(f"#act-{name}")
    if form.get_attribute("open") is None:
        form.locator("summary").first.click()
    for field, value in fields.items():
        fill(form, f"{name}-{field}", value)
    form.locator("form button.button[type=submit]:not([formaction])").click()
    page.wait_for_load_state()


def fill(form, name, value):
    box = form.locator(f"[name='{name}']").first
    kind = box.get_attribute("type") or box.evaluate("(element) => element.tagName.toLowerCase()")
    if kind == "radio":
        form.locator(f"[name='{name}'][value='{value}']").check(force=True)
    elif kind == "select":
        box.select_option(label=str(value))
    else:
        box.fill(str(value))


def day(form, name, value):
    for part, number in zip(("day", "month", "year"), (value.day, value.month, value.year), strict=True):
        form.locator(f"[name='{name}_{part}']").fill(str(number))


def newest():
    with databases.role("owner"):
        return Report.objects.select_related("holder", "arbiter").latest("pk")


def now(report):
    with databases.role("owner"):
        return Report.objects.select_related("holder", "arbiter", "parent").get(pk=report.pk)


@pytest.fixture
def street(visitor, site, tmp_path):
    the_state()
    path = tmp_path / "lampu.jpg"
    path.write_bytes(a_photo("navy", (900, 700)).data)
    return Street(visitor, site, path)


@pytest.mark.requirement(
    "R000-12", "R000-13", "R000-21", "R001-07", "R001-08", "R001-13", "R001-14", "R003-04", "R003-36", "R004-12",
    "R004-13", "R004-14", "R004-16", "R004-17", "R004-21",
)  # fmt: skip
def test_a_street_light_from_the_first_word_to_the_last(street):  # noqa: PLR0915 - one story, told in one piece
    state = the_state()
    citizen, code = street.report_it(LAMP, "citizen")
    report = newest()
    assert report.holder == state.nation

    page = street.open("national", report)
    street.keep(page, "national-verifies")
    act(page, "verify", report_class="NON_SUPERVISORY", category=state.lamp.name, target_name="Kota Contoh")
    assert now(report).state == State.AWAITING_DISPOSITION
    assert now(report).holder == state.city

    page = street.open("admin", report)
    street.keep(page, "admin-disposes")
    act(page, "dispose", lead_name=state.works.name)
    assert now(report).holder == state.works

    page = street.open("liaison", report)
    street.keep(page, "liaison-reads")
    act(page, "offer", ground=GROUND, proposed_name=state.transport.name)
    assert now(report).state == State.TRANSFER_REQUESTED
    assert now(report).holder == state.works

    page = street.open("transport-liaison", report)
    street.keep(page, "transport-is-asked")
    act(page, "refuse", ground="Tiang ini aset Dinas PU menurut daftar aset 2024.")
    assert now(report).arbiter == state.city

    page = street.open("admin", report)
    street.keep(page, "admin-arbitrates")
    act(page, "decide", owner_name=state.works.name, ground="Daftar aset 2024 nomor 12: tiang milik Dinas PU.")
    assert now(report).state == State.AWAITING_FOLLOW_UP
    with databases.role("owner"):
        assert TransferOffer.objects.filter(report=report, decision="ARBITRATED", owner=state.works).exists()

    canned_thanks_stop_no_clock(street, report)
    the_second_report_of_the_lamp_is_merged(street, report)
    resolved_with_both_photos(street, report, "liaison", "answer")
    assert now(report).state == State.RESOLUTION_PROPOSED

    street.follow(citizen, code)
    street.keep(citizen, "citizen-reads-the-answer")
    citizen.locator("summary").get_by_text("Belum beres", exact=True).click()
    citizen.get_by_label("Apa yang belum beres?").first.fill("Lampu menyala satu malam lalu mati lagi.")
    citizen.get_by_role("button", name="Belum beres").click()
    citizen.get_by_text("keberatan").first.wait_for()  # the words go to the head; two reporters share this page
    street.keep(citizen, "citizen-objects")
    assert now(report).state == State.IN_PROGRESS

    assert "Lampu menyala satu malam" in street.open("head", report).locator("main").inner_text()
    resolved_with_both_photos(street, report, "head", "answer", "Kabel bawah tanah diganti seluruhnya, 40 meter, ")
    assert now(report).state == State.RESOLUTION_PROPOSED
    street.follow(citizen, code)
    accepts(street, citizen)

    done = now(report)
    assert (done.state, done.finish, done.outcome) == (State.RESOLVED, Finish.ACCEPTED, "FIXED")
    with databases.role("owner"):
        assert Rating.objects.get(report=report).clear == 5
    street.follow(street.twin, street.twin_code)
    street.keep(street.twin, "twin-follows-to-the-end")
    assert street.twin.get_by_text("Selesai").first.is_visible()
    public = street.visitor(width=360)
    public.goto(f"{street.site}/laporan/{report.number}")
    street.keep(public, "public-reads")
    assert LAMP[:30] in public.locator("main").inner_text()


def canned_thanks_stop_no_clock(street, report):
    page = street.open("liaison", report)
    act(page, "acknowledge", text=THANKS)
    with databases.role("owner"):
        clock = Clock.objects.get(report=report, kind=Kind.FIRST_RESPONSE, stopped_at=None)
        assert clock.paused_at is None
    page = street.open("liaison", report)
    act(page, "progress", text=THANKS)
    assert now(report).state == State.AWAITING_FOLLOW_UP
    assert page.locator("[name='progress-text']").input_value() == THANKS  # nothing typed is lost
    street.keep(page, "gate-explains-itself")
    with databases.role("owner"):
        assert FollowUp.objects.filter(report=report).values_list("step", flat=True).get() == "ACKNOWLEDGEMENT"


def the_second_report_of_the_lamp_is_merged(street, report):
    street.twin, street.twin_code = street.report_it(TWIN, "twin")
    twin = newest()
    page = street.open("national", twin)
    street.keep(page, "national-sees-the-likeness")
    assert report.number in page.locator("main").inner_text().replace(" ", "").replace("-", "")
    act(page, "merge", into=report.number)
    assert now(twin).state == State.MERGED
    assert now(report).weight == 2
    street.follow(street.twin, street.twin_code)
    street.keep(street.twin, "twin-is-merged")


def resolved_with_both_photos(street, report, who, name, more=""):
    page, today = street.open(who, report), timezone.localdate()
    form = page.locator(f"#act-{name}")
    if form.get_attribute("open") is None:
        form.locator("summary").first.click()
    fill(form, f"{name}-outcome", "FIXED")
    fill(form, f"{name}-kind", "FIELD_ACTION")
    form.locator(f"[name='{name}-photos_before']").wait_for(state="attached")
    fill(
        form, f"{name}-text",
        f"{more}Lampu di depan Pasar Contoh diganti {today.day} {MONTHS[today.month - 1]} {today.year} "
        "oleh regu Dinas PU; menyala.",
    )  # fmt: skip
    form.locator(f"[name='{name}-done_at_place']").wait_for()
    day(form, f"{name}-done_on", today)
    fill(form, f"{name}-done_at_place", "Depan Pasar Contoh")
    form.locator(f"[name='{name}-photos_before']").set_input_files(street.photo)
    form.locator(f"[name='{name}-photos_after']").set_input_files(street.photo)
    street.keep(page, f"{who}-answers-with-proof")
    form.locator("form button.button[type=submit]:not([formaction])").click()
    page.wait_for_load_state()


MONTHS = [
    "Januari", "Februari", "Maret", "April", "Mei", "Juni", "Juli", "Agustus", "September", "Oktober", "November",
    "Desember",
]  # fmt: skip


def accepts(street, citizen):
    box = citizen.locator("[name=clear]")
    if not box.is_visible():
        citizen.locator("details", has=box).locator("summary").click()
    box.select_option("5")
    citizen.locator("[name=on_target]").select_option("4")
    street.keep(citizen, "citizen-accepts")
    citizen.get_by_role("button", name="Sudah beres").click()
    citizen.wait_for_load_state()
