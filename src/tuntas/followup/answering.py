"""What a unit says and shows: acknowledgements, progress, questions, and answers that settle it (T11, T12, T14).

An acknowledgement is never blocked and stops no clock (law 4). Progress and resolution pass the gate (canned.py), and a
resolution brings the evidence that its outcome demands (evidence.py).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import Actor
from tuntas.clocks import following
from tuntas.clocks.models import Kind as ClockKind
from tuntas.clocks.policies import calendar_of
from tuntas.followup import approving, canned, evidence, reply_templates
from tuntas.followup.kinds import Kind, Outcome, Step
from tuntas.followup.models import Evidence, FollowUp
from tuntas.kernel.refusals import Incomplete, OutOfTurn, Refusal
from tuntas.lifecycle import MOVES, advance, check, lock
from tuntas.organizations.models import Appointment, Role
from tuntas.reports import publishing
from tuntas.reports.attaching import Upload, attach
from tuntas.reports.models import Attachment, Event, Report
from tuntas.reports.sealed_words import MARK, Kept
from tuntas.reports.states import Class

COMPARED = 200  # of the unit's own latest replies that the gate looks at


@dataclass(frozen=True, kw_only=True, slots=True)
class Proof:
    """One file that an officer brings, and what it shows. part: BEFORE, AFTER or DOCUMENT."""

    upload: Upload
    part: str
    taken_on: date | None = None
    place: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What an officer writes, with the facts that the evidence rule may ask for."""

    text: str
    kind: str = Kind.ANSWER
    outcome: str = ""
    done_on: date | None = None
    done_at_place: str = ""
    no_photo_because: str = ""
    document_number: str = ""
    document_date: date | None = None
    planned_for: date | None = None
    legal_ground: str = ""
    next_step: str = ""
    proofs: Sequence[Proof] = field(default_factory=tuple)
    kept: Sequence[Attachment] = field(default_factory=tuple)  # what the report has already: of a letter, of the field
    appeal: str = ""  # why the gate is wrong about this text


class Blocked(Refusal):
    """The gate takes the text for a canned reply; the officer may add facts, or appeal to the head."""

    code = "canned_reply"

    def __init__(self, verdict: canned.Verdict, kept: dict[str, Any]) -> None:
        self.verdict = verdict
        super().__init__(
            _("This does not answer the report yet."),
            why=" ".join(str(reason.sentence) for reason in verdict.reasons if reason.points > 0),
            instead=" ".join(str(reason.sentence) for reason in verdict.missing)
            or _("Say what was done, when, where and by whom. You can also send it as an acknowledgement, or appeal."),
            kept=kept,
        )


def acknowledge(report: Report, *, text: str, by: Actor, at: datetime | None = None, seen: int | None = None) -> Event:
    """Tell the reporter that somebody has it. Always allowed, and never a follow-up."""
    answer = Answer(text=text)
    reply_templates.demand_filled(text, report)
    with transaction.atomic():
        event = advance(
            report, "acknowledge", by=by, at=at, seen=seen, note=text.strip(), brings={"answer": text.strip()}
        )
        _keep(report, answer, Step.ACKNOWLEDGEMENT, by=by, event=event, verdict=None)
    return event


def progress(
    report: Report, answer: Answer, *, by: Actor, at: datetime | None = None, seen: int | None = None
) -> Event:
    """What was found, what was done or will be: stops the clock of the first follow-up (T11)."""
    reply_templates.demand_filled(answer.text, report)
    verdict = _pass_gate(report, answer, Step.PROGRESS)
    if verdict.blocks and not _is_head(by):
        return _submit(report, answer, Step.PROGRESS, verdict, by=by, at=at, seen=seen)
    return _publish(report, answer, Step.PROGRESS, verdict, by=by, at=at, seen=seen)


