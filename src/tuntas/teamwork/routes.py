"""The order in which jobs are visited: what cannot wait first, then always the nearest next. Pure arithmetic."""

from collections.abc import Sequence
from math import asin, cos, radians, sin, sqrt
from typing import Protocol, TypeVar

EARTH = 6371.0  # kilometres


class Somewhere(Protocol):
    """Anything with a place, or without one."""

    @property
    def latitude(self) -> float | None: ...
    @property
    def longitude(self) -> float | None: ...


Place = TypeVar("Place", bound=Somewhere)
Point = tuple[float, float]


def point_of(place: Somewhere) -> Point | None:
    if place.latitude is None or place.longitude is None:
        return None
    return place.latitude, place.longitude


def kilometres(here: Point, there: Point) -> float:
    """The way between two points as the crow flies (haversine); degrees in, kilometres out."""
    up, across = radians(there[0] - here[0]), radians(there[1] - here[1])
    half = sin(up / 2) ** 2 + cos(radians(here[0])) * cos(radians(there[0])) * sin(across / 2) ** 2
    return 2 * EARTH * asin(sqrt(min(1.0, half)))


def nearest_next(places: Sequence[Place], *, start: Point | None = None) -> list[tuple[Place, float | None]]:
    """Each place with the kilometres from the one before it. The first of `places` comes first unless `start` is given.

    Those without coordinates come last, in the order given, without a distance.
    """
    left = [(place, point) for place in places if (point := point_of(place)) is not None]
    route: list[tuple[Place, float | None]] = []
    here = start
    while left:
        away = [0.0 if here is None else kilometres(here, point) for _place, point in left]
        index = 0 if here is None else away.index(min(away))
        place, here_next = left.pop(index)
        route.append((place, None if here is None else away[index]))
        here = here_next
    return route + [(place, None) for place in places if point_of(place) is None]
