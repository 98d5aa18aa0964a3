"""Looks at one row of an old register and makes an entry of it, or says everything that is wrong with it.

The same limits as at the door (intake.submissions): nothing is cut, nothing is guessed.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from tuntas.insight.buckets import UNEXPLAINED as UNEXPLAINED_BUCKET
from tuntas.intake.receiving import storable
from tuntas.intake.submissions import LONGEST, OLDEST
from tuntas.kernel.refusals import Incomplete
from tuntas.operations.importing.directory import Directory
from tuntas.operations.importing.entries import Entry, Refused, Trouble
from tuntas.operations.importing.mapping import LOOKED_UP, UNEXPLAINED, Map, plain
from tuntas.operations.importing.meaning import Found, Meanings
from tuntas.operations.importing.moments import Moment, Reader
from tuntas.operations.importing.reading import Table
from tuntas.operations.importing.records import Record
from tuntas.reports.models import Report, ReportText
from tuntas.reports.states import Channel, Class, Finish, ReportType, State

LONGEST_TITLE = ReportText._meta.get_field("title").max_length or 0
LONGEST_PLACE = Report._meta.get_field("place").max_length or 0
LONGEST_KEY = Report._meta.get_field("import_key").max_length or 0
DAMAGED = re.compile("[\udc80-\udcff]")
YES = frozenset(["1", "ya", "y", "yes", "true", "benar", "anonim", "rahasia"])
NO = frozenset(["", "0", "-", "tidak", "tdk", "t", "no", "n", "false", "publik", "terbuka"])
CLASS_OF_TYPE = {
    ReportType.COMPLAINT: Class.NON_SUPERVISORY,
    ReportType.ASPIRATION: Class.ASPIRATION,
    ReportType.INFORMATION_REQUEST: Class.INFORMATION_REQUEST,
}
PLAIN = json.JSONEncoder(ensure_ascii=False)
SEPARATORS = {"text": "\n", "place": ", "}


@dataclass(slots=True)
class Validator:
    """Rows in, entries or refusals out. Raises Incomplete when the table lacks a column that the map names."""

    table: Table
    mapping: Map
    directory: Directory
    at: datetime
    _place_of: dict[str, tuple[int, ...]] = field(init=False)
    _dates: Reader = field(init=False)
    _meanings: Meanings = field(init=False)
    _state_facts: dict[str, str] = field(init=False, default_factory=dict)
    _troubles: list[Trouble] = field(init=False, default_factory=list)
    _line: int = field(init=False, default=0)
    _cells: list[str] = field(init=False, default_factory=list)
    _trimmed: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._place_of = {name: self._find(names) for name, names in self.mapping.columns.items()}
        self._meanings = Meanings(self.mapping, self.directory)
        reader = self.mapping.dates
        self._dates = Reader(reader.zone, reader.month_first, reader.system or self.table.system)

    def look_at(self, record: Record) -> Entry | Refused | None:
        """The entry of a row, why it is refused, or None for an empty one."""
        self._line, self._cells, self._troubles = record.line, record.cells, []
        if not any(cell and not cell.isspace() for cell in record.cells):
            return None
        self._look_at_shape(record)
        entry = None if self._troubles else self._entry()
        return Refused(self._troubles, record.cells) if self._troubles or entry is None else entry

    def _look_at_shape(self, record: Record) -> None:
        width = len(self.table.header)
        if record.broken:
            self._no(
                "",
                _("The row cannot be split into columns."),
                _("A quotation mark stands in it that has no fellow."),
                _("Look for a quotation mark that is never closed, and write it twice inside a text."),
            )
        elif len(record.cells) < width or any(cell.strip() for cell in record.cells[width:]):
            self._no(
                "",
                _("The row has %(n)d columns, the first line %(width)d.") % {"n": len(record.cells), "width": width},
                _("A delimiter or a line break stands in a text without quotation marks around it."),
                _("Put quotation marks around the text, or save the register again as XLSX."),
            )
        elif self.table.is_damaged and any(DAMAGED.search(cell) for cell in record.cells):
            self._no(
                "",
                _("The row holds signs that cannot be read."),
                _("Some of its bytes are no UTF-8."),
                _("Write the damaged words again, or save the register anew from where it came."),
            )

    def _entry(self) -> Entry | None:
        self._trimmed = {name: self._cells[places[0]].strip() for name, places in self._place_of.items()}
        lodged, answered = self._lodged(), self._moment("answered")
        closed, reply = self._moment("closed"), self._long("reply")
        status = self._status(is_answered=bool(answered or reply))
        report_type = self._code("type", ReportType.COMPLAINT)
        category, unit = self._looked_up("category"), self._looked_up("agency")
        texts = {name: self._long(name) for name in ("text", "title", "remedy", "place")}
        self._look_at_texts(texts)
        latitude, longitude = self._point()
        event_on, protection = self._event_on(), (self._flag("anonymous"), self._flag("confidential"))
        key, area = self._key(), self._looked_up("area")
        if self._troubles or lodged is None or status is None or category is None or unit is None:
            return None
        lodged_at = lodged.at
        known_at = self._after(lodged_at, closed or answered, "closed" if closed else "answered")
        reply_at = self._after(lodged_at, answered, "answered") if answered else known_at
        if self._troubles:
            return None
        unexplained = status.code == UNEXPLAINED
        state = State.ARCHIVED if unexplained else State(status.code)
        return Entry(
            line=self._line,
            key=key,
            content=self._digest(),
            title=texts["title"],
            body=texts["text"],
            remedy=texts["remedy"],
            place=texts["place"],
            report_type=report_type,
            report_class=self._class(state, report_type),
            lodged_at=lodged_at,
            event_on=event_on,
            known_at=known_at,
            state=state,
            finish=Finish.IMPORTED if state is State.RESOLVED else "",
            bucket=UNEXPLAINED_BUCKET if unexplained else "",
            category=self.directory.categories[category.code],
            area=area.code if area and area.code else None,
            unit=unit.code,
            is_anonymous=protection[0],
            is_confidential=protection[1],
            latitude=latitude,
            longitude=longitude,
            reply=reply,
            reply_at=reply_at,
            facts=self._facts(category, unit),
            state_facts=self._status_facts(),
            cells=self._cells,
        )

    # Cells -----------------------------------------------------------------------------------

    def _cell(self, name: str) -> str:
        """The trimmed cell of a field that stands in one column; '' where the register has none."""
        return self._trimmed.get(name, "")

    def _long(self, name: str) -> str:
        """A text, from one column or from several; without what a database cannot hold."""
        cells = [storable(self._cells[place]) for place in self._place_of.get(name, ())]
        if len(cells) < 2:
            return cells[0] if cells else ""
        return SEPARATORS[name].join(dict.fromkeys(filter(None, cells)))

    def _look_at_texts(self, texts: Mapping[str, str]) -> None:
        if not texts["text"]:
            self._no(
                "text",
                _("The report is empty."),
                _("There is no word in the column of its text."),
                _("Fill in what the person wrote, or leave the row out."),
            )
        for name, most in (("text", LONGEST), ("title", LONGEST_TITLE), ("place", LONGEST_PLACE), ("remedy", LONGEST)):
            if len(texts[name]) > most:
                self._too_long(name, len(texts[name]), most)
        reply = len(self._cell("reply"))
        if reply > LONGEST:
            self._too_long("reply", reply, LONGEST)

    def _too_long(self, name: str, length: int, most: int) -> None:
        self._no(
            name,
            _("The text is too long."),
            _("It has %(n)d characters; at most %(most)d fit, and nothing is cut.") % {"n": length, "most": most},
            _("Shorten it in the register, or part it over two rows."),
        )

    def _flag(self, name: str) -> bool:
        word = plain(self._cell(name))
        if word not in YES and word not in NO:
            self._no(
                name,
                _("Protection is not clear."),
                _("“%(word)s” is neither yes nor no, and protection is never guessed.") % {"word": word},
                _("Write ya or tidak."),
            )
        return word in YES

    def _point(self) -> tuple[float | None, float | None]:
        words = self._cell("latitude").replace(",", "."), self._cell("longitude").replace(",", ".")
        if not all(words):
            return None, None
        try:
            latitude, longitude = float(words[0]), float(words[1])
        except ValueError:
            latitude = longitude = float("nan")
        if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
            self._no(
                "latitude",
                _("The place on the map cannot be read."),
                _("%(words)s is no latitude and longitude.") % {"words": " / ".join(words)},
                _("Write degrees such as -7.2575 and 112.7521, or leave both empty."),
            )
        return (latitude, longitude) if latitude or longitude else (None, None)

    # Dates -----------------------------------------------------------------------------------

    def _moment(self, name: str) -> Moment | None:
        word = self._cell(name)
        return self._read(name, word) if word else None

    def _read(self, name: str, word: str) -> Moment | None:
        try:
            found = self._dates.read(word)
        except (ValueError, OverflowError):
            order = "12/31/2022" if self._dates.month_first else "31/12/2022"
            self._no(
                name,
                _("The date cannot be read."),
                _("“%(word)s” is no day of the calendar.") % {"word": word[:60]},
                _("Write it as 2022-12-31, %(order)s or 31 Desember 2022.") % {"order": order},
            )
            return None
        if found.at > self.at:
            self._no(
                name,
                _("The date lies in the future."),
                _("%(day)s comes after the day of the import.") % {"day": word[:60]},
                _("Check day, month and year; `order` in the map says which comes first."),
            )
        elif found.at.date() < OLDEST:
            self._no(
                name,
                _("The date lies too far back to be right."),
                _("%(day)s comes before %(oldest)s.") % {"day": word[:60], "oldest": OLDEST.isoformat()},
                _("Check the year; a sheet that counts its days from 1904 needs `system = 1904` in the map."),
            )
        return found

    def _lodged(self) -> Moment | None:
        word = self._cell("lodged") or self.mapping.defaults.get("lodged", "")
        if word:
            return self._read("lodged", word)
        self._no(
            "lodged",
            _("The report has no date."),
            _("The column of the date is empty, and the map gives none for such rows."),
            _("Fill in the day on which the report came, or give `lodged` under [defaults]."),
        )
        return None

    def _event_on(self) -> date | None:
        found = self._moment("event_on")
        return timezone.localdate(found.at, self._dates.zone) if found else None

    def _after(self, lodged_at: datetime, found: Moment | None, name: str) -> datetime:
        """When something happened to the report: a plain day on the day it came counts from when it came."""
        if found is None:
            return max(lodged_at, min(self.mapping.as_of or self.at, self.at))
        if found.at >= lodged_at:
            return found.at
        if not found.has_hour and found.at.date() == lodged_at.astimezone(found.at.tzinfo).date():
            return lodged_at
        self._no(
            name,
            _("It was answered before it came."),
            _("%(answered)s lies before %(lodged)s.")
            % {"answered": f"{found.at:%Y-%m-%d %H:%M}", "lodged": f"{lodged_at:%Y-%m-%d %H:%M}"},
            _("Check both dates."),
        )
        return lodged_at

    # Words -----------------------------------------------------------------------------------

    def _looked_up(self, name: str) -> Found | None:
        """What the word of this field means here; None after saying that nobody knows."""
        word = self._cell(name)
        found = self._meanings.of(name, word)
        if found is None:
            known = LOOKED_UP[name]
            self._no(
                name,
                _("The word “%(word)s” is not known.") % {"word": word[:80]},
                _("The map gives it no meaning, and nothing here bears this name."),
                _("Add it under [values.%(field)s] in the map, with one of: %(known)s.")
                % {"field": name, "known": ", ".join(sorted(known))}
                if known
                else _("Add it under [values.%(field)s] in the map, with a code of this register.") % {"field": name},
            )
        return found

    def _code(self, name: str, otherwise: str) -> str:
        found = self._looked_up(name)
        return (found.code if found else "") or otherwise

    def _status(self, *, is_answered: bool) -> Found | None:
        if "status" not in self._place_of and self.mapping.if_answered:
            return Found(self.mapping.if_answered if is_answered else self.mapping.if_unanswered)
        found = self._looked_up("status")
        if found is not None and not found.code:
            self._no(
                "status",
                _("The report has no state."),
                _("Its column is empty, and the map does not say what that means."),
                _('Add `"" = "UNEXPLAINED"` under [values.status], or a default.'),
            )
        return found if found and found.code else None

    def _class(self, state: State, report_type: str) -> str:
        given = self._code("class", "")
        return given or ("" if state is State.AWAITING_VERIFICATION else CLASS_OF_TYPE[ReportType(report_type)])

    # Key and facts ---------------------------------------------------------------------------

    def _key(self) -> str:
        source = self.mapping.source
        if "id" not in self._place_of:  # no two rows of a register say the same in every column
            whole = hashlib.sha256("\x1f".join(self._cells).encode("utf-8", "replace")).hexdigest()
            return f"{source}/#{whole[:32]}"
        given = storable(self._cell("id"))
        if not given:
            self._no(
                "id",
                _("The row has no number."),
                _("By it the row is known when the register is brought in again."),
                _("Fill in its number, or leave `id` out of the map for a register without numbers."),
            )
        key = f"{source}/{given}"
        return key if len(key) <= LONGEST_KEY else f"{source}/##{hashlib.sha256(given.encode()).hexdigest()[:32]}"

    def _digest(self) -> bytes:
        """What the mapped columns say; another digest under the same key is a row that was changed."""
        told = "\x1f".join(f"{self._cells[place]}" for places in self._place_of.values() for place in places)
        return hashlib.sha256(told.encode("utf-8", "replace")).digest()

    def _facts(self, category: Found, unit: Found) -> str:
        facts = {"channel": Channel.IMPORT.value, "source": self.mapping.source}
        kept = {
            "old_id": storable(self._cell("id")),
            "old_category": storable(category.kept),
            "old_agency": storable(unit.kept),
            "date": "" if self._cell("lodged") else "assumed",
        }
        return PLAIN.encode(facts | {name: word for name, word in kept.items() if word})

    def _status_facts(self) -> str:
        word = self._cell("status")
        if word not in self._state_facts:
            facts = {"source": self.mapping.source} | ({"old_status": storable(word)} if word else {})
            self._state_facts[word] = PLAIN.encode(facts)
        return self._state_facts[word]

    def _find(self, names: tuple[str, ...]) -> tuple[int, ...]:
        missing = [name for name in names if name not in self.table.header]
        if missing:
            raise Incomplete(
                _("%(file)s has no column “%(column)s”.") % {"file": self.table.path.name, "column": missing[0]},
                why=_("Its columns are: %(names)s.") % {"names": ", ".join(filter(None, self.table.header))},
                instead=_("Correct [columns] in the map, or give `header_row` or `delimiter` under [file]."),
            )
        doubled = self.table.repeated & set(names)
        if doubled:
            raise Incomplete(
                _("Two columns are called “%(column)s”.") % {"column": min(doubled)},
                why=_("The map cannot say which of them it means."),
                instead=_("Give one of them another name in the first line of the file."),
            )
        return tuple(self.table.header.index(name) for name in names)

    def _no(self, name: str, what: str, why: str, instead: str) -> None:
        column = ", ".join(self.mapping.columns.get(name, ()))
        self._troubles.append(Trouble(self._line, column, what, why, instead))
