"""What a virus scanner thinks of the files of reports, where an installation has one (TUNTAS_CLAMD).

The worker asks; no page ever waits for the daemon. Harmful: set aside, never served, never deleted. Not known yet, or
not to be known because the daemon is away: kept, and asked again; meanwhile photos and recordings are
open, since we made them anew, and everything else waits. Without a scanner files are shown as ever, cleaned.
Source: trust.md threat 6, design 3b.
"""

import logging
from contextlib import closing
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import F, Q
from django.utils import timezone

from tuntas.access.actors import SYSTEM, acting
from tuntas.channels import clamd
from tuntas.kernel.envelopes import Unreadable
from tuntas.kernel.refusals import NotFound
from tuntas.reports import attaching
from tuntas.reports.models import Attachment

AGAIN_AFTER = timedelta(minutes=5)  # for a file that the scanner could not judge
DRAWN_ANEW = frozenset({"image/jpeg", "image/png", "image/webp", "audio/mpeg"})  # by us, pixel by pixel, sound by sound

log = logging.getLogger(__name__)


def is_on() -> bool:
    return bool(settings.CLAMD)


def may_be_opened(attachment: Attachment) -> bool:
    """Whether anybody gets this file now. Who, is decided elsewhere."""
    if attachment.scan == Attachment.Scan.HARMFUL:
        return False
    return attachment.scan == Attachment.Scan.CLEAN or attachment.media_type in DRAWN_ANEW or not is_on()


def scan_some(*, at_most: int = 20, now: datetime | None = None) -> int:
    """Ask about files that nobody has judged yet, the longest waiting first; returns how many were judged.

    Stops at the first question that gets no answer: the daemon is away, and nothing is lost by waiting.
    """
    if not is_on():
        return 0
    moment, address, judged = now or timezone.now(), clamd.address_of(settings.CLAMD), 0
    for attachment in _unjudged(moment, at_most):
        try:
            with closing(attaching.stream(attachment)) as chunks:
                found = clamd.scan(address, chunks)
        except (clamd.Unknown, NotFound, Unreadable) as problem:
            log.warning("file %d was not judged: %s", attachment.pk, problem)
            _keep(attachment, moment, {})
            if isinstance(problem, clamd.Unknown) and "does not answer" in str(problem):
                return judged
            continue
        if found:
            log.warning("file %d is set aside: %s", attachment.pk, found)
        _keep(attachment, moment, {"scan": Attachment.Scan.HARMFUL if found else Attachment.Scan.CLEAN})
        judged += 1
    return judged


def waiting() -> int:
    """How many files nobody has judged yet. Call in the clockwork's sight."""
    return Attachment.objects.filter(scan="").count()


def _unjudged(now: datetime, at_most: int) -> list[Attachment]:
    with acting(SYSTEM):
        due = Q(scanned_at=None) | Q(scanned_at__lt=now - AGAIN_AFTER)
        rows = Attachment.objects.filter(due, scan="").select_related("report")
        return list(rows.order_by(F("scanned_at").asc(nulls_first=True), "pk")[:at_most])


def _keep(attachment: Attachment, now: datetime, verdict: dict[str, str]) -> None:
    with acting(SYSTEM):
        Attachment.objects.filter(pk=attachment.pk, scan="").update(scanned_at=now, **verdict)
