"""Licence plates of vehicles: a regional code, one to four digits, up to three letters.

Codes: regulation 7/2021 of the police on registration of vehicles, with the codes of the new provinces of Papua.
"RT 05 RW 02", a block of houses or a bus line are built alike; so short ones need a word that speaks of a vehicle.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from tuntas.reports.redaction.finds import Find, Kind, Why
from tuntas.reports.redaction.words import beside, ending_with, words

CODES = words("plates", "codes")
# Looked at without being used up, so that "km 5. B 1234 CD" is read from the B as well.
PLATE = re.compile(
    r"(?<![A-Za-z0-9./@-])(?=([A-Za-z]{1,2})([ .-]{0,3})(\d{1,4})(?:([ .-]{0,3})([A-Za-z]{1,3}))?(?![A-Za-z0-9@]))"
)
VEHICLE = beside("plates", "vehicle")
NAMED = ending_with("plates", "named")
NOT_BEFORE = ending_with("plates", "not_before")
ADDRESS = beside("plates", "address")
ALWAYS_WORDS = words("plates", "always_words")
WORDS = words("plates", "words") | ALWAYS_WORDS
BEFORE, AFTER = 60, 25  # characters in which a word of a vehicle counts
ADDRESS_BEFORE = 30
NUMBERED = frozenset({"rt", "rw", "no", "km", "gg", "jl", "lt"})  # words that a number follows


def plates(text: str) -> Iterator[Find]:
    for hit in PLATE.finditer(text):
        if hit.group(1).upper() not in CODES:
            continue
        near = _Near(
            text[max(0, hit.start() - BEFORE) : hit.start()],
            text[hit.end(5) : hit.end(5) + AFTER] if hit.group(5) else "",
        )
        has_letters = _has_letters(hit, text, near)
        end = hit.end(5) if has_letters else hit.end(3)
        found = _weigh(hit, near, has_letters=has_letters)
        if found:
            confidence, why = found
            yield Find(hit.start(), end, Kind.PLATE, confidence, why, text[hit.start() : end])


@dataclass(frozen=True, slots=True)
class _Near:
    before: str
    after: str

    @property
    def is_named(self) -> bool:
        return NAMED.search(self.before) is not None

    @property
    def has_vehicle(self) -> bool:
        return bool(VEHICLE.search(self.before) or VEHICLE.search(self.after))


def _has_letters(hit: "re.Match[str]", text: str, near: _Near) -> bool:
    """Whether the letters after the digits belong to the plate, or are the next word of the sentence."""
    letters = hit.group(5)
    if letters is None:
        return False
    if not hit.group(4) or (word := letters.casefold()) not in WORDS:
        return True
    if word in NUMBERED and re.match(r"[ .:]{1,3}\d", text[hit.end(5) : hit.end(5) + 4]):
        return False
    is_long = len(hit.group(3)) > 2
    if letters.isupper():
        return is_long or near.has_vehicle
    return near.is_named or (is_long and word not in ALWAYS_WORDS and near.has_vehicle)


def _weigh(hit: "re.Match[str]", near: _Near, *, has_letters: bool) -> tuple[float, Why] | None:
    if near.has_vehicle and (has_letters or VEHICLE.search(near.before)):
        return _beside_a_vehicle(hit, near, has_letters=has_letters)
    if not has_letters or NOT_BEFORE.search(near.before):
        return None
    code, digits, letters = hit.group(1, 3, 5)
    compact = not (hit.group(2) or hit.group(4))
    if code.isupper() and letters.isupper() and len(digits) >= 3:
        return 0.95, Why.BUILT
    if len(digits) >= 3 and (compact or (len(letters) > 1 and code.islower() == letters.islower())):
        return 0.85, Why.BUILT
    short = (
        code.isupper() and letters.isupper() and len(letters) > 1 and not ADDRESS.search(near.before[-ADDRESS_BEFORE:])
    )
    return (0.75, Why.BUILT) if short else None


def _beside_a_vehicle(hit: "re.Match[str]", near: _Near, *, has_letters: bool) -> tuple[float, Why] | None:
    if has_letters:
        is_house = not near.is_named and len(hit.group(3)) < 3 and (NOT_BEFORE.search(near.before) or _is_a_house(hit))
        return None if is_house else (0.98, Why.BOTH)
    # Without letters any vehicle nearby would do: it must be named right before.
    return (0.75, Why.WORD) if near.is_named and len(hit.group(3)) >= 2 else None


def _is_a_house(hit: "re.Match[str]") -> bool:
    """ "F - 16 A", "E-36B": one letter, a number and a letter with dashes are how houses of an estate are numbered."""
    return "-" in hit.group(2) and len(hit.group(1)) == 1 and len(hit.group(5)) == 1
