"""How often something may be tried, counted in the database for all processes together (SR-24, SR-28, SR-53).

A stranger's tries for a name never use up those of a device from which its owner signed in before: a lockout cannot be
used to lock somebody out. Passkeys are no guessing game and are not counted.
"""

from datetime import timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac

from tuntas.accounts import queries
from tuntas.accounts.models import Tries

SALT = "tuntas.accounts.tries"
WINDOW = timedelta(minutes=15)
PASSWORDS = 10  # wrong passwords for one name from all unknown devices together, or from one known device
CODES = 5  # wrong codes of one officer
LINKS = 3  # letters with a link for one name
LINKS_WINDOW = timedelta(hours=1)


def take(what: str, of: str, *, most: int, window: timedelta = WINDOW) -> bool:
    """Count one try before it is looked at; false when none is left. what: `password`, `code`, `link`."""
    return queries.take_a_try(_digest(what, of), most=most, window=window, at=timezone.now())


def forgive(what: str, of: str) -> None:
    """After the right one: begin to count anew."""
    Tries.objects.filter(digest=_digest(what, of)).update(count=0)


def _digest(what: str, of: str) -> bytes:
    return salted_hmac(SALT, f"{what}\n{of.casefold()}", algorithm="sha256").digest()
