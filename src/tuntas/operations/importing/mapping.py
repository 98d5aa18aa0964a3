"""A map: which column of an old register is what, and what its words mean here. A TOML file, written once a register.

docs/operations/import.md explains every key with an example.
"""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from tuntas.kernel.refusals import Incomplete, NotFound
from tuntas.operations.importing.moments import ZONES, Reader
from tuntas.operations.importing.reading import Layout, name_of
from tuntas.reports.states import Class, ReportType, State

UNEXPLAINED = "UNEXPLAINED"  # the old register does not say how the report ended: a bucket of its own (design 3b)
# States in which somebody else's word or decision is awaited that this register does not know.
NOT_FROM_OUTSIDE = frozenset(
    {State.MERGED, State.TRANSFER_REQUESTED, State.AWAITING_REPORTER, State.RESOLUTION_PROPOSED}
)
OLD_STATES = frozenset(State.values) - NOT_FROM_OUTSIDE | {UNEXPLAINED}

ONE_COLUMN = frozenset(
    [
        "id",
        "title",
        "lodged",
        "answered",
        "closed",
        "event_on",
        "category",
        "agency",
        "status",
        "type",
        "class",
        "reply",
        "area",
        "latitude",
        "longitude",
        "anonymous",
        "confidential",
        "remedy",
    ]
)
SOME_COLUMNS = frozenset({"text", "place"})  # their cells are joined
FIELDS = ONE_COLUMN | SOME_COLUMNS
NEEDED = ("text",)
LOOKED_UP: Mapping[str, frozenset[str] | None] = {  # fields whose words are translated; into what, if that is fixed
    "status": frozenset(OLD_STATES),
    "type": frozenset(ReportType.values),
    "class": frozenset(Class.values),
    "category": None,
    "agency": None,
    "area": None,
}
HAS_DEFAULT = frozenset(LOOKED_UP) | {"lodged"}
SECTIONS: Mapping[str, frozenset[str]] = {
    "file": frozenset({"encoding", "delimiter", "sheet", "header_row"}),
    "dates": frozenset({"zone", "order", "system", "as_of"}),
    "columns": FIELDS,
    "defaults": HAS_DEFAULT,
    "status_by_answer": frozenset({"answered", "unanswered"}),
    "agencies": frozenset({"under", "unknown"}),
    "categories": frozenset({"unknown"}),
    "values": frozenset(LOOKED_UP),
}
SOURCE = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
FOLDER = "packs/import-maps"


@dataclass(frozen=True, slots=True, kw_only=True)
class Map:
    """What a map file says, checked. Names of columns are those of the register's first line.

    source: names the register, and is the first part of every import key.
    columns: the column or columns of each field that this register has.
    values: by field, the register's word -> our code. defaults: what a word, or a date, is that is not there.
    keeps_unknown: fields whose unknown words are kept in the history beside the default, and not refused.
    as_of: the day on which the old register was read off; what has no date was so on that day.
    """

    source: str
    columns: Mapping[str, tuple[str, ...]]
    layout: Layout = field(default_factory=Layout)
    dates: Reader = field(default_factory=Reader)
    as_of: datetime | None = None
    defaults: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    keeps_unknown: frozenset[str] = frozenset({"category", "agency"})
    agencies_under: str = ""
    if_answered: str = ""
    if_unanswered: str = ""

    def column(self, name: str) -> str:
        """The one column of a field, '' when the register has none."""
        return next(iter(self.columns.get(name, ())), "")


def find_map(given: str) -> Path | Traversable:
    """The file of a map: a path, or the name of one that comes with the product. Raises NotFound."""
    ours = resources.files("tuntas") / FOLDER / f"{given}.toml"
    for place in (Path(given), ours):
        if place.is_file():
            return place
    raise NotFound(
        _("There is no map “%(name)s”.") % {"name": given},
        why=_("No file has this name; with the product come: %(names)s.") % {"names": ", ".join(ours_by_name())},
        instead=_("Let one be proposed for your file: tuntas import FILE --map auto."),
    )


def ours_by_name() -> list[str]:
    folder = resources.files("tuntas") / FOLDER
    return sorted(entry.name.removesuffix(".toml") for entry in folder.iterdir() if entry.name.endswith(".toml"))


