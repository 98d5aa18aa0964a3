"""PDF, DOCX, MP4 and OGG: looked into without running anything, and cleaned of names and places where that is safe.

Each function takes the bytes and gives the bytes to keep, or raises Trouble: broken, swollen or active.
What cannot be seen from outside stays: compressed parts of a PDF, tags in a sound file, names beside comments in Word.
"""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO

from tuntas.reports.troubles import Trouble

# PDF ---------------------------------------------------------------------------------------------------------

_PDF_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA)(?![A-Za-z])")
_PDF_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_PDF_NAMES = re.compile(
    rb"/(?:Author|Manager|Company|LastModifiedBy)\s*(?:\((?:[^()\\]|\\.){0,400}\)|<[0-9A-Fa-f\s]{0,800}>)", re.S
)
_PDF_XMP = re.compile(rb"<x:xmpmeta\b.{0,200000}?</x:xmpmeta>", re.S)


def clean_pdf(data: bytes) -> bytes:
    """A PDF without scripts in sight, its author blanked in place so that no offset moves."""
    if b"%%EOF" not in data[-65_536:]:
        raise Trouble("broken")
    if _PDF_ACTIVE.search(_PDF_ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), data)):
        raise Trouble("active")
    if b"/Encrypt" in data:  # its strings are ciphertext: blanking would break it
        return data
    return _PDF_XMP.sub(_blanked, _PDF_NAMES.sub(_unnamed, data))


def _unnamed(found: re.Match[bytes]) -> bytes:
    """The same key with an empty value of the same length."""
    text = found[0]
    start = min(place for place in (text.find(b"("), text.find(b"<")) if place >= 0)
    inside = b" " if text[start : start + 1] == b"(" else b"2"
    filler = inside * (len(text) - start - 2) if inside == b" " else (b"20" * len(text))[: len(text) - start - 2]
    return text[: start + 1] + filler + text[-1:]


def _blanked(found: re.Match[bytes]) -> bytes:
    return b" " * len(found[0])


# DOCX --------------------------------------------------------------------------------------------------------

MOST_PARTS = 2_000
MOST_UNPACKED = 100 * 2**20  # bytes of all parts together
_CHUNK = 2**20
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    NotImplementedError,  # packed in a way that we do not know
    RuntimeError,  # asks for a password
    EOFError,
    OSError,
    ValueError,
    struct.error,
)

_CONTENT_TYPES, _BODY = "[Content_Types].xml", "word/document.xml"
_ACTIVE_PARTS = re.compile(r"vbaProject|/embeddings/|/activeX/|\.bin$|\.exe$|\.dll$|\.js$|\.vbs$", re.I)
_RELATION = re.compile(rb"<Relationship\b[^>]*>", re.S)
_PROPERTIES = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties '
    b'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
)
_PLAIN = {
    "docProps/core.xml": _PROPERTIES,
    "docProps/app.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties '
    b'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
    "docProps/custom.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties '
    b'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>',
}


def clean_document(data: bytes) -> bytes:
    """A Word file without macros and without the names in its properties."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            parts = packed.infolist()
            _check_parts(parts, len(data))
            return _repacked(packed, parts)
    except _UNREADABLE:
        raise Trouble("broken") from None


def is_document(data: bytes) -> bool:
    """Whether a zip says that it is a Word file."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            return {_CONTENT_TYPES, _BODY} <= set(packed.namelist())
    except _UNREADABLE:
        return b"word/" in data and b"[Content_Types].xml" in data  # cut off: broken, but of this kind


def _check_parts(parts: list[zipfile.ZipInfo], size: int) -> None:
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Trouble("swollen")
    if sum(part.compress_size for part in parts) > size:  # parts that overlap: the same bytes unpacked again and again
        raise Trouble("swollen")
    names = [part.filename for part in parts]
    if len(set(names)) != len(names) or any(name.startswith(("/", "\\")) or ".." in name for name in names):
        raise Trouble("broken")
    if any(_ACTIVE_PARTS.search(name) for name in names):
        raise Trouble("active")


