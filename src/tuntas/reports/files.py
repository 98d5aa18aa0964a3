"""Files that people send: how many, how large, what they really are, and what of them is kept.

The order is the defence: size before reading on, kind by content before opening, dimensions before decoding, and only
what was drawn or packed anew goes on. Pure: nothing is written, nothing is asked of the network.
Source: design 3b (limits), handbook 2.4 (kinds), trust.md threat 6.
"""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tuntas.kernel.numbers import holds_code
from tuntas.kernel.refusals import TooMuch
from tuntas.reports import containers, pictures, sounds
from tuntas.reports.troubles import Trouble, UnusableFile

MOST_FILES = 5
LARGEST = 10 * 2**20  # bytes of one file
TOGETHER = 50 * 2**20  # bytes of all files of one form
NAME_LENGTH = 100  # characters of a name that is shown

WIB = ZoneInfo("Asia/Jakarta")


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """A file that may be kept. `shown` is the cleaned copy; the bytes that came belong in the vault (design 3b).

    taken_at and location are what the file itself said before it was cleaned. They are facts for an officer's evidence;
    of a reporter's file they must not be stored: they say where the reporter stood.
    """

    shown: bytes
    name: str  # safe to show and to put into a header; never a path
    media_type: str
    thumbnail: bytes = b""  # JPEG; empty for what is no picture
    width: int = 0
    height: int = 0
    seconds: float = 0  # of sound that was recorded anew; 0 for everything else
    taken_at: datetime | None = None  # aware
    location: tuple[float, float] | None = None  # latitude, longitude in degrees

    @property
    def size(self) -> int:
        """Bytes of what is shown."""
        return len(self.shown)

    @property
    def sha256(self) -> bytes:
        """Of what is shown."""
        return hashlib.sha256(self.shown).digest()


# How many, how large -----------------------------------------------------------------------------------------


