"""In which encoding a text file is written: said by its first bytes, else found by reading it through once."""

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from tuntas.kernel.refusals import Incomplete

CHUNK = 1 << 20
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
MISFIT = re.compile("[\udc80-\udcff]")  # what surrogateescape makes of a byte that fits nowhere
BEYOND_ASCII = re.compile(r"[^\x00-\x7f]")
UNDEFINED_IN_CP1252 = frozenset("\udc81\udc8d\udc8f\udc90\udc9d")
MANY_ZEROS = 0.2  # share of zero bytes above which a file is UTF-16 without a mark


@dataclass(frozen=True, slots=True)
class Encoding:
    """A codec's name, and how bytes that do not fit are handed on: `strict`, or `surrogateescape` for damaged UTF-8."""

    name: str
    errors: str = "strict"
    note: str = ""

    @property
    def is_damaged(self) -> bool:
        return self.errors == "surrogateescape"


def of_file(path: Path, given: str = "") -> Encoding:
    """The encoding of a text file; `given` is the map's word for it and is believed.

    Raises Incomplete for an encoding that does not exist or that the file's bytes contradict.
    """
    if given:
        return _believed(path, given)
    with path.open("rb") as file:
        start = file.read(4096)
    for mark, name in MARKS:
        if start.startswith(mark):
            return Encoding(name, note=_("The file says by its first bytes that it is %(name)s.") % {"name": name})
    if start.count(0) > MANY_ZEROS * len(start):
        name = "utf-16-le" if start[1:2] == b"\x00" else "utf-16-be"
        return Encoding(name, note=_("Every second byte is empty: read as %(name)s.") % {"name": name})
    return _by_reading(path)


def _by_reading(path: Path) -> Encoding:
    if _is_utf8(path):
        return Encoding("utf-8")
    whole, broken, high = 0, 0, set[str]()
    with path.open("r", encoding="utf-8", errors="surrogateescape", newline="") as file:
        while text := file.read(CHUNK):
            misfits = MISFIT.findall(text)
            broken += len(misfits)
            whole += len(BEYOND_ASCII.findall(text)) - len(misfits)
            high.update(misfits)
    if whole > broken:
        return Encoding(
            "utf-8", "surrogateescape", _("The file is UTF-8 with damaged places; rows that hold one are refused.")
        )
    name = "latin-1" if high & UNDEFINED_IN_CP1252 else "cp1252"
    return Encoding(
        name, note=_("The file is not UTF-8; it was read as %(name)s. Look at its accents and dashes.") % {"name": name}
    )


def _is_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while chunk := file.read(CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _believed(path: Path, given: str) -> Encoding:
    try:
        codecs.lookup(given)
        with path.open("r", encoding=given, newline="") as file:
            while file.read(CHUNK):
                pass
    except (LookupError, UnicodeError) as error:
        raise Incomplete(
            _("%(file)s cannot be read as %(name)s.") % {"file": path.name, "name": given},
            why=str(error),
            instead=_("Correct `encoding` in the map, or leave it out: it is then found by reading the file."),
        ) from error
    return Encoding("utf-8-sig" if given.lower().replace("_", "-") in {"utf-8", "utf8"} else given)