def _repacked(packed: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as fresh:
        for part in parts:
            if part.is_dir():
                continue
            with fresh.open(zipfile.ZipInfo(part.filename), "w") as target:
                for chunk in _content(packed, part):
                    target.write(chunk)
    return out.getvalue()


def _content(packed: zipfile.ZipFile, part: zipfile.ZipInfo) -> Iterator[bytes]:
    if part.filename in _PLAIN:
        yield _PLAIN[part.filename]
        return
    with packed.open(part) as source:
        if part.filename.endswith(".rels"):
            relations = source.read()
            _check_relations(relations)
            yield relations
            return
        while chunk := source.read(_CHUNK):
            yield chunk


def _check_relations(relations: bytes) -> None:
    """Nothing but links may lie outside: a template or a picture fetched on opening tells who read it, or worse."""
    for relation in _RELATION.findall(relations):
        if re.search(rb"TargetMode\s*=\s*[\"']External", relation) and not re.search(rb"/hyperlink[\"']", relation):
            raise Trouble("active")


# MP4, M4A ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Recording:
    """A video or sound without its owner's notes, and what they said."""

    data: bytes
    has_picture: bool
    taken_at: datetime | None  # aware, UTC
    location: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class _Box:
    kind: bytes
    start: int  # of the whole box
    inside: int  # of its content
    end: int


_NOTES = frozenset({b"udta", b"meta", b"uuid"})
_BRANCHES = frozenset({b"moov", b"trak", b"mdia"})
_TIMED = frozenset({b"mvhd", b"tkhd", b"mdhd"})
_EPOCH = datetime(1904, 1, 1, tzinfo=UTC)  # from which MP4 counts its seconds
_PLACE = re.compile(rb"\xa9xyz.{4}([+-]\d{1,2}(?:\.\d{1,8})?)([+-]\d{1,3}(?:\.\d{1,8})?)", re.S)


def clean_recording(data: bytes) -> Recording:
    """An MP4 or M4A whose notes (position, owner, maker) are turned into empty space, and its times into none.

    Byte for byte in place, so that no table of offsets is touched.
    """
    boxes = list(_boxes(data, 0, len(data)))
    film = next((box for box in boxes if box.kind == b"moov"), None)
    if film is None or not any(box.kind == b"mdat" for box in boxes):
        raise Trouble("broken")
    copy = bytearray(data)
    for box in _telling(data, boxes, 0):
        start, end = box.inside, box.end
        if box.kind in _TIMED:  # version and flags, then when it was made and changed
            start, end = start + 4, min(end, start + (20 if data[start : start + 1] == b"\1" else 12))
        else:
            copy[box.start + 4 : box.start + 8] = b"free"
        copy[start:end] = bytes(max(0, end - start))
    moov = data[film.inside : film.end]
    return Recording(bytes(copy), b"vide" in moov, _filmed_at(moov), _filmed_where(moov))


def _boxes(data: bytes, start: int, end: int) -> Iterator[_Box]:
    while start < end:
        if end - start < 8:
            raise Trouble("broken")
        size, kind = struct.unpack_from(">I4s", data, start)
        inside = start + 8
        if size == 1 and end - start >= 16:
            size, inside = struct.unpack_from(">Q", data, start + 8)[0], start + 16
        elif size == 0:
            size = end - start
        if size < inside - start or start + size > end:
            raise Trouble("broken")
        yield _Box(kind, start, inside, start + size)
        start += size


def _telling(data: bytes, boxes: list[_Box], depth: int) -> Iterator[_Box]:
    """The boxes that say who, where or when, wherever in the tree they lie."""
    for box in boxes:
        if box.kind in _NOTES | _TIMED:
            yield box
        elif box.kind in _BRANCHES and depth < 4:
            yield from _telling(data, list(_boxes(data, box.inside, box.end)), depth + 1)


def _filmed_at(moov: bytes) -> datetime | None:
    place = moov.find(b"mvhd")
    if place < 0 or len(moov) < place + 16:
        return None
    seconds = struct.unpack_from(">Q" if moov[place + 4] else ">I", moov, place + 8)[0]
    moment = _EPOCH + timedelta(seconds=seconds) if seconds < 2**33 else _EPOCH
    return moment if 1990 <= moment.year <= 2100 else None


def _filmed_where(moov: bytes) -> tuple[float, float] | None:
    found = _PLACE.search(moov)
    if found is None:
        return None
    latitude, longitude = float(found[1]), float(found[2])
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


# OGG ---------------------------------------------------------------------------------------------------------

_SOUNDS = (b"OpusHead", b"\x01vorbis", b"Speex   ", b"\x7fFLAC")


def check_sound(data: bytes) -> bytes:
    """An OGG file that is whole pages of sound from the first byte to the last."""
    place = pages = 0
    while place < len(data):
        if data[place : place + 5] != b"OggS\0" or place + 27 > len(data):
            raise Trouble("broken")
        table = data[place + 27 : place + 27 + data[place + 26]]
        body = place + 27 + data[place + 26]
        if pages == 0 and not data.startswith(_SOUNDS, body):
            raise Trouble("kind")
        place, pages = body + sum(table), pages + 1
    if place != len(data) or pages < 2:
        raise Trouble("broken")
    return data
