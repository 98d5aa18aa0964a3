"""Messages between a reporter, anonymous or not, and those who handle the report (trust.md 4.5).

A relay: it stops no clock, moves no state, and nobody learns a name. The timetable says who may write; each message is
an entry of the history, whose words lie apart under the content key. Notices say that there is one, and nothing of it.
"""

import hashlib
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import Actor
from tuntas.followup.models import Mailbox, Message
from tuntas.identity import content
from tuntas.kernel.numbers import refuse_codes
from tuntas.kernel.refusals import OutOfTurn
from tuntas.lifecycle import advance, lock
from tuntas.reports import attaching
from tuntas.reports.attaching import Upload, attach
from tuntas.reports.models import Attachment, Event, Report

RELAY = frozenset({"message_reporter", "message_office"})  # verbs that settle nothing
REPORTER, OFFICER = Attachment.By.REPORTER, Attachment.By.OFFICER


@dataclass(frozen=True, kw_only=True, slots=True)
class Said:
    """One message as it is shown. unit: who wrote it, None for the reporter; read_at: for the day alone."""

    by: str
    text: str
    at: datetime
    unit: object
    read_at: datetime | None
    files: Sequence[Attachment]

    @property
    def is_from_reporter(self) -> bool:
        return self.by == REPORTER


@transaction.atomic
def message_reporter(
    report: Report,
    *,
    text: str,
    by: Actor,
    uploads: Sequence[Upload] = (),
    at: datetime | None = None,
    seen: int | None = None,
) -> Event:
    """Write to the reporter, at any open state. Raises OutOfTurn when nobody can read it any more."""
    checked = attaching.check(uploads)
    lock(report)
    if report.is_open and report.code_lookup is None:
        raise OutOfTurn(
            _("Nobody would read this message."),
            why=_("There is no secret code to this report any more, so the reporter cannot open its page."),
            instead=_("Go on with what is known. What you typed is kept."),
            kept={"text": text},
        )
    event = _write(report, "message_reporter", text, by=by, at=at, seen=seen)
    for file in checked:
        attach(report, file, by=OFFICER, event=event, at=event.at)
    return event


def message_office(report: Report, *, text: str, at: datetime | None = None) -> Event:
    """The reporter answers, or writes unasked. Files are attached to the event by the surface that took them."""
    return _write(report, "message_office", text, by=Actor.reporter_of(report.pk), at=at, seen=None)


@transaction.atomic
def _write(report: Report, verb: str, text: str, *, by: Actor, at: datetime | None, seen: int | None) -> Event:
    words, name = text.strip(), uuid.uuid4()
    refuse_codes(words)
    sealed = content.encrypt_text(words, report=report.uuid, field=f"message/{name}")
    event = advance(
        report,
        verb,
        by=by,
        at=at,
        seen=seen,
        brings={"message": words},
        facts={"digest": hashlib.sha256(sealed).hexdigest()},
    )
    side = REPORTER if by.kind == "reporter" else OFFICER
    Message.objects.create(report=report, event=event, uuid=name, by=side, sealed=sealed)
    mark_read(report, by=by, at=event.at)
    return event


def messages_of(report: Report) -> list[Said]:
    """All messages of a report, oldest first, opened for whoever may see them (row-level security)."""
    rows = Message.objects.filter(report=report).select_related("event__unit", "event__holder")
    return [
        Said(
            by=row.by,
            text=content.decrypt_text(bytes(row.sealed), report=report.uuid, field=f"message/{row.uuid}"),
            at=row.event.at,
            unit=None if row.by == REPORTER else row.event.unit or row.event.holder,
            read_at=row.read_at,
            files=list(row.event.attachments.all()),
        )
        for row in rows.prefetch_related("event__attachments").order_by("pk")
    ]


def mark_read(report: Report, *, by: Actor, at: datetime | None = None) -> int:
    """Say that what the other side wrote was read. By the reporter only when they choose to: nothing else tells it."""
    unread = Message.objects.filter(report=report, read_at=None).exclude(by=_side(by))
    return unread.update(read_at=at or timezone.now())


def _side(actor: Actor) -> str:
    return REPORTER if actor.kind == "reporter" else OFFICER


# The mailbox ---------------------------------------------------------------------------------------------------------


def enter(report_id: int, visit: str) -> None:
    """From now on this visit alone may read the report by its code; whoever was in before is out.

    visit: a secret of the browser's session; its digest is kept. Call in the reporter's sight.
    """
    Mailbox.objects.update_or_create(report_id=report_id, defaults={"visit": digest(visit)})


def is_in(report_id: int, visit: str) -> bool:
    """Whether this visit is still the one. Call in the reporter's sight."""
    return Mailbox.objects.filter(report_id=report_id, visit=digest(visit)).exists()


def leave(report_id: int, visit: str) -> None:
    """This visit ends; a later one stays. Call in the reporter's sight."""
    Mailbox.objects.filter(report_id=report_id, visit=digest(visit)).update(visit=None)


@transaction.atomic
def destroy_code(report: Report, *, at: datetime | None = None) -> Event:
    """The code opens nothing any more, for good, and nobody is in. The report goes on (trust.md, threat 15).

    The same form sent again from a browser's memory still shows its first receipt (law 1), whose code is dead.
    """
    lock(report)
    if report.code_lookup is None:
        raise OutOfTurn(
            _("There is no code any more."), why=_("It was destroyed before."), instead=_("You can leave this page.")
        )
    event = advance(report, "destroy_code", by=Actor.reporter_of(report.pk), at=at, changes={"code_lookup": None})
    Mailbox.objects.filter(report=report).update(visit=None)
    return event


def digest(visit: str) -> bytes:
    return hashlib.sha256(f"tuntas visit {visit}".encode()).digest()
