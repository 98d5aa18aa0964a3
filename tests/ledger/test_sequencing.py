"""Rows become leaves under dense numbers, in batches, once each, whatever commits late."""

import logging
import os
import threading
from datetime import timedelta

import pytest
from django.db import ProgrammingError
from django.utils import timezone

from tests import databases
from tests.factories import a_report, received
from tests.public_log import sequence, superuser, told, verify
from tuntas.ledger import anchoring, sequencing, signing
from tuntas.ledger.models import Anchor, Checkpoint, Leaf, Position
from tuntas.operations.public_log import PublicLog
from tuntas.reports.models import Event
from tuntas.reports.states import State
from tuntas_verify import queries as sources
from tuntas_verify.tiles import tiles_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

MANY_ENTRIES = int(os.environ.get("TUNTAS_LEDGER") or 6_000)  # 66,000 reach the third level of tiles
MANY = (
    "INSERT INTO reports_event (report_id, at, verb, from_state, to_state, holder_id, actor_kind, actor_role, audience,"
    " note, facts) SELECT report_id, at, 'acknowledge', to_state, to_state, holder_id, 'system', 'SYSTEM', 'HANDLERS',"
    " n::text, '{}' FROM reports_event, generate_series(1, %s) n WHERE id = (SELECT min(id) FROM reports_event)"
)


def leaves() -> list[tuple[int, int]]:
    with databases.role("owner"):
        return list(Leaf.objects.order_by("number").values_list("number", "row_id"))


def events() -> list[int]:
    with databases.role("owner"):
        return list(Event.objects.order_by("pk").values_list("pk", flat=True))


def test_every_entry_of_a_history_becomes_a_leaf_in_its_order():
    a_report(State.RESOLVED)

    size = sequence()

    assert [row for _number, row in leaves()] == events()
    assert [number for number, _row in leaves()] == list(range(size))
    assert told(verify()) == []


def test_an_empty_log_has_a_head_too_and_a_round_without_news_signs_nothing():
    with databases.role("worker"):
        assert sequencing.sequence() == sequencing.Round(0, 0, more=False)
        assert sequencing.sequence().leaves == 0
    with databases.role("owner"):
        assert Checkpoint.objects.count() == 1


