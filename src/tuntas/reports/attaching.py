"""Files that come with a report or an answer: looked at, encrypted, kept by the file store, then written as rows.

The cleaned copy lies under the content key, bound to its report; the bytes that came lie sealed to the vault, because
they may say where the reporter stood (design 3b, "What is secret").
"""

import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, BinaryIO

from django.utils import timezone

from tuntas.identity import content, sealing
from tuntas.reports import files, sealed_words
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
    taken = datetime.combine(taken_on, time(12), timezone.get_current_timezone()) if taken_on else None
    if taken is None and by == Attachment.By.OFFICER:
        taken = checked.facts.taken_at
    return Attachment.objects.create(
        report=report,
        event=event,
        by=by,
        part=part,
        taken_at=taken,
        place=place.strip(),
        created_at=at or timezone.now(),
        **keep(checked, report=report.uuid),
    )


def keep(checked: Checked, *, report: uuid.UUID) -> dict[str, Any]:
    """Put the bytes into the store, encrypted for the report of this uuid; returns the columns that describe them.

    For one who has no row to write yet; `forget` them when there will be none.
    """
    facts, name, kept, public_key = checked.facts, uuid.uuid4(), installed(), sealing.current_public_key()
    columns: dict[str, Any] = {
        "uuid": name,
        "name": sealed_words.seal(facts.name, report=report, field=f"reports_attachment.name/{name}"),
        "media_type": facts.media_type,
        "size": facts.size,
        "sha256": content.digest(facts.sha256, report=report),
        "key": "",
        "thumbnail_key": "",
        "original_key": "",
        "original_epoch": public_key.epoch,
    }
    try:
        columns["key"] = kept.put(content.encrypt_stream([facts.shown], report=report, field=f"file/{name}"))
        if facts.thumbnail:
            thumbnail = content.encrypt_stream([facts.thumbnail], report=report, field=f"thumbnail/{name}")
            columns["thumbnail_key"] = kept.put(thumbnail)
        columns["original_key"] = kept.put(sealing.seal_file([checked.upload.data], public_key, name))
    except BaseException:
        forget(columns)
        raise
    return columns


def forget(columns: Mapping[str, Any]) -> None:
    """Remove from the disk what `keep` put there for a row that was never written."""
    for name in ("key", "thumbnail_key", "original_key"):
        if columns[name]:
            installed().remove(columns[name])


class Opened(Iterator[bytes]):
    """The bytes of a file, 64 KiB at a time; to be read to the end, or closed."""

    def __init__(self, file: BinaryIO, report: uuid.UUID, field: str) -> None:
        self.file, self.chunks = file, content.decrypt_stream(file, report=report, field=field)

    def __next__(self) -> bytes:
        try:
            return next(self.chunks)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self.file.close()


def stream(attachment: Attachment, *, thumbnail: bool = False) -> Opened:
    """The cleaned copy, or its thumbnail, opened. The file is there when this returns.

    Who may read was decided by whoever could load the row. Raises NotFound at once, and Unreadable while reading, at
    the latest at an end that is not the file's own: what came before is then not the file.
    """
    key, field = (
        (attachment.thumbnail_key, f"thumbnail/{attachment.uuid}")
        if thumbnail and attachment.thumbnail_key
        else (attachment.key, f"file/{attachment.uuid}")
    )
    return Opened(installed().open(key), attachment.report.uuid, field)


def read(attachment: Attachment, *, thumbnail: bool = False) -> bytes:
    """The whole of what `stream` gives."""
    return b"".join(stream(attachment, thumbnail=thumbnail))
