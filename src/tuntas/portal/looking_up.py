"""What a person typed, looked up in the register: agencies by name, places by name."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import and_, or_
from typing import Any

from django.db.models import Case, F, IntegerField, Q, Value, When
from django.db.models.functions import Length
from django.utils import timezone
from django.utils.translation import gettext as _

from tuntas.faces.known import Shown
from tuntas.intake.receiving import first_holder
from tuntas.organizations.models import Area, Unit
from tuntas.portal.names import in_language
from tuntas.routing.suggesting import suggest_agency

MOST = 8  # choices that a person can still read
KINDS_OF_REGIONS = ("Kabupaten ", "Kota ")  # people leave them out
RANKED = 500  # places of one name: there are 200 villages called Sukamaju
SHORTEST = 2  # letters of a word that narrow anything down


@dataclass(frozen=True, slots=True)
class Found:
    """Units and areas, each with the words that tell it from the others; empty when nothing was asked or found.

    accused: offices whose name was typed as those that the report is about.
    is_suggested: the person named no agency; the units are what their words point to. why: by unit, in words.
    is_near: the person named no place; the areas are what the position of their device points to.
    """

    units: Sequence[tuple[Unit, str]] = ()
    areas: Sequence[tuple[Area, str]] = ()
    accused: Sequence[tuple[Unit, str]] = ()
    is_suggested: bool = False
    why: Mapping[int, Any] = field(default_factory=dict)
    is_near: bool = False


def look_up(*, agency: str, area: str, accused: str = "") -> Found:
    """Both searches. An unconnected agency is offered too, and says who looks after its reports (R000-30)."""
    agency, area = (words.replace("\x00", " ") for words in (agency, area))  # the database takes no NUL
    return Found(
        units=[(unit, described(unit)) for unit in units_named(agency)[:MOST]],
        areas=[(found, placed(found)) for found in areas_named(area)[:MOST]],
        accused=[(unit, in_language(unit)) for unit in offices_called(accused)],
    )


def suggest(
    found: Found, *, text: str, place: str, face: Shown | None = None, point: tuple[float, float] | None = None
) -> Found:
    """Where the person named no agency: those that their words point to. A person decides, and nothing is filled in.

    point: latitude and longitude of their device. face: the portal that they write on. Its agency is one more
    suggestion, unless an office of it is one (R000-26).
    """
    guesses = suggest_agency(named=None, area=None, place=place, body=text, point=point)
    units = [(guess.unit, described(guess.unit)) for guess in guesses]
    why = {guess.unit.pk: guess.why for guess in guesses}
    if face and not any(face.agency in unit.ancestry for unit, _name in units):
        agency = Unit.objects.select_related("agency").get(pk=face.agency)
        units.append((agency, described(agency)))
        why[agency.pk] = _("You are on its portal.")
    return replace(found, units=units, is_suggested=True, why=why)


def chosen(found: Found, unit: str) -> Found:
    """The same with the suggestion that was chosen on a page before this one."""
    known = Unit.objects.working().filter(pk=int(unit)).first() if unit.isdecimal() and len(unit) < 19 else None
    return replace(found, units=[(known, described(known))], is_suggested=True) if known else found


def units_named(words: str) -> "Sequence[Unit]":
    """Working units whose name holds every word, agencies first, then the shortest name."""
    wanted = _all_words("name", words) | _all_words("name_en", words)
    if not wanted:
        return []
    agencies_first = Case(When(agency=F("pk"), then=Value(0)), default=Value(1), output_field=IntegerField())
    found = Unit.objects.working().filter(wanted).select_related("agency", "parent")
    return list(found.order_by(agencies_first, Length("name"), "name")[: MOST * 4])


def offices_called(words: str) -> "Sequence[Unit]":
    """The one office of exactly this name; else those whose name holds the words."""
    found = units_named(words)[:MOST]
    same = [unit for unit in found if words.strip().casefold() in {unit.name.casefold(), unit.name_en.casefold()}]
    return same if len(same) == 1 else found


def areas_named(words: str) -> "Sequence[Area]":
    """Regions, districts and villages whose name begins with the words before a comma; where the rest fits comes first.

    Written out in full ("Tegal Besar, Kaliwates, Kabupaten Jember, Jawa Timur") it is that one place alone.
    """
    first, _comma, rest = words.partition(",")
    name = " ".join(first.split())
    if len(name) < SHORTEST:
        return []
    begins = reduce(or_, (Q(name__istartswith=f"{kind}{name}") for kind in KINDS_OF_REGIONS), Q(name__istartswith=name))
    found = Area.objects.filter(begins).exclude(level=Area.Level.PROVINCE).select_related("parent__parent__parent")
    near = rest.split()
    ranked = sorted(
        found.order_by(Length("name"), "code")[:RANKED],
        key=lambda area: (-_fits(area, near), len(area.name), area.code),
    )
    exact = [area for area in ranked if placed(area).casefold() == " ".join(words.split()).casefold()]
    return exact if len(exact) == 1 else ranked[: MOST * 4]


def described(unit: Unit) -> str:
    """The name of a unit, and who holds its reports while its agency is not connected."""
    agency = unit.agency or unit
    name = in_language(unit)
    if agency.connected_on is not None:
        return name
    return _("%(name)s (not connected yet: %(holder)s looks after its reports)") % {
        "name": name,
        "holder": in_language(keeper_of(unit)),
    }


def keeper_of(unit: Unit) -> Unit:
    """Who holds a new report for this unit today."""
    return first_holder(unit.pk, on=timezone.now())


def placed(area: Area) -> str:
    """A place with what it lies in: "Tegal Besar, Kaliwates, Jember, Jawa Timur"."""
    names, at = [], area
    while at is not None:
        names.append(at.name)
        at = at.parent  # type: ignore[assignment]
    return ", ".join(names)


def _all_words(name: str, words: str) -> Q:
    parts = [word for word in words.split() if len(word) >= SHORTEST]
    return reduce(and_, (Q(**{f"{name}__icontains": part}) for part in parts), Q()) if parts else Q()


def _fits(area: Area, words: Sequence[str]) -> int:
    """How many of the words name something that the area lies in."""
    above = placed(area).casefold()
    return sum(word.strip(",.").casefold() in above for word in words)
