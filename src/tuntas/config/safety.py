"""What must hold before this process serves people. A wrong setting stops it here, not a visitor later."""

import sys
from typing import Any
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from tuntas.kernel.env import Misconfigured
from tuntas.operations.addresses import is_loopback

SHORTEST_SECRET = 40  # characters
KEY_BYTES = 32
REMEDY = _("See docs/operations/settings.md.")


def refuse_unsafe() -> None:
    """Raise Misconfigured with every reason at once, or return."""
    if reasons := [str(reason) for reason in _faults(settings)]:
        raise Misconfigured(" ".join([*reasons, str(REMEDY)]))


def _faults(given: Any) -> list[object]:
    """In the order in which a person would mend them."""
    here = all(map(is_loopback, [urlsplit(given.ORIGIN).netloc, *given.ALLOWED_HOSTS]))
    faults = {
        _("There is no secret key (TUNTAS_SECRET_KEY_FILE)."): len(_secret_key(given)) < SHORTEST_SECRET,
        _("There is no key for secret codes (TUNTAS_CODE_KEY_FILE)."): len(given.CODE_KEY) != KEY_BYTES,
        _("There is no key for confidential content (TUNTAS_CONTENT_KEY_FILE)."): len(given.CONTENT_KEY) != KEY_BYTES,
        _("Any host name is allowed: name them in TUNTAS_HOSTS."): "*" in given.ALLOWED_HOSTS,
        _("The demo opens every door, so it stays on this machine: take the public names out of TUNTAS_HOSTS "
          "and TUNTAS_ORIGIN."): given.DEMO and not here,
        _("TUNTAS_DEBUG shows the inside to visitors: not with a public name."): given.DEBUG and not here,
        _("A public site needs encryption: TUNTAS_ORIGIN must begin with https://."): not here and not given.ENCRYPTED,
        _("Officers' sessions need cookies for this host alone (__Host-, Secure, HttpOnly): check TUNTAS_ORIGIN and "
          "the settings."): not here and not _cookies_are_safe(given),
        _("A government identity provider is spoken to over https:// only: TUNTAS_OIDC_ISSUER."):
            bool(given.OIDC_ISSUER) and not _is_safe_issuer(given.OIDC_ISSUER),
        _("Uploaded files need an origin of their own (TUNTAS_FILES_ORIGIN)."): given.FILES_ORIGIN == given.ORIGIN,
    }  # fmt: skip
    return [reason for reason, wrong in faults.items() if wrong]


def _cookies_are_safe(given: Any) -> bool:
    """No other host, no plain connection and no script gets hold of a session (trust.md row 8)."""
    own_host = all(name.startswith("__Host-") for name in (given.SESSION_COOKIE_NAME, given.CSRF_COOKIE_NAME))
    hidden = given.SESSION_COOKIE_HTTPONLY and given.SESSION_COOKIE_SAMESITE in {"Lax", "Strict"}
    return bool(own_host and hidden and given.SESSION_COOKIE_SECURE and given.CSRF_COOKIE_SECURE)


def _is_safe_issuer(issuer: str) -> bool:
    parts = urlsplit(issuer)
    return parts.scheme == "https" or is_loopback(parts.netloc)


def _secret_key(given: Any) -> str:
    try:
        return str(given.SECRET_KEY)
    except ImproperlyConfigured:  # how Django answers for an empty one
        return ""


def main() -> int:
    """`python -m tuntas.config.safety`: says what is unsafe, and ends with 1; `tuntas doctor` asks it."""
    try:
        django.setup()
        refuse_unsafe()
    except Misconfigured as reason:
        print(reason)  # noqa: T201 - for the terminal
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
