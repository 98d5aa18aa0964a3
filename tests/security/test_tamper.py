"""T-TAMPER: the database's administrator edits history, and `tuntas verify` names the first wrong leaf each time.

A tail that is cut off, and an old backup that is brought back, cannot be seen from inside: each is shown twice, once
without a head kept elsewhere (the check passes) and once with it (it fails). Source: trust.md 2 (row 9) and 4.4.
"""

import os
import subprocess
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest
from django.db import IntegrityError, InternalError, ProgrammingError, connection, transaction
from django.utils import translation

from tests import databases
from tests.factories import a_report, received
from tests.public_log import sequence, superuser, told, verifier_address, verify
from tuntas.ledger import signing
from tuntas.ledger.models import Checkpoint
from tuntas.operations import postgres
from tuntas.operations.accounts import ourselves
from tuntas.reports.states import State
from tuntas_verify import ed25519, notes
from tuntas_verify.notes import Key

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow, pytest.mark.threat("T-TAMPER")]


@pytest.fixture(autouse=True)
def _kept_heads(settings, tmp_path):
    settings.ANCHORS = settings.ANCHOR_FOLDER = tmp_path / "anchors"


@pytest.fixture
def log() -> int:
    """A log of three lives under three heads; its size."""
    for state in (State.RESOLVED, State.IN_PROGRESS, State.AWAITING_VERIFICATION):
        a_report(state)
        size = sequence()
    assert told(verify()) == []
    return size


def head_now() -> tuple[str, str]:
    """The newest head, as somebody outside keeps it."""
    with databases.role("owner"):
        return "kept outside", Checkpoint.objects.latest("size").note


def edited(*statements: str) -> list[str]:
    """What is found after the superuser ran these."""
    with superuser() as root:
        for statement in statements:
            root.execute(statement)
    return told(verify())


def row_of(leaf: int) -> int:
    with superuser() as root:
        return root.execute("SELECT row_id FROM ledger_leaf WHERE number = %s", [leaf]).fetchone()[0]


# Rows of the history ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        "note = note || ' '",
        "at = at + interval '1 microsecond'",
        "verb = 'acknowledge'",
        "holder_id = holder_id + 1",
        "audience = 'HANDLERS'",
        """facts = facts || '{"x": 1}'""",
        "recorded_at = recorded_at - interval '1 second'",
    ],
)
def test_a_changed_entry_is_named(log, change):
    assert edited(f"UPDATE reports_event SET {change} WHERE id = {row_of(3)}") == ["changed 3"]


def test_a_changed_report_is_named_at_its_receipt(log):
    receipt = row_of(0)

    for column, value in (("content_hash", "'\\x00'"), ("number", "'12345678901'"), ("received_at", "now()")):
        with superuser() as root:
            before = root.execute("SELECT number, content_hash, received_at FROM reports_report ORDER BY id").fetchone()
        of_it = f"WHERE id = (SELECT report_id FROM reports_event WHERE id = {receipt})"
        assert edited(f"UPDATE reports_report SET {column} = {value} {of_it}") == ["changed 0"]
        with superuser() as root:
            root.execute(
                f"UPDATE reports_report SET number = %s, content_hash = %s, received_at = %s {of_it}", list(before)
            )
    assert told(verify()) == []


def test_another_secret_code_does_not_fit_the_mark_on_the_receipt(log):
    assert edited("UPDATE reports_report SET code_lookup = sha256(code_lookup) WHERE id IN (SELECT report_id FROM"
                  f" reports_event WHERE id = {row_of(0)})") == ["mark 0"]  # fmt: skip


def test_a_deleted_middle_is_named(log):
    assert edited(f"DELETE FROM reports_event WHERE id IN ({row_of(4)}, {row_of(5)})") == ["missing 4", "missing 5"]


def test_swapped_entries_are_named(log):
    one, other = row_of(2), row_of(4)
    swap = [
        f"UPDATE reports_event SET id = {new} WHERE id = {old}" for old, new in ((one, -1), (other, one), (-1, other))
    ]

    assert edited(*swap) == ["changed 2", "changed 4"]


