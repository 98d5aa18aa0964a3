"""T-SHRED: who was forgotten is gone for us at once, and does not come back with an older copy of the register.

The vault's own process carries it out; the case database of before is put back beside the keys of today.
"""

import subprocess
import sys

import pytest
from django.db import connection

from tests import databases
from tests.factories import a_hold, a_person, a_photo, received, released, the_state
from tests.vault.rows import an_envelope, as_owner
from tests.vault.test_draining import contact, dump
from tuntas.access.actors import Actor, acting
from tuntas.identity import erasing
from tuntas.identity.models import Erasure, Reporter, SealedIdentity
from tuntas.kernel.refusals import NotFound
from tuntas.notices.models import Notice
from tuntas.reports import forgetting
from tuntas.reports.attaching import attach
from tuntas.reports.models import Attachment, Report
from tuntas.reports.storing import installed

pytestmark = [pytest.mark.slow, pytest.mark.threat("T-SHRED")]
SARI = {"name": "Sari Canary-5T1", "email": "sari.canary-5T1@example.org", "phone": "0812 0000 5501"}


@pytest.fixture
def case(vault):
    """Sari's report, and another person's, both drained into the vault."""
    vault.once()
    state = the_state()
    report, _receipt = received(target=state.city.pk, person=a_person(**SARI))
    other, _receipt = received(target=state.city.pk, person=a_person(name="Warga lain"))
    with acting(Actor.reporter_of(report.pk)):
        attach(Report.objects.get(pk=report.pk), a_photo(), by=Attachment.By.REPORTER)
    vault.once()
    return report, other


def wish(report: Report) -> Erasure:
    own = Actor.reporter_of(report.pk)
    with acting(own):
        return erasing.ask(Report.objects.get(pk=report.pk).reporter, ground="SUBJECT", by=own)


def reporter_of(report: Report) -> Reporter:
    with as_owner():
        return Reporter.objects.get(pk=report.reporter_id)


def row_of(report: Report, vault):
    return vault.rows("SELECT 1 FROM tuntas_vault_identity WHERE reporter_uuid = %s", reporter_of(report).uuid)


def test_the_identity_its_key_its_hashes_and_the_originals_are_gone_and_a_tombstone_remains(vault, case):
    report, other = case
    with as_owner():
        original = Attachment.objects.get().original_key
    asked = wish(report)
    assert vault.rows("SELECT count(*) FROM tuntas_vault_blindindex")[0][0] == 3  # two of Sari, one mail of the other
    vault.once()
    with databases.role("worker"):
        assert forgetting.forget_originals() == 1
        assert forgetting.forget_originals() == 0

    assert row_of(report, vault) == []
    assert contact(vault, reporter_of(other)).name == "Warga lain"
    assert vault.rows("SELECT count(*) FROM tuntas_vault_blindindex")[0][0] == 1
    [(ground, found)] = vault.rows("SELECT ground, found FROM tuntas_vault_tombstone")
    assert (ground, found) == ("SUBJECT", True)
    with pytest.raises(NotFound):
        installed().open(original)
    with as_owner():
        kept = Attachment.objects.get()
        assert (kept.original_key, kept.original_epoch) == ("", 0)
        installed().open(kept.key).close()  # the cleaned copy stays with the handlers
        done = Erasure.objects.get(pk=asked.pk)
    assert done.is_done
    assert done.found
    assert vault.rows("SELECT 1 FROM tuntas_vault_tombstone WHERE reporter_uuid = %s", reporter_of(report).uuid)


