"""Writes down every refused row: where, what, why, what to do, and the row itself, so that it can be mended."""

import csv
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import IO, Any

from django.utils.translation import gettext as _

from tuntas.kernel.refusals import Refusal
from tuntas.operations.importing.entries import Refused

# A spreadsheet would take a text that begins so for a formula and run it; a leading ' makes it a text.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


class RefusedRows:
    """A CSV file that is made with the first refused row, for spreadsheets in UTF-8 with a mark.

    A file left by an earlier run is emptied, so that it never tells of rows that were mended since.
    """

    def __init__(self, path: Path, header: list[str]) -> None:
        self.path, self.header, self.rows = path, header, 0
        self._file: IO[str] | None = None
        self._writer: Any = None

    def __enter__(self) -> "RefusedRows":
        if self.path.exists():
            self._open()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._file:
            self._file.close()

    def take(self, refused: Iterable[Refused]) -> None:
        for row in refused:
            self.rows += 1
            if self._file is None:
                self._open()
            cells = [harmless(cell) for cell in row.cells]
            for trouble in row.troubles:
                told = (trouble.line, trouble.column, trouble.what, trouble.why, trouble.instead)
                self._writer.writerow([*(harmless(str(word)) for word in told), *cells])

    def _open(self) -> None:
        try:
            # A lone half of a surrogate pair, from a damaged file, becomes a question mark here.
            self._file = self.path.open("w", encoding="utf-8-sig", errors="replace", newline="")
        except OSError as error:
            raise Refusal(
                _("%(file)s cannot be written.") % {"file": self.path},
                why=error.strerror or str(error),
                instead=_("Name another file for the refused rows: --refused FILE."),
            ) from error
        self._writer = csv.writer(self._file)
        titles = [_("Row"), _("Column"), _("What"), _("Why"), _("What to do")]
        self._writer.writerow([*titles, *(harmless(name) for name in self.header)])


def harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(FORMULA) else cell
