"""Whatever colour an agency has, its portal can be read: in light, in dark, in the bar and in words on every ground."""

import re
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.web.test_tokens import contrast, luminance, theme
from tuntas.faces import colours
from tuntas.kernel.refusals import Incomplete

any_colour = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(any_colour)
@example("#000000")
@example("#ffd700")
@example("#e67e22")
@example("#767676")
@example("#d9d9d9")
@example("#0000ff")
@example("#ff0000")
@example("#00ff00")
def test_every_colour_that_is_taken_can_be_read_and_every_other_is_refused_in_words(colour):
    """Computed by the formula of the tokens' own test, so that one slip does not excuse the other."""
    if luminance(colour) > 0.75:
        with pytest.raises(Incomplete, match=r"pale|pucat"):
            colours.read(colour)
        return
    taken = colours.read(colour)
    for tokens, grounds in zip(colours.tokens(taken), (colours.LIGHT, colours.DARK), strict=True):
        for bar in ("brand", "brand-strong"):
            assert contrast(tokens["on-brand"], tokens[bar]) >= 4.5, (colour, bar, tokens)
        for ground in grounds:
            assert contrast(tokens["brand-ink"], ground) >= 4.5, (colour, ground, tokens)


def test_a_dark_enough_colour_is_drawn_as_it_was_chosen():
    light, _dark = colours.tokens("#0b5d8a")
    assert light["brand"] == "#0b5d8a"
    assert light["on-brand"] == "#ffffff"
    assert not colours.is_changed("#0b5d8a")
    assert colours.tokens("#ffd700")[0]["on-brand"] == colours.BLACK  # yellow stays yellow, and its words are black
    assert colours.is_changed("#d35400")


def test_the_grounds_are_those_of_the_style_sheet():
    """Else the contrast above would be with colours that nobody sees."""
    for name, grounds in (("light", colours.LIGHT), ("dark", colours.DARK)):
        found = tuple(theme(name)[ground] for ground in ("page", "surface", "raised"))
        assert tuple(colour if len(colour) == 7 else f"#{colour[1:] * 2}" for colour in found) == grounds


@pytest.mark.parametrize("typed", ["#ffffff", "#FFF", "fffef0", "", "red", "#12345", "#12345g", "rgb(0,0,0)", "}*{"])
def test_white_and_what_is_no_colour_is_refused(typed):
    with pytest.raises(Incomplete):
        colours.read(typed)


def test_a_style_sheet_holds_colours_alone_and_its_name_follows_what_is_in_it():
    text = colours.sheet("#0b5d8a")
    assert re.fullmatch(r"[-\w#:;,(){}@\s\"=\[\].]+", text)
    assert set(re.findall(r"--[\w-]+", text)) == {"--brand", "--brand-strong", "--brand-ink", "--on-brand"}
    name = colours.name_of_sheet("#0b5d8a")
    assert colours.sheet_named(name) == (text, True)
    assert colours.sheet_named(f"0b5d8a-{'0' * 8}") == (text, False)
    for never in ("", "0b5d8a", "ffffff-00000000", "contoh-x-00000000", f"{name}x", "../0b5d8a-00000000"):
        assert colours.sheet_named(never) is None


def test_every_token_of_a_face_is_one_of_the_style_sheet():
    palette = (Path(__file__).resolve().parents[2] / "src/tuntas/web/assets/css/_palette.scss").read_text()
    assert all(f"--{name}:" in palette for name in colours.tokens("#123456")[0])
