"""The laws of the register (design section 2), each a question to its rows: what breaks it, in words; empty when kept.

`ALWAYS` holds at any instant. `BETWEEN` compares an instant with the one before it.
"""

from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

from tests.laws.register import Register, Row
from tuntas.clocks.models import DUTIES, Kind
from tuntas.followup import evidence
from tuntas.followup.models import Evidence
from tuntas.lifecycle import MOVES
from tuntas.reports.states import FINAL, State
from tuntas.routing.transferring import HOP_LIMIT

OFFERED = State.TRANSFER_REQUESTED
FINISHES = {"accept": "ACCEPTED", "lapse": "SILENCE", "close": "ADMIN"}
# Rows that may end the settlement clock: the report ends, or its clocks begin anew by a rule that says so.
END_OF_RESOLVE = {"accept", "lapse", "close", "connect", "take_over"} | {
    name for name, move in MOVES.items() if "*" in move.stops
}
STOP_NOTHING = {"acknowledge", "add_details", "submit", "leave", "escalate", "protect", "answer_by_letter"}
STOP_NOTHING |= {"thank", "name_accused", "message_reporter", "message_office", "destroy_code"}
STOP_NOTHING |= {"assign", "release", "discuss", "field_work", "transcribe"}
START_OF_RESOLVE = {"dispose", "reopen", "order_reopening", "promise_returns", "connect", "take_over"}


def is_open(report: Row) -> bool:
    return report["state"] not in FINAL


def runs(clock: Row) -> bool:
    return clock["stopped_at"] is None and clock["paused_at"] is None


# Law 1 and the history -----------------------------------------------------------------------------------------------


def each_report_keeps_its_words(register: Register) -> Iterator[str]:
    words = register.by_report("reports_reporttext")
    for report in register.reports:
        if [bool(text["body"] or text["sealed"]) for text in words[report["id"]]] != [True]:
            yield f"report {report['id']} has lost its words"


def the_last_entry_says_what_the_report_is(register: Register) -> Iterator[str]:
    events = register.by_report("reports_event")
    for report in register.reports:
        last = events[report["id"]][-1]
        told = (last["id"], last["to_state"], last["holder_id"], last["to_agency_id"])
        stands = (report["last_event_id"], report["state"], report["holder_id"], report["agency_id"])
        if told != stands:
            yield f"report {report['id']}: the history says {told}, the report {stands}"


def each_entry_goes_on_where_the_last_ended(register: Register) -> Iterator[str]:
    for report_id, events in register.by_report("reports_event").items():
        if events[0]["from_state"]:
            yield f"report {report_id} begins in the middle"
        for before, after in pairwise(events):
            if (before["to_state"], before["to_agency_id"]) != (after["from_state"], after["from_agency_id"]):
                yield f"report {report_id}: a gap before {after['verb']}"
            if after["at"] < before["at"]:
                yield f"report {report_id}: {after['verb']} stands before {before['verb']}"


def only_rows_of_the_timetable_moved_it(register: Register) -> Iterator[str]:
    for event in register.events:
        move = MOVES[event["verb"]]
        source, goal = event["from_state"], event["to_state"]
        if source not in move.sources or (move.to in State.values and goal != move.to):
            yield f"{event['verb']} went from {source or 'new'} to {goal}"
        if event["actor_role"] not in move.by:
            yield f"{event['verb']} was done by {event['actor_role']}"
        if move.to == "same" and goal != source:
            yield f"{event['verb']} changed {source} to {goal}"


# Law 2 ---------------------------------------------------------------------------------------------------------------


def exactly_one_holder(register: Register) -> Iterator[str]:
    parts = register.by_report("reports_reportunit")
    for report in register.reports:
        now = [part for part in parts[report["id"]] if part["until"] is None]
        holders = [part["unit_id"] for part in now if part["part"] == "HOLDER"]
        if holders != [report["holder_id"]]:
            yield f"report {report['id']} is held by {holders}, and says {report['holder_id']}"
        leads = [part["unit_id"] for part in now if part["part"] == "LEAD"]
        if len(leads) > 1 or (report["lead_id"] is not None and leads != [report["lead_id"]]):
            yield f"report {report['id']} is led by {leads}, and says {report['lead_id']}"


