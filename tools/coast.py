"""Turn the pinned atlas into src/tuntas/packs/areas/coast.json: the coast that the public map is drawn on.

usage: tools/coast.py      `make assets` calls it; an unchanged atlas costs nothing.

The atlas is the npm package `world-atlas` (ISC), made from Natural Earth (public domain), at 1:50 million: enough to
know where one is, and no statement about any border. Written as rings of [longitude, latitude] in hundredths of a
degree.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
ATLAS = ROOT / "node_modules/world-atlas/countries-50m.json"
INTO = ROOT / "src/tuntas/packs/areas/coast.json"
COUNTRY = "360"  # ISO 3166-1 numeric
HUNDREDTHS = 100
SMALLEST = 4  # corners of an island that is drawn


def main() -> int:
    if not ATLAS.is_file():
        print("coast: node_modules/world-atlas is missing; run `make setup`", file=sys.stderr)
        return 1
    if INTO.is_file() and INTO.stat().st_mtime >= ATLAS.stat().st_mtime:
        return 0
    rings = coast(json.loads(ATLAS.read_text(encoding="utf-8")))
    INTO.parent.mkdir(parents=True, exist_ok=True)
    INTO.write_text(json.dumps(rings, separators=(",", ":")), encoding="ascii")
    print(f"coast: {len(rings)} islands, {sum(map(len, rings))} corners")
    return 0


def coast(atlas: dict[str, Any]) -> list[list[tuple[int, int]]]:
    """The outer rings of the country, the longest first."""
    country = next(each for each in atlas["objects"]["countries"]["geometries"] if each.get("id") == COUNTRY)
    rings = [_ring(atlas, polygon[0]) for polygon in country["arcs"]]
    return sorted((ring for ring in rings if len(ring) >= SMALLEST), key=len, reverse=True)


def _ring(atlas: dict[str, Any], arcs: list[int]) -> list[tuple[int, int]]:
    corners: list[tuple[int, int]] = []
    for number in arcs:
        for corner in _arc(atlas, number):
            if not corners or corners[-1] != corner:
                corners.append(corner)
    return corners


def _arc(atlas: dict[str, Any], number: int) -> list[tuple[int, int]]:
    """TopoJSON keeps each arc as steps on a grid; a negative number is the arc run backwards."""
    (wide, high), (west, south) = atlas["transform"]["scale"], atlas["transform"]["translate"]
    x = y = 0
    corners = []
    for step_x, step_y in atlas["arcs"][~number if number < 0 else number]:
        x, y = x + step_x, y + step_y
        corners.append((round(HUNDREDTHS * (x * wide + west)), round(HUNDREDTHS * (y * high + south))))
    return corners[::-1] if number < 0 else corners


if __name__ == "__main__":
    sys.exit(main())
