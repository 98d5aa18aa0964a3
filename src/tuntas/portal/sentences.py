"""Every entry of a report's history in plain words: one for everybody, one for the reporter.

The keys are the verbs of the timetable, with the kind of actor behind them where it matters who did it. A test asks
for a sentence for every row that somebody outside may read. Placeholders: unit (who acted), holder (who has it
afterwards), other (the unit that the entry names), number (the report that it names).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tuntas.disclosure.models import Finding, Ground
from tuntas.identity.models import HoldGround
from tuntas.kernel.numbers import spell_number
from tuntas.organizations.models import Role
from tuntas.reports.models import Event
from tuntas.web import times


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """How one kind of entry is told. name: a short word for lists; quoted: the entry's note may be shown to the public.

    public is empty where the timetable lets only the reporter read the entry.
    other: the fact of the entry that names a unit. icon, tone: as web/_timeline.html wants them.
    """

    icon: str
    tone: str
    name: Any
    public: Any = ""
    reporter: Any = ""
    quoted: bool = False
    other: str = ""


def _own(icon: str, tone: str, name: Any, words: Any) -> Sentence:
    """An entry that the timetable lets the reporter alone read."""
    return Sentence(icon=icon, tone=tone, name=name, reporter=words)


SENTENCES: dict[str, Sentence] = {
    "receive": Sentence(
        icon="inbox", tone="done", name=_("Received"),
        public=_("The report was received."), reporter=_("We received your report."),
    ),
    "receive_paper": Sentence(
        icon="inbox", tone="done", name=_("Received on paper"),
        public=_("The report was received on paper."), reporter=_("We received your report on paper."),
    ),
    "receive_old": _own(
        "file-text", "closed", _("Received in the old register"), _("The report came from the old register.")
    ),
    "import_state": _own(
        "file-text", "closed", _("State in the old register"), _("The old register says where the report stands.")
    ),
    "take_over": Sentence(
        icon="file-text", tone="waiting", name=_("Taken over from the old register"),
        public=_("Taken over from the old register. %(holder)s gets a full new time limit."),
        reporter=_("Taken over from the old register. %(holder)s gets a full new time limit."),
    ),
    "verify": Sentence(
        icon="check", tone="done", name=_("Checked"),
        public=_("Checked and complete. It is now with %(holder)s."),
        reporter=_("Your report was checked and is complete. It is now with %(holder)s."),
    ),
    "ask": _own(
        "circle-help", "waiting", _("Details asked for"), _("%(unit)s needs something more from you.")
    ),
    "complete": Sentence(
        icon="reply", tone="done", name=_("Completed by the reporter"), reporter=_("You sent what was missing."),
    ),
    "complete_for": _own(
        "reply", "done", _("Completed by an officer"),
        _("An officer wrote down what you said. The report is checked again."),
    ),
    "transcribe": _own(
        "mic", "working", _("Recording written down"),
        _("%(unit)s wrote down what you said in the recording. Is it not what you said? Write to the office."),
    ),
    "give_up": _own(
        "archive", "closed", _("Archived for want of details"),
        _("What was missing did not come in time, so the report was archived. You can revive it."),
    ),
    "dispose": Sentence(
        icon="arrow-right", tone="done", name=_("Handed to the unit that leads"), other="lead",
        public=_("Handed to %(other)s, which now works on it."),
        reporter=_("Handed to %(other)s, which now works on it."),
    ),
    "offer": Sentence(
        icon="share-2", tone="waiting", name=_("Offered to another unit"), other="proposed", quoted=True,
        public=_("%(unit)s says that this belongs to %(other)s, and offered it there."),
        reporter=_("%(unit)s says that this belongs to %(other)s, and offered it there. You need not report again."),
    ),
    "accept_transfer": Sentence(
        icon="arrow-right", tone="done", name=_("Taken over"), other="owner",
        public=_("%(other)s took the report over."), reporter=_("%(other)s took the report over."),
    ),
    "lapse_transfer": Sentence(
        icon="arrow-right", tone="done", name=_("Taken over by silence"), other="owner",
        public=_("%(other)s did not answer in time, so the report is now theirs."),
        reporter=_("%(other)s did not answer in time, so the report is now theirs."),
    ),
    "refuse_transfer": Sentence(
        icon="undo-2", tone="waiting", name=_("Not taken over"), quoted=True,
        public=_("%(unit)s did not take the report over."), reporter=_("%(unit)s did not take the report over."),
    ),
    "offer_on": Sentence(
        icon="share-2", tone="waiting", name=_("Offered to the next unit"), other="proposed",
        public=_("The report was offered to %(other)s."), reporter=_("The report was offered to %(other)s."),
    ),
    "call_arbiter": Sentence(
        icon="gavel", tone="waiting", name=_("A superior must decide"), other="arbiter",
        public=_("%(other)s must now decide whose report it is."),
        reporter=_("%(other)s must now decide whose report it is."),
    ),
    "arbitrate": Sentence(
        icon="gavel", tone="done", name=_("Decided by the superior"), other="owner", quoted=True,
        public=_("%(unit)s decided: the report belongs to %(other)s."),
        reporter=_("%(unit)s decided: the report belongs to %(other)s."),
    ),
    "send_back": Sentence(
        icon="gavel", tone="done", name=_("Stays where it is, by decision"), quoted=True,
        public=_("%(unit)s decided: the report stays with %(holder)s."),
        reporter=_("%(unit)s decided: the report stays with %(holder)s."),
    ),
    "acknowledge": Sentence(
        icon="message-square", tone="closed", name=_("Acknowledged"), quoted=True,
        public=_("%(unit)s says that it has read the report. That is not a follow-up yet."),
        reporter=_("%(unit)s says that it has read your report. That is not a follow-up yet: its time runs on."),
    ),
    "progress": Sentence(
        icon="wrench", tone="working", name=_("Followed up"), quoted=True,
        public=_("%(unit)s says what it did."), reporter=_("%(unit)s says what it did."),
    ),
    "question": _own(
        "circle-help", "waiting", _("A question to the reporter"), _("%(unit)s asks you something.")
    ),
    "reply": Sentence(
        icon="reply", tone="done", name=_("Answered by the reporter"), reporter=_("You answered the question."),
    ),
    "reply_lapse": _own(
        "clock", "closed", _("No answer from the reporter"),
        _("Your answer did not come in time. The work goes on without it."),
    ),
    "resolve": Sentence(
        icon="check-check", tone="working", name=_("Answered, with proof"), quoted=True,
        public=_("%(unit)s answered and showed its proof. The reporter has the last word."),
        reporter=_("%(unit)s answered and showed its proof. You have the last word."),
    ),
    "accept": Sentence(
        icon="thumbs-up", tone="done", name=_("Accepted by the reporter"),
        public=_("The reporter says: it is solved."), reporter=_("You said: it is solved."),
    ),
    "lapse": Sentence(
        icon="clock", tone="closed", name=_("Closed after silence"),
        public=_("The reporter said nothing in time, so the report was closed."),
        reporter=_("You said nothing in time, so the report was closed."),
    ),
    "close": Sentence(
        icon="lock", tone="closed", name=_("Closed by an administrator"), quoted=True,
        public=_("An administrator closed the report."), reporter=_("An administrator closed the report."),
    ),
    "object": Sentence(
        icon="thumbs-down", tone="late", name=_("Objection by the reporter"),
        public=_("The reporter objects: it is not solved. The head of %(holder)s must look again."),
        reporter=_("You said: it is not solved. The head of %(holder)s must look again."),
    ),
    "reopen": Sentence(
        icon="rotate-ccw", tone="late", name=_("Opened again by the reporter"),
        public=_("The reporter opened the report again. It is back with %(holder)s."),
        reporter=_("You opened the report again. It is back with %(holder)s."),
    ),
    "order_reopening": Sentence(
        icon="rotate-ccw", tone="late", name=_("Opened again by order"), quoted=True,
        public=_("%(unit)s ordered that the report be opened again."),
        reporter=_("%(unit)s ordered that the report be opened again."),
    ),
    "promise_returns": Sentence(
        icon="calendar", tone="waiting", name=_("The promised date has come"),
        public=_("The promised date has come, so the report is back with %(holder)s."),
        reporter=_("The promised date has come, so the report is back with %(holder)s."),
    ),
    "archive": Sentence(
        icon="archive", tone="closed", name=_("Archived"), reporter=_("The report was archived."),
    ),
    "merge": _own(
        "copy", "closed", _("Merged"),
        _("Your report was merged into report %(number)s on the same matter. You go on following it here."),
    ),
    "unmerge": _own(
        "undo-2", "waiting", _("Merge undone"), _("The merge was undone. Your report goes on by itself.")
    ),
    "withdraw": Sentence(
        icon="undo-2", tone="closed", name=_("Withdrawn"),
        public=_("The reporter withdrew the report."), reporter=_("You withdrew the report."),
    ),
    "leave": _own(
        "log-out", "closed", _("The reporter left the case"), _("You left the case. It is examined on without you.")
    ),
    "refer": _own(
        "external-link", "closed", _("Referred elsewhere"),
        _("This is not for the register to handle. Below is who can help you."),
    ),
    "escalate system": Sentence(
        icon="clock-alert", tone="late", name=_("Time limit passed"),
        public=_("A time limit of %(holder)s has passed. Its superior was told."),
        reporter=_("A time limit of %(holder)s has passed. Its superior was told."),
    ),
    "escalate reporter": Sentence(
        icon="bell", tone="late", name=_("The superior is asked to look"),
        public=_("The reporter asked the superior of %(holder)s to look."),
        reporter=_("You asked the superior of %(holder)s to look."),
    ),
    "escalate officer": Sentence(
        icon="bell", tone="late", name=_("Raised by the supervisor"),
        public=_("%(unit)s raised the report to the superior."),
        reporter=_("%(unit)s raised the report to the superior."),
    ),
    "protect reporter": _own(
        "shield-check", "done", _("Protection raised"), _("You raised the protection of your report.")
    ),
    "protect officer": _own(
        "shield-check", "done", _("Protection raised by an administrator"),
        _("An administrator raised the protection of your report."),
    ),
    "ask_about_data": _own(
        "file-text", "waiting", _("Asked about own data"),
        _("You asked something about your data. The time of the law is running."),
    ),
    "send_own_data": _own(
        "send", "done", _("Own data sent"), _("You had the vault write to you what it holds of you.")
    ),
    "decide_about_data": _own(
        "gavel", "done", _("Decided about data"), _("%(unit)s decided on what you asked about your data.")
    ),
    "correct_contact": _own(
        "pencil", "done", _("Contact corrected"), _("You corrected what the vault knows of you.")
    ),
    "place_hold": _own(
        "lock", "waiting", _("Data kept for a case"),
        _("Your data and what you wrote are kept for a case, %(kept)s. Reason: %(hold)s. "
          "The report itself goes on as always."),
    ),
    "release_hold": _own(
        "lock-open", "done", _("Data no longer kept for a case"),
        _("Your data are no longer kept for a case. You can ask again to have them erased."),
    ),
    "erase_content": _own(
        "trash-2", "closed", _("Content erased by law"),
        _("What you wrote and sent was erased. The course of the report stays."),
    ),
    "name_accused reporter": _own(
        "eye-off", "done", _("Kept from whom it is about"),
        _("You said whom your report is about. They do not see it."),
    ),
    "name_accused officer": _own(
        "eye-off", "done", _("Noted whom it is about"),
        _("An administrator noted whom your report is about. They do not see it."),
    ),
    "pass_up": Sentence(
        icon="share-2", tone="waiting", name=_("Moved away from whom it is about"), other="owner",
        reporter=_("Your report moved to %(other)s, because it is about somebody where it lay."),
    ),
    "take_away": Sentence(
        icon="share-2", tone="waiting", name=_("Taken away from whom it is about"), other="owner",
        reporter=_("Your report moved to %(other)s, to be handed on anew: it is about somebody where it lay."),
    ),
    "appeal": Sentence(
        icon="flag", tone="waiting", name=_("Appeal"), reporter=_("You appealed against the decision."),
    ),
    "uphold": Sentence(
        icon="gavel", tone="closed", name=_("Appeal refused"), reporter=_("Your appeal was read. The decision stands."),
    ),
    "revive officer": _own(
        "rotate-ccw", "done", _("Appeal granted"), _("Your appeal was granted. The report is checked again.")
    ),
    "revive system": _own(
        "rotate-ccw", "done", _("Appeal granted by silence"),
        _("Nobody decided on your appeal in time, so it is granted. The report is checked again."),
    ),
    "revive_own": _own(
        "rotate-ccw", "done", _("Revived by the reporter"), _("You revived the report. It is checked again.")
    ),
    "add_details": Sentence(
        icon="plus", tone="done", name=_("Details added"), reporter=_("You added details."),
    ),
    "message_reporter": _own(
        "message-square", "waiting", _("A message to the reporter"),
        _("%(unit)s wrote you a message. It stands under “Messages”."),
    ),
    "thank": _own("thumbs-up", "done", _("You said thank you"), _("You thanked %(holder)s. The office reads it.")),
    "message_office": _own(
        "message-square", "done", _("A message from the reporter"), _("You wrote a message to the officers.")
    ),
    "destroy_code": _own(
        "lock", "closed", _("Code destroyed by the reporter"), _("You destroyed the secret code.")
    ),
    "ask_identity": Sentence(
        icon="key-round", tone="waiting", name=_("Asked who the reporter is"),
        reporter=_("%(asker)s (%(role)s) asks to know who you are%(also)s. Ground: %(ground)s. "
                   "%(custodian)s decides, not %(asker)s."),
    ),
    "withdraw_identity": _own(
        "undo-2", "closed", _("Request for the name taken back"), _("%(asker)s no longer asks to know who you are.")
    ),
    "grant_identity": _own(
        "lock-open", "late", _("Request for the name approved"),
        _("%(custodian)s allowed %(asker)s to see who you are, until %(until)s."),
    ),
    "refuse_identity": _own(
        "ban", "done", _("Request for the name refused"),
        _("%(custodian)s said no: %(asker)s may not see who you are."),
    ),
    "lapse_identity": _own(
        "clock", "done", _("Request for the name lapsed"),
        _("Nobody decided in time: %(asker)s may not see who you are."),
    ),
    "emergency_identity": Sentence(
        icon="siren", tone="late", name=_("Name opened in an emergency"),
        reporter=_("%(asker)s (%(role)s) says that a life is in danger and may see who you are until %(until)s. "
                   "%(custodian)s checks whether that was right."),
    ),
    "review_identity": _own(
        "gavel", "closed", _("Emergency reviewed"), _("%(custodian)s looked at the emergency: %(finding)s.")
    ),
    "open_identity": _own(
        "eye", "late", _("Name seen"), _("%(asker)s saw who you are: your name and how to reach you%(also)s.")
    ),
    "close_identity": _own(
        "lock", "done", _("Time to see the name is over"),
        _("The time is over: %(asker)s can no longer see who you are. Times looked at: %(times)s."),
    ),
    "connect": Sentence(
        icon="link", tone="done", name=_("The agency joined the register"), other="target",
        public=_("%(other)s has joined the register. The report is now theirs, with a full new time limit."),
        reporter=_("%(other)s has joined the register. The report is now theirs, with a full new time limit."),
    ),
}  # fmt: skip

# Said when the unit that was named is not in the register yet.
UNCONNECTED = _("Checked and complete. %(other)s is not connected yet, so %(holder)s looks after the report.")
# What another reporter of the same matter did, told without their words (handbook 3.10).
OF_SEVERAL = _("One of the reporters added details.")


# For an entry that an old register brought with it, whose verb is not in the timetable.
BROUGHT_IN = Sentence(
    icon="file-text", tone="closed", name=_("From the old register"),
    public=_("Entry from the old register."), reporter=_("Entry from the old register."),
)  # fmt: skip


def sentence_of(event: Event) -> Sentence:
    """How this entry is told."""
    return SENTENCES.get(event.verb) or SENTENCES.get(f"{event.verb} {event.actor_kind}") or BROUGHT_IN


def tell(event: Event, *, to_reporter: bool, one_of_several: bool = False) -> str:
    """The entry in a sentence. one_of_several: other reporters may have acted too, so nobody is called "you"."""
    sentence = sentence_of(event)
    words = sentence.reporter if to_reporter else sentence.public
    if event.verb == "verify" and event.facts.get("connected") is False:
        words = UNCONNECTED
    elif one_of_several and event.verb in SHARED:
        words = sentence.public or OF_SEVERAL
    return str(words) % _names(event, sentence)


# What every reporter of a merged matter may do on the report that carries it.
SHARED = frozenset({"object", "reopen", "escalate", "add_details"})


def _names(event: Event, sentence: Sentence) -> dict[str, str]:
    facts = event.facts
    named = facts.get(sentence.other or "target")
    return {
        "unit": str(event.unit or event.holder),
        "holder": str(event.holder),
        "other": str(named or gettext("the proper unit")),
        "number": spell_number(str(facts.get("parent", ""))),
        **_of_identity(facts),
        **_of_hold(facts),
    }


def _of_hold(facts: Mapping[str, Any]) -> dict[str, str]:
    """Why something is kept against every wish to erase it, and until when."""
    ground, until = str(facts.get("ground", "")), facts.get("last_day")
    return {
        "hold": str(HoldGround(ground).label) if ground in HoldGround.values else gettext("not given"),
        "kept": gettext("until %(day)s") % {"day": times.day(date.fromisoformat(until))}
        if until
        else gettext("until the case is over"),
    }


def _of_identity(facts: Mapping[str, Any]) -> dict[str, str]:
    """Who asked for an identity, in which role and why, and until when it may be seen."""
    role, ground, finding = (str(facts.get(name, "")) for name in ("asker_role", "ground", "finding"))
    return {
        "asker": str(facts.get("asker") or gettext("the unit")),
        "custodian": str(facts.get("custodian") or gettext("the custodian")),
        "role": str(Role(role).label) if role in Role.values else gettext("officer"),
        "ground": str(Ground(ground).label) if ground in Ground.values else gettext("not given"),
        "finding": str(Finding(finding).label) if finding in Finding.values else gettext("not given"),
        "until": times.moment(datetime.fromisoformat(facts["until"])) if facts.get("until") else gettext("the end"),
        "times": str(facts.get("times", 0)),
        "also": gettext(", and the words that you took out before sending") if facts.get("withheld") else "",
    }
