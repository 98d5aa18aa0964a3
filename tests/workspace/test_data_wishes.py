"""The queue of what reporters ask about their data, and the form that decides."""

import pytest

from tests import databases
from tests.factories import a_person, received, the_state
from tests.workspace.officers import at_desk
from tests.workspace.test_acts import press
from tuntas.access.actors import Actor, acting
from tuntas.privacy import asking
from tuntas.privacy.models import DataRequest
from tuntas.reports.models import Report

pytestmark = [pytest.mark.django_db]


@pytest.fixture
def offices():
    return the_state()


@pytest.fixture
def report(offices):
    found, _receipt = received(person=a_person())
    with acting(Actor.reporter_of(found.pk)):
        asking.ask(Report.objects.get(), wish="ERASURE", words="Saya takut")
    with databases.role("owner"):
        return Report.objects.get()


def test_it_lies_in_a_queue_with_its_end(offices, report):
    client = at_desk(offices.as_national)

    assert report.number in client.get("/workspace/queues/data/").content.decode().replace(" ", "").replace("-", "")
    page = client.get(f"/workspace/reports/{report.number}/").content.decode()
    assert "Hapus tulisan saya dan jati diri saya" in page
    assert "Saya takut" in page
    assert "Putuskan paling lambat" in page


def test_it_is_decided_there_with_reasons(offices, report):
    with databases.role("owner"):
        wish = DataRequest.objects.get()
    client = at_desk(offices.as_national)
    assert press(client, report, "data", wish=str(wish.uuid), decision="GRANTED").status_code == 422
    answer = press(client, report, "data", wish=str(wish.uuid), decision="GRANTED", reason="Sesuai permintaan")

    assert answer.status_code == 302
    with databases.role("owner"):
        assert DataRequest.objects.get().decision == "GRANTED"


def test_who_cannot_decide_has_no_form(offices, report):
    answer = at_desk(offices.as_liaison).get(f"/workspace/reports/{report.number}/")

    assert answer.status_code == 404 or 'data-act="data"' not in answer.content.decode()
