"""Opens a register and gives its rows: one way for CSV in any encoding and for spreadsheets."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path

from django.utils.translation import gettext as _

from tuntas.kernel.refusals import Incomplete, NotFound
from tuntas.operations.importing import encodings
from tuntas.operations.importing.records import Record, delimiter_of, records
from tuntas.operations.importing.sheets import Workbook, is_workbook

EXCEL_HINT = "sep="  # a first line that Excel writes for itself


@dataclass(frozen=True, slots=True)
class Layout:
    """What a map may say about the file itself; what it does not say is found out."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_row: int = 0  # 1 is the first; 0: the first row that is not empty


@dataclass(slots=True)
class Table:
    """The names of the columns, and the rows below them. `notes` are things that the operator should know.

    system: 1900 or 1904, from which a workbook counts its days; None where a number is not a date.
    """

    path: Path
    header: list[str]
    rows: Iterator[Record]
    system: int | None = None
    is_damaged: bool = False  # cells may hold bytes that are no text
    notes: list[str] = field(default_factory=list)
    size: int = 0  # rows of a sheet, or bytes of a text file, for a progress bar
    counts_rows: bool = False

    @property
    def repeated(self) -> set[str]:
        """Names that two or more columns bear."""
        return {name for name, times in Counter(self.header).items() if times > 1 and name}


def open_table(path: Path, layout: Layout) -> Table:
    """The table in a file. Raises a Refusal when there is none, or none with a row below the names of the columns."""
    if not path.is_file():
        raise NotFound(
            _("There is no file %(file)s.") % {"file": path},
            why=_("Nothing lies at this path, or it is a folder."),
            instead=_("Check the name."),
        )
    if path.stat().st_size == 0:
        raise _empty(path)
    table = _of_workbook(path, layout) if is_workbook(path) else _of_text(path, layout)
    if table.repeated:
        table.notes.append(_("Two columns bear one name: %(names)s.") % {"names": ", ".join(sorted(table.repeated))})
    return table


def _of_workbook(path: Path, layout: Layout) -> Table:
    book = Workbook(path, layout.sheet)
    header, rows = _below_header(path, book.records(), layout.header_row)
    return Table(path, header, rows, system=book.system, notes=book.notes, size=book.height, counts_rows=True)


def _of_text(path: Path, layout: Layout) -> Table:
    encoding = encodings.of_file(path, layout.encoding)
    notes = [encoding.note] if encoding.note else []
    delimiter = layout.delimiter or _delimiter(path, encoding, layout.header_row)
    header, rows = _below_header(path, records(_lines(path, encoding), delimiter), layout.header_row)
    if delimiter != ",":
        notes.append(_("Columns are parted by “%(sign)s”.") % {"sign": delimiter.replace("\t", "TAB")})
    return Table(path, header, rows, is_damaged=encoding.is_damaged, notes=notes, size=path.stat().st_size)


def _lines(path: Path, encoding: encodings.Encoding) -> Iterator[str]:
    with path.open("r", encoding=encoding.name, errors=encoding.errors, newline="") as file:
        first = next(file, "")
        # The line that Excel writes for itself stays in the count of lines, as an empty one.
        yield "\n" if first.lower().startswith(EXCEL_HINT) else first
        yield from file


def _delimiter(path: Path, encoding: encodings.Encoding, header_row: int) -> str:
    with path.open("r", encoding=encoding.name, errors=encoding.errors, newline="") as file:
        first = file.readline().strip("\r\n")
        if first.lower().startswith(EXCEL_HINT) and len(first) == len(EXCEL_HINT) + 1:
            return first[-1]
        lines = (line for number, line in enumerate(chain([first], file), 1) if number >= header_row and line.strip())
        return delimiter_of(next(lines, ""))


def _below_header(path: Path, found: Iterator[Record], header_row: int) -> tuple[list[str], Iterator[Record]]:
    for record in found:
        if record.line >= header_row and any(cell.strip() for cell in record.cells):
            first = next(found, None)
            if first is None:
                raise _empty(path)
            names = [name_of(cell) for cell in record.cells]
            while not names[-1]:
                names.pop()
            return names, chain([first], found)
    raise _empty(path)


def name_of(cell: str) -> str:
    """The name of a column, without what spreadsheets leave around it."""
    return " ".join(cell.replace("\ufeff", "").split())


def _empty(path: Path) -> Incomplete:
    return Incomplete(
        _("%(file)s is empty.") % {"file": path.name},
        why=_("There is no row below a line with the names of the columns."),
        instead=_("Check that the right file was given, and `header_row` in the map if titles stand above the table."),
    )