def test_many_rows_go_in_batch_by_batch_and_fill_tiles_of_every_level():
    """With the far number (`make trust`) a tile of the third level as well."""
    received()
    with superuser() as root:
        root.execute(MANY, [MANY_ENTRIES])
    worker = PublicLog()

    with databases.role("worker"):
        rounds = 1
        while worker.go_on():
            rounds += 1

    done = MANY_ENTRIES + 1
    assert rounds == -(-done // sequencing.AT_ONCE)
    assert [number for number, _row in leaves()] == list(range(done))
    assert {tile.level for tile in tiles_of(done)} == {level for level in range(3) if done >= 256**level}
    assert told(verify()) == []


def test_a_long_arrear_is_walked_through_once():
    """Each batch begins where the one before ended: else the hundredth would look at all rows of the ninety-nine."""
    received()
    with superuser() as root:
        root.execute(MANY, [30])
    walk = sequencing.from_the_start()

    with databases.role("worker"):
        for _batch in range(3):
            sequencing.sequence(at_most=10, walk=walk)

    assert walk[1] == leaves()[-1][1]
    assert len(leaves()) == 30
    with databases.role("worker"):
        assert sequencing.sequence(at_most=10, walk=walk) == sequencing.Round(1, 31, more=False)


def test_a_late_commit_is_not_passed_over():
    """Its id was drawn before those that came first, and its transaction ends when all others have their leaves."""
    received()
    sequence()
    with superuser() as slow:
        slow.autocommit = False
        slow.execute(MANY, [1])
        received()
        size = sequence()
        slow.commit()

    assert sequence() == size + 1
    assert told(verify(patience=0)) == []


def test_the_mark_below_which_nothing_is_looked_for_moves_only_when_every_transaction_has_ended(monkeypatch):
    monkeypatch.setattr(sequencing, "GRACE", timedelta(0))
    received()
    with superuser() as slow:
        slow.autocommit = False
        slow.execute(MANY, [1])
        sequence()
        received()
        sequence()
        with databases.role("owner"):
            assert Position.objects.get(source=1).settled == 0
        slow.commit()
    received()
    sequence()
    received()
    sequence()

    with databases.role("owner"):
        assert Position.objects.get(source=1).settled > 0
    assert told(verify(patience=0)) == []


def test_a_row_below_the_mark_is_found_by_the_sweep_of_all():
    received()
    sequence()
    with superuser() as root:
        root.execute("UPDATE ledger_position SET settled = 1000000000, seen = 0")
    received()
    before = sequence()

    assert sequence(walk=sequencing.from_the_start()) == before + 1


def test_rows_of_another_cluster_whose_transactions_lie_ahead_are_taken_all_the_same():
    """A backup brought into a new cluster carries transaction numbers that the cluster has not reached."""
    received()
    with superuser() as root:
        root.execute("UPDATE reports_event SET xact = '9000000000000'::xid8")

    assert sequence() == 1
    with superuser() as root:
        root.execute("UPDATE ledger_position SET seen_by = 9000000000000")
    received()
    assert sequence() == 2


def test_two_at_once_are_one():
    received()
    ours, done = threading.Event(), threading.Event()

    def hold() -> None:
        with superuser() as other, other.transaction():
            other.execute("SELECT pg_advisory_xact_lock(hashtext('tuntas ledger'))")
            ours.set()
            done.wait(20)

    thread = threading.Thread(target=hold)
    thread.start()
    ours.wait(20)
    with databases.role("worker"):
        assert sequencing.sequence() is None
    done.set()
    thread.join()
    assert sequence() == 1


def test_a_changed_tile_is_not_signed_over():
    received()
    sequence()
    with superuser() as root:
        root.execute("UPDATE ledger_tile SET hashes = sha256(hashes)")
    received()

    with pytest.raises(signing.CannotSign, match="tiles"), databases.role("worker"):
        sequencing.sequence()


def test_another_key_than_the_logs_signs_nothing(settings):
    received()
    sequence()
    settings.LOG_KEY = bytes(32)

    with pytest.raises(signing.CannotSign, match="another one"), databases.role("worker"):
        sequencing.sequence()


def test_without_a_key_the_worker_says_so_once_and_goes_on(settings, caplog):
    settings.LOG_KEY = b""
    log = PublicLog()

    with caplog.at_level(logging.ERROR, "tuntas.worker"), databases.role("worker"):
        for _round in range(3):
            log.look_at_all()
            assert log.go_on() is False

    assert len(caplog.records) == 1


def test_a_new_log_goes_on_after_a_rollback_and_says_why(settings):
    for _report in range(3):
        received()
        sequence()
    with superuser() as root:
        root.execute("DELETE FROM reports_event WHERE id = (SELECT row_id FROM ledger_leaf WHERE number = 2)")
        root.execute("DELETE FROM ledger_leaf WHERE number = 2")
        root.execute("DELETE FROM ledger_checkpoint WHERE size = 3")
        root.execute("DELETE FROM reports_report WHERE id NOT IN (SELECT report_id FROM reports_event)")
        root.execute("UPDATE ledger_tile SET hashes = substring(hashes FROM 1 FOR 64)")
    with pytest.raises(signing.CannotSign):
        sequence()
    from tuntas.ledger import remembering

    with databases.role("owner"):
        key = signing.begin_anew("brought back from the backup of last night")
    remembering.forget()
    received()

    assert sequence() == 3
    assert key.name.endswith("/2")
    assert told(verify(keys=signing.every_key())) == []


def test_the_head_of_a_day_is_kept_once_and_handed_out_until_it_was_taken(settings, tmp_path):
    settings.ANCHOR_FOLDER = tmp_path / "elsewhere"
    settings.ANCHOR_COMMAND = "/bin/false"
    received()
    sequence()
    with databases.role("worker"):
        anchoring.keep_today()
        name = f"{timezone.localdate().isoformat()}.txt"
        assert not (settings.ANCHORS / f"{name}.sent").exists()
        settings.ANCHOR_COMMAND = f"cp -t {tmp_path}"
        anchoring.keep_today()
        assert not (tmp_path / name).exists()  # tried a moment ago
        os.utime(settings.ANCHORS / name, (0, 0))
        anchoring.keep_today()
        received()
        sequence()
        anchoring.keep_today()

    with databases.role("owner"):
        first = Checkpoint.objects.get(size=1).note
        assert Anchor.objects.get().checkpoint_id == 1
    assert {file.read_text() for file in (tmp_path / name, tmp_path / "elsewhere" / name)} == {first}
    assert told(verify(anchors=[(name, first)])) == []


def test_the_sources_name_their_columns_as_the_format_says():
    """A column that is left out of the content could be changed unseen: each of the tables' must be there."""
    with superuser() as root:
        cursor = root.cursor()
        for source in sources.present(cursor):
            cursor.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [source.table])
            there = {name for (name,) in cursor.fetchall()}
            assert there - {name for name, _expression in source.columns} <= {"xact"}, source.table


def test_the_log_is_written_by_the_worker_alone():
    with pytest.raises(ProgrammingError, match="permission denied"), databases.role("web"):
        sequencing.sequence()
