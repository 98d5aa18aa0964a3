"""Where the demo's reports lie: real villages of the agencies that it writes to, near their middles."""

from dataclasses import dataclass
from random import Random

from tuntas.organizations.locating import middle_of
from tuntas.organizations.models import Area

SPREAD = 0.003  # degrees, about 300 m: most points stay within their village
SOMEWHERE = (112.63, -7.98)  # longitude and latitude in a register without the list of areas


@dataclass(frozen=True, slots=True)
class Spot:
    """One place of the demo. area: the code of its village, None in a register without the list of areas."""

    area: str | None
    latitude: float
    longitude: float


def spot(agency: str, key: str) -> Spot:
    """The place of the report `key` in the area of an agency (its unit's code); the same key, the same place."""
    dice = Random(f"spot/{agency}/{key}")  # noqa: S311  a story needs no secret dice; its own, so that no other is moved
    known = Area.objects.filter(code__startswith=agency.replace("-", ".") + ".", parent__parent__parent__isnull=False)
    villages = list(known.order_by("code").values_list("code", flat=True))
    village = dice.choice(villages) if villages else None
    longitude, latitude = (village and middle_of(village)) or SOMEWHERE
    return Spot(village, round(dice.gauss(latitude, SPREAD), 5), round(dice.gauss(longitude, SPREAD), 5))
