"""What a text cries for, said back to the writer before it is sent (handbook 2.3). What it gives away: `covering`.

Nothing here changes or refuses a text. Detection is rough on purpose: a hint too many costs a glance.
"""

import re

DANGER = re.compile(
    r"\b(kebakaran|terbakar|tenggelam|hanyut|perampokan|dirampok|ditusuk|penikaman|tawuran|penculikan|diculik"
    r"|dianiaya|pemerkosaan|diperkosa|bunuh diri|tersengat listrik|longsor|banjir bandang|tidak sadarkan diri)\b",
    re.IGNORECASE,
)


def sounds_dangerous(text: str) -> bool:
    """Whether somebody may need help at once rather than a report."""
    return DANGER.search(text) is not None
