"""What a person typed into the public search, read as words: slang and abbreviations, a phrase, a minus, a slip.

The database gets a query of quoted words alone, so that no sign a person types means anything to it.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

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


@dataclass(frozen=True, slots=True)
class Asked:
    """A search. is_cut: more was typed than is looked for. typed: whether anything was."""

    terms: tuple[Term, ...] = ()
    is_cut: bool = False
    typed: bool = False

    def __bool__(self) -> bool:
        return any(not term.is_unwanted for term in self.terms)

    def query(self) -> str:
        """For to_tsquery: each word with its variants, all quoted; empty when there is nothing to look for."""
        return " & ".join(_query(term) for term in self.terms) if self else ""

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
    strange = single - _known(single)
    right = {word: found for word in strange if (found := _nearest(word, prepared.words_like(word)))}
    if not right:
        return None
    return replace(asked, terms=tuple(_put_right(term, right) for term in asked.terms))


def _term(match: re.Match[str]) -> Term:
    minus, phrase, bare = match.groups()
    words = [word[:LONGEST] for word in WORD.findall(phrase if phrase is not None else bare)]
    return Term(tuple(words[:MOST]), is_unwanted=bool(minus))


def _query(term: Term) -> str:
    if len(term.words) == 1:
        alternatives = [" <-> ".join(f"'{word}'" for word in other.split()) for other in _variants(term.words[0])]
        one = " | ".join(f"({each})" for each in alternatives)
    else:
        one = " <-> ".join(f"'{word}'" for word in term.words)
    return f"!({one})" if term.is_unwanted else f"({one})"


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


def _known(words: Iterable[str]) -> set[str]:
    return {word for word in words if word in _others()} | prepared.words_in_use(words)


def _nearest(word: str, candidates: Sequence[tuple[str, int]]) -> str:
    """Of words and how many texts hold them: the fewest slips first, then the commonest; empty when none is near.

    Two neighbours that changed places are one slip.
    """
    most = 2 if len(word) >= LONG else 1
    near = [(OSA.distance(word, other, score_cutoff=most), -n, other) for other, n in candidates]
    best = min((each for each in near if each[0] <= most), default=None)
    return best[2] if best else ""


def _put_right(term: Term, right: Mapping[str, str]) -> Term:
    return replace(term, words=(right.get(term.words[0], term.words[0]),)) if len(term.words) == 1 else term
