"""Areas by their official codes: from the list that came with the product, or from an operator's files."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources.abc import Traversable
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from tuntas.kernel.packs import Loaded, Progress, RefusedRow, Row, pack, rows, silent
from tuntas.organizations.models import Area
from tuntas.organizations.queries import AreaRow, bring_in_areas

SHIPPED = "areas/areas.csv.gz"  # made by tools/areas.py from a pinned package; NOTICE beside it
CODE = re.compile(r"\d\d(\.\d\d(\.\d\d(\.\d{4})?)?)?")
CITY = re.compile(r"kota\b", re.IGNORECASE)
LONGEST_NAME = Area._meta.get_field("name").max_length or 0


@dataclass(frozen=True, slots=True)
class _Known:
    """What the rows are checked against: codes already accepted or stored, and each province's zone."""

    codes: set[str]
    stored: frozenset[str]
    zones: dict[str, str]


@transaction.atomic
def load_areas(files: Sequence[Path] = (), *, progress: Progress = silent) -> Loaded:
    """Load provinces, regencies and cities, districts and villages; about 92 thousand rows in a few seconds.

    files: CSV with `code`/`kode` and `name`/`nama`, optionally `population`/`penduduk`; the list that came with the
    product without any. The level follows from the code (`35`, `35.78`, `35.78.01`, `35.78.01.1001`), the time zone
    from the province. A row with a bad code, no name, an unknown parent or a code given twice is refused.
    Raises Refusal when a file cannot be read.
    """
    sources: Sequence[Path | Traversable] = files or [pack(SHIPPED)]
    given = [row for file in sources for row in rows(file)]
    loaded = Loaded(_("areas"))
    accepted = list(_accept(given, loaded.refused))
    progress(loaded.what, 0, len(accepted))
    loaded.added, loaded.changes = bring_in_areas(
        accepted, step=lambda sent: progress(loaded.what, sent, len(accepted))
    )
    loaded.changed = len(loaded.changes)
    loaded.unchanged = len(accepted) - loaded.added - loaded.changed
    progress(loaded.what, len(accepted), len(accepted))
    return loaded


def _accept(given: Sequence[Row], refused: list[RefusedRow]) -> Iterable[AreaRow]:
    known = _Known(
        codes=set(),
        stored=frozenset(Area.objects.values_list("code", flat=True)),
        zones={row.text("province"): row.text("zone") for row in rows(pack("calendars/province_zones.csv"))},
    )
    # Shorter codes first, so that a parent is known before its parts, whatever the order of the files.
    for row in sorted(given, key=lambda row: len(_code(row))):
        try:
            area = _area(row, known)
        except ValueError as why:
            refused.append(RefusedRow.of(row, _code(row), why))
        else:
            known.codes.add(area[0])
            yield area


def _area(row: Row, known: _Known) -> AreaRow:
    code, name = _code(row), row.text("name") or row.text("nama")
    parent = code.rpartition(".")[0] or None
    if not CODE.fullmatch(code):
        raise ValueError(_("the code must look like 35, 35.78, 35.78.01 or 35.78.01.1001"))
    if not name or len(name) > LONGEST_NAME:
        raise ValueError(_("the name must have 1 to %(most)s characters") % {"most": LONGEST_NAME})
    if code in known.codes:
        raise ValueError(_("the code was given before"))
    if code[:2] not in known.zones:
        raise ValueError(_("no time zone is known for province %(code)s") % {"code": code[:2]})
    if parent and parent not in known.codes and parent not in known.stored:
        raise ValueError(_("the area %(code)s, to which it belongs, is not known") % {"code": parent})
    return code, name, level_of(code, name), parent, known.zones[code[:2]], _population(row)


def level_of(code: str, name: str) -> Area.Level:
    """The level that an official code stands for; a city is told from a regency by its name.

    The fourth part of a village code begins with 1 for an urban village (kelurahan) and with 2 for a village (desa).
    """
    parts = code.split(".")
    if len(parts) == 2:
        return Area.Level.CITY if CITY.match(name) else Area.Level.REGENCY
    if len(parts) == 4:
        return Area.Level.URBAN_VILLAGE if parts[3].startswith("1") else Area.Level.VILLAGE
    return Area.Level.PROVINCE if len(parts) == 1 else Area.Level.DISTRICT


def _code(row: Row) -> str:
    return row.text("code") or row.text("kode")


def _population(row: Row) -> int | None:
    column = "population" if row.text("population") else "penduduk"
    return row.number(column) if row.text(column) else None
