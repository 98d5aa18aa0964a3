"""What a reporter can do with their report now: the rows of the timetable that are open to them, each with its form."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import Actor
from tuntas.clocks.models import DUTIES, Clock, Kind
from tuntas.followup import dialogue
from tuntas.followup import reporters_word as word
from tuntas.kernel.refusals import OutOfTurn
from tuntas.lifecycle import open_moves
from tuntas.portal import naming
from tuntas.portal.forms import Words
from tuntas.portal.sentences import SHARED
from tuntas.reports.models import Event, Report
from tuntas.routing import verifying
from tuntas.web.forms import FilesField

LONGEST = 5_000  # characters of one message
RATINGS = [("", "–"), *((str(n), str(n)) for n in range(5, 0, -1))]


class Answer(forms.Form):
    """Words, and files where they help. seen: the last entry that the page showed."""

    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    text = Words(
        label=_("Your words"),
        max_length=LONGEST,
        strip=False,
        widget=forms.Textarea({"rows": 5, "autocomplete": "off", "maxlength": None}),
        error_messages={
            "required": _("Write something first."),
            "max_length": _("At most %(limit_value)d characters fit; you wrote %(show_value)d. Shorten it."),
        },
    )

    def clean_text(self) -> str:
        text = str(self.cleaned_data["text"]).strip()
        if not text and self.fields["text"].required:
            raise ValidationError(self.fields["text"].error_messages["required"], code="required")
        return text


class WithPhotos(Answer):
    photos = FilesField(label=_("Photos or files"), required=False)


class Perhaps(Answer):
    """Words that may be left out."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.fields["text"].required = False


class Accepting(Perhaps):
    clear = forms.ChoiceField(
        label=_("How clear was the answer?"),
        help_text=_("5 is very clear."),
        choices=RATINGS,
        required=False,
    )
    on_target = forms.ChoiceField(
        label=_("Did it deal with your problem?"),
        help_text=_("5 is wholly."),
        choices=RATINGS,
        required=False,
    )
    field_order = ("seen", "clear", "on_target", "text")

    def clean(self) -> dict[str, Any]:
        facts = dict(self.cleaned_data)
        for name in ("clear", "on_target"):
            facts[name] = int(facts[name]) if facts.get(name) else None
        return facts


