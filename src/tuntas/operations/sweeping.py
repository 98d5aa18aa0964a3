"""Objects of the file store to which no row points: set aside and counted, never deleted (SR-60).

A crash between file and row leaves one; a database that was restored from an older backup leaves many. Both are opened
as before when a row comes back that points to them.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import Q
from django.utils import timezone

from tuntas.access.actors import SYSTEM, acting
from tuntas.reports.models import Attachment
from tuntas.reports.storing import PREFIXES, FileStore, installed
from tuntas.routing.models import Letter

YOUNGEST = timedelta(days=1)  # a younger object may belong to a form that is being sent
AT_ONCE = 500  # keys in one question
COLUMNS = ("key", "thumbnail_key", "original_key")


def part_of_the_day(now: datetime) -> Sequence[str]:
    """The keys' beginnings that are looked at in this hour, so that a day sees all of them."""
    share = -(-len(PREFIXES) // 24)
    return PREFIXES[now.hour * share : (now.hour + 1) * share]


def set_orphans_aside(
    prefixes: Sequence[str] = PREFIXES, *, now: datetime | None = None, store: FileStore | None = None
) -> int:
    """Look at the objects of the store that are old enough; returns how many were set aside."""
    kept, before, moved = store or installed(), (now or timezone.now()) - YOUNGEST, 0
    for prefix in prefixes:
        old = (key for key, put in kept.keys(prefix) if put < before)
        for keys in _batches(old):
            for key in set(keys) - _named(keys):
                kept.set_aside(key)
                moved += 1
    return moved


def _named(keys: Sequence[str]) -> set[str]:
    """Which of these a row points to: of a report, or of an office's letter that nobody has taken in yet."""
    with acting(SYSTEM):
        any_of = Q(key__in=keys) | Q(thumbnail_key__in=keys) | Q(original_key__in=keys)
        rows = Attachment.objects.filter(any_of).values_list(*COLUMNS)
        waiting = Letter.objects.filter(answered_at__isnull=False).exclude(files=[]).values_list("files", flat=True)
        named = {key for row in rows for key in row}
        return named | {str(file[name]) for files in waiting for file in files for name in COLUMNS}


def _batches(keys: Iterator[str]) -> Iterator[list[str]]:
    while batch := list(islice(keys, AT_ONCE)):
        yield batch
