"""Identities reach the vault once each, whoever dies on the way, and the case database keeps nothing of them."""

import subprocess
from dataclasses import replace

import psycopg
import pytest
from django.db import connection

from tests.vault.rows import SARI, a_reporter, an_envelope, as_owner, until
from tuntas.identity import sealing
from tuntas.identity.models import SealedIdentity
from tuntas.identity.person import Person
from tuntas_vault import opening
from tuntas_vault.keys import KeyFolder

pytestmark = pytest.mark.slow


@pytest.fixture
def started(vault):
    """A vault that has run once, so that its key is published."""
    vault.once()
    return vault


def letter(vault, reporter):
    """What the vault's database holds of a reporter, read with the vault's own keys."""
    [(epoch, wrapped_key, ciphertext)] = vault.rows(
        "SELECT epoch, wrapped_key, ciphertext FROM tuntas_vault_identity WHERE reporter_uuid = %s", reporter.uuid
    )
    keys = {epoch: KeyFolder(vault.keys).load(epoch)}
    return opening.letter_of(opening.Kept(epoch, wrapped_key, ciphertext), reporter.uuid, keys)


def contact(vault, reporter):
    """Who the vault's database says a reporter is."""
    return opening.Contact(**{part: letter(vault, reporter)[part] for part in ("name", "email", "phone", "language")})


def dump(address):
    """Every row of every table, as bytes: what a thief of the database holds."""
    with psycopg.connect(address, autocommit=True) as thief:
        tables = thief.execute(
            "SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename"
        ).fetchall()
        rows = [b"".join(bytes(block) for block in copy(thief, table)) for (table,) in tables]
    return b"\n".join(rows)


def copy(connection, table):
    with connection.cursor().copy(f"COPY (SELECT * FROM {table}) TO STDOUT") as out:
        yield from out


def case_database(vault):
    """The case database, past its policies."""
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = 'public'")
        tables = [name for (name,) in cursor.fetchall()]
        found = []
        for table in tables:
            cursor.execute(f"SELECT t::text FROM {table} t")
            found += [row for (row,) in cursor.fetchall()]
    return "\n".join(found)


def test_an_identity_leaves_the_case_database_for_the_vault(started):
    reporter = a_reporter()
    started.once()

    with as_owner():
        envelope = SealedIdentity.objects.get(reporter=reporter)
    assert envelope.ciphertext is None
    assert envelope.drained_at is not None
    found = contact(started, reporter)
    assert (found.name, found.email, found.phone) == (SARI.name, SARI.email, SARI.phone)


@pytest.mark.parametrize("in_between", [True, False])
def test_a_corrected_contact_keeps_the_words_that_were_taken_out_of_the_report(started, in_between):
    reporter = a_reporter(replace(SARI, withheld="Nomor saya 0812 0000 7702."))
    if in_between:
        started.once()
    an_envelope(reporter, replace(SARI, email="baru@example.org"))
    started.once()

    assert contact(started, reporter).email == "baru@example.org"
    assert letter(started, reporter)["withheld"] == "Nomor saya 0812 0000 7702."


def test_neither_database_shows_who_it_was(started):
    """Before draining and after; in the case database and in the vault's own."""
    reporter = a_reporter()
    sealed = case_database(started)
    started.once()

    canaries = ("anary-7Q2", b"canary".hex(), "0812 0000 7702", b"Canary".hex())
    for shown in (sealed, case_database(started), dump(started.address).decode()):
        assert str(reporter.uuid) in shown  # the look went where the rows are
        assert not [canary for canary in canaries if canary in shown]


def test_what_the_vault_keeps_is_useless_without_its_key_folder(started):
    reporter = a_reporter()
    started.once()
    KeyFolder(started.keys).destroy(1)

    said = started.ends("--once", status=1)
    assert "restore it from the backup" in said
    assert "Traceback" not in said
    with pytest.raises(Exception, match="epoch-0001"):
        contact(started, reporter)