@transaction.atomic
def question(report: Report, *, text: str, by: Actor, at: datetime | None = None, seen: int | None = None) -> Event:
    """Ask the reporter; the settlement clock pauses, for the first two questions (T12)."""
    lock(report)
    reply_templates.demand_filled(text, report)
    return advance(
        report,
        "question",
        by=by,
        at=at,
        seen=seen,
        note=text.strip(),
        brings={"answer": text.strip()},
        changes={"questions": report.questions + 1},
    )


def resolve(report: Report, answer: Answer, *, by: Actor, at: datetime | None = None, seen: int | None = None) -> Event:
    """Answer with an outcome and its evidence, or hand the draft to the head where T14 demands approval.

    Raises Incomplete naming each missing piece of evidence, or Blocked when the gate takes the text for a canned reply
    and the officer has not appealed.
    """
    moment = at or timezone.now()
    reply_templates.demand_filled(answer.text, report)
    _demand_evidence(report, answer, moment)
    verdict = _pass_gate(report, answer, Step.RESOLUTION)
    if not _is_head(by) and (verdict.blocks or needs_approval(report, at=moment, outcome=answer.outcome)):
        return _submit(report, answer, Step.RESOLUTION, verdict, by=by, at=at, seen=seen)
    return _publish(report, answer, Step.RESOLUTION, verdict, by=by, at=at, seen=seen)


def needs_approval(report: Report, *, at: datetime, outcome: str = "") -> bool:
    """Whether only the head may send the answer: examination, lateness, a second look (T14, T16), or a rule of the
    office itself (`approving`). outcome: how the answer ends the report, empty when it is not chosen yet.
    """
    if report.report_class == Class.SUPERVISORY or report.objections > 0:
        return True
    late = report.clocks.filter(kind=ClockKind.RESOLVE, stopped_at=None, due_at__lt=at).exists()
    return late or approving.asks(report, outcome, on=timezone.localdate(at)) is not None


def draft_of(report: Report) -> FollowUp | None:
    """The draft that waits for the head of the unit."""
    drafts = FollowUp.objects.filter(report=report, is_draft=True, returned_because="")
    return drafts.filter(unit=report.holder_id).first()  # of a unit that gave the report away nothing is sent any more


@transaction.atomic
def approve(report: Report, *, by: Actor, at: datetime | None = None, seen: int | None = None) -> Event:
    """The head sends the waiting draft, and with it upholds an appeal against the gate if there was one."""
    lock(report)
    draft = _waiting(report)
    check(MOVES["return_draft"], report, by, {"reason": draft.text}, seen=seen)  # who may return it may send it
    answer = Answer(text=draft.text, kind=draft.kind, outcome=draft.outcome, planned_for=draft.planned_for)
    verb = "resolve" if draft.step == Step.RESOLUTION else "progress"
    event = _move(verb, report, answer, by=by, at=at, seen=seen)
    draft.event, draft.is_draft, draft.written_at = event, False, event.at
    draft.appeal_upheld = True if draft.appeal else None
    draft.save()
    if draft.step == Step.PROGRESS:  # the row `progress` stops no clock of the head, since it is mostly not the head's
        following.stop(event, [ClockKind.APPROVAL])
        following.settle_due(report)
    _show(report, draft)
    return event


@transaction.atomic
def send_back(report: Report, *, by: Actor, reason: str, at: datetime | None = None, seen: int | None = None) -> Event:
    """The head returns the draft with a reason; its text stays for the officer to go on with."""
    lock(report)
    draft = _waiting(report)
    event = advance(
        report, "return_draft", by=by, at=at, seen=seen, note=reason.strip(), brings={"reason": reason.strip()}
    )
    draft.returned_because = reason.strip()
    draft.appeal_upheld = False if draft.appeal else None
    draft.save()
    return event


def look(
    report: Report, text: str, *, step: str, kind: str = Kind.ANSWER, has_evidence: bool = False
) -> canned.Verdict:
    """The gate's opinion while an officer types: the same that decides when it is sent."""
    words = publishing.read(report)
    return canned.judge(
        text,
        report_text=f"{words['title']}\n{words['body']}",
        earlier=_earlier(report),
        step=step,
        kind=kind,
        has_evidence=has_evidence,
        own_names=report.holder.name,
    )


