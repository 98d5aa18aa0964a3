"""After a new epoch began: wrap the key of every identity and follower anew. What they hold stays as it is."""

from collections.abc import Mapping
from typing import Any

from django.db import models, transaction

from tuntas_vault import opening
from tuntas_vault.keys import Keys
from tuntas_vault.models import Follower, Identity

BATCH = 500  # rows a transaction


def rewrap(keys: Mapping[int, Keys]) -> int:
    """Wrap the next batch under the newest epoch; returns how many. Safe to kill and to run twice at once."""
    return sum(_rewrap(model.objects, keys) for model in (Identity, Follower))


def _rewrap(held: "models.Manager[Identity] | models.Manager[Follower]", keys: Mapping[int, Keys]) -> int:
    newest = keys[max(keys)]
    with transaction.atomic():
        batch: list[Any] = list(
            held.exclude(epoch=newest.epoch).select_for_update(skip_locked=True).order_by("pk")[:BATCH]
        )
        for row in batch:
            own = opening.unwrap(bytes(row.wrapped_key), row.pk, keys)
            row.wrapped_key, row.epoch = opening.wrap(own, row.pk, newest), newest.epoch
        held.bulk_update(batch, ["wrapped_key", "epoch"])
    return len(batch)
