"""Accounts in a real browser: enrolment with an app and with a passkey, by phone and desk, in both languages."""

import re

import pyotp
import pytest

from tests import databases
from tests.browser import axe_violations, keep_screenshot, overflow
from tests.factories import a_report, the_state
from tests.workspace.officers import PASSWORD, already_in, enter, give_password, sign_ethics
from tuntas.accounts import codes
from tuntas.accounts.models import Passkey, RecoveryCode
from tuntas.organizations.models import Officer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

ID = {
    "name": "Nama pengguna", "password": "Kata sandi", "in": "Masuk", "app": "Pakai aplikasi",
    "digits": "Enam angka yang sekarang tampil di aplikasi", "check": "Periksa kode", "codes": "Kode pemulihan Anda",
    "on": "Sudah saya simpan. Lanjut", "ethics": "Kode etik penanganan pengaduan",
    "agree": "Saya sudah membacanya, dan saya akan menaatinya.", "sign": "Tandatangani", "make": "Buat kunci sandi",
    "with_key": "Masuk dengan kunci sandi", "account": "Akun Anda",
}  # fmt: skip
EN = {
    "name": "User name", "password": "Password", "in": "Sign in", "app": "Use an app",
    "digits": "The six digits that the app shows now", "check": "Check the code", "codes": "Your recovery codes",
    "on": "I keep them safe. Go on", "ethics": "Code of ethics for the handling of complaints",
    "agree": "I have read it, and I will keep to it.", "sign": "Sign", "make": "Make a passkey",
    "with_key": "Sign in with a passkey", "account": "Your account",
}  # fmt: skip
WALKS = pytest.mark.parametrize(
    ("width", "words", "scripts"), [(360, ID, False), (1280, EN, True)], ids=["360-id", "1280-en"]
)


@pytest.fixture
def look():
    def looked(page, name: str) -> None:
        assert overflow(page) == 0, f"{name} is wider than its window"
        assert axe_violations(page) == [], name
        keep_screenshot(page, f"accounts/{name}")

    return looked


def first_step(page, site: str, words: dict) -> None:
    give_password("liaison", factor=False, ethics_signed=False)
    if words is EN:
        page.goto(f"{site}/bahasa/en")
    page.goto(f"{site}/workspace/masuk")
    page.get_by_label(words["name"]).fill("liaison")
    page.get_by_label(words["password"], exact=True).fill(PASSWORD)
    page.get_by_role("button", name=words["in"], exact=True).click()


