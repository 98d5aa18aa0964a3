"""The public map: where the public reports lie, by hexagons and by places, for the nation, a province, a regency.

Everything comes from the night's counting (`insight.counting`), in whole groups of five; nothing is counted here.
"""

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import groupby, pairwise
from statistics import median
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from h3.api import basic_int as h3

from tuntas.insight.counting import PERIODS
from tuntas.insight.models import STEP, Hexagon, MapPicture, PlaceCount
from tuntas.kernel.packs import pack
from tuntas.organizations.models import Area
from tuntas.portal import narrowing
from tuntas.portal.names import of_area
from tuntas.portal.pages import for_everyone
from tuntas.web.hosts import face_of

ALL = "nasional"  # asks for the nation where a map begins with less
WIDTH = 1000.0  # units of the drawing
NATION = (-11.2, 6.3, 94.8, 141.2)  # degrees: south, north, west, east of the first picture
FAR = {2: 6.0, 5: 1.5}  # degrees from the middle beyond which a point of an area is a slip of somebody's finger
SHADES = 5
MOST_HEXAGONS = 700  # drawn at once, the fullest first: what a cheap phone can still show
NAMED = 8  # places whose name stands in the drawing
APART = 90.0  # units between two names
SIDE = 150.0  # units from an edge within which a name would run over it
NARROWEST = {2: 2.0, 5: 0.4}  # degrees from west to east that a picture of an area shows at least


class Cut(forms.Form):
    """The filters above the map, by the names that the list knows them by: what one shows, the other lists."""

    kategori = narrowing.one_of(_("Category"))
    waktu = narrowing.one_of(_("Time"))

    def __init__(self, data: QueryDict) -> None:
        super().__init__(data)
        times = narrowing.TIMES.items()
        narrowing.offer(self, "kategori", narrowing.kinds())
        narrowing.offer(self, "waktu", [(name, words) for name, (words, days) in times if days in PERIODS])
        self.is_valid()
        self.facts: dict[str, str] = {name: str(value) for name, value in self.cleaned_data.items() if value}

    @property
    def rows(self) -> dict[str, Any]:
        """Which of the night's pictures it is."""
        return {"category": self.facts.get("kategori", ""), "days": int(self.facts.get("waktu", 0))}

    def map_of(self, code: str) -> str:
        """The address of the same picture of another area; "" for the nation."""
        return _address("portal:map", {"di": code} | self.facts)

    def reports_of(self, code: str) -> str:
        """The address of the list of what the picture of an area shows; "" for the nation."""
        return _address("portal:reports", {"tempat": code} | self.facts)


def _address(name: str, asked: Mapping[str, str]) -> str:
    words = urlencode({key: value for key, value in asked.items() if value})
    return reverse(name) + (f"?{words}" if words else "")


@dataclass(frozen=True, slots=True)
class Drawn:
    """All hexagons that lead to one place: outlines for SVG by shade (1-5), and where they lead; "" for nowhere."""

    name: str
    address: str
    paths: Sequence[tuple[int, str]]


@dataclass(frozen=True, slots=True)
class Label:
    """A name in the drawing; side: start, middle or end, so that none runs over the edge."""

    x: float
    y: float
    name: str
    side: str


@dataclass(frozen=True, slots=True)
class Line:
    """One place of the list beside the map. deeper: its own map, empty where there is none."""

    name: str
    n: int
    deeper: str
    reports: str


@dataclass(frozen=True)
class View:
    """How degrees become units of the drawing. box: south, north, west, east."""

    box: tuple[float, float, float, float]

    @cached_property
    def scale(self) -> float:
        return WIDTH / max(0.02, (self.box[3] - self.box[2]) * self.flat)

    @cached_property
    def flat(self) -> float:
        """How much shorter a degree to the east is than one to the north, in the middle of the picture."""
        return math.cos(math.radians((self.box[0] + self.box[1]) / 2))

    @property
    def height(self) -> int:
        return max(120, round((self.box[1] - self.box[0]) * self.scale))

    def place(self, latitude: float, longitude: float) -> tuple[float, float]:
        return (longitude - self.box[2]) * self.flat * self.scale, (self.box[1] - latitude) * self.scale


