"""The life of a key epoch: made at the first start, retired by the next, destroyed when nothing needs it."""

import logging
from base64 import b64decode
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from tuntas.kernel import envelopes
from tuntas_vault import opening, queries, settings
from tuntas_vault.following import queries as follows
from tuntas_vault.keys import KeyFolder, Keys, point_of, publish
from tuntas_vault.models import Follower, Identity, KeyEpoch

# Old backups of the vault live this long; until then a retired key could still be needed to restore one (design 3b).
BACKUPS_LIVE = timedelta(days=35)
UNREAD = 0  # the epoch of an original whose envelope nobody has read yet

log = logging.getLogger("tuntas_vault")


def ready() -> dict[int, Keys]:
    """The keys of every epoch that is not destroyed, newest last; makes the first one, and publishes the public halves.

    Raises UnsafeKeys when a file is missing or open to others: going on would lose what only that key opens.
    """
    with transaction.atomic():
        queries.only_one_vault()
        if not KeyEpoch.objects.exists():
            begin(timezone.now())
    folder = KeyFolder(settings.KEYS)
    keys = {epoch: folder.load(epoch) for epoch in held()}
    knocks = point_of(folder.knocking_key())
    publish(settings.PUBLIC_KEYS, max(keys), {epoch: key.public for epoch, key in keys.items()}, knocks=knocks)
    return keys


def rotate(now: datetime | None = None) -> int:
    """Begin a new epoch: what is sealed and stored from now on uses it. Returns its number.

    The running vault re-wraps the rest at leisure (`rewrapping`); the old keys are destroyed on an operator's word.
    """
    ready()
    with transaction.atomic():
        queries.only_one_vault()
        epoch = begin(now or timezone.now())
    ready()
    return epoch


def begin(now: datetime) -> int:
    """Make the next epoch: the file first, since a row without its key would be a lie; a lone file harms nothing."""
    folder, before = KeyFolder(settings.KEYS), KeyEpoch.objects.order_by("-epoch").first()
    epoch = before.epoch + 1 if before else 1
    try:
        keys = Keys.new(epoch)
        folder.save(keys)
    except FileExistsError:  # an earlier try was cut off between file and row
        keys = folder.load(epoch)
    KeyEpoch.objects.filter(retired_at=None).update(retired_at=now)
    KeyEpoch.objects.create(epoch=epoch, public_key=keys.public, created_at=now)
    log.info("key epoch %d begins", epoch)
    return epoch


def held() -> list[int]:
    return list(KeyEpoch.objects.filter(destroyed_at=None).order_by("epoch").values_list("epoch", flat=True))


@dataclass(frozen=True, slots=True)
class Left:
    """What still needs the key of one epoch. unread: originals whose envelope nobody has looked at, of any epoch."""

    epoch: int
    identities: int
    envelopes: int
    originals: int
    links: int
    unread: int

    @property
    def all(self) -> int:
        return self.identities + self.envelopes + self.originals + self.links + self.unread


def left(epoch: int) -> Left:
    """Count what needs an epoch: identities and followers here; there envelopes, originals of files and links."""
    return Left(
        epoch,
        identities=Identity.objects.filter(epoch=epoch).count() + Follower.objects.filter(epoch=epoch).count(),
        envelopes=queries.count_envelopes(epoch) + sum(_epoch_in(words) == epoch for words in follows.sealed()),
        originals=queries.count_originals(epoch),
        links=sum(_epoch_of(token) == epoch for token in queries.sealed_links()),
        unread=queries.count_originals(UNREAD),
    )


def status() -> list[Left]:
    """One line for each epoch whose key is held, oldest first."""
    return [left(epoch) for epoch in held()]


def old(now: datetime | None = None, *, at_once: bool = False) -> list[int]:
    """Epochs that nothing needs any more: no identity, envelope, original or link, and no living backup of ours.

    at_once: do not wait until the backups have died, as when a key may have been read.
    """
    retired = KeyEpoch.objects.filter(destroyed_at=None, retired_at__isnull=False).order_by("epoch")
    if not at_once:
        retired = retired.filter(retired_at__lt=(now or timezone.now()) - BACKUPS_LIVE)
    return [row.epoch for row in retired if not left(row.epoch).all]


def destroy(epochs: list[int], now: datetime | None = None) -> None:
    """Destroy these keys for good: what is sealed to them, in whatever backup, never opens again."""
    for epoch in epochs:
        KeyFolder(settings.KEYS).destroy(epoch)
        KeyEpoch.objects.filter(epoch=epoch).update(destroyed_at=now or timezone.now())
        log.info("key epoch %d is destroyed", epoch)


def _epoch_of(token: str) -> int:
    """Of a sealed link; 0 for what is none."""
    try:
        return _epoch_in(b64decode(token, validate=True))
    except ValueError:
        return 0


def _epoch_in(words: bytes) -> int:
    try:
        return envelopes.read(opening.WORDS, words)[0]
    except ValueError:  # Unreadable is one
        return 0
