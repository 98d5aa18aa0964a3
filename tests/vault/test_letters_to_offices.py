"""A report for an agency that is not connected: from its verification to the mailbox of the agency, and back."""

from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from tests import databases
from tests.factories import LAMP, as_
from tests.post_office import PostOffice
from tests.routing.test_letters import ADDRESS, DONE, LATER, letter_of, token_of, verified
from tests.vault.rows import AT, NUMBER
from tests.vault.test_draining import case_database
from tuntas.access.actors import acting
from tuntas.identity import sealing
from tuntas.kernel.envelopes import Unreadable
from tuntas.kernel.numbers import spell_number
from tuntas.organizations.models import Unit
from tuntas.routing import letter_answers, letters, verifying
from tuntas.routing.connecting import connect
from tuntas.routing.models import Letter
from tuntas_vault import opening, writing
from tuntas_vault.keys import Keys
from tuntas_vault.queries import Notice as Owed

pytestmark = pytest.mark.slow
ORIGIN = "https://lapor.example.go.id"


@pytest.fixture
def started(vault):
    vault.once()
    return vault


def mails_to_the_office(office):
    return [mail for mail, to in zip(office.mails, office.recipients, strict=True) if to == [ADDRESS]]


def linked(mail):
    """The token in a mail's link."""
    return mail.get_content().partition(f"{ORIGIN}/surat/")[2].split()[0]


@pytest.mark.requirement("R000-30")
def test_a_letter_reaches_the_agency_once_and_its_link_answers(started, office):
    state, report = verified()
    for _ in range(3):
        said = started.once(office)

    [mail] = mails_to_the_office(office)
    assert mail["Subject"] == f"Laporan warga {spell_number(report.number)} untuk {state.regency.name}"
    body = mail.get_content().replace("\r\n", "\n")
    assert f"Yang memegang laporan: {state.province.name}" in body
    assert "Jawab paling lambat: Senin, 12 Oktober 2026" in body
    assert "Judul: Lampu jalan mati di Pasar Contoh" in body
    assert f"Isi laporan:\n> {LAMP}\n" in body
    assert linked(mail) == token_of(report)
    assert linked(mail) not in said + case_database(started)

    assert letter_of(report).sent_on is not None
    assert letter_answers.answer(linked(mail), DONE, [], form=uuid4(), at=LATER)
    assert letter_of(report).answered_at is not None


def test_a_reminder_carries_the_same_link(started, office):
    _state, report = verified()
    with databases.role("worker"):
        letters.remind_due(now=letter_of(report).remind_at)
    started.once(office)
    first, reminder = mails_to_the_office(office)
    assert "belum menerima jawaban Anda" in reminder.get_content()
    assert linked(first) == linked(reminder)


@pytest.mark.parametrize(
    "facts", [{"raise_confidential": True, "protection_reason": "Pelapor terancam."}, {"public_text": ""}]
)
def test_what_is_not_public_stands_in_no_letter(started, office, facts):
    state, report = verified(facts=facts)
    started.once(office)
    [mail] = mails_to_the_office(office)
    assert "Lampu" not in mail.as_string()
    assert "Pasar" not in mail.as_string()
    assert f"Mintalah isinya kepada {state.province.name}." in mail.get_content()
    assert linked(mail) == token_of(report)


def test_a_letter_says_what_is_public_when_it_leaves(started, office):
    """Made confidential after the verification and before the vault woke up."""
    state, report = verified()
    as_(
        state.as_province_admin,
        verifying.protect,
        report,
        anonymous=False,
        confidential=True,
        at=LATER,
        reason="Ada nama orang lain",
    )
    started.once(office)
    [mail] = mails_to_the_office(office)
    assert "Lampu" not in mail.as_string()


def test_no_letter_leaves_for_an_agency_that_joined_meanwhile(started, office):
    state, _report = verified()
    with databases.role("owner"):
        list(connect(state.regency, on=LATER.date(), at=LATER))
    started.once(office)
    assert mails_to_the_office(office) == []


