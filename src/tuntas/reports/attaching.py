"""Files that come with a report or an answer: looked at, encrypted, kept by the file store, then written as rows.

The cleaned copy lies under the content key, bound to its report; the bytes that came lie sealed to the vault, because
they may say where the reporter stood (design 3b, "What is secret").
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time

from django.utils import timezone

from tuntas.identity import content, sealing
from tuntas.reports import files
from tuntas.reports.files import Allowance, Inspection
from tuntas.reports.models import Attachment, Event, Report
from tuntas.reports.storing import installed


@dataclass(frozen=True, kw_only=True, slots=True)
class Upload:
    """A file as somebody sent it: its bytes, the name and the type that the sender claims."""

    name: str
    data: bytes
    media_type: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Checked:
    """An upload that may be kept, with its cleaned copy."""

    upload: Upload
    facts: Inspection


def check(uploads: Sequence[Upload]) -> list[Checked]:
    """Look at every file before anything is written; raises the Refusal of the first that cannot be kept."""
    allowance = Allowance()
    return [
        Checked(
            upload=upload,
            facts=files.inspect(allowance.take(upload.name, [upload.data]), upload.name, upload.media_type),
        )
        for upload in uploads
    ]


def attach(
    report: Report,
    upload: Upload | Checked,
    *,
    by: str,
    event: Event | None = None,
    part: str = "",
    taken_on: date | None = None,
    place: str = "",
    at: datetime | None = None,
) -> Attachment:
    """Keep one file with the report. It is on disk before the row is written, so that no row points to nothing.

    Of a reporter's file neither time nor place is taken from the file itself: they say where the reporter stood.
    """
    checked = upload if isinstance(upload, Checked) else check([upload])[0]
    facts, name, kept = checked.facts, uuid.uuid4(), installed()
    taken = datetime.combine(taken_on, time(12), timezone.get_current_timezone()) if taken_on else None
    if taken is None and by == Attachment.By.OFFICER:
        taken = facts.taken_at
    sealed = sealing.seal_file(checked.upload.data, sealing.current_public_key(), name)
    return Attachment.objects.create(
        uuid=name,
        report=report,
        event=event,
        by=by,
        name=facts.name,
        media_type=facts.media_type,
        size=facts.size,
        sha256=facts.sha256,
        key=kept.put(content.encrypt(facts.shown, report=report.uuid, field=f"file/{name}")),
        thumbnail_key=(
            kept.put(content.encrypt(facts.thumbnail, report=report.uuid, field=f"thumbnail/{name}"))
            if facts.thumbnail
            else ""
        ),
        original_key=kept.put(sealed),
        part=part,
        taken_at=taken,
        place=place.strip(),
        created_at=at or timezone.now(),
    )


def read(attachment: Attachment, *, thumbnail: bool = False) -> bytes:
    """The cleaned copy, or its thumbnail, opened. Who may read was decided by whoever could load the row."""
    key, field = (
        (attachment.thumbnail_key, f"thumbnail/{attachment.uuid}")
        if thumbnail and attachment.thumbnail_key
        else (attachment.key, f"file/{attachment.uuid}")
    )
    with installed().open(key) as file:
        return content.decrypt(file.read(), report=attachment.report.uuid, field=field)