def lacking(report: Report, answer: Answer, *, at: datetime) -> list[evidence.Lack]:
    """What the evidence rule still asks for before this answer may settle the report; also asked while one types."""
    if answer.outcome not in Outcome.values or answer.kind not in Kind.values:
        return []  # the timetable's row refuses a missing outcome in words
    photos = [(proof.part, evidence.Photo(taken_on=proof.taken_on, place=proof.place)) for proof in answer.proofs]
    photos += [(file.part, _shown(file, report)) for file in answer.kept if file.part != Evidence.Part.DOCUMENT]
    brought = {
        "text": answer.text,
        "done_on": answer.done_on,
        "done_at_place": answer.done_at_place,
        "no_photo_because": answer.no_photo_because,
        "document_number": answer.document_number,
        "document_date": answer.document_date,
        "planned_for": answer.planned_for,
        "legal_ground": answer.legal_ground,
        "next_step": answer.next_step,
        "photos_before": [photo for part, photo in photos if part == Evidence.Part.BEFORE],
        "photos_after": [photo for part, photo in photos if part == Evidence.Part.AFTER],
        "today": timezone.localdate(at, calendar_of(report.holder).zone),
    }
    return evidence.missing(answer.outcome, answer.kind, brought)


def _shown(file: Attachment, report: Report) -> evidence.Photo:
    """A photo that the report has already, as the evidence rule looks at it."""
    zone = calendar_of(report.holder).zone
    return evidence.Photo(taken_on=timezone.localdate(file.taken_at, zone) if file.taken_at else None, place=file.place)


def _pass_gate(report: Report, answer: Answer, step: Step) -> canned.Verdict:
    verdict = look(report, answer.text, step=step, kind=answer.kind, has_evidence=bool(answer.proofs or answer.kept))
    if verdict.blocks and not answer.appeal.strip():
        raise Blocked(verdict, {"text": answer.text})
    return verdict


def _earlier(report: Report) -> list[canned.Earlier]:
    replies = FollowUp.objects.filter(unit=report.holder_id, is_draft=False).exclude(report=report)
    texts = replies.order_by("-id").values_list("text", flat=True)[:COMPARED]
    return canned.collapse(text for text in texts if not text.startswith(MARK))  # sealed: of a hidden report


def _demand_evidence(report: Report, answer: Answer, at: datetime) -> None:
    if lacks := lacking(report, answer, at=at):
        raise Incomplete(
            _("The evidence is not complete."),
            why=" ".join(str(lack.sentence) for lack in lacks),
            instead=_("Add it and send again. What you typed is kept."),
            kept={"text": answer.text, "lacks": [lack.field for lack in lacks]},
        )


def _is_head(by: Actor) -> bool:
    return by.role == Role.UNIT_HEAD


def _submit(
    report: Report,
    answer: Answer,
    step: Step,
    verdict: canned.Verdict,
    *,
    by: Actor,
    at: datetime | None,
    seen: int | None,
) -> Event:
    """Hand a draft to the head of the unit: nothing is shown to the reporter yet, and no clock stops."""
    with transaction.atomic():
        FollowUp.objects.filter(report=report, is_draft=True, returned_because="").update(
            returned_because=Kept("replaced")
        )
        event = advance(
            report,
            "submit",
            by=by,
            at=at,
            seen=seen,
            brings={"answer": answer.text.strip()},
            facts={"outcome": answer.outcome, "appeal": bool(answer.appeal.strip())},
        )
        _keep(report, answer, step, by=by, event=None, verdict=verdict, at=event.at)
    return event


def _publish(
    report: Report,
    answer: Answer,
    step: Step,
    verdict: canned.Verdict,
    *,
    by: Actor,
    at: datetime | None,
    seen: int | None,
) -> Event:
    verb = "resolve" if step == Step.RESOLUTION else "progress"
    with transaction.atomic():
        lock(report)
        event = _move(verb, report, answer, by=by, at=at, seen=seen)
        made = _keep(report, answer, step, by=by, event=event, verdict=verdict)
        _show(report, made)
    return event


