"""Where the demo's reports lie: real districts and villages, and points that are invented around their middles."""

from dataclasses import dataclass
from random import Random

from tuntas.organizations.models import Area

SPREAD = 0.006  # degrees, about 650 m: most points stay within their district
# Districts of the agencies that the demo writes to, each with about where its middle lies (latitude, longitude).
MIDDLES = {
    "35-73": {
        "35.73.01": (-7.943, 112.643), "35.73.02": (-7.972, 112.627), "35.73.03": (-7.998, 112.656),
        "35.73.04": (-7.994, 112.613), "35.73.05": (-7.942, 112.613),
    },
    "35-09": {"35.09.19": (-8.188, 113.680), "35.09.20": (-8.142, 113.708), "35.09.21": (-8.172, 113.727)},
    "35-72": {"35.72.01": (-8.090, 112.155), "35.72.02": (-8.104, 112.162), "35.72.03": (-8.096, 112.177)},
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Spot:
    """One place of the demo. area: the code of its village, None in a register without the list of areas."""

    area: str | None
    latitude: float
    longitude: float


def spot(agency: str, key: str) -> Spot:
    """The place of the report `key` in the area of an agency (its unit's code); the same key, the same place."""
    dice = Random(f"spot/{agency}/{key}")  # noqa: S311  a story needs no secret dice; its own, so that no other is moved
    district, (latitude, longitude) = dice.choice(sorted(MIDDLES[agency].items()))
    villages = list(Area.objects.filter(parent=district).order_by("code").values_list("code", flat=True))
    return Spot(
        dice.choice(villages) if villages else None,
        round(dice.gauss(latitude, SPREAD), 5),
        round(dice.gauss(longitude, SPREAD), 5),
    )
