"""Several reports at once: nothing happens before the time to take it back is over, and each is told by itself."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import databases
from tests.factories import MONDAY, a_report, as_, the_state
from tests.workspace.officers import at_desk, fresh
from tuntas.access.actors import acting
from tuntas.reports.states import State
from tuntas.routing import together, verifying
from tuntas.routing.models import WaitingAct

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def choose(client, *reports, tab="verify"):
    """The page of the batch."""
    sent = client.post(f"/workspace/queues/{tab}/together", {"number": [report.number for report in reports]})
    return sent["Location"]


def carry_out() -> int:
    with databases.role("worker"):
        return together.carry_out_due(now=timezone.now() + together.GRACE + timedelta(seconds=1))


def test_what_is_decided_together_waits_and_is_then_done_by_whoever_decided():
    one, two, offices = a_report(), a_report(), the_state()
    client = at_desk(offices.as_admin)
    page = client.get(choose(client, one, two))
    assert page.context["waiting"] == 2
    assert "belum ada yang diberi tahu" in page.content.decode()
    assert fresh(one, offices).state == State.AWAITING_VERIFICATION
    assert "dilaksanakan pukul" in at_desk(offices.as_admin2).get("/workspace/queues/verify/").content.decode()
    with databases.role("worker"):
        assert together.carry_out_due() == 0  # too early

    assert carry_out() == 2

    assert {fresh(each, offices).state for each in (one, two)} == {State.AWAITING_DISPOSITION}
    with acting(offices.as_admin):
        assert one.events.order_by("pk").last().appointment_id == offices.as_admin.appointment
    client.get(choose(client, one, two, tab="dispose"))
    assert carry_out() == 2
    assert fresh(two, offices).holder == offices.transport


def test_what_is_taken_back_never_happened():
    report, offices = a_report(), the_state()
    client = at_desk(offices.as_admin)
    place = choose(client, report)
    before = fresh(report, offices).last_event_id

    at_desk(offices.as_admin2).post(f"{place}back")  # not theirs to take back
    with databases.role("owner"):
        assert WaitingAct.objects.count() == 1
    page = client.get(client.post(f"{place}back")["Location"]).content.decode()

    assert "1 dibatalkan" in page
    assert carry_out() == 0
    assert fresh(report, offices).last_event_id == before


def test_each_that_cannot_go_along_is_told_by_itself():
    offices = the_state()
    plain, vague = a_report(), a_report(text="Sesuatu terjadi di sini.")
    hidden, moved = a_report(is_anonymous=True), a_report()
    client = at_desk(offices.as_admin)
    place = choose(client, plain, vague, hidden, moved)
    as_(offices.as_admin2, verifying.ask, moved, missing=["Di mana?"], at=MONDAY + timedelta(hours=1))
    assert "sudah menunggu" in client.get(choose(client, plain)).content.decode()

    carry_out()

    told = {act.report.number: act.told for act, _title in client.get(place).context["rows"]}
    assert told[plain.number] == ""
    assert "saran yang lengkap" in told[vague.number]
    assert "dilindungi" in told[hidden.number]
    assert "Laporan sudah berpindah tahap" in told[moved.number]
    assert fresh(plain, offices).state == State.AWAITING_DISPOSITION
    assert fresh(moved, offices).state == State.PENDING_INFO


def test_what_was_done_is_forgotten_after_a_day_and_cannot_be_taken_back():
    report, offices = a_report(), the_state()
    client = at_desk(offices.as_admin)
    place = choose(client, report)
    carry_out()
    assert "taken=0" in client.post(f"{place}back")["Location"]
    with databases.role("worker"):
        assert together.forget_old() == 0
        assert together.forget_old(timezone.now() + timedelta(days=2)) == 1