def test_an_address_that_was_taken_away_ends_in_no_letter(started, office):
    state, report = verified()
    with databases.role("owner"):
        Unit.objects.filter(pk=state.regency.pk).update(letter_address="")
    started.once(office)
    assert mails_to_the_office(office) == []
    assert letter_of(report).notice.error == "no_address"


def test_an_address_that_does_not_exist_leaves_the_letter_to_be_sent_on_paper(started):
    state, report = verified()
    with PostOffice(refuse=lambda to: "550 unknown" if to == ADDRESS else None) as strict:
        started.once(strict)
    letter = letter_of(report)
    assert letter.notice.failed_at is not None
    assert letter.sent_on is None
    with acting(state.as_province_admin) as officer:
        letters.mark_sent(Letter.objects.select_related("report__holder").get(pk=letter.pk), by=officer, at=LATER)
    assert letter_of(report).sent_on == LATER


@pytest.mark.parametrize("what", ["token", "letter"])
def test_a_link_that_cannot_be_read_is_tried_again_and_stops_no_other(started, office, what):
    _state, broken = verified()
    _state, whole = verified()
    with databases.role("owner"):
        notice = letter_of(broken).notice
        notice.params[what] = str(uuid4())
        notice.save()
    started.once(office)
    assert [linked(mail) for mail in mails_to_the_office(office)] == [token_of(whole)]
    broken_notice = letter_of(broken).notice
    assert (broken_notice.error, broken_notice.sent_at, broken_notice.attempts) == ("unreadable_link", None, 1)


def test_the_vault_reads_the_letter_address_of_a_unit_and_nothing_else(started):
    with databases.role("vault"), connection.cursor() as cursor:
        cursor.execute("SELECT letter_address FROM organizations_unit")
        for denied in ("SELECT name FROM organizations_unit", "SELECT token_digest FROM routing_letter"):
            with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
                cursor.execute(denied)


# The words, without a process ------------------------------------------------------------------


def a_letter(template="letter", *, language="id", **params):
    facts = {
        "number": NUMBER,
        "holder": "Provinsi Contoh",
        "office": "Kabupaten Contoh",
        "due": "2026-11-26T00:00:00+07:00",
    }
    return Owed(1, None, 7, "", template, facts | params, language, AT, 1)


@pytest.mark.parametrize("language", writing.LANGUAGES)
@pytest.mark.parametrize("template", ["letter", "letter_reminder"])
def test_both_letters_are_whole_in_both_languages(language, template):
    said = {"title": "Lampu {mati}", "text": "Gelap {sekali}.\nDua hari.", "place": "Pasar"}
    text = writing.to_office(a_letter(template, language=language), said, link=f"{ORIGIN}/surat/ABCD")
    assert "Lampu {mati}" in text.body
    assert "> Gelap {sekali}.\n> Dua hari." in text.body
    assert f"{ORIGIN}/surat/ABCD" in text.body
    assert "Provinsi Contoh" in text.body
    assert "123 456 7890-3" in text.subject


def test_a_letter_without_a_place_leaves_the_line_out():
    text = writing.to_office(a_letter(), {"title": "Lampu", "text": "Gelap.", "place": ""}, link="x")
    assert "Tempat" not in text.body


def test_sealed_words_open_for_their_place_and_key_alone():
    keys, place = {1: Keys.new(1)}, uuid4()
    sealed = sealing.seal_words("ABCD-EFGH", sealing.PublicKey(1, keys[1].public), place)
    assert b"ABCD" not in sealed
    assert opening.open_words(sealed, place, keys) == "ABCD-EFGH"
    for other_place, other_keys, bytes_ in (
        (uuid4(), keys, sealed),
        (place, {1: Keys.new(1)}, sealed),
        (place, {2: Keys.new(2)}, sealed),
        (place, keys, sealed[:-1]),
        (place, keys, b""),
    ):
        with pytest.raises(Unreadable):
            opening.open_words(bytes_, other_place, other_keys)
