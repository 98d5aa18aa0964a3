"""In which regency or city a position lies, and which villages are nearest; a suggestion: a person decides (ADR 0031).

Outlines and middles come with the product (`packs/borders`, README there). Both are read once, when first asked for,
and need no database. The outlines are simplified: within `BLUR` of a border the neighbour is named as well.
"""

import gzip
import json
import math
from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from tuntas.kernel.packs import pack

KILOMETRES = 111.32  # of a degree of latitude
BLUR = 2.0  # kilometres by which an outline may be off
SHORE = 5.0  # kilometres from the nearest outline up to which a position still belongs to it: piers, boats, reefs
FAR = 30.0  # kilometres from a village's middle beyond which it is no answer; in Papua villages lie that far apart
MOST_VILLAGES = 4
CELL = 1_000  # ten-thousandths of a degree: the side of a square of the index, 11 km
FINE = 10_000  # middles are kept in ten-thousandths of a degree, outlines in thousandths
COARSE = 1_000

Point = tuple[float, float]  # longitude, latitude in degrees
Box = tuple[float, float, float, float]  # south, north, west, east in degrees


@dataclass(frozen=True, slots=True)
class Located:
    """Where a position lies, by codes: regencies or cities, the likeliest first; villages, the nearest first."""

    regencies: Sequence[str]
    villages: Sequence[str]


@dataclass(frozen=True, slots=True)
class Outline:
    """A regency or city. rings: closed lines of its parts, holes among them; arcs: each ring as numbers of arcs of the
    atlas, ~n is the arc n run backwards."""

    code: str
    box: Box
    rings: Sequence[Sequence[Point]]
    arcs: Sequence[Sequence[int]]

    def encloses(self, point: Point) -> bool:
        """By the even-odd rule: a line from the point to the east crosses the rings an odd number of times."""
        (x, y), inside = point, False
        for ring in self.rings:
            for (x1, y1), (x2, y2) in pairwise(ring):
                if (y1 > y) != (y2 > y) and x < x1 + (x2 - x1) * (y - y1) / (y2 - y1):
                    inside = not inside
        return inside


def locate(latitude: float, longitude: float) -> Located | None:
    """None for a position at sea or abroad. Degrees; anything that is no place on earth is nowhere."""
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    here = (longitude, latitude)
    ranked = sorted((_distance(outline, here), outline.code) for outline in _around(here))
    within = [(away, code) for away, code in ranked if away <= (BLUR if ranked[0][0] <= BLUR else SHORE)]
    if not within:
        return None
    regencies = [code for _away, code in within]
    return Located(regencies, _villages(here, regencies))


@dataclass(frozen=True, slots=True)
class Atlas:
    """arcs: the lines that outlines are made of, each shared by those on both sides of it. outlines: by code."""

    arcs: Sequence[Sequence[Point]]
    outlines: Mapping[str, Outline]


@cache
def atlas() -> Atlas:
    read = json.loads(pack("borders/outlines.json").read_text(encoding="ascii"))
    arcs = [_line(steps) for steps in read["arcs"]]
    return Atlas(arcs, {code: _outline(code, shapes, arcs) for code, shapes in read["areas"].items()})


def _line(steps: Sequence[int]) -> list[Point]:
    x = y = 0
    corners = []
    for step_x, step_y in zip(steps[::2], steps[1::2], strict=True):
        x, y = x + step_x, y + step_y
        corners.append((x / COARSE, y / COARSE))
    return corners


def _outline(code: str, shapes: Sequence[Sequence[Sequence[int]]], arcs: Sequence[Sequence[Point]]) -> Outline:
    numbers = [ring for shape in shapes for ring in shape]
    rings = [_ring(ring, arcs) for ring in numbers]
    lons = [lon for ring in rings for lon, _lat in ring]
    lats = [lat for ring in rings for _lon, lat in ring]
    return Outline(code, (min(lats), max(lats), min(lons), max(lons)), rings, numbers)


