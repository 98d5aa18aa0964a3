"""Puts what happened into the public log: rows become leaves under dense numbers, and a head is signed over them.

Off the path of those who report: the worker does it every few seconds, in batches, each in one transaction under a lock
that only one can hold. A row that commits late gets a later number, and none is passed over: below `settled` every
transaction has ended, above it every row is looked at anew, and once an hour all of them (design 3b, trust.md 4.4).
"""

import os
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import SYSTEM, acting
from tuntas.ledger import queries, remembering
from tuntas.ledger.growing import Edge
from tuntas.ledger.models import Checkpoint, Position
from tuntas.ledger.queries import Horizon
from tuntas.ledger.signing import CannotSign, Signer, signer
from tuntas_verify.leaves import MARK, SALT, Entry, commitment, mark_of, written
from tuntas_verify.merkle import EMPTY
from tuntas_verify.queries import TABLES, Row, Source

AT_ONCE = 5000  # rows of one transaction
GRACE = timedelta(minutes=1)  # between a look and the belief that nothing older is still to come
LONG_AGO = timedelta(minutes=15)  # no transaction of ours lasts that long


Walk = dict[int, int]  # source -> the id above which to look on


def from_the_start() -> Walk:
    """A walk through every row there is."""
    return dict.fromkeys(TABLES, 0)


@dataclass(frozen=True, slots=True)
class Round:
    """What one transaction did. more: rows were left for the next one."""

    leaves: int
    size: int
    more: bool


def sequence(*, at_most: int = AT_ONCE, walk: Walk | None = None) -> Round | None:
    """Put up to `at_most` rows into the log and sign a head over it. None when somebody else is doing it.

    walk: where to look on from, moved forward by what was taken: so a long arrear is walked through once. Raises
    CannotSign; then nothing was written.
    """
    with acting(SYSTEM):
        if not queries.take_lock():
            return None
        using = signer()
        last = Checkpoint.objects.order_by("-size").first()
        edge = _edge(last)
        remembering.compare()
        now, left, more = queries.horizon(), at_most, False
        for source in queries.present():
            taken = _take(source, edge, left, now, walk if walk is not None else {})
            left, more = left - taken, more or taken == left
            if not left:
                more = True
                break
        head = _sign(using, edge, last)
    if head is not None:
        remembering.keep(head)
    return Round(at_most - left, edge.size, more)


def _edge(last: Checkpoint | None) -> Edge:
    """The tree as it was signed last. Raises CannotSign when the tiles do not lead to that head."""
    edge = Edge(last.size if last else 0, queries.tile)
    if edge.root() != (bytes(last.root) if last else EMPTY):
        raise CannotSign(
            _("The public log cannot go on."),
            why=_("Its tiles do not lead to the head that was signed last: somebody changed them."),
            instead=_("Run `tuntas verify` and keep the database as it is."),
        )
    return edge


def _take(source: Source, edge: Edge, at_most: int, now: Horizon, walk: Walk) -> int:
    """Leaves for the next rows of one source. Returns how many."""
    position, _made = Position.objects.get_or_create(source=source.number)
    rows = queries.pending(source, walk.get(source.number, position.settled), at_most)
    if rows:
        made = [_entry(source, row) for row in rows]
        queries.add_leaves(edge.size, [entry for entry, _salt in made], [salt for _entry, salt in made])
        for entry, _salt in made:
            edge.append(entry.hash)
        walk[source.number] = rows[-1].id
    _settle(position, rows, now, caught_up=len(rows) < at_most)
    return len(rows)


def _entry(source: Source, row: Row) -> tuple[Entry, bytes]:
    """The leaf of a row, and its salt."""
    salt = os.urandom(SALT)
    mark = os.urandom(MARK) if row.lookup is None else mark_of(row.lookup)
    return Entry(source.number, row.id, mark, commitment(salt, written(row.content))), salt


def _settle(position: Position, rows: list[Row], now: Horizon, *, caught_up: bool) -> None:
    """Move the mark below which no row can turn up any more.

    An id is drawn before its transaction commits, sometimes before it even has a number. So the newest id is noted, and
    believed in when every transaction of that moment has ended and a minute has passed.
    """
    before = (position.settled, position.seen)
    if position.seen_by > now.next:  # noted in another cluster, from which a backup came
        position.seen = 0
    if position.seen > position.settled and position.seen_by < now.oldest and now.now - position.seen_at >= GRACE:
        position.settled, position.seen = position.seen, 0
    if rows and not caught_up and now.now - rows[-1].recorded_at > LONG_AGO:
        position.settled = max(position.settled, rows[-1].id)
    if rows and position.seen <= position.settled:
        position.seen, position.seen_by, position.seen_at = rows[-1].id, queries.own_transaction(), now.now
    if before != (position.settled, position.seen):
        position.save()


def _sign(using: Signer, edge: Edge, last: Checkpoint | None) -> str | None:
    """Write the tiles that grew, and a head over all leaves; None when nothing is new."""
    if last is not None and last.size == edge.size:
        return None
    for (level, index), hashes in edge.tiles().items():
        queries.grow_tile(level, index, hashes)
    root = edge.root()
    note = using.head(edge.size, root)
    Checkpoint.objects.create(size=edge.size, root=root, note=note)
    return note
