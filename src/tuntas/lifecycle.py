"""THE TIMETABLE: the whole life of a report. Nothing else moves one.

Rows T1-T24 are handbook 3.3; rows marked `+` are those that design 3b adds. Read a row across: what happens,
from which state to which, who may do it and from which place in the tree, what must come with it, who holds the
report afterwards, what the clocks do, who is told, and who may read the entry. A word that is not known stops
the program when it starts. docs/life-of-a-report.md is made from these rows.

by      roles of handbook 1.2; `reporter` has proved the secret code; `system` is the clockwork.
place   holder: the actor's unit is the holder or above it by the parent edge. proposed: the same of the unit that
        was asked to take over. arbiter: the same of the unit that decides. part: the same of a unit that has a part now. watched: the actor's unit supervises the
        agency. own: this reporter's report. any: no question of place.
to      `same` stays; `back` returns to where the report stood before the offer or the merge; `given` is the state
        that an old register shows.
holder  the fact that becomes the holder; blank leaves it.
starts  `kind`, `kind=other` (shares the other's limit), `kind:stage` (another policy), `kind+` (a new one though one runs).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import Actor
from tuntas.clocks import following
from tuntas.clocks.models import Kind
from tuntas.kernel.numbers import refuse_codes
from tuntas.kernel.refusals import Incomplete, NotYours, OutOfTurn
from tuntas.notices import telling
from tuntas.organizations.models import Role, Supervision, Unit
from tuntas.reports import history
from tuntas.reports.models import Audience, Event, Report
from tuntas.reports.states import FINAL, Party, State

TIMETABLE = """
no  | what             | from                                       | to                    | by                                                  | place    | needs                              | holder   | stops                           | starts                       | pauses  | resumes | tells                     | read by
T1  | receive          | new                                        | AWAITING_VERIFICATION | system                                              | any      | body                               |          |                                 | verify                       |         |         | reporter holder           | PUBLIC
T2  | receive_paper    | new                                        | AWAITING_VERIFICATION | system                                              | any      | body lodged_at                     |          |                                 | verify                       |         |         | reporter holder           | PUBLIC
T3  | verify           | AWAITING_VERIFICATION                      | AWAITING_DISPOSITION  | NATIONAL_ADMIN AGENCY_ADMIN                         | holder   | class category target              | target   | verify                          | dispose=verify               |         |         | reporter holder           | PUBLIC
T4  | ask              | AWAITING_VERIFICATION                      | PENDING_INFO          | NATIONAL_ADMIN AGENCY_ADMIN                         | holder   | missing                            |          |                                 | reporter_window              | verify  |         | reporter                  | REPORTER
T5  | complete         | PENDING_INFO                               | AWAITING_VERIFICATION | REPORTER                                            | own      | answer                             |          | reporter_window                 |                              |         | verify  | holder                    | REPORTER
+   | complete_for     | PENDING_INFO                               | AWAITING_VERIFICATION | NATIONAL_ADMIN AGENCY_ADMIN                         | holder   | answer                             |          | reporter_window                 | verify                       |         | verify  | reporter                  | REPORTER
T6  | give_up          | PENDING_INFO                               | ARCHIVED              | SYSTEM                                              | any      | archive_reason                     |          | *                               | revive_window                |         |         | reporter                  | REPORTER
T7  | dispose          | AWAITING_DISPOSITION                       | AWAITING_FOLLOW_UP    | NATIONAL_ADMIN AGENCY_ADMIN                         | holder   | lead                               | lead     | dispose                         | first_response resolve       |         |         | reporter holder           | PUBLIC
T8  | offer            | AWAITING_DISPOSITION AWAITING_FOLLOW_UP    | TRANSFER_REQUESTED    | AGENCY_ADMIN LIAISON_OFFICER                        | holder   | ground                             |          |                                 | transfer_decision            |         |         | reporter proposed         | PUBLIC
T9  | accept_transfer  | TRANSFER_REQUESTED                         | AWAITING_DISPOSITION  | AGENCY_ADMIN LIAISON_OFFICER NATIONAL_ADMIN         | proposed | owner                              | owner    | transfer_decision arbitration dispose first_response approval second_look | dispose:dispose_transferred | | | reporter holder former | PUBLIC
T9  | lapse_transfer   | TRANSFER_REQUESTED                         | AWAITING_DISPOSITION  | SYSTEM                                              | any      | owner                              | owner    | transfer_decision arbitration dispose first_response approval second_look | dispose:dispose_transferred | | | reporter holder former | PUBLIC
T10 | refuse_transfer  | TRANSFER_REQUESTED                         | TRANSFER_REQUESTED    | AGENCY_ADMIN LIAISON_OFFICER                        | proposed | ground                             |          |                                 |                              |         |         | reporter holder           | PUBLIC
+   | offer_on         | TRANSFER_REQUESTED                         | TRANSFER_REQUESTED    | AGENCY_ADMIN LIAISON_OFFICER SYSTEM                 | proposed | ground                             |          | transfer_decision               | transfer_decision            |         |         | reporter proposed         | PUBLIC
+   | call_arbiter     | TRANSFER_REQUESTED                         | TRANSFER_REQUESTED    | SYSTEM                                              | any      | arbiter                            |          | transfer_decision arbitration   | arbitration                  |         |         | reporter arbiter holder   | PUBLIC
T9  | arbitrate        | TRANSFER_REQUESTED                         | AWAITING_DISPOSITION  | NATIONAL_ADMIN AGENCY_ADMIN UNIT_HEAD SUPERVISOR    | arbiter  | owner ground                       | owner    | transfer_decision arbitration dispose first_response approval second_look | dispose:dispose_transferred | | | reporter holder former | PUBLIC
T10 | send_back        | TRANSFER_REQUESTED                         | back                  | NATIONAL_ADMIN AGENCY_ADMIN UNIT_HEAD SUPERVISOR    | arbiter  | ground                             |          | arbitration transfer_decision   |                              |         |         | reporter holder           | PUBLIC
+   | acknowledge      | AWAITING_DISPOSITION AWAITING_FOLLOW_UP TRANSFER_REQUESTED IN_PROGRESS | same | LIAISON_OFFICER AGENCY_ADMIN UNIT_HEAD FIELD_OFFICER NATIONAL_ADMIN | holder | answer |                     |                                 |                              |         |         | reporter                  | PUBLIC
T11 | progress         | AWAITING_FOLLOW_UP IN_PROGRESS             | IN_PROGRESS           | LIAISON_OFFICER AGENCY_ADMIN UNIT_HEAD FIELD_OFFICER | holder  | answer substance                   |          | first_response                  |                              |         |         | reporter                  | PUBLIC
T12 | question         | IN_PROGRESS                                | AWAITING_REPORTER     | LIAISON_OFFICER AGENCY_ADMIN UNIT_HEAD              | holder   | answer                             |          |                                 | reporter_window              | resolve approval second_look |  | reporter        | REPORTER
T13 | reply            | AWAITING_REPORTER                          | IN_PROGRESS           | REPORTER                                            | own      | answer                             |          | reporter_window                 |                              |         | resolve approval second_look | holder | REPORTER
T13 | reply_lapse      | AWAITING_REPORTER                          | IN_PROGRESS           | SYSTEM                                              | any      |                                    |          | reporter_window                 |                              |         | resolve approval second_look | reporter holder | REPORTER
+   | submit           | AWAITING_FOLLOW_UP IN_PROGRESS             | same                  | LIAISON_OFFICER AGENCY_ADMIN                        | holder   | answer                             |          |                                 | approval+                    |         |         | head                      | HANDLERS
+   | return_draft     | AWAITING_FOLLOW_UP IN_PROGRESS             | same                  | UNIT_HEAD                                           | holder   | reason                             |          | approval                        |                              |         |         | holder                    | HANDLERS
T14 | resolve          | AWAITING_FOLLOW_UP IN_PROGRESS             | RESOLUTION_PROPOSED   | LIAISON_OFFICER AGENCY_ADMIN UNIT_HEAD              | holder   | answer outcome evidence substance approval |  | first_response approval second_look promise | reporter_reply  | resolve |         | reporter                  | PUBLIC
T15 | accept           | RESOLUTION_PROPOSED                        | RESOLVED              | REPORTER                                            | own      |                                    |          | reporter_reply resolve          | reopen_window                |         |         | holder                    | PUBLIC
T15 | lapse            | RESOLUTION_PROPOSED                        | RESOLVED              | SYSTEM                                              | any      |                                    |          | reporter_reply resolve          | reopen_window                |         |         | reporter holder           | PUBLIC
T15 | close            | RESOLUTION_PROPOSED                        | RESOLVED              | NATIONAL_ADMIN                                      | holder   | reason                             |          | reporter_reply resolve          | reopen_window                |         |         | reporter holder           | PUBLIC
T16 | object           | RESOLUTION_PROPOSED                        | IN_PROGRESS           | REPORTER                                            | own      | reason                             |          | reporter_reply promise          | second_look                  |         | resolve | head holder               | PUBLIC
T17 | reopen           | RESOLVED                                   | AWAITING_FOLLOW_UP    | REPORTER                                            | own      | reason window                      |          | reopen_window promise           | first_response resolve       |         |         | holder head               | PUBLIC
T17 | order_reopening  | RESOLVED                                   | AWAITING_FOLLOW_UP    | SUPERVISOR NATIONAL_ADMIN                           | watched  | reason                             |          | reopen_window promise           | first_response resolve       |         |         | reporter holder head      | PUBLIC
+   | thank            | RESOLVED                                   | same                  | REPORTER                                            | own      | answer                             |          |                                 |                              |         |         | holder answerer           | REPORTER
+   | promise_returns  | IN_PROGRESS AWAITING_REPORTER RESOLUTION_PROPOSED RESOLVED | AWAITING_FOLLOW_UP | SYSTEM                               | any      |                                    |          | promise reporter_window reporter_reply reopen_window | first_response resolve | | resolve approval second_look | reporter holder | PUBLIC
+   | propose_archive  | AWAITING_VERIFICATION                      | same                  | AGENCY_ADMIN                                        | holder   | archive_reason explanation         |          |                                 |                              |         |         | holder                    | HANDLERS
T18 | archive          | AWAITING_VERIFICATION                      | ARCHIVED              | NATIONAL_ADMIN AGENCY_ADMIN                         | holder   | archive_reason explanation second_person |    | *                               | appeal_window                |         |         | reporter                  | REPORTER
T19 | merge            | open                                       | MERGED                | NATIONAL_ADMIN AGENCY_ADMIN                         | holder   | parent                             |          |                                 |                              | *       |         | reporter                  | REPORTER
+   | unmerge          | MERGED                                     | back                  | NATIONAL_ADMIN AGENCY_ADMIN                         | holder   | reason                             |          |                                 |                              |         | *       | reporter holder           | REPORTER
T20 | withdraw         | open                                       | WITHDRAWN             | REPORTER                                            | own      | may_withdraw                       |          | *                               |                              |         |         | holder                    | PUBLIC
T20 | leave            | open                                       | same                  | REPORTER                                            | own      |                                    |          |                                 |                              |         |         | holder                    | REPORTER
T21 | refer            | AWAITING_VERIFICATION                      | REFERRED_EXTERNAL     | NATIONAL_ADMIN AGENCY_ADMIN                         | holder   | signpost explanation               |          | *                               | appeal_window                |         |         | reporter                  | REPORTER
T22 | escalate         | open                                       | same                  | SYSTEM REPORTER SUPERVISOR                          | any      | reason                             |          |                                 |                              |         |         | superior holder reporter  | PUBLIC
T23 | protect          | any                                        | same                  | REPORTER NATIONAL_ADMIN AGENCY_ADMIN                | holder   | protection reason                  |          |                                 |                              |         |         | reporter                  | REPORTER
+   | name_accused     | any                                        | same                  | REPORTER NATIONAL_ADMIN AGENCY_ADMIN                | holder   | accused reason                     |          |                                 |                              |         |         | reporter                  | REPORTER
+   | pass_up          | AWAITING_VERIFICATION PENDING_INFO RESOLVED ARCHIVED WITHDRAWN REFERRED_EXTERNAL MERGED | same                  | SYSTEM                                              | any      | owner                              | owner    |                                 |                              |         |         | reporter holder           | REPORTER
+   | take_away        | AWAITING_DISPOSITION AWAITING_FOLLOW_UP TRANSFER_REQUESTED IN_PROGRESS AWAITING_REPORTER RESOLUTION_PROPOSED | AWAITING_DISPOSITION  | SYSTEM                                              | any      | owner                              | owner    | transfer_decision arbitration dispose first_response approval second_look reporter_window reporter_reply promise | dispose:dispose_transferred  |         | resolve | reporter holder           | REPORTER
+   | appeal           | ARCHIVED REFERRED_EXTERNAL                 | same                  | REPORTER                                            | own      | reason window                      |          | appeal_window                   | appeal_decision              |         |         | national                  | REPORTER
+   | uphold           | ARCHIVED REFERRED_EXTERNAL                 | same                  | NATIONAL_ADMIN                                      | any      | reason appealed                    |          | appeal_decision                 |                              |         |         | reporter                  | REPORTER
T24 | revive           | ARCHIVED REFERRED_EXTERNAL                 | AWAITING_VERIFICATION | NATIONAL_ADMIN SYSTEM                               | any      | reason appealed                    |          | *                               | verify                       |         |         | reporter holder           | REPORTER
T24 | revive_own       | ARCHIVED                                   | AWAITING_VERIFICATION | REPORTER                                            | own      | answer window                      |          | *                               | verify                       |         |         | holder                    | REPORTER
+   | add_details      | open                                       | same                  | REPORTER                                            | own      | answer                             |          |                                 |                              |         |         | holder                    | REPORTER
+   | message_reporter | open                                       | same                  | NATIONAL_ADMIN AGENCY_ADMIN LIAISON_OFFICER UNIT_HEAD FIELD_OFFICER | holder | message              |          |                                 |                              |         |         | reporter                  | REPORTER
+   | message_office   | open                                       | same                  | REPORTER                                            | own      | message                            |          |                                 |                              |         |         | holder                    | REPORTER
+   | destroy_code     | any                                        | same                  | REPORTER                                            | own      |                                    |          |                                 |                              |         |         | holder                    | REPORTER
+   | answer_by_letter | open                                       | same                  | SYSTEM                                              | any      | answer                             |          |                                 |                              |         |         | holder                    | HANDLERS
+   | connect          | open                                       | same                  | SYSTEM                                              | any      | target                             | target   | approval                        | fair                         |         |         | reporter holder           | PUBLIC
+   | receive_old      | new                                        | AWAITING_VERIFICATION | system                                              | any      | body lodged_at                     |          |                                 |                              |         |         |                           | REPORTER
+   | import_state     | AWAITING_VERIFICATION                      | given                 | SYSTEM                                              | any      | old_state                          |          | *                               |                              |         |         |                           | REPORTER
+   | take_over        | open                                       | same                  | SYSTEM                                              | any      |                                    |          |                                 | fair                         |         |         |                           | PUBLIC
+   | ask_identity     | any                                        | same                  | LIAISON_OFFICER AGENCY_ADMIN UNIT_HEAD NATIONAL_ADMIN | holder | ground reason                     |          |                                 |                              |         |         | subject custodian         | REPORTER
+   | withdraw_identity | any                                       | same                  | LIAISON_OFFICER AGENCY_ADMIN UNIT_HEAD NATIONAL_ADMIN | holder |                                   |          |                                 |                              |         |         | subject custodian         | REPORTER
+   | grant_identity   | any                                        | same                  | CUSTODIAN                                           | any      | other_organization                 |          |                                 |                              |         |         | subject holder            | REPORTER
+   | refuse_identity  | any                                        | same                  | CUSTODIAN                                           | any      | other_organization reason          |          |                                 |                              |         |         | subject holder            | REPORTER
+   | lapse_identity   | any                                        | same                  | SYSTEM                                              | any      |                                    |          |                                 |                              |         |         | subject holder custodian  | REPORTER
+   | emergency_identity | any                                      | same                  | LIAISON_OFFICER AGENCY_ADMIN UNIT_HEAD NATIONAL_ADMIN | holder | reason                            |          |                                 |                              |         |         | subject custodian national | REPORTER
+   | review_identity  | any                                        | same                  | CUSTODIAN                                           | any      | other_organization reason          |          |                                 |                              |         |         | subject holder national   | REPORTER
+   | open_identity    | any                                        | same                  | SYSTEM                                              | any      |                                    |          |                                 |                              |         |         | subject custodian         | REPORTER
+   | close_identity   | any                                        | same                  | SYSTEM                                              | any      |                                    |          |                                 |                              |         |         | subject holder custodian  | REPORTER
+   | change_calendar  | any                                        | same                  | SYSTEM                                              | any      | reason                             |          |                                 |                              |         |         |                           | HANDLERS
+   | assign           | open                                       | same                  | NATIONAL_ADMIN AGENCY_ADMIN LIAISON_OFFICER UNIT_HEAD | holder   | assignee                           |          |                                 |                              |         |         | assignee                  | HANDLERS
+   | release          | open                                       | same                  | NATIONAL_ADMIN AGENCY_ADMIN LIAISON_OFFICER UNIT_HEAD FIELD_OFFICER | holder   |                                    |          |                                 |                              |         |         | assignee                  | HANDLERS
+   | discuss          | any                                        | same                  | NATIONAL_ADMIN AGENCY_ADMIN LIAISON_OFFICER UNIT_HEAD FIELD_OFFICER | part     | remark                             |          |                                 |                              |         |         | mentioned                 | HANDLERS
+   | transcribe       | open                                       | same                  | NATIONAL_ADMIN AGENCY_ADMIN LIAISON_OFFICER UNIT_HEAD FIELD_OFFICER | holder   | transcript recording               |          |                                 |                              |         |         | reporter                  | REPORTER
+   | field_work       | open                                       | same                  | AGENCY_ADMIN LIAISON_OFFICER UNIT_HEAD FIELD_OFFICER | holder   | work                               |          |                                 |                              |         |         | holder                    | HANDLERS
+   | ask_about_data   | any                                        | same                  | REPORTER                                            | own      | wish                               |          |                                 |                              |         |         | holder                    | REPORTER
+   | correct_contact  | any                                        | same                  | REPORTER                                            | own      | answer                             |          |                                 |                              |         |         | holder                    | REPORTER
+   | send_own_data    | any                                        | same                  | REPORTER                                            | own      |                                    |          |                                 |                              |         |         | subject holder            | REPORTER
+   | decide_about_data | any                                        | same                  | NATIONAL_ADMIN AGENCY_ADMIN                         | holder   | reason                             |          |                                 |                              |         |         | reporter                  | REPORTER
+   | place_hold       | any                                        | same                  | NATIONAL_ADMIN AGENCY_ADMIN                         | holder   | ground reason                      |          |                                 |                              |         |         | reporter                  | REPORTER
+   | release_hold     | any                                        | same                  | NATIONAL_ADMIN AGENCY_ADMIN                         | holder   | reason                             |          |                                 |                              |         |         | reporter                  | REPORTER
+   | erase_content    | any                                        | same                  | SYSTEM                                              | any      | reason                             |          |                                 |                              |         |         | reporter                  | REPORTER
"""

PLACES = frozenset({"holder", "proposed", "arbiter", "part", "watched", "own", "any"})
STAGES = frozenset({"dispose_transferred"})  # policies that are not named like the clock that they measure
AUDIENCES = frozenset(
    {
        "reporter", "holder", "former", "proposed", "arbiter", "head", "superior", "national", "subject", "custodian",
        "assignee", "mentioned", "answerer",
    }
)  # fmt: skip
BYSTANDERS = frozenset({"REPORTER", "SYSTEM"})
# What must come with a move, in words for the person who forgot it.
NEEDS: dict[str, Any] = {
    "body": _("Say what happened."),
    "lodged_at": _("Give the date on the paper form."),
    "class": _("Choose the class of the report."),
    "category": _("Choose a category."),
    "target": _("Choose the agency that should handle it."),
    "missing": _("Say in plain words what is missing."),
    "answer": _("Write your answer."),
    "message": _("Write your message."),
    "transcript": _("Write what is said in the recording."),
    "recording": _("The report needs a recording by the reporter."),
    "archive_reason": _("Choose the reason for archiving."),
    "explanation": _("Explain the decision to the reporter."),
    "lead": _("Choose the unit that takes the lead."),
    "ground": _("Name the legal ground."),
    "owner": _("Choose the unit that should own the report."),
    "arbiter": _("Name the superior that decides."),
    "outcome": _("Choose the outcome."),
    "evidence": _("Bring the evidence that this outcome needs."),
    "reason": _("Give the reason."),
    "parent": _("Choose the report that this one joins."),
    "signpost": _("Say where the person can turn to."),
    "protection": _("Choose the protection to raise."),
    "accused": _("Choose the office or the person that the report is about."),
    "substance": _("Say what was done, when, by whom and with what proof."),
    "approval": _("The head of the unit must approve this answer first."),
    "second_person": _("A second officer must confirm the archiving."),
    "window": _("The time for this has passed."),
    "appealed": _("There is no open appeal on this report."),
    "wish": _("Say what you ask for."),
    "old_state": _("Give the state that the old register shows."),
    "other_organization": _("The custodian of another organisation must decide, never the person who asks."),
    "assignee": _("Choose who gets the job."),
    "remark": _("Write what your colleagues should know."),
    "work": _("Write what you did, or add a photo."),
    "may_withdraw": _("A case under examination stays open; you can leave it instead."),
}


@dataclass(frozen=True, slots=True)
class Move:
    """One row of the timetable."""

    no: str
    name: str
    sources: frozenset[str]
    to: str
    by: frozenset[str]
    place: str
    needs: tuple[str, ...]
    holder: str
    stops: tuple[str, ...]
    starts: tuple[str, ...]
    pauses: tuple[str, ...]
    resumes: tuple[str, ...]
    tells: tuple[str, ...]
    audience: Audience


def _sources(words: str) -> frozenset[str]:
    groups = {"open": {s.value for s in State if s not in FINAL}, "any": set(State.values), "new": {""}}
    found: set[str] = set()
    for word in words.split():
        found |= groups[word] if word in groups else {State(word).value}
    return frozenset(found)


def _move(row: str) -> Move:
    no, name, sources, to, by, place, needs, holder, stops, starts, pauses, resumes, tells, audience = (
        cell.strip() for cell in row.split("|")
    )
    move = Move(
        no, name, _sources(sources), to, frozenset(word.upper() for word in by.split()), place, tuple(needs.split()),
        holder, tuple(stops.split()), tuple(starts.split()), tuple(pauses.split()), tuple(resumes.split()),
        tuple(tells.split()), Audience(audience),
    )  # fmt: skip
    _know(move)
    return move


def _know(move: Move) -> None:
    """Every word of a row is known, or the program does not start."""
    words = [word.rstrip("+") for word in move.starts]
    kinds = {kind for word in words for kind in word.partition(":")[0].split("=")}
    stages = {word.partition(":")[2] for word in words if ":" in word}
    clocks = kinds | {*move.stops, *move.pauses, *move.resumes} - {"*"}
    unknown = (
        ({move.to} - set(State.values) - {"same", "back", "given"})
        | (move.by - set(Role.values) - BYSTANDERS)
        | ({move.place} - PLACES)
        | (set(move.needs) - set(NEEDS))
        | ({move.holder} - ({"", "target", "lead", "owner"} & {"", *move.needs}))
        | (clocks - set(Kind.values) - {"fair"})
        | (stages - STAGES)
        | (set(move.tells) - AUDIENCES)
    )
    if unknown:
        raise ValueError(f"the timetable's row {move.name} has unknown words: {sorted(unknown)}")


def read(table: str) -> tuple[Move, ...]:
    """The rows of a timetable, in its order. Raises ValueError for an unknown word, and for a name that comes twice."""
    moves = tuple(_move(row) for row in table.strip().splitlines()[1:])
    names = [move.name for move in moves]
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"the timetable has two rows of the same name: {sorted(twice)}")
    return moves


LIFE: tuple[Move, ...] = read(TIMETABLE)
MOVES: Mapping[str, Move] = {move.name: move for move in LIFE}


@transaction.atomic
def advance(
    report: Report,
    name: str,
    *,
    by: Actor,
    at: datetime | None = None,
    note: str = "",
    brings: Mapping[str, Any] | None = None,
    facts: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None,
    seen: int | None = None,
) -> Event:
    """Move a report one step, or raise a Refusal and change nothing.

    Locks the report until the caller's transaction ends, and refreshes it in place.
    brings: what the row's `needs` asks for, by name; true-ish means it is there, and `target`, `lead` and `owner` are
    units. facts: plain words for the entry of the history. changes: other columns that this move settles.
    seen: the last event that the person's screen showed; a later one refuses the act instead of overwriting it.
    """
    move, brings = MOVES[name], dict(brings or {})
    refuse_codes(note)
    lock(report)
    check(move, report, by, brings, seen=seen)
    former, goes_to = report.holder, _target(move, report, brings)
    event = history.write(
        report,
        name,
        to=goes_to,
        by=by,
        at=at or timezone.now(),
        holder=cast(Unit, brings[move.holder]) if move.holder else former,
        audience=move.audience,
        note=note,
        facts=facts,
        changes=_settled(move, report, goes_to, dict(changes or {})),
    )
    following.follow(
        event,
        stops=move.stops,
        starts=move.starts,
        pauses=move.pauses,
        resumes=move.resumes,
        promised=brings.get("promised"),
    )
    telling.tell(event, move.tells, former=former)
    return event


def lock(report: Report) -> None:
    """Hold the report until the caller's transaction ends, and read it anew.

    A verb that decides by what the report says calls this first: what it read before may have changed meanwhile.
    """
    report.refresh_from_db(from_queryset=Report.objects.select_for_update(of=("self",)))


def check(move: Move, report: Report, by: Actor, brings: Mapping[str, Any], *, seen: int | None = None) -> None:
    """Raise the Refusal that stands against this move now, or return."""
    if report.state not in move.sources or (seen is not None and seen != report.last_event_id):
        raise OutOfTurn(
            _("This cannot be done now."),
            why=_("The report has moved on: it is now “%(state)s”.") % {"state": report.get_state_display()},
            instead=_("Read what happened, then decide again. What you typed is kept."),
        )
    if not may(move, report, by):
        raise NotYours(
            _("This is not yours to do."),
            why=_("Your role or your unit does not decide on this report at this point."),
            instead=_("The unit that holds it is “%(unit)s”.") % {"unit": report.holder.name},
        )
    lacking = [NEEDS[need] for need in move.needs if not brings.get(need)]
    if lacking:
        raise Incomplete(
            _("Something is missing."),
            why=" ".join(str(words) for words in lacking),
            instead=_("Add it and send again. What you typed is kept."),
        )
    if move.holder and report.is_about(cast(Unit, brings[move.holder])):
        raise Incomplete(
            _("This unit cannot take the report."),
            why=_("The report is about this unit, or about one above it, and they never see it."),
            instead=_("Choose a unit that the report is not about."),
        )


def may(move: Move, report: Report, by: Actor) -> bool:
    """Role and place in the tree, nothing else: state and needs are asked about separately."""
    if by.role not in move.by:
        return False
    if by.kind == "system":
        return True
    if by.kind == "reporter":
        return by.report == report.pk
    if move.place == "any":
        return by.kind == "officer"
    return _stands_above(by, report, move.place)


def _stands_above(by: Actor, report: Report, place: str) -> bool:
    """Whether the actor's unit is, or lies above, the unit that this place names."""
    unit_ids: list[int | None] = []
    if place == "holder":
        unit_ids = [report.holder_id]
    elif place == "proposed":
        unit_ids = [*report.units.filter(part=Party.PROPOSED, until=None).values_list("unit_id", flat=True)]
    elif place == "arbiter":
        unit_ids = [report.arbiter_id]
    elif place == "part":
        unit_ids = [*report.units.filter(until=None).values_list("unit_id", flat=True)]
    elif place == "watched" and by.role == Role.SUPERVISOR:
        above = Unit.objects.filter(pk=report.holder_id).values_list("ancestry", flat=True).first() or []
        return Supervision.objects.filter(supervisor=by.unit, supervised__in=above, valid_to=None).exists()
    elif place == "watched":
        unit_ids = [report.holder_id]
    return Unit.objects.filter(pk__in=[pk for pk in unit_ids if pk], ancestry__contains=[by.unit]).exists()


def open_moves(report: Report, by: Actor) -> list[Move]:
    """What this actor may do with this report now: the buttons of its page."""
    return [move for move in LIFE if report.state in move.sources and may(move, report, by)]


def _target(move: Move, report: Report, brings: Mapping[str, Any]) -> str:
    if move.to == "same":
        return report.state
    if move.to == "given":
        return State(brings["old_state"])
    return report.back_state if move.to == "back" else move.to


def _settled(move: Move, report: Report, goes_to: str, changes: dict[str, Any]) -> dict[str, Any]:
    """Columns that follow from the row itself."""
    if move.name in {"offer", "merge"}:
        changes["back_state"] = report.state
    if report.finish and goes_to != State.RESOLVED:
        changes["finish"] = ""
    if move.name in {"reopen", "order_reopening", "promise_returns"}:
        changes["is_reopened"] = True
    if move.name == "unmerge":
        changes["parent"] = None
    return changes
