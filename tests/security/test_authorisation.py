"""T-AUTHZ-MATRIX: every address x method x role x relation answers as authorisation.csv says.

The table is written for people: one row an address and method, one column for each who asks, one word a cell (page,
onward, sign-in, code, refused, missing, faulty, never). `anyone` stands for all columns where it is filled in. Where a
role differs from the others in the same place the cell names it: `page; SUPERVISOR=missing`. An address without a row
fails. A proposal for new rows, to be read and judged before it is taken over: run this file with TUNTAS_PROPOSE=1 and
look into .tuntas/authorisation/proposed.csv.
"""

import csv
import json
import os
from collections import Counter

import pytest

from tests.conftest import ROOT
from tests.security.addresses import METHODS, UNUSUAL, every_address, expected, outcome, table
from tests.security.cast import (
    INNER_NOTE,
    RELATIONS,
    ROLES,
    SECRET_WORDS,
    is_hidden,
    officers,
    set_the_stage,
    strangers,
)
from tuntas.lifecycle import LIFE
from tuntas.workspace.acts import ACTS, WITHIN

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.threat("T-AUTHZ-MATRIX")]

STRANGERS = ("public", "reporter", "other reporter", "no office")
COLUMNS = (*STRANGERS, *RELATIONS)
PROPOSED = ROOT / ".tuntas" / "authorisation"


def test_every_address_has_a_row_and_every_row_an_address():
    rows, named = {name for name, _method in table()}, {address.name for address in every_address()}
    assert named - rows == set(), "write a row for each: see the docstring of this file"
    assert rows - named == set(), "these addresses are gone: take their rows out"


@pytest.mark.parametrize("who", [STRANGERS, *ROLES], ids=["strangers", *ROLES])
def test_everybody_gets_what_the_table_says(who, monkeypatch):
    """And whoever is an officer and is told no has left one line in the security log."""
    noted: list[str] = []
    monkeypatch.setattr("tuntas.access.queries.append_entry_apart", lambda kind, *_: noted.append(kind))
    stage, found, leaked, rows, unnoted = set_the_stage(), {}, [], table(), []
    attackers = strangers(stage) if who is STRANGERS else officers(stage, who)
    for attacker in attackers:
        for address in every_address():
            for method in METHODS:
                if not is_worth_asking(address, method, attacker.relation, rows):
                    continue
                noted.clear()
                answer = attacker.ask(method, address.path(stage, attacker.relation))
                if noted != must_be_noted(attacker, answer):
                    unnoted.append((address.name, method, attacker.name, answer.status_code, *noted))
                found[address.name, method, attacker.name] = (attacker.role, outcome(answer))
                if leaks(answer, stage, attacker):
                    leaked.append((address.name, method, attacker.name))
    propose(found)
    assert leaked == []
    assert unnoted == []
    wrong = [
        f"{name} {method} as {who} {role}: {got}, and the table says {cell_of(rows, name, method, who)}"
        for (name, method, who), (role, got) in found.items()
        if opens(got) != opens(expected(cell_of(rows, name, method, who), role))
    ]
    print("\n".join(wrong))  # whole, where the comparison below is cut short
    assert wrong == []


# Before there is an officer: what is missing there is missing for everybody.
SIGNING_IN = ("/workspace/masuk/", "/workspace/tautan/", "/workspace/agenda/")


def must_be_noted(attacker, answer) -> list[str]:
    """The kinds of the lines that this answer leaves: one for each no that an officer gets on an officer's page."""
    is_officer = attacker.role or attacker.name == "no office"
    path = answer.request["PATH_INFO"]
    is_theirs = path.startswith("/workspace/") and not path.startswith(SIGNING_IN)
    return ["denied"] * (is_officer and is_theirs and answer.status_code in {403, 404})


def opens(word: str) -> str:
    """A form that comes back with its faults is as open as one that comes back without."""
    return "page" if word == "faulty" else word


# Addresses without a report in them whose answer may differ by the place of who asks.
ABOUT_PLACES = {f"workspace:{name}" for name in ("start", "queue", "search", "notices", "offices", "supervision", "supervised-agency",
                                                  "people", "person", "person-act", "handover", "log", "face")}  # fmt: skip


def is_worth_asking(address, method: str, relation: str, rows) -> bool:
    """In every place what may differ by place; everything else from within and from the accused office, and what the public
    has as well from within alone. A proposal asks all."""
    differs = not rows.get((address.name, method), {}).get("anyone")
    if relation in {"", "own"} or os.environ.get("TUNTAS_PROPOSE"):
        return True
    if relation == "accused":
        return differs or address.name.startswith("workspace:")
    return differs and (address.is_of_a_report or address.name in ABOUT_PLACES)


def cell_of(rows: dict[tuple[str, str], dict[str, str]], name: str, method: str, who: str) -> str:
    row = rows.get((name, method), {})
    return row.get("anyone") or row.get(who) or "nothing"


