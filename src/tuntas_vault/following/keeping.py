"""Putting the addresses of followers away, and dropping them as soon as their follow is gone from the case database."""

import json
import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from tuntas.channels.webpush import Subscription
from tuntas.kernel.envelopes import Unreadable
from tuntas_vault import indexing, opening, settings
from tuntas_vault.following import queries
from tuntas_vault.keys import KeyFolder, Keys
from tuntas_vault.models import Follower
from tuntas_vault.queries import CASE

BATCH = 200
LOOK_EVERY = timedelta(minutes=5)  # whether a follow still stands

log = logging.getLogger("tuntas_vault")


def put_away(keys: Mapping[int, Keys]) -> int:
    """The next addresses that web sealed; returns how many. Kept here first, then emptied there: killed in between, the
    next turn keeps the same once more. One that cannot be opened is emptied, and its letters end as not in the vault.
    """
    with transaction.atomic(using=CASE):
        waiting = queries.claim_sealed(BATCH)
        for each in waiting:
            try:
                words = opening.open_words(each.sealed, each.uuid, keys)
                digest = _digest_of(words)
            except (Unreadable, ValueError, KeyError, TypeError) as problem:
                log.error("the address of follow %d is dropped: %s", each.id, type(problem).__name__)
                continue
            kept = opening.keep(words.strip().encode(), each.uuid, keys[max(keys)])
            facts = {
                "epoch": kept.epoch,
                "wrapped_key": kept.wrapped_key,
                "ciphertext": kept.ciphertext,
                "digest": digest,
            }
            Follower.objects.update_or_create(follow_uuid=each.uuid, defaults=facts | {"looked_at": timezone.now()})
        queries.empty([each.id for each in waiting])
    return len(waiting)


def drop_gone(now: datetime | None = None) -> int:
    """Delete the addresses whose follow has ended; returns how many. Each is looked after every five minutes."""
    moment = now or timezone.now()
    due = Follower.objects.filter(looked_at__lt=moment - LOOK_EVERY).order_by("looked_at")
    looked = list(due.values_list("pk", flat=True)[:BATCH])
    if not looked:
        return 0
    stands = queries.still_there(looked)
    gone = [uuid for uuid in looked if uuid not in stands]
    Follower.objects.filter(pk__in=gone).delete()
    Follower.objects.filter(pk__in=stands).update(looked_at=moment)
    return len(gone)


def is_told_already(follower: Follower) -> bool:
    """Whether the same address follows the same report by another follow, since it was led on to it."""
    if follower.digest is None:
        return False
    others = Follower.objects.filter(digest=bytes(follower.digest)).exclude(pk=follower.pk)
    return queries.follows_the_same(follower.pk, list(others.values_list("pk", flat=True)))


def drop(follower: Follower) -> None:
    """End this follow here and in the case database."""
    queries.end([follower.pk])
    follower.delete()


def forget(reporters: Sequence[UUID]) -> None:
    """End what tells the phones of these reporters of their own reports. Call inside both databases' transactions."""
    theirs = queries.of_their_own(reporters)
    queries.end(theirs)
    Follower.objects.filter(pk__in=theirs).delete()


def read(follower: Follower, keys: Mapping[int, Keys]) -> tuple[str, str]:
    """The address, and the token of the links; or Unreadable."""
    letter = _letter_of(follower, keys)
    return str(letter["email"]), str(letter["token"])


def read_phone(follower: Follower, keys: Mapping[int, Keys]) -> Subscription:
    """Where to knock; Unreadable, or ValueError for what no browser made."""
    letter = _letter_of(follower, keys)
    return Subscription.read(str(letter["endpoint"]), str(letter["key"]), str(letter["secret"]))


def _letter_of(follower: Follower, keys: Mapping[int, Keys]) -> dict[str, Any]:
    kept = opening.Kept(follower.epoch, bytes(follower.wrapped_key), bytes(follower.ciphertext))
    return opening.letter_of(kept, follower.pk, keys)


def _digest_of(words: str) -> bytes:
    told, key = json.loads(words), KeyFolder(settings.KEYS).blind_key()
    if "endpoint" in told:
        return indexing.digest(key, "phone", str(told["endpoint"]))
    return indexing.digest(key, "follower", indexing.normal("email", str(told["email"])))
