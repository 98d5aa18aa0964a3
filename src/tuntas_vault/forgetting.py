"""Forgetting a person for good: the key to their identity and the identity itself are deleted (trust.md 4.3).

A tombstone stays, so that an envelope which comes back with an old backup of the case database is emptied and not
kept. First here, then there: killed in between, the next run finds nothing more to delete and says so.
"""

import logging

from django.db import transaction
from django.utils import timezone

from tuntas_vault import queries
from tuntas_vault.following import keeping
from tuntas_vault.models import BlindIndex, Identity, Tombstone

BATCH = 50  # reporters a transaction

log = logging.getLogger("tuntas_vault")


def forget() -> int:
    """Carry out the next wishes; returns how many. One against which a legal hold stands waits."""
    with transaction.atomic(using=queries.CASE):
        wishes = queries.claim_erasures(BATCH)
        if not wishes:
            return 0
        reporters = [wish.reporter for wish in wishes]
        on_their_way = set(queries.empty_envelopes_of(reporters))
        with transaction.atomic():
            known = set(Identity.objects.filter(pk__in=reporters).values_list("pk", flat=True)) | on_their_way
            Identity.objects.filter(pk__in=reporters).delete()
            BlindIndex.objects.filter(reporter_uuid__in=reporters).delete()
            keeping.forget(reporters)
            Tombstone.objects.bulk_create(
                [
                    Tombstone(
                        reporter_uuid=wish.reporter,
                        ground=wish.ground,
                        found=wish.reporter in known,
                        erased_at=timezone.now(),
                    )
                    for wish in wishes
                ],
                ignore_conflicts=True,
            )
        buried = dict(Tombstone.objects.filter(pk__in=reporters).values_list("pk", "found"))
        queries.mark_erased((wish.id, buried[wish.reporter]) for wish in wishes)
    log.info("%d reporters were forgotten", len(wishes))
    return len(wishes)
