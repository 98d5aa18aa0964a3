"""Removing what a person wrote, by law and for good: the course of the report and its history stay (trust.md 4.3).

What goes: text, remedy, place, the reporter's files, messages and ratings, the public copy, and the words that officers
exchanged about it. What stays: that a report was made, its class, its office, its times, what the office answered.
Entries of the history are never deleted.
"""

import logging
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import SYSTEM
from tuntas.followup.models import Message, Rating
from tuntas.identity import content, queries
from tuntas.kernel.refusals import OutOfTurn
from tuntas.ledger import erasing as burying
from tuntas.lifecycle import advance, lock
from tuntas.reports import publishing
from tuntas.reports.models import Attachment, Event, Report, ReportText
from tuntas.reports.storing import installed
from tuntas.teamwork.models import Remark

log = logging.getLogger(__name__)
LAW = "UU 27/2022"
GONE = "-"  # the name of a file that was removed
NOWHERE = {"place": "", "latitude": None, "longitude": None, "cell_y": None, "cell_x": None}


@transaction.atomic
def erase_content(
    report: Report, *, ground: str, decided_by: str, at: datetime | None = None, keep_public: bool = False
) -> Event:
    """Empty what the reporter wrote and sent. Call as the clockwork, inside `acting(SYSTEM)`.

    Entries of the history that hold the reporter's own words lose them, with a tombstone in the public log; their
    leaves stay valid. decided_by: the office that decided; it is published there.

    ground: a word of `identity.Ground`. keep_public: the moderated copy has a longer term of its own (retention).
    The files go after the commit: a crash in between leaves files that nobody can find, never a row without its file.
    Raises OutOfTurn while a legal hold stands, and NotFound while an entry has no leaf in the public log yet.
    """
    lock(report)
    if queries.is_kept(report.pk):
        raise OutOfTurn(_("Nothing was erased."), why=_("A legal hold stands."))
    own_words = report.events.filter(actor_kind="reporter").exclude(note="")
    for event_id in own_words.values_list("pk", flat=True):
        burying.erase(event_id, ground=f"{LAW} ({ground})", decided_by=decided_by)
    files = Attachment.objects.filter(report=report, by=Attachment.By.REPORTER).exclude(key="")
    keys = [key for pair in files.values_list("key", "thumbnail_key") for key in pair if key]
    event = advance(
        report, "erase_content", by=SYSTEM, at=at or timezone.now(), brings={"reason": ground},
        facts={"ground": ground, "files": len(files)}, changes={**NOWHERE},
    )  # fmt: skip
    ReportText.objects.filter(report=report).update(
        title="", body="", requested_remedy="", reported_party="", sealed=None, key_epoch=0, covered=[]
    )
    files.update(name=GONE, key="", thumbnail_key="", place="", taken_at=None, is_public=False, size=0)
    Rating.objects.filter(report=report).update(words="")
    _empty_messages(report)
    _empty_remarks(report)
    if not keep_public:
        publishing.withdraw(report)
    transaction.on_commit(lambda: _remove(keys))
    return event


def _empty_messages(report: Report) -> None:
    for message in Message.objects.filter(report=report, by=Attachment.By.REPORTER):
        message.sealed = content.encrypt_text("", report=report.uuid, field=f"message/{message.uuid}")
        message.save(update_fields=["sealed"])


def _empty_remarks(report: Report) -> None:
    """Officers may have repeated among themselves what the person wrote."""
    for remark in Remark.objects.filter(report=report):
        remark.sealed = content.encrypt_text("", report=report.uuid, field=f"remark/{remark.uuid}")
        remark.save(update_fields=["sealed"])


def _remove(keys: list[str]) -> None:
    store = installed()
    for key in keys:
        try:
            store.remove(key)
        except OSError:
            log.exception("a file of an erased report was not removed; the next sweep finds it")
