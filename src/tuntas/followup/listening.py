"""What a reporter said in a recording, written down by an officer, so that it can be searched, compared and answered.

It becomes part of the report's text, under a line that says whose words they are, and an entry that the reporter reads:
who was heard wrongly can say so. Writing it down again replaces what was written down before, never what was typed.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from tuntas.access.actors import Actor
from tuntas.intake.submissions import spoken_words
from tuntas.lifecycle import advance, lock
from tuntas.reports import publishing
from tuntas.reports.models import Attachment, Event, Report

# Content of the register like the text around it, so in its own language whatever an officer reads.
MARK = "[Dari rekaman suara, ditulis oleh petugas]"


def recordings_of(report: Report) -> "QuerySet[Attachment]":
    """The reporter's sounds that are still there, in the sight of whoever asks."""
    return report.attachments.filter(by=Attachment.By.REPORTER, media_type__startswith="audio/").exclude(key="")


def transcript_of(report: Report) -> str:
    """What was written down; empty while nobody has."""
    is_written = report.events.filter(verb="transcribe").exists()
    return str(publishing.read(report)["body"]).rpartition(MARK)[2].strip() if is_written else ""


@transaction.atomic
def transcribe(report: Report, *, by: Actor, text: str, at: datetime | None = None, seen: int | None = None) -> Event:
    """Write down what is said in the recording. Raises Incomplete without words, and without a recording."""
    words = text.strip()
    lock(report)
    before = transcript_of(report)
    event = advance(
        report,
        "transcribe",
        by=by,
        at=at,
        seen=seen,
        note=words,
        brings={"transcript": words, "recording": recordings_of(report).exists()},
    )
    was = publishing.read(report)
    typed = str(was["body"]).rpartition(MARK)[0] if before else str(was["body"])
    typed = "" if typed.strip() == spoken_words() else typed.strip()
    body = "\n\n".join(filter(None, (typed, f"{MARK}\n{words}")))
    publishing.rewrite(report, title=was["title"], body=body, remedy=was["remedy"], place=was["place"])
    return event
