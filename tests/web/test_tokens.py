"""Colours that stand on each other can be told apart (WCAG 2.2: 1.4.3 text 4.5, 1.4.11 controls 3), in both themes."""

import re
from pathlib import Path

import pytest

TOKENS = Path(__file__).resolve().parents[2] / "src/tuntas/web/assets/css/_palette.scss"

TEXT = [
    *[
        (ink, ground)
        for ink in ("ink", "muted", "link", "link-hover", "link-visited", "error")
        for ground in ("page", "surface")
    ],
    *[(ink, "raised") for ink in ("ink", "muted", "link", "link-visited")],
    ("on-brand", "brand"),
    ("on-brand", "brand-strong"),
    ("on-action", "action"),
    ("on-action", "action-strong"),
    ("focus-ink", "focus"),
    *[("brand-ink", ground) for ground in ("page", "surface", "raised")],
    *[(tone, ground) for tone in ("late", "done") for ground in ("page", "surface")],
    *[(tone, f"{tone}-back") for tone in ("waiting", "working", "done", "late", "closed")],
]
SHAPES = [
    *[("control", ground) for ground in ("page", "surface", "raised")],
    *[("ring", ground) for ground in ("page", "surface", "raised")],
    *[(f"series-{number}", "raised") for number in range(1, 7)],
]


def theme(name: str) -> dict[str, str]:
    """Token -> "#rrggbb". Dark is light with what dark changes."""
    source = TOKENS.read_text(encoding="utf-8")
    light, dark = source.split("@mixin dark {")
    colours = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", light))
    return colours if name == "light" else colours | dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6});", dark))


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2, definition)."""
    digits = colour[1:] if len(colour) == 7 else "".join(digit * 2 for digit in colour[1:])
    parts = [int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_the_formula_gives_the_known_answers():
    assert contrast("#000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#fff") == pytest.approx(4.54, abs=0.005)


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT)
def test_text_can_be_read(name, ink, ground):
    colours = theme(name)
    assert contrast(colours[ink], colours[ground]) >= 4.5


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize(("shape", "ground"), SHAPES)
def test_controls_and_bars_can_be_seen(name, shape, ground):
    colours = theme(name)
    assert contrast(colours[shape], colours[ground]) >= 3
