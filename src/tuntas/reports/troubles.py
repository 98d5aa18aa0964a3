"""Why a file cannot be taken, in words: every reason has its own "why" and its own way out."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tuntas.kernel.refusals import Refusal


class Trouble(Exception):
    """Found while looking into a file; `inspect` turns it into a refusal with the file's name."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class UnusableFile(Refusal):
    """One file was not taken; everything else of the form is kept. `kept` names the file."""

    def __init__(self, name: str, code: str) -> None:
        why, instead = REASONS[code]
        self.code = f"file_{code}"
        super().__init__(
            _("The file “%(name)s” was not taken. Your text and your other files are kept.") % {"name": name},
            why=why,
            instead=instead,
            kept={"file": name},
        )


_KINDS = gettext_lazy(
    "Send a photo (JPG, PNG, WebP), a PDF, a document (DOCX, XLSX, ODT), a video (MP4) or a sound (MP3, M4A, OGG)."
)
_AGAIN = gettext_lazy("Open it on your phone or computer first. If it opens, save it again and send the new file.")
_PHOTO = gettext_lazy("Take a photo or a screenshot of it and send that.")
_PRINT = gettext_lazy("Print or save it as a new PDF, or send photos of its pages.")

REASONS: Mapping[str, tuple[str | Promise, str | Promise]] = {
    "empty": (gettext_lazy("The file is empty."), gettext_lazy("Choose it again, or send another file.")),
    "kind": (gettext_lazy("We cannot show files of this kind."), _KINDS),
    "program": (gettext_lazy("It is a program, whatever its name says."), _KINDS),
    "page": (gettext_lazy("It is a web page or a drawing that can carry a program."), _PHOTO),
    "archive": (gettext_lazy("It is an archive. We do not open archives."), gettext_lazy("Send the files one by one.")),
    "old_word": (
        gettext_lazy("It is a Word file of the old kind (DOC), which can carry a program."),
        gettext_lazy("Save it as DOCX or PDF and send that."),
    ),
    "heic": (
        gettext_lazy("It is a photo of the kind HEIC, which many phones and computers cannot show."),
        gettext_lazy("In the camera's settings choose “most compatible” (JPG), or send a screenshot of the photo."),
    ),
    "mov": (
        gettext_lazy("It is a video of the kind MOV, which many phones and computers cannot show."),
        gettext_lazy("In the camera's settings choose “most compatible” (MP4), or send photos."),
    ),
    "long": (
        gettext_lazy("The recording is too long."),
        gettext_lazy("Send the part that matters most, or several shorter recordings, or write it down."),
    ),
    "silent": (
        gettext_lazy("There is no voice recording in it."),
        gettext_lazy("Record again, or choose a sound file. Photos have their own place below."),
    ),
    "renamed": (gettext_lazy("What is inside is not what its name says."), _KINDS),
    "broken": (gettext_lazy("It is damaged or was cut off while it was sent."), _AGAIN),
    "pixels": (
        gettext_lazy("It has more pixels than any camera makes, and would fill the memory when opened."),
        gettext_lazy("Make it smaller, or send a screenshot of it."),
    ),
    "swollen": (gettext_lazy("It would grow far too large when opened."), _PRINT),
    "locked": (
        gettext_lazy("It is locked with a password."),
        gettext_lazy("Save it without a password and send that."),
    ),
    "active": (gettext_lazy("It carries a program, or fetches something from the internet when opened."), _PRINT),
}
