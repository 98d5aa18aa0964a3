"""What officers read: roles, states and each thing that can happen to a report, in plain words with icon and tone."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tuntas.disclosure.models import Finding
from tuntas.followup.kinds import Outcome
from tuntas.kernel.numbers import spell_number
from tuntas.organizations.models import Appointment, Category, Role, Unit
from tuntas.reports.codes import archive_reasons
from tuntas.reports.models import Event
from tuntas.reports.states import State

Words = Any  # str, or a lazy translation of one


class Sign(NamedTuple):
    """How a state or an event looks. icon: of web/assets/icons.txt; tone: waiting, working, done, late or closed."""

    icon: str
    tone: str


class Told(NamedTuple):
    """One kind of event: how it looks, and its sentence, which may name facts of the event."""

    icon: str
    tone: str
    sentence: Words


CAN_DO: Mapping[str, Words] = {
    Role.NATIONAL_ADMIN: _("Checks reports that name no agency, passes them on, and decides appeals."),
    Role.AGENCY_ADMIN: _("Checks the agency's new reports and hands them to the office that acts."),
    Role.LIAISON_OFFICER: _("Answers the reports of one office, with proof, or offers them to the right owner."),
    Role.FIELD_OFFICER: _("Does the work on the spot and adds notes and photos."),
    Role.UNIT_HEAD: _("Approves answers, sends drafts back, and takes the second look after an objection."),
    Role.SUPERVISOR: _("Watches the agencies of an area: what is open, what is late, how it ended."),
    Role.CUSTODIAN: _(
        "Decides whether an identity may be opened when another agency asks, and reads nothing else of the report."
    ),
}

STATES: Mapping[str, Sign] = {
    State.AWAITING_VERIFICATION: Sign("circle-dot", "waiting"),
    State.PENDING_INFO: Sign("circle-help", "waiting"),
    State.AWAITING_DISPOSITION: Sign("inbox", "waiting"),
    State.AWAITING_FOLLOW_UP: Sign("inbox", "waiting"),
    State.TRANSFER_REQUESTED: Sign("share-2", "waiting"),
    State.IN_PROGRESS: Sign("wrench", "working"),
    State.AWAITING_REPORTER: Sign("message-square", "waiting"),
    State.RESOLUTION_PROPOSED: Sign("check", "working"),
    State.RESOLVED: Sign("check-check", "done"),
    State.ARCHIVED: Sign("archive", "closed"),
    State.MERGED: Sign("link", "closed"),
    State.WITHDRAWN: Sign("undo-2", "closed"),
    State.REFERRED_EXTERNAL: Sign("external-link", "closed"),
}

EVENTS: Mapping[str, Told] = {
    "receive": Told("inbox", "waiting", _("The report came in.")),
    "receive_paper": Told("file-text", "waiting", _("The report came in on paper.")),
    "receive_old": Told("file-text", "closed", _("It stood in the old register.")),
    "import_state": Told("archive", "closed", _("Its state comes from the old register.")),
    "take_over": Told("building-2", "working", _("Taken over from the old register, with a fair time limit.")),
    "verify": Told("check", "working", _("Checked. It is for %(target)s.")),
    "ask": Told("circle-help", "waiting", _("The reporter was asked for what is missing.")),
    "complete": Told("reply", "working", _("The reporter added what was missing.")),
    "complete_for": Told("reply", "working", _("An officer wrote down what was missing.")),
    "give_up": Told("archive", "closed", _("Archived: the missing details did not come in time.")),
    "dispose": Told("arrow-right", "working", _("Handed to %(lead)s.")),
    "offer": Told("share-2", "waiting", _("Not theirs, they say. Proposed owner: %(proposed)s.")),
    "accept_transfer": Told("check", "working", _("%(owner)s has taken it over.")),
    "lapse_transfer": Told("clock", "working", _("No answer in time counts as yes: %(owner)s has it now.")),
    "refuse_transfer": Told("ban", "waiting", _("The transfer was refused.")),
    "offer_on": Told("share-2", "waiting", _("Offered on to %(proposed)s.")),
    "call_arbiter": Told("gavel", "waiting", _("%(arbiter)s must decide who owns it.")),
    "arbitrate": Told("gavel", "working", _("Decided: it belongs to %(owner)s.")),
    "send_back": Told("gavel", "working", _("Decided: it stays with %(owner)s.")),
    "acknowledge": Told("message-square", "closed", _("An acknowledgement was sent. It stops no clock.")),
    "progress": Told("wrench", "working", _("Progress was reported.")),
    "question": Told("circle-help", "waiting", _("The reporter was asked a question.")),
    "reply": Told("reply", "working", _("The reporter answered.")),
    "reply_lapse": Told("clock", "working", _("The reporter did not answer in time. Work goes on.")),
    "submit": Told("file-text", "waiting", _("A draft answer went to the head for approval.")),
    "return_draft": Told("undo-2", "waiting", _("The head sent the draft back.")),
    "resolve": Told("circle-check", "working", _("Answered: %(outcome)s.")),
    "accept": Told("thumbs-up", "done", _("The reporter says it is solved.")),
    "lapse": Told("clock", "done", _("Finished: the reporter was silent until the end of the time limit.")),
    "close": Told("circle-check", "done", _("Finished by an administrator.")),
    "object": Told("thumbs-down", "late", _("The reporter says it is not solved.")),
    "thank": Told("thumbs-up", "done", _("The reporter says thank you.")),
    "reopen": Told("rotate-ccw", "late", _("The reporter opened it again.")),
    "order_reopening": Told("rotate-ccw", "late", _("A superior opened it again.")),
    "promise_returns": Told("calendar", "waiting", _("The promised date has come. The report is back.")),
    "propose_archive": Told(
        "archive", "waiting", _("Proposed for archiving: %(archive_reason)s. A second officer must confirm.")
    ),
    "archive": Told("archive", "closed", _("Archived: %(archive_reason)s.")),
    "merge": Told("link", "closed", _("Merged into report %(parent)s.")),
    "unmerge": Told("link", "waiting", _("Separated again from the other report.")),
    "withdraw": Told("undo-2", "closed", _("The reporter took it back.")),
    "leave": Told("log-out", "waiting", _("The reporter left the case. It stays open.")),
    "refer": Told("external-link", "closed", _("Referred elsewhere: %(signpost)s.")),
    "escalate": Told("bell", "late", _("The superior was told.")),
    "ask_about_data": Told("file-text", "waiting", _("The reporter asked something about their data.")),
    "send_own_data": Told("send", "closed", _("The reporter had the vault write to them what it holds of them.")),
    "decide_about_data": Told("gavel", "done", _("It was decided what the reporter asked about their data.")),
    "correct_contact": Told("pencil", "done", _("The reporter corrected their contact in the vault.")),
    "place_hold": Told("lock", "waiting", _("A legal hold was placed: nothing is erased while it stands.")),
    "release_hold": Told("lock-open", "closed", _("The legal hold was released: the usual terms apply again.")),
    "erase_content": Told("trash-2", "closed", _("What the reporter wrote was erased by law.")),
    "protect": Told("shield-check", "closed", _("Protection was raised.")),
    "name_accused": Told("eye-off", "closed", _("Noted whom it is about. They do not see it.")),
    "pass_up": Told("share-2", "waiting", _("Moved to %(owner)s: it is about somebody where it lay.")),
    "take_away": Told("share-2", "waiting", _("Taken over by %(owner)s: it is about somebody where it lay.")),
    "appeal": Told("flag", "waiting", _("The reporter appeals.")),
    "uphold": Told("gavel", "closed", _("The appeal was refused.")),
    "revive": Told("rotate-ccw", "waiting", _("Taken back into the queue.")),
    "revive_own": Told("rotate-ccw", "waiting", _("The reporter brought it back to life.")),
    "add_details": Told("plus", "closed", _("The reporter added details.")),
    "message_reporter": Told("message-square", "closed", _("A message was sent to the reporter. It stops no clock.")),
    "message_office": Told("message-square", "waiting", _("The reporter wrote a message.")),
    "destroy_code": Told("lock", "closed", _("The reporter destroyed the secret code: messages are read no more.")),
    "answer_by_letter": Told("reply", "working", _("%(office)s answered by letter. It stops no clock.")),
    "ask_identity": Told("key-round", "waiting", _("%(asker)s asks to know who the reporter is.")),
    "withdraw_identity": Told("undo-2", "closed", _("%(asker)s took the request for the identity back.")),
    "grant_identity": Told("lock-open", "late", _("%(custodian)s lets %(asker)s see who the reporter is.")),
    "refuse_identity": Told("ban", "closed", _("%(custodian)s refused: the identity stays closed.")),
    "lapse_identity": Told("clock", "closed", _("The request for the identity lapsed: nobody decided in time.")),
    "emergency_identity": Told("siren", "late", _("%(asker)s opened the identity in an emergency.")),
    "review_identity": Told("gavel", "closed", _("%(custodian)s reviewed the emergency: %(finding)s.")),
    "open_identity": Told("eye", "late", _("%(asker)s saw who the reporter is. The reporter was told.")),
    "close_identity": Told("lock", "closed", _("The time to see the identity is over.")),
    "connect": Told("building-2", "working", _("%(target)s has joined the register and holds it now.")),
    "assign": Told("user", "working", _("%(assignee)s has the job now.")),
    "release": Told("undo-2", "closed", _("Back in the pool of the office; %(assignee)s had the job.")),
    "discuss": Told("message-square", "closed", _("A remark among colleagues.")),
    "transcribe": Told("mic", "working", _("What is said in the recording was written down.")),
    "field_work": Told("camera", "working", _("Brought from the field: photos and a note for the office.")),
    "change_calendar": Told("calendar", "closed", _("The deadlines were computed anew: a day off was added.")),
}


def named(thing: Unit | Category) -> str:
    """The name in the language of the page; offices and categories without an English one keep their own."""
    return thing.name_en if thing.name_en and (get_language() or "id").startswith("en") else thing.name


def sentence_of(event: Event) -> Words:
    """What an event says, its facts filled in."""
    told = EVENTS.get(event.verb)
    return str(told.sentence) % _Facts(event) if told else event.verb


def sign_of(event: Event) -> Sign:
    told = EVENTS.get(event.verb)
    return Sign(told.icon, told.tone) if told else Sign("circle", "closed")


def reason_name(code: str) -> Words:
    known = archive_reasons().get(code)
    return known.name if known else code


def officer_in(appointment: int) -> Words:
    """The name of who holds or held an appointment."""
    found = Appointment.objects.filter(pk=appointment).values_list("officer__name", flat=True).first()
    return found or _("unknown")


# Facts that hold a code, and how to say it.
_CODES: Mapping[str, Callable[[str], Words]] = {
    "archive_reason": reason_name,
    "outcome": lambda code: Outcome(code).label if code in Outcome.values else code,
    "parent": spell_number,
    "assignee": lambda code: officer_in(int(code)),
    "finding": lambda code: Finding(code).label if code in Finding.values else code,
}


class _Facts(dict[str, str]):
    """Facts of an event as words: codes become their names, and what is not there becomes a dash."""

    def __init__(self, event: Event) -> None:
        super().__init__({name: str(value) for name, value in event.facts.items() if value not in (None, "")})
        for name, read in _CODES.items():
            if name in self:
                self[name] = str(read(self[name]))

    def __missing__(self, _name: str) -> str:
        return str(_("unknown"))
