"""The demonstration's outbox: readable there, and nowhere else."""

import mailbox
from email.message import EmailMessage

import pytest

from tests.portal.test_reporting import said

pytestmark = pytest.mark.django_db


@pytest.fixture
def demo(settings, tmp_path):
    settings.DEMO = True
    settings.OUTBOX = tmp_path / "outbox"
    return settings


def a_letter(settings, subject: str = "Laporan Anda kami terima", text: str = "Nomor laporan: 123") -> str:
    mail = EmailMessage()
    mail["Subject"], mail["To"], mail["From"] = subject, "warga@example.test", "tuntas@example.test"
    mail.set_content(text)
    return mailbox.Maildir(str(settings.OUTBOX), create=True).add(mail)


def test_letters_are_listed_and_read_as_plain_text(client, demo):
    key = a_letter(demo, text="<script>alert(1)</script> Nomor: 123")

    assert "Laporan Anda kami terima" in said(client.get("/contoh/kotak-keluar"))
    html = said(client.get(f"/contoh/kotak-keluar/{key}"))

    assert "&lt;script&gt;" in html
    assert "Nomor: 123" in html


def test_before_the_first_letter_it_says_what_will_appear(client, demo):
    assert "Belum ada surat." in said(client.get("/contoh/kotak-keluar"))


@pytest.mark.parametrize("key", ["tidak-ada", "..%2F..%2Fsecrets", "..", "."])
def test_a_letter_that_is_not_there_is_a_plain_no(client, demo, key):
    a_letter(demo)

    assert client.get(f"/contoh/kotak-keluar/{key}").status_code == 404


def test_outside_the_demonstration_there_is_no_such_page(client, demo):
    a_letter(demo)
    demo.DEMO = False

    assert client.get("/contoh/kotak-keluar").status_code == 404
