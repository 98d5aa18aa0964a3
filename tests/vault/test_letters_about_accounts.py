"""Mails about accounts leave from the vault: with their link, once, to the right address, and with nothing else."""

import re

import pytest

from tests.vault.rows import a_unit, an_officer, as_owner
from tuntas.accounts import letters, links
from tuntas.accounts.models import Letter, OneTimeLink
from tuntas_vault.accounts import sending
from tuntas_vault.accounts.queries import Owed
from tuntas_vault.accounts.sending import write

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_link_goes_out_sealed_and_once(vault, office):
    vault.ends("--once")  # makes the keys
    officer = an_officer(a_unit(), "sari")
    links.ask("sari")
    with as_owner():
        owed = Letter.objects.get()
        assert owed.params == {}
        assert b"tautan" not in bytes(owed.sealed)

    vault.once(office)
    vault.once(office)

    (mail,) = office.mails
    token = re.search(r"https://lapor\.example\.go\.id/workspace/tautan/(\S+)", mail.get_content()).group(1)
    with as_owner():
        assert links.find(token).officer == officer
        sent = Letter.objects.get()
        assert sent.sent_at
        assert sent.sealed is None


def test_the_old_address_is_told_of_a_new_one(vault, office):
    vault.ends("--once")
    officer = an_officer(a_unit(), "sari")
    letters.owe(officer, "email_changed", address="lama@example.go.id")

    vault.once(office)

    assert office.recipients == [["lama@example.go.id"]]


def test_an_absent_name_owes_nothing(vault):
    vault.ends("--once")
    links.ask("tidak-ada")

    with as_owner():
        assert not Letter.objects.exists()
        assert not OneTimeLink.objects.exists()


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_template_is_written_whole_in_both_languages(language):
    facts = {"by": "Admin", "who": "Budi", "unit": "Dinas", "role": "UNIT_HEAD", "device": "Chrome", "left": 3,
             "how": "app", "count": 21}  # fmt: skip
    for template, words in sending.words(language)["officer"].items():
        body = write(_owed(template, facts, language)).body
        assert "{" not in body
        assert len(body.splitlines()) >= len(words.strip().splitlines()) + 4, template


@pytest.mark.threat("SR-14")
def test_a_name_brings_no_link_along():
    body = write(_owed("reset_started", {"by": "Klik https://jahat.example/ \n\n" + "x" * 500}, "id")).body

    assert "https://" not in body
    assert "x" * 200 not in body


def _owed(template, params, language) -> Owed:
    from datetime import UTC, datetime
    from uuid import uuid4

    return Owed(1, 1, uuid4(), "", template, params, None, language, datetime.now(UTC), 1)
