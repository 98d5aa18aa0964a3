"""What a text gives away or cries for, said back to the writer before it is sent (handbook 2.3, 2.7).

Nothing here changes or refuses a text. Detection is rough on purpose: a hint too many costs a glance.
"""

import re
from typing import Any

from django.utils.translation import ngettext

# A resident number: 16 digits, often written in groups.
NIK = re.compile(r"(?<!\d)[1-9]\d(?:[ .]?\d){14}(?!\d)")
PHONE = re.compile(r"(?<![\d.])(?:\+62|62|0)[\s-]?8[1-9](?:[\s.-]?\d){6,10}(?!\d)")
DANGER = re.compile(
    r"\b(kebakaran|terbakar|tenggelam|hanyut|perampokan|dirampok|ditusuk|penikaman|tawuran|penculikan|diculik"
    r"|dianiaya|pemerkosaan|diperkosa|bunuh diri|tersengat listrik|longsor|banjir bandang|tidak sadarkan diri)\b",
    re.IGNORECASE,
)


def personal(*texts: str) -> list[Any]:
    """What looks like a resident number or a mobile number, counted, in words."""
    whole = "\n".join(texts)
    rest, niks = NIK.subn(" ", whole)
    phones = len(PHONE.findall(rest))
    found = []
    if niks:
        found.append(ngettext("%(n)d resident number (NIK)", "%(n)d resident numbers (NIK)", niks) % {"n": niks})
    if phones:
        found.append(ngettext("%(n)d mobile number", "%(n)d mobile numbers", phones) % {"n": phones})
    return found


def sounds_dangerous(text: str) -> bool:
    """Whether somebody may need help at once rather than a report."""
    return DANGER.search(text) is not None