@require_safe
@for_everyone
def page(request: HttpRequest) -> HttpResponse:
    """GET /peta: the map and the list of its places. ?di= the code of a province, regency or city; ?kategori=, ?waktu=
    as in the list of reports. On an agency's portal its area, unless ?di= says another; ?di=nasional is the nation.
    """
    face, cut = face_of(request), Cut(request.GET)
    area = _area(request.GET.get("di", face.area if face else ""))
    whole = ALL if face else ""
    within = area.code if area else ""
    hexagons = list(Hexagon.objects.filter(within=within, **cut.rows).order_by("-n", "cell")[:MOST_HEXAGONS])
    names = _names({*(hexagon.leads_to for hexagon in hexagons)})
    view = View(_box(hexagons, within))
    context = {
        "area": area,
        "above": _above(area, cut, whole),
        "cut": cut,
        "all_of_it": _address("portal:map", {"di": within or whole}),
        "reports": cut.reports_of(within),
        "picture": MapPicture.objects.first(),
        "step": STEP,
        "view": view,
        "width": round(WIDTH),
        "coast": _coast(view),
        "drawn": _draw(hexagons, view, names, cut),
        "in_hexagons": sum(hexagon.n for hexagon in hexagons),
        "labels": _labels(hexagons, view, names),
        "legend": _legend(hexagons),
        "lines": _lines(within, cut),
    }
    return render(request, "portal/map.html", context)


def map_with(facts: Mapping[str, str], place: narrowing.Place | None) -> str:
    """The address of the map that shows what a list was narrowed to, as far as a map can: no district, no words."""
    within = place.area.code[:5] if place and place.area else ""
    kept = {name: value for name, value in facts.items() if name in Cut.base_fields}
    return _address("portal:map", {"di": within} | kept)


def _area(code: str) -> Area | None:
    levels = (Area.Level.PROVINCE, Area.Level.REGENCY, Area.Level.CITY)
    return Area.objects.select_related("parent").filter(code=code[:13].replace("\x00", ""), level__in=levels).first()


def _above(area: Area | None, cut: Cut, whole: str) -> list[tuple[str, str]]:
    """(address, name) of each wider map, the widest first; the nation has no name here. whole: what asks for it."""
    found: list[tuple[str, str]] = []
    while area is not None:
        found.insert(0, (cut.map_of(area.parent.code if area.parent else whole), _named(area.parent)))
        area = area.parent
    return found


def _named(area: Area | None) -> str:
    return of_area(area) if area else ""


def _lines(within: str, cut: Cut) -> list[Line]:
    counts = list(PlaceCount.objects.filter(within=within, **cut.rows).order_by("-n", "area"))
    names = _names({count.area for count in counts})
    return [
        Line(
            name=names.get(count.area, count.area),
            n=count.n,
            deeper=cut.map_of(count.area) if len(count.area) <= 5 else "",
            reports=cut.reports_of(count.area),
        )
        for count in counts
    ]


def _names(codes: Iterable[str]) -> dict[str, str]:
    return dict(Area.objects.filter(code__in=list(codes)).values_list("code", "name"))


def _box(hexagons: Sequence[Hexagon], within: str) -> tuple[float, float, float, float]:
    """What the picture shows: the nation whole, an area as far as its reports lie, single slips left aside."""
    if not within or not hexagons:
        return NATION
    middles = [h3.cell_to_latlng(hexagon.cell) for hexagon in hexagons]
    centre = median(lat for lat, _lon in middles), median(lon for _lat, lon in middles)
    near = [m for m in middles if max(abs(m[0] - centre[0]), abs(m[1] - centre[1])) <= FAR[len(within)]] or middles
    edge = 1.2 * math.degrees(h3.average_hexagon_edge_length(h3.get_resolution(hexagons[0].cell)) / 6371)
    south, north = min(m[0] for m in near) - edge, max(m[0] for m in near) + edge
    west, east = min(m[1] for m in near) - edge, max(m[1] for m in near) + edge
    # Never higher than it is wide, for a phone is narrow; and never so close that one town fills it.
    wide = max(east - west, north - south, NARROWEST[len(within)])
    wider, higher = (wide - (east - west)) / 2, max(0.0, 0.6 * wide - (north - south)) / 2
    return south - higher, north + higher, west - wider, east + wider


