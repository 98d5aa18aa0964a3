"""PDF, DOCX, XLSX, ODT, MP4 and OGG: looked into without running anything, and cleaned of names and places.

Each function takes the bytes and gives the bytes to keep, or raises Trouble: broken, swollen, active or locked.
What stays: what the pages themselves say, and tags in an OGG that is too long to be recorded anew (reports.sounds).
"""

import os
import re
import struct
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from io import BytesIO

from tuntas.reports import pdf_copy, pictures, segments
from tuntas.reports.troubles import Trouble

# PDF ---------------------------------------------------------------------------------------------------------

_PDF_PATIENCE = 20  # seconds of the clock; its limit of processor time ends it long before
_PDF_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFile|RichMedia|XFA)(?![A-Za-z])")
_PDF_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")


def clean_pdf(data: bytes) -> bytes:
    """A PDF made anew from its pages, without names, dates, hidden previews and scripts (reports.pdf_copy)."""
    if b"%%EOF" not in data[-65_536:]:
        raise Trouble("broken")
    if _PDF_ACTIVE.search(_PDF_ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), data)):
        raise Trouble("active")
    try:
        done = subprocess.run(
            [sys.executable, "-m", pdf_copy.__name__], input=data, capture_output=True, check=False,
            timeout=_PDF_PATIENCE, env={"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise Trouble("swollen") from None
    if done.returncode or not done.stdout:  # what no end of its own names was ended by its limits
        raise Trouble(pdf_copy.ENDS.get(done.returncode, "swollen"))
    return done.stdout


# DOCX, XLSX, ODT ------------------------------------------------------------------------------------------------------

MOST_PARTS = 2_000
MOST_UNPACKED = 100 * 2**20  # bytes of all parts together
MOST_WORDS = 40 * 2**20  # bytes of one part that is read as words
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

_CONTENT_TYPES, _ODT = "[Content_Types].xml", b"application/vnd.oasis.opendocument.text"
_BODIES = {"word/document.xml": "DOCX", "xl/workbook.xml": "XLSX"}
_ACTIVE_PARTS = re.compile(
    r"vbaProject|/embeddings/|/activeX/|/externalLinks/|^Basic/|^Scripts/|^Object "
    r"|\.exe$|\.dll$|\.js$|\.vbs$|\.class$|\.jar$",
    re.I,
)
_PACKED = re.compile(r"\.(?:zip|gz|bz2|xz|7z|rar)$", re.I)
_BINARY = re.compile(r"(?<!/printerSettings)/[^/]*\.bin$|/printerSettings[^/]+/.*\.bin$", re.I)
_PICTURE = re.compile(r"\.(?:jpe?g|jfif|png)$", re.I)
_XML = re.compile(r"\.xml$", re.I)
# Who wrote, commented or changed something, in the attributes and elements of the three kinds.
_WHO = re.compile(
    rb"""(\b(?:w:author|w:initials|w15:author|w15:userId|displayName|userId|initials)=)(?:"[^"]*"|'[^']*')"""
)
_BY = re.compile(
    rb"<((?:dc:creator|dc:date|meta:initial-creator|meta:creator-initials|author|cp:lastModifiedBy|w15:presenceInfo))"
    rb"(\s[^<>]*)?>[^<]*</\1>"
)
_FAR = re.compile(
    rb"""<(?:draw:image|draw:object|draw:plugin|text:section-source|draw:floating-frame)\b[^>]*xlink:href=["'](?!Pictures/|\./|media/|#)"""
)
_SCRIPTED = re.compile(rb"<(?:script:event-listener|office:dde-source|text:dde-connection)\b")
_RELATION = re.compile(rb"<Relationship\b[^>]*>", re.S)
_PROPERTIES = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties '
    b'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
)
_PLAIN = {
    "docProps/core.xml": _PROPERTIES,
    "docProps/app.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties '
    b'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
    "meta.xml": b'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-meta office:version="1.2" '
    b'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"><office:meta/></office:document-meta>',
    "docProps/custom.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties '
    b'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>',
}


def clean_document(data: bytes) -> bytes:
    """A Word file, a sheet or an ODT without macros, without names of people, and with quiet pictures."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            parts = packed.infolist()
            _check_parts(parts, len(data))
            return _repacked(packed, parts)
    except _UNREADABLE:
        raise Trouble("broken") from None


def kind_of_document(data: bytes) -> str:
    """DOCX, XLSX or ODT, as a zip says itself; empty for another zip."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as packed:
            names = set(packed.namelist())
            found = next((kind for body, kind in _BODIES.items() if body in names), "")
            if found and _CONTENT_TYPES in names:
                return found
            if {"mimetype", "content.xml"} <= names and packed.getinfo("mimetype").file_size < 100:
                return "ODT" if packed.read("mimetype").strip() == _ODT else ""
    except _UNREADABLE:  # cut off: broken, but of this kind
        if b"[Content_Types].xml" in data:
            return "DOCX" if b"word/" in data else "XLSX" if b"xl/" in data else ""
    return ""


def _check_parts(parts: list[zipfile.ZipInfo], size: int) -> None:
    if len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED:
        raise Trouble("swollen")
    if sum(part.compress_size for part in parts) > size:  # parts that overlap: the same bytes unpacked again and again
        raise Trouble("swollen")
    names = [part.filename for part in parts]
    if len(set(names)) != len(names) or any(name.startswith(("/", "\\")) or ".." in name for name in names):
        raise Trouble("broken")
    if any(_PACKED.search(name) for name in names):
        raise Trouble("archive")
    if any(_ACTIVE_PARTS.search(name) or _BINARY.search(name) for name in names):
        raise Trouble("active")
    if any(part.external_attr >> 16 & 0o170000 == 0o120000 for part in parts):  # a link, to somewhere else
        raise Trouble("broken")


def _repacked(packed: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as fresh:
        for part in parts:
            if part.is_dir():
                continue
            plain = zipfile.ZipInfo(part.filename)
            plain.compress_type = zipfile.ZIP_STORED if part.filename == "mimetype" else zipfile.ZIP_DEFLATED
            with fresh.open(plain, "w") as target:
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
        if part.filename.startswith(("docProps/thumbnail", "Thumbnails/")):
            yield pictures.nothing(part.filename)
            return
        if _PICTURE.search(part.filename):
            yield segments.quiet(source.read())
            return
        if _XML.search(part.filename) and part.file_size <= MOST_WORDS:
            yield _unsigned(source.read())
            return
        while chunk := source.read(_CHUNK):
            yield chunk


def _unsigned(words: bytes) -> bytes:
    """A part of a document without the names of who wrote, changed or commented it. Raises Trouble: active."""
    if _FAR.search(words) or _SCRIPTED.search(words):
        raise Trouble("active")
    return _BY.sub(rb"<\1\2></\1>", _WHO.sub(rb'\1""', words))


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
