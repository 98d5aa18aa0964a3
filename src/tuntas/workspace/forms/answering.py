"""Acts of those who do the work: acknowledge, report progress, ask, answer; and of their head (T11, T12, T14)."""

from collections.abc import Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Any, cast

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import Actor
from tuntas.followup import answering, canned, evidence, reply_templates
from tuntas.followup.answering import Answer, Proof
from tuntas.followup.kinds import Kind, Outcome, Step
from tuntas.followup.models import Evidence, ReplyTemplate
from tuntas.reports.models import Attachment, Report
from tuntas.web.forms import DayField, FilesField, Radios
from tuntas.workspace.forms import taking_over
from tuntas.workspace.forms.base import ActForm, long_text, uploads
from tuntas.workspace.reading import Posted, ReportPage

KIND_HINTS: dict[str, Any] = {
    Kind.ANSWER: _("A question was answered, here in words."),
    Kind.FIELD_ACTION: _("Somebody went there and did something. Needs photos from before and after."),
    Kind.DOCUMENT: _("A letter, card or certificate was issued."),
    Kind.DECISION: _("Something was decided on paper."),
}
FROM_FIELD = _("Use the photos that came from the field")
SAME_DAY = _("Empty: the day of the work.")
# What a draft that was sent back brings into the form again.
OF_DRAFT = (
    "outcome", "kind", "text", "done_on", "done_at_place", "no_photo_because", "document_number", "document_date",
    "planned_for", "legal_ground", "next_step",
)  # fmt: skip
PHOTOS = ("photos_before", "photos_after")
PHOTO_FIELDS = (*PHOTOS, "before_on", "after_on", "no_photo_because")


class DemandedPhotos(FilesField):
    """Photos that the outcome demands, unless a reason stands in for them: the evidence rule says so, not the field."""

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[bytes]]":
        return super().clean(data, initial) if data else []


class AcknowledgeForm(ActForm):
    """Tell the reporter that somebody has it. Never blocked, and never a follow-up (law 4)."""

    name, moves = "acknowledge", frozenset({"acknowledge"})
    title, button, icon = _("Acknowledge"), _("Send the acknowledgement"), "message-square"
    hint = _("Polite, but no follow-up: every clock runs on.")

    text = long_text(_("Message to the reporter"), rows=3)

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        answering.acknowledge(report, text=self.said("text"), by=by, seen=seen)


class QuestionForm(ActForm):
    """T12: ask the reporter; the clock of settlement waits, for the first two questions."""

    name, moves = "question", frozenset({"question"})
    title, button, icon = _("Ask the reporter"), _("Send the question"), "circle-help"
    key = "q"
    hint = _("The time limit waits for the first two questions. Later ones move it no more.")

    text = long_text(_("Question to the reporter"), rows=3)

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        answering.question(report, text=self.said("text"), by=by, seen=seen)


