"""Originals of files, sealed anew after the vault began a new key epoch: the vault reseals, this side keeps the files.

Each file by itself: put the new one, switch the row, remove the old one. Killed anywhere, the row points to a file
that is there, and at worst a file is left to which no row points (the store's sweep finds it). For the worker.
"""

import logging
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from typing import BinaryIO

from django.db import transaction

from tuntas.access.actors import SYSTEM, acting
from tuntas.identity import door, sealing
from tuntas.kernel import envelopes, streams
from tuntas.kernel.envelopes import Unreadable
from tuntas.kernel.refusals import NotFound
from tuntas.reports.models import Attachment
from tuntas.reports.storing import FileStore, installed

UNREAD, LOST = 0, -1  # epochs: the envelope was not looked at yet; there is none that any key opens
HOPELESS = frozenset({"unreadable", "no_key"})  # what the vault says of a file that nobody will ever open

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Original:
    """Where one original lies."""

    pk: int
    uuid: str
    key: str
    epoch: int


def reseal_some(*, at_most: int = 20, store: FileStore | None = None) -> int:
    """Seal the next originals of older epochs anew; returns how many rows changed. Safe to kill.

    Raises door.Away when the vault does not answer: nothing is lost, the next look goes on.
    """
    newest, kept, done = sealing.current_public_key().epoch, store or installed(), 0
    for found in _older_than(newest, at_most):
        done += _reseal(found, newest, kept)
    return done


def _older_than(newest: int, at_most: int) -> list[Original]:
    with acting(SYSTEM):
        rows = Attachment.objects.exclude(original_key="").filter(original_epoch__gte=UNREAD, original_epoch__lt=newest)
        found = rows.order_by("original_epoch", "pk").values_list("pk", "uuid", "original_key", "original_epoch")
        return [Original(pk, str(uuid), key, epoch) for pk, uuid, key, epoch in found[:at_most]]


def _reseal(found: Original, newest: int, store: FileStore) -> bool:
    try:
        with store.open(found.key) as file:
            head, rest = _parts(file)
            epoch = envelopes.read_header(sealing.FILE_KIND, head)[1]
            if epoch >= newest:  # of a row from before the column: its envelope is new enough
                return _switch(found, epoch, found.key)
            answer, anew = door.ask({"reseal": found.uuid}, head)
            key = store.put(chain([anew], rest))
    except (NotFound, Unreadable) as problem:
        log.error("the original of attachment %d cannot be sealed anew: %s", found.pk, type(problem).__name__)
        return _switch(found, LOST, found.key)
    except door.Refused as no:
        log.error("the original of attachment %d cannot be sealed anew: %s", found.pk, no.code)
        return no.code in HOPELESS and _switch(found, LOST, found.key)
    if not _switch(found, int(answer["epoch"]), key):
        store.remove(key)  # somebody else was faster, or the file was erased meanwhile
        return False
    store.remove(found.key)
    return True


def _parts(file: BinaryIO) -> tuple[bytes, Iterator[bytes]]:
    """What the vault must see, and the rest: of a stream its head and its chunks, of the first release all of it."""
    head = file.read(streams.SEALED_HEAD)
    form, _epoch = envelopes.read_header(sealing.FILE_KIND, head)
    if form == envelopes.STREAM:
        return head, iter(lambda: file.read(streams.CHUNK), b"")
    return head + file.read(), iter(())


def _switch(found: Original, epoch: int, key: str) -> bool:
    """Let the row point to the new file, unless it points elsewhere by now; committed on return."""
    with acting(SYSTEM), transaction.atomic():
        changed = Attachment.objects.filter(pk=found.pk, original_key=found.key, original_epoch=found.epoch)
        return changed.update(original_key=key, original_epoch=epoch) == 1
