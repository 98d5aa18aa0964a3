"""Dates and times as Indonesian offices write them, made into instants of a stated zone.

Day first, as in 12/01/2022 and 12 Januari 2022, unless the map says that the month comes first; ISO form always.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import NamedTuple
from zoneinfo import ZoneInfo

from tuntas.clocks.calendar import WIB, WIT, WITA

ZONES: dict[str, ZoneInfo] = {"WIB": WIB, "WITA": WITA, "WIT": WIT}
MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januari jan january", "februari feb pebruari february febr", "maret mar march", "april apr",
            "mei may", "juni jun june", "juli jul july", "agustus agu agt ags aug august agust",
            "september sep sept", "oktober okt oct october", "november nov nop nopember",
            "desember des dec december",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
# Every repetition has an end: no value of a file, however long, makes a pattern slow.
WEEKDAY = r"(?:[a-z'’]{1,12},\s{0,3})?"
TIME = r"(?:[ T,]{1,4}(?:pukul |jam )?(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,]\d{1,9})?)?\s{0,3}([AP]M)?)?"
ZONE = r"\s{0,3}(WIB|WITA|WIT|UTC|Z)?\.?"
NUMBERS = re.compile(rf"{WEEKDAY}(\d{{1,2}})[/.\- ](\d{{1,2}})[/.\- ](\d{{4}}|\d{{2}}){TIME}{ZONE}", re.IGNORECASE)
WORDS = re.compile(rf"{WEEKDAY}(\d{{1,2}})[ \-]([a-z]{{1,12}})\.?[ \-,]{{1,4}}(\d{{4}}){TIME}{ZONE}", re.IGNORECASE)
SERIAL = re.compile(r"\d{4,6}(?:\.\d+)?")
FIRST_DAY = {1900: date(1899, 12, 30), 1904: date(1904, 1, 1)}  # day 0 of a spreadsheet's count
TWO_DIGITS = 100
NOON = 12


class Moment(NamedTuple):
    """An instant, and whether an hour was written or only a day."""

    at: datetime
    has_hour: bool


@dataclass(frozen=True, slots=True)
class Reader:
    """How the dates of one register are to be read. system: 1900 or 1904 where bare numbers count days."""

    zone: tzinfo = WIB
    month_first: bool = False
    system: int | None = None

    def read(self, text: str) -> Moment:
        """The instant that a cell means. Raises ValueError for what is no date, such as 31/02/2022."""
        try:
            found = datetime.fromisoformat(text)
        except ValueError:
            return self._read_slowly(text)
        # Spreadsheets write a plain day as its midnight, so midnight says no hour.
        return Moment(found if found.tzinfo else found.replace(tzinfo=self.zone), found.time() != time())

    def _read_slowly(self, text: str) -> Moment:
        plain = " ".join(text.split())
        for shape, meaning in self._shapes():
            if found := shape.fullmatch(plain):
                return meaning(found)
        raise ValueError(text)

    def _shapes(self) -> list[tuple[re.Pattern[str], Callable[[re.Match[str]], Moment]]]:
        serial = [(SERIAL, self._of_serial)] if self.system else []
        return [(NUMBERS, self._of_numbers), (WORDS, self._of_words), *serial]

    def _of_numbers(self, found: re.Match[str]) -> Moment:
        first, second, year = int(found[1]), int(found[2]), int(found[3])
        day, month = (second, first) if self.month_first else (first, second)
        return self._moment(date(year + 2000 if year < TWO_DIGITS else year, month, day), found)

    def _of_words(self, found: re.Match[str]) -> Moment:
        month = MONTHS.get(found[2].lower())
        if month is None:
            raise ValueError(found[0])
        return self._moment(date(int(found[3]), month, int(found[1])), found)

    def _moment(self, day: date, found: re.Match[str]) -> Moment:
        hour, minute, second, half, zone = found[4], found[5], found[6], found[7], (found[8] or "").upper()
        named = UTC if zone in {"UTC", "Z"} else ZONES.get(zone, self.zone)
        if not hour:
            return Moment(datetime.combine(day, time(), named), has_hour=False)
        at = time(_of_day(int(hour), half), int(minute), int(second or 0))
        return Moment(datetime.combine(day, at, named), has_hour=True)

    def _of_serial(self, found: re.Match[str]) -> Moment:
        days = float(found[0])
        midnight = datetime.combine(FIRST_DAY[self.system or 1900], time(), self.zone)
        at = midnight + timedelta(days=int(days), seconds=round(days % 1 * 86_400))
        return Moment(at, bool(days % 1))


def _of_day(hour: int, half: str | None) -> int:
    """The hour of the day, from one of twelve before or after noon where AM or PM is written."""
    if half is None:
        return hour
    if not 1 <= hour <= NOON:
        raise ValueError(f"{hour} {half}")
    return hour % NOON + (NOON if half.upper() == "PM" else 0)
