"""The land under the public map: coasts, borders of provinces and of regencies, and names that say where one is.

From the outlines that came with the product (`packs/borders`), drawn anew for each picture as coarse as it is shown.
Nothing here says where a border lawfully runs.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from statistics import fmean

from tuntas.organizations.locating import Outline, atlas
from tuntas.portal.drawing import WIDTH, View, closed_path, open_path, simplified

NATION = (-11.2, 6.3, 94.8, 141.2)  # degrees: south, north, west, east
NARROWEST = {2: 1.0, 5: 0.2}  # degrees from west to east that a picture of a province, of a regency shows at least
MARGIN = 0.04  # of the width, around what is looked at
COARSE = 1.5  # units of the drawing by which a line may be off: half a pixel on a phone
SMALLEST = 4.0  # units from end to end of an island that is drawn
NET = 12  # meshes of the net that is laid over the picture of a regency, each way

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Land:
    """Outlines for SVG. here: what the picture is of; around: what lies beside it; borders between provinces, between
    regencies and cities."""

    here: str
    around: str
    provinces: str
    regencies: str


@lru_cache(maxsize=64)
def box_of(within: str) -> Box:
    """What the picture of an area shows: "" for the nation, else the code of a province, regency or city."""
    boxes = [outline.box for outline in _parts(within)]
    if not within or not boxes:
        return NATION
    south, north = min(box[0] for box in boxes), max(box[1] for box in boxes)
    west, east = min(box[2] for box in boxes), max(box[3] for box in boxes)
    # Never higher than it is wide, for a phone is narrow; and never so close that one town fills it.
    wide = (1 + 2 * MARGIN) * max(east - west, north - south, NARROWEST[len(within)])
    higher = max(MARGIN * wide, (0.6 * wide - (north - south)) / 2)
    return south - higher, north + higher, (west + east - wide) / 2, (west + east + wide) / 2


@lru_cache(maxsize=64)
def land(within: str) -> Land:
    """What lies in the picture of an area."""
    view = View(box_of(within))
    inside = {outline.code for outline in _parts(within)}
    shown = {outline.code for outline in atlas().outlines.values() if view.shows(outline.box)} | inside
    near, lines = _sides(shown), {"province": "", "regency": ""}
    for number, sides in near.items():
        provinces = {code[:2] for code in sides}
        if len(sides) == 2 and (len(provinces) == 2 or (within and sides & inside)):
            lines["province" if len(provinces) == 2 else "regency"] += open_path(_line(number, view))
    return Land(
        here=_outlines(inside, view),
        around=_outlines(shown - inside, view),
        provinces=lines["province"],
        regencies=lines["regency"],
    )


@lru_cache(maxsize=64)
def middles(within: str) -> Sequence[tuple[str, float, float]]:
    """(code, latitude, longitude) of the areas that are named in the picture of an area, the largest there first.

    Provinces of the nation, regencies and cities of a province; those that a regency's picture shows, each where it is
    seen.
    """
    if len(within) == 5:
        return _seen(View(box_of(within)))
    groups: defaultdict[str, list[Outline]] = defaultdict(list)
    for outline in _parts(within):
        groups[outline.code[: 5 if within else 2]].append(outline)
    found: list[tuple[float, str, float, float]] = []
    for code, outlines in groups.items():
        rings = [_middle(ring) for outline in outlines for ring in outline.rings]
        if size := sum(ring[0] for ring in rings):
            lat, lon = (sum(ring[0] * ring[k] for ring in rings) / size for k in (1, 2))
            found.append((size, code, lat, lon))
    return [(code, lat, lon) for _size, code, lat, lon in sorted(found, reverse=True)]


def _seen(view: View) -> list[tuple[str, float, float]]:
    """Areas by the points of a net over the picture that lie in them; each at the middle of its points."""
    south, north, west, east = view.box
    near = [outline for outline in atlas().outlines.values() if view.shows(outline.box)]
    points: defaultdict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in range(1, NET):
        for column in range(1, NET):
            lat, lon = south + (north - south) * row / NET, west + (east - west) * column / NET
            for outline in near:
                if outline.encloses((lon, lat)):
                    points[outline.code].append((lat, lon))
    ranked = sorted(points.items(), key=lambda item: (-len(item[1]), item[0]))
    return [(code, fmean(lat for lat, _lon in at), fmean(lon for _lat, lon in at)) for code, at in ranked]


def _parts(within: str) -> Iterator[Outline]:
    return (outline for outline in atlas().outlines.values() if outline.code.startswith(within))


def _sides(codes: Collection[str]) -> Mapping[int, set[str]]:
    """By number of an arc: on whose side it lies, of these areas."""
    sides: defaultdict[int, set[str]] = defaultdict(set)
    for code in codes:
        for number in _numbers([code]):
            sides[max(number, ~number)].add(code)
    return sides


def _numbers(codes: Iterable[str]) -> Iterator[int]:
    return (number for code in codes for ring in atlas().outlines[code].arcs for number in ring)


def _outlines(codes: Collection[str], view: View) -> str:
    """The land of these areas together: arcs that only one of them has, joined where they meet."""
    directed = set(_numbers(codes))
    begins: defaultdict[tuple[float, float], list[int]] = defaultdict(list)
    for number in sorted(directed):
        if ~number not in directed:
            begins[_ends(number)[0]].append(number)
    drawn = []
    while begins:
        ring: list[tuple[float, float]] = []
        at = next(iter(begins))
        while numbers := begins.get(at):
            number = numbers.pop()
            if not numbers:
                del begins[at]
            ring += _line(number, view)
            at = _ends(number)[1]
        if _is_seen(ring, view):
            drawn.append(closed_path(ring))
    return "".join(drawn)


def _ends(number: int) -> tuple[tuple[float, float], tuple[float, float]]:
    arc = atlas().arcs[max(number, ~number)]
    return (arc[-1], arc[0]) if number < 0 else (arc[0], arc[-1])


def _line(number: int, view: View) -> list[tuple[float, float]]:
    """An arc in units; what lies outside of the picture altogether is drawn straight, from end to end."""
    arc = atlas().arcs[max(number, ~number)]
    points = [view.place(lat, lon) for lon, lat in arc]
    xs, ys = [x for x, _y in points], [y for _x, y in points]
    is_outside = max(xs) < 0 or min(xs) > WIDTH or max(ys) < 0 or min(ys) > view.height
    line = [points[0], points[-1]] if is_outside and arc[0] != arc[-1] else simplified(points, COARSE)
    return line[::-1] if number < 0 else line


def _is_seen(ring: Sequence[tuple[float, float]], view: View) -> bool:
    xs, ys = [x for x, _y in ring], [y for _x, y in ring]
    is_large = max(max(xs) - min(xs), max(ys) - min(ys)) >= SMALLEST
    return is_large and max(xs) >= 0 and min(xs) <= WIDTH and max(ys) >= 0 and min(ys) <= view.height


def _middle(ring: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """(size, latitude, longitude) of what a ring encloses; holes count as nothing."""
    size = x = y = 0.0
    for (x1, y1), (x2, y2) in pairwise(ring):
        cross = x1 * y2 - x2 * y1
        size, x, y = size + cross, x + (x1 + x2) * cross, y + (y1 + y2) * cross
    # Around land rings run clockwise, around what is cut out of it the other way.
    return (-size, y / (3 * size), x / (3 * size)) if size < 0 else (0.0, 0.0, 0.0)
