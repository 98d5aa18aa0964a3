"""From the form to the mailbox: a real submission, the real vault, a real mail server."""

import subprocess
import sys

import pytest

from tests.factories import a_person, received
from tests.vault.rows import as_owner
from tests.vault.test_draining import case_database, dump
from tuntas.identity.models import SealedIdentity
from tuntas.kernel.numbers import spell_code, spell_number

pytestmark = pytest.mark.slow

PERSON = {"name": "Sari Canary-7Q2", "email": "sari.canary-7Q2@example.org", "phone": "0812 0000 7702"}


def test_what_a_person_tells_the_form_reaches_the_vault_and_the_receipt_their_mailbox(vault, office):
    vault.once()
    report, receipt = received(person=a_person(**PERSON))
    before = case_database(vault)
    said = vault.once(office)

    mail = next(mail for mail, to in zip(office.mails, office.recipients, strict=True) if to == [PERSON["email"]])
    assert spell_number(receipt.number) in mail["Subject"]
    assert "Laporan Anda kami terima." in mail.get_content()
    assert "Kami periksa paling lambat Kamis, 8 Oktober 2026." in mail.get_content()
    with as_owner():
        assert SealedIdentity.objects.get(reporter_id=report.reporter_id).ciphertext is None
    for shown in (before, case_database(vault), dump(vault.address).decode(), said):
        assert "anary" not in shown
        assert "0812 0000 7702" not in shown
    for code in (receipt.code, spell_code(receipt.code)):
        assert not [mail for mail in office.mails if code in mail.as_string()]


def test_intake_goes_on_with_the_vault_down_and_its_letters_follow(vault, office):
    """The vault ran once, long ago; what comes in meanwhile is complete when it is back."""
    vault.once()
    receipts = [received(person=a_person(email=f"warga{n}@example.org"))[1] for n in range(5)]
    assert office.mails == []

    vault.once(office)
    subjects = {to[0]: mail["Subject"] for mail, to in zip(office.mails, office.recipients, strict=True)}
    for n, receipt in enumerate(receipts):
        assert spell_number(receipt.number) in subjects[f"warga{n}@example.org"]


def test_the_vaults_migrations_say_what_its_models_say(vault):
    command = [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run"]
    environment = vault.environment | {"DJANGO_SETTINGS_MODULE": "tuntas_vault.settings"}
    made = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr


def test_the_vault_knows_nothing_of_reports(vault):
    """Its process loads no other package of ours, and none is installed in its settings."""
    script = (
        "import sys, django; django.setup()\n"
        "from tuntas_vault import working\n"
        "print(sorted({name.split('.')[1] for name in sys.modules if name.startswith('tuntas.')}))"
    )
    environment = vault.environment | {"DJANGO_SETTINGS_MODULE": "tuntas_vault.settings"}
    loaded = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "['channels', 'kernel']"
