"""Finds the unit, the category and the area that an old register means by a name; and who would hold a report."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from django.utils import timezone
from django.utils.translation import gettext as _

from tuntas.intake.receiving import first_holder
from tuntas.operations.importing.mapping import Map, wrong
from tuntas.organizations.models import Area, Category, Unit, UnitKind
from tuntas.reports.states import FINAL, State
from tuntas.routing import verifying

OTHER = "LNY"  # Topik Lainnya
WITH_THE_AGENCY = frozenset({State.AWAITING_VERIFICATION, State.PENDING_INFO, State.AWAITING_DISPOSITION})
GOVERNMENT = "Pemerintah "
NO_LETTER = re.compile(r"[^\w]+")


@dataclass(frozen=True, slots=True)
class Desk:
    """Who answers for a report that an old register gives to a unit: `unit` when it has ended, else as its state asks.

    waits_for: the unit that is not connected yet, which takes the report over on the day it is.
    """

    unit: tuple[int, int]  # holder and its agency
    early: tuple[int, int]
    late: tuple[int, int]
    waits_for: int | None

    def holder(self, state: str) -> tuple[int, int]:
        if state in FINAL:
            return self.unit
        return self.early if state in WITH_THE_AGENCY else self.late


@dataclass(slots=True)
class Names:
    """Codes by name. A name that two bear leads nowhere."""

    codes: dict[str, str] = field(default_factory=dict)
    shared: set[str] = field(default_factory=set)

    def learn(self, name: str, code: str) -> None:
        key = simple(name)
        if key and self.codes.setdefault(key, code) != code:
            self.shared.add(key)

    def find(self, name: str) -> str | None:
        key = simple(name)
        return None if key in self.shared else self.codes.get(key)


class Directory:
    """The register's units, categories and areas as one import needs them, asked for once each.

    at: the instant of the import, for which connection is judged. Raises Incomplete for codes in the map that are not
    in this register.
    """

    def __init__(self, mapping: Map, at: datetime) -> None:
        self.mapping, self.at = mapping, at
        self._categories = {category.pk: category for category in Category.objects.all()}
        self.categories = {category.code: category.pk for category in self._categories.values()}
        self._desks: dict[str, Desk] = {}
        self._check()

    @cached_property
    def category_names(self) -> Names:
        names = Names()
        for category in Category.objects.order_by("code"):
            for name in {category.code, category.name, category.name_en}:
                names.learn(name, category.code)
        return names

    @cached_property
    def unit_names(self) -> Names:
        """Units below the scope by code, by full name, and by their name without that of their region."""
        names, scope = Names(), self.scope
        units = Unit.objects.working().select_related("agency").order_by("pk")
        for unit in units.under(scope) if scope else units:
            region = unit.agency.name.removeprefix(GOVERNMENT) if unit.agency else ""
            for name in {unit.code, unit.name, unit.name.removesuffix(region)}:
                names.learn(name, unit.code)
        return names

    @cached_property
    def scope(self) -> Unit | None:
        code = self.mapping.agencies_under
        return Unit.objects.get(code=code) if code else None

    @cached_property
    def default_unit(self) -> str:
        """The code of the unit for reports that name none: the map's, else that of the scope, else of the nation."""
        given = self.mapping.defaults.get("agency") or self.mapping.agencies_under
        return given or Unit.objects.get(kind=UnitKind.NATION).code

    @property
    def default_category(self) -> str:
        return self.mapping.defaults.get("category", OTHER)

    def desk(self, code: str) -> Desk:
        if code not in self._desks:
            self._desks[code] = _desk(Unit.objects.select_related("agency").get(code=code), self.at)
        return self._desks[code]

    def queue(self, report_class: str, category: int) -> str:
        """The closed queue in which a report of this class and category lies, as at its verification; '' for none."""
        return verifying.closed_queue_of(report_class, self._categories[category])

    def _check(self) -> None:
        """Every code that the map names is there before the first row is read."""
        words = self.mapping.values
        units = {*words.get("agency", {}).values(), self.mapping.agencies_under, self.default_unit} - {""}
        _all_there("agency", units, Unit.objects.filter(code__in=units).values_list("code", flat=True))
        areas = {*words.get("area", {}).values(), self.mapping.defaults.get("area", "")} - {""}
        _all_there("area", areas, Area.objects.filter(code__in=areas).values_list("code", flat=True))
        _all_there("category", {*words.get("category", {}).values(), self.default_category}, self.categories)


def simple(name: str) -> str:
    """A name for comparison: no case, no accents, no punctuation."""
    letters = unicodedata.normalize("NFKD", name.casefold())
    return NO_LETTER.sub(" ", "".join(c for c in letters if not unicodedata.combining(c))).strip()


def _all_there(what: str, wanted: set[str], known: Iterable[str]) -> None:
    missing = sorted(wanted - set(known))
    if missing:
        raise wrong(_("This register has no %(what)s with the code “%(code)s”.") % {"what": what, "code": missing[0]})


def _desk(unit: Unit, at: datetime) -> Desk:
    agency = unit.agency or unit
    own = (unit.pk, agency.pk)
    if agency.connected_on and agency.connected_on <= timezone.localdate(at):
        return Desk(own, (agency.pk, agency.pk), own, None)
    holder = first_holder(unit.pk, on=at)
    above = (holder.pk, holder.agency_id or holder.pk)
    return Desk(own, above, above, unit.pk)
