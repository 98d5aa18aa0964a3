"""From one colour of an agency to every colour of its portal, so that all of it can be read in light and in dark.

The hue stays; only the lightness moves, and no further than needed. Light is added up as light (linear RGB), where
making a colour darker is a multiplication and its luminance is known beforehand. Source: WCAG 2.2, 1.4.3 and 1.4.11.
"""

import hashlib
import re
from collections.abc import Mapping
from functools import lru_cache

from django.utils.translation import gettext as _

from tuntas.kernel.refusals import Incomplete

HEX = re.compile(r"#[0-9a-f]{6}")
READABLE = 4.5  # contrast of words with their ground
SAFE = 4.6  # what is aimed at, so that rounding to 256 steps falls short of nothing
PALEST = 0.75  # luminance beyond which the top of a page could not be told from the page
DARKEST_BAR, BRIGHTEST_BAR = 0.015, 0.055  # luminance of the bar in the dark
WHITE_BELOW = 0.25  # luminance up to which a colour is darkened for white words rather than given black ones
WHITE, BLACK = "#ffffff", "#0b0b0b"
# What words in the agency's colour stand on: page, surface and raised of web/assets/css/_palette.scss.
LIGHT = ("#faf7f2", "#ffffff", "#f3ede4")
DARK = ("#161210", "#211b18", "#2d2521")

Tokens = Mapping[str, str]
Light = tuple[float, float, float]


def read(typed: str) -> str:
    """`#RRGGBB`, `rrggbb` or `#rgb` as `#rrggbb`. Raises Incomplete for what is no colour, and for one too pale."""
    digits = typed.strip().lstrip("#").lower()
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    colour = f"#{digits}"
    if not HEX.fullmatch(colour):
        raise Incomplete(
            _("This is not a colour that we can read."),
            why=_("A colour is written with six signs from 0 to 9 and a to f, for example #0b4f8a."),
            instead=_("Choose it with the colour field, or copy its six signs from your agency's guide."),
        )
    if luminance(colour) > PALEST:
        raise Incomplete(
            _("This colour is too pale."),
            why=_("The top of your portal could not be told from the page, and words in it could not be read."),
            instead=_("Choose a stronger shade of it. Everything else that you typed is kept."),
        )
    return colour


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2, definition)."""
    red, green, blue = _light_of(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def tokens(colour: str) -> tuple[Tokens, Tokens]:
    """The colours of a portal in light and in dark, by the names of the style sheet. colour: `#rrggbb`."""
    return _in_light(colour), _in_dark(colour)


def _in_light(colour: str) -> Tokens:
    white_up_to = (1 + 0.05) / SAFE - 0.05
    on_brand = WHITE if luminance(colour) <= WHITE_BELOW else BLACK
    brand = at_most(colour, white_up_to) if on_brand == WHITE else colour
    strong = at_most(brand, luminance(brand) * 0.6) if on_brand == WHITE else at_least(brand, luminance(brand) * 1.2)
    darkest_ground = min(map(luminance, LIGHT))
    return {
        "brand": brand,
        "brand-strong": strong,
        "brand-ink": at_most(colour, (darkest_ground + 0.05) / SAFE - 0.05),
        "on-brand": on_brand,
    }


def _in_dark(colour: str) -> Tokens:
    brand = at_least(at_most(colour, BRIGHTEST_BAR), DARKEST_BAR)
    brightest_ground = max(map(luminance, DARK))
    return {
        "brand": brand,
        "brand-strong": at_most(brand, luminance(brand) * 0.6),
        "brand-ink": at_least(colour, (brightest_ground + 0.05) * SAFE - 0.05),
        "on-brand": WHITE,
    }


def at_most(colour: str, wanted: float) -> str:
    """The colour itself, or as much darker as brings its luminance down to `wanted`."""
    shines = luminance(colour)
    if shines <= wanted:
        return colour
    red, green, blue = (part * wanted / shines for part in _light_of(colour))
    return _written((red, green, blue))


def at_least(colour: str, wanted: float) -> str:
    """The colour itself, or as much brighter, then with as much white in it, as brings its luminance to `wanted`."""
    shines, wanted = luminance(colour), min(wanted, 1.0)
    if shines >= wanted:
        return colour
    light = _light_of(colour)
    brighter = min(wanted / shines, 1 / max(light)) if shines else 1.0
    share = (wanted - shines * brighter) / (1 - shines * brighter)
    red, green, blue = (part * brighter + share * (1 - part * brighter) for part in light)
    return _written((red, green, blue))


def is_changed(colour: str) -> bool:
    """Whether the bar in light is drawn in another shade than the one that was chosen."""
    return _in_light(colour)["brand"] != colour


# The style sheet ------------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def sheet(colour: str, *, sample: bool = False) -> str:
    """The style sheet of a colour. sample: for a picture of both themes within another page, not for the page."""
    light, dark = (_declared(each) for each in tokens(colour))
    if sample:
        return f".in-light{{{light}}}\n.in-dark{{{dark}}}\n"
    return (
        f":root{{{light}}}\n"
        f'@media screen{{:root[data-theme="dark"]{{{dark}}}}}\n'
        f'@media screen and (prefers-color-scheme:dark){{:root:not([data-theme="light"]){{{dark}}}}}\n'
    )


def name_of_sheet(colour: str, *, sample: bool = False) -> str:
    """How its address calls it: the colour, and a hash of what stands in it, so that it may be kept for good."""
    return f"{'contoh-' if sample else ''}{colour[1:]}-{_hash(sheet(colour, sample=sample))}"


def sheet_named(name: str) -> tuple[str, bool] | None:
    """(the style sheet, whether its hash is the one asked for); None for a name that we never gave."""
    found = re.fullmatch(r"(contoh-)?([0-9a-f]{6})-([0-9a-f]{8})", name)
    if found is None or luminance(f"#{found[2]}") > PALEST:
        return None
    text = sheet(f"#{found[2]}", sample=bool(found[1]))
    return text, _hash(text) == found[3]


def _declared(of_theme: Tokens) -> str:
    return ";".join(f"--{name}:{colour}" for name, colour in of_theme.items())


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def _light_of(colour: str) -> Light:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return _linear(red), _linear(green), _linear(blue)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _written(light: Light) -> str:
    parts = (12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055 for part in light)
    return "#" + "".join(f"{round(255 * min(1.0, max(0.0, part))):02x}" for part in parts)
