"""What `tuntas import` does with its words, and what it says in the end."""

import argparse
from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from tuntas.kernel.packs import Progress
from tuntas.kernel.refusals import Incomplete
from tuntas.operations.importing.bringing import Brought, bring
from tuntas.operations.importing.mapping import find_map, read_map
from tuntas.operations.importing.moments import Reader
from tuntas.operations.importing.proposing import propose
from tuntas.reports.states import State

AUTO = "auto"


def run(wish: argparse.Namespace, *, progress: Progress) -> list[RenderableType]:
    """Bring a register in, or print a proposed map to the standard output. Returns what is to be said afterwards.

    wish: file, map (a file, a name, or `auto`), dry_run, refused (a file or None) and at (a day or None).
    """
    if wish.map == AUTO:
        print(propose(wish.file))
        return [_("Look at every line, save it as a file, and give that file with --map.")]
    done = bring(
        wish.file,
        read_map(find_map(wish.map)),
        at=_moment(wish.at) if wish.at else None,
        is_rehearsal=wish.dry_run,
        refused_to=wish.refused,
        progress=progress,
    )
    return list(told(done, is_rehearsal=wish.dry_run))


def told(done: Brought, *, is_rehearsal: bool) -> Iterator[RenderableType]:
    """What came of an import. The lines below the first add up to it."""
    table = Table(box=None, pad_edge=False, show_header=False)
    table.add_row(_("rows read"), f"{done.read:,}", end_section=True)
    for words, n in (
        (_("would be brought in") if is_rehearsal else _("brought in"), done.new),
        (_("stand in the register already"), done.there),
        (_("stand there with other words, and were left so"), done.changed),
        (_("stand twice in the file"), done.repeated),
        (_("refused"), done.refused),
    ):
        table.add_row(words, f"{n:,}")
    for state, n in done.by_state.most_common():
        table.add_row(f"  {State(state).label}", f"{n:,}", style="dim")
    yield table
    yield from (Text(note, style="dim") for note in done.notes)
    if done.refused_to:
        yield Text(_("Every refused row, and why: %(file)s") % {"file": done.refused_to}, style="yellow")
    rate = done.read / max(done.seconds, 0.001)
    yield Text(
        _("%(seconds).1f s, %(rate)s rows a second, %(processor).1f s of our processor time")
        % {"seconds": done.seconds, "rate": f"{rate:,.0f}", "processor": done.processor}
    )
    if is_rehearsal:
        yield Text(_("Nothing was written: this was a rehearsal."))
    yield Text(
        _("The register “%(source)s” has %(n)s reports here, digest %(digest)s.")
        % {"source": done.source, "n": f"{done.reports:,}", "digest": done.digest}
    )


def _moment(word: str) -> datetime:
    try:
        return Reader().read(word).at
    except ValueError as error:
        raise Incomplete(
            _("“%(word)s” is no day.") % {"word": word},
            why=_("--at takes a day."),
            instead=_("Write it as 2023-04-03."),
        ) from error
