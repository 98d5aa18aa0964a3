"""The history of a report as a page shows it: entries for web/_timeline.html, oldest first."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.db.models import Prefetch, QuerySet

from tuntas.followup.models import Evidence, FollowUp
from tuntas.ledger import proving
from tuntas.portal import sentences
from tuntas.reports.codes import archive_reasons
from tuntas.reports.models import Attachment, Event, Report


@dataclass(frozen=True, kw_only=True, slots=True)
class Entry:
    """One thing that happened, in words. answer, proofs: what an officer showed with it; files: what else came."""

    verb: str
    icon: str
    tone: str
    word: str
    at: datetime
    words: str = ""
    points: tuple[str, ...] = ()
    answer: FollowUp | None = None
    proofs: tuple[Attachment, ...] = ()
    files: tuple[Attachment, ...] = ()
    leaf: int | None = None  # its number in the public log
    private: bool = False  # files are linked for the reader of this page alone
    template: str = "portal/_entry.html"


def for_the_public(report: Report) -> list[Entry]:
    """What everybody may read. Words of reporters are never among it: nobody has moderated them."""
    events = _read(Event.objects.for_the_public().filter(report=report))
    return _numbered(events, [_entry(event, quoted=sentences.sentence_of(event).quoted) for event in events])


def for_the_reporter(report: Report) -> list[Entry]:
    """What the reporter of this report may read: all but the handlers' own notes."""
    several = report.weight > 1
    events = _read(Event.objects.for_the_reporter().filter(report=report))
    entries = [
        _entry(event, quoted=_may_quote(event, several=several), to_reporter=True, several=several) for event in events
    ]
    return _numbered(events, entries)


def of_the_carrier(report: Report) -> list[Entry]:
    """What a reporter reads of the report that theirs joined: what everybody may, and of a secret one no words."""
    entries = for_the_public(report)
    if not report.hides_text:
        return entries
    return [replace(entry, words="", answer=None, proofs=(), files=()) for entry in entries]


def _may_quote(event: Event, *, several: bool) -> bool:
    """Words of another reporter of the same matter, and codes of the clockwork, are not for this reader."""
    if event.actor_kind == "system":
        return False
    return not (several and event.verb in sentences.SHARED) and event.verb != "dispose"


def _numbered(events: Sequence[Event], entries: Sequence[Entry]) -> list[Entry]:
    """The entries with their numbers in the public log, as far as they have one yet."""
    numbers = proving.numbers_of(event.pk for event in events)
    return [replace(entry, leaf=numbers.get(event.pk)) for event, entry in zip(events, entries, strict=True)]


def _read(events: QuerySet[Event]) -> Sequence[Event]:
    shown = Evidence.objects.select_related("attachment__report").order_by("pk")
    return list(
        events.select_related("unit", "holder", "follow_up")
        .prefetch_related(Prefetch("follow_up__evidence", queryset=shown), "attachments")
        .order_by("pk")
    )


def _entry(event: Event, *, quoted: bool, to_reporter: bool = False, several: bool = False) -> Entry:
    sentence = sentences.sentence_of(event)
    answer = getattr(event, "follow_up", None)
    proofs = tuple(proof.attachment for proof in answer.evidence.all()) if answer else ()
    return Entry(
        verb=event.verb,
        icon=sentence.icon,
        tone=sentence.tone,
        word=sentences.tell(event, to_reporter=to_reporter, one_of_several=several),
        at=event.at,
        words=event.note if quoted else "",
        points=tuple(_points(event)) if to_reporter else (),
        answer=answer,
        proofs=proofs,
        files=tuple(file for file in event.attachments.all() if file not in proofs),
        private=to_reporter,
    )


def _points(event: Event) -> Iterable[str]:
    """What was asked for, why it was archived, and where else to turn to."""
    yield from event.facts.get("missing") or ()
    if reason := archive_reasons().get(str(event.facts.get("archive_reason", ""))):
        yield f"{reason.name}. {reason.explanation}"
    if signpost := event.facts.get("signpost"):
        yield str(signpost)