@dataclass(slots=True)
class Allowance:
    """What one form may still bring. Nothing is read further than needed to know that it is too long.

    `begin`, `count` and `end` follow one file as it passes; a file that was refused costs no allowance.
    """

    taken: list[str] = field(default_factory=list)
    size: int = 0  # bytes of the files taken
    name: str = ""
    passing: int = 0  # bytes of the file that is passing

    def take(self, name: str, chunks: Iterable[bytes]) -> bytes:
        """The bytes of one file. Raises TooMuch, which names the files taken so far under `kept`."""
        self.begin(name)
        data = bytearray()
        for chunk in chunks:
            self.count(len(chunk))
            data += chunk
        self.end()
        return bytes(data)

    def begin(self, name: str) -> None:
        """A file starts. Raises TooMuch for the sixth."""
        self.name, self.passing = safe_name(name), 0
        if len(self.taken) >= MOST_FILES:
            raise self._too_many(self.name)

    def count(self, number: int) -> None:
        """So many bytes of it came. Raises TooMuch when it or all of them grow too large."""
        self.passing += number
        if self.passing > LARGEST:
            raise self._too_large(self.name)
        if self.size + self.passing > TOGETHER:
            raise self._too_large_together(self.name)

    def end(self) -> None:
        """It came whole."""
        self.taken.append(self.name)
        self.size += self.passing

    def _too_many(self, name: str) -> TooMuch:
        return TooMuch(
            _("The file “%(name)s” was not taken. Your text and the first %(number)d files are kept.")
            % {"name": name, "number": MOST_FILES},
            why=_("A report can carry %(number)d files.") % {"number": MOST_FILES},
            instead=_("Send the report now and add more files later, on the page of your report."),
            kept={"file": name, "files": tuple(self.taken)},
        )

    def _too_large(self, name: str) -> TooMuch:
        return TooMuch(
            _("The file “%(name)s” was not taken. Your text and your other files are kept.") % {"name": name},
            why=_("It is larger than %(megabytes)d MB.") % {"megabytes": LARGEST // 2**20},
            instead=_("Send a smaller photo or a shorter recording."),
            kept={"file": name, "files": tuple(self.taken)},
        )

    def _too_large_together(self, name: str) -> TooMuch:
        return TooMuch(
            _("The file “%(name)s” was not taken. Your text and your other files are kept.") % {"name": name},
            why=_("All files together are larger than %(megabytes)d MB.") % {"megabytes": TOGETHER // 2**20},
            instead=_("Send fewer or smaller files, or add this one later on the page of your report."),
            kept={"file": name, "files": tuple(self.taken)},
        )


# What a file really is ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind that we keep. Pictures may bear each other's endings: telephones mix them up, and we draw them anew."""

    ending: str
    media_type: str
    endings: frozenset[str]


_PICTURES = frozenset({"jpg", "jpeg", "jpe", "jfif", "png", "webp"})
_FILMS = frozenset({"mp4", "m4v", "m4a"})
KINDS: Mapping[str, _Kind] = {
    "JPEG": _Kind("jpg", "image/jpeg", _PICTURES),
    "PNG": _Kind("png", "image/png", _PICTURES),
    "WEBP": _Kind("webp", "image/webp", _PICTURES),
    "PDF": _Kind("pdf", "application/pdf", frozenset({"pdf"})),
    "DOCX": _Kind(
        "docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", frozenset({"docx"})
    ),
    "XLSX": _Kind("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", frozenset({"xlsx"})),
    "ODT": _Kind("odt", "application/vnd.oasis.opendocument.text", frozenset({"odt"})),
    "MP4": _Kind("mp4", "video/mp4", _FILMS),
    "M4A": _Kind("m4a", "audio/mp4", _FILMS),
    "OGG": _Kind("ogg", "audio/ogg", frozenset({"ogg", "oga", "opus"})),
    "MP3": _Kind("mp3", "audio/mpeg", frozenset({"mp3", "mpga"})),
    "WEBM": _Kind("webm", "audio/webm", frozenset({"webm", "weba"})),
    "WAV": _Kind("wav", "audio/wav", frozenset({"wav", "wave"})),
    "AAC": _Kind("aac", "audio/aac", frozenset({"aac"})),
    "AMR": _Kind("amr", "audio/amr", frozenset({"amr", "awb"})),
    "3GP": _Kind("3gp", "audio/3gpp", frozenset({"3gp", "3gpp", "3ga", "amr"})),
}

_HEIC = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis")
_FILM_BRANDS = (b"iso", b"mp4", b"avc1", b"M4V", b"M4A", b"M4B", b"dash", b"MSNV")
# First bytes of what we do not take, so that the refusal can say what it is.
_UNWANTED: tuple[tuple[bytes, str], ...] = (
    (b"MZ", "program"),
    (b"\x7fELF", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
    (b"\xcf\xfa\xed\xfe", "program"),
    (b"\xfe\xed\xfa", "program"),
    (b"dex\n", "program"),
    (b"#!", "program"),
    (b"\xd0\xcf\x11\xe0", "old_word"),
    (b"Rar!", "archive"),
    (b"7z\xbc\xaf", "archive"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"\xfd7zXZ", "archive"),
)
_PAGE = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|svg|\?xml|script|body|head)", re.IGNORECASE)
# What a browser says of a file is not believed, except where it warns.
_WARNINGS = frozenset(
    {"text/html", "image/svg+xml", "application/xhtml+xml", "application/x-msdownload", "application/x-sh"}
    | {"application/x-msdos-program", "application/vnd.android.package-archive", "application/java-archive"}
)


def sniff(data: bytes) -> str:
    """The key in KINDS of what these bytes are. Raises Trouble naming what they are instead."""
    if not data:
        raise Trouble("empty")
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return _sniff_container(data)


def _sniff_container(data: bytes) -> str:
    if data.startswith(b"%PDF-"):
        return "PDF"
    if sound := sounds.sniff(data):
        return sound
    if data.startswith(b"OggS"):
        return "OGG"
    if data[4:8] == b"ftyp":
        return _sniff_film(data[8:12])
    if data.startswith(b"PK\x03\x04") and (kind := containers.kind_of_document(data)):
        return kind
    raise Trouble(_named_unwanted(data))


def _sniff_film(brand: bytes) -> str:
    if brand in _HEIC:
        raise Trouble("heic")
    if brand == b"qt  ":
        raise Trouble("mov")
    if brand.startswith((b"3gp", b"3g2")):
        return "3GP"
    if not brand.startswith(_FILM_BRANDS):
        raise Trouble("kind")
    return "M4A" if brand.startswith((b"M4A", b"M4B")) else "MP4"


def _named_unwanted(data: bytes) -> str:
    for first, code in _UNWANTED:
        if data.startswith(first):
            return code
    if data.startswith(b"PK"):  # a phone's program is a zip as well
        return "program" if b"AndroidManifest.xml" in data or b"META-INF/MANIFEST.MF" in data else "archive"
    return "page" if _PAGE.match(data[:1_024]) else "kind"


def inspect(data: bytes, name: str, declared: str = "", *, zone: tzinfo = WIB) -> Inspection:
    """Look into one file and give what of it may be kept. Raises UnusableFile, whose code says why (troubles.py).

    data: the whole file, within LARGEST (see `Allowance`). name, declared: as the browser sent them, and not trusted.
    zone: where a camera's clock runs when the photo does not say.
    """
    shown = "file" if holds_code(name) else safe_name(name)
    try:
        kind = sniff(data)
        _compare(kind, shown, declared)
        return _OPENERS[kind](data, shown, zone)
    except Trouble as trouble:
        raise UnusableFile(shown, trouble.code) from None


def _compare(kind: str, name: str, declared: str) -> None:
    stem, dot, ending = name.rpartition(".")
    is_named = bool(dot and stem) and re.fullmatch(r"[A-Za-z0-9]{1,5}", ending) is not None
    if is_named and ending.lower() not in KINDS[kind].endings:
        raise Trouble("renamed")
    if declared.partition(";")[0].strip().lower() in _WARNINGS:
        raise Trouble("renamed")


def _open_picture(form: str) -> Callable[[bytes, str, tzinfo], Inspection]:
    def opened(data: bytes, name: str, zone: tzinfo) -> Inspection:
        picture = pictures.redraw(data, form, zone)
        return Inspection(
            shown=picture.data,
            name=_with_ending(name, KINDS[form]),
            media_type=KINDS[form].media_type,
            thumbnail=picture.thumbnail,
            width=picture.width,
            height=picture.height,
            taken_at=picture.taken_at,
            location=picture.location,
        )

    return opened


def _open_plain(kind: str, clean: Callable[[bytes], bytes]) -> Callable[[bytes, str, tzinfo], Inspection]:
    def opened(data: bytes, name: str, _zone: tzinfo) -> Inspection:
        return Inspection(
            shown=clean(data),
            name=_with_ending(name, KINDS[kind]),
            media_type=KINDS[kind].media_type,
        )

    return opened


def _open_sound(kind: str) -> Callable[[bytes, str, tzinfo], Inspection]:
    def opened(data: bytes, name: str, zone: tzinfo) -> Inspection:
        try:
            heard = sounds.record_anew(data, kind)
        except Trouble as trouble:
            if trouble.code == "long" and kind in _LONG:
                return _LONG[kind](data, name, zone)
            raise
        return Inspection(
            shown=heard.data,
            name=_with_ending(name, KINDS["MP3"], was=KINDS[kind]),
            media_type=KINDS["MP3"].media_type,
            seconds=heard.seconds,
        )

    return opened


def _open_film_or_sound(data: bytes, name: str, zone: tzinfo) -> Inspection:
    """Browsers call an MP4 without a picture as they call a film."""
    return _open_film(data, name, zone) if b"vide" in data else _open_sound("M4A")(data, name, zone)


def _open_film(data: bytes, name: str, _zone: tzinfo) -> Inspection:
    film = containers.clean_recording(data)
    kind = KINDS["MP4" if film.has_picture else "M4A"]
    return Inspection(
        shown=film.data,
        name=_with_ending(name, kind),
        media_type=kind.media_type,
        taken_at=film.taken_at,
        location=film.location,
    )


_OPENERS: Mapping[str, Callable[[bytes, str, tzinfo], Inspection]] = {
    "JPEG": _open_picture("JPEG"),
    "PNG": _open_picture("PNG"),
    "WEBP": _open_picture("WEBP"),
    "PDF": _open_plain("PDF", containers.clean_pdf),
    "DOCX": _open_plain("DOCX", containers.clean_document),
    "XLSX": _open_plain("XLSX", containers.clean_document),
    "ODT": _open_plain("ODT", containers.clean_document),
    "MP4": _open_film_or_sound,
    **{kind: _open_sound(kind) for kind in sounds.WRAPPINGS},
}
# Sounds that are too long to be recorded anew: these two can be cleaned where they lie, others are refused.
_LONG: Mapping[str, Callable[[bytes, str, tzinfo], Inspection]] = {
    "OGG": _open_plain("OGG", containers.check_sound),
    "M4A": _open_film,
}


# Names -------------------------------------------------------------------------------------------------------

_UNSAFE = re.compile(r"[\"'<>|:*?%&`$;{}\\/]")
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?=\.|$)", re.IGNORECASE)


def safe_name(name: str) -> str:
    """A name to show and to save under: no path, no control or direction marks, at most NAME_LENGTH characters.

    "../../etc/passwd" becomes "passwd"; a right-to-left mark that makes "gpj.exe" read "exe.jpg" is taken out.
    """
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    plain = "".join(mark if unicodedata.category(mark)[0] not in "CZ" else " " for mark in last)
    plain = " ".join(_UNSAFE.sub(" ", plain).split()).strip(". ")
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        stem, ending = plain, ""
    stem = stem[: NAME_LENGTH - len(ending[:10]) - 1].strip(". ")
    if not stem or _RESERVED.fullmatch(stem):
        stem = "file"
    return f"{stem}.{ending[:10].strip()}" if dot and ending.strip() else stem


def _with_ending(name: str, kind: _Kind, *, was: _Kind | None = None) -> str:
    """The name with the ending of what the file truly is. was: what it came as, when it was made anew."""
    stem, dot, ending = name.rpartition(".")
    if not dot or ending.lower() not in (was or kind).endings:
        stem = name
    return f"{stem}.{kind.ending}"
