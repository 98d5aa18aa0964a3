"""Numbers of persons: resident and family-card numbers, phones, tax and health-card numbers, accounts.

A text is read once into groups of digits; groups that stand together are read as one number in every way that its
length allows (at most 18 digits), and the surest reading wins. No pattern here has a repetition within a repetition, so
time grows with the length of the text alone.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tuntas.reports.redaction.finds import Find, Kind, Why
from tuntas.reports.redaction.words import beside, ending_with

# A group begins with a digit, or with a letter that a scanner or a hurried thumb puts in place of one.
GROUP = re.compile(r"(?:(?<![A-Za-z0-9])[OoIlQ]{1,3}(?=\d))?\d[\dOoQIlSBZ]*")
# A full stop with a blank ends a sentence, and so a number.
GAP = re.compile(r"[ \u00a0]{0,2}[\-–()_]{1,2}[ \u00a0]{0,2}|[ \u00a0]{1,3}|\.")
READ_AS = str.maketrans("OoQIlSBZ", "00011582")
MOST_DIGITS, MOST_GROUPS = 18, 9
LONGER_IS_WORTH = 0.15  # of confidence: half a number masked is worse than a word too many

PROVINCES = frozenset(
    [*range(11, 20), 21, *range(31, 37), *range(51, 55), *range(61, 66), *range(71, 77), 81, 82, *range(91, 98)]
)
MOBILE = re.compile(r"8(?:1[0-9]|2[1-8]|3[1-35-9]|5[1-9]|68|7[3-9]|8[1-9]|9[3-9])")
AREA = re.compile(r"0(?:21|22|24|31|61|[2-9]\d\d)$")

BEFORE, AFTER = 48, 26  # characters in which a word beside a number counts


RESIDENT, FAMILY, CALLING = beside("beside", "resident"), beside("beside", "family"), beside("beside", "calling")
BANK, ACCOUNT, ELSEWHERE = beside("beside", "bank"), beside("beside", "account"), beside("beside", "elsewhere")
TAX, HEALTH, MONEY = beside("beside", "tax"), beside("beside", "health"), ending_with("beside", "money")
INSIDE = re.compile(r"\d[.,\-]$")
COORDINATE = re.compile(r"\d{1,3}\.\d{4,8}(?:$|[ ,])")
THOUSANDS = re.compile(r"\d{1,3}(?:[. ]\d{3}){1,5}$")
SIGNS = re.compile(r"\(?\+?$")  # before a number that begins with its country or area
YEARS = re.compile(r"(?:(?:19|20)\d\d[ \-–.]{0,3}){2,5}$")
DAY = re.compile(r"(?:0?[1-9]|[12]\d|3[01])[ ]?[-./ ][ ]?(?:0?[1-9]|1[0-2])[ ]?[-./ ][ ]?(?:19|20)\d\d(?!\d)")
HOUR = re.compile(r"(?:[01]?\d|2[0-4])\.[0-5]\d(?!\d)")


@dataclass(frozen=True, slots=True)
class Group:
    start: int
    end: int
    digits: str
    letters: int  # how many of them were letters


def numbers(text: str) -> Iterator[Find]:
    for run in _runs(text):
        at = 0
        while at < len(run):
            found, used = _best(text, run, at)
            if found:
                yield found
            at += used


def _runs(text: str) -> Iterator[list[Group]]:
    """Groups of digits that stand together, with nothing between them but blanks, dots, dashes and brackets."""
    run: list[Group] = []
    for hit in GROUP.finditer(text):
        group = _group(text, hit.start(), hit.end())
        if run and not GAP.fullmatch(text, run[-1].end, group.start):
            yield run
            run = []
        run.append(group)
    if run:
        yield run


def _group(text: str, start: int, end: int) -> Group:
    """A group without the letters at its end that begin the next word ("081234567890Si" of "Siti")."""
    if end < len(text) and text[end].isalpha():
        while end > start + 1 and not text[end - 1].isdigit():
            end -= 1
    written = text[start:end]
    return Group(start, end, written.translate(READ_AS), sum(not sign.isdigit() for sign in written))


def _best(text: str, run: Sequence[Group], at: int) -> tuple[Find | None, int]:
    """The number that begins at this group, the longer of two that are about as sure; and how many groups to go on."""
    best: Find | None = None
    digits, used = "", 1
    for last in range(at, min(len(run), at + MOST_GROUPS)):
        digits += run[last].digits
        if len(digits) > MOST_DIGITS + 2:
            break
        if len(digits) < 8:
            continue
        found = _read(text, run[at : last + 1], digits)
        if found and (best is None or found.confidence >= best.confidence - LONGER_IS_WORTH):
            best, used = found, last + 1 - at
    return best, used


def _read(text: str, groups: Sequence[Group], digits: str) -> Find | None:
    start, end = groups[0].start, groups[-1].end
    place = _Place(text, start, end, digits, tuple(groups))
    for reading in (_resident, _tax, _phone, _health, _account):
        judged = reading(place)
        if judged:
            kind, confidence, why = judged
            sign = SIGNS.search(text[max(0, start - 2) : start])
            start -= len(sign.group()) if sign else 0
            return Find(start, end, kind, confidence, why, text[start:end])
    return None


@dataclass(frozen=True, slots=True)
class _Place:
    """A reading of a number, with what stands around it."""

    text: str
    start: int
    end: int
    digits: str
    groups: tuple[Group, ...]

    @property
    def before(self) -> str:
        return self.text[max(0, self.start - BEFORE) : self.start]

    @property
    def after(self) -> str:
        return self.text[self.end : self.end + AFTER]

    @property
    def written(self) -> str:
        return self.text[self.start : self.end]

    @property
    def letters(self) -> int:
        return sum(group.letters for group in self.groups)

    def says(self, words: "re.Pattern[str]", *, after: bool = False) -> bool:
        return bool(words.search(self.before) or (after and words.search(self.after)))

    @property
    def is_a_time(self) -> bool:
        """A day with its year, hours, or two years: what officials and citizens write most, after amounts."""
        one_of_several = len(self.groups) > 1 and (HOUR.match(self.written) or YEARS.match(self.written))
        return bool(DAY.match(self.written) or one_of_several)

    @property
    def is_a_rest(self) -> bool:
        """It goes on from digits before it: the end of an amount or of a day."""
        return INSIDE.search(self.text[max(0, self.start - 2) : self.start]) is not None


Judged = tuple[Kind, float, Why]


def _resident(place: _Place) -> Judged | None:
    """Sixteen digits: region, day of birth (plus 40 for women), month, year, running number (Permendagri 40/2019)."""
    if not 15 <= len(place.digits) <= 17 or place.letters > 8:
        return None
    is_family = place.says(FAMILY) and _last(FAMILY, place.before) > _last(RESIDENT, place.before)
    kind = Kind.FAMILY_CARD if is_family else Kind.NIK
    said = place.says(RESIDENT) or place.says(FAMILY)
    if len(place.digits) == 16 and _is_resident(place.digits) and not (place.letters and not said):
        return kind, 0.99, Why.BOTH if said else Why.BUILT
    if said and not (place.is_a_time or place.letters) and len(place.groups) < 8 and not place.says(ACCOUNT):
        return kind, 0.8, Why.WORD  # one digit too many or too few, or one mistyped
    return None


def _is_resident(digits: str) -> bool:
    day, month = int(digits[6:8]), int(digits[8:10])
    return (
        int(digits[:2]) in PROVINCES
        and "01" <= digits[2:4] <= "79"
        and digits[4:6] != "00"
        and (1 <= day <= 31 or 41 <= day <= 71)
        and 1 <= month <= 12
        and digits[12:] != "0000"
    )


def _last(words: "re.Pattern[str]", text: str) -> int:
    return max((hit.start() for hit in words.finditer(text)), default=-1)


def _tax(place: _Place) -> Judged | None:
    """Fifteen digits in groups of 2, 3, 3, 1, 3, 3; or the word beside it."""
    shape = [len(group.digits) for group in place.groups]
    if len(place.digits) == 15 and shape == [2, 3, 3, 1, 3, 3]:
        return Kind.TAX_NUMBER, 0.98, Why.BUILT
    if len(place.digits) in {15, 16} and place.says(TAX):
        return Kind.TAX_NUMBER, 0.95, Why.WORD
    return None


def _phone(place: _Place) -> Judged | None:
    if place.letters > 3 or place.is_a_time:
        return None
    return _mobile(place) or _landline(place)


def _mobile(place: _Place) -> Judged | None:
    """0, +62 or 62, then 8 and nine to twelve digits in all; without the zero only beside a word."""
    digits, said = place.digits, place.says(CALLING)
    has_plus = place.start > 0 and place.text[place.start - 1] == "+"
    for prefix in ("0062", "620", "62", "0", ""):
        if digits.startswith(prefix) and digits[len(prefix) : len(prefix) + 1] == "8":
            national = digits[len(prefix) :]
            break
    else:
        return None
    if not 9 <= len(national) <= 12 or (prefix == "" and not said) or (place.letters and not said):
        return None
    is_known = MOBILE.match(national) is not None
    if prefix.startswith("62") and not (has_plus or said or is_known):
        return None
    if is_known or said:
        why = Why.BUILT if not said else Why.BOTH if is_known else Why.WORD
        return Kind.PHONE, 0.97 if is_known else 0.85, why
    return (Kind.PHONE, 0.8, Why.BUILT) if len(place.groups) == 1 and national[1] != "0" else None


def _landline(place: _Place) -> Judged | None:
    digits = place.digits
    first = place.groups[0].digits
    if digits.startswith("62") and place.start > 0 and place.text[place.start - 1] == "+":
        digits = "0" + digits[2:]
        first = "0" + (place.groups[1].digits if len(place.groups) > 1 else "")
    if not 9 <= len(digits) <= 12 or not digits.startswith("0") or digits[1] in "018":
        return None
    if len(place.groups) > 1 and AREA.match(first):
        return Kind.PHONE, 0.9, Why.BUILT
    return (Kind.PHONE, 0.85, Why.WORD) if place.says(CALLING) and digits[1] in "2345679" else None


def _health(place: _Place) -> Judged | None:
    if len(place.digits) != 13 or len(place.groups) > 4:
        return None
    if place.digits.startswith("000"):
        return Kind.HEALTH_CARD, 0.9, Why.BUILT
    return (Kind.HEALTH_CARD, 0.8, Why.WORD) if place.says(HEALTH) and not place.says(ACCOUNT) else None


def _account(place: _Place) -> Judged | None:
    """Ten to sixteen digits beside a bank or a wallet; eight to eighteen where the word is "rekening"."""
    strong = place.says(ACCOUNT)
    if not (8 if strong else 10) <= len(place.digits) <= (18 if strong else 16) or _is_another_thing(
        place, strong=strong
    ):
        return None
    if not (strong or place.says(BANK, after=True)):
        return None
    if _last(ELSEWHERE, place.before) > _last(BANK, place.before) and not BANK.match(place.after.lstrip(" (,")):
        return None
    return Kind.ACCOUNT, 0.95 if strong else 0.85, Why.WORD


def _is_another_thing(place: _Place, *, strong: bool) -> bool:
    """A day, a place on the map, an amount; one without its currency unless the word is "rekening"."""
    return bool(
        place.letters
        or place.is_a_time
        or place.is_a_rest
        or COORDINATE.match(place.written)
        or MONEY.search(place.before)
        or (THOUSANDS.match(place.written) and not strong)
    )
