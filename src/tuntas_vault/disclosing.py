"""Opening one identity for an officer, when two persons of two organisations said so; never without a trace.

The caller names a decision and nothing else. The vault reads the decision itself, with rights of its own, checks web's
signature over it and every condition again, writes down that it opens, has the case database tell it to the reporter,
and only then answers. Killed in between, it told of an opening that nobody saw: better than the reverse.
"""

import logging
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from tuntas.kernel.envelopes import Unreadable
from tuntas.kernel.warrants import EMERGENCY, LONGEST, MOST_OPENINGS
from tuntas_vault import opening, queries, settings
from tuntas_vault.keys import KeyFolder
from tuntas_vault.models import Identity, Opening
from tuntas_vault.opening import Contact
from tuntas_vault.queries import Granted

SLACK = timedelta(minutes=2)  # that the clocks of two machines may differ
UNTOLD = timedelta(seconds=30)  # after which an opening that was not told is told by the loop

log = logging.getLogger("tuntas_vault")


class Refused(Exception):
    """The vault does not open. code: unknown, forged, not_two, not_now, used_up, nothing, unreadable, away, fault."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


def open_identity(grant: str, *, now: datetime | None = None) -> Contact:
    """Who is behind the report of this decision, with the words that they took out where the decision says so.

    Raises Refused, and then nothing was opened and nothing is counted.
    """
    moment = now or timezone.now()
    granted = queries.granted(_uuid(grant))
    if granted is None:
        raise Refused("unknown")
    check(granted, moment)
    contact = read(granted.warrant.reporter)
    noted = note(granted, moment)
    tell(noted)
    log.info("opening %s under decision %s", noted.uuid, noted.grant)
    return contact if granted.warrant.with_withheld else replace(contact, withheld="")


def check(granted: Granted, moment: datetime) -> None:
    """Every condition of an opening but the count. Raises Refused; a row alone convinces nobody."""
    warrant = granted.warrant
    if not warrant.is_signed(granted.seal, public_key()):
        log.error("decision %s bears no signature of web: it may be forged", warrant.grant)
        raise Refused("forged")
    longest = EMERGENCY if warrant.is_emergency else LONGEST
    if warrant.opens_until - warrant.decided_at > longest:
        raise Refused("forged")
    if not warrant.decided_at - SLACK <= moment < warrant.opens_until:
        raise Refused("not_now")
    if warrant.is_emergency:
        if granted.decision != "EMERGENCY" or warrant.decided_by != warrant.asked_by:
            raise Refused("forged")
    elif granted.decision != "GRANTED" or not granted.is_second_person:
        log.error("decision %s was not made by a second person", warrant.grant)
        raise Refused("not_two")


def read(reporter: UUID) -> Contact:
    """The identity of a reporter. Raises Refused when the vault has none, or cannot read it."""
    found = Identity.objects.filter(pk=reporter).first()
    if found is None:
        raise Refused("nothing")
    kept = opening.Kept(found.epoch, bytes(found.wrapped_key), bytes(found.ciphertext))
    try:
        return opening.read(kept, reporter, {found.epoch: KeyFolder(settings.KEYS).load(found.epoch)})
    except Unreadable:
        raise Refused("unreadable") from None


@transaction.atomic
def note(granted: Granted, moment: datetime) -> Opening:
    """Write the opening into our own log, which web cannot reach. Raises Refused when it was used often enough."""
    grant = granted.warrant.grant
    queries.one_opening_at_a_time(grant)
    if Opening.objects.filter(grant=grant).count() >= MOST_OPENINGS:
        raise Refused("used_up")
    return Opening.objects.create(
        uuid=uuid4(), grant=grant, report_uuid=granted.warrant.report, reporter_uuid=granted.warrant.reporter, at=moment
    )


def tell(noted: Opening) -> None:
    """Have the case database write the entry and the notices; once, however often it is called."""
    queries.note_opening(noted.uuid, noted.grant, noted.at)
    Opening.objects.filter(pk=noted.pk).update(told_at=timezone.now())


def tell_the_rest(now: datetime | None = None) -> int:
    """Openings that were written down and not told, because somebody died in between; returns how many."""
    before = (now or timezone.now()) - UNTOLD
    left = list(Opening.objects.filter(told_at=None, at__lt=before).order_by("at")[:20])
    for noted in left:
        tell(noted)
    return len(left)


def public_key() -> bytes:
    """Web's public half, as whoever set the installation up left it; Refused when it is not there."""
    try:
        return bytes.fromhex(settings.WARRANT_PUBLIC.read_text("ascii").strip())
    except (OSError, ValueError) as error:
        log.error("%s cannot be read (%s): no identity is opened", settings.WARRANT_PUBLIC, type(error).__name__)
        raise Refused("away") from None


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise Refused("unknown") from None
