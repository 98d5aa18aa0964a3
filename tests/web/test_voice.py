"""What docs/voice.md rules out is in no catalogue and no letter, in either language; a planted phrase is found."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[2]
RULES = tomllib.loads((ROOT / "docs/voice.toml").read_text(encoding="utf-8"))["never"]
PARTS = sorted((ROOT / "src/tuntas/locale").glob("*/parts/*.po"))
LETTERS = sorted((ROOT / "src/tuntas_vault").rglob("*.toml"))


def said(part: Path) -> Iterator[tuple[str, str]]:
    """(language, sentence) of a catalogue: the ids are English, the rest is what the folder says."""
    language = part.parent.parent.name
    with part.open("rb") as file:
        for message in filter(lambda each: each.id, read_po(file)):
            for texts, spoken in ((message.id, "en"), (message.string, language)):
                yield from ((spoken, text) for text in ([texts] if isinstance(texts, str) else texts) if text)


def sentences(value: Any) -> Iterator[str]:
    """Every text in a table, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from sentences(each)


def faults(language: str, text: str) -> list[str]:
    found = [rule for rule in RULES.get(language, []) if re.search(rule["pattern"], text, re.IGNORECASE)]
    return [f"{rule['pattern']}: {text[:160]!r}. Instead: {rule['instead']}" for rule in found]


@pytest.mark.requirement("R000-25")
@pytest.mark.parametrize("part", PARTS, ids=lambda part: f"{part.parent.parent.name}-{part.stem}")
def test_no_catalogue_says_what_we_never_say(part):
    assert [fault for language, text in said(part) for fault in faults(language, text)] == []


@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: f"{letter.parent.name}-{letter.stem}")
def test_no_letter_says_it_either(letter):
    table = tomllib.loads(letter.read_text(encoding="utf-8"))
    assert [fault for text in sentences(table) for fault in faults(letter.stem, text)] == []


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("id", "Mohon maaf atas ketidaknyamanan ini."),
        ("id", "Laporan akan segera diproses."),
        ("id", "Silakan klik di sini."),
        ("id", "Format tidak valid."),
        ("id", "Berhasil!"),
        ("en", "Sorry for the inconvenience."),
        ("en", "The user must sign in."),
    ],
)
def test_a_planted_phrase_is_found(language, text):
    assert faults(language, text)


@pytest.mark.parametrize("text", ["Apakah laporan Anda salah satu dari ini?", "Kami periksa paling lambat Rabu."])
def test_a_good_sentence_passes(text):
    assert faults("id", text) == []
