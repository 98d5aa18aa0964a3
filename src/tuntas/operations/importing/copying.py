"""Writes entries in batches, each in one transaction. What stands in the register already is left as it is.

A batch is known by its import keys, so an import that was killed goes on where it stopped, and the same file brought in
twice leaves the same register.
"""

import math
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import SystemRandom
from typing import Any, NamedTuple

from django.utils.translation import gettext as _
from psycopg import Connection, errors

from tuntas.followup.kinds import Step
from tuntas.identity import content
from tuntas.intake.receiving import CELL
from tuntas.kernel import numbers
from tuntas.operations.importing import queries
from tuntas.operations.importing.entries import Entry, Refused, Trouble
from tuntas.operations.importing.placing import Place
from tuntas.reports import publishing, sealed_words
from tuntas.reports.states import FINAL, State
from tuntas.routing.verifying import is_secret

TRIES = 5  # a number or a key that somebody else takes at the same moment
STEPS = {State.RESOLVED: Step.RESOLUTION, State.IN_PROGRESS: Step.PROGRESS}
Batch = Sequence[tuple[Entry, Place]]


@dataclass(slots=True)
class Written:
    """What one batch left. changed: rows that stood there with other words. repeated: rows of one key, and whether
    they say the same.
    """

    new: list[str] = field(default_factory=list)  # the states of the reports written
    there: int = 0
    changed: list[Entry] = field(default_factory=list)
    repeated: list[tuple[Entry, bool]] = field(default_factory=list)

    @property
    def refused(self) -> list[Refused]:
        """In the language of the thread that asks, which the writers' own threads do not know."""
        rows = [_changed(entry) for entry in self.changed]
        return rows + [_repeated(entry, is_same=is_same) for entry, is_same in self.repeated]


@dataclass(slots=True)
class Writer:
    """Writes batches over one connection.

    at: when this register takes the open reports over. since: reports above this id came with this very import.
    """

    connection: Connection[Any]
    at: datetime
    since: int
    is_rehearsal: bool = False
    _dice: SystemRandom = field(default_factory=SystemRandom)

    def write(self, batch: Batch) -> Written:
        """Write what is new of a batch and commit. Raises what the database raises after `TRIES`."""
        for left in reversed(range(TRIES)):
            try:
                with self.connection.transaction():
                    return self._write(batch)
            except (errors.UniqueViolation, errors.DeadlockDetected):
                if not left:
                    raise
        raise AssertionError("unreachable")

    def _write(self, batch: Batch) -> Written:
        done = Written()
        with self.connection.cursor() as cursor:
            known = queries.known_reports(cursor, [entry.key for entry, _place in batch])
            fresh = list(self._fresh(batch, known, done))
            done.new = [entry.state for entry, _place in fresh]
            if fresh and not self.is_rehearsal:
                reports = queries.next_ids(cursor, "reports_report", len(fresh))
                events = iter(queries.next_ids(cursor, "reports_event", sum(_events(entry) for entry, _place in fresh)))
                codes = self._numbers(cursor, len(fresh))
                rows = [
                    _row(report, number, entry, place, events)
                    for report, number, (entry, place) in zip(reports, codes, fresh, strict=True)
                ]
                clocks = _clocks(zip(reports, (place for _entry, place in fresh), strict=True))
                queries.write(cursor, rows, clocks, at=self.at)
        return done

    def _fresh(self, batch: Batch, known: dict[str, queries.Known], done: Written) -> Iterator[tuple[Entry, Place]]:
        """Those of a batch that are not there; the others are counted, and told of where their words differ."""
        above: dict[str, bytes] = {}
        for entry, place in batch:
            standing = known.get(entry.key)
            if standing is None and entry.key not in above:
                above[entry.key] = entry.content
                yield entry, place
                continue
            told = standing.content if standing else above[entry.key]
            if standing is None or standing.report > self.since:
                done.repeated.append((entry, told == entry.content))
            elif told == entry.content:
                done.there += 1
            else:
                done.changed.append(entry)

    def _numbers(self, cursor: Any, n: int) -> list[str]:
        """Public numbers that nobody has; among millions of reports some of a batch are always taken."""
        found: set[str] = set()
        while len(found) < n:
            drawn = {numbers.public_number(self._dice) for _n in range(n - len(found))}
            found |= drawn - queries.taken_numbers(cursor, list(drawn))
        return list(found)


