"""Brings a whole register in: read, look at, write in batches, tell of what was refused. Memory stays bounded."""

import os
import time
from collections import Counter, deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg import Connection

from tuntas.kernel.packs import Progress, silent
from tuntas.kernel.refusals import Conflict, NotYours
from tuntas.operations.importing import queries
from tuntas.operations.importing.copying import Writer, Written
from tuntas.operations.importing.directory import Directory
from tuntas.operations.importing.entries import Entry, Refused
from tuntas.operations.importing.mapping import Map
from tuntas.operations.importing.placing import Place, Places
from tuntas.operations.importing.reading import Table, open_table
from tuntas.operations.importing.refused_rows import RefusedRows
from tuntas.operations.importing.validating import Validator

BATCH = 5_000  # rows of one transaction
WRITERS = 2  # connections that write side by side; one core of the server serves each
BYTES_A_ROW = 300  # a first guess, for the progress bar of a text file


@dataclass(slots=True)
class Brought:
    """What an import did. read = new + there + changed + repeated + refused; blank rows are counted apart.

    processor: seconds of this process; the server's come on top. digest: of all that the register's import has left.
    """

    source: str
    read: int = 0
    new: int = 0
    there: int = 0
    changed: int = 0
    repeated: int = 0
    refused: int = 0
    blank: int = 0
    by_state: Counter[str] = field(default_factory=Counter)
    notes: list[str] = field(default_factory=list)
    seconds: float = 0.0
    processor: float = 0.0
    refused_to: Path | None = None
    reports: int = 0
    digest: str = ""

    def take(self, written: Written) -> None:
        self.new += len(written.new)
        self.there += written.there
        self.changed += len(written.changed)
        self.repeated += len(written.repeated)
        self.by_state.update(written.new)


def bring(
    path: Path,
    mapping: Map,
    *,
    at: datetime | None = None,
    is_rehearsal: bool = False,
    refused_to: Path | None = None,
    progress: Progress = silent,
    batch: int = BATCH,
) -> Brought:
    """Bring the register in a file in; safe to repeat, and to go on with after it was killed.

    at: when this register takes the open reports over and their fair clocks begin (default now, R003-59).
    is_rehearsal: look at everything and write nothing. refused_to: where refused rows go (default beside the file).
    Raises a Refusal for a file or a map that cannot be used; a row that cannot is refused alone, and written down.
    """
    began, used = time.monotonic(), time.process_time()
    moment = at or timezone.now()
    done = Brought(mapping.source)
    table = open_table(path, mapping.layout)
    directory = Directory(mapping, moment)
    validator = Validator(table, mapping, directory, moment)
    target = refused_to or path.with_name(f"{path.stem}.refused.csv")
    with ExitStack() as stack:
        rows = stack.enter_context(RefusedRows(target, table.header))
        writing = stack.enter_context(_writing(mapping.source, moment, is_rehearsal=is_rehearsal))
        places, waiting = Places(directory, moment), list[tuple[Entry, Place]]()
        for entry in _entries(table, validator, done, rows, progress):
            waiting.append((entry, places.of(entry)))
            if len(waiting) >= batch:
                _settle(done, rows, writing.add(waiting))
                waiting = []
        _settle(done, rows, writing.add(waiting))
        _settle(done, rows, writing.rest())
        done.reports, done.digest = queries.digest(writing.first, mapping.source)
    progress(path.name, done.read, done.read)
    done.refused_to = target if rows.rows else None
    done.notes = table.notes
    done.seconds, done.processor = time.monotonic() - began, time.process_time() - used
    return done


def _entries(
    table: Table, validator: Validator, done: Brought, rows: RefusedRows, progress: Progress
) -> Iterator[Entry]:
    """Entries one by one; what is refused is written down on the way."""
    read_bytes = 0
    for record in table.rows:
        found = validator.look_at(record)
        if found is None:
            done.blank += 1
            continue
        done.read += 1
        read_bytes += sum(map(len, record.cells)) + len(record.cells)
        if done.read % 1000 == 0:
            whole = table.size if table.counts_rows else done.read * table.size // max(read_bytes, 1)
            progress(table.path.name, done.read, max(whole, done.read))
        if isinstance(found, Refused):
            done.refused += 1
            rows.take([found])
        else:
            yield found


def _settle(done: Brought, rows: RefusedRows, written: Iterator[Written]) -> None:
    for batch in written:
        done.take(batch)
        rows.take(batch.refused)


class _Writing:
    """Writers side by side, and the batches under way in the order in which they were given."""

    def __init__(self, writers: list[Writer]) -> None:
        self.first = writers[0].connection
        self.pool = ThreadPoolExecutor(len(writers), thread_name_prefix="import")
        self._idle: SimpleQueue[Writer] = SimpleQueue()
        self._under_way: deque[Future[Written]] = deque()
        self._most = len(writers) + 1
        for writer in writers:
            self._idle.put(writer)

    def add(self, batch: list[tuple[Entry, Place]]) -> Iterator[Written]:
        """Give a batch to the next free writer; gives what was written since, and waits while too much is under way."""
        if batch:
            self._under_way.append(self.pool.submit(self._write, batch))
        while self._under_way and (len(self._under_way) >= self._most or self._under_way[0].done()):
            yield self._under_way.popleft().result()

    def rest(self) -> Iterator[Written]:
        while self._under_way:
            yield self._under_way.popleft().result()

    def _write(self, batch: list[tuple[Entry, Place]]) -> Written:
        writer = self._idle.get()
        try:
            return writer.write(batch)
        finally:
            self._idle.put(writer)


@contextmanager
def _writing(source: str, at: datetime, *, is_rehearsal: bool) -> Iterator[_Writing]:
    """Connections of our own, so that batches commit apart from whatever the caller does."""
    with ExitStack() as stack:
        lines = [stack.enter_context(_line()) for _n in range(max(1, min(WRITERS, os.cpu_count() or 1)))]
        if not queries.may_stage(lines[0]):
            raise NotYours(
                _("This role cannot bring a register in."),
                why=_("Only the owner of the database may write reports in bulk."),
                instead=_("Run `tuntas import` without TUNTAS_ROLE."),
            )
        if not queries.take_turn(lines[0], source):
            raise Conflict(
                _("The register “%(source)s” is being brought in already.") % {"source": source},
                why=_("Another `tuntas import` with this source runs."),
                instead=_("Wait until it has ended."),
            )
        since = queries.newest_report(lines[0])
        writing = _Writing([Writer(line, at, since, is_rehearsal) for line in lines])
        stack.callback(writing.pool.shutdown, wait=True, cancel_futures=True)
        yield writing


@contextmanager
def _line() -> Iterator[Connection[Any]]:
    opened: Connection[Any] = connection.get_new_connection(connection.get_connection_params())
    opened.autocommit = True
    try:
        yield opened
    finally:
        opened.close()
