"""Who may do what, what must come with it, and who hears of it: the procedure, as handbook 1.2 and 3.3 give it.

Written by hand from the handbook and design 3b, not from the timetable: where the two differ, one of them is wrong.
"""

from datetime import timedelta

import pytest

from tests import databases
from tests.factories import MONDAY, a_report, an_officer, the_state
from tuntas.access.actors import SYSTEM, Actor, acting
from tuntas.kernel.refusals import Incomplete, NotYours, OutOfTurn
from tuntas.lifecycle import LIFE, MOVES, NEEDS, advance, check, may, open_moves
from tuntas.organizations.models import Role
from tuntas.reports.models import Audience, Report
from tuntas.reports.states import State

pytestmark = pytest.mark.requirement("R003-22")

ACTS = {
    Role.NATIONAL_ADMIN: "verify ask complete_for dispose accept_transfer arbitrate send_back acknowledge close"
    " order_reopening archive merge unmerge refer protect uphold revive message_reporter"
    " name_accused decide_about_data place_hold release_hold",
    Role.AGENCY_ADMIN: "verify ask complete_for dispose offer accept_transfer refuse_transfer offer_on arbitrate"
    " send_back acknowledge progress question submit resolve propose_archive archive merge unmerge refer protect"
    " message_reporter name_accused decide_about_data place_hold release_hold",
    Role.LIAISON_OFFICER: "offer accept_transfer refuse_transfer offer_on acknowledge progress question submit resolve"
    " message_reporter",
    Role.FIELD_OFFICER: "acknowledge progress message_reporter",
    Role.UNIT_HEAD: "arbitrate send_back acknowledge progress question return_draft resolve message_reporter",
    Role.SUPERVISOR: "arbitrate send_back order_reopening escalate",
    "REPORTER": "complete reply accept object reopen thank withdraw leave escalate protect appeal revive_own"
    " add_details message_office destroy_code ask_about_data correct_contact send_own_data name_accused",
    "SYSTEM": "receive receive_paper give_up lapse_transfer offer_on call_arbiter reply_lapse lapse promise_returns"
    " escalate revive answer_by_letter connect receive_old import_state take_over change_calendar pass_up"
    " take_away erase_content",
    Role.CUSTODIAN: "",
}  # fmt: skip
# Who a reporter is: asked by those who handle the report, decided by a custodian of another organisation.
OF_IDENTITIES = {
    Role.NATIONAL_ADMIN: " ask_identity withdraw_identity emergency_identity",
    Role.AGENCY_ADMIN: " ask_identity withdraw_identity emergency_identity",
    Role.LIAISON_OFFICER: " ask_identity withdraw_identity emergency_identity",
    Role.UNIT_HEAD: " ask_identity withdraw_identity emergency_identity",
    Role.CUSTODIAN: " grant_identity refuse_identity review_identity",
    "SYSTEM": " lapse_identity open_identity close_identity",
}
# Who in an office does what: colleagues among themselves.
AMONG_COLLEAGUES = {
    Role.NATIONAL_ADMIN: " assign release discuss transcribe",
    Role.AGENCY_ADMIN: " assign release discuss transcribe field_work",
    Role.LIAISON_OFFICER: " assign release discuss transcribe field_work",
    Role.UNIT_HEAD: " assign release discuss transcribe field_work",
    Role.FIELD_OFFICER: " release discuss transcribe field_work",
}
COMES_WITH = {
    "assign": "assignee",
    "discuss": "remark",
    "field_work": "work",
    "transcribe": "transcript recording",
    "receive": "body",
    "receive_paper": "body lodged_at",
    "verify": "class category target",
    "ask": "missing",
    "complete": "answer",
    "complete_for": "answer",
    "give_up": "archive_reason",
    "dispose": "lead",
    "offer": "ground",
    "accept_transfer": "owner",
    "lapse_transfer": "owner",
    "refuse_transfer": "ground",
    "offer_on": "ground",
    "call_arbiter": "arbiter",
    "arbitrate": "owner ground",
    "send_back": "ground",
    "acknowledge": "answer",
    "progress": "answer substance",
    "question": "answer",
    "reply": "answer",
    "submit": "answer",
    "return_draft": "reason",
    "resolve": "answer outcome evidence substance approval",
    "close": "reason",
    "object": "reason",
    "reopen": "reason window",
    "thank": "answer",
    "order_reopening": "reason",
    "propose_archive": "archive_reason explanation",
    "archive": "archive_reason explanation second_person",
    "merge": "parent",
    "unmerge": "reason",
    "withdraw": "may_withdraw",
    "refer": "signpost explanation",
    "escalate": "reason",
    "protect": "protection reason",
    "name_accused": "accused reason",
    "pass_up": "owner",
    "take_away": "owner",
    "appeal": "reason window",
    "uphold": "reason appealed",
    "revive": "reason appealed",
    "revive_own": "answer window",
    "add_details": "answer",
    "message_reporter": "message",
    "message_office": "message",
    "answer_by_letter": "answer",
    "connect": "target",
    "receive_old": "body lodged_at",
    "import_state": "old_state",
    "change_calendar": "reason",
    "ask_identity": "ground reason",
    "grant_identity": "other_organization",
    "refuse_identity": "other_organization reason",
    "emergency_identity": "reason",
    "review_identity": "other_organization reason",
    "ask_about_data": "wish",
    "correct_contact": "answer",
    "decide_about_data": "reason",
    "place_hold": "ground reason",
    "release_hold": "reason",
    "erase_content": "reason",
}
BEGINS_IN = {
    "verify": "AWAITING_VERIFICATION",
    "ask": "AWAITING_VERIFICATION",
    "complete": "PENDING_INFO",
    "complete_for": "PENDING_INFO",
    "give_up": "PENDING_INFO",
    "dispose": "AWAITING_DISPOSITION",
    "offer": "AWAITING_DISPOSITION AWAITING_FOLLOW_UP",
    "acknowledge": "AWAITING_DISPOSITION AWAITING_FOLLOW_UP TRANSFER_REQUESTED IN_PROGRESS",
    "progress": "AWAITING_FOLLOW_UP IN_PROGRESS",
    "question": "IN_PROGRESS",
    "reply": "AWAITING_REPORTER",
    "reply_lapse": "AWAITING_REPORTER",
    "submit": "AWAITING_FOLLOW_UP IN_PROGRESS",
    "return_draft": "AWAITING_FOLLOW_UP IN_PROGRESS",
    "resolve": "AWAITING_FOLLOW_UP IN_PROGRESS",
    "promise_returns": "IN_PROGRESS AWAITING_REPORTER RESOLUTION_PROPOSED RESOLVED",
    "appeal": "ARCHIVED REFERRED_EXTERNAL",
    "uphold": "ARCHIVED REFERRED_EXTERNAL",
    "revive": "ARCHIVED REFERRED_EXTERNAL",
    "revive_own": "ARCHIVED",
}
OF_THE_REGISTER_ALONE = {"receive_old", "import_state", "take_over"}  # brought in; nobody waits for a word about it