def _move(verb: str, report: Report, answer: Answer, *, by: Actor, at: datetime | None, seen: int | None) -> Event:
    """The row `progress` or `resolve`; the gate and the evidence rule were asked before."""
    zone = calendar_of(report.holder).zone
    promised = datetime.combine(answer.planned_for, time(8), zone) if answer.planned_for else None
    return advance(
        report,
        verb,
        by=by,
        at=at,
        seen=seen,
        note=answer.text.strip(),
        brings={
            "answer": answer.text.strip(),
            "outcome": answer.outcome in Outcome.values,
            "evidence": True,
            "substance": True,
            "approval": _is_head(by) or not needs_approval(report, at=at or timezone.now(), outcome=answer.outcome),
            "promised": promised if answer.outcome == Outcome.PLANNED_WITH_DATE else None,
        },
        facts={"kind": answer.kind} | ({"outcome": answer.outcome} if verb == "resolve" else {}),
        changes={"outcome": answer.outcome} if verb == "resolve" else {},
    )


def _keep(
    report: Report,
    answer: Answer,
    step: Step,
    *,
    by: Actor,
    event: Event | None,
    verdict: canned.Verdict | None,
    at: datetime | None = None,
) -> FollowUp:
    moment = event.at if event else (at or timezone.now())
    made = FollowUp.objects.create(
        report=report,
        event=event,
        is_draft=event is None,
        unit_id=report.holder_id,
        author=Appointment.objects.filter(pk=by.appointment or 0).first(),
        step=step,
        kind=answer.kind,
        outcome=answer.outcome,
        text=answer.text.strip(),
        written_at=moment,
        done_on=answer.done_on,
        done_at_place=answer.done_at_place.strip(),
        no_photo_because=answer.no_photo_because.strip(),
        document_number=answer.document_number.strip(),
        document_date=answer.document_date,
        planned_for=answer.planned_for,
        legal_ground=answer.legal_ground.strip(),
        next_step=answer.next_step.strip(),
        verdict=verdict.verdict if verdict else "",
        score=verdict.score if verdict else None,
        reasons=[reason.stored for reason in verdict.reasons] if verdict else [],
        gate_version=verdict.version if verdict else "",
        appeal=answer.appeal.strip(),
    )
    for proof in answer.proofs:
        file = attach(
            report,
            proof.upload,
            by=Attachment.By.OFFICER,
            event=event,
            part=proof.part,
            taken_on=proof.taken_on,
            place=proof.place,
            at=moment,
        )
        Evidence.objects.create(follow_up=made, attachment=file, part=proof.part)
    _show_again(made, answer.kept)
    return made


def _show_again(made: FollowUp, kept: Sequence[Attachment]) -> None:
    """A file proves one follow-up: a later draft takes it over from an earlier one, never from what was sent."""
    shown = Evidence.objects.filter(attachment__in=kept, follow_up__is_draft=False)
    already = set(shown.values_list("attachment", flat=True))
    for file in kept:
        if file.pk not in already:
            part = file.part if file.part in Evidence.Part.values else Evidence.Part.DOCUMENT
            facts = {"follow_up": made, "part": part}
            Evidence.objects.update_or_create(attachment=file, defaults=facts)


def _show(report: Report, made: FollowUp) -> None:
    """Evidence of a public report is public with the answer; of a protected one it stays with the reporter."""
    if report.hides_text:
        return
    files = Attachment.objects.filter(evidence__follow_up=made)
    files.update(is_public=True, event_id=made.event_id)


def _waiting(report: Report) -> FollowUp:
    draft = draft_of(report)
    if draft is None:
        raise OutOfTurn(
            _("This cannot be done now."),
            why=_("No draft waits for approval: it was sent or returned a moment ago."),
            instead=_("Read what happened, then decide again."),
        )
    return draft
