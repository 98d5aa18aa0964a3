"""An officer types for somebody at the desk: the public's form, the desk's mark, and a receipt for the visitor."""

from datetime import date, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pytest

from tests import databases
from tests.portal.conftest import code_on
from tests.portal.test_reporting import LAMP, hidden_of, said
from tests.workspace.officers import at_desk
from tuntas.access.actors import acting
from tuntas.access.models import SecurityEntry
from tuntas.intake import counter
from tuntas.organizations.models import Appointment
from tuntas.reports.models import Event, Report

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R003-33")]


def filed() -> Report:
    with databases.role("owner"):
        return Report.objects.get()


@pytest.mark.threat("T-PROXY")
def test_a_report_for_a_visitor_is_the_visitors_own(client, state):
    desk = at_desk(state.as_liaison)
    assert "Tamu melapor" in said(desk.get("/workspace/visitor"))
    onward = desk.post("/workspace/visitor")["Location"]
    form = said(desk.get(onward))
    assert "Anda menulis untuk tamu di loket" in form
    assert "data-draft=" not in form  # nothing of the visitor stays in the office's browser
    assert "data-keep" not in form
    permit = parse_qs(urlsplit(onward).query)["loket"][0]

    step = said(desk.post("/lapor", {"key": str(uuid4()), "text": LAMP, "desk": permit}))
    assert "Bacakan semuanya kepada tamu" in step
    receipt = said(desk.post("/lapor/terkirim", hidden_of(step)))

    report, code = filed(), code_on(receipt)
    assert all(words in receipt for words in ("Ini milik tamu", "Tamu berikutnya"))
    assert report.channel == "COUNTER"
    assert code not in said(desk.get("/lapor/terkirim"))
    assert desk.get("/bantuan/catatan").status_code == 302  # the code is asked for: the desk's browser is no reporter
    with acting(state.as_liaison):
        assert not Report.objects.filter(pk=report.pk).exists()  # who typed it has no right more than before
    assert "/bantuan/catatan" in client.post("/lacak", {"code": code})["Location"]
    with databases.role("owner"):
        first = Event.objects.get(report=report)
        [entry] = SecurityEntry.objects.filter(kind="lodged_for_visitor")
    told = {"channel": "COUNTER", "notice": "counter-2026-11"}
    assert (first.facts, first.appointment_id) == (told, None)  # the history names nobody for it
    assert entry.facts == {"unit": state.works.pk}


@pytest.mark.parametrize("permit", ["", "x", "1:1:1", "\x00"])
def test_a_permit_that_nobody_gave_marks_nothing(client, state, permit):
    client.post("/lapor/terkirim", {"key": str(uuid4()), "text": LAMP, "desk": permit})
    assert filed().channel == "WEB"


def test_a_permit_ends_with_the_day_and_with_the_appointment(client, state, monkeypatch):
    appointment = Appointment.objects.get(pk=state.as_liaison.appointment)
    permit = counter.permit_for(appointment)
    assert counter.desk_of(permit) == appointment
    with databases.role("owner"):
        Appointment.objects.filter(pk=appointment.pk).update(valid_to=date(2026, 1, 1))
    assert counter.desk_of(permit) is None
    monkeypatch.setattr(counter, "LIFETIME", timedelta(0))
    with databases.role("owner"):
        Appointment.objects.filter(pk=appointment.pk).update(valid_to=None)
    assert counter.desk_of(permit) is None


def test_who_only_watches_types_for_nobody(client, state):
    assert at_desk(state.as_supervisor).get("/workspace/visitor").status_code == 404
