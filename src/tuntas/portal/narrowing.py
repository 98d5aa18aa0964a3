"""What narrows a public list or map: place, agency, category, time. Typed or chosen, and said back in words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.organizations.models import Area, Category, Unit
from tuntas.portal.looking_up import units_named
from tuntas.portal.names import in_language
from tuntas.web.forms import choice_of

CODE = re.compile(r"\d\d(\.\d\d(\.\d\d(\.\d{4})?)?)?")
LEVELS = (Area.Level.PROVINCE, Area.Level.CITY, Area.Level.REGENCY, Area.Level.DISTRICT)
MOST_OTHERS = 6  # other places or agencies of the same name that are offered
KIND = re.compile(r"^(provinsi|prov|kecamatan|kec)\.?\s+", re.IGNORECASE)  # which no name begins with
BEFORE = ("", "Kota ", "Kabupaten ", "Kota Administrasi ")  # how names of the register begin

# The times that a person can choose, in days.
TIMES = {
    "7": (_("Last 7 days"), 7),
    "30": (_("Last 30 days"), 30),
    "90": (_("Last 90 days"), 90),
    "365": (_("Last 12 months"), 365),
}
# What an address says is not repeated on our page: anybody may write an address.
NOT_REPEATED = {"invalid_choice": _("Select a valid choice. That choice is not one of the available choices.")}


def one_of(label: Any) -> forms.ChoiceField:
    """A filter that is chosen and not typed; `offer` says from what."""
    return forms.ChoiceField(label=label, required=False, error_messages=NOT_REPEATED)


def offer(form: forms.Form, name: str, choices: Sequence[tuple[str, Any]]) -> None:
    """What a filter of this form may be, besides all."""
    choice_of(form, name).choices = [("", _("All")), *choices]


def kinds() -> list[tuple[str, Any]]:
    """The categories that stand on top, by name."""
    tops = Category.objects.filter(parent=None, valid_to=None).order_by("name")
    return [(kind.code, in_language(kind)) for kind in tops]


@dataclass(frozen=True, slots=True)
class Place:
    """The area that was meant, or None; others of the same name; what was typed."""

    typed: str
    area: Area | None = None
    others: Sequence[Area] = ()


@dataclass(frozen=True, slots=True)
class Agency:
    """The unit that was meant, or None; others of a like name; what was typed."""

    typed: str
    unit: Unit | None = None
    others: Sequence[Unit] = ()


def place_of(typed: str) -> Place | None:
    """None when no place was asked for; a Place without an area when nothing has this name."""
    words = " ".join(typed.split())
    if not words:
        return None
    if CODE.fullmatch(words):
        return Place(words, Area.objects.select_related("parent__parent").filter(code=words).first())
    name = KIND.sub("", words).replace("\x00", "")
    likely = reduce(or_, (Q(name__istartswith=before + name) for before in BEFORE))
    found = list(Area.objects.select_related("parent__parent").filter(likely, level__in=LEVELS)[:60])
    whole = {(before + name).casefold() for before in BEFORE}
    found.sort(key=lambda area: (area.name.casefold() not in whole, LEVELS.index(Area.Level(area.level)), area.code))
    return Place(words, found[0] if found else None, found[1 : MOST_OTHERS + 1])


def agency_of(typed: str) -> Agency | None:
    """By the slug of an address or by its name; None when none was asked for."""
    words = " ".join(typed.split())
    if not words:
        return None
    if (unit := Unit.objects.select_related("agency").filter(slug=words).first()) is not None:
        return Agency(words, unit)
    runs = list(dict.fromkeys(unit.agency or unit for unit in units_named(words)))
    return Agency(words, runs[0] if runs else None, runs[1 : MOST_OTHERS + 1])


def since(chosen: str, *, now: datetime | None = None) -> datetime | None:
    """The instant from which on reports are asked for; None for all."""
    if chosen not in TIMES:
        return None
    return (now or timezone.now()) - timedelta(days=TIMES[chosen][1])
