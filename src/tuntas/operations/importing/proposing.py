"""Proposes a map for a register that nobody has described yet: from the names of its columns and the words in them.

A proposal, not a decision: it is printed, a person looks at every line, and only a map given by name is ever used.
"""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path

from django.utils import timezone
from django.utils.translation import gettext as _
from rapidfuzz import fuzz, process

from tuntas.kernel.refusals import Incomplete
from tuntas.operations.importing.directory import simple
from tuntas.operations.importing.mapping import UNEXPLAINED
from tuntas.operations.importing.reading import Layout, Table, open_table
from tuntas.operations.importing.records import Record
from tuntas.organizations.models import Category
from tuntas.reports.states import ReportType, State

LOOKED_AT = 2_000  # rows
MOST_WORDS = 60  # of one column that are listed
A_SENTENCE = 25  # characters
ALIKE = 88  # of 100, above which a category is proposed for a word

# What the columns of Indonesian registers are called, the surest name first.
NAMES: Mapping[str, tuple[str, ...]] = {
    "id": ("tracking id", "nomor laporan", "no laporan", "id laporan", "nomor tiket", "tiket", "nomor", "id", "kode"),
    "text": ("isi laporan", "isi aduan", "uraian", "isi", "teks", "pengaduan", "aduan", "laporan", "deskripsi", "text"),
    "title": ("judul laporan", "judul", "perihal", "title"),
    "lodged": (
        "tanggal laporan", "tanggal masuk", "tgl laporan", "tgl masuk", "waktu lapor", "waktu lapor wib",
        "tanggal aduan", "tanggal", "tgl", "waktu", "created at", "created date", "date",
    ),
    "answered": (
        "tanggal jawaban", "tanggal tanggapan", "tanggal tindak lanjut", "tgl tindak lanjut", "waktu tanggap",
        "waktu tanggap wib", "tanggal jawab",
    ),
    "closed": ("tanggal selesai", "tgl selesai", "tanggal status", "closed date", "closed at"),
    "event_on": ("tanggal kejadian", "tgl kejadian"),
    "place": ("lokasi kejadian", "lokasi", "alamat", "tempat", "address"),
    "category": ("kategori", "topik", "klasifikasi masalah", "category", "bidang"),
    "agency": ("instansi tujuan", "instansi terdisposisi", "instansi", "opd", "dinas", "unit", "ditujukan", "agency"),
    "status": ("status laporan", "status", "state"),
    "type": ("jenis laporan", "jenis", "klasifikasi", "tipe"),
    "reply": ("tindak lanjut", "jawaban", "tanggapan", "balasan", "respon", "reply"),
    "latitude": ("latitude", "lat", "lintang"),
    "longitude": ("longitude", "lon", "lng", "bujur"),
    "anonymous": ("anonim", "anonymous"),
    "confidential": ("rahasia", "confidential"),
}  # fmt: skip
STATES: Mapping[str, str] = {  # words of handbook 3.1 and of registers like it -> our state
    "menunggu verifikasi": State.AWAITING_VERIFICATION, "belum terverifikasi": State.AWAITING_VERIFICATION,
    "belum diverifikasi": State.AWAITING_VERIFICATION, "baru": State.AWAITING_VERIFICATION,
    "tertunda": State.PENDING_INFO, "tunda": State.PENDING_INFO,
    "terverifikasi": State.AWAITING_FOLLOW_UP, "belum ditindaklanjuti": State.AWAITING_FOLLOW_UP,
    "belum": State.AWAITING_FOLLOW_UP, "terdisposisi": State.AWAITING_FOLLOW_UP, "open": State.AWAITING_FOLLOW_UP,
    "proses": State.IN_PROGRESS, "dalam proses": State.IN_PROGRESS, "diproses": State.IN_PROGRESS,
    "in progress": State.IN_PROGRESS, "ditindaklanjuti": State.IN_PROGRESS,
    "selesai": State.RESOLVED, "tuntas": State.RESOLVED, "closed": State.RESOLVED, "ditutup": State.RESOLVED,
    "arsip": State.ARCHIVED, "diarsipkan": State.ARCHIVED, "ditolak": State.ARCHIVED,
    "dicabut": State.WITHDRAWN, "dibatalkan": State.WITHDRAWN, "dirujuk": State.REFERRED_EXTERNAL,
    "": UNEXPLAINED,
}  # fmt: skip
TYPES: Mapping[str, str] = {
    "pengaduan": ReportType.COMPLAINT, "aduan": ReportType.COMPLAINT, "keluhan": ReportType.COMPLAINT,
    "aspirasi": ReportType.ASPIRATION, "saran": ReportType.ASPIRATION, "usulan": ReportType.ASPIRATION,
    "permintaan informasi": ReportType.INFORMATION_REQUEST, "informasi": ReportType.INFORMATION_REQUEST,
    "pertanyaan": ReportType.INFORMATION_REQUEST,
}  # fmt: skip


