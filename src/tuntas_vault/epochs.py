"""The life of a key epoch: made at the first start, retired by the next, destroyed when nothing needs it any more."""

import logging
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from tuntas_vault import queries, settings
from tuntas_vault.keys import KeyFolder, Keys, publish
from tuntas_vault.models import Identity, KeyEpoch

# Old backups of the vault live this long; until then a retired key could still be needed to restore one (design 3b).
BACKUPS_LIVE = timedelta(days=35)

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
    publish(settings.PUBLIC_KEYS, max(keys), {epoch: key.public for epoch, key in keys.items()})
    return keys


def rotate(now: datetime | None = None) -> int:
    """Begin a new epoch: what is sealed and stored from now on uses it. Returns its number.

    The vault re-wraps the rest at leisure (`rewrapping`), and destroys the old keys once it may (`destroy_old`).
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


def destroy_old(now: datetime | None = None) -> list[int]:
    """Destroy the keys of epochs retired long enough that no identity, envelope or living backup needs any more."""
    moment = now or timezone.now()
    destroyed = []
    for row in KeyEpoch.objects.filter(destroyed_at=None, retired_at__lt=moment - BACKUPS_LIVE).order_by("epoch"):
        if Identity.objects.filter(epoch=row.epoch).exists() or queries.count_envelopes(row.epoch):
            continue
        KeyFolder(settings.KEYS).destroy(row.epoch)
        row.destroyed_at = moment
        row.save()
        log.info("key epoch %d is destroyed", row.epoch)
        destroyed.append(row.epoch)
    return destroyed
