"""Files of the portal's forms: looked at as they come, kept until the report is filed, then attached to it once.

A recording under `voice` is what somebody says instead of writing: a sound, and no longer than LONGEST_VOICE.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import update_wrapper
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import Error as DatabaseFault
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tuntas.access.actors import Actor, acting
from tuntas.kernel.refusals import Refusal
from tuntas.portal import waiting
from tuntas.reports import attaching
from tuntas.reports.attaching import Upload, attach
from tuntas.reports.files import MOST_FILES, safe_name
from tuntas.reports.models import Attachment, Event, Report
from tuntas.reports.troubles import UnusableFile
from tuntas.reports.uploading import refused
from tuntas.web import away

FIELDS = ("voice", "photos")  # under which files come
LONGEST_VOICE = 3 * 60  # seconds
TOLERANCE = 5  # seconds that a recorder's clock may be late


@dataclass(slots=True)
class Taken:
    """What became of the files that came with one sending: those that are good, and a sentence for each that is not."""

    good: list[Upload] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)  # under which field, and the sentence

    @property
    def troubles(self) -> list[str]:
        return [sentence for _field, sentence in self.refused]

    def tell(self, form: Any) -> None:
        """Put each sentence beside the control that its file came under."""
        for name, sentence in self.refused:
            form.add_error(name if name in form.fields else None, sentence)


def look(upload: Upload, *, is_voice: bool) -> Upload:
    """The upload under the type that it truly is. Raises the Refusal of one that cannot be kept."""
    [checked] = attaching.check([upload])
    if is_voice and not is_sound(checked.facts.media_type):
        raise UnusableFile(safe_name(upload.name), "silent")
    if is_voice and not 0 < checked.facts.seconds <= LONGEST_VOICE + TOLERANCE:
        raise UnusableFile(safe_name(upload.name), "long")
    return replace(upload, media_type=checked.facts.media_type)


def is_sound(media_type: str) -> bool:
    return media_type.startswith("audio/")


def are_spoken(files: Iterable[Upload | waiting.Held]) -> bool:
    """Whether a recording is among these files, so that nothing need be written. They were looked at."""
    return any(is_sound(each.media_type) for each in files)


def look_at_each(request: HttpRequest, *, already: int = 0) -> Taken:
    """Look at every file of the form by itself, so that one bad photo costs no other.

    already: how many of the same form wait from before.
    """
    taken = Taken()
    for name, file in _files_of(request):
        if already + len(taken.good) >= MOST_FILES:
            sentence = _("The file “%(name)s” was not taken: a report can carry %(number)d files.")
            taken.refused.append((name, sentence % {"name": file.name, "number": MOST_FILES}))
            continue
        upload = Upload(name=file.name or "", data=file.read(), media_type=file.content_type or "")
        try:
            taken.good.append(look(upload, is_voice=name == "voice"))
        except Refusal as refusal:
            taken.refused.append((name, _said(refusal)))
    taken.refused += [("photos", _said(refusal)) for refusal in refused(request)]
    return taken


def _files_of(request: HttpRequest) -> "Iterator[tuple[str, UploadedFile[bytes]]]":
    for name in FIELDS:
        for file in request.FILES.getlist(name):
            yield name, file


def keep_waiting(key: UUID, taken: Taken) -> None:
    """Keep the good ones for the next step; without room, say that they must be chosen again."""
    for upload in taken.good:
        if waiting.keep(key, upload) is None:
            sentence = _("The file “%(name)s” could not be kept for the next step. Choose it again there.")
            taken.refused.append(("photos", sentence % {"name": upload.name}))


def together(key: UUID, taken: Taken) -> list[Upload]:
    """What waits for the form and what came with it, once each: a file that arrived as the form left is in both."""
    return list(dict.fromkeys([*waiting.take(key), *taken.good]))


def put_away(request: HttpRequest, key: UUID) -> None:
    """Keep the files of a form that cannot be filed now, for the next sending of the same form (web.away)."""
    for _name, file in _files_of(request):
        file.seek(0)
    keep_waiting(key, look_at_each(request, already=len(waiting.held(key))))
    away.files_wait(request)


def files_wait(view: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Around the view of a form: when the database fails, its files wait under its key. See web.away."""

    def kept(request: HttpRequest) -> HttpResponse:
        key = key_of(request) if request.FILES else None
        before = len(waiting.held(key)) if key else 0
        try:
            return view(request)
        except DatabaseFault:
            if key and len(waiting.held(key)) == before:
                put_away(request, key)
            elif key:
                away.files_wait(request)
            raise

    return update_wrapper(kept, view)


def key_of(request: HttpRequest) -> UUID | None:
    """The key of the form that was sent; None when it has none."""
    try:
        return UUID(request.POST.get("key", ""))
    except ValueError:
        return None


def attach_once(report_id: int, uploads: Sequence[Upload]) -> list[str]:
    """Attach the files of a filed report, unless an earlier sending of the same form has done it.

    Returns a sentence for each that could not be kept: the report itself is safe by then.
    """
    with acting(Actor.reporter_of(report_id)):
        report = Report.objects.select_for_update(of=("self",)).get(pk=report_id)
        if Attachment.objects.filter(report=report, by=Attachment.By.REPORTER).exists():
            return []
        return [trouble for upload in uploads for trouble in _attach(report, upload)]


def attach_to(event: Event, uploads: Sequence[Upload]) -> None:
    """Attach files to what the reporter has just said. Raises the Refusal of the first that cannot be kept."""
    for upload in uploads:
        attach(event.report, upload, by=Attachment.By.REPORTER, event=event, at=event.at)


def _attach(report: Report, upload: Upload) -> list[str]:
    try:
        attach(report, upload, by=Attachment.By.REPORTER)
    except (Refusal, OSError):
        return [
            _("The file “%(name)s” could not be kept. Your report is safe; add the file on its page.")
            % {"name": upload.name}
        ]
    return []


def _said(refusal: Refusal) -> str:
    parts: tuple[Any, ...] = (refusal.what, refusal.why, refusal.instead)
    return " ".join(str(part) for part in parts if part)
