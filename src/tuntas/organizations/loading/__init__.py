"""Bringing in who is there: areas, days off, categories, the tree of offices.

Each loader can be repeated: what is there already stays, what differs is changed and named, and a row that cannot be
right is refused by itself with its reason.
"""

from tuntas.organizations.loading.areas import load_areas
from tuntas.organizations.loading.calendars import load_calendars, load_holidays
from tuntas.organizations.loading.categories import load_categories
from tuntas.organizations.loading.letter_addresses import load_letter_addresses
from tuntas.organizations.loading.offices import load_agencies, load_regions
from tuntas.organizations.loading.tree import EdgeRow, UnitRow, load_supervision, load_units, units_in

__all__ = [
    "EdgeRow",
    "UnitRow",
    "load_agencies",
    "load_areas",
    "load_calendars",
    "load_categories",
    "load_holidays",
    "load_letter_addresses",
    "load_regions",
    "load_supervision",
    "load_units",
    "units_in",
]
