"""Keys change while the vault works: nothing becomes unreadable, and an old key goes only when nothing needs it."""

from datetime import timedelta

import pytest

from tests.vault.rows import a_reporter, as_owner, until
from tests.vault.test_draining import contact
from tuntas.identity import sealing
from tuntas.identity.models import SealedIdentity
from tuntas.identity.person import Person
from tuntas_vault.keys import KeyFolder, Keys

pytestmark = pytest.mark.slow


def wrapped_under(vault):
    return dict(vault.rows("SELECT epoch, count(*) FROM tuntas_vault_identity GROUP BY epoch"))


def retire_long_ago(vault, epoch, days):
    vault.rows(
        "UPDATE tuntas_vault_keyepoch SET created_at = now() - interval '400 days', retired_at = now() - %s"
        " WHERE epoch = %s RETURNING epoch",
        timedelta(days=days),
        epoch,
    )


def test_the_first_start_makes_a_key_and_later_starts_keep_it(vault):
    vault.once()
    first = sealing.current_public_key()
    vault.once()

    assert first.epoch == 1
    assert sealing.current_public_key() == first


def test_two_first_starts_at_once_agree_on_one_key(vault):
    starts = [vault.start("--once") for _ in range(3)]
    assert [start.wait(60) for start in starts] == [0, 0, 0]
    assert vault.rows("SELECT epoch FROM tuntas_vault_keyepoch") == [(1,)]
    assert sealing.current_public_key().key == KeyFolder(vault.keys).load(1).public


def test_a_lost_public_file_is_written_again(vault):
    vault.once()
    before = sealing.current_public_key()
    vault.public_keys.unlink()
    vault.once()
    assert sealing.current_public_key() == before


def test_after_a_rotation_all_is_wrapped_anew_and_all_still_opens(vault):
    vault.once()
    old = [a_reporter(Person(name=f"Warga {i}")) for i in range(3)]
    vault.once()
    late = a_reporter(Person(name="Terlambat"))  # sealed to the old key, not drained yet
    vault.ends("rotate")
    new = a_reporter(Person(name="Baru"))

    assert sealing.current_public_key().epoch == 2
    vault.once()

    assert wrapped_under(vault) == {2: 5}
    assert [contact(vault, reporter).name for reporter in (*old, late, new)] == [
        "Warga 0",
        "Warga 1",
        "Warga 2",
        "Terlambat",
        "Baru",
    ]


def test_a_running_vault_takes_up_a_rotation(vault):
    vault.once()
    a_reporter()
    process = vault.start()
    until(vault.keeps(1))
    vault.ends("rotate")
    until(lambda: wrapped_under(vault) == {2: 1})
    a_reporter()
    until(vault.keeps(2))
    process.terminate()
    assert process.wait(20) == 0


def test_killed_while_it_re_wraps_everything_still_opens(vault):
    vault.once()
    reporters = [a_reporter(Person(name=f"Warga {i}")) for i in range(30)]
    vault.once()
    for _ in range(2):
        vault.ends("rotate")
        process = vault.start("--once")
        until(lambda: len(wrapped_under(vault)) >= 1, seconds=5)
        process.kill()
        process.wait()
        assert [contact(vault, reporter).name for reporter in reporters[::7]] == [f"Warga {i}" for i in range(0, 30, 7)]
    vault.once()
    assert wrapped_under(vault) == {3: 30}


def test_an_old_key_is_destroyed_after_the_backups_that_need_it_have_died(vault):
    vault.once()
    reporter = a_reporter()
    vault.once()
    vault.ends("rotate")
    vault.once()
    retire_long_ago(vault, 1, days=34)
    assert "none" in vault.ends("destroy", "--confirm")
    assert KeyFolder(vault.keys).file(1).exists()

    retire_long_ago(vault, 1, days=36)
    assert "Would destroy the keys of these epochs: [1]" in vault.ends("destroy")
    assert KeyFolder(vault.keys).file(1).exists()
    said = vault.ends("destroy", "--confirm")
    vault.once()

    assert "originals of the files" in said
    assert not KeyFolder(vault.keys).file(1).exists()
    assert vault.rows("SELECT epoch FROM tuntas_vault_keyepoch WHERE destroyed_at IS NOT NULL") == [(1,)]
    assert contact(vault, reporter).name.startswith("Sari")
    assert "1" not in vault.public_keys.read_text().split('"keys"')[1].split(":")[0]


def test_an_old_key_stays_while_an_envelope_needs_it(vault):
    vault.once()
    reporter = a_reporter()
    with as_owner():
        SealedIdentity.objects.filter(reporter=reporter).update(problem="unreadable")
    vault.ends("rotate")
    retire_long_ago(vault, 1, days=400)
    assert "none" in vault.ends("destroy", "--confirm")
    assert KeyFolder(vault.keys).file(1).exists()


def test_a_rotation_cut_off_after_the_file_goes_on_with_that_file(vault):
    vault.once()
    lone = Keys.new(2)
    KeyFolder(vault.keys).save(lone)
    vault.ends("rotate")
    assert sealing.current_public_key() == sealing.PublicKey(2, lone.public)