def test_a_report_deleted_with_all_its_rows_is_named(log):
    with superuser() as root:
        report = root.execute(f"SELECT report_id FROM reports_event WHERE id = {row_of(0)}").fetchone()[0]
        tables = root.execute(
            "SELECT table_name FROM information_schema.columns WHERE column_name = 'report_id'"
            " AND table_schema = 'public' AND table_name NOT LIKE 'ledger%'"
        ).fetchall()
        entries = root.execute("SELECT count(*) FROM reports_event WHERE report_id = %s", [report]).fetchone()[0]
        for (table,) in tables:
            root.execute(f"DELETE FROM {table} WHERE report_id = {report}")
        root.execute(f"DELETE FROM reports_report WHERE id = {report}")

    found = verify()

    assert found.first.say("en") == f"Leaf 0: row {found.first.facts['row']} of reports_event was logged and is gone."
    assert told(found) == [f"missing {leaf}" for leaf in range(entries)]


def test_an_entry_put_in_behind_is_named_before_and_after_its_leaf(log):
    forged = (
        "INSERT INTO reports_event (report_id, at, recorded_at, verb, from_state, to_state, holder_id, actor_kind,"
        " actor_role, audience, note, facts) SELECT report_id, at, recorded_at - interval '1 day', 'acknowledge',"
        " to_state, to_state, holder_id, 'officer', '', 'PUBLIC', 'put in later', '{}' FROM reports_event"
        f" WHERE id = {row_of(3)}"
    )

    assert edited(forged) == ["late"]
    assert sequence() == log + 1
    assert told(verify()) == [f"behind {log}"]


def test_a_report_without_a_beginning_and_one_with_two_are_named(log):
    first, other = row_of(0), row_of(1)

    assert edited(f"UPDATE reports_event SET from_state = 'X' WHERE id = {first}") == ["changed 0", "unreceived"]
    assert "received twice" in edited(f"UPDATE reports_event SET from_state = '' WHERE id IN ({first}, {other})")


# The log itself -----------------------------------------------------------------------------------------------


def test_a_leaf_taken_out_of_the_log_is_named(log):
    assert edited("DELETE FROM ledger_leaf WHERE number = 5") == ["gap 5"]


def test_leaves_under_each_others_numbers_are_named_as_swapped(log):
    swap = [f"UPDATE ledger_leaf SET number = {new} WHERE number = {old}" for old, new in ((2, -1), (6, 2), (-1, 6))]

    assert edited(*swap) == ["swapped 2"]


def test_a_reordered_log_is_named_from_its_first_wrong_leaf(log):
    shift = [
        "UPDATE ledger_leaf SET number = -number WHERE number BETWEEN 3 AND 6",
        "UPDATE ledger_leaf SET number = 9 + number WHERE number < 0",
    ]

    assert edited(*shift) == ["swapped 3", "swapped 4"]


def test_an_entry_rewritten_with_its_leaf_and_its_tile_does_not_fit_the_signed_head(log):
    """Everything that is not signed is made to agree: the content, its commitment, the tile."""
    from tuntas_verify import queries
    from tuntas_verify.leaves import EVENT, Entry, commitment, written

    victim = 3
    with superuser() as root:
        root.execute(f"UPDATE reports_event SET note = 'as if it had always been so' WHERE id = {row_of(victim)}")
        cursor = root.cursor()
        source = next(source for source in queries.SOURCES if source.number == EVENT)
        row = queries.rows_of(cursor, source, [row_of(victim)])[row_of(victim)]
        salt, mark = root.execute(f"SELECT salt, mark FROM ledger_leaf WHERE number = {victim}").fetchone()
        entry = Entry(EVENT, row.id, mark, commitment(salt, written(row.content)))
        root.execute("UPDATE ledger_leaf SET commitment = %s WHERE number = %s", [entry.commitment, victim])
        root.execute(
            "UPDATE ledger_tile SET hashes = overlay(hashes placing %s from %s) WHERE level = 0",
            [entry.hash, victim * 32 + 1],
        )

    found = verify()

    assert found.first.kind == "head"
    assert found.first.leaf <= victim <= found.first.facts["last"]


