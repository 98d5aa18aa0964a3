"""How a reply is read: sentences, words, and the cues of src/tuntas/packs/replies/cues.toml.

Pure: no database, no clock, no network. Time is linear in the length of the text.
"""

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any

LONGEST = 20_000  # characters that are read; the form takes no more (design 3b)

_MASKS = re.compile(r"\[(?:NAMA|PETUGAS|AKUN|NIK|NOPOL)\]")
_NUMBERS = re.compile(r"\[NO(?:MOR)?\]")  # a number that was masked is still a number
_ADDRESSES = re.compile(r"\[(?:EMAIL\w*|URL)\]|https?://\S+|www\.\S+|[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64}){1,4}")
_PHONES = re.compile(r"\[TELP\]|(?<![\w/])(?!\d{1,2}-\d{1,2}-\d)\+?(?:62|0)[\d-]{7,14}(?!\w)")
_SIGNATURE = re.compile(r"[#*~-]\s?\[?\w{1,20}\]?\s*$")
_SHORT_FORMS = re.compile(
    r"\b(jl|jln|no|nomor|kel|kec|gg|rt|rw|tgl|bpk|dr|dkk|sdr|rp|kab|prov|st|mr|mrs|ps)\.", re.IGNORECASE
)
_ENDS = re.compile(r"(?<![.!?])[.!?]+(?=\s|$|[\"')\]])|[\n;•]+")
_WORDS = re.compile(r"\d+(?:[.,:/-]\d+)*[^\W_]*|[^\W\d_]+(?:['\u2019-][^\W\d_]+)*\d*", re.UNICODE)
_DIGITS = re.compile(r"\d+")


# Letters that are not seen, by which a copy can be made to look new: soft hyphen, zero-width and direction marks.
_UNSEEN: dict[int, str | None] = dict.fromkeys(
    [0xAD, 0x180E, 0xFEFF, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070)]
)
_UNSEEN[0x2019] = "'"


@dataclass(frozen=True, slots=True)
class Phrases:
    """Whole phrases of one kind, found by their first word. A star ends a word that may go on."""

    whole: Mapping[str, tuple[tuple[str, ...], ...]]
    beginnings: Mapping[str, tuple[tuple[str, ...], ...]]
    starts: tuple[str, ...]

    def at(self, words: Sequence[str], place: int) -> int:
        """Words that the longest phrase starting here takes; 0 for none."""
        word, longest = words[place], 0
        options = list(self.whole.get(word, ()))
        if word.startswith(self.starts):
            for start in self.starts:
                if word.startswith(start):
                    options += self.beginnings[start]
        for rest in options:
            if len(rest) >= longest and _follows(words, place + 1, rest):
                longest = len(rest) + 1
        return longest


def _follows(words: Sequence[str], place: int, rest: tuple[str, ...]) -> bool:
    if place + len(rest) > len(words):
        return False
    pairs = zip(words[place : place + len(rest)], rest, strict=True)
    return all(word.startswith(cue[:-1]) if cue.endswith("*") else word == cue for word, cue in pairs)