def _ring(numbers: Sequence[int], arcs: Sequence[Sequence[Point]]) -> list[Point]:
    """The corners of a ring, the first again at its end."""
    corners: list[Point] = []
    for number in numbers:
        line = arcs[~number][::-1] if number < 0 else arcs[number]
        corners.extend(line[1:] if corners else line)
    return corners


def _around(here: Point) -> Iterator[Outline]:
    (lon, lat), margin = here, SHORE / KILOMETRES
    for outline in atlas().outlines.values():
        south, north, west, east = outline.box
        if south - margin <= lat <= north + margin and west - margin <= lon <= east + margin:
            yield outline


def _distance(outline: Outline, here: Point) -> float:
    """Kilometres to the outline; 0 within it."""
    if outline.encloses(here):
        return 0.0
    return min(_to_side(here, one, other) for ring in outline.rings for one, other in pairwise(ring))


def _to_side(here: Point, one: Point, other: Point) -> float:
    """Kilometres from a point to a line between two others, on the flat: good enough for a few kilometres."""
    flat = math.cos(math.radians(here[1]))
    x, y = (one[0] - here[0]) * flat, one[1] - here[1]
    dx, dy = (other[0] - one[0]) * flat, other[1] - one[1]
    length = dx * dx + dy * dy
    along = max(0.0, min(1.0, -(x * dx + y * dy) / length)) if length else 0.0
    return KILOMETRES * math.hypot(x + along * dx, y + along * dy)


# Villages ----------------------------------------------------------------------------------------


class _Middles:
    """The middles of 83 thousand villages, by squares of about 11 km: 4 MB, read in a fifth of a second."""

    def __init__(self) -> None:
        self.codes, self.lats, self.lons = array("Q"), array("i"), array("i")
        self.squares: dict[tuple[int, int], array[int]] = {}
        lines = gzip.decompress(pack("borders/middles.csv.gz").read_bytes()).decode("ascii").splitlines()
        for number, line in enumerate(lines):
            code, lat, lon = line.split(",")
            self.codes.append(int(code.replace(".", "")))
            self.lats.append(int(lat))
            self.lons.append(int(lon))
            square = self.lats[number] // CELL, self.lons[number] // CELL
            self.squares.setdefault(square, array("I")).append(number)

    def near(self, here: Point, reach: int) -> Iterator[tuple[float, str]]:
        """(kilometres, code) of those in the squares up to `reach` squares away."""
        lon, lat = here[0] * FINE, here[1] * FINE
        row, column = math.floor(lat / CELL), math.floor(lon / CELL)
        flat, size = math.cos(math.radians(here[1])), KILOMETRES / FINE
        for y in range(row - reach, row + reach + 1):
            for x in range(column - reach, column + reach + 1):
                for number in self.squares.get((y, x), ()):
                    away = size * math.hypot((self.lons[number] - lon) * flat, self.lats[number] - lat)
                    yield away, _dotted(self.codes[number])


@cache
def _middles() -> _Middles:
    return _Middles()


def middle_of(village: str) -> Point | None:
    """(longitude, latitude) of the middle of a village by its code, None where it is not known."""
    held, wanted = _middles(), int(village.replace(".", ""))
    number = bisect_left(held.codes, wanted)
    if number == len(held.codes) or held.codes[number] != wanted:
        return None
    return held.lons[number] / FINE, held.lats[number] / FINE


def _villages(here: Point, regencies: Sequence[str]) -> list[str]:
    """The nearest in these regencies. A square beyond the eight around is asked only where these are empty."""
    for reach in (1, 3):
        found = sorted(
            (away, code) for away, code in _middles().near(here, reach) if code[:5] in regencies and away <= FAR
        )
        if found:
            return [code for _away, code in found[:MOST_VILLAGES]]
    return []


def _dotted(code: int) -> str:
    digits = str(code)
    return f"{digits[:2]}.{digits[2:4]}.{digits[4:6]}.{digits[6:]}"