@pytest.mark.parametrize("role", sorted(ACTS))
def test_each_role_may_do_its_acts_and_no_other(role):
    assert {move.name for move in LIFE if role in move.by} == set(
        (ACTS[role] + OF_IDENTITIES.get(role, "") + AMONG_COLLEAGUES.get(role, "")).split()
    )


def test_what_must_come_with_each_act():
    assert {move.name: " ".join(move.needs) for move in LIFE if move.needs} == COMES_WITH


@pytest.mark.parametrize("name", sorted(BEGINS_IN))
def test_where_each_act_may_begin(name):
    assert MOVES[name].sources == set(BEGINS_IN[name].split())


@pytest.mark.requirement("R004-13")
@pytest.mark.parametrize("name", sorted(set(MOVES) - OF_THE_REGISTER_ALONE))
def test_who_must_hear_of_it_hears_of_it(name):
    """The reporter of what others do, the office of what the reporter does, and everybody whose duty it becomes."""
    move, told = MOVES[name], set(MOVES[name].tells)
    if "REPORTER" not in move.by and move.audience != Audience.HANDLERS:
        assert told & {"reporter", "subject"}
    if move.by == {"REPORTER"}:
        assert told & {"holder", "national"}
    if move.holder or name in {
        "lapse",
        "reply_lapse",
        "promise_returns",
        "send_back",
        "refuse_transfer",
        "revive",
        "close",
    }:
        assert "holder" in told
    for audience, names in {
        "former": {"accept_transfer", "lapse_transfer", "arbitrate"},
        "proposed": {"offer", "offer_on"},
        "arbiter": {"call_arbiter"},
        "head": {"submit", "object", "reopen", "order_reopening"},
        "superior": {"escalate"},
        "national": {"appeal", "emergency_identity", "review_identity"},
        "custodian": {
            "ask_identity",
            "withdraw_identity",
            "lapse_identity",
            "emergency_identity",
            "open_identity",
            "close_identity",
        },
    }.items():
        assert (audience in told) == (name in names), audience


