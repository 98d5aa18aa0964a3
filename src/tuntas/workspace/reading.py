"""Everything that one report's page shows, gathered once: what was said, what happened, what runs, who has a part.

No name, address or number of a reporter comes near this: the case database holds none (design 3b).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.http import Http404
from django.utils import timezone

from tuntas.clocks.models import DUTIES, Clock
from tuntas.faces import known
from tuntas.followup import answering, approving, canned, desks, dialogue
from tuntas.followup.models import ApprovalRule, FollowUp
from tuntas.identity.models import LegalHold
from tuntas.kernel.numbers import spell_number
from tuntas.lifecycle import Move, open_moves
from tuntas.organizations.models import Appointment, Officer, Role, Unit
from tuntas.privacy import holding
from tuntas.reports import publishing
from tuntas.reports.models import Attachment, Audience, Event, Report, ReportUnit
from tuntas.reports.states import Party, State
from tuntas.routing import duplicates, letters, suggesting, transferring, verifying
from tuntas.routing.models import Letter, TransferOffer
from tuntas.teamwork import thread
from tuntas.teamwork.models import Job
from tuntas.workspace import queues
from tuntas.workspace.desks import Desk
from tuntas.workspace.words import STATES, Words, sentence_of, sign_of

OFFERED = 200  # offices and officers among whom somebody is chosen
NEAR_PARTS = frozenset({Party.HOLDER, Party.LEAD, Party.SUPPORT, Party.PROPOSED, Party.ARBITER})


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One line of the history, as web/_timeline.html wants it."""

    icon: str
    tone: str
    word: Words
    at: datetime
    who: str
    words: str
    event: Event
    follow_up: FollowUp | None
    files: Sequence[Attachment]
    template: str = "workspace/_entry.html"


@dataclass(frozen=True, slots=True)
class Posted:
    """A letter to an agency outside the register, with the files that its answer brought."""

    letter: Letter
    files: Sequence[Attachment]


@dataclass(frozen=True, kw_only=True, slots=True)
class Ticking:
    """One clock that has not stopped, in words. tone: late, waiting or empty."""

    clock: Clock
    due: Words
    tone: str
    pauses: int
    is_duty: bool


def find_report(number: str) -> Report:
    """The report with this number, if the officer may see it; else 404, as if there were none."""
    found = Report.objects.select_related(
        "holder", "holder__agency", "holder__calendar", "agency", "lead", "arbiter", "target_agency",
        "target_agency__agency", "category", "category__parent", "area", "parent", "text",
    ).filter(number=number)  # fmt: skip
    report = found.first()
    if report is None:
        raise Http404
    return report


