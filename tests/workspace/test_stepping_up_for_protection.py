"""Whatever touches somebody's data or protection asks for the second factor again; found in the code, none left out."""

import pytest

from tests import databases
from tests.factories import a_person, received, the_state
from tests.workspace.officers import at_desk, code_now, give_password
from tests.workspace.test_acts import press
from tuntas.lifecycle import MOVES
from tuntas.privacy.models import Breach
from tuntas.reports.models import Event
from tuntas.workspace import whole
from tuntas.workspace.acts import ACTS, ELSEWHERE

pytestmark = pytest.mark.django_db
# Moves by which an officer decides about somebody's data or protection. Verifying raises protection on the way, many
# times a day, and takes nothing away; asking for an identity, and taking the question back, opens none.
TOUCHES = {"decide_about_data", "place_hold", "release_hold", "protect", "name_accused"}
HARMLESS = {"ask_identity", "withdraw_identity"}
WORDS = ("data", "_hold", "protect", "accused", "identity", "erase")


def test_every_move_that_speaks_of_protection_is_known_here():
    officers = {name for name, move in MOVES.items() if move.by - {"SYSTEM", "REPORTER"}}
    assert {name for name in officers if any(word in name for word in WORDS)} == {
        name for name in TOUCHES | ELSEWHERE if any(word in name for word in WORDS)
    }


def test_every_act_that_touches_protection_asks_again():
    assert {name for act in ACTS if act.needs_step_up for name in act.moves} == TOUCHES


@pytest.mark.parametrize("act", ["data", "protect", "accuse", "hold"])
def test_an_old_second_factor_decides_nothing_and_what_was_typed_is_kept(act):
    state = the_state()
    give_password("national")
    report, _receipt = received(person=a_person())
    client = at_desk(state.as_national, age=whole.FRESH_FOR + 1)
    answer = press(client, report, act, ground="COURT", reason="Alasan yang cukup panjang", anonymous="on")

    assert answer["Location"].startswith(f"/workspace/step-up?next=%2Fworkspace%2Freports%2F{report.number}%2F")
    assert events(report) == ["receive"]
    assert client.post("/workspace/step-up", {"code": code_now()})["Location"] == "/workspace/kept"
    assert "Alasan yang cukup panjang" in client.get("/workspace/kept").content.decode()


def test_the_register_of_failures_is_read_without_it_and_written_with_it():
    client = at_desk(the_state().as_national, age=whole.FRESH_FOR + 1)

    assert client.get("/workspace/breaches/").status_code == 200
    answer = client.post("/workspace/breaches/", {"what": "Laptop hilang", "found_at": "2026-10-05 09:00"})
    assert answer["Location"].startswith("/workspace/step-up?next=")
    with databases.role("owner"):
        assert not Breach.objects.exists()


def events(report) -> list[str]:
    with databases.role("owner"):
        return list(Event.objects.filter(report=report).order_by("pk").values_list("verb", flat=True))