def test_the_public_reads_what_was_decided_and_not_what_was_asked_of_a_person():
    public = {move.name for move in LIFE if move.audience == Audience.PUBLIC}
    handlers = {move.name for move in LIFE if move.audience == Audience.HANDLERS}
    assert handlers == {
        "submit",
        "assign",
        "release",
        "discuss",
        "field_work",
        "return_draft",
        "propose_archive",
        "answer_by_letter",
        "change_calendar",
    }
    assert public >= {
        "receive",
        "verify",
        "dispose",
        "offer",
        "accept_transfer",
        "arbitrate",
        "progress",
        "resolve",
        "object",
    }
    assert not public & {
        "ask",
        "complete",
        "question",
        "reply",
        "archive",
        "refer",
        "protect",
        "leave",
        "add_details",
        "message_reporter",
        "message_office",
        "destroy_code",
        "appeal",
    }


PLACES = {
    "holder": "verify ask complete_for dispose offer acknowledge progress question submit return_draft resolve close"
    " propose_archive archive merge unmerge refer protect message_reporter name_accused decide_about_data"
    " place_hold release_hold",
    "proposed": "accept_transfer refuse_transfer offer_on",
    "arbiter": "arbitrate send_back",
    "watched": "order_reopening",
    "own": "complete reply accept object reopen thank withdraw leave appeal revive_own add_details message_office"
    " destroy_code ask_about_data correct_contact send_own_data",
    "any": "receive receive_paper give_up lapse_transfer call_arbiter reply_lapse lapse promise_returns escalate uphold"
    " revive answer_by_letter connect receive_old import_state take_over change_calendar pass_up take_away"
    " erase_content",
}
PLACES["holder"] += " assign release field_work transcribe"
PLACES["part"] = "discuss"
PLACES["holder"] += OF_IDENTITIES[Role.AGENCY_ADMIN]
PLACES["any"] += OF_IDENTITIES[Role.CUSTODIAN] + OF_IDENTITIES["SYSTEM"]


@pytest.mark.parametrize("place", sorted(PLACES))
def test_from_where_in_the_tree(place):
    assert {move.name for move in LIFE if move.place == place} == set(PLACES[place].split())


# How the timetable is asked ------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_a_refusal_names_each_thing_that_is_missing():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    move = MOVES["resolve"]
    brings = dict.fromkeys(move.needs, "x")
    with acting(state.as_head):
        check(move, report, state.as_head, brings)
        for need in move.needs:
            with pytest.raises(Incomplete) as refusal:
                check(move, report, state.as_head, brings | {need: ""})
            assert str(refusal.value.why) == str(NEEDS[need])
        with pytest.raises(Incomplete) as refusal:
            check(move, report, state.as_head, {})
        assert str(refusal.value.why) == " ".join(str(NEEDS[need]) for need in move.needs)


@pytest.mark.django_db
def test_state_comes_before_role_and_role_before_what_is_missing():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    with acting(state.as_national):
        with pytest.raises(OutOfTurn) as refusal:
            check(MOVES["verify"], report, state.as_liaison, {})
        assert str(report.get_state_display()) in str(refusal.value.why)
        with pytest.raises(NotYours) as refusal:
            check(MOVES["resolve"], report, state.as_national, {})
        assert "Dinas Pekerjaan Umum" in str(refusal.value.instead)
        with pytest.raises(OutOfTurn):
            check(MOVES["question"], report, state.as_liaison, {"answer": "?"}, seen=report.last_event_id - 1)
        check(MOVES["question"], report, state.as_liaison, {"answer": "?"}, seen=report.last_event_id)


