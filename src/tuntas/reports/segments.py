"""Pictures inside documents: what a camera or a program wrote beside a picture is taken out, the picture stays.

A document's pictures are not drawn anew: that would change what a letter looks like. Segments of a JPEG and chunks of
a PNG that carry words, dates or places are left out; what cannot be read is left alone, since it shows nowhere
either.
"""

import struct

_JPEG_TELLS = frozenset({0xE1, 0xED, 0xFE, *range(0xE3, 0xED), 0xEF})  # EXIF and XMP, IPTC, comments, makers' own
_PNG_TELLS = frozenset({b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"tIME"})
_PNG = b"\x89PNG\r\n\x1a\n"


def quiet(data: bytes) -> bytes:
    """A JPEG or PNG without what it tells beside the picture; anything else as it came."""
    if data.startswith(b"\xff\xd8\xff"):
        return _jpeg(data)
    if data.startswith(_PNG):
        return _png(data)
    return data


def _jpeg(data: bytes) -> bytes:
    kept, place = bytearray(data[:2]), 2
    while place + 4 <= len(data) and data[place] == 0xFF and data[place + 1] != 0xDA:
        mark = data[place + 1]
        size = struct.unpack_from(">H", data, place + 2)[0]
        if mark not in _JPEG_TELLS:
            kept += data[place : place + 2 + size]
        place += 2 + size
    end = data.rfind(b"\xff\xd9")
    return bytes(kept) + data[place : end + 2 if end > place else len(data)]  # what hangs behind the end goes too


def _png(data: bytes) -> bytes:
    kept, place = bytearray(_PNG), len(_PNG)
    while place + 12 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, place)
        if kind not in _PNG_TELLS:
            kept += data[place : place + 12 + size]
        place += 12 + size
        if kind == b"IEND":
            break
    return bytes(kept)