def an_authenticator(page) -> None:
    """A device with a fingerprint that always fits, made by the browser for tests."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2", "transport": "internal", "hasResidentKey": True, "hasUserVerification": True,
        "isUserVerified": True, "automaticPresenceSimulation": True,
    }  # fmt: skip
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})


@pytest.mark.requirement("R003-19")
@pytest.mark.threat("T-SESS-enrolment")
@WALKS
def test_an_officer_enrols_with_an_app_signs_the_code_and_works(visitor, site, look, width, words, scripts):
    the_state()
    page, shot = visitor(width=width, height=800, scripts=scripts), f"{width}-app"
    first_step(page, site, words)
    look(page, f"{shot}-1-choice") if scripts else keep_screenshot(page, f"accounts/{shot}-1-choice")
    page.goto(f"{site}/workspace/")  # nothing else opens
    assert "/masuk" in page.url
    page.goto(f"{site}/workspace/masuk/pengaman")

    set_up_the_app(page, words, shot)
    page.get_by_role("link", name=words["on"]).click()
    page.get_by_role("heading", name=words["ethics"]).wait_for()
    keep_screenshot(page, f"accounts/{shot}-4-ethics")
    page.get_by_label(words["agree"]).check()
    page.get_by_role("button", name=words["sign"], exact=True).click()
    page.wait_for_url(re.compile("/workspace/queues/"))
    assert overflow(page) == 0
    if width == 360:  # folded on a phone
        page.get_by_text("Menu", exact=True).click()
    page.get_by_role("link", name=words["account"]).click()
    keep_screenshot(page, f"accounts/{shot}-5-account")
    with databases.role("owner"):
        assert RecoveryCode.objects.filter(officer__username="liaison").count() == codes.RECOVERY_CODES


def set_up_the_app(page, words: dict, shot: str) -> None:
    """The picture is read, a wrong code refused, the right one taken, the recovery codes shown."""
    page.get_by_role("button", name=words["app"]).click()
    assert page.locator("img.qr").evaluate("image => image.decode().then(() => image.naturalWidth)") > 100
    secret = page.locator("p.secret").inner_text().replace(" ", "")
    keep_screenshot(page, f"accounts/{shot}-2-picture")
    page.get_by_label(words["digits"]).fill("000000")
    page.get_by_role("button", name=words["check"]).click()
    page.locator("[aria-invalid]").wait_for()
    page.get_by_label(words["digits"]).fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name=words["check"]).click()

    page.get_by_role("heading", name=words["codes"]).wait_for()
    assert page.locator("li.code").count() == codes.RECOVERY_CODES
    keep_screenshot(page, f"accounts/{shot}-3-recovery")


@pytest.mark.parametrize(("width", "words"), [(360, ID), (1280, EN)], ids=["360-id", "1280-en"])
def test_an_officer_enrols_with_a_passkey_and_signs_in_with_it_alone(visitor, site, settings, look, width, words):
    settings.ORIGIN = site
    the_state()
    page = visitor(width=width, height=800)
    an_authenticator(page)
    first_step(page, site, words)
    with databases.role("owner"):
        sign_ethics(Officer.objects.get(username="liaison").pk)

    page.get_by_role("button", name=words["make"]).click()
    page.get_by_role("heading", name=words["codes"]).wait_for()
    with databases.role("owner"):
        made = Passkey.objects.get()
        assert made.officer.username == "liaison"
    page.goto(f"{site}/workspace/account")
    look(page, f"{width}-passkey-account")
    page.context.clear_cookies(name="session")
    page.goto(f"{site}/workspace/masuk")
    look(page, f"{width}-sign-in")
    page.get_by_role("button", name=words["with_key"]).click()

    page.wait_for_url(re.compile("/workspace/queues/"))
    with databases.role("owner"):
        assert Passkey.objects.get().used_at


def test_a_passkey_answers_the_step_up_and_that_of_another_site_does_not(visitor, site, settings):
    settings.ORIGIN = site
    state = the_state()
    page = visitor(width=1280, height=800)
    an_authenticator(page)
    first_step(page, site, ID)
    page.get_by_role("button", name=ID["make"]).click()
    page.get_by_role("heading", name=ID["codes"]).wait_for()
    page.goto(f"{site}/workspace/step-up?next=/workspace/account/email")
    page.get_by_role("button", name="Pastikan dengan kunci sandi saya").click()
    page.get_by_role("heading", name="Ganti alamat email Anda").wait_for()

    settings.ORIGIN = "http://localhost:1"  # what the device signs names the origin that it saw
    page.goto(f"{site}/workspace/step-up?next=/workspace/account/email")
    page.get_by_role("button", name="Pastikan dengan kunci sandi saya").click()
    page.get_by_text("Perangkat Anda tidak memastikannya").wait_for()
    assert state


@pytest.mark.requirement("R003-20", "R003-21")
@pytest.mark.parametrize("width", [360, 1280])
def test_the_question_before_a_protected_report_and_the_line_on_its_page(visitor, site, look, width):
    report, state = a_report("AWAITING_VERIFICATION", is_confidential=True), the_state()
    page = visitor(width=width, height=800)
    enter(page, site, "admin")
    page.goto(f"{site}/workspace/reports/{report.number}/")

    page.get_by_role("heading", name="Laporan yang dilindungi").wait_for()
    assert "Lampu jalan" not in page.content()
    look(page, f"{width}-purpose")
    page.get_by_label("Saya menangani laporan ini").check()
    page.get_by_role("button", name="Buka laporan").click()

    page.get_by_text("Lampu jalan di depan Pasar Contoh").first.wait_for()
    assert page.locator(".watermark").inner_text().startswith("Dibuka oleh Petugas contoh admin, Kota Contoh")
    keep_screenshot(page, f"accounts/{width}-protected")
    page.emulate_media(media="print")
    assert page.locator(".watermark").is_visible()
    page.emulate_media(media="screen")
    nation = visitor(width=width, height=800)
    already_in(nation, site, state.as_national)
    nation.goto(f"{site}/workspace/reports/{report.number}/readers")
    nation.get_by_text("Petugas contoh admin").first.wait_for()
    look(nation, f"{width}-readers")


@pytest.mark.parametrize("width", [360, 1280])
def test_an_administrator_keeps_accounts(visitor, site, look, width):
    state = the_state()
    page = visitor(width=width, height=800)
    already_in(page, site, state.as_admin)
    page.goto(f"{site}/workspace/people/")
    look(page, f"{width}-people")
    page.get_by_role("link", name="Petugas baru").click()
    page.get_by_role("heading", name="Petugas baru").wait_for()
    page.get_by_label("Nama pengguna", exact=True).fill("petugas.baru")
    page.get_by_label("Nama", exact=True).fill("Petugas Baru")
    page.get_by_label("Alamat email").fill("baru@example.go.id")
    page.get_by_label("Kantor", exact=False).first.fill(state.works.name)
    look(page, f"{width}-new-officer")
    page.get_by_role("button", name="Buat akun").click()
    page.get_by_text("Petugas mendapat email").wait_for()
    look(page, f"{width}-person")
    page.get_by_role("link", name="Catatan keamanan petugas ini").click()
    page.get_by_role("heading", name="Catatan keamanan").wait_for()
    look(page, f"{width}-log")
