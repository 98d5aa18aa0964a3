"""T-FLOOD, T-503: under a flood and with a register that does not answer, nobody who writes a report loses it.

No script runs here: what a page offers is what a person on the oldest telephone has.
"""

import re
import time
from html import unescape
from uuid import uuid4

import pytest
from django.db import InternalError, OperationalError, connection
from django.test import Client

from tests.portal.conftest import number_on
from tests.portal.test_reporting import LAMP, a_photo, filed, hidden_of, said, typed
from tuntas.access.actors import Actor, acting
from tuntas.kernel import numbers
from tuntas.portal import rush
from tuntas.reports.models import Attachment
from tuntas.web import away

pytestmark = pytest.mark.django_db
SENT, BOTS, MOST = "/lapor/terkirim", 60, 5


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    monkeypatch.setattr(rush, "arrivals", rush.Arrivals())


@pytest.fixture
def flooded(client, state, settings):
    """Fifty times what is usual came within this minute, from the same address as everybody else's."""
    settings.INTAKE_A_MINUTE = MOST
    answers = [client.post(SENT, typed(text=f"{LAMP} ({n})")).status_code for n in range(BOTS)]
    assert answers == [200] * MOST + [503] * (BOTS - MOST)
    return client


def later(monkeypatch, seconds: float) -> None:
    now = time.time() + seconds
    monkeypatch.setattr("time.time", lambda: now)


def the_form(client) -> dict:
    """What the empty form carries unseen."""
    page = said(client.get("/lapor"))
    return {name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("key", "turn")}


def given_back(response) -> dict:
    """What the page that asks to wait sends again."""
    assert response.status_code == 503
    assert int(response["Retry-After"]) in {5, away.WAIT}
    hidden = hidden_of(said(response)).items()
    return {name: unescape(value) for name, value in hidden if name != "csrfmiddlewaretoken"}


@pytest.mark.threat("T-FLOOD", "T-503")
def test_in_a_flood_whoever_took_a_moment_is_served_at_once_and_no_answer_is_without_a_row(flooded, monkeypatch):
    forms = [the_form(Client()) for _person in range(5)]
    later(monkeypatch, rush.MOMENT + 1)
    for n, form in enumerate(forms):
        step_two = flooded.post("/lapor", form | {"text": f"{LAMP} Dari warga {n}."})
        receipt = flooded.post(SENT, hidden_of(said(step_two)))
        assert receipt.status_code == 200
        assert number_on(said(receipt))
    assert len(filed()) == MOST + len(forms)


@pytest.mark.threat("T-FLOOD")
def test_who_waits_keeps_everything_and_one_press_without_a_script_files_it(flooded, monkeypatch):
    told = typed(text='Lampu "mati" & <b>gelap</b>\nsejak Senin', photos=a_photo())
    waits = flooded.post(SENT, told)
    again = given_back(waits)
    assert "Hitung sampai lima" in said(waits)
    assert again["text"].splitlines() == told["text"].splitlines()
    assert again["key"] == told["key"]

    too_soon = given_back(flooded.post(SENT, again))
    assert too_soon == again  # and the moment that passed counts
    later(monkeypatch, rush.MOMENT + 1)
    assert flooded.post(SENT, too_soon).status_code == 200

    report = filed()[-1]
    with acting(Actor.reporter_of(report.pk)):
        assert Attachment.objects.filter(report=report).count() == 1
    assert numbers.spell_number(report.number) in said(flooded.post(SENT, too_soon))  # the same one
    assert len(filed()) == MOST + 1


@pytest.mark.threat("T-FLOOD")
def test_a_turn_is_good_for_its_own_form_alone_and_not_for_ever(flooded, monkeypatch):
    form = the_form(flooded)
    later(monkeypatch, rush.MOMENT + 1)
    for wrong in ({"key": str(uuid4())}, {"turn": "1vSgRF:x"}, {"turn": ""}, {"turn": form["turn"] + "x"}):
        assert flooded.post(SENT, typed() | form | wrong).status_code == 503
    later(monkeypatch, rush.OLDEST.total_seconds())
    assert flooded.post(SENT, typed() | form).status_code == 503
    assert len(filed()) == MOST


def test_after_a_minute_nobody_waits_any_more(flooded, monkeypatch):
    now = time.monotonic() + rush.WINDOW
    monkeypatch.setattr(rush.time, "monotonic", lambda: now)
    assert flooded.post(SENT, typed()).status_code == 200


def test_nothing_of_who_sends_is_kept(flooded):
    assert all(isinstance(moment, float) for moment in rush.arrivals.times)


# The register does not answer ----------------------------------------------------------------------------------------


class ReadOnly(Exception):
    sqlstate = away.READ_ONLY


def fails(monkeypatch, fault: Exception) -> None:
    def broken(*_given, **_more):
        raise fault

    monkeypatch.setattr(connection, "cursor", broken)
    monkeypatch.setattr(connection, "ensure_connection", broken)


def read_only() -> InternalError:
    fault = InternalError("cannot execute INSERT in a read-only transaction")
    fault.__cause__ = ReadOnly()
    return fault


@pytest.mark.threat("T-503")
@pytest.mark.parametrize("fault", [OperationalError("too many connections: user=sari"), read_only()], ids=type)
def test_without_a_register_the_answer_is_503_and_what_was_typed_is_filed_with_one_press_later(
    client, state, monkeypatch, caplog, fault
):
    told = typed(email="sari@example.org", name="Sari", photos=a_photo())
    with monkeypatch.context() as broken:
        fails(broken, fault)
        answer = client.post(SENT, told)
        assert client.get("/laporan").status_code == 503
    again = given_back(answer)

    assert filed() == []
    assert "Semua yang Anda ketik" in said(answer)
    assert "Hanya berkasnya" not in said(answer)  # they wait
    assert "user=" not in said(answer) + caplog.text
    assert answer["Cache-Control"] == "private, no-store"
    assert client.post(SENT, again).status_code == 200
    [report] = filed()
    with acting(Actor.reporter_of(report.pk)):
        assert Attachment.objects.filter(report=report).count() == 1


@pytest.mark.threat("T-503", "T-CODE-NOWHERE")
def test_a_form_with_a_secret_in_it_is_not_given_back(client, state, monkeypatch, settings):
    code = numbers.spell_code(numbers.secret_code(settings.CODE_KEY, "x"))
    with monkeypatch.context() as broken:
        fails(broken, OperationalError())
        answer = client.post("/lacak", {"code": code})
    assert (answer.status_code, answer["Retry-After"]) == (503, str(away.WAIT))
    assert code[:9] not in said(answer)


def test_a_fault_of_another_kind_stays_one():
    assert not away.is_away(InternalError("invalid page"))
    assert not away.is_away(ValueError())
    assert not away.is_away(None)
