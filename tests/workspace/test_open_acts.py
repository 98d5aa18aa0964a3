"""Each role sees exactly the buttons that the timetable gives it, in each state; nobody else sees the report at all."""

import re

import pytest

from tests import databases
from tests.factories import MONDAY, PATHS, a_report, an_officer, as_, the_state
from tests.workspace.officers import at_desk
from tuntas.lifecycle import LIFE, TIMETABLE
from tuntas.organizations.models import Role
from tuntas.reports.states import FINAL, State
from tuntas.routing import merging
from tuntas.workspace.acts import ACTS, BY_NAME, ELSEWHERE, WITHIN
from tuntas.workspace.words import EVENTS

pytestmark = pytest.mark.django_db

# What stands between a report of the works office and these officers, by the words of the column `place`.
PLACES = {
    "national": {"holder", "part", "proposed", "any", "watched"},
    "admin": {"holder", "part", "proposed", "any"},
    "liaison": {"holder", "part", "any"},
    "head": {"holder", "part", "any"},
    "supervisor": {"watched", "any"},
    "transport-liaison": {"proposed", "part", "any"},
}
ROLES = {
    "national": Role.NATIONAL_ADMIN,
    "admin": Role.AGENCY_ADMIN,
    "liaison": Role.LIAISON_OFFICER,
    "head": Role.UNIT_HEAD,
    "supervisor": Role.SUPERVISOR,
    "transport-liaison": Role.LIAISON_OFFICER,
}
# Acts that need a fact which these reports do not have: a draft that waits, an appeal that is open.
NOT_NOW = {
    "approve",
    "send-back",
    "appeal",
    "data",
    "pool",
    "release",
    "transcribe",
}  # nobody has sent, asked, spoken or got anything
IN_CITY = {State.AWAITING_VERIFICATION, State.PENDING_INFO, State.AWAITING_DISPOSITION, *(FINAL - {State.RESOLVED})}


def rows():
    """The timetable read anew from its text, with nothing of the program's own reading."""
    for line in TIMETABLE.strip().splitlines()[1:]:
        _no, verb, sources, _to, by, place, *_rest = (cell.strip() for cell in line.split("|"))
        yield verb, sources.split(), by.split(), place


def buttons_by_the_timetable(state: str, who: str) -> set[str]:
    places = set(PLACES[who])
    if state in IN_CITY and who in {"liaison", "head"}:
        return set()
    if state != State.TRANSFER_REQUESTED:
        places -= {"proposed", "part"} if who == "transport-liaison" else {"proposed"}
    open_verbs = {
        verb
        for verb, sources, by, place in rows()
        if ROLES[who] in by
        and place in places
        and (state in sources or "any" in sources or ("open" in sources and state not in FINAL))
    }
    return {act.name for act in ACTS if act.moves & open_verbs} - NOT_NOW


def buttons_on(page: str) -> list[str]:
    return re.findall(r'data-act="([\w-]+)"', page)


@pytest.mark.slow
@pytest.mark.requirement("R003-22")
@pytest.mark.parametrize("state", sorted(PATHS))
def test_the_page_has_exactly_the_buttons_of_the_timetable(state):
    report, offices = a_report(state), the_state()

    for who in ROLES:
        answer = at_desk(getattr(offices, f"as_{who.replace('-', '_')}")).get(f"/workspace/reports/{report.number}/")
        wanted = buttons_by_the_timetable(state, who)
        if answer.status_code == 404:
            assert wanted == set(), f"{who} does not even see {state}"
        else:
            found = buttons_on(answer.content.decode())
            assert len(found) == len(set(found))
            assert set(found) == wanted, f"{who} at {state}"


def test_a_merged_report_can_only_be_separated_again_or_protected():
    parent, report, offices = a_report(), a_report(), the_state()
    as_(offices.as_admin, merging.merge, report, into=parent, at=MONDAY)

    page = at_desk(offices.as_admin).get(f"/workspace/reports/{report.number}/").content.decode()

    assert (
        set(buttons_on(page))
        == {"unmerge", "protect", "accuse", "discuss", "hold"}
        == buttons_by_the_timetable(State.MERGED, "admin")
    )
    assert parent.number in page


@pytest.mark.requirement("R004-17")
def test_a_field_officer_can_tell_what_was_done_and_nothing_else():
    report, offices = a_report(State.IN_PROGRESS), the_state()
    with databases.role("owner"):
        field = an_officer("field", offices.works, Role.FIELD_OFFICER)

    page = at_desk(field).get(f"/workspace/reports/{report.number}/").content.decode()

    assert set(buttons_on(page)) == {"progress", "acknowledge", "message", "discuss"}
    assert 'name="progress-photos_after"' in page


def test_every_move_of_an_officer_has_its_act():
    """A row added to the timetable gets a button, or this fails."""
    officers = set(Role.values)
    moves = {move.name for move in LIFE if move.by & officers}
    covered = set().union(*(act.moves for act in ACTS))

    assert moves - covered == set(WITHIN) | ELSEWHERE
    assert set(WITHIN.values()) <= set(BY_NAME)
    assert covered <= {move.name for move in LIFE}


def test_every_move_has_its_sentence_in_the_history():
    assert {move.name for move in LIFE} <= set(EVENTS)


@pytest.mark.requirement("R001-10")
@pytest.mark.parametrize("who", ["province-admin", "province-works-liaison", "health-liaison", "puskesmas-head"])
def test_an_officer_of_another_office_finds_no_such_report(who):
    report, offices = a_report(State.IN_PROGRESS), the_state()
    stranger = at_desk(getattr(offices, f"as_{who.replace('-', '_')}"))

    page = stranger.get(f"/workspace/reports/{report.number}/")
    assert page.status_code == 404
    assert "Lampu" not in page.content.decode()
    for act in BY_NAME:
        answer = stranger.post(f"/workspace/reports/{report.number}/{act}/", {"seen": report.last_event_id})
        assert answer.status_code == 404, act
    assert stranger.post(f"/workspace/reports/{report.number}/answer/check/", {}).status_code == 404


def test_an_act_that_is_not_open_is_refused_by_the_verb_even_when_posted_by_hand():
    report, offices = a_report(State.IN_PROGRESS), the_state()
    client = at_desk(offices.as_supervisor)

    answer = client.post(
        f"/workspace/reports/{report.number}/acknowledge/",
        {"seen": report.last_event_id, "acknowledge-text": "Terima kasih, sudah kami baca."},
    )

    assert answer.status_code == 403
    assert 'data-refusal="not_yours"' in answer.content.decode()
    assert "Terima kasih, sudah kami baca." in answer.content.decode()  # kept, to be copied
