"""The words of packs/redaction/words.toml, and patterns made from them."""

import re
import tomllib
from collections.abc import Iterable
from functools import lru_cache

from tuntas.kernel.packs import pack


def words(group: str, name: str) -> frozenset[str]:
    """One list of the pack: the words before the first bar, and the phrases between the bars."""
    single, *phrases = _lists()[group][name].split("|")
    return frozenset({*single.split(), *(" ".join(each.split()) for each in phrases if each.strip())})


@lru_cache(maxsize=1)
def _lists() -> dict[str, dict[str, str]]:
    lists: dict[str, dict[str, str]] = tomllib.loads(pack("redaction/words.toml").read_text(encoding="utf-8"))
    return lists


def any_of(some: Iterable[str]) -> str:
    """A group that matches any of these words; full stops and blanks within may be left out."""
    longest_first = sorted(some, key=lambda word: (-len(word), word))
    return "(?:" + "|".join(_spelt(word) for word in longest_first) + ")"


def _spelt(word: str) -> str:
    return re.escape(word).replace(r"\.", r"\.?").replace(r"\ ", r"\.?[ ]?")


def beside(group: str, name: str) -> "re.Pattern[str]":
    """One of the words, standing by itself, in any case of letters."""
    return re.compile(rf"(?<![a-z]){any_of(words(group, name))}(?![a-z])", re.IGNORECASE)


def ending_with(group: str, name: str) -> "re.Pattern[str]":
    """A text that ends with one of the words, and perhaps a colon or a dash."""
    return re.compile(rf"(?<![a-z]){any_of(words(group, name))}[ .:\-]{{0,3}}$", re.IGNORECASE)
