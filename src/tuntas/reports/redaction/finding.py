"""Everything that a text gives away, in the order in which it stands there."""

import re
from collections.abc import Sequence

from tuntas.reports.redaction import numbers, people, plates
from tuntas.reports.redaction.finds import Find

LONGEST = 20_000  # characters that are read; no text of the register is longer
DIGIT = re.compile(r"\d")
LOOKS = (people.mails, numbers.numbers, plates.plates, people.names, people.homes)
WITHOUT_DIGITS = (people.mails, people.names)  # numbers, plates and homes each have one: half the time of a find


def find(text: str) -> list[Find]:
    """What seems to be about a person, first to last, none over another. Time grows with the length alone.

    What is surest is taken first, so that a number of sixteen digits is no telephone number as well.
    """
    text = text[:LONGEST]
    taken: list[Find] = []
    for look in LOOKS if DIGIT.search(text) else WITHOUT_DIGITS:
        for each in look(text):
            if not _overlaps(each, taken):
                taken.append(each)
    return sorted(taken, key=lambda each: each.start)


def _overlaps(each: Find, taken: Sequence[Find]) -> bool:
    return any(each.start < other.end and other.start < each.end for other in taken)
