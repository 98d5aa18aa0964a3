"""Names in the language of the page, where the register has both."""

from typing import Protocol

from django.utils.translation import get_language


class Named(Protocol):
    name: str
    name_en: str


def in_language(thing: Named) -> str:
    """The English name on English pages when there is one, else the Indonesian."""
    return thing.name_en if get_language() == "en" and thing.name_en else thing.name