def propose(path: Path) -> str:
    """A map in TOML for the register in a file, with the words of its columns listed for a person to complete.

    Raises Incomplete when no column looks like the text of a report.
    """
    table = open_table(path, Layout())
    columns = guess(table.header)
    sample = [record for record in islice(table.rows, LOOKED_AT) if not record.broken]
    if "text" not in columns and (wordiest := _wordiest(table, sample)):
        columns["text"] = wordiest
        table.notes.append(
            _("“%(column)s” was taken for the text, since its cells are the longest.") % {"column": wordiest}
        )
    if "text" not in columns:
        raise Incomplete(
            _("No map can be proposed for %(file)s.") % {"file": path.name},
            why=_("No column is called as the text of a report would be: %(names)s.")
            % {"names": ", ".join(table.header)},
            instead=_("Write a map by hand; docs/operations/import.md shows one."),
        )
    return "\n".join([*_head(path, table), *_columns(columns), *_meanings(table, columns, sample)])


def guess(header: list[str]) -> dict[str, str]:
    """Field -> column, by name; each column at most once, surer names before less sure ones."""
    by_name = {simple(name.replace("_", " ")): name for name in header if name}
    found: dict[str, str] = {}
    longest = max(map(len, NAMES.values()))
    for rank in range(longest):
        for name, known in NAMES.items():
            column = by_name.get(known[rank]) if rank < len(known) and name not in found else None
            if column is not None:
                found[name] = column
                del by_name[known[rank]]
    return found


def _wordiest(table: Table, sample: list[Record]) -> str:
    """The column whose cells are longest on average, if they are as long as a sentence."""
    lengths = {
        name: sum(len(record.cells[place]) for record in sample if len(record.cells) > place) / max(len(sample), 1)
        for place, name in enumerate(table.header)
        if name
    }
    longest = max(lengths, key=lengths.__getitem__, default="")
    return longest if lengths.get(longest, 0) >= A_SENTENCE else ""


def _head(path: Path, table: Table) -> Iterator[str]:
    yield _noted(
        "", _("Proposed for %(file)s. Look at every line: a machine proposes, a person decides.") % {"file": path.name}
    )
    yield from (_noted("", note) for note in table.notes)
    source = simple(path.stem).replace(" ", "-").replace("_", "-")[:40] or "register"
    yield _noted(f"source = {_word(source)}", _("names the register; do not change it later"))
    yield ""
    yield "[dates]"
    yield 'zone = "WIB"  # WIB, WITA, WIT'
    yield _noted('order = "day-first"', _("or month-first"))
    yield _noted('as_of = ""', _("the day on which the register was read off, such as 2023-03-31"))
    yield ""


def _columns(columns: Mapping[str, str]) -> Iterator[str]:
    yield "[columns]"
    for name in NAMES:
        if name in columns:
            yield f"{name} = {_word(columns[name])}"
    yield ""
    if "lodged" not in columns:
        yield "[defaults]"
        yield _noted(f'lodged = "{timezone.localdate():%Y-%m-%d}"', _("no column of dates was found"))
        yield ""
    if "status" not in columns and "answered" in columns:
        yield "[status_by_answer]"
        yield f"answered = {_word(State.IN_PROGRESS)}"
        yield f"unanswered = {_word(State.AWAITING_FOLLOW_UP)}"
        yield ""
    elif "status" not in columns:
        yield _noted("", _("No column of states was found: say under [defaults] what state the reports are in."))
        yield ""


def _meanings(table: Table, columns: Mapping[str, str], sample: list[Record]) -> Iterator[str]:
    """The words of each looked-up column with what they may mean; '?' where a person must say."""
    categories = {simple(category.name): category.code for category in Category.objects.all()}
    if "agency" in columns:
        yield "[agencies]"
        under = _("code of the agency below which units are found by name, such as 35-78")
        yield _noted('under = ""', under)
        yield _noted('unknown = "keep"', _("or refuse"))
        yield ""
    for name, known in (("status", STATES), ("type", TYPES), ("category", categories)):
        if name not in columns:
            continue
        yield f"[values.{name}]"
        for word, n in _words(table, columns[name], sample).most_common(MOST_WORDS):
            code = known.get(simple(word)) or (_alike(word, categories) if name == "category" else "")
            line = f"{_word(word)} = {_word(code or '?')}  # {n}"
            yield line if code else f"# {line}"
        yield ""


def _words(table: Table, column: str, sample: list[Record]) -> Counter[str]:
    place = table.header.index(column)
    return Counter(record.cells[place].strip() for record in sample if len(record.cells) > place)


def _alike(word: str, categories: Mapping[str, str]) -> str:
    best = process.extractOne(simple(word), list(categories), scorer=fuzz.token_sort_ratio, score_cutoff=ALIKE)
    return categories[best[0]] if best else ""


def _noted(line: str, words: str) -> str:
    return f"{line}  # {words}" if line else f"# {words}"


def _word(word: str) -> str:
    """A word as TOML writes it; JSON's way of quoting is a part of it."""
    return json.dumps(word, ensure_ascii=False)