@pytest.mark.django_db
def test_place_and_role_both_count():
    """The same role elsewhere in the tree, and another role at the right place, may not."""
    state, report = the_state(), a_report(State.IN_PROGRESS)
    with databases.role("owner"):
        field = an_officer("field", state.works, Role.FIELD_OFFICER)
        above = an_officer("city-head", state.city, Role.UNIT_HEAD)
    with acting(state.as_national):
        names = ("liaison", "head", "admin", "national", "supervisor", "health_liaison", "province_admin")
        allowed = {
            name: {actor for actor in names if may(MOVES[name], report, getattr(state, f"as_{actor}"))}
            for name in ("progress", "question", "escalate", "merge")
        }
        assert allowed == {
            "progress": {"liaison", "head", "admin"},
            "question": {"liaison", "head", "admin"},
            "escalate": {"supervisor"},
            "merge": {"admin", "national"},
        }
        assert may(MOVES["progress"], report, field)
        assert not may(MOVES["question"], report, field)
        assert may(MOVES["return_draft"], report, above)  # whoever stands above the holder by the parent edge
        assert not may(MOVES["order_reopening"], report, state.as_province_admin)
        assert may(MOVES["order_reopening"], report, state.as_supervisor)
        assert may(MOVES["order_reopening"], report, state.as_national)


@pytest.mark.django_db
def test_a_reporter_may_act_on_the_own_report_alone_and_the_clockwork_on_every():
    report = a_report(State.RESOLUTION_PROPOSED)
    own, other = Actor.reporter_of(report.pk), Actor.reporter_of(report.pk + 1)
    assert may(MOVES["accept"], report, own)
    assert not may(MOVES["accept"], report, other)
    assert not may(MOVES["close"], report, own)
    assert may(MOVES["lapse"], report, SYSTEM)
    assert not may(MOVES["accept"], report, SYSTEM)
    assert not may(MOVES["uphold"], report, Actor(kind="public", role=Role.NATIONAL_ADMIN))
    with acting(own):
        assert {move.name for move in open_moves(report, own)} == {
            "accept", "object", "withdraw", "leave", "escalate", "protect", "add_details",
            "message_office", "destroy_code", "ask_about_data", "correct_contact", "name_accused",
            "send_own_data",
        }  # fmt: skip


@pytest.mark.django_db
def test_an_entry_says_who_did_what_when_and_why():
    state, report = the_state(), a_report(State.AWAITING_FOLLOW_UP)
    at = MONDAY + timedelta(days=1)
    with acting(state.as_liaison):
        event = advance(
            Report.objects.get(pk=report.pk), "acknowledge", by=state.as_liaison, at=at, note="Sudah kami terima",
            brings={"answer": "x"}, facts={"kind": "ANSWER"}, changes={"place": "Pasar Baru"},
        )  # fmt: skip
        event.refresh_from_db()
        moved = Report.objects.get(pk=report.pk)
    assert (event.verb, event.at, event.note, event.facts) == (
        "acknowledge",
        at,
        "Sudah kami terima",
        {"kind": "ANSWER"},
    )
    assert (event.from_state, event.to_state, event.audience) == (State.AWAITING_FOLLOW_UP,) * 2 + (Audience.PUBLIC,)
    assert (event.actor_kind, event.actor_role, event.unit, event.holder) == (
        "officer", Role.LIAISON_OFFICER, state.works, state.works,
    )  # fmt: skip
    assert (event.appointment_id, event.from_agency, event.to_agency) == (
        state.as_liaison.appointment,
        state.city,
        state.city,
    )
    assert (moved.place, moved.last_event_id) == ("Pasar Baru", event.pk)


@pytest.mark.django_db
def test_without_words_an_entry_has_none():
    state, report = the_state(), a_report(State.AWAITING_FOLLOW_UP)
    with acting(state.as_liaison):
        event = advance(Report.objects.get(pk=report.pk), "acknowledge", by=state.as_liaison, brings={"answer": "x"})
    assert (event.note, event.facts) == ("", {})
