"""Files that come with a report or an answer: looked at, kept by the file store, then written as rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.kernel.refusals import TooMuch
from tuntas.reports import files
from tuntas.reports.models import Attachment, Event, Report

MOST_FILES = 5  # design 3b, Limits
MOST_TOGETHER = 50 * 1024 * 1024  # bytes


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """A file as somebody sent it: its bytes, the name and the type that the sender claims."""

    name: str
    data: bytes
    media_type: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Inspected:
    """A file that may be kept: what it truly is, and the copy that is shown."""

    upload: Upload
    facts: files.Inspection


def inspect_all(uploads: Sequence[Upload]) -> list[Inspected]:
    """Look at every file before anything is written; raises the Refusal of the first that cannot be kept."""
    if len(uploads) > MOST_FILES:
        raise TooMuch(
            _("Too many files."),
            why=_("You chose %(n)s files; %(most)s fit.") % {"n": len(uploads), "most": MOST_FILES},
            instead=_("Choose the ones that show the problem best. Your text is kept."),
        )
    if sum(len(upload.data) for upload in uploads) > MOST_TOGETHER:
        raise TooMuch(
            _("The files are too large together."),
            why=_("50 MB fit, all files together."),
            instead=_("Leave one out, or make the photos smaller. Your text is kept."),
        )
    return [
        Inspected(upload=upload, facts=files.inspect(upload.data, upload.name, upload.media_type)) for upload in uploads
    ]


def attach(
    report: Report,
    upload: Upload | Inspected,
    *,
    by: str,
    event: Event | None = None,
    part: str = "",
    taken_on: date | None = None,
    place: str = "",
    at: datetime | None = None,
) -> Attachment:
    """Keep one file with the report. The store has it on disk before the row is written (temporary file, fsync, rename)."""
    seen = upload if isinstance(upload, Inspected) else inspect_all([upload])[0]
    moment = at or timezone.now()
    kept = files.keep(seen.facts)
    taken = datetime.combine(taken_on, time(12), timezone.get_current_timezone()) if taken_on else seen.facts.taken_at
    return Attachment.objects.create(
        report=report,
        event=event,
        by=by,
        name=seen.facts.name,
        media_type=seen.facts.media_type,
        size=len(seen.facts.shown),
        sha256=kept.sha256,
        key=kept.key,
        thumbnail_key=kept.thumbnail_key,
        part=part,
        taken_at=taken,
        place=place.strip(),
        created_at=moment,
    )