def test_an_older_copy_of_the_case_database_opens_nothing_with_the_keys_of_today(vault, case):
    """Put back as it was before: the row of the reporter, the letter that is owed, the envelope emptied long ago."""
    report, _other = case
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("CREATE TABLE old_sealed AS SELECT * FROM identity_sealedidentity")
        cursor.execute("CREATE TABLE old_erasure AS SELECT * FROM identity_erasure")
    wish(report)
    vault.once()
    with as_owner(), connection.cursor() as cursor:  # the restore: as superuser, triggers aside
        cursor.execute("ALTER TABLE identity_erasure DISABLE TRIGGER USER")
        cursor.execute("DELETE FROM identity_erasure")
        cursor.execute("DELETE FROM identity_sealedidentity")
        cursor.execute("INSERT INTO identity_sealedidentity SELECT * FROM old_sealed")
        cursor.execute("ALTER TABLE identity_erasure ENABLE TRIGGER USER")
        cursor.execute("DROP TABLE old_sealed; DROP TABLE old_erasure")
    vault.once()
    assert row_of(report, vault) == []
    shown = dump(vault.address)
    assert b"anary-5T1" not in shown


def test_an_envelope_that_an_old_copy_brings_back_full_is_emptied_and_not_kept(vault, case):
    """The copy was made in the moments between the form and the vault, so it holds a sealed envelope."""
    report, _other = case
    wish(report)
    vault.once()
    an_envelope(reporter_of(report))
    vault.once()
    assert row_of(report, vault) == []
    with as_owner():
        assert not SealedIdentity.objects.filter(reporter_id=report.reporter_id).exclude(ciphertext=None).exists()


def test_while_a_legal_hold_stands_nobody_is_forgotten_and_afterwards_they_are(vault, case):
    report, _other = case
    state = the_state()
    wish(report)
    placed = a_hold(report, state.as_admin)
    vault.once()
    with databases.role("worker"):
        assert forgetting.forget_originals() == 0
    assert row_of(report, vault)
    released(placed, state.as_admin)
    vault.once()
    assert row_of(report, vault) == []


def test_letters_to_somebody_who_was_forgotten_are_given_up_and_not_tried_for_days(vault, case, office):
    report, _other = case
    wish(report)
    vault.once()
    vault.once(office)
    with as_owner():
        left = Notice.objects.filter(reporter_uuid=reporter_of(report).uuid)
        assert {notice.error for notice in left} == {"forgotten"}
        assert not left.filter(failed_at=None).exists()
    assert not [to for to in office.recipients if SARI["email"] in to]


def test_one_who_gave_nothing_is_forgotten_too_and_it_says_that_nothing_was_there(vault, case):
    report, _receipt = received()
    asked = wish(report)
    vault.once()
    with as_owner():
        done = Erasure.objects.get(pk=asked.pk)
    assert (done.done_at is not None, done.found) == (True, False)


def test_before_it_is_drained_the_envelope_itself_is_emptied(vault, case):
    report, _receipt = received(person=a_person(**SARI))
    wish(report)
    vault.once()
    assert row_of(report, vault) == []
    with as_owner():
        assert SealedIdentity.objects.get(reporter_id=report.reporter_id).ciphertext is None


def test_what_the_vault_says_of_contacts_is_yes_or_no_and_who(vault, case):
    """Blind indexes: the same telephone in another writing is found; the table without its key is noise."""
    report, _other = case
    uuid = str(reporter_of(report).uuid)
    for typed in ("phone +62 812-0000-5501", "phone 081200005501", "email  SARI.Canary-5T1@example.org"):
        assert filed(vault, typed) == ["yes", uuid], typed
    for typed in ("phone 081200005502", "email x@example.org", "nik 3171"):
        assert filed(vault, typed) == ["no"], typed
    assert "no such contact" in vault.ends("filed", status=1)
    assert (vault.keys / "blind").stat().st_mode & 0o777 == 0o600
    key_before = (vault.keys / "blind").read_text()
    vault.once()
    assert (vault.keys / "blind").read_text() == key_before


def filed(vault, typed: str) -> list[str]:
    asked = subprocess.run(
        [sys.executable, "-m", "tuntas_vault", "filed"], env=vault.environment, input=typed + "\n",
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return asked.stdout.split()
