"""Host names as an operator types them, and as the register keeps them."""

import re
import unicodedata
from ipaddress import ip_address

from django.conf import settings
from django.utils.translation import gettext as _

from tuntas.kernel.refusals import Incomplete, Refusal

LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
LONGEST = 253  # characters (RFC 1035)


def host_name(typed: str) -> str:
    """The name in small letters as browsers send it (xn--... for letters beyond a to z).

    Raises Incomplete for what is no host name of its own: an address, a port, a path, a number, a single word.
    """
    name = unicodedata.normalize("NFC", typed.strip()).lower().removesuffix(".")
    try:
        name = name.encode("idna").decode("ascii")
    except UnicodeError:
        raise _not_a_name(typed) from None
    labels = name.split(".")
    if len(labels) < 2 or len(name) > LONGEST or not all(map(LABEL.fullmatch, labels)) or _is_address(name):
        raise _not_a_name(typed)
    return name


def refuse_taken(name: str) -> None:
    """Raise Refusal for a name that the site itself needs: its own hosts and that of the files."""
    if name in _own_names() or any(name.endswith(known) for known in settings.ALLOWED_HOSTS if known.startswith(".")):
        raise Refusal(
            _("%(host)s belongs to the site itself.") % {"host": name},
            why=_("It is named in TUNTAS_ORIGIN, TUNTAS_FILES_ORIGIN or TUNTAS_HOSTS."),
            instead=_("Choose a host name that nothing else is served under."),
        )


def _own_names() -> set[str]:
    origins = (settings.ORIGIN, settings.FILES_ORIGIN)
    return {*settings.ALLOWED_HOSTS} | {origin.partition("://")[2].partition(":")[0].lower() for origin in origins}


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return name.rsplit(".", 1)[-1].isdecimal()
    return True


def _not_a_name(typed: str) -> Incomplete:
    return Incomplete(
        _("“%(typed)s” is not a host name.") % {"typed": typed[:80]},
        why=_("A portal has a name of its own, without https://, without a port and without a path."),
        instead=_("For example: lapor.kota-contoh.go.id"),
    )