@dataclass(frozen=True)
class ReportPage:
    """One report on one desk. Each part is read when a template asks for it, and once.

    letter_asked: the letter whose answer is about to be taken over, 0 for none.
    """

    report: Report
    desk: Desk
    letter_asked: int = 0

    def __post_init__(self) -> None:
        if self.desk.role == Role.CUSTODIAN:  # decides on requests, and reads no report
            raise Http404

    @property
    def is_protected(self) -> bool:
        """Whether opening this report asks for a purpose: anonymous, confidential or whistleblowing."""
        return self.report.is_protected

    @cached_property
    def number(self) -> str:
        return spell_number(self.report.number)

    @cached_property
    def sign(self) -> Any:
        return STATES[State(self.report.state)]

    @cached_property
    def moves(self) -> list[Move]:
        return open_moves(self.report, self.desk.actor)

    @cached_property
    def move_names(self) -> frozenset[str]:
        return frozenset(move.name for move in self.moves)

    # What must be kept -----------------------------------------------------------------------

    @cached_property
    def is_kept(self) -> bool:
        """Whether a legal hold forbids to forget anything of this report."""
        return holding.is_kept(self.report)

    @cached_property
    def holds(self) -> list[LegalHold]:
        """The holds placed for this report; one placed for another report of the same person is not among them."""
        return holding.standing_on(self.report) if self.is_kept else []

    # What was said ---------------------------------------------------------------------------

    @cached_property
    def reads_everything(self) -> bool:
        """A supervisor reads the public text (handbook 1.2), unless its own office has a part in the report."""
        return self.desk.role != Role.SUPERVISOR or any(
            part.unit_id == self.desk.unit.pk and part.part in NEAR_PARTS for part in self.units
        )

    @cached_property
    def said(self) -> dict[str, Any]:
        """Title, body and requested remedy, opened when sealed; for a supervisor the public copy; empty when hidden."""
        if self.reads_everything:
            return publishing.read(self.report)
        copy = self.public_copy
        told = {"title": copy.title, "body": copy.body, "place": copy.place} if copy else {}
        nothing = dict.fromkeys(("title", "body", "remedy", "party", "place"), "")
        return nothing | {"latitude": None, "longitude": None} | told

    @cached_property
    def title(self) -> Words:
        return self.said["title"] or self.said["body"][:200] or queues.hidden_title(self.report)

    @cached_property
    def public_copy(self) -> Any:
        return getattr(self.report, "public_copy", None)

    @cached_property
    def flags(self) -> list[queues.Flag]:
        return list(queues.flags_of(self.report))

    @cached_property
    def due(self) -> tuple[Words, str]:
        """The nearest time limit in words, and its tone."""
        return queues.due_words(self.report, self.desk, timezone.now())

    @cached_property
    def files(self) -> list[Attachment]:
        """Every file of the report; for a supervisor only the public ones."""
        found = self.report.attachments.order_by("pk")
        return list(found if self.reads_everything else found.filter(is_public=True))

    @cached_property
    def files_of_reporter(self) -> list[Attachment]:
        return [file for file in self.files if file.by == Attachment.By.REPORTER]

    # What happened ---------------------------------------------------------------------------

    @cached_property
    def events(self) -> list[Event]:
        return list(
            self.report.events.select_related("unit", "holder", "appointment__officer", "follow_up").order_by("pk")
        )

    @cached_property
    def portal(self) -> str:
        """What the portal was called through which the report came in; empty for the own pages and other doors."""
        host = self.events[0].facts.get("face") if self.events else ""
        return known.called_then(host, self.report.received_at) if host else ""

    @cached_property
    def entries(self) -> list[Entry]:
        return [self._entry(event) for event in self.events]

    @cached_property
    def last_objection(self) -> Event | None:
        return next((event for event in reversed(self.events) if event.verb == "object"), None)

    @cached_property
    def archive_proposal(self) -> Event | None:
        """A proposal to archive that waits for its second officer."""
        return verifying.standing_proposal(self.events)

    def _entry(self, event: Event) -> Entry:
        sign, follow_up = sign_of(event), getattr(event, "follow_up", None)
        open_words = self.reads_everything or self._is_public(event)
        return Entry(
            icon=sign.icon,
            tone=sign.tone,
            word=sentence_of(event),
            at=event.at,
            who=_who(event),
            words=event.note if open_words else "",
            event=event,
            follow_up=follow_up if open_words else None,
            files=[file for file in self.files if file.event_id == event.pk and file.by == Attachment.By.OFFICER],
        )

    @cached_property
    def messages(self) -> list[dialogue.Said]:
        """What reporter and officers wrote to each other; a supervisor reads the public text alone."""
        return dialogue.messages_of(self.report) if self.reads_everything else []

    @cached_property
    def remarks(self) -> list[thread.Said]:
        """What colleagues said to each other; a supervisor reads the public text alone."""
        return thread.remarks_of(self.report) if self.reads_everything else []

    @cached_property
    def field_photos(self) -> list[Attachment]:
        """Photos that came from the field and prove no answer that was sent."""
        brought = self.report.attachments.filter(event__verb="field_work").exclude(evidence__follow_up__is_draft=False)
        return list(brought.order_by("pk")) if self.reads_everything else []

    @cached_property
    def job(self) -> Job | None:
        """Who really has the report in hand."""
        return Job.objects.live().filter(report=self.report).select_related("appointment__officer").first()

    @property
    def marks_as_read(self) -> bool:
        """Whether this officer's reading counts: who may answer, and finds something new."""
        news = any(said.is_from_reporter and said.read_at is None for said in self.messages)
        return news and "message_reporter" in self.move_names

    def _is_public(self, event: Event) -> bool:
        """Whether everybody reads the words of an entry: of a public report, and never a reporter's own words."""
        return event.audience == Audience.PUBLIC and event.actor_kind != "reporter" and bool(self.public_copy)

    @cached_property
    def letters(self) -> list[Posted]:
        """Letters to an agency outside the register, the newest first."""
        written = Letter.objects.with_sending().filter(report=self.report).select_related("unit", "notice")
        return [Posted(letter, self._files_of(letter)) for letter in written.order_by("-pk")]

    @cached_property
    def letter_in_hand(self) -> Letter | None:
        """The open letter that this officer may print: its link speaks for the agency, so only the holder's may."""
        newest = self.letters[0].letter if self.letters else None
        if newest is None or newest.answered_at or newest.expires_at <= timezone.now() or not self.report.is_open:
            return None
        return newest if letters.is_for(self.report, self.desk.actor) else None

    def _files_of(self, letter: Letter) -> list[Attachment]:
        """By name: once its answer is taken over, they belong to another entry of the history."""
        names = {columns["uuid"] for columns in letter.files}
        return [file for file in self.files if str(file.uuid) in names]

    # What runs, and who has a part -----------------------------------------------------------

    @cached_property
    def clocks(self) -> list[Ticking]:
        running = self.report.clocks.unstopped().select_related("owner").prefetch_related("pauses").order_by("due_at")
        return [self._ticking(clock) for clock in running]

    def _ticking(self, clock: Clock) -> Ticking:
        now, calendar = timezone.now(), self.desk.calendar
        is_late = clock.paused_at is None and clock.due_at < now
        return Ticking(
            clock=clock,
            due=queues.late_words(calendar.working_days_late(clock.due_at, now))
            if is_late
            else queues.left_words(calendar.working_days_between(now, clock.due_at)),
            tone=("late" if clock.kind in DUTIES else "waiting") if is_late else "",
            pauses=len(clock.pauses.all()),
            is_duty=clock.kind in DUTIES,
        )

    @cached_property
    def units(self) -> list[ReportUnit]:
        return list(self.report.units.select_related("unit", "unit__agency").order_by("pk"))

    @cached_property
    def offers(self) -> list[TransferOffer]:
        """Every offer of this report, the newest first."""
        return list(
            self.report.offers.select_related("offered_by", "proposed", "decided_by", "owner", "category").order_by(
                "-pk"
            )
        )

    @cached_property
    def open_offer(self) -> TransferOffer | None:
        return next((offer for offer in self.offers if not offer.decision), None)

    @cached_property
    def precedents(self) -> list[TransferOffer]:
        """Decisions on like reports, for those who may offer, answer or decide."""
        wanted = {"offer", "refuse_transfer", "arbitrate", "send_back"}
        return transferring.precedents(self.report) if wanted & self.move_names else []

    # What may be about the same, whose it may be ---------------------------------------------

    @cached_property
    def similar(self) -> list[duplicates.Similar]:
        found = duplicates.similar_to(self.report) if "merge" in self.move_names else []
        return queues.without_words(self.desk, found)

    @cached_property
    def merged(self) -> list[Report]:
        """Reports that follow this one; those of other reporters stay theirs."""
        return list(Report.objects.filter(parent=self.report).order_by("pk")) if self.report.weight > 1 else []

    @cached_property
    def category_guess(self) -> suggesting.Suggestion:
        return suggesting.suggest_category(self.said["title"], self.said["body"], on=timezone.localdate())

    @cached_property
    def agency_guesses(self) -> list[suggesting.UnitGuess]:
        report, said = self.report, self.said
        point = None if said["latitude"] is None else (said["latitude"], said["longitude"])
        return suggesting.suggest_agency(
            named=report.target_agency, area=report.area, place=said["place"], body=said["body"], point=point
        )

    @cached_property
    def units_below(self) -> list[Unit]:
        """Offices that a report of this holder may be about: those under the holder, the nearest first."""
        return list(Unit.objects.under(self.report.holder).working().order_by("ancestry__len", "name")[1:OFFERED])

    @cached_property
    def people_below(self) -> list[tuple[Officer, str]]:
        """Officers at work in the holder's part of the tree, each with where."""
        at_work = Appointment.objects.current().filter(unit__ancestry__contains=[self.report.holder_id])
        found: dict[Officer, list[str]] = {}
        for each in at_work.select_related("officer", "unit").order_by("officer__name", "pk")[:OFFERED]:
            found.setdefault(each.officer, []).append(each.unit.name)
        return [(person, ", ".join(dict.fromkeys(places))) for person, places in found.items()]

    @cached_property
    def lead_guesses(self) -> list[suggesting.UnitGuess]:
        return suggesting.suggest_lead(self.report.holder, self.report.category, self.report.area)

    # Answers on their way --------------------------------------------------------------------

    @cached_property
    def draft(self) -> FollowUp | None:
        """The draft that waits for the head of the unit."""
        return answering.draft_of(self.report) if self._handles else None

    @cached_property
    def returned(self) -> FollowUp | None:
        """The draft that the head sent back, while nothing was written since: its text is gone on with."""
        acts = [event.verb for event in self.events if event.verb not in dialogue.RELAY]
        if not self._handles or not acts or acts[-1] != "return_draft":
            return None
        return FollowUp.objects.filter(report=self.report, is_draft=True).exclude(returned_because="").last()

    @cached_property
    def needs_head(self) -> bool:
        """Whether the head reads every answer to this report first, however it ends."""
        return answering.needs_approval(self.report, at=timezone.now())

    @cached_property
    def rules_of_office(self) -> list[ApprovalRule]:
        """What the office itself lets its head read, of this class of reports."""
        standing = approving.standing(self.report.holder) if "submit" in self.move_names else []
        return [rule for rule in standing if rule.report_class in {"", self.report.report_class}]

    @cached_property
    def desks(self) -> list[desks.Share]:
        """At whose desk the report lay, and how long; for those who handle it or watch over it."""
        return desks.shares(desks.stays(self.events), timezone.now())

    @property
    def _handles(self) -> bool:
        return bool({"resolve", "submit", "return_draft", "progress"} & self.move_names)


def reasons_of(follow_up: FollowUp) -> list[Words]:
    """What the gate thought of a text when it was sent, as it is kept."""
    return [canned.explain(stored) for stored in follow_up.reasons]


def _who(event: Event) -> str:
    """An officer by name, role and office; everybody else by what they are. Never a reporter's name."""
    if event.appointment is None:
        return ""
    role = Role(event.actor_role).label if event.actor_role in Role.values else event.actor_role
    return f"{event.appointment.officer.name} · {role} · {event.unit.name if event.unit else ''}"