class GatedForm(ActForm):
    """A text that the gate reads before it goes out, with the evidence that comes with it."""

    step: Step
    text: forms.CharField
    letter = forms.IntegerField(required=False, widget=forms.HiddenInput)  # whose answer is taken over
    taken: Posted | None = None
    verdict: canned.Verdict | None = None
    lacks: tuple[evidence.Lack, ...] = ()
    template = "workspace/_gated_act.html"

    def take_over(self) -> None:
        """Begin with the answer that a letter brought, when this form takes one over."""
        self.taken = taking_over.taken_letter(self, self.page)
        if self.taken is None:
            del self.fields["letter"]
        else:
            taking_over.fill_in(self, self.taken.letter)

    def judge(self, *, has_files: bool) -> None:
        """Look at what was typed so far, whether or not the form is whole: nothing is sent or kept.

        has_files: false while somebody types, when photos are not sent along; then nothing is said about them.
        """
        self.is_valid()
        self.verdict = answering.look(
            self.page.report,
            self._raw("text"),
            step=self.step,
            kind=self.chosen_kind,
            has_evidence=self._brings_evidence(),
        )
        self.lacks = tuple(lack for lack in self.missing() if has_files or lack.field not in PHOTOS)
        self.errors.clear()

    def begin_with(self, template: ReplyTemplate) -> None:
        """Put a template's words behind what is typed. Its blanks stay to be filled: the verb sends none of them."""
        typed, field = cast("QueryDict", self.data), self.add_prefix("text")  # our own copy, see ActForm
        words = str(typed.get(field, "")).rstrip()
        typed[field] = f"{words}\n\n{template.text}" if words else template.text

    @cached_property
    def templates(self) -> list[ReplyTemplate]:
        """What the holder's officers may begin with."""
        return reply_templates.usable(self.page.report.holder, self.step)

    @property
    def blanks(self) -> list[str]:
        """Blanks that are left in what was typed."""
        return reply_templates.left_open(self._raw("text"), self.page.report.holder)

    def blocked_by(self, verdict: canned.Verdict) -> None:
        """Show why the gate said no, and let the officer object to it."""
        self.verdict = verdict
        self.allow_appeal()

    def allow_appeal(self) -> None:
        self.fields["appeal"] = type(self).base_fields["appeal"]

    @property
    def chosen_kind(self) -> str:
        chosen = self._raw("kind") or str(self.initial.get("kind", ""))
        return chosen if chosen in Kind.values else Kind.ANSWER

    def missing(self) -> Iterator[evidence.Lack]:
        """What the evidence rule still lacks; nothing where it asks for nothing."""
        yield from ()

    def proofs(self) -> list[Proof]:
        """Photos are taken at the place of the work, on the day of the work unless another is given."""
        place = self.said("done_at_place")
        parts: list[tuple[str, str, date | None]] = [
            ("photos_before", Evidence.Part.BEFORE, self._day("before_on") or self._day("done_on")),
            ("photos_after", Evidence.Part.AFTER, self._day("after_on") or self._day("done_on")),
            ("documents", Evidence.Part.DOCUMENT, self._day("document_date")),
        ]
        return [
            Proof(upload=upload, part=part, taken_on=day, place=place)
            for field, part, day in parts
            for upload in uploads(self, field)
        ]

    def _day(self, field: str) -> date | None:
        value = self.cleaned_data.get(field)
        return value if isinstance(value, date) else None

    def _raw(self, field: str) -> str:
        return str(self.data.get(self.add_prefix(field), "") or self.initial.get(field, "")).strip()

    @property
    def kept(self) -> Sequence[Attachment]:
        """Files that the report has already: they came by letter, or from the field and shall prove this answer."""
        brought = self.page.field_photos if self.is_on("from_field") else []
        return [*(self.taken.files if self.taken else ()), *brought]

    def offer_field_photos(self) -> None:
        """Photos that an officer in the field brought prove the answer, unless the box is emptied."""
        if not self.page.field_photos:
            del self.fields["from_field"]

    def _brings_evidence(self) -> bool:
        return bool(self.kept) or any(
            self.files.get(self.add_prefix(name)) for name in ("photos_before", "photos_after", "documents")
        )

    @property
    def evidence_fields(self) -> list[Any]:
        """The fields below the text."""
        return [self[name] for name in self.fields if name not in {"outcome", "kind", "text", "appeal", "letter"}]


class ProgressForm(GatedForm):
    """T11: what was found, what was done or will be; this stops the clock of the first follow-up."""

    name, moves, step = "progress", frozenset({"progress"}), Step.PROGRESS
    title, button, icon = _("Report progress"), _("Send the progress"), "wrench"
    key = "p"
    hint = _("What was found, what was done or will be, when and by whom. Thanks and promises alone do not count.")

    text = long_text(_("Progress, as the reporter will read it"), rows=4)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=Kind.choices, initial=Kind.ANSWER, widget=Radios(hints=KIND_HINTS)
    )
    done_on = DayField(label=_("Day of the work"), required=False)
    done_at_place = forms.CharField(label=_("Place of the work"), required=False, max_length=300)
    from_field = forms.BooleanField(label=FROM_FIELD, required=False, initial=True)
    photos_before = FilesField(label=_("Photos from before"), required=False)
    photos_after = FilesField(label=_("Photos from after"), required=False)
    appeal = long_text(_("Why is the check wrong about this text?"), rows=2, required=False)

    def prepare(self) -> None:
        self.take_over()
        self.offer_field_photos()
        if not self._raw("appeal"):
            del self.fields["appeal"]

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        answer = Answer(
            text=self.said("text"),
            kind=self.chosen_kind,
            done_on=self._day("done_on"),
            done_at_place=self.said("done_at_place"),
            proofs=self.proofs(),
            kept=self.kept,
            appeal=self.said("appeal"),
        )
        answering.progress(report, answer, by=by, seen=seen)


