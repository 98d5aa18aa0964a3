"""What becomes of a row: an entry that can be written, or the troubles for which it is refused."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple


class Trouble(NamedTuple):
    """One thing that is wrong with a row. column: as the register names it, '' for the row as a whole."""

    line: int
    column: str
    what: str
    why: str
    instead: str


@dataclass(slots=True, kw_only=True)
class Entry:
    """One report of an old register, ready to be written. Instants are aware.

    key: source and row, the same whenever the same row comes again. content: a digest of what the row says.
    known_at: when the old register last said something about the state. reply_at: when it was answered.
    facts, state_facts: plain words for the history, as JSON.
    """

    line: int
    key: str
    content: bytes
    title: str
    body: str
    remedy: str
    place: str
    report_type: str
    report_class: str
    lodged_at: datetime
    event_on: date | None
    known_at: datetime
    state: str
    finish: str
    bucket: str
    category: int
    area: str | None
    unit: str
    is_anonymous: bool
    is_confidential: bool
    latitude: float | None
    longitude: float | None
    reply: str
    reply_at: datetime
    facts: str
    state_facts: str
    cells: list[str]


class Refused(NamedTuple):
    """A row that was left out: why, and what stood in it."""

    troubles: list[Trouble]
    cells: list[str]
