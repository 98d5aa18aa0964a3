"""The life of a key epoch: made at the first start, retired by the next, destroyed when nothing needs it."""

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


def old(now: datetime | None = None) -> list[int]:
    """Epochs retired so long ago that no identity, no envelope and no living backup of ours needs their keys."""
    long_ago = (now or timezone.now()) - BACKUPS_LIVE
    retired = KeyEpoch.objects.filter(destroyed_at=None, retired_at__lt=long_ago).order_by("epoch")
    return [row.epoch for row in retired if not _is_needed(row.epoch)]


def destroy(epochs: list[int], now: datetime | None = None) -> None:
    """Destroy these keys for good. An operator's word, not the loop's: originals of files are sealed to them too.

    Those lie on the disk, where the vault does not count them; without the key they can never be opened again.
    """
    for epoch in epochs:
        KeyFolder(settings.KEYS).destroy(epoch)
        KeyEpoch.objects.filter(epoch=epoch).update(destroyed_at=now or timezone.now())
        log.info("key epoch %d is destroyed", epoch)


def _is_needed(epoch: int) -> bool:
    return Identity.objects.filter(epoch=epoch).exists() or bool(queries.count_envelopes(epoch))
