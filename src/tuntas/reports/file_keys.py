"""How files of reports are named in a store, whichever it is, and what is said when one is not there."""

import re
import secrets

from django.utils.translation import gettext as _

from tuntas.kernel.refusals import NotFound

KEY = re.compile(r"[0-9a-f]{2}/[0-9a-f]{62}")
PREFIXES = tuple(f"{number:02x}" for number in range(256))  # how keys begin
SET_ASIDE = "set-aside"  # where what nobody points to lies; never deleted by us


class StoreAway(OSError):
    """The store does not answer, or refuses us. Nothing was lost: what was put stays, what was not put is told."""


def new_key() -> str:
    """A key that nobody can guess, and that tells nothing of the file."""
    number = secrets.token_hex(32)
    return f"{number[:2]}/{number[2:]}"


def nothing() -> NotFound:
    """One answer for a file that was removed, never was, or is asked for under a name that is no key."""
    return NotFound(
        _("This file is not here."),
        why=_("It was removed, or the address is wrong."),
        instead=_("Go back to the report and open it from there."),
    )
