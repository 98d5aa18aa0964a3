"""Light or dark: as the device says, until somebody chooses by hand. The choice is a cookie, so it needs no script."""

from collections.abc import Iterable
from typing import NamedTuple

from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

COOKIE = "theme"
# The word in the address -> what the root element says; empty: as the device says.
CHOICES = {"perangkat": "", "terang": "light", "gelap": "dark"}
WORDS: dict[str, Promise] = {
    "perangkat": _("Same as this device"),
    "terang": _("Light colours"),
    "gelap": _("Dark colours"),
}


class Choice(NamedTuple):
    """One link of the switch."""

    word: Promise
    address: str
    is_chosen: bool


def chosen(request: HttpRequest) -> str:
    """light, dark, or nothing: as the device says."""
    wanted = request.COOKIES.get(COOKIE, "")
    return wanted if wanted in CHOICES.values() else ""


def choices(theme: str) -> Iterable[Choice]:
    """The links of the switch. theme: the one that holds now."""
    return [
        Choice(WORDS[word], reverse("web:theme", args=[word]), is_chosen=value == theme)
        for word, value in CHOICES.items()
    ]