def every_open_report_has_a_clock(register: Register) -> Iterator[str]:
    clocks = register.by_report("clocks_clock")
    for report in register.reports:
        running = [clock for clock in clocks[report["id"]] if runs(clock)]
        duties = [clock["due_at"] for clock in running if clock["kind"] in DUTIES]
        nearest = min(duties or [clock["due_at"] for clock in running], default=None)
        if is_open(report) and not running:
            yield f"report {report['id']} in {report['state']} has no running clock"
        if report["due_at"] != nearest:
            yield f"report {report['id']}: due {report['due_at']}, its clocks say {nearest}"


def no_duty_outlives_its_report(register: Register) -> Iterator[str]:
    clocks = register.by_report("clocks_clock")
    for report in register.reports:
        for clock in clocks[report["id"]]:
            is_duty = clock["kind"] in DUTIES - {Kind.APPEAL_DECISION}
            if not is_open(report) and is_duty and runs(clock):
                yield f"report {report['id']} in {report['state']} still owes {clock['kind']}"


def every_clock_has_an_owner_and_its_pauses(register: Register) -> Iterator[str]:
    pauses: dict[int, list[Row]] = {}
    for pause in register["clocks_pause"]:
        pauses.setdefault(pause["clock_id"], []).append(pause)
    for clock in register.clocks:
        ledger = pauses.get(clock["id"], [])
        unended = [pause for pause in ledger if pause["ended_at"] is None]
        if clock["owner_id"] is None:
            yield f"clock {clock['id']} has no owner"
        if len(unended) != (clock["paused_at"] is not None):
            yield f"clock {clock['id']} is paused at {clock['paused_at']}, its ledger says {unended}"
        questions = [pause for pause in ledger if pause["reason"] == "question" and pause["counted"]]
        if len(questions) > 2:
            yield f"clock {clock['id']} counts {len(questions)} questions"
        for before, after in pairwise(ledger):
            if after["started_at"] < before["ended_at"]:
                yield f"clock {clock['id']}: two pauses at once"


def who_holds_may_see(register: Register) -> Iterator[str]:
    above = {unit["id"]: set(unit["ancestry"]) for unit in register["organizations_unit"]}
    accused = register.by_report("reports_conflict")
    for report in register.reports:
        if above[report["holder_id"]] & {row["unit_id"] for row in accused[report["id"]]}:
            yield f"report {report['id']} is held by whom it accuses"


# Law 3 ---------------------------------------------------------------------------------------------------------------


def an_offer_stands_while_it_is_asked(register: Register) -> Iterator[str]:
    offers, clocks = register.by_report("routing_transferoffer"), register.by_report("clocks_clock")
    for report in register.reports:
        asked = [offer for offer in offers[report["id"]] if not offer["decision"]]
        ringing = {clock["kind"] for clock in clocks[report["id"]] if runs(clock)}
        if report["state"] == OFFERED and len(asked) != 1:
            yield f"report {report['id']} is offered, with {len(asked)} open offers"
        if report["state"] == OFFERED and len(ringing & {Kind.TRANSFER_DECISION, Kind.ARBITRATION}) != 1:
            yield f"report {report['id']} is offered, and of asking and deciding runs {ringing}"
        if report["state"] == OFFERED and (report["arbiter_id"] is not None) != (Kind.ARBITRATION in ringing):
            yield f"report {report['id']}: arbiter {report['arbiter_id']}, clocks {ringing}"
        if is_open(report) and report["state"] != OFFERED and (asked or report["arbiter_id"]):
            yield f"report {report['id']} in {report['state']} still has an open offer or an arbiter"


def not_ours_names_its_ground(register: Register) -> Iterator[str]:
    for offer in register["routing_transferoffer"]:
        if not offer["ground"]:
            yield f"offer {offer['id']} has no ground"
    for event in register.events:
        if event["verb"] in {"offer", "refuse_transfer", "arbitrate", "send_back"} and not event["note"]:
            yield f"{event['verb']} of report {event['report_id']} has no ground"


def after_two_asked_the_superior_decides(register: Register) -> Iterator[str]:
    for report_id, events in register.by_report("reports_event").items():
        asked = refused = 0
        decides = False
        for event in events:
            if event["from_state"] not in {OFFERED, State.MERGED} and event["verb"] == "offer":
                asked, refused, decides = 0, 0, False
            asked += event["verb"] in {"offer", "offer_on"}
            decides = decides or event["verb"] == "call_arbiter"
            refused += event["verb"] == "refuse_transfer"
            if event["verb"] == "offer_on" and (asked > HOP_LIMIT or decides):
                yield f"report {report_id} was offered to a unit more than {HOP_LIMIT} times in a row"
        if refused >= HOP_LIMIT and not decides:
            yield f"report {report_id}: {refused} refusals, and no superior was called"