def _phrases(lines: Iterable[str]) -> Phrases:
    whole: dict[str, list[tuple[str, ...]]] = {}
    beginnings: dict[str, list[tuple[str, ...]]] = {}
    for line in lines:
        first, *rest = line.split()
        target = beginnings if first.endswith("*") else whole
        target.setdefault(first.rstrip("*"), []).append(tuple(rest))
    return Phrases(
        {key: tuple(value) for key, value in whole.items()},
        {key: tuple(value) for key, value in beginnings.items()},
        tuple(beginnings),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Cues:
    """The pack of cue words, ready for look-up."""

    version: str
    spelling: Mapping[str, str]
    greetings: frozenset[str]
    function: frozenset[str]
    hollow: frozenset[str]
    phrases: Mapping[str, Phrases]
    prefixes: tuple[str, ...]
    concrete: tuple[str, ...]
    softened: tuple[str, ...]
    talk: frozenset[str]
    document_nouns: frozenset[str]
    place_leads: frozenset[str]
    person_leads: frozenset[str]
    anybody: frozenset[str]
    months: frozenset[str]
    dated: frozenset[str]  # weekdays, yesterday, tomorrow
    clock: frozenset[str]
    units: frozenset[str]
    endings: tuple[str, ...]

    def says_something(self, word: str) -> bool:
        """Whether the word is more than grammar, courtesy or a number."""
        if len(word) < 3 or word[0].isdigit() or self._is_hollow(word):
            return False
        return not any(word.endswith(end) and self._is_hollow(word.removesuffix(end)) for end in self.endings)

    def _is_hollow(self, word: str) -> bool:
        return word in self.hollow or word in self.function

    def names_work(self, word: str) -> bool:
        """Whether the word names work that one can go and look at: diganti, pemasangan, mengecek."""
        if len(word) < 3 or word in self.talk:
            return False
        if word.startswith(self.concrete):
            return True
        for prefix in self.prefixes:
            if word.startswith(prefix):
                rest = word[len(prefix) :]
                if rest.startswith(self.concrete) or (prefix[0] in "mp" and rest.startswith(self.softened)):
                    return True
        return False


@lru_cache(maxsize=1)
def cues() -> Cues:
    """The shipped pack, read once per process."""
    text = files("tuntas").joinpath("packs/replies/cues.toml").read_text(encoding="utf-8")
    return build(tomllib.loads(text))


def build(pack: Mapping[str, Any]) -> Cues:
    """Cues from a parsed pack; raises KeyError when a section is missing."""
    words, verbs, time = pack["words"], pack["verbs"], pack["time"]
    return Cues(
        version=pack["version"],
        spelling=pack["spelling"],
        greetings=frozenset(pack["greeting"]["first"]),
        function=frozenset(words["function"].split()),
        hollow=frozenset(words["hollow"].split()),
        phrases={name: _phrases(lines) for name, lines in pack["phrases"].items()},
        prefixes=tuple(verbs["prefixes"]),
        concrete=tuple(verbs["concrete"]),
        softened=tuple(verbs["softened"]),
        talk=frozenset(verbs["talk"]),
        document_nouns=frozenset(pack["documents"]["nouns"]),
        place_leads=frozenset(pack["places"]["lead"]),
        person_leads=frozenset(pack["persons"]["lead"]),
        anybody=frozenset(pack["persons"]["anybody"]),
        months=frozenset(time["months"]),
        dated=frozenset(time["days"]) | frozenset(time["relative"]),
        clock=frozenset(time["clock"]),
        units=frozenset(pack["units"]["after_number"]),
        endings=tuple(pack["endings"]["small"]),
    )


def sentences(text: str) -> list[list[str]]:
    """The text as sentences of lower-case words; greeting, masked names, signature and addresses left out.

    Numbers stay as they are: they may be evidence. Never raises, whatever the text.
    """
    return [words for piece in _pieces(text) if (words := list(_words(piece)))]


def _pieces(text: str) -> Iterator[str]:
    plain = unicodedata.normalize("NFKC", text[:LONGEST].translate(_UNSEEN))
    plain = _SIGNATURE.sub(" ", _NUMBERS.sub(" 0 ", _MASKS.sub(" ", plain)))
    plain = _PHONES.sub(" telepon ", _ADDRESSES.sub(" tautan ", plain))
    greeting = _greeting()
    for piece in _ENDS.split(_SHORT_FORMS.sub(r"\1 ", plain)):
        yield greeting.sub(" ", piece, count=1)


@lru_cache(maxsize=1)
def _greeting() -> re.Pattern[str]:
    """ "Halo Kak Sari," at the head of a sentence. A name is taken only where a comma or the end closes it."""
    first = "|".join(sorted(cues().greetings))
    title = r"(?:(?:kak(?:ak)?|bapak|pak|ibu|bu|sdr|saudara|saudari|mas|mbak|pagi|siang|sore|malam)\b[\s/.]*)"
    name = r"(?:[^\W\d_]{1,20}\s*)"
    greeted = rf"(?:{first})\b[\s,]*{title}*(?:{name}{{0,3}}[,:]|{name}{{0,2}}$)?"
    return re.compile(rf"^\W*(?:salam\W+{name}{{0,3}}$|{greeted}|{title}+(?:{name}{{0,3}}[,:])?)", re.IGNORECASE)


def _words(piece: str) -> Iterator[str]:
    spelling = cues().spelling
    for word in _WORDS.findall(piece.casefold()):
        yield spelling.get(word, word)


def template_of(text: str) -> str:
    """What stays of a reply when names, numbers and addresses are taken out: equal for two copies of one template.

    Sentences are joined by " . "; every number becomes 0. Keep it beside the reply, to compare later ones with.
    """
    return " . ".join(_DIGITS.sub("0", " ".join(words)) for words in sentences(text))