def leaks(answer, stage, attacker) -> bool:
    """Whether a page that somebody may open shows what they may not see."""
    body = answer.content.decode(errors="replace")
    if attacker.name == "reporter":
        return INNER_NOTE in body
    if attacker.role and not is_hidden(attacker.role, attacker.relation):
        return False
    own = stage.about if attacker.relation == "accused" else stage.report
    number = str(own.number)
    return SECRET_WORDS in body or INNER_NOTE in body or f"/{number}/" in body.replace(answer.request["PATH_INFO"], "")


def test_no_address_knows_an_unusual_method():
    """A method that no view names changes nothing and is refused, for the one with the most rights too."""
    stage = set_the_stage()
    public, *_others = strangers(stage)
    own = next(officers(stage, "LIAISON_OFFICER"))
    for attacker in (public, own):
        for address in every_address():
            for method in UNUSUAL:
                answer = attacker.ask(method, address.path(stage, attacker.relation))
                assert outcome(answer) in {"never", "refused", "missing", "sign-in", "code", "onward"} or (
                    method == "OPTIONS" and not answer.content
                ), (address.name, method, answer.status_code)


@pytest.mark.threat("SR-03", "SR-04")
@pytest.mark.parametrize("role", ROLES)
def test_no_act_works_out_of_place_or_beyond_the_timetable(role):
    """Every act posted by every role in every place: outside nothing is there; inside, only what the row's `by` names."""
    stage = set_the_stage()
    allowed = {name for move in LIFE if role in move.by for name in (move.name, WITHIN.get(move.name, ""))}
    for attacker in officers(stage, role):
        report = stage.at_stake(attacker.relation)
        hidden = is_hidden(role, attacker.relation)
        for act in ACTS:
            if not hidden and act.moves & allowed:
                continue  # theirs to do: what it needs is tested with the act itself
            fields = {f"{act.name}-{name}": value for name, value in everything(stage).items()}
            address = f"/workspace/reports/{report.number}/{act.name}/"
            answer = attacker.ask("POST", address, {"seen": report.last_event_id, **fields})
            usual = {"missing"} if hidden else {"refused", "missing", "faulty"}
            assert outcome(answer) in usual, (attacker.relation, act.name, answer.status_code)


def everything(stage) -> dict[str, str]:
    """A value for every field of every act, so that no act is refused for a form that is not whole."""
    words = "Regu kami memeriksa gudang pada 12 Oktober 2026 dan mengganti gemboknya; daftar obat ditempel di loket."
    return {
        "text": words, "reason": "TOO_GENERAL", "explanation": words, "signpost": "", "signpost_own": "Contoh 137",
        "report_class": "NON_SUPERVISORY", "category": str(stage.state.lamp.pk), "target": str(stage.state.city.pk),
        "ready": "place", "own": words, "lead": str(stage.state.health.pk), "ground": words, "note": words,
        "proposed": str(stage.state.works.pk), "owner": str(stage.state.works.pk), "into": stage.other.number,
        "decision": "grant", "outcome": "INFORMATION_GIVEN", "kind": "ANSWER", "anonymous": "on", "confidential": "on",
    }  # fmt: skip


def propose(found: dict[tuple[str, str, str], tuple[str, str]]) -> None:
    """Rows as the site answers now, for a person to judge."""
    if not os.environ.get("TUNTAS_PROPOSE"):
        return
    PROPOSED.mkdir(parents=True, exist_ok=True)
    role = next(iter(found.values()))[0] or "strangers"
    answers = {f"{name} {method} {who}": got for (name, method, who), (_role, got) in found.items()}
    (PROPOSED / f"{role}.json").write_text(json.dumps(answers))
    cells: dict[tuple[str, str], dict[str, dict[str, str]]] = {}
    for file in PROPOSED.glob("*.json"):
        for words, got in json.loads(file.read_text()).items():
            name, method, who = words.split(" ", 2)
            cells.setdefault((name, method), {}).setdefault(who, {})[file.stem] = got
    with (PROPOSED / "proposed.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["address", "method", "anyone", *COLUMNS])
        for (name, method), row in sorted(cells.items()):
            found = [_cell(row.get(who, {})) for who in COLUMNS]
            same = len(set(found)) == 1
            writer.writerow([name, method, found[0] if same else "", *([""] * len(found) if same else found)])


def _cell(by_role: dict[str, str]) -> str:
    if not by_role:
        return ""
    usual = Counter(by_role.values()).most_common(1)[0][0]
    return "; ".join([usual, *(f"{role}={got}" for role, got in sorted(by_role.items()) if got != usual)])


@pytest.mark.parametrize(
    ("cell", "role", "word"), [("page", "X", "page"), ("page; A=missing; B=refused", "B", "refused")]
)
def test_a_cell_is_read_for_each_role(cell, role, word):
    assert expected(cell, role) == word
