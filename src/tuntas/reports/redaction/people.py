"""E-mail addresses, names of persons after a form of address, and homes that are described as such.

Cautious on purpose: a name without a form of address is not looked for, since it is built like any other word; a
street is where most complaints happen, so only one that the text calls a home is pointed at.
"""

import re
from collections.abc import Iterator

from tuntas.reports.redaction.finds import Find, Kind, Why
from tuntas.reports.redaction.words import any_of, beside, words

MAIL = re.compile(
    r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9][A-Za-z0-9._%+-]{0,63} ?@ ?[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,4}"
)
# A form of address, perhaps an office or a second title, then one to four words that begin with a capital.
TITLE = any_of(words("names", "titles"))
SHORT = any_of(words("names", "short_titles"))
FORM = rf"(?:{TITLE}|{SHORT}\.?)"
SECOND = rf"(?:{any_of(words('names', 'offices'))}\.?|{FORM})"
WORD = r"[A-Z][a-z'’]{1,24}"
NAME = rf"({WORD}(?: (?:{WORD}(?! ?[0-9])|[A-Z]\.?(?![A-Za-z0-9])(?! ?[0-9]))){{0,3}})(?![a-z])"
TITLED = re.compile(rf"(?<![A-Za-z])(?i:{FORM})(?: (?i:{SECOND})){{0,2}} (?={NAME})")
# In capitals only where the form of address is not: a text in capitals alone tells no name from a word.
SHOUTED = re.compile(
    r"(?<![A-Za-z])(?:Bapak|Bpk|Pak|Ibu|Bu|Sdr|Sdri|Saudara|Saudari)\.? ([A-Z]{3,20}(?: [A-Z]{3,20}){0,3})(?![A-Za-z])"
)
# After "bernama", "a.n." a name may be written small; it ends with the sentence.
LOOSE_WORD = r"[A-Za-z'’]{0,24}(?![A-Za-z])(?! ?[0-9])"
LOOSE = rf"([A-Za-z]{LOOSE_WORD}(?: [A-Za-z]{LOOSE_WORD}){{0,3}})"
CALL = rf"(?:{any_of(words('names', 'called'))}|a\.n\.?|a/n|an\.)"
CALLED = re.compile(rf"(?<![A-Za-z.])(?i:{CALL})(?![A-Za-z])(?: ?:)? ?(?:(?i:{FORM}) )?(?={LOOSE})")
# "Bapak Ibu" greets everybody: what follows is the next word of the sentence.
PAIR = re.compile(r"(?i)(?:bapak|bpk|bp|pak)(?: ?[/&,] ?| dan | )(?:ibu|bu) $")
AFTER_THEM = any_of(words("names", "named_after")), any_of(words("names", "named_after_short"))
NAMED_AFTER = re.compile(rf"(?<![A-Za-z])(?i:{AFTER_THEM[0]} |{AFTER_THEM[1]}[. ]{{1,2}})$")
NO_NAMES = words("names", "no_names")
ENDS = NO_NAMES | words("names", "ends")
HOME, STREET = beside("homes", "home"), beside("homes", "street")
WITHIN = 140  # characters after such words in which the address is looked for
HOUSE = re.compile(
    r"(?<![a-z])(?:no|nomor|rt|rw|blok|kav)\.? ?[a-z]{0,2} ?[-/]? ?\d{1,3}(?:[a-z](?![a-z]))?", re.IGNORECASE
)
LONGEST_NAME = 4  # words


def mails(text: str) -> Iterator[Find]:
    if "@" not in text:
        return
    for hit in MAIL.finditer(text):
        yield Find(hit.start(), hit.end(), Kind.EMAIL, 0.99, Why.BUILT, hit.group())


def names(text: str) -> Iterator[Find]:
    for pattern, confidence in ((CALLED, 0.8), (TITLED, 0.75), (SHOUTED, 0.7)):
        ends = ENDS if pattern is CALLED else NO_NAMES
        for hit in pattern.finditer(text):
            before = max(0, hit.start() - 24)
            if NAMED_AFTER.search(text[before : hit.start()]) or PAIR.search(text[before : hit.start(1)]):
                continue
            start, end = hit.start(1), _end_of_name(text, hit.start(1), hit.end(1), ends)
            if start < end:
                yield Find(start, end, Kind.NAME, confidence, Why.TITLE, text[start:end])


def _end_of_name(text: str, start: int, end: int, ends: frozenset[str]) -> int:
    """Where the words stop that can be a name; `start` when the first is none."""
    at = last = start
    for word in text[start:end].split(" ")[:LONGEST_NAME]:
        plain = word.strip(".'’").casefold()
        if not plain or plain in ends:
            break
        last = at + len(word)
        at = last + 1
    return last


def homes(text: str) -> Iterator[Find]:
    """A street with a house number, or an RT, after words that speak of a home: pointed at, not masked by itself."""
    for hit in HOME.finditer(text):
        around = text[hit.end() : hit.end() + WITHIN].partition("\n")[0]
        street = STREET.search(around)
        houses = [house.end() for house in HOUSE.finditer(around)]
        if street and houses and houses[-1] > street.start():
            start, end = hit.end() + street.start(), hit.end() + houses[-1]
            yield Find(start, end, Kind.ADDRESS, 0.6, Why.HOME, text[start:end])
