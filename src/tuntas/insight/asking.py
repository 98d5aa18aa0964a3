"""What a person typed into the public search, read as words: slang and abbreviations, a phrase, a minus, a slip.

The database gets a query of quoted words alone, so that no sign a person types means anything to it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

from rapidfuzz import process
from rapidfuzz.distance import OSA

from tuntas.insight import queries as prepared
from tuntas.kernel.packs import pack, rows

MOST = 12  # words that are looked for; a person who pastes a whole letter is told so
LONGEST = 40  # letters of a word
PIECES = re.compile(r'(-?)(?:"([^"]*)"|(\S+))')
WORD = re.compile(r"[^\W_]+")
# Words that stand in every text and tell nothing; the database's Indonesian has no list of its own.
EMPTY = frozenset(
    ["yang", "yg", "dan", "dn", "di", "ke", "dari", "dengan", "dgn", "untuk", "utk", "ini", "itu", "adalah", "ada"]
)
SLIP_FROM = 4  # letters from which a word is compared with those that reports use
LONG = 7  # letters from which two slips are one word


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a text must hold, or must not. words: more than one are a phrase, in this order."""

    words: tuple[str, ...]
    is_unwanted: bool = False

    def written(self) -> str:
        """As the person may type it again."""
        told = " ".join(self.words)
        quoted = f'"{told}"' if len(self.words) > 1 else told
        return f"-{quoted}" if self.is_unwanted else quoted


class Query(NamedTuple):
    """What the database is asked for. exact: for to_tsquery, all words quoted; empty when there is nothing to look for.

    loose: the same without the order of phrases and without unwanted phrases, so that an index can answer it alone.
    looks: of each word that a text must hold, the ways to write it: `a b|c`.
    """

    exact: str = ""
    loose: str = ""
    looks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """A search. is_cut: more was typed than is looked for. typed: whether anything was."""

    terms: tuple[Term, ...] = ()
    is_cut: bool = False
    typed: bool = False

    def __bool__(self) -> bool:
        return any(not term.is_unwanted for term in self.terms)

    def query(self) -> Query:
        """Each word with its variants."""
        if not self:
            return Query()
        told = [term for term in self.terms if not (term.is_unwanted and any(" " in way for way in _ways(term)))]
        return Query(
            exact=" & ".join(_query(term, "<->") for term in self.terms),
            loose=" & ".join(_query(term, "&") for term in told),
            looks=tuple("|".join(_ways(term)) for term in self.terms if not term.is_unwanted),
        )

    def written(self) -> str:
        return " ".join(term.written() for term in self.terms)


def read(text: str) -> Asked:
    """The words of what was typed; words that every text holds are left out unless nothing else is there."""
    terms = [term for term in map(_term, PIECES.finditer(text.lower())) if term.words]
    telling = [term for term in terms if len(term.words) > 1 or term.words[0] not in EMPTY]
    wanted = list(dict.fromkeys(telling or terms))
    return Asked(tuple(wanted[:MOST]), is_cut=len(wanted) > MOST, typed=bool(text.strip()))


def mended(asked: Asked) -> Asked | None:
    """The same with slips put right after the words that reports use; None where there is nothing to put right."""
    single = {term.words[0] for term in asked.terms if len(term.words) == 1 and len(term.words[0]) >= SLIP_FROM}
    known = prepared.words_in_use()
    strange = {word for word in single if word not in known.texts and word not in _others()}
    right = {word: found for word in strange if (found := _nearest(word, known))}
    if not right:
        return None
    return replace(asked, terms=tuple(_put_right(term, right) for term in asked.terms))


def _term(match: re.Match[str]) -> Term:
    minus, phrase, bare = match.groups()
    words = [word[:LONGEST] for word in WORD.findall(phrase if phrase is not None else bare)]
    return Term(tuple(words[:MOST]), is_unwanted=bool(minus))


def _query(term: Term, between: str) -> str:
    """between: what stands between the words of a phrase."""
    alternatives = [f" {between} ".join(f"'{word}'" for word in way.split()) for way in _ways(term)]
    one = alternatives[0] if len(term.words) > 1 else " | ".join(f"({each})" for each in alternatives)
    return f"!({one})" if term.is_unwanted else f"({one})"


def _ways(term: Term) -> Sequence[str]:
    """The ways to write it; a phrase has one."""
    return _variants(term.words[0]) if len(term.words) == 1 else [" ".join(term.words)]


def _variants(word: str) -> Sequence[str]:
    return (word, *sorted(_others().get(word, frozenset())))


@cache
def _others() -> Mapping[str, frozenset[str]]:
    """Every way to write a word, by each of them (packs/search/words.csv)."""
    found: dict[str, frozenset[str]] = {}
    for row in rows(pack("search/words.csv"), needs=("word", "variants")):
        ways = {row.text("word"), *row.words("variants")}
        for way in ways:
            found[way] = found.get(way, frozenset()) | (ways - {way})
    return found


def _nearest(word: str, known: prepared.Words) -> str:
    """The word with the fewest slips, of several the commonest; empty when none is near.

    Two neighbours that changed places are one slip. Compared with all words of about its length: half a millisecond.
    """
    most = 2 if len(word) >= LONG else 1
    near = [
        (slips, -known.texts[other], other)
        for length in range(len(word) - most, len(word) + most + 1)
        for other, slips, _place in process.extract(
            word, known.of_length.get(length, ()), scorer=OSA.distance, score_cutoff=most, limit=None
        )
    ]
    return min(near)[2] if near else ""


def _put_right(term: Term, right: Mapping[str, str]) -> Term:
    return replace(term, words=(right.get(term.words[0], term.words[0]),)) if len(term.words) == 1 else term
