"""Stops a file that is too large while it is still coming in, and keeps the rest of the form.

Stands first in FILE_UPLOAD_HANDLERS. The bytes of a refused file are read past and written nowhere; what was typed and
the other files arrive as if nothing had happened, and `refused(request)` says what to tell the person.
"""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from tuntas.kernel.refusals import TooMuch
from tuntas.reports.files import Allowance

_ATTRIBUTE = "files_refused_while_coming_in"


def refused(request: Any) -> list[TooMuch]:
    """The refusals of files that were cut off while coming in, in their order. Ask after the form was read."""
    return list(getattr(request, _ATTRIBUTE, ()))


class CappedUploads(FileUploadHandler):
    """Counts files and bytes as they pass; stores nothing itself."""

    def __init__(self, request: Any = None) -> None:
        super().__init__(request)
        self.allowance = Allowance()
        self.refusal: TooMuch | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Note a refusal; act on it at the first bytes: until then the handlers behind us hold the file before."""
        super().new_file(*args, **kwargs)
        self.refusal = None
        try:
            self.allowance.begin(self.file_name or "")
        except TooMuch as too_many:
            self.refusal = too_many

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Pass the bytes on, or skip the rest of this file."""
        try:
            if self.refusal:
                raise self.refusal
            self.allowance.count(len(raw_data))
        except TooMuch as refusal:
            setattr(self.request, _ATTRIBUTE, [*refused(self.request), refusal])
            raise SkipFile from None
        return raw_data

    def file_complete(self, file_size: int) -> "UploadedFile[Any] | None":
        """The file came whole; a handler behind us has it."""
        if not self.refusal:
            self.allowance.end()
        return None
