"""The visitors of the bench and of the drill send what a browser sends, and read the receipt that a person reads."""

import uuid
from contextlib import closing

import pytest

from bench.visitors import RECEIPT, Visitor
from tests import databases

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("kind", ["plain", "multipart"])
def test_the_same_form_again_brings_the_same_number(site, kind):
    from tuntas.reports.models import Report

    key = uuid.uuid4()

    with closing(Visitor(int(site.rsplit(":", 1)[1]), {}, kind)) as visitor:
        answers = [_send(visitor, key) for key in (key, key, uuid.uuid4())]

    assert [status for status, _page in answers] == [200, 200, 200]
    first, again, other = (RECEIPT.search(page)[1].decode() for _status, page in answers)
    assert first == again != other
    with databases.role("owner"):
        assert Report.objects.count() == 2
        assert Report.objects.filter(reporter__has_contact=True).count() == 2


def _send(visitor, key):
    visitor.reconnect()  # the server of the tests hangs up after each answer
    return visitor.send(key)
