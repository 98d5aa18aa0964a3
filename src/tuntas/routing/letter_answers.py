"""An answer by letter: somebody with the link gives it once, without an account; the clockwork takes it in (R000-30).

It is no follow-up and stops no clock: the holder reads it, and passes on what holds as a follow-up of its own.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import SYSTEM, acting
from tuntas.intake.receiving import storable
from tuntas.kernel.refusals import Incomplete, Refusal
from tuntas.lifecycle import advance
from tuntas.organizations.models import Unit
from tuntas.reports import attaching
from tuntas.reports.attaching import Upload
from tuntas.reports.models import Attachment, Event
from tuntas.reports.sealed_words import Kept, seal
from tuntas.routing import links, queries
from tuntas.routing.models import Letter

DOCUMENT = "DOCUMENT"  # the part that every file of an answer by letter plays


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenLetter:
    """What whoever holds the link may read. title, body, place: empty when the report hides its text."""

    number: str
    unit: Unit
    holder: Unit
    due_at: datetime
    title: str
    body: str
    place: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Reply:
    """What an office writes back. office: its name, never that of a person."""

    text: str
    office: str
    document_number: str = ""
    document_date: date | None = None


def read(token: str, *, at: datetime | None = None) -> OpenLetter | None:
    """The letter that this token opens now; None alike for a wrong, used or expired one, and a finished report."""
    found = queries.open_letter(links.digest(token), at=at or timezone.now())
    if found is None:
        return None
    units = Unit.objects.in_bulk([found.unit, found.holder])
    return OpenLetter(
        number=found.number,
        unit=units[found.unit],
        holder=units[found.holder],
        due_at=found.due_at,
        title=found.title or "",
        body=found.body or "",
        place=found.place or "",
    )


def answer(token: str, reply: Reply, uploads: Sequence[Upload], *, form: UUID, at: datetime | None = None) -> bool:
    """Keep the answer with its files, once. False when the token opens nothing (any more); nothing is kept then.

    form: the key of the form that was filled in: the same form sent twice is one answer, and true both times.
    Raises Incomplete for an answer without words or office, and the Refusal of the first file that cannot be kept.
    """
    moment, digest = at or timezone.now(), links.digest(token)
    text, office = storable(reply.text), storable(reply.office)
    if not text or not office:
        raise Incomplete(
            _("Something is missing."),
            why=_("Say what was done, or why not, and which office answers."),
            instead=_("Add it and send again. What you typed is kept."),
        )
    found = queries.open_letter(digest, at=moment)
    checked = attaching.check(uploads) if found else []
    files = [attaching.keep(file, report=found.report) for file in checked] if found else []
    became = queries.answer_letter(
        digest,
        at=moment,
        form=hashlib.sha256(form.bytes).digest(),
        answer=seal(text, report=found.report, field="routing_letter.answer") if found else "",
        office=office,
        document_number=storable(reply.document_number),
        document_date=reply.document_date,
        files=[_as_json(columns) for columns in files],
    )
    if became != "kept":
        for columns in files:
            attaching.forget(columns)
    return became in {"kept", "again"}


def take_in(*, now: datetime | None = None, at_most: int = 100) -> int:
    """Write each answer that came into the history of its report, with its files, and tell the holder.

    For the clockwork; returns how many. One whose report has ended meanwhile stays with its letter alone.
    """
    moment, done = now or timezone.now(), 0
    while done < at_most and _take_in_one(moment):
        done += 1
    return done


def _take_in_one(now: datetime) -> bool:
    with acting(SYSTEM), transaction.atomic():
        waiting = Letter.objects.select_for_update(of=("self",), skip_locked=True).filter(
            answered_at__lte=now, taken_in_at=None
        )
        letter = waiting.select_related("report", "unit").order_by("answered_at", "pk").first()
        if letter is None:
            return False
        letter.event, letter.taken_in_at = _enter(letter), now
        letter.save(update_fields=["event", "taken_in_at"])
    return True


def _enter(letter: Letter) -> Event | None:
    try:
        with transaction.atomic():
            event = advance(
                letter.report,
                "answer_by_letter",
                by=SYSTEM,
                at=letter.answered_at,
                note=letter.answer,
                brings={"answer": letter.answer},
                facts={"office": letter.answered_by_office, "letter": letter.pk},
            )
            for columns in letter.files:
                Attachment.objects.create(
                    report=letter.report,
                    event=event,
                    by=Attachment.By.OFFICER,
                    part=DOCUMENT,
                    created_at=event.at,
                    **_as_columns(columns),
                )
    except Refusal:
        return None
    return event


def _as_json(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {**columns, "uuid": str(columns["uuid"]), "sha256": columns["sha256"].hex()}


def _as_columns(stored: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **stored,
        "name": Kept(stored["name"]),
        "uuid": UUID(stored["uuid"]),
        "sha256": bytes.fromhex(stored["sha256"]),
    }
