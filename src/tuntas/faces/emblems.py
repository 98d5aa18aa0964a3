"""An agency's emblem: looked at like every file that people send, drawn anew, and small enough for a cheap phone."""

import hashlib
from functools import lru_cache
from io import BytesIO

from django.utils.translation import gettext as _
from PIL import Image

from tuntas.access.actors import PUBLIC, acting
from tuntas.faces.models import Look
from tuntas.kernel.refusals import Refusal
from tuntas.reports import attaching
from tuntas.reports.attaching import Upload

KEPT = 512  # pixels of the longer side that are kept: what a home screen asks for
IN_THE_BAR = 96  # pixels: twice what the top of a page shows, for fine screens
SIDES = (IN_THE_BAR, 192, KEPT)
COLOURS = 128  # of a small rendition: a tenth of the bytes
PICTURES = frozenset({"image/png", "image/jpeg", "image/webp"})


def drawn_anew(upload: Upload) -> bytes:
    """The emblem as a PNG of at most 512 pixels, nothing else of the file left. Raises the Refusal of a bad file."""
    facts = attaching.check([upload])[0].facts
    if facts.media_type not in PICTURES:
        raise Refusal(
            _("The emblem was not taken."),
            why=_("It is not a picture."),
            instead=_("Send it as PNG, JPG or WebP. Everything else that you typed is kept."),
        )
    with Image.open(BytesIO(facts.shown)) as image:
        return _written(image.convert("RGBA"), KEPT)


def hash_of(emblem: bytes) -> str:
    """What its address calls it; empty for none."""
    return hashlib.sha256(emblem).hexdigest()[:16] if emblem else ""


def rendition(emblem: bytes, side: int) -> bytes:
    """The kept emblem at another size, in few colours."""
    with Image.open(BytesIO(emblem)) as image:
        return _written(image.convert("RGBA"), side)


@lru_cache(maxsize=256)
def published(name: str, side: int) -> bytes:
    """A published emblem by its hash, at one of SIDES. Raises LookupError, which is not remembered."""
    if side not in SIDES:
        raise LookupError(side)
    return rendition(_kept(name), side)


@lru_cache(maxsize=64)
def icon(name: str, side: int) -> bytes:
    """The same as an icon of a home screen: on white, with room for the cut that phones make. Raises LookupError."""
    with Image.open(BytesIO(_kept(name))) as image:
        drawn = image.convert("RGBA")
    drawn.thumbnail((round(side * 0.7), round(side * 0.7)), Image.Resampling.LANCZOS)
    whole = Image.new("RGB", (side, side), "white")
    whole.paste(drawn, ((side - drawn.width) // 2, (side - drawn.height) // 2), drawn)
    out = BytesIO()
    whole.quantize(COLOURS).save(out, "PNG", optimize=True)
    return out.getvalue()


def _kept(name: str) -> bytes:
    with acting(PUBLIC):
        look = Look.objects.filter(emblem_hash=name, published_at__isnull=False).first()
    if look is None:
        raise LookupError(name)
    return bytes(look.emblem)


def _written(image: Image.Image, side: int) -> bytes:
    image.thumbnail((side, side), Image.Resampling.LANCZOS)
    out = BytesIO()
    image.quantize(COLOURS, method=Image.Quantize.FASTOCTREE).save(out, "PNG", optimize=True)
    return out.getvalue()
