"""Telling phones: of a followed report and of one's own; never of a protected one, and no office ever learns of it."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from tests import databases
from tests.factories import a_person, a_report, as_, by_reporter, received, verify, walk
from tests.following.test_following import _kept_heads, log_and_tell, move, report, rows, said, state
from tests.push_service import Phone
from tuntas.access.actors import PUBLIC, Actor, acting
from tuntas.channels.push_services import Services
from tuntas.following import phones, telling
from tuntas.following.models import Follow, Letter
from tuntas.followup import dialogue, reporters_word
from tuntas.reports.models import Report
from tuntas.reports.states import State
from tuntas.routing import merging

__all__ = ["_kept_heads", "report", "state"]
pytestmark = [pytest.mark.django_db, pytest.mark.slow]
CANARY = "https://fcm.googleapis.com/fcm/send/canary-7Q2"


@pytest.fixture(autouse=True)
def _known_services(settings):
    settings.PUSH_SERVICES = Services.of(["fcm.googleapis.com"])


@pytest.fixture
def own(state):
    """A report, and a browser that opened it with its code."""
    return opened(state)


def opened(state, **more):
    found, receipt = received(**({"person": a_person(), "target": state.city.pk} | more))
    client = Client()
    assert client.post("/lacak", {"code": receipt.code}).status_code == 302
    return found, client


def ask(client, act, phone, number=""):
    address = f"/laporan/{number}/ponsel" if number else "/bantuan/catatan/ponsel"
    return client.post(address, phone.form | {"act": act}, headers={"Accept": "application/json"})


def test_one_press_tells_a_phone_of_ones_own_report_and_another_ends_it(own):
    found, client = own
    phone = Phone(CANARY)
    page = said(client.get("/bantuan/catatan"))
    assert 'data-phone="B' in page
    assert "web/phone" in page
    assert ask(client, "look", phone).json() == {"on": False}

    assert ask(client, "on", phone).json() == {"on": True}
    assert ask(client, "on", phone).json() == {"on": True}

    (line,) = rows(Follow)
    assert (line.own_id, line.copy_id, line.way) == (found.pk, None, "PHONE")
    assert b"anary" not in bytes(line.sealed)
    assert "anary" not in f"{vars(line)}"
    data = said(client.get("/bantuan/data"))
    assert "1 perangkat" in data
    assert '"phones_told": 1' in said(client.post("/bantuan/data/salinan"))
    assert ask(client, "off", phone).json() == {"on": False}
    ask(client, "on", phone)
    client.post("/bantuan/data", {"act": "phones"})
    assert rows(Follow) == []


def test_a_followed_report_tells_a_phone_by_day_and_not_at_the_very_moment(report, state):
    log_and_tell()
    phone, client = Phone(CANARY), Client()
    assert 'data-phone="B' in said(client.get(f"/laporan/{report.number}"))
    assert ask(client, "on", phone, report.number).json() == {"on": True}
    other = a_report(State.AWAITING_FOLLOW_UP)
    assert ask(client, "look", phone, other.number).json() == {"on": False}

    move(report, state)
    assert log_and_tell() == 1

    (letter,) = rows(Letter)
    assert letter.params == {"number": report.number, "state": State.RESOLUTION_PROPOSED}
    assert letter.not_before - letter.created_at >= telling.GATHER
    assert telling.MORNING <= letter.not_before.astimezone(telling.WIB).hour < telling.EVENING
    assert ask(client, "off", phone, report.number).json() == {"on": False}
    assert rows(Letter) == []


@pytest.mark.parametrize(("hour", "morning"), [(6, 0), (7, None), (19, None), (20, 1), (23, 1), (0, 0)])
def test_no_phone_wakes_a_household(hour, morning):
    moment = datetime(2026, 10, 5, hour, 30, tzinfo=telling.WIB)
    then = telling._by_day(moment)
    if morning is None:
        assert then == moment
    else:
        assert (then.date(), then.hour) == (moment.date() + timedelta(days=morning), telling.MORNING)


def test_what_an_office_does_is_told_and_what_one_does_oneself_is_not(own, state):
    found, client = own
    ask(client, "on", Phone(CANARY))
    log_and_tell()
    verify(found, state, timezone.now())
    assert log_and_tell() == 1
    assert [letter.params for letter in rows(Letter)] == [{}]  # no number, no state, no word
    with databases.role("owner"):
        Letter.objects.all().delete()
    by_reporter(reporters_word.withdraw, found, reason="Sudah baik")
    assert log_and_tell() == 0


def test_a_reporter_hears_of_the_report_that_carries_theirs(own, state):
    found, client = own
    ask(client, "on", Phone(CANARY))
    walk(found, State.AWAITING_FOLLOW_UP, state, timezone.now())
    other = a_report(State.AWAITING_FOLLOW_UP)
    log_and_tell()
    as_(state.as_admin, merging.merge, found, into=other)
    assert log_and_tell() == 1
    with databases.role("owner"):
        Letter.objects.all().delete()
    move(other, state)
    assert log_and_tell() == 1


@pytest.mark.threat("T-NOTIF-LEAK")
@pytest.mark.parametrize(
    "kind", [{"is_anonymous": True, "person": a_person(name="", email="")}, {"is_confidential": True}]
)
def test_a_protected_report_tells_no_phone(state, kind):
    found, client = opened(state, **kind)

    assert "data-phone" not in said(client.get("/bantuan/catatan"))
    refused = ask(client, "on", Phone(CANARY))

    assert refused.status_code == 409
    assert rows(Follow) == []
    with databases.role("owner"), transaction.atomic(), pytest.raises(IntegrityError, match="protected"):
        Follow.objects.create(own=found, who=b"x", token=b"y", asked_at=timezone.now())


@pytest.mark.parametrize("change", [{"is_confidential": True}, {"has_left": True}, {"code_lookup": None}])
def test_protection_that_goes_up_and_a_code_that_is_destroyed_end_it(own, change):
    found, client = own
    ask(client, "on", Phone(CANARY))
    if "code_lookup" in change:
        with acting(Actor.reporter_of(found.pk)):
            dialogue.destroy_code(Report.objects.get(pk=found.pk))
    else:
        with databases.role("owner"):
            Report.objects.filter(pk=found.pk).update(**change)
    assert rows(Follow) == []


@pytest.mark.threat("T-COI")
def test_nobody_sees_which_phones_are_told(own, state):
    found, client = own
    ask(client, "on", Phone(CANARY))
    for actor in (state.as_liaison, state.as_national, state.as_admin, PUBLIC, Actor.reporter_of(found.pk + 1)):
        with acting(actor):
            assert not Follow.objects.exists()
    with acting(Actor.reporter_of(found.pk)):
        assert phones.count(found) == 1
    assert ask(Client(), "look", Phone(CANARY)).status_code == 302  # the code is asked for


@pytest.mark.threat("SR-17")
@pytest.mark.threat("T-FLOOD")
def test_strange_phones_and_one_too_many_are_refused(own, report, monkeypatch):
    _found, client = own
    for endpoint in ("http://127.0.0.1:5432/", "https://evil.example/x", "https://fcm.googleapis.com@evil.example/"):
        assert ask(client, "on", Phone(endpoint)).status_code == 422
        assert ask(Client(), "on", Phone(endpoint), report.number).status_code == 422
    assert client.post("/bantuan/catatan/ponsel", {"act": "on"}).status_code == 422
    told = [ask(client, "on", Phone(f"{CANARY}{n}")).status_code for n in range(phones.MOST + 1)]
    assert told == [200] * phones.MOST + [409]
    monkeypatch.setattr(phones, "MOST_OF_ALL", 2)
    crowd = [Phone(f"{CANARY}{n}") for n in range(3)]
    assert [ask(Client(), "on", phone, report.number).status_code for phone in crowd] == [200, 200, 409]
    assert ask(Client(), "on", crowd[0], report.number).json() == {"on": True}  # whoever is told stays told
