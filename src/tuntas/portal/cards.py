"""The picture that a shared link shows: a report's public title, where it stands, with whom. Drawn by ourselves.

Only what the public page says already: no place, no photograph, nothing about the person.
"""

from functools import cache
from io import BytesIO
from textwrap import wrap

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from PIL import Image, ImageDraw, ImageFont

from tuntas.faces import colours
from tuntas.faces.known import Shown
from tuntas.kernel import numbers
from tuntas.portal.names import in_language
from tuntas.portal.pages import for_everyone
from tuntas.portal.register import public_copy
from tuntas.portal.standing import state_of
from tuntas.reports.models import PublicCopy
from tuntas.web.hosts import face_of
from tuntas.web.storage import BuiltFiles

WIDTH, HEIGHT = 1200, 630  # what every messenger shows whole
MARGIN = 72
PAPER, INK, BRAND, MUTED = "#faf6f0", "#1f1614", "#9b1c1c", "#484949"
TITLE_LINES, LETTERS = 4, 34
ONE_HOUR = 3600


@require_safe
@cache_control(public=True, max_age=ONE_HOUR)
@for_everyone
def card(request: HttpRequest, number: str) -> HttpResponse:
    """GET /laporan/<number>/kartu.png: as hidden and as missing as the report's page itself."""
    return HttpResponse(drawn(public_copy(number), face_of(request)), content_type="image/png")


def drawn(copy: PublicCopy, face: Shown | None = None) -> bytes:
    """A PNG of 1200 by 630, in the colours of the portal that it is shared from."""
    tokens = colours.tokens(face.colour)[0] if face else {}
    brand, ink = tokens.get("brand", BRAND), tokens.get("brand-ink", BRAND)
    word, _tone, _icon = state_of(copy.report)
    image = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, WIDTH, 96), brand)
    name = face.called if face else "Tuntas"
    draw.text((MARGIN, 24), name[:40], tokens.get("on-brand", "white"), _font(40, 700))
    lines = wrap(copy.title, LETTERS) or [copy.number]
    if len(lines) > TITLE_LINES:
        lines = [*lines[: TITLE_LINES - 1], f"{lines[TITLE_LINES - 1][: LETTERS - 1]}…"]
    draw.multiline_text((MARGIN, 150), "\n".join(lines), INK, _font(56, 700), spacing=14)
    unit = in_language(copy.report.lead or copy.report.holder)
    draw.text((MARGIN, 470), str(word), ink, _font(40, 700))
    draw.text((MARGIN, 528), f"{unit[:48]} · {numbers.spell_number(copy.number)}", MUTED, _font(30, 400))
    out = BytesIO()
    image.quantize(32).save(out, "PNG", optimize=True)
    return out.getvalue()


@cache
def _font(size: int, weight: int) -> ImageFont.FreeTypeFont:
    """The product's own letters, which the style sheet carries."""
    font = ImageFont.truetype(settings.STATIC_ROOT / BuiltFiles().stored_name("web/jakarta.woff2"), size)
    font.set_variation_by_axes([weight])
    return font