def _events(entry: Entry) -> int:
    return 1 + _says_more(entry) + (entry.state not in FINAL)


def _says_more(entry: Entry) -> bool:
    """Whether the old register says more of a report than that it came."""
    return entry.state != State.AWAITING_VERIFICATION or bool(entry.reply)


def _row(report: int, number: str, entry: Entry, place: Place, events: Iterator[int]) -> tuple[Any, ...]:
    """One row of `import_entry`, in the order of its columns."""
    is_final = entry.state in FINAL
    is_confidential = entry.is_confidential or is_secret(place.queue, entry.report_class)
    words = _words(entry, is_hidden=is_confidential)
    return (
        report,
        words.identity,
        number,
        entry.content,
        entry.key,
        entry.report_type,
        entry.report_class,
        entry.lodged_at,
        entry.event_on,
        place.waits_for,
        entry.is_anonymous,
        is_confidential,
        entry.state,
        place.holder,
        place.agency,
        entry.finish,
        entry.bucket,
        place.due_at,
        entry.known_at if is_final else None,
        entry.category,
        entry.area,
        *words.where,
        *words.said,
        place.queue,
        next(events),
        next(events) if _says_more(entry) else None,
        None if is_final else next(events),
        entry.known_at,
        entry.facts,
        entry.state_facts,
        words.reply,
        entry.reply_at,
        STEPS.get(State(entry.state), Step.ACKNOWLEDGEMENT),
    )


def _clocks(pairs: Iterator[tuple[int, Place]]) -> Iterator[tuple[Any, ...]]:
    for report, place in pairs:
        for clock in place.clocks:
            yield (
                report,
                clock.kind,
                clock.owner_id,
                clock.started_at,
                clock.due_at,
                clock.length,
                clock.policy_id,
                clock.calendar_version,
                clock.fire_at,
            )


class _Words(NamedTuple):
    """What a row says, open or sealed. where: place, latitude, longitude and cell; said: title, body, sealed, epoch of
    the key, remedy. identity: the report's uuid, to which a seal is bound; None: the database draws one.
    """

    identity: uuid.UUID | None
    where: tuple[Any, ...]
    said: tuple[Any, ...]
    reply: str


def _words(entry: Entry, *, is_hidden: bool) -> _Words:
    """Of a hidden report nothing lies open, nor where it happened, as at the door (design 3b, "What is secret")."""
    lat, lon = entry.latitude, entry.longitude
    if not is_hidden:
        cell = (None, None) if lat is None or lon is None else (math.floor(lat / CELL), math.floor(lon / CELL))
        return _Words(
            None, (entry.place, lat, lon, *cell), (entry.title, entry.body, None, 0, entry.remedy), entry.reply
        )
    identity = uuid.uuid4()
    letter = {"title": entry.title, "body": entry.body, "remedy": entry.remedy}
    where = {"place": entry.place, "latitude": lat, "longitude": lon}
    sealed = publishing.seal(letter | where, report=identity)
    reply = sealed_words.seal(entry.reply, report=identity, field="followup_followup.text") if entry.reply else ""
    return _Words(identity, tuple(publishing.NOWHERE.values()), ("", "", sealed, content.EPOCH, ""), reply)


def _changed(entry: Entry) -> Refused:
    trouble = Trouble(
        entry.line,
        "",
        _("The row was brought in before with other words."),
        _("The register keeps what it took; a history is never rewritten."),
        _("Look the report up by its old number, and add to it there what is new."),
    )
    return Refused([trouble], entry.cells)


def _repeated(entry: Entry, *, is_same: bool) -> Refused:
    trouble = Trouble(
        entry.line,
        "",
        _("The row stands twice in the file."),
        _("A row above says the same.") if is_same else _("A row above has the same number and says something else."),
        _("Leave it out.") if is_same else _("Give one of them its own number."),
    )
    return Refused([trouble], entry.cells)