class Protecting(forms.Form):
    seen = forms.IntegerField(widget=forms.HiddenInput, required=False)
    is_anonymous = forms.BooleanField(
        label=_("Keep me anonymous"), help_text=_("Your name is shown to nobody."), required=False
    )
    is_confidential = forms.BooleanField(
        label=_("Keep the report secret"),
        help_text=_("The text disappears from the public pages at once."),
        required=False,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Act:
    """One thing a reporter may do. clock: the window in which it can be done; main: shown first, and open."""

    title: Any
    button: Any
    form: type[forms.Form]
    do: Callable[[Report, Mapping[str, Any]], Event]
    hint: Any = ""
    ask: Any = ""  # the label of the words, where "Your words" says too little
    clock: str = ""
    main: bool = False
    grave: bool = False


ACTS: Mapping[str, Act] = {
    "complete": Act(
        title=_("Send what is missing"), button=_("Send"), form=WithPhotos, main=True,
        hint=_("Then the report is checked at once, with the time that was left."),
        do=lambda report, said: word.complete(report, text=said["text"]),
    ),
    "reply": Act(
        title=_("Answer the question"), button=_("Send the answer"), form=WithPhotos, main=True,
        do=lambda report, said: word.reply(report, text=said["text"]),
    ),
    "accept": Act(
        title=_("Yes, it is solved"), button=_("It is solved"), form=Accepting, main=True,
        hint=_("You may rate the answer; you need not."), ask=_("Something else you want to say"),
        do=lambda report, said: word.accept(
            report, clear=said["clear"], on_target=said["on_target"], words=said["text"], seen=said["seen"]
        ),
    ),
    "object": Act(
        title=_("No, it is not solved"), button=_("It is not solved"), form=WithPhotos, main=True,
        hint=_("The report goes back, to the head of the office and not to the same officer."),
        ask=_("What is still wrong?"),
        do=lambda report, said: word.object_to(report, reason=said["text"], seen=said["seen"]),
    ),
    "reopen": Act(
        title=_("It is not solved after all"), button=_("Open the report again"), form=WithPhotos,
        ask=_("What is still wrong?"), clock=Kind.REOPEN_WINDOW,
        do=lambda report, said: word.reopen(report, reason=said["text"], seen=said["seen"]),
    ),
    "thank": Act(
        title=_("Say thank you"), button=_("Send the thanks"), form=Answer,
        hint=_("It goes to the office and to who answered you. They do not learn who you are. Nobody is ranked by it."),
        ask=_("What did they do well?"), do=lambda report, said: word.thank(report, text=said["text"]),
    ),
    "revive_own": Act(
        title=_("Revive the report"), button=_("Revive"), form=WithPhotos, main=True, clock=Kind.REVIVE_WINDOW,
        ask=_("What was missing?"), do=lambda report, said: word.revive(report, text=said["text"]),
    ),
    "appeal": Act(
        title=_("Appeal against this decision"), button=_("Appeal"), form=Answer, clock=Kind.APPEAL_WINDOW,
        hint=_("The national administrator looks at it again."), ask=_("Why is the decision wrong?"),
        do=lambda report, said: word.appeal(report, reason=said["text"]),
    ),
    "escalate": Act(
        title=_("Not followed up? Ask the superior to look"), button=_("It was not followed up"), form=Answer,
        hint=_("A time limit has passed. The superior is told, and everybody sees that you asked. Once a day."),
        ask=_("What should the superior know?"),
        do=lambda report, said: word.escalate(report, reason=said["text"]),
    ),
    "message_office": Act(
        title=_("Write to the officers"), button=_("Send the message"), form=WithPhotos,
        hint=_("They read it without learning who you are. Every time limit runs on."), ask=_("Your message"),
        do=lambda report, said: dialogue.message_office(report, text=said["text"]),
    ),
    "add_details": Act(
        title=_("Add details or photos"), button=_("Add"), form=WithPhotos,
        do=lambda report, said: word.add_details(report, text=said["text"]),
    ),
    "protect": Act(
        title=_("Protect my report more"), button=_("Protect"), form=Protecting,
        hint=_("Protection can be raised at any time. Nobody can lower it again."),
        do=lambda report, said: verifying.protect(
            report, by=Actor.reporter_of(report.pk),
            anonymous=said["is_anonymous"], confidential=said["is_confidential"],
        ),
    ),
    "name_accused": Act(
        title=_("Say whom it is about"), button=_("Keep it from them"), form=naming.Naming,
        hint=_("Is it about an officer or an office? They see your report no more, at once. It becomes secret, and"
               " another office checks it. This cannot be taken back."),
        do=naming.name,
    ),
    "withdraw": Act(
        title=_("Withdraw the report"), button=_("Withdraw"), form=Perhaps, grave=True,
        hint=_("The work on it ends. A case under examination goes on without you."), ask=_("Why, if you want to say"),
        do=lambda report, said: word.withdraw(report, reason=said["text"]),
    ),
}  # fmt: skip
# Refused when something happened since the page was opened: what a person would decide anew after reading it.
DECISIVE = frozenset({"accept", "object", "reopen", "withdraw"})


@dataclass(frozen=True, slots=True)
class Offered:
    """An act with the form that is shown now. until: the end of its window; is_open: unfolded, unless two compete."""

    name: str
    act: Act
    form: forms.Form
    until: datetime | None
    is_open: bool


def offered(report: Report, *, refused: str = "", form: forms.Form | None = None) -> list[Offered]:
    """What this reporter may do now, the main things first. refused: the act that has just failed, with its form."""
    carrier = word.carrier(report)
    clocks = {clock.kind: clock for clock in Clock.objects.running().filter(report=carrier)}
    names = allowed(report, carrier, clocks)
    return [
        Offered(
            name,
            act,
            _offering(form if name == refused and form else bare(name, carrier), report),
            clocks[act.clock].due_at if act.clock in clocks else None,
            name == refused or (act.main and not {"accept", "object"} & names),
        )
        for name, act in ACTS.items()
        if name in names or name == refused
    ]


def _offering(form: forms.Form, report: Report) -> forms.Form:
    if isinstance(form, naming.Naming):
        form.offer(report)
    return form


def allowed(report: Report, carrier: Report, clocks: Mapping[str, Clock]) -> set[str]:
    """Names of ACTS. Of a merged report its reporter acts on the one that carries it, in what concerns all of them."""
    own = {move.name for move in open_moves(report, Actor.reporter_of(report.pk))}
    if carrier.pk != report.pk:
        own |= SHARED & {move.name for move in open_moves(carrier, Actor.reporter_of(carrier.pk))}
    now = timezone.now()
    late = any(clock.kind in DUTIES and clock.due_at < now for clock in clocks.values())
    running = {kind for kind, clock in clocks.items() if clock.due_at > now}
    closed = {name for name, act in ACTS.items() if act.clock and act.clock not in running}
    closed |= set() if late else {"escalate"}
    closed |= {"protect"} if report.is_anonymous and report.is_confidential else set()
    closed |= {"withdraw"} if report.has_left else set()
    closed |= {"thank"} if "thank" in own and carrier.events.filter(verb="thank").exists() else set()
    return (own & set(ACTS)) - closed


def bare(name: str, report: Report) -> forms.Form:
    """The empty form of an act. Its ids begin with the act, since several stand on one page."""
    return labelled(name, ACTS[name].form(auto_id=f"{name}_%s", initial=_initial(name, report)))


def filled(name: str, data: Any, files: Any) -> forms.Form:
    return labelled(name, ACTS[name].form(data, files, auto_id=f"{name}_%s"))


def labelled(name: str, form: forms.Form) -> forms.Form:
    if ACTS[name].ask:
        form.fields["text"].label = ACTS[name].ask
    return form


def perform(report: Report, name: str, said: Mapping[str, Any]) -> Event | None:
    """Do it, on the report that carries the matter. None when the very same details were added a moment ago.

    Call in the reporter's sight. Raises the Refusal of the timetable.
    """
    target = word.carrier(report) if name in SHARED else report
    if name == "add_details" and _is_repeated(target, str(said["text"])):
        return None
    if name in DECISIVE:
        _must_be_fresh(target, said.get("seen"))
    return ACTS[name].do(target, said)


def _must_be_fresh(report: Report, seen: int | None) -> None:
    report.refresh_from_db(from_queryset=Report.objects.select_for_update(of=("self",)))
    if seen is not None and seen != report.last_event_id:
        raise OutOfTurn(
            _("Something happened a moment ago."),
            why=_("The report is now “%(state)s”.") % {"state": report.get_state_display()},
            instead=_("Read the newest entry below, then decide again. What you typed is kept."),
        )


def _is_repeated(report: Report, text: str) -> bool:
    last = report.events.order_by("-pk").first()
    return last is not None and last.verb == "add_details" and last.note == text


def _initial(name: str, report: Report) -> dict[str, Any]:
    return {
        "seen": report.last_event_id,
        "is_anonymous": report.is_anonymous,
        "is_confidential": report.is_confidential,
    }
