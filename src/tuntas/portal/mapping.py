"""The public map: where the public reports lie, by hexagons and by places, for the nation, a province, a regency.

Everything comes from the night's counting (`insight.counting`), in whole groups of five; nothing is counted here.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
from tuntas.organizations.models import Area
from tuntas.portal import borders, narrowing
from tuntas.portal.drawing import WIDTH, View, closed_path
from tuntas.portal.names import of_area
from tuntas.portal.pages import for_everyone
from tuntas.web.hosts import face_of

ALL = "nasional"  # asks for the nation where a map begins with less
SHADES = 5
MOST_HEXAGONS = 700  # drawn at once, the fullest first: what a cheap phone can still show
NAMED = 14  # places whose name stands in the drawing
LETTER, LINE = 19.0, 44.0  # units that a letter is wide and a line is high where they are largest, on a phone


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
    """A name in the drawing, around its point. is_quiet: only says where one is."""

    x: int
    y: int
    name: str
    is_quiet: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One place of the list beside the map. deeper: its own map, empty where there is none."""

    name: str
    n: int
    deeper: str
    reports: str


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
    names = _names({*(hexagon.leads_to for hexagon in hexagons), *(code for code, *_at in borders.middles(within))})
    view = View(borders.box_of(within))
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
        "land": borders.land(within),
        "drawn": _draw(hexagons, view, names, cut),
        "in_hexagons": sum(hexagon.n for hexagon in hexagons),
        "labels": _labels(hexagons, view, within, names),
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
    return closed_path([view.place(*corner) for corner in h3.cell_to_boundary(cell)])


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


def _labels(hexagons: Sequence[Hexagon], view: View, within: str, names: Mapping[str, str]) -> list[Label]:
    """Names that say where one is, none on top of another: of the fullest hexagons, then of the largest areas."""
    found: list[Label] = []
    wanted = [(hexagon.leads_to, *h3.cell_to_latlng(hexagon.cell), False) for hexagon in hexagons]
    for code, lat, lon, is_quiet in (*wanted, *((*middle, True) for middle in borders.middles(within))):
        if not (name := short(names.get(code, ""))):
            continue
        x, y = view.place(lat, lon)
        if not (0 <= x <= WIDTH and LINE / 2 < y < view.height - LINE / 2):
            continue
        half = LETTER * len(name) / 2
        x = min(max(x, half), WIDTH - half)  # so that none runs over the edge
        crowded = any(
            name == other.name
            or (abs(x - other.x) < half + LETTER * (len(other.name) + 1) / 2 and abs(y - other.y) < LINE)
            for other in found
        )
        if not crowded:
            found.append(Label(round(x), round(y), name, is_quiet=is_quiet))
        if len(found) == NAMED:
            break
    return found


def short(name: str) -> str:
    """The name of an area as a map writes it: a regency without its kind, which its neighbour the city has."""
    return name.replace("Administrasi ", "").removeprefix("Kabupaten ")