@cache
def _rings() -> list[list[tuple[float, float]]]:
    """The coast in degrees, each ring (longitude, latitude); none where the pack was not built."""
    try:
        read = json.loads(pack("areas/coast.json").read_text(encoding="ascii"))
    except FileNotFoundError:
        return []
    return [[(x / 100, y / 100) for x, y in ring] for ring in read]


def _coast(view: View) -> str:
    """The islands that the picture shows, as one outline for SVG."""
    south, north, west, east = view.box
    parts = []
    for ring in _rings():
        lons, lats = [lon for lon, _lat in ring], [lat for _lon, lat in ring]
        if max(lons) < west or min(lons) > east or max(lats) < south or min(lats) > north:
            continue
        parts.append(_path([view.place(lat, lon) for lon, lat in ring]))
    return "".join(parts)


def _draw(hexagons: Sequence[Hexagon], view: View, names: dict[str, str], cut: Cut) -> list[Drawn]:
    """One link a place and one outline a shade: a link for each hexagon would weigh ten times as much."""
    bounds = _bounds(hexagons)
    outlines: dict[str, dict[int, list[str]]] = {}
    for hexagon in hexagons:
        shade = 1 + sum(hexagon.n > bound for bound in bounds)
        outlines.setdefault(hexagon.leads_to, {}).setdefault(shade, []).append(_outline(hexagon.cell, view))
    return [
        Drawn(
            name=names.get(code, ""),
            address="" if not code else cut.map_of(code) if len(code) <= 5 else cut.reports_of(code),
            paths=[(shade, "".join(parts)) for shade, parts in sorted(shades.items())],
        )
        for code, shades in outlines.items()
    ]


def _outline(cell: int, view: View) -> str:
    return _path([view.place(*corner) for corner in h3.cell_to_boundary(cell)])


def _path(points: Sequence[tuple[float, float]]) -> str:
    """A closed path of whole units: where it begins, then steps; corners that fall on one unit are one."""
    corners = [corner for corner, _same in groupby((round(x), round(y)) for x, y in points)]
    steps = [f"{x - was_x} {y - was_y}" for (was_x, was_y), (x, y) in pairwise(corners)]
    return f"M{corners[0][0]} {corners[0][1]}l{' '.join(steps)}z" if steps else ""


def _bounds(hexagons: Sequence[Hexagon]) -> list[int]:
    """The largest count of each shade but the last: each as many times denser than the one before."""
    most = max((hexagon.n for hexagon in hexagons), default=0)
    if most <= STEP:
        return []
    return sorted({round(STEP * (most / STEP) ** (k / SHADES)) // STEP * STEP for k in range(1, SHADES)})


def _legend(hexagons: Sequence[Hexagon]) -> list[tuple[int, int, int]]:
    """(shade, from, to) of each shade in use."""
    if not hexagons:
        return []
    most = max(hexagon.n for hexagon in hexagons)
    ends = [*[bound for bound in _bounds(hexagons) if bound < most], most]
    starts = [STEP, *[end + STEP for end in ends[:-1]]]
    return [(shade, start, end) for shade, (start, end) in enumerate(zip(starts, ends, strict=True), start=1)]


def _labels(hexagons: Sequence[Hexagon], view: View, names: dict[str, str]) -> list[Label]:
    """The fullest places by name, each once, none on top of another."""
    found: list[Label] = []
    for hexagon in hexagons:
        name = names.get(hexagon.leads_to, "")
        x, y = view.place(*h3.cell_to_latlng(hexagon.cell))
        crowded = any(name == other.name or math.hypot(x - other.x, 2.5 * (y - other.y)) < APART for other in found)
        if name and not crowded:
            side = "start" if x < SIDE else "end" if x > WIDTH - SIDE else "middle"
            found.append(Label(round(x), round(y), name, side))
        if len(found) == NAMED:
            break
    return found
