"""Names in the language of the page, where the register has both."""

from typing import Protocol

from django.utils.translation import get_language

from tuntas.organizations.models import Area


class Named(Protocol):
    name: str
    name_en: str


def in_language(thing: Named) -> str:
    """The English name on English pages when there is one, else the Indonesian."""
    return thing.name_en if get_language() == "en" and thing.name_en else thing.name


def of_area(area: Area) -> str:
    """ "Jawa Timur", "Kota Malang", "Kaliwates, Kabupaten Jember": below a regency a name alone stands for many places.

    Asks the database for each level above unless it was read with the area.
    """
    if area.level in (Area.Level.PROVINCE, Area.Level.REGENCY, Area.Level.CITY) or area.parent is None:
        return area.name
    return f"{area.name}, {of_area(area.parent)}"