def test_a_head_forged_with_another_key_is_named(log):
    seed = os.urandom(32)
    with databases.role("owner"):
        mine = signing.every_key()[0]
        last = Checkpoint.objects.latest("size")
    text = notes.Checkpoint(mine.name, last.size, bytes(last.root)).text
    forged = notes.signed(text, Key(mine.name, ed25519.public_half(seed)), seed)
    with superuser() as root:
        root.execute("UPDATE ledger_checkpoint SET note = %s WHERE size = %s", [forged, last.size])

    assert "signature None" in [f"{found.kind} {found.leaf}" for found in verify(keys=[mine]).wrong]


def test_a_forged_key_in_the_register_is_found_by_whoever_kept_the_true_one(log):
    """Without a copy of the key the register vouches for itself: the check says so, and passes."""
    with databases.role("owner"):
        mine = signing.every_key()[0]
        heads = list(Checkpoint.objects.order_by("size"))
    seed = os.urandom(32)
    theirs = Key(mine.name, ed25519.public_half(seed))
    with superuser() as root:
        root.execute("UPDATE ledger_logkey SET public_key = %s", [theirs.public])
        for head in heads:
            text = notes.Checkpoint(mine.name, head.size, bytes(head.root)).text
            root.execute(
                "UPDATE ledger_checkpoint SET note = %s WHERE size = %s", [notes.signed(text, theirs, seed), head.size]
            )

    assert told(verify()) == []
    assert told(verify(keys=[mine])) == ["signature"] * len(heads)


def test_a_sequencer_that_stands_still_is_named(log):
    received()

    assert told(verify()) == []  # a minute is given
    assert told(verify(patience=0)) == ["late"]


# What only an outside copy shows ------------------------------------------------------------------------------


def cut_the_tail() -> None:
    """As if the last report had never been: its rows, its leaves, its head, and the tile as it was before."""
    with superuser() as root:
        heads = [size for (size,) in root.execute("SELECT size FROM ledger_checkpoint ORDER BY size DESC").fetchall()]
        before = heads[1]
        rows = [row for (row,) in root.execute("SELECT row_id FROM ledger_leaf WHERE number >= %s", [before])]
        (report,) = root.execute("SELECT report_id FROM reports_event WHERE id = %s", [rows[0]]).fetchone()
        root.execute("DELETE FROM reports_event WHERE id = ANY (%s)", [rows])
        root.execute("DELETE FROM reports_report WHERE id = %s", [report])
        root.execute("DELETE FROM ledger_leaf WHERE number >= %s", [before])
        root.execute("DELETE FROM ledger_checkpoint WHERE size > %s", [before])
        root.execute("UPDATE ledger_tile SET hashes = substring(hashes FROM 1 FOR %s)", [before * 32])


def test_a_cut_tail_is_seen_by_an_outside_copy_and_by_nothing_else(log):
    kept = head_now()

    cut_the_tail()

    assert told(verify()) == []  # from inside, this is an honest log
    found = verify(anchors=[kept])
    assert told(found) == [f"tail {found.leaves}"]
    assert found.leaves < log


def test_the_sequencer_itself_refuses_to_sign_another_past(log):
    cut_the_tail()
    received()

    with pytest.raises(signing.CannotSign, match=f"{log} leaves"), translation.override("en"):
        sequence()


def dumped(file: Path) -> None:
    _run("pg_dump", "--format=custom", f"--file={file}")


def brought_back(file: Path) -> None:
    """The database as the dump has it, as an administrator would do it."""
    connection.close()
    _run("pg_restore", "--clean", "--if-exists", "--no-owner", "--role=tuntas_owner", str(file))


