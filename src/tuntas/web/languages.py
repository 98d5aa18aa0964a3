"""Which language a page speaks: the one chosen by hand, else Indonesian. What the browser asks for does not count:
phones are sold with English settings to people who read Indonesian.

A language in which only the reporter's own way is written speaks on its pages alone: the form, the receipt, the door to
one's own report and that report. On all others Indonesian does, so that no page mixes two and its `lang` is true for
those who listen to it. A word that is missing there all the same is Indonesian, never English (Django falls back to
LANGUAGE_CODE).
"""

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, resolve, reverse
from django.utils.translation import get_language

# Each language in its own words, so that whoever looks for it can read it; what stands before it where there is room.
KINDS = {"id": "Bahasa", "jv": "Basa"}
NAMES = {"id": "Indonesia", "en": "English", "jv": "Jawa"}
# The pages of a language that does not speak on all of them: the form, its receipt, and the own report behind its code.
FORM = frozenset({"portal:story", "portal:sent", "portal:offline", "portal:track", "portal:manifest"})
OWN = frozenset({"portal:own", "portal:destroy"})
PARTIAL: Mapping[str, frozenset[str]] = {"jv": FORM | OWN}


def chosen(request: HttpRequest) -> str:
    """The language of the cookie when we speak it here, else the default."""
    wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
    is_known = wanted in dict(settings.LANGUAGES) and speaks(wanted, request.path_info)
    return wanted if is_known else settings.LANGUAGE_CODE


def speaks(code: str, path: str) -> bool:
    """Whether the page at this path is written in the language."""
    if code not in PARTIAL:
        return True
    try:
        return resolve(path).view_name in PARTIAL[code]
    except Resolver404:
        return False


def others(request: HttpRequest | None = None) -> Iterable[tuple[str, str, str]]:
    """(code, what stands before its name, own name) of the languages that this page speaks and is not in.

    Without a request: the complete ones.
    """
    path = request.path if request is not None else ""
    codes = [code for code, _name in settings.LANGUAGES if code != get_language() and speaks(code, path)]
    return [(code, KINDS.get(code, ""), NAMES.get(code, code)) for code in codes]


def switch_address(code: str, request: HttpRequest | None) -> str:
    """The address that switches to `code` and comes back here.

    After a POST the way back is the page's own address: the answer itself cannot be fetched again.
    """
    here = "/"
    if request is not None:
        here = request.get_full_path() if request.method in {"GET", "HEAD"} else request.path
    return f"{reverse('web:language', args=[code])}?{urlencode({'next': here})}"
