"""After a new epoch began: wrap the key of every identity anew. The identities themselves stay as they are."""

from collections.abc import Mapping

from django.db import transaction

from tuntas_vault import opening
from tuntas_vault.keys import Keys
from tuntas_vault.models import Identity

BATCH = 500  # identities a transaction


def rewrap(keys: Mapping[int, Keys]) -> int:
    """Wrap the next batch under the newest epoch; returns how many. Safe to kill and to run twice at once."""
    newest = keys[max(keys)]
    with transaction.atomic():
        batch = list(
            Identity.objects.exclude(epoch=newest.epoch).select_for_update(skip_locked=True).order_by("pk")[:BATCH]
        )
        for identity in batch:
            own = opening.unwrap(bytes(identity.wrapped_key), identity.reporter_uuid, keys)
            identity.wrapped_key = opening.wrap(own, identity.reporter_uuid, newest)
            identity.epoch = newest.epoch
        Identity.objects.bulk_update(batch, ["wrapped_key", "epoch"])
    return len(batch)
