"""Telling a phone: of one's own report, or of a public one that is followed; asked for by one press on its page.

A phone is an address like a mailbox: sealed for the vault, which alone can knock at it. Never for a protected report:
the moment of each knock passes through the company behind the browser (docs/adr/0030).
"""

import hashlib
import hmac
import json
import secrets
from base64 import urlsafe_b64encode
from datetime import datetime

from django.conf import settings
from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.channels.webpush import Subscription
from tuntas.following.asking import STEP, digest_of
from tuntas.following.models import Follow
from tuntas.identity import sealing
from tuntas.kernel.refusals import Incomplete, OutOfTurn
from tuntas.reports.models import PublicCopy, Report

MOST = 5  # phones that hear of one's own report: a household, not a list of watchers
MOST_OF_ALL = 5_000  # phones that follow one public report: a flood of them ends here, and mail is still open to all


def key_of_ours() -> str:
    """What a browser subscribes with; '' where nobody is knocked at."""
    try:
        return sealing.current_public_key().knocks if settings.PUSH_SERVICES else ""
    except sealing.NoVaultKey:
        return ""


def may_be_told(report: Report) -> bool:
    """Whether the reporter may ask for it on the page of this report."""
    return report.is_open and not report.is_protected and not report.has_left and report.code_lookup is not None


def read(endpoint: str, key: str, secret: str) -> Subscription:
    """What a browser made. Raises Incomplete for what is none, or leads elsewhere than to a service that we know."""
    try:
        made = Subscription.read(endpoint, key, secret)
    except ValueError:
        made = None
    if made is None or not settings.PUSH_SERVICES.admits(made.endpoint):
        raise Incomplete(
            _("This device was not added."),
            why=_("Its browser uses a service for such news that we do not know."),
            instead=_("Follow by e-mail, or come back with your code."),
        )
    return made


@transaction.atomic
def turn_on(about: PublicCopy | Report, phone: Subscription, *, language: str, at: datetime | None = None) -> None:
    """Have this phone told; a second time changes nothing. Call in the public's or in the reporter's sight.

    Raises OutOfTurn for a report that has ended or is protected, and for one phone too many.
    """
    own = isinstance(about, Report)
    report = about if isinstance(about, Report) else about.report
    if not report.is_open or (own and not may_be_told(report)):
        raise OutOfTurn(
            _("This device was not added."),
            why=_("The report has ended, or it is protected: news of it goes through nobody else's hands."),
            instead=_("Come back with your code whenever you like."),
        )
    known = _follows(about)
    if known.filter(who=_who(about, phone.endpoint), is_over=False).exists():
        return
    if known.filter(way=Follow.Way.PHONE).count() >= (MOST if own else MOST_OF_ALL):
        raise _too_many(own=own)
    known.filter(who=_who(about, phone.endpoint)).delete()
    moment = at or timezone.now()
    made = Follow(way=Follow.Way.PHONE, language=language, asked_at=moment, confirmed_at=moment)
    made.who, made.token = _who(about, phone.endpoint), digest_of(secrets.token_urlsafe(32))
    if isinstance(about, Report):
        made.own = about
    else:
        made.copy = about
    made.sealed = sealing.seal_words(_told(phone), sealing.current_public_key(), made.uuid)
    made.save()


def is_on(about: PublicCopy | Report, endpoint: str) -> bool:
    return _follows(about).filter(who=_who(about, endpoint), is_over=False).exists()


def turn_off(about: PublicCopy | Report, endpoint: str) -> None:
    """Nothing of it stays; the vault drops the address when it sees that the follow is gone."""
    _follows(about).filter(who=_who(about, endpoint)).delete()


def count(report: Report) -> int:
    """Phones that are told of one's own report. Call in the reporter's sight."""
    return Follow.objects.filter(own=report, is_over=False).count()


def turn_all_off(report: Report) -> None:
    Follow.objects.filter(own=report).delete()


def _too_many(*, own: bool) -> OutOfTurn:
    return OutOfTurn(
        _("This device was not added."),
        why=_("Five devices are told of this report already.")
        if own
        else _("As many devices as we can tell follow this report already."),
        instead=_("Stop them under “My data”, then try again.")
        if own
        else _("Follow by e-mail: that is open to everybody."),
    )


def _follows(about: PublicCopy | Report) -> "models.QuerySet[Follow]":
    return Follow.objects.filter(own=about) if isinstance(about, Report) else Follow.objects.filter(copy=about)


def _who(about: PublicCopy | Report, endpoint: str) -> bytes:
    """Keyed, of report and phone: two reports cannot be told to have the same one."""
    whose = "own" if isinstance(about, Report) else "public"
    return hmac.digest(bytes(settings.CODE_KEY), f"phone {whose} {about.number} {endpoint}".encode(), hashlib.sha256)


def _told(phone: Subscription) -> str:
    keys = {"key": _spelled(phone.key), "secret": _spelled(phone.secret)}
    words = json.dumps({"endpoint": phone.endpoint} | keys)
    return words.ljust(-len(words) // STEP * -STEP)


def _spelled(key: bytes) -> str:
    return urlsafe_b64encode(key).decode().rstrip("=")