def read_map(place: Path | Traversable) -> Map:
    """The map in a file. Raises Incomplete, which names the key that is wrong."""
    try:
        return make_map(tomllib.loads(place.read_text(encoding="utf-8-sig")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise wrong(str(error)) from error


def make_map(given: Mapping[str, Any]) -> Map:
    """A map from what a TOML file holds. Raises Incomplete, which names the key that is wrong."""
    _know_sections(given)
    source = str(given.get("source", ""))
    if not SOURCE.fullmatch(source):
        raise wrong(_("`source` must name the register in 2 to 40 small letters, digits, dots, dashes."))
    columns = {name: _columns(name, value) for name, value in given.get("columns", {}).items()}
    lacking = [name for name in NEEDED if name not in columns]
    if lacking:
        raise wrong(_("[columns] must name %(fields)s.") % {"fields": ", ".join(lacking)})
    defaults = {name: str(value) for name, value in given.get("defaults", {}).items()}
    if "lodged" not in columns and "lodged" not in defaults:
        raise wrong(_("Say in which column the date of a report stands, or give `lodged` under [defaults]."))
    agencies, by_answer = given.get("agencies", {}), given.get("status_by_answer", {})
    made = Map(
        source=source,
        columns=columns,
        layout=_layout(given.get("file", {})),
        dates=_dates(given.get("dates", {})),
        as_of=_as_of(given.get("dates", {})),
        defaults=defaults,
        values={name: _words(name, words) for name, words in given.get("values", {}).items()},
        keeps_unknown=_kept(given),
        agencies_under=str(agencies.get("under", "")),
        if_answered=str(by_answer.get("answered", "")),
        if_unanswered=str(by_answer.get("unanswered", "")),
    )
    _check_codes(made)
    return made


def wrong(why: str) -> Incomplete:
    return Incomplete(
        _("The map cannot be used."), why=why, instead=_("Correct it. docs/operations/import.md explains every key.")
    )


def _know_sections(given: Mapping[str, Any]) -> None:
    for name, value in given.items():
        if name == "source":
            continue
        if name not in SECTIONS or not isinstance(value, Mapping):
            raise wrong(_("“%(key)s” is no section of a map.") % {"key": name})
        unknown = sorted(set(value) - SECTIONS[name])
        if unknown:
            raise wrong(
                _("[%(section)s] knows no “%(key)s”. It knows: %(known)s.")
                % {"section": name, "key": unknown[0], "known": ", ".join(sorted(SECTIONS[name]))}
            )


def _columns(name: str, value: Any) -> tuple[str, ...]:
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not given or not all(isinstance(one, str) for one in given):
        raise wrong(_("`%(key)s` under [columns] must name a column.") % {"key": name})
    if len(given) > 1 and name not in SOME_COLUMNS:
        raise wrong(_("`%(key)s` can stand in one column only.") % {"key": name})
    return tuple(name_of(one) for one in given)


def _layout(given: Mapping[str, Any]) -> Layout:
    delimiter, header_row = str(given.get("delimiter", "")), given.get("header_row", 0)
    if len(delimiter) > 1 or not isinstance(header_row, int) or header_row < 0:
        raise wrong(_("`delimiter` is one sign and `header_row` a number from 1."))
    return Layout(str(given.get("encoding", "")), delimiter, str(given.get("sheet", "")), header_row)


def _dates(given: Mapping[str, Any]) -> Reader:
    zone, order, system = given.get("zone", "WIB"), given.get("order", "day-first"), given.get("system")
    if order not in {"day-first", "month-first"} or system not in {None, 1900, 1904}:
        raise wrong(_("`order` is day-first or month-first, `system` 1900 or 1904."))
    try:
        place = ZONES.get(str(zone)) or ZoneInfo(str(zone))
    except (OSError, ValueError, KeyError) as error:
        raise wrong(_("“%(zone)s” is no zone. Write WIB, WITA, WIT, or Asia/Jakarta.") % {"zone": zone}) from error
    return Reader(zone=place, month_first=order == "month-first", system=system)


def _as_of(given: Mapping[str, Any]) -> datetime | None:
    if not given.get("as_of"):
        return None
    try:
        return _dates(given).read(str(given["as_of"])).at
    except ValueError as error:
        raise wrong(_("`as_of` must be a day such as 2023-03-31.")) from error


def _words(name: str, words: Any) -> dict[str, str]:
    if not isinstance(words, Mapping):
        raise wrong(_("[values.%(field)s] must give a code for each word.") % {"field": name})
    return {plain(word): str(code) for word, code in words.items()}


def _kept(given: Mapping[str, Any]) -> frozenset[str]:
    kept = set[str]()
    for section, name in (("agencies", "agency"), ("categories", "category")):
        said = given.get(section, {}).get("unknown", "keep")
        if said not in {"keep", "refuse"}:
            raise wrong(_("`unknown` is keep or refuse."))
        kept |= {name} if said == "keep" else set()
    return frozenset(kept)


def _check_codes(made: Map) -> None:
    for name, known in LOOKED_UP.items():
        codes: Iterable[str] = [
            *made.values.get(name, {}).values(),
            *([made.defaults[name]] if name in made.defaults else []),
        ]
        if name == "status":
            codes = [*codes, *(code for code in (made.if_answered, made.if_unanswered) if code)]
        strange = [code for code in codes if known is not None and code not in known]
        if strange:
            raise wrong(
                _("“%(code)s” is no %(field)s. Write one of: %(known)s.")
                % {"code": strange[0], "field": name, "known": ", ".join(sorted(known or ()))}
            )
    if bool(made.if_answered) != bool(made.if_unanswered):
        raise wrong(_("[status_by_answer] needs both `answered` and `unanswered`."))
    if not (made.column("status") or made.if_answered or "status" in made.defaults):
        raise wrong(_("Say what state the reports are in: a status column, [status_by_answer], or a default."))


def plain(word: str) -> str:
    """A word for comparison: case and spaces do not matter."""
    return " ".join(word.split()).casefold()
