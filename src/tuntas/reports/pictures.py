"""Photos: looked at before they are opened, their facts read, then drawn anew so that nothing else travels with them.

Drawing anew removes position, camera, owner, comments, colour profiles, hidden previews and whatever was appended.
Source: handbook 2.4 (EXIF stripped), trust.md threat 6.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone, tzinfo
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps

from tuntas.reports.troubles import Trouble

LONGEST_SIDE = 2_560  # pixels of the kept picture: a house number across a street stays readable
THUMBNAIL_SIDE = 320
MOST_PIXELS = 36_000_000  # a page scanned at 600 dots an inch; about 150 MB when opened
MOST_PIXELS_SCALED = 80_000_000  # a baseline JPEG is shrunk while it is read, so big cameras may stay

_TAKEN, _TAKEN_OFFSET, _CHANGED = 36_867, 36_881, 306  # EXIF tags
_EXIF_PART, _PLACE_PART = 0x8769, 0x8825


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture drawn anew, and what the old one said about its making."""

    data: bytes
    thumbnail: bytes  # JPEG
    width: int
    height: int
    taken_at: datetime | None  # aware
    location: tuple[float, float] | None  # latitude, longitude in degrees


def redraw(data: bytes, form: str, zone: tzinfo) -> Picture:
    """Open a JPEG, PNG or WEBP and draw it anew in the same form. Raises Trouble: broken or pixels.

    zone: where a camera's clock is believed to run when the file does not say.
    """
    try:
        with Image.open(BytesIO(data), formats=[form]) as image:
            return _redrawn(image, form, zone)
    except Trouble:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, MemoryError):
        raise Trouble("pixels") from None
    except Exception:  # whatever a decoder says of hostile bytes, to the person it is a damaged file
        raise Trouble("broken") from None


def _redrawn(image: Image.Image, form: str, zone: tzinfo) -> Picture:
    _check_size(image, form)
    taken_at, location = _facts(image, zone)
    if form == "JPEG":
        shrink = min(1, LONGEST_SIDE / max(image.size))
        image.draft("RGB", (int(image.width * shrink), int(image.height * shrink)))
    image.load()
    ImageOps.exif_transpose(image, in_place=True)
    mode = "RGBA" if form != "JPEG" and image.has_transparency_data else "RGB"
    drawn = image if image.mode == mode else image.convert(mode)
    drawn.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    drawn.info.clear()  # writers copy what they find here: comments, profiles, positions
    return Picture(_written(drawn, form), _thumbnail(drawn), drawn.width, drawn.height, taken_at, location)


def _check_size(image: Image.Image, form: str) -> None:
    is_baseline = form == "JPEG" and not image.info.get("progressive")
    if image.width * image.height > (MOST_PIXELS_SCALED if is_baseline else MOST_PIXELS):
        raise Trouble("pixels")


def _written(image: Image.Image, form: str) -> bytes:
    out = BytesIO()
    if form == "PNG":
        image.save(out, "PNG")
    else:
        image.save(out, form, quality=85)
    return out.getvalue()


def _thumbnail(image: Image.Image) -> bytes:
    small = image.copy()
    small.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    if small.mode == "RGBA":
        paper = Image.new("RGB", small.size, "white")
        paper.paste(small, mask=small.getchannel("A"))
        small = paper
    out = BytesIO()
    small.save(out, "JPEG", quality=75)
    return out.getvalue()


# Facts of the camera ------------------------------------------------------------------------------------------


def _facts(image: Image.Image, zone: tzinfo) -> tuple[datetime | None, tuple[float, float] | None]:
    """Day and place as the camera wrote them; None for what is absent or nonsense. Never a reason to refuse."""
    try:
        exif = image.getexif()
        details, place = exif.get_ifd(_EXIF_PART), exif.get_ifd(_PLACE_PART)
        when = details.get(_TAKEN) or exif.get(_CHANGED)
        return _moment(when, details.get(_TAKEN_OFFSET), zone), _position(place)
    except Exception:  # damaged facts are no facts; the picture may be good
        return None, None


def _moment(text: Any, offset: Any, zone: tzinfo) -> datetime | None:
    try:
        naive = datetime.strptime(str(text).strip("\0 "), "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007 - EXIF has no zone here
    except ValueError:
        return None
    if not 1990 <= naive.year <= 2100:
        return None
    return naive.replace(tzinfo=_offset(offset) or zone)


def _offset(text: Any) -> tzinfo | None:
    try:
        sign, hours, minutes = str(text)[0], int(str(text)[1:3]), int(str(text)[4:6])
        return timezone((-1 if sign == "-" else 1) * timedelta(hours=hours, minutes=minutes))
    except (ValueError, IndexError):
        return None


def _position(place: Any) -> tuple[float, float] | None:
    if not {1, 2, 3, 4} <= set(place):
        return None
    latitude, longitude = _degrees(place[2], place[1], "S"), _degrees(place[4], place[3], "W")
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180) or latitude == longitude == 0:
        return None
    return round(latitude, 6), round(longitude, 6)


def _degrees(parts: Any, side: Any, negative: str) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return -value if str(side).strip("\0 ").upper() == negative else value


def nothing(name: str) -> bytes:
    """One white pixel, in place of a preview that would show what a document's pages once said."""
    out = BytesIO()
    Image.new("RGB", (1, 1), "white").save(out, "PNG" if name.lower().endswith("png") else "JPEG")
    return out.getvalue()