def test_killed_between_the_two_commits_nothing_is_lost_and_nothing_doubled(started):
    """SIGKILL after the vault has committed and before the envelope is emptied."""
    reporters = [a_reporter(Person(name=f"Warga {i}", email=f"w{i}@example.org")) for i in range(5)]
    with hold_back_updates(started):
        process = started.start("--once")
        until(started.keeps(5))
        process.kill()
        process.wait()
    with as_owner():
        assert SealedIdentity.objects.filter(drained_at=None).count() == 5  # the second commit never came
    started.once()

    assert [uuid for (uuid,) in started.identities()] == [reporter.uuid for reporter in reporters]
    with as_owner():
        assert not SealedIdentity.objects.filter(drained_at=None).exists()
    assert contact(started, reporters[3]).name == "Warga 3"


class hold_back_updates:  # noqa: N801 - read as words
    """While this is open, envelopes can be read and locked, and not changed."""

    def __init__(self, vault):
        self.address = vault.owner_address

    def __enter__(self):
        self.connection = psycopg.connect(self.address)
        self.connection.execute("LOCK TABLE identity_sealedidentity IN SHARE MODE")

    def __exit__(self, *_error):
        self.connection.close()


def test_two_vaults_at_once_put_each_identity_away_once(started):
    reporters = [a_reporter(Person(name=f"Warga {i}")) for i in range(300)]
    one, two = started.start("--once"), started.start("--once")
    assert (one.wait(60), two.wait(60)) == (0, 0)

    assert sorted(uuid for (uuid,) in started.identities()) == sorted(reporter.uuid for reporter in reporters)
    with as_owner():
        assert not SealedIdentity.objects.filter(drained_at=None).exists()


def test_a_later_envelope_replaces_what_an_earlier_one_said(started):
    reporter = a_reporter(Person(name="Sari"))
    an_envelope(reporter, SARI)
    started.once()

    assert contact(started, reporter).email == SARI.email


def test_a_late_run_of_an_earlier_envelope_does_not_turn_back_time(started):
    reporter = a_reporter(SARI)
    started.once()
    early = an_envelope(reporter, Person(name="Sari before"))
    with as_owner(), connection.cursor() as cursor:
        cursor.execute("UPDATE identity_sealedidentity SET id = 0 WHERE id = %s", [early.pk])
    started.once()

    assert contact(started, reporter).name == SARI.name


def test_an_unreadable_envelope_is_set_aside_and_the_next_one_goes_on(started):
    swapped, damaged, sound = a_reporter(), a_reporter(), a_reporter()
    with as_owner():
        theirs = SealedIdentity.objects.get(reporter=sound).ciphertext
        SealedIdentity.objects.filter(reporter=swapped).update(ciphertext=theirs)
        SealedIdentity.objects.filter(reporter=damaged).update(ciphertext=b"nonsense")
    said = started.once()

    assert started.identities() == [(sound.uuid,)]
    with as_owner():
        kept = SealedIdentity.objects.exclude(problem="").order_by("pk")
        assert [(row.reporter_id, row.problem, row.drained_at) for row in kept] == [
            (swapped.pk, "unreadable", None),
            (damaged.pk, "unreadable", None),
        ]
        assert all(row.ciphertext for row in kept)
    assert "sealed for another reporter" in said
    assert "anary" not in said


def test_an_envelope_of_a_key_that_is_away_waits_for_it(started):
    away = sealing.PublicKey(9, sealing.current_public_key().key)
    reporter = a_reporter(key=away)
    started.once()

    with as_owner():
        envelope = SealedIdentity.objects.get(reporter=reporter)
    assert (envelope.problem, envelope.drained_at) == ("", None)


def test_what_comes_in_while_the_vault_is_down_waits_for_it(started):
    reporters = [a_reporter() for _ in range(3)]
    assert started.identities() == []

    started.once()
    assert started.identities() == [(reporter.uuid,) for reporter in reporters]


def test_an_open_key_folder_stops_the_vault(started):
    started.keys.chmod(0o755)
    assert "chmod 700" in started.ends("--once", status=1)


def test_a_running_vault_ends_in_order_when_told(started):
    a_reporter()
    process = started.start()
    until(started.keeps(1))
    process.terminate()
    assert process.wait(20) == 0


def test_a_vault_without_its_databases_waits_and_tells_so(started):
    nowhere = started.environment["DATABASE_URL"].replace("dbname=", "dbname=no_")
    said = started.ends("--once", status=1, DATABASE_URL=nowhere)

    assert "the database is away" in said
    assert "Traceback" not in said
    process = started.start(VAULT_DATABASE_URL=nowhere)
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(2)
    process.terminate()
    assert process.wait(20) == 0
