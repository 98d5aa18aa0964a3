"""Licence plates of vehicles: a regional code, one to four digits, up to three letters.

Codes: regulation 7/2021 of the police on registration of vehicles, with the codes of the new provinces of Papua.
"RT 05 RW 02", a block of houses or a bus line are built alike; so short ones need a word that speaks of a vehicle.
"""

import re
from collections.abc import Iterator

from tuntas.reports.redaction.finds import Find, Kind, Why
from tuntas.reports.redaction.words import beside, ending_with, words

CODES = words("plates", "codes")
PLATE = re.compile(
    r"(?<![A-Za-z0-9./@-])([A-Za-z]{1,2})([ .-]{0,3})(\d{1,4})(?:([ .-]{0,3})([A-Za-z]{1,3}))?(?![A-Za-z0-9@])"
)
VEHICLE = beside("plates", "vehicle")
NAMED = ending_with("plates", "named")
NOT_BEFORE = ending_with("plates", "not_before")
ADDRESS = beside("plates", "address")
WORDS = words("plates", "words")
BEFORE, AFTER = 60, 25  # characters in which a word of a vehicle counts
ADDRESS_BEFORE = 30
NUMBERED = frozenset({"rt", "rw", "no", "km", "gg", "jl", "lt"})  # words that a number follows


def plates(text: str) -> Iterator[Find]:
    for hit in PLATE.finditer(text):
        if hit.group(1).upper() not in CODES:
            continue
        end = hit.end() if _ends(hit, text) else hit.end(3)
        found = _weigh(hit, text, has_letters=hit.group(5) is not None and end == hit.end())
        if found:
            confidence, why = found
            yield Find(hit.start(), end, Kind.PLATE, confidence, why, text[hit.start() : end])


def _ends(hit: "re.Match[str]", text: str) -> bool:
    """Whether the letters after the digits belong to the plate, or are the next word of the sentence."""
    letters = hit.group(5)
    if letters is None:
        return False
    apart = bool(hit.group(4))
    if apart and letters.casefold() in NUMBERED and re.match(r"[ .:]{1,3}\d", text[hit.end() : hit.end() + 4]):
        return False
    return not (apart and letters.casefold() in WORDS and not (letters.isupper() and len(hit.group(3)) > 2))


def _weigh(hit: "re.Match[str]", text: str, *, has_letters: bool) -> tuple[float, Why] | None:
    before = text[max(0, hit.start() - BEFORE) : hit.start()]
    if VEHICLE.search(before) or (has_letters and VEHICLE.search(text[hit.end() : hit.end() + AFTER])):
        return _beside_a_vehicle(hit, before, has_letters=has_letters)
    if not has_letters or NOT_BEFORE.search(before):
        return None
    code, digits, letters = hit.group(1, 3, 5)
    compact = not (hit.group(2) or hit.group(4))
    if code.isupper() and letters.isupper() and len(digits) >= 3:
        return 0.95, Why.BUILT
    if len(digits) >= 3 and len(letters) > 1 and (compact or code.islower() == letters.islower()):
        return 0.85, Why.BUILT
    short = code.isupper() and letters.isupper() and len(letters) > 1 and not ADDRESS.search(before[-ADDRESS_BEFORE:])
    return (0.75, Why.BUILT) if short else None


def _beside_a_vehicle(hit: "re.Match[str]", before: str, *, has_letters: bool) -> tuple[float, Why] | None:
    is_named = NAMED.search(before) is not None
    if has_letters:
        is_house = not is_named and NOT_BEFORE.search(before) and len(hit.group(3)) < 3
        return None if is_house else (0.98, Why.BOTH)
    # Without letters any vehicle nearby would do: it must be named right before.
    return (0.75, Why.WORD) if is_named and len(hit.group(3)) >= 2 else None
