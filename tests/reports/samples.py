"""Small files made on the spot: good ones that tell too much, and bad ones of every kind. All invented."""

import io
import re
import struct
import zipfile
import zlib
from datetime import UTC, datetime

from PIL import Image
from PIL.PngImagePlugin import PngInfo

CANARY = b"CANARY-Siti-Rahayu"  # a name that must not travel
OWNER = CANARY.decode()


def picture(form="JPEG", size=(640, 480), colour=(200, 120, 40), mode="RGB", **how):
    """A picture whose camera wrote owner, comment, day and place into it."""
    image = Image.new(mode, size, colour if mode == "RGB" else 128)
    exif = Image.Exif()
    exif[315] = OWNER  # artist
    exif[0x9C9D] = OWNER.encode("utf-16le")  # Windows author
    details = exif.get_ifd(0x8769)
    details[36_867] = how.pop("taken", "2026:11:14 09:30:00")
    if offset := how.pop("offset", ""):
        details[36_881] = offset
    details[37_510] = b"ASCII\0\0\0" + CANARY  # user comment
    place = exif.get_ifd(0x8825)
    place[1], place[2] = how.pop("side", "S"), (8.0, 10.0, 12.0)
    place[3], place[4] = "E", (113.0, 42.0, 0.0)
    if turn := how.pop("turn", 0):
        exif[274] = turn
    out = io.BytesIO()
    if form == "JPEG":
        how["comment"] = CANARY
    if form == "PNG":
        how["pnginfo"] = PngInfo()
        how["pnginfo"].add_text("Author", OWNER)
    image.save(out, form, exif=exif, icc_profile=CANARY * 10, **how)
    return out.getvalue()


def png_claiming(width, height):
    """A PNG of a few bytes that claims to be of any size."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress(b"\0" * 10_000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def png_bomb(side=20_000):
    """A true PNG of side x side black pixels: small on disk, more than a gigabyte when opened."""
    out = io.BytesIO()
    Image.new("1", (side, side)).save(out, "PNG", optimize=True)
    return out.getvalue()


def jpeg_claiming(width, height):
    """A JPEG whose frame header claims any size."""
    data = bytearray(picture(size=(16, 16)))
    place = data.find(b"\xff\xc0")
    data[place + 5 : place + 9] = struct.pack(">HH", height, width)
    return bytes(data)


def pdf(*, author=OWNER, extra=b"", xmp=True):
    """A PDF of one empty page with an author, and a packet of metadata with the same."""
    packet = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'><dc:creator>" + CANARY + b"</dc:creator></x:xmpmeta>" if xmp else b""
    body = (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]>>endobj\n4 0 obj<</Title(Surat)/Author("
        + author.encode()
        + b")>>endobj\n5 0 obj<</Type/Metadata/Length %d>>stream\n" % len(packet)
        + packet
        + b"\nendstream endobj\n"
        + extra
    )
    places = {int(found[1]): found.start() for found in re.finditer(rb"(?m)^(\d+) 0 obj", body)}
    rows = b"".join(b"%d 1\n%010d 00000 n \n" % (number, place) for number, place in sorted(places.items()))
    end = b"trailer<</Root 1 0 R/Info 4 0 R/Size %d>>\nstartxref\n%d\n%%%%EOF\n" % (max(places) + 1, len(body))
    return body + b"xref\n0 1\n0000000000 65535 f \n" + rows + end


DOCX_PARTS = {
    "[Content_Types].xml": b"<?xml version='1.0'?><Types/>",
    "_rels/.rels": b"<Relationships><Relationship Id='1' Type='http://x/officeDocument' "
    b"Target='word/document.xml'/></Relationships>",
    "word/document.xml": b"<w:document><w:body><w:p>Surat keterangan</w:p></w:body></w:document>",
    "word/_rels/document.xml.rels": b"<Relationships><Relationship Id='2' Type='http://x/hyperlink' "
    b"Target='https://contoh.go.id' TargetMode='External'/></Relationships>",
    "docProps/core.xml": b"<cp:coreProperties><dc:creator>" + CANARY + b"</dc:creator></cp:coreProperties>",
    "docProps/app.xml": b"<Properties><Company>" + CANARY + b"</Company></Properties>",
}


def docx():
    """A Word file whose properties name its owner."""
    return docx_with({})


def docx_with(parts):
    """A Word file with these parts besides, by their true names."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in {**DOCX_PARTS, **parts}.items():
            packed.writestr(name, body)
    return out.getvalue()


def box(kind, *parts):
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), kind) + body


FILMED = datetime(2026, 11, 14, 2, 30, tzinfo=UTC)


def film(brand=b"isom", *, handler=b"vide", notes=True, where=b"-08.1700+113.7000/", frames=b"\1" * 200):
    """An MP4 skeleton whose phone wrote owner and position into it. frames: what would be seen; it is kept as it is."""
    seconds = int((FILMED - datetime(1904, 1, 1, tzinfo=UTC)).total_seconds())
    head = box(b"mvhd", b"\0\0\0\0", struct.pack(">II", seconds, seconds), b"\0" * 88)
    track = box(b"trak", box(b"mdia", box(b"hdlr", b"\0" * 8, handler, b"\0" * 12)), box(b"meta", CANARY))
    position = box(b"\xa9xyz", struct.pack(">HH", len(where), 0x15C7), where)
    owner = box(b"udta", position, box(b"\xa9ART", CANARY)) if notes else b""
    return box(b"ftyp", brand, b"\0\0\2\0", b"isomiso2") + box(b"moov", head, track, owner) + box(b"mdat", frames)


def sound(first=b"OpusHead\1\1", pages=3):
    """OGG pages that say they are sound; nothing in them can be played (tests.reports.voices makes what can)."""

    def page(number, body):
        return b"OggS\0\0" + b"\0" * 8 + struct.pack("<III", 7, number, 0) + bytes([1, len(body)]) + body

    return page(0, first + b"\0" * 9) + b"".join(page(number, b"\2" * 100) for number in range(1, pages))
