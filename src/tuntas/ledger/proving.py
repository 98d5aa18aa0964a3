"""Answers for single leaves: under which numbers the entries of a history stand, and the proof of one."""

from collections.abc import Iterable

from tuntas.ledger import queries
from tuntas.ledger.models import Checkpoint, Leaf
from tuntas.reports.models import Event
from tuntas_verify.leaves import EVENT, Entry, mark_of, written
from tuntas_verify.proofs import Proof, about
from tuntas_verify.queries import SOURCES
from tuntas_verify.tiles import TiledTree

EVENTS = next(source for source in SOURCES if source.number == EVENT)


def numbers_of(events: Iterable[int]) -> dict[int, int]:
    """Entry of the history -> number of its leaf, for those that have one and that the actor may read."""
    found = Leaf.objects.filter(source=EVENT, row_id__in=list(events)).values_list("row_id", "number")
    return dict(found)


def newest_head() -> Checkpoint | None:
    return Checkpoint.objects.order_by("-size").first()


def newest_head_seen_outside() -> Checkpoint | None:
    """The newest one that a witness signed too."""
    return Checkpoint.objects.filter(cosignatures__isnull=False).order_by("-size").first()


def mark_on_receipt(lookup: bytes) -> bytes:
    """What a receipt shows. lookup: the keyed digest of its secret code."""
    return mark_of(lookup)


def proof_of(event: Event) -> str | None:
    """The proof that this entry stands in the log, opened: with salt and content. None while it has no leaf.

    Call in the sight of whoever may read all of the entry. An erased content is not opened.
    """
    leaf = Leaf.objects.filter(source=EVENT, row_id=event.pk).first()
    head = newest_head()
    if leaf is None or head is None or leaf.number >= head.size:
        return None
    entry = Entry(EVENT, leaf.row_id, bytes(leaf.mark), bytes(leaf.commitment))
    row = queries.row_of(EVENTS, event.pk)
    salt = bytes(leaf.salt) if leaf.salt is not None and row is not None else None
    extra = about(entry, salt, written(row.content) if row else None)
    path = TiledTree(head.size, queries.file).inclusion(leaf.number)
    return Proof(leaf.number, tuple(path), head.note, extra).written()
