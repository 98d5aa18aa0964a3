"""Policy packs: reading their rows, and bringing them into tables so that a second time changes nothing.

A pack is a CSV file under src/tuntas/packs, or one that an operator gives. Its first line names the columns.
"""

import csv
import gzip
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from tuntas.kernel.refusals import NotFound, Refusal

Progress = Callable[[str, int, int], None]  # what, done, of how many


def silent(what: str, done: int, of: int) -> None:
    """Progress that nobody watches."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a pack: where it stands and its cells by column, trimmed."""

    source: str
    line: int
    cells: Mapping[str, str]

    def text(self, column: str) -> str:
        return self.cells.get(column, "")

    def words(self, column: str) -> list[str]:
        """The parts of a cell that holds a list, `a|b|c`."""
        return [word.strip() for word in self.text(column).split("|") if word.strip()]

    def is_yes(self, column: str) -> bool:
        return self.text(column).lower() in {"yes", "ya", "1"}

    def number(self, column: str) -> int:
        """A whole number. Raises ValueError that names the column."""
        try:
            return int(self.text(column))
        except ValueError:
            raise ValueError(
                _("%(column)s must be a whole number, not “%(given)s”") % {"column": column, "given": self.text(column)}
            ) from None

    def day(self, column: str) -> date | None:
        """A day written 2026-12-31, or None for an empty cell. Raises ValueError that names the column."""
        if not self.text(column):
            return None
        try:
            return date.fromisoformat(self.text(column))
        except ValueError:
            raise ValueError(
                _("%(column)s must be a day such as 2026-12-31, not “%(given)s”")
                % {"column": column, "given": self.text(column)}
            ) from None


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A row that was left out, and why. The rows around it were loaded."""

    source: str
    line: int
    key: str
    why: str

    @classmethod
    def of(cls, row: Row, key: str, why: object) -> "RefusedRow":
        return cls(source=row.source, line=row.line, key=key, why=str(why))

    def __str__(self) -> str:
        return _("%(source)s, line %(line)s (%(key)s): %(why)s") % {
            "source": self.source,
            "line": self.line,
            "key": self.key,
            "why": self.why,
        }


@dataclass(slots=True)
class Loaded:
    """What one loading did, in rows."""

    what: str
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    changes: list[str] = field(default_factory=list)  # keys of the changed and removed rows
    refused: list[RefusedRow] = field(default_factory=list)

    @property
    def touched(self) -> int:
        return self.added + self.changed + self.removed

    def take(self, other: "Loaded") -> None:
        """Add the counts of a part of the same loading."""
        self.added += other.added
        self.changed += other.changed
        self.unchanged += other.unchanged
        self.removed += other.removed
        self.changes += other.changes
        self.refused += other.refused


def pack(name: str) -> Traversable:
    """The pack file `name` that came with the product, such as `clocks/default.csv`."""
    return resources.files("tuntas") / "packs" / name


def rows(source: Traversable | Path, *, needs: Iterable[str] = ()) -> list[Row]:
    """Every row of a CSV file (comma or semicolon, UTF-8 with or without a mark, `.gz` allowed), blank lines left out.

    needs: columns that must be there.
    Raises Refusal when the file is missing, is not UTF-8, or lacks a column.
    """
    text = _text(source)
    first, _newline, _rest = text.partition("\n")
    reader = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > first.count(",") else ",")
    missing = sorted(set(needs) - set(reader.fieldnames or ()))
    if missing:
        raise Refusal(
            _("%(file)s was not loaded.") % {"file": source.name},
            why=_("These columns are missing: %(columns)s.") % {"columns": ", ".join(missing)},
            instead=_("Name the columns in the first line of the file."),
        )
    return [
        Row(source.name, reader.line_num, {str(k): (v or "").strip() for k, v in cells.items() if isinstance(v, str)})
        for cells in reader
        if any(isinstance(value, str) and value.strip() for value in cells.values())
    ]


def bring_in(
    model: type[models.Model],
    wanted: Sequence[Mapping[str, Any]],
    *,
    key: Sequence[str],
    once: Iterable[str] = (),
    what: str = "",
) -> Loaded:
    """Make the table hold every wanted row: add what is new, change what differs, leave the rest alone.

    wanted: fields by name (foreign keys as `<name>_id`); each `key` at most once.
    once: fields that are set when a row is added and never touched again, since people change them.
    Call inside a transaction.
    """
    loaded = Loaded(what or str(model._meta.verbose_name_plural))
    kept = set(once) | set(key)
    present = {tuple(getattr(row, name) for name in key): row for row in model._default_manager.all()}
    fresh: list[models.Model] = []
    for facts in wanted:
        identity = tuple(facts[name] for name in key)
        row = present.get(identity)
        if row is None:
            fresh.append(model(**facts))
            continue
        differing = [name for name, value in facts.items() if name not in kept and getattr(row, name) != value]
        for name in differing:
            setattr(row, name, facts[name])
        if differing:
            row.save(update_fields=differing)
            loaded.changes.append("/".join(map(str, identity)))
    model._default_manager.bulk_create(fresh, batch_size=2_000)
    loaded.added, loaded.changed = len(fresh), len(loaded.changes)
    loaded.unchanged = len(wanted) - loaded.added - loaded.changed
    return loaded


def _text(source: Traversable | Path) -> str:
    try:
        raw = source.read_bytes()
    except FileNotFoundError:
        raise NotFound(
            _("There is no file %(file)s.") % {"file": source},
            why=_("Nothing was loaded."),
            instead=_("Check the path. The area list of a source checkout is made by: make assets."),
        ) from None
    if source.name.endswith(".gz"):
        raw = gzip.decompress(raw)
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as trouble:
        raise Refusal(
            _("%(file)s was not loaded.") % {"file": source.name},
            why=_("It is not UTF-8 text (byte %(byte)s).") % {"byte": trouble.start},
            instead=_("Save it again as CSV in UTF-8."),
        ) from None