def the_citizens_clock_never_resets(register: Register) -> Iterator[str]:
    verbs: dict[tuple[Any, Any], set[str]] = {}
    for event in register.events:
        verbs.setdefault((event["report_id"], event["at"]), set()).add(event["verb"])
    for clock in register.clocks:
        if clock["kind"] != Kind.RESOLVE:
            continue
        if clock["stopped_by"] not in END_OF_RESOLVE | {""}:
            yield f"the settlement clock of report {clock['report_id']} was stopped by {clock['stopped_by']}"
        if not verbs.get((clock["report_id"], clock["started_at"]), set()) & START_OF_RESOLVE:
            yield f"the settlement clock of report {clock['report_id']} was started by none of its rows"


# Law 4 ---------------------------------------------------------------------------------------------------------------


def an_acknowledgement_stops_nothing(register: Register) -> Iterator[str]:
    for clock in register.clocks:
        renewed = (clock["stopped_by"], clock["kind"]) == (
            "submit",
            Kind.APPROVAL,
        )  # a new draft, a new day for the head
        if clock["stopped_by"] in STOP_NOTHING and not renewed:
            yield f"clock {clock['kind']} was stopped by {clock['stopped_by']}"
    for pause in register["clocks_pause"]:
        if pause["reason"] not in {"ask", "question", "resolve", "merge"}:
            yield f"a clock was paused by {pause['reason']}"


def a_resolution_brings_its_evidence(register: Register) -> Iterator[str]:
    answers = {answer["event_id"]: answer for answer in register["followup_followup"] if answer["event_id"]}
    files = {file["id"]: file for file in register["reports_attachment"]}
    shown: dict[int, list[Row]] = {}
    for proof in register["followup_evidence"]:
        shown.setdefault(proof["follow_up_id"], []).append(proof)
    for event in register.events:
        answer = answers.get(event["id"])
        if event["verb"] not in {"resolve", "progress", "acknowledge"}:
            continue
        if answer is None or answer["is_draft"]:
            yield f"{event['verb']} of report {event['report_id']} has no answer behind it"
            continue
        if answer["verdict"] == "canned" and not answer["appeal"]:
            yield f"{event['verb']} of report {event['report_id']} is a canned reply"
        if event["verb"] == "resolve":
            brought = _brought(answer, shown.get(answer["id"], []), files)
            yield from (
                f"resolution of report {event['report_id']} lacks {lack.code}"
                for lack in evidence.missing(answer["outcome"], answer["kind"], brought)
            )


def _brought(answer: Row, proofs: list[Row], files: dict[int, Row]) -> dict[str, Any]:
    """What the evidence rule asks about, from what was kept. A plan was made before its day."""

    def photos(part: str) -> list[evidence.Photo]:
        kept = [files[proof["attachment_id"]] for proof in proofs if proof["part"] == part]
        return [
            evidence.Photo(taken_on=file["taken_at"] and file["taken_at"].date(), place=file["place"]) for file in kept
        ]

    parts = {"photos_before": photos(Evidence.Part.BEFORE), "photos_after": photos(Evidence.Part.AFTER)}
    return answer | parts | {"today": answer["planned_for"] and answer["planned_for"] - timedelta(days=1)}


# Law 5 ---------------------------------------------------------------------------------------------------------------


def three_finishes_apart(register: Register) -> Iterator[str]:
    events = register.by_report("reports_event")
    for report in register.reports:
        if (report["state"] == State.RESOLVED) != bool(report["finish"]):
            yield f"report {report['id']} in {report['state']} is finished as {report['finish']!r}"
        ended = [event["verb"] for event in events[report["id"]] if event["to_state"] != event["from_state"]][-1]
        if report["state"] == State.RESOLVED and report["finish"] != FINISHES.get(ended):
            yield f"report {report['id']} was ended by {ended} and counts as {report['finish']}"
        if (report["decided_at"] is None) != is_open(report):
            yield f"report {report['id']} in {report['state']} was decided at {report['decided_at']}"