class AnswerForm(GatedForm):
    """T14: the answer that settles it, with its outcome and the evidence that this outcome demands.

    Only what the chosen outcome and kind ask for is shown: `evidence.demands` decides it, here and in the verb.
    """

    name, moves, step = "answer", frozenset({"resolve"}), Step.RESOLUTION
    title, button, icon = _("Answer the report"), _("Send the answer"), "send"
    key = "b"
    hint = _("Choose how it ended: the form then asks for the proof that this needs.")

    outcome = forms.ChoiceField(label=_("How did it end?"), choices=Outcome.choices, widget=Radios)
    kind = forms.ChoiceField(
        label=_("What was done?"), choices=Kind.choices, initial=Kind.ANSWER, widget=Radios(hints=KIND_HINTS)
    )
    text = long_text(
        _("Answer to the reporter"), rows=6,
        help_text=_("What was done, when, where and by whom. Short sentences; no “we will follow up”."),
    )  # fmt: skip
    done_on = DayField(label=_("Day of the work"), required=False)
    done_at_place = forms.CharField(label=_("Place of the work"), required=False, max_length=300)
    from_field = forms.BooleanField(label=FROM_FIELD, required=False, initial=True)
    photos_before = DemandedPhotos(label=_("Photos from before"))
    before_on = DayField(
        label=_("Day of the photos from before"), required=False, help_text=_("Empty: the day of the work.")
    )
    photos_after = DemandedPhotos(label=_("Photos from after"))
    after_on = DayField(
        label=_("Day of the photos from after"), required=False, help_text=_("Empty: the day of the work.")
    )
    no_photo_because = long_text(
        _("Why no photo can be shown"), rows=2, required=False,
        help_text=_("For a home, a child or a patient. Then this reason stands in for the photos."),
    )  # fmt: skip
    document_number = forms.CharField(label=_("Number of the letter or decision"), required=False, max_length=120)
    document_date = DayField(label=_("Date of the letter or decision"), required=False)
    documents = FilesField(label=_("Documents"), required=False)
    planned_for = DayField(
        label=_("Promised date"), required=False, help_text=_("The report comes back to you on that day.")
    )
    legal_ground = long_text(_("Rule on which the decision rests"), rows=2, required=False)
    next_step = long_text(
        _("What the reporter can do next"), rows=2, required=False, help_text=_("Where to go, with which papers.")
    )
    appeal = long_text(_("Why is the check wrong about this text?"), rows=2, required=False)

    def prepare(self) -> None:
        draft = self.page.returned
        if draft is not None:
            self.initial = {name: getattr(draft, name) for name in OF_DRAFT}
        self.take_over()
        self.offer_field_photos()
        self._ask_only_for_what_is_needed()
        if not self._raw("appeal"):
            del self.fields["appeal"]

    @property
    def chosen_outcome(self) -> str:
        chosen = self._raw("outcome")
        return chosen if chosen in Outcome.values else ""

    @property
    def demanded(self) -> set[str]:
        if not self.chosen_outcome:
            return set()
        return {item.lack.field for item in evidence.demands(self.chosen_outcome, self.chosen_kind)}

    def _ask_only_for_what_is_needed(self) -> None:
        demanded = self.demanded
        shown = {"outcome", "kind", "text", "appeal", "letter", *demanded, *(("documents",) if demanded else ())}
        shown |= {*PHOTO_FIELDS, "from_field"} if demanded & set(PHOTOS) else set()
        for field in [name for name in self.fields if name not in shown]:
            del self.fields[field]
        brought = {f"photos_{file.part.lower()}" for file in self.page.field_photos} if self._takes_photos else set()
        for field in (demanded & self.fields.keys()) - brought:
            self.fields[field].required = True

    @property
    def _takes_photos(self) -> bool:
        """Whether the photos from the field count: the box is ticked, or nothing was sent yet."""
        return not self.is_bound or bool(self.data.get(self.add_prefix("from_field")))

    def missing(self) -> Iterator[evidence.Lack]:
        if self.chosen_outcome:
            yield from answering.lacking(self.page.report, self.answer(), at=timezone.now())

    def answer(self) -> Answer:
        return Answer(
            text=self.said("text"),
            kind=self.chosen_kind,
            outcome=self.chosen_outcome,
            done_on=self._day("done_on"),
            done_at_place=self.said("done_at_place"),
            no_photo_because=self.said("no_photo_because"),
            document_number=self.said("document_number"),
            document_date=self._day("document_date"),
            planned_for=self._day("planned_for"),
            legal_ground=self.said("legal_ground"),
            next_step=self.said("next_step"),
            proofs=self.proofs(),
            kept=self.kept,
            appeal=self.said("appeal"),
        )

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        answering.resolve(report, self.answer(), by=by, seen=seen)


class ApproveForm(ActForm):
    """The head sends the draft that waits; an appeal against the gate is upheld with it."""

    name, moves = "approve", frozenset({"return_draft"})
    title, button, icon = _("Approve the draft"), _("Approve and send"), "check-check"
    key = "a"
    hint = _("The reporter reads it at once.")

    @classmethod
    def applies(cls, page: ReportPage) -> bool:
        return page.draft is not None

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        answering.approve(report, by=by, seen=seen)


class SendBackForm(ActForm):
    """The head returns the draft with a reason; the officer goes on with its text."""

    name, moves = "send-back", frozenset({"return_draft"})
    title, button, icon = _("Send the draft back"), _("Send back"), "undo-2"
    key = "r"

    reason = long_text(_("What must change"), rows=3)

    @classmethod
    def applies(cls, page: ReportPage) -> bool:
        return page.draft is not None

    def perform(self, report: Report, *, by: Actor, seen: int | None) -> None:
        answering.send_back(report, by=by, seen=seen, reason=self.said("reason"))
