"""Rows of a spreadsheet (XLSX, XLS, ODS) as texts. A formula counts by the value that was saved with it."""

import re
import zipfile
from collections.abc import Iterator
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, ZipError

from tuntas.kernel.refusals import Incomplete, TooMuch
from tuntas.operations.importing.records import Record

SIGNATURES = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # zipped (XLSX, ODS) and compound (XLS) files
LARGEST = 2_000_000_000  # bytes unpacked; a sheet stands in memory while it is read
YEAR_1904 = re.compile(rb"date1904\s*=\s*[\"'](1|true)[\"']")
FORMULA = re.compile(rb"<f[ >/]")


def is_workbook(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) in SIGNATURES


class Workbook:
    """One sheet of a workbook.

    system: 1900 or 1904, the day from which this workbook counts its dates.
    Raises Incomplete for a file that cannot be opened or has no such sheet, TooMuch for one that unpacks to a mountain.
    """

    def __init__(self, path: Path, sheet: str = "") -> None:
        self.path, self.notes = path, list[str]()
        _weigh(path)
        self.system = 1900
        try:
            self._book = CalamineWorkbook.from_path(path)
        except PasswordError as error:
            raise _unreadable(path, _("It is locked with a password."), _("Save it without a password.")) from error
        except (CalamineError, ZipError, OSError, ValueError) as error:
            raise _unreadable(path, str(error), _("Save it again as XLSX or as CSV.")) from error
        self._sheet = self._choose(sheet)
        self._look_inside()

    @property
    def height(self) -> int:
        return self._sheet.total_height

    def records(self) -> Iterator[Record]:
        """Every row with its number in the sheet, empty ones too."""
        for number, cells in enumerate(self._sheet.iter_rows(), start=1):
            yield Record(number, [as_text(cell) for cell in cells])

    def _choose(self, wanted: str) -> CalamineSheet:
        names = self._book.sheet_names
        if wanted and wanted not in names:
            raise Incomplete(
                _("%(file)s has no sheet “%(sheet)s”.") % {"file": self.path.name, "sheet": wanted},
                why=_("Its sheets are: %(names)s.") % {"names": ", ".join(names)},
                instead=_("Correct `sheet` in the map."),
            )
        if not names:
            raise _unreadable(self.path, _("It holds no sheet."), _("Save it again as XLSX or as CSV."))
        chosen = wanted or names[0]
        if len(names) > 1:
            self.notes.append(_("Sheet “%(sheet)s” was read; the file has %(n)d.") % {"sheet": chosen, "n": len(names)})
        return self._book.get_sheet_by_name(chosen)

    def _look_inside(self) -> None:
        if not zipfile.is_zipfile(self.path):
            return
        with zipfile.ZipFile(self.path) as parts:
            names = set(parts.namelist())
            if "xl/workbook.xml" in names and YEAR_1904.search(parts.read("xl/workbook.xml")):
                self.system = 1904
                self.notes.append(_("The workbook counts its dates from 1904."))
            sheets = [name for name in names if name.startswith("xl/worksheets/sheet")]
            if any(_has_formula(parts, name) for name in sheets):
                self.notes.append(_("The file holds formulas; the values saved with them were read."))


def as_text(cell: Any) -> str:
    """A cell as a person would write it: 7 and not 7.0, days and times in ISO form."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, date | time):
        return cell.isoformat().replace("T", " ")
    return str(cell) if isinstance(cell, int | float | timedelta) else ""


def _has_formula(parts: zipfile.ZipFile, name: str) -> bool:
    with parts.open(name) as sheet:
        tail = b""
        while chunk := sheet.read(1 << 20):
            if FORMULA.search(tail + chunk):
                return True
            tail = chunk[-2:]
    return False


def _weigh(path: Path) -> None:
    if not zipfile.is_zipfile(path):
        return
    with zipfile.ZipFile(path) as parts:
        size = sum(part.file_size for part in parts.infolist())
    if size > LARGEST:
        raise TooMuch(
            _("%(file)s was not opened.") % {"file": path.name},
            why=_("It unpacks to %(size)d megabytes.") % {"size": size // 1_000_000},
            instead=_("Save the sheet as CSV; a CSV file may have any size."),
        )


def _unreadable(path: Path, why: str, instead: str) -> Incomplete:
    return Incomplete(_("%(file)s cannot be read.") % {"file": path.name}, why=why, instead=instead)
