"""Agencies of the nation, and the offices of a region made from templates (R002-03, R003-54, R004-06)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.db import transaction
from django.utils.translation import gettext as _

from tuntas.kernel.packs import Loaded, Progress, Row, pack, rows, silent
from tuntas.kernel.refusals import Refusal
from tuntas.organizations.loading.tree import SINCE, EdgeRow, UnitRow, load_supervision, load_units
from tuntas.organizations.models import Area, UnitKind

TEMPLATES = "organizations/office_templates.csv"
NATION = "nation"
HOME_AFFAIRS = "kemendagri"
UU_23 = "UU 23/2014"
CALENDARS = {"Asia/Jakarta": "wib-5", "Asia/Makassar": "wita-5", "Asia/Jayapura": "wit-5"}
ENGLISH = {
    Area.Level.PROVINCE: "Province of {}",
    Area.Level.REGENCY: "Regency of {}",
    Area.Level.CITY: "City of {}",
}
PREFIXES = ("Kabupaten ", "Kota ", "Administrasi ")


@transaction.atomic
def load_agencies(*, progress: Progress = silent) -> Loaded:
    """The nation, the national agencies of the pack, and every province, regency and city as an agency.

    They are not connected: a report for them is held by their supervisor until they are. Needs the areas and the
    calendars. Who supervises whom comes with them: the home ministry the provinces, a province its regencies.
    """
    regions = list(Area.objects.filter(level__in=ENGLISH).order_by("code"))
    national = rows(pack("organizations/national_agencies.csv"), needs=("code", "kind", "name", "parent"))
    units = [_nation(), *map(_national, national), *map(_region, regions)]
    edges = [edge for row in national if (edge := _guidance(row))] + list(map(_supervision, regions))
    loaded = Loaded(_("agencies"))
    loaded.take(load_units(units, progress=progress))
    loaded.take(load_supervision(edges, progress=progress))
    return loaded


@transaction.atomic
def load_regions(codes: Sequence[str], *, progress: Progress = silent) -> Loaded:
    """Make the offices of chosen provinces, regencies or cities from the templates.

    codes: area codes such as `35` or `35.78`. A regency or city gets its offices, a puskesmas and a seat for the
    schools per district, and its district and village offices; a province gets its own offices only.
    Needs the agencies; without them every row is refused for its parent.
    Raises Refusal for a code that is no such area.
    """
    loaded = Loaded(_("offices"))
    for code in codes:
        loaded.take(load_units(list(offices_of(_chosen(code))), progress=progress))
    return loaded


def offices_of(region: Area) -> Iterator[UnitRow]:
    """Every office that the templates give this region, parents first."""
    places = _Places(region)
    for template in rows(pack(TEMPLATES), needs=("code", "for_kinds", "kind", "name", "per")):
        if region.level in template.words("for_kinds"):
            for place in places.each(template.text("per")):
                yield _office(template, region, place)


def agency_code(region: Area) -> str:
    """The code of the agency that governs an area: `35.78` -> `35-78`."""
    return region.code.replace(".", "-")


def name_of(region: Area) -> str:
    """What stands behind the name of an office: `Kota Surabaya`, `Provinsi Jawa Timur`."""
    return f"Provinsi {region.name}" if region.level == Area.Level.PROVINCE else region.name


def english_name_of(region: Area) -> str:
    name = region.name
    for prefix in PREFIXES:
        name = name.removeprefix(prefix)
    return ENGLISH[Area.Level(region.level)].format(name)


@dataclass(frozen=True)
class _Places:
    """The places of a region that offices are made for."""

    region: Area

    def each(self, per: str) -> list[Area]:
        return {
            "region": [self.region],
            "part": self._parts,
            "district": self._districts,
            "urban_village": [area for area in self._villages if area.level == Area.Level.URBAN_VILLAGE],
            "village": [area for area in self._villages if area.level == Area.Level.VILLAGE],
        }[per]

    @property
    def _parts(self) -> list[Area]:
        return list(self.region.parts.order_by("code"))

    @cached_property
    def _districts(self) -> list[Area]:
        return list(Area.objects.filter(parent=self.region).order_by("code"))

    @cached_property
    def _villages(self) -> list[Area]:
        return list(Area.objects.filter(parent__parent=self.region).order_by("code"))


def _office(template: Row, region: Area, place: Area) -> UnitRow:
    code = template.text("code")
    # What is made per place is addressed by the place, so that a new district adds rows and renames none.
    under = template.text("under")
    above = f"{_home(place, region, under)}-{under}" if under else agency_code(region)
    named = {
        "region": name_of(region),
        "part": place.name,
        "district": place.name,
        "village": place.name,
    }
    return UnitRow(
        code=f"{agency_code(place)}-{code}",
        name=template.text("name").format(**named),
        name_en=template.text("name_en").format(**{**named, "region": english_name_of(region)}),
        kind=template.text("kind"),
        parent=above,
        area=place.code,
        template=code,
        categories=tuple(template.words("categories")),
        source=template,
    )


def _home(place: Area, region: Area, under: str) -> str:
    """Where the office above is addressed: a village office hangs below its district, the rest below the region."""
    return str(place.parent_id).replace(".", "-") if under == "kecamatan" else agency_code(region)


def _chosen(code: str) -> Area:
    region = Area.objects.filter(code=code, level__in=ENGLISH).first()
    if region is None:
        raise Refusal(
            _("No offices were made for %(code)s.") % {"code": code},
            why=_("No province, regency or city has this code."),
            instead=_("Give a code such as 35 or 35.78; load the areas first: tuntas load areas."),
        )
    return region


def _nation() -> UnitRow:
    return UnitRow(code=NATION, name="Indonesia", name_en="Indonesia", kind=UnitKind.NATION, calendar="wib-5")


def _national(row: Row) -> UnitRow:
    return UnitRow(
        code=row.text("code"),
        name=row.text("name"),
        name_en=row.text("name_en"),
        kind=row.text("kind"),
        parent=row.text("parent"),
        calendar=CALENDARS["Asia/Jakarta"],
        categories=tuple(row.words("categories")),
        closed_on=row.day("valid_to"),
        source=row,
    )


def _region(region: Area) -> UnitRow:
    """A region governs itself: it hangs below the nation, and its province watches it by the supervision edge alone.

    Were it below the province by the parent edge, the province's officers would see and move its reports (ADR 0003).
    """
    return UnitRow(
        code=agency_code(region),
        name=f"Pemerintah {name_of(region)}",
        name_en=f"Government of the {english_name_of(region)}",
        kind=region.level,
        parent=NATION,
        area=region.code,
        calendar=CALENDARS[region.zone],
        template="region",
    )


def _guidance(row: Row) -> EdgeRow | None:
    """A ministry that guides others (UU 25/2009), where the pack names one."""
    if not row.text("supervisor"):
        return None
    return EdgeRow(
        supervisor=row.text("supervisor"),
        supervised=row.text("code"),
        valid_from=row.day("valid_from") or SINCE,
        legal_source="UU 25/2009",
        source=row,
    )


def _supervision(region: Area) -> EdgeRow:
    """The home ministry supervises provinces, the governor regencies and cities."""
    return EdgeRow(
        supervisor=str(region.parent_id) if region.parent_id else HOME_AFFAIRS,
        supervised=agency_code(region),
        legal_source=UU_23,
    )


def coordinator_templates() -> Iterable[str]:
    """Templates of the offices that hold the coordinator's seat (AGENCY_ADMIN) of a region (R004-06)."""
    given = rows(pack(TEMPLATES))
    return [row.text("code") for row in given if row.is_yes("is_coordinator")]
