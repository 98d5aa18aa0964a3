"""What a check found, and the words for it. The first wrong leaf comes first."""

from collections.abc import Callable
from dataclasses import dataclass, field

Progress = Callable[[str, int, int], None]  # what, done, of

MANY = 1000  # findings kept; the first is what counts

# kind: (English, Indonesian). A kind that stands for a single leaf says so by {leaf}.
WORDS: dict[str, tuple[str, str]] = {
    "changed": (
        "Leaf {leaf}: row {row} of {table} was changed after it was logged.",
        "Nomor {leaf}: baris {row} dari {table} diubah setelah dicatat.",
    ),
    "missing": (
        "Leaf {leaf}: row {row} of {table} was logged and is gone.",
        "Nomor {leaf}: baris {row} dari {table} pernah dicatat dan kini hilang.",
    ),
    "gap": (
        "Leaf {leaf} is missing from the log; the next one is {next}.",
        "Nomor {leaf} hilang dari catatan; yang berikutnya {next}.",
    ),
    "leaf": (
        "Leaf {leaf} is not the one that was logged under this number.",
        "Nomor {leaf} bukan yang semula dicatat di sini.",
    ),
    "swapped": (
        "Leaf {leaf} and leaf {other} were swapped.",
        "Nomor {leaf} dan nomor {other} ditukar.",
    ),
    "mark": (
        "Leaf {leaf}: it does not bear the mark of its report's receipt.",
        "Nomor {leaf}: tidak memuat tanda dari tanda terima laporannya.",
    ),
    "unexplained": (
        "Leaf {leaf}: it cannot be opened any more, and no tombstone says why.",
        "Nomor {leaf}: tidak dapat dibuka lagi, dan tidak ada keterangan penghapusan.",
    ),
    "behind": (
        "Leaf {leaf}: row {row} of {table} claims {recorded}, long before leaf {other}. It was put in later.",
        "Nomor {leaf}: baris {row} dari {table} mengaku {recorded}, jauh sebelum nomor {other}. Disisipkan belakangan.",
    ),
    "tile": (
        "{path} does not follow from the leaves; the first wrong one is {leaf}.",
        "{path} tidak sesuai dengan nomor-nomornya; yang pertama salah {leaf}.",
    ),
    "tail": (
        "The log ends before leaf {leaf}, but a head was signed over {size} leaves ({where}): its end was cut off.",
        "Catatan habis sebelum nomor {leaf}, padahal segel atas {size} nomor pernah dibuat ({where}).",
    ),
    "head": (
        "The head signed over {size} leaves ({where}) is not theirs: the first wrong leaf is one of {leaf} to {last}.",
        "Segel atas {size} nomor ({where}) bukan milik catatan ini: yang pertama salah di antara {leaf} dan {last}.",
    ),
    "signature": (
        "The head over {size} leaves is not signed by the log's key ({where}).",
        "Segel atas {size} nomor tidak ditandatangani dengan kunci catatan ini ({where}).",
    ),
    "unsigned": (
        "The newest signed head covers {size} leaves, but the log has {leaves}.",
        "Segel terbaru mencakup {size} nomor, padahal catatan punya {leaves}.",
    ),
    "late": (
        "Row {row} of {table}, recorded at {recorded}, is not in the log: it stands still, or passed the row over.",
        "Baris {row} dari {table}, dicatat pada {recorded}, belum masuk: catatan berhenti, atau melewatinya.",
    ),
    "unreceived": (
        "Report {row} has no entry of its receipt.",
        "Laporan {row} tidak punya catatan penerimaan.",
    ),
    "received twice": (
        "Report {row} has more than one entry of its receipt.",
        "Laporan {row} punya lebih dari satu catatan penerimaan.",
    ),
    "kept": (
        "Leaf {leaf} is served otherwise than the copy that you kept.",
        "Nomor {leaf} disajikan berbeda dari salinan yang Anda simpan.",
    ),
    "receipt gone": (
        "Leaf {leaf}: the log no longer holds what your receipt proves. Keep the file: it is signed evidence.",
        "Nomor {leaf}: catatan tidak lagi memuat yang dibuktikan tanda terima Anda. Simpan berkasnya sebagai bukti.",
    ),
    "mark unknown": (
        "No leaf bears this mark. A new report takes up to a minute; after an hour, complain with your receipt.",
        "Tidak ada nomor dengan tanda ini. Laporan baru perlu semenit; setelah sejam, adukan dengan tanda terima Anda.",
    ),
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong. leaf: the leaf it is about, or the first of those it may be about; None for none."""

    kind: str
    leaf: int | None
    facts: dict[str, object]

    def say(self, language: str) -> str:
        return WORDS[self.kind][language == "id"].format(leaf=self.leaf, **self.facts)


@dataclass
class Findings:
    """Everything wrong that a check found, and what it looked at. quiet: things worth saying that are not wrong."""

    leaves: int = 0
    heads: int = 0
    anchors: int = 0
    tombstones: int = 0
    rows: int = 0
    found_mark: int | None = None
    wrong: list[Finding] = field(default_factory=list)
    remarks: list[tuple[str, str]] = field(default_factory=list)

    def add(self, kind: str, leaf: int | None = None, **facts: object) -> None:
        if len(self.wrong) < MANY:
            self.wrong.append(Finding(kind, leaf, facts))

    def remark(self, english: str, indonesian: str) -> None:
        self.remarks.append((english, indonesian))

    @property
    def first(self) -> Finding | None:
        """The finding about the lowest leaf, before those that are about none."""
        return min(self.wrong, key=lambda found: (found.leaf is None, found.leaf or 0), default=None)

    @property
    def in_order(self) -> list[Finding]:
        return sorted(self.wrong, key=lambda found: (found.leaf is None, found.leaf or 0))


def no_progress(_what: str, _done: int, _of: int) -> None:
    """For whoever does not watch."""
