"""Who sees which leaf, what witnesses add to a head, and that an erasure asks for its ground."""

import pytest
from django.db import ProgrammingError, connection

from tests import databases
from tests.factories import a_report, received
from tests.public_log import sequence
from tuntas.access.actors import PUBLIC, SYSTEM, Actor, acting
from tuntas.kernel.refusals import Incomplete, NotFound
from tuntas.ledger import proving, witnessing
from tuntas.ledger.erasing import erase
from tuntas.ledger.models import Checkpoint, Leaf
from tuntas.reports.models import Event
from tuntas.reports.states import State
from tuntas_verify import ed25519, notes
from tuntas_verify.notes import COSIGNATURE, Key, Note

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
SEED = bytes(32)
WITNESS = Key("witness.example/w", ed25519.public_half(SEED), COSIGNATURE)


@pytest.mark.threat("T-TAMPER")
def test_a_leaf_with_its_salt_is_seen_by_those_who_read_its_entry():
    """The salt opens a commitment, so whoever may not read an entry gets no salt of it either."""
    report = a_report(State.IN_PROGRESS)
    received()
    sequence()
    with databases.role("owner"):
        public = set(Event.objects.filter(audience="PUBLIC", report=report).values_list("pk", flat=True))
        own = set(Event.objects.filter(report=report).exclude(audience="HANDLERS").values_list("pk", flat=True))
        everything = set(Event.objects.values_list("pk", flat=True))

    assert set(Leaf.objects.values_list("row_id", flat=True)) == set()
    with acting(PUBLIC):
        assert set(Leaf.objects.values_list("row_id", flat=True)) == public
    with acting(Actor.reporter_of(report.pk)):
        assert set(Leaf.objects.values_list("row_id", flat=True)) == own
        assert set(proving.numbers_of(everything)) == own
    with databases.role("worker"):
        assert Leaf.objects.count() == 0
        with acting(SYSTEM):
            assert Leaf.objects.count() == len(everything)


def cosigned(head: Checkpoint, seconds: int = 1_700_000_000) -> str:
    text = Note.parse(head.note).text
    said = f"cosignature/v1\ntime {seconds}\n{text}".encode()
    return head.note + notes.signature_line(WITNESS, seconds.to_bytes(8, "big") + ed25519.signature(SEED, said))


def test_a_witness_is_shown_with_the_head_that_it_signed():
    received()
    sequence()
    with databases.role("owner"):
        head = Checkpoint.objects.latest("size")
        for _twice in range(2):
            assert witnessing.take(cosigned(head), [str(WITNESS)]) == [WITNESS.name]

        assert witnessing.with_witnesses(head) == cosigned(head)
    assert proving.newest_head_seen_outside() == head


def test_lines_that_no_witness_of_ours_signed_are_not_taken():
    received()
    sequence()
    with databases.role("owner"):
        head = Checkpoint.objects.latest("size")
        for written in (head.note, cosigned(head).replace("1\n", "2\n", 1), "nothing", cosigned(head)[:-30] + "AAAA\n"):
            with pytest.raises(Incomplete):
                witnessing.take(written, [str(WITNESS)])
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM ledger_cosignature")
            assert cursor.fetchone() == (0,)


def test_an_erasure_needs_its_ground_and_its_leaf():
    report, _receipt = received()
    with databases.role("owner"):
        event = Event.objects.get(report=report).pk

    with databases.role("worker"):
        with pytest.raises(Incomplete):
            erase(event, ground=" ", decided_by="Dinas Kominfo")
        with pytest.raises(NotFound):
            erase(event, ground="UU 27/2022", decided_by="Dinas Kominfo")


def test_web_erases_nothing():
    report, _receipt = received()
    sequence()
    with databases.role("owner"):
        event = Event.objects.get(report=report).pk

    with pytest.raises(ProgrammingError, match="permission denied"):
        erase(event, ground="UU 27/2022", decided_by="Dinas Kominfo")