def _run(program: str, *words: str) -> None:
    with superuser() as root:
        place = root.info.get_parameters() | {"password": root.info.password}
    done = subprocess.run(
        [str(postgres.programs(ourselves()) / program), f"--host={place['host']}", f"--username={place['user']}",
         f"--dbname={place['dbname']}", *words],
        env={**os.environ, "PGPASSWORD": place["password"]}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_an_old_backup_brought_back_is_seen_by_an_outside_copy_and_by_nothing_else(log, tmp_path, settings):
    dumped(tmp_path / "old.dump")
    for _report in range(2):
        received()
    size = sequence()
    kept = head_now()

    brought_back(tmp_path / "old.dump")

    assert told(verify()) == []  # a whole and honest log of yesterday
    found = verify(anchors=[kept])
    assert told(found) == [f"tail {log}"]
    assert found.first.facts["size"] == size


def test_an_old_backup_that_went_on_is_seen_between_the_two_anchors(log, tmp_path, settings):
    early = head_now()
    dumped(tmp_path / "old.dump")
    received()
    sequence()
    late = head_now()
    brought_back(tmp_path / "old.dump")
    settings.ANCHORS = tmp_path / "a new machine"  # which does not remember what was signed
    received()
    sequence()

    assert told(verify()) == []
    found = verify(anchors=[early, late])
    assert told(found) == [f"head {log}"]
    assert found.first.facts["last"] == log


# Erasure by law -----------------------------------------------------------------------------------------------


def test_an_erasure_by_law_leaves_a_tombstone_and_a_whole_log(log):
    from tuntas.ledger.erasing import erase

    with databases.role("worker"):
        leaf = erase(row_of(3), ground="UU 27/2022 pasal 8", decided_by="Dinas Kominfo Kota Contoh")
    sequence()

    found = verify()

    assert (leaf, told(found), found.tombstones) == (3, [], 1)
    with superuser() as root:
        assert root.execute(f"SELECT note, facts FROM reports_event WHERE id = {row_of(3)}").fetchone() == ("", {})
        assert root.execute("SELECT salt FROM ledger_leaf WHERE number = 3").fetchone() == (None,)


def test_a_secret_erasure_is_named(log):
    """Content and salt taken away by hand, without a tombstone; and with a tombstone that is not in the log."""
    assert edited("UPDATE ledger_leaf SET salt = NULL WHERE number = 3") == ["unexplained 3"]

    forged = (
        "INSERT INTO ledger_tombstone (leaf, ground, decided_by, recorded_at)"
        " VALUES (3, 'x', 'x', now() - interval '1 hour')"
    )
    assert edited(forged) == ["late"]


# What the roles may do ----------------------------------------------------------------------------------------


REWRITING = (
    "UPDATE ledger_leaf SET commitment = '' WHERE number = 0",
    "UPDATE ledger_leaf SET salt = NULL WHERE number = 0",
    "DELETE FROM ledger_leaf WHERE number = 0",
    "DELETE FROM ledger_checkpoint",
    "UPDATE ledger_checkpoint SET note = ''",
    "UPDATE ledger_tile SET hashes = sha256(hashes)",
    "DELETE FROM ledger_tile",
    "TRUNCATE ledger_leaf",
    "TRUNCATE reports_event CASCADE",
    "UPDATE reports_event SET note = '', facts = '{}'",
    "DELETE FROM ledger_tombstone",
    "UPDATE ledger_logkey SET public_key = ''",
)


@pytest.mark.parametrize("role", ["web", "worker", "owner"])
def test_no_role_of_ours_can_rewrite_the_log(log, role):
    with databases.role("owner"), connection.cursor() as cursor:
        cursor.execute("INSERT INTO ledger_tombstone (leaf, ground, decided_by) VALUES (9, 'x', 'x')")

    for statement in REWRITING:
        refused = suppress(InternalError, IntegrityError, ProgrammingError)
        with databases.role(role), refused, transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            assert cursor.rowcount == 0, f"{role} did: {statement}"

    assert told(verify()) == []


def test_the_verifiers_role_reads_no_text_no_person_and_writes_nothing(log):
    with psycopg.connect(verifier_address(), autocommit=True) as opened:
        for statement in (
            "SELECT body FROM reports_reporttext",
            "SELECT * FROM identity_reporter",
            "SELECT ciphertext FROM identity_sealedidentity",
            "SELECT place FROM reports_report",
            "INSERT INTO ledger_position (source) VALUES (9)",
            "DELETE FROM ledger_leaf",
            "SELECT pg_read_file('/etc/passwd')",
        ):
            with pytest.raises(psycopg.Error, match=r"permission denied|read-only"):
                opened.execute(statement)
