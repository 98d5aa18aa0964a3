"""Asking to follow, confirming it, stopping it: by whoever reads a mailbox, without an account (double opt-in).

Whether an address follows already is told to nobody: the answer to asking is the same, and only the mailbox knows.
"""

import hashlib
import hmac
import json
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from tuntas.accounts import tries
from tuntas.following.models import Follow, Letter
from tuntas.identity import sealing
from tuntas.reports.models import PublicCopy

A_DAY = timedelta(days=1)
MAILS_A_DAY = 3  # to one address that did not say yes: nobody's mailbox is filled by others
ASKED_AN_HOUR = 20  # from one network: a house or an office, not a campaign
AGAIN_AFTER = timedelta(hours=1)  # before a mail that nobody answered is sent once more
UNANSWERED_FOR = timedelta(days=3)  # after which a wish that nobody confirmed is forgotten
STEP = 64  # characters: what is sealed differs in length by whole steps, so that a length tells little of an address


def may_ask(network: str) -> bool:
    """Count one wish from this network; false when there were too many within the hour."""
    return tries.take("follow from", network, most=ASKED_AN_HOUR, window=timedelta(hours=1))


@transaction.atomic
def ask(copy: PublicCopy, address: str, *, language: str, at: datetime | None = None) -> None:
    """Owe a mail that asks whether they want to follow; nothing when they do, or were asked a moment ago.

    Call in the public's sight. address: as it was typed and found to be one.
    """
    moment, who = at or timezone.now(), _who(copy, address)
    before = Follow.objects.filter(copy=copy, who__in=[who, *_led_here(copy, address)]).first()
    if before is not None and not before.is_over and (before.confirmed_at or moment - before.asked_at < AGAIN_AFTER):
        return
    if not tries.take("follow to", address, most=MAILS_A_DAY, window=A_DAY):
        return
    if before is not None:
        before.delete()
    token = secrets.token_urlsafe(32)
    made = Follow(copy=copy, who=who, token=digest_of(token), language=language, asked_at=moment)
    words = json.dumps({"email": address, "token": token})
    padded = words.ljust(-len(words) // STEP * -STEP)
    made.sealed = sealing.seal_words(padded, sealing.current_public_key(), made.uuid)
    made.save()
    Letter.objects.create(
        follow=made, template="confirm", params={"number": copy.number}, created_at=moment, not_before=moment
    )


def find(token: str) -> Follow | None:
    """The follow behind a link, with its report; None for a link that is wrong, or of a follow that ended."""
    found = Follow.objects.select_related("copy__report").filter(token=digest_of(token))
    return found.first() if token.isascii() else None


def confirm(follow: Follow, *, at: datetime | None = None) -> None:
    """Yes: from here on they are told. A second yes changes nothing."""
    Follow.objects.filter(pk=follow.pk, confirmed_at=None).update(confirmed_at=at or timezone.now())


def stop(follow: Follow) -> None:
    """No more letters. Nothing of it stays; the vault drops the address when it sees that the follow is gone."""
    Follow.objects.filter(pk=follow.pk).delete()


def forget_unanswered(now: datetime | None = None) -> int:
    """Remove the wishes that no mailbox confirmed. The worker calls it."""
    old = (now or timezone.now()) - UNANSWERED_FOR
    return Follow.objects.filter(confirmed_at=None, asked_at__lt=old).delete()[0]


def forget_over() -> int:
    """Remove the follows that the vault has ended. The worker calls it."""
    return Follow.objects.filter(is_over=True).delete()[0]


def forget_finished(before: datetime | None) -> int:
    """Remove the follows of reports that ended before then, and were asked for before then; none for None."""
    if before is None:
        return 0
    ended = Q(copy__report__decided_at__lt=before) | Q(own__decided_at__lt=before)
    return Follow.objects.filter(ended, asked_at__lt=before).delete()[0]


def digest_of(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()


def _led_here(copy: PublicCopy, address: str) -> list[bytes]:
    """The same address as it stands in follows of reports that were merged into this one."""
    return [_who(merged, address) for merged in PublicCopy.objects.filter(report__parent=copy.report_id)]


def _who(copy: PublicCopy, address: str) -> bytes:
    told = f"follow {copy.number} {address.strip().casefold()}".encode()
    return hmac.digest(bytes(settings.CODE_KEY), told, hashlib.sha256)