def an_objection_reopens(register: Register) -> Iterator[str]:
    objected: dict[int, int] = {}
    for event in register.events:
        if event["verb"] == "object":
            objected[event["report_id"]] = objected.get(event["report_id"], 0) + 1
            if event["to_state"] != State.IN_PROGRESS:
                yield f"report {event['report_id']}: an objection led to {event['to_state']}"
    for report in register.reports:
        if report["objections"] != objected.get(report["id"], 0):
            yield f"report {report['id']} counts {report['objections']} objections"


# Law 6 ---------------------------------------------------------------------------------------------------------------


def what_is_protected_lies_sealed(register: Register) -> Iterator[str]:
    copies, words = register.by_report("reports_publiccopy"), register.by_report("reports_reporttext")
    for report in register.reports:
        if not (report["is_confidential"] or report["class"] == "WHISTLEBLOWING"):
            continue
        if copies[report["id"]]:
            yield f"report {report['id']} is protected and published"
        if any(text["body"] or text["title"] or text["requested_remedy"] for text in words[report["id"]]):
            yield f"report {report['id']} is protected and lies open"
        if any(file["is_public"] for file in register["reports_attachment"] if file["report_id"] == report["id"]):
            yield f"report {report['id']} is protected and shows a file"


def each_report_weighs_as_many_as_it_carries(register: Register) -> Iterator[str]:
    parents = [report["parent_id"] for report in register.reports if report["state"] == State.MERGED]
    for report in register.reports:
        if report["weight"] != 1 + parents.count(report["id"]):
            yield f"report {report['id']} weighs {report['weight']} and carries {parents.count(report['id'])}"
        if report["id"] in parents and report["parent_id"]:
            yield f"report {report['id']} carries others and was merged itself"


ALWAYS: tuple[Callable[[Register], Iterator[str]], ...] = (
    each_report_keeps_its_words,
    the_last_entry_says_what_the_report_is,
    each_entry_goes_on_where_the_last_ended,
    only_rows_of_the_timetable_moved_it,
    exactly_one_holder,
    every_open_report_has_a_clock,
    each_report_weighs_as_many_as_it_carries,
    no_duty_outlives_its_report,
    every_clock_has_an_owner_and_its_pauses,
    who_holds_may_see,
    an_offer_stands_while_it_is_asked,
    not_ours_names_its_ground,
    after_two_asked_the_superior_decides,
    the_citizens_clock_never_resets,
    an_acknowledgement_stops_nothing,
    a_resolution_brings_its_evidence,
    three_finishes_apart,
    an_objection_reopens,
    what_is_protected_lies_sealed,
)


# From one instant to the next ----------------------------------------------------------------------------------------


def no_report_is_lost(before: Register, after: Register) -> Iterator[str]:
    known = {(row["id"], row["number"]) for row in after.reports}
    for row in before.reports:
        if (row["id"], row["number"]) not in known:
            yield f"report {row['number']} is gone"


def history_only_grows(before: Register, after: Register) -> Iterator[str]:
    if after.events[: len(before.events)] != before.events:
        yield "an entry of the history was changed or deleted"


def no_deadline_moves_earlier(before: Register, after: Register) -> Iterator[str]:
    was = {clock["id"]: clock for clock in before.clocks}
    for clock in after.clocks:
        old = was.get(clock["id"])
        if old and clock["due_at"] < old["due_at"]:
            yield f"{clock['kind']} of report {clock['report_id']} moved from {old['due_at']} to {clock['due_at']}"
        if old and (clock["started_at"] != old["started_at"] or clock["fired"] < old["fired"]):
            yield f"{clock['kind']} of report {clock['report_id']} began anew"
        if old and old["stopped_at"] and clock != old | {"owner_id": clock["owner_id"]}:
            yield f"{clock['kind']} of report {clock['report_id']} was stopped and changed"


def protection_is_never_lowered(before: Register, after: Register) -> Iterator[str]:
    was = {report["id"]: report for report in before.reports}
    for report in after.reports:
        old = was.get(report["id"])
        for flag in ("is_anonymous", "is_confidential"):
            if old and old[flag] and not report[flag]:
                yield f"report {report['id']} is no longer {flag}"


BETWEEN: tuple[Callable[[Register, Register], Iterator[str]], ...] = (
    no_report_is_lost,
    history_only_grows,
    no_deadline_moves_earlier,
    protection_is_never_lowered,
)
