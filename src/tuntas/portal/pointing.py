"""What the position of a device says: a region, and places near it to choose from. The person decides (ADR 0031)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from tuntas.organizations.locating import locate
from tuntas.organizations.models import Area
from tuntas.portal.looking_up import placed

MOST = {"latitude": 90.0, "longitude": 180.0}  # degrees


@dataclass(frozen=True, slots=True)
class Pointed:
    """Where a position lies. regions: regencies or cities, the likeliest first; none at sea or abroad.

    places: villages near it, then the regions, each written out. is_broken: what the device said is no position.
    """

    regions: Sequence[Area] = ()
    places: Sequence[tuple[Area, str]] = ()
    is_broken: bool = False

    @property
    def words(self) -> str:
        """The region by name, or both where its border is near."""
        names = [area.name for area in self.regions[:2]]
        return _("%(one)s or %(other)s") % {"one": names[0], "other": names[1]} if len(names) > 1 else "".join(names)

    def is_elsewhere(self, areas: Sequence[tuple[Area, str]]) -> bool:
        """Whether all of these areas, which somebody typed, lie in other regions than the position."""
        own = {area.code for area in self.regions}
        return bool(own and areas) and all(len(area.code) >= 5 and area.code[:5] not in own for area, _name in areas)


def degrees(words: object, most: float) -> float | None:
    """What a device wrote as degrees; None for anything that is none: NaN, 1e999, a word, 200 degrees."""
    try:
        found = float(str(words))
    except ValueError:
        return None
    return found if abs(found) <= most else None


def at(typed: Mapping[str, str]) -> Pointed | None:
    """What `latitude` and `longitude` of a form say; None when the device said nothing."""
    told = [typed.get(name, "").strip() for name in MOST]
    if not any(told):
        return None
    latitude, longitude = (degrees(words, most) for words, most in zip(told, MOST.values(), strict=True))
    if latitude is None or longitude is None:
        return Pointed(is_broken=True)
    found = locate(latitude, longitude)
    if found is None:
        return Pointed()
    codes = [*found.villages, *found.regencies]
    known = Area.objects.select_related("parent__parent__parent").in_bulk(codes)
    areas = [known[code] for code in codes if code in known]
    return Pointed(
        regions=[area for area in areas if area.code in found.regencies],
        places=[(area, placed(area)) for area in areas],
    )
