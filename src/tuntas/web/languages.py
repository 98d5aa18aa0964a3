"""Which language a page speaks: the one chosen by hand, else Indonesian. What the browser asks for does not count:
phones are sold with English settings to people who read Indonesian."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

# Each language in its own words, so that whoever looks for it can read it.
NAMES = {"id": "Bahasa Indonesia", "en": "English"}


def chosen(request: HttpRequest) -> str:
    """The language of the cookie when we speak it, else the default."""
    wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    return wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def others() -> Iterable[tuple[str, str]]:
    """(code, own name) of the languages that this page is not in."""
    return [(code, NAMES.get(code, code)) for code, _name in settings.LANGUAGES if code != get_language()]


def switch_address(code: str, request: HttpRequest | None) -> str:
    """The address that switches to `code` and comes back here.

    After a POST the way back is the page's own address: the answer itself cannot be fetched again.
    """
    here = "/"
    if request is not None:
        here = request.get_full_path() if request.method in {"GET", "HEAD"} else request.path
    return f"{reverse('web:language', args=[code])}?{urlencode({'next': here})}"
