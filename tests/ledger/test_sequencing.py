"""Rows become leaves under dense numbers, in batches, once each, whatever commits late."""

import pytest
from django.db import connection

from tests import databases
from tests.factories import a_report, received
from tests.public_log import sequence, told, verify
from tuntas.ledger import sequencing
from tuntas.ledger.models import Checkpoint, Leaf, Position
from tuntas.reports.models import Event
from tuntas.reports.states import State

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


def leaves() -> list[tuple[int, int]]:
    with databases.role("owner"):
        return list(Leaf.objects.order_by("number").values_list("number", "row_id"))


def events() -> list[int]:
    with databases.role("owner"):
        return list(Event.objects.order_by("pk").values_list("pk", flat=True))


@pytest.mark.requirement("R003-21")
def test_every_entry_of_a_history_becomes_a_leaf_in_its_order():
    a_report(State.RESOLVED)

    size = sequence()

    assert [row for _number, row in leaves()] == events()
    assert [number for number, _row in leaves()] == list(range(size))
    assert told(verify()) == []
