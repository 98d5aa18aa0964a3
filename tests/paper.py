"""What a page is on paper: the PDF that the browser would print, and the words that can be read on each sheet."""

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from typing import Any

import pikepdf
from playwright.sync_api import Page

MARGIN = "18mm"  # what browsers leave at the edges, roughly


def sheets(page: Page) -> list[str]:
    """The words of each sheet of A4, in the order in which they are drawn; spaces and lines are not kept apart."""
    printed = page.pdf(format="A4", margin=dict.fromkeys(("top", "bottom", "left", "right"), MARGIN))
    with pikepdf.open(BytesIO(printed)) as paper:
        return ["".join(_words(sheet)) for sheet in paper.pages]


def squeezed(words: str) -> str:
    """Words as `sheets` gives them, for comparing: without spaces."""
    return re.sub(r"\s", "", words)


def _words(sheet: pikepdf.Page) -> Iterator[str]:
    fonts = {str(name): _letters(font) for name, font in sheet.Resources.get("/Font", {}).items()}
    letters: Mapping[str, str] = {}
    for operands, operator in pikepdf.parse_content_stream(sheet):
        if str(operator) == "Tf":
            letters = fonts[str(operands[0])]
        elif str(operator) in {"Tj", "TJ"}:
            for piece in operands[0] if str(operator) == "TJ" else operands:
                if isinstance(piece, pikepdf.String):
                    codes, wide = bytes(piece).hex(), len(next(iter(letters), "00"))
                    yield squeezed("".join(letters.get(codes[n : n + wide], "") for n in range(0, len(codes), wide)))


def _letters(font: Any) -> dict[str, str]:
    """What each code of a font stands for, in hexadecimal; all are of one length (PDF 32000-1, 9.10.3)."""
    told = bytes(font.ToUnicode.read_bytes()).decode("ascii") if "/ToUnicode" in font else ""
    found: dict[str, str] = {}
    for block in re.findall(r"beginbfchar(.*?)endbfchar", told, re.DOTALL):
        found |= {code.lower(): _text(text) for code, text in re.findall(r"<(\w+)>\s*<(\w+)>", block)}
    for block in re.findall(r"beginbfrange(.*?)endbfrange", told, re.DOTALL):
        for first, last, text in re.findall(r"<(\w+)>\s*<(\w+)>\s*<(\w+)>", block):
            for step in range(int(last, 16) - int(first, 16) + 1):
                found[f"{int(first, 16) + step:0{len(first)}x}"] = _text(f"{int(text, 16) + step:0{len(text)}x}")
    return found


def _text(code: str) -> str:
    return bytes.fromhex(code).decode("utf-16-be")
