"""Links that let an officer set a password once: for a new account, and when the old password is forgotten.

An administrator may start one and never choose or see it; it goes to the officer's known address by the vault, is good
for a quarter of an hour and once, and leaves the second factor as it is (ASVS 5.0 V6.4).
"""

import hashlib
import secrets
from datetime import timedelta
from uuid import uuid4

from django.utils import timezone

from tuntas.accounts import letters, queries, tries
from tuntas.accounts.models import OneTimeLink
from tuntas.organizations.models import Officer

BYTES = 20
RESET_FOR = timedelta(minutes=15)
INVITED_FOR = timedelta(days=3)  # there is nothing behind a new account yet
PATH = "/workspace/tautan/"


def ask(username: str) -> None:
    """Somebody forgot a password and typed this name. The same for a name that nobody has, and for too many asks."""
    token, place, now = _token(), uuid4(), timezone.now()
    sealed = letters.seal(PATH + token, place)
    if not tries.take("link", username, most=tries.LINKS, window=tries.LINKS_WINDOW):
        username = ""  # a name that nobody has: what follows is the same
    queries.owe_link(
        username,
        {"digest": digest(token), "at": now, "expires": now + RESET_FOR},
        {"uuid": place, "sealed": sealed},
    )


def send(officer: Officer, *, by: str, renews: bool = False) -> bool:
    """A reset that an administrator starts. by: who, as the letter says it. False when there is no address."""
    if not officer.email:
        return False
    token = _make(officer, OneTimeLink.For.RESET, RESET_FOR, renews=renews)
    letters.owe(officer, "reset_started", path=PATH + token, by=by)
    return True


def invite(officer: Officer, *, by: str) -> str:
    """The link for a new account; by mail when there is an address. Returns its path, for the command line alone."""
    token = _make(officer, OneTimeLink.For.INVITATION, INVITED_FOR, renews=True)
    letters.owe(officer, "invitation", path=PATH + token, by=by)
    return PATH + token


def find(token: str) -> OneTimeLink | None:
    """The link with this token, while it is good."""
    good = OneTimeLink.objects.filter(digest=digest(token), used_at=None, expires_at__gt=timezone.now())
    return good.filter(officer__is_active=True).select_related("officer").first()


def use(link: OneTimeLink) -> bool:
    """Use it up, with all others of its officer. Only one of two requests gets true."""
    now = timezone.now()
    if OneTimeLink.objects.filter(pk=link.pk, used_at=None, expires_at__gt=now).update(used_at=now) != 1:
        return False
    OneTimeLink.objects.filter(officer=link.officer_id, used_at=None).update(used_at=now)
    return True


def digest(token: str) -> bytes:
    return hashlib.sha256(b"account link " + token.encode()).digest()


def _make(officer: Officer, purpose: str, length: timedelta, *, renews: bool) -> str:
    token, now = _token(), timezone.now()
    OneTimeLink.objects.filter(officer=officer, used_at=None).update(used_at=now)
    OneTimeLink.objects.create(
        officer=officer,
        digest=digest(token),
        purpose=purpose,
        renews=renews,
        made_at=now,
        expires_at=now + length,
    )
    return token


def _token() -> str:
    return secrets.token_urlsafe(BYTES)
