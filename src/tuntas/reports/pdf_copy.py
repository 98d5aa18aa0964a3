"""A PDF without what it tells beside its pages, or why there is none: `python -m` this, PDF in, PDF out.

A process of its own, because a PDF of a few kilobytes can ask for gigabytes: the kernel's limits hold whatever the
library does. Nothing of ours but `segments` is loaded. Ends with one of ENDS; with 0 the copy stands on the standard
output.
"""

import resource
import sys
from collections.abc import Iterator
from io import BytesIO
from typing import Any

ENDS = {11: "broken", 12: "swollen", 13: "active", 14: "locked"}
PROCESSOR = 4  # seconds
MEMORY = 192 * 2**20  # bytes of data
MOST_PAGES, MOST_OBJECTS = 2_000, 100_000
TELLING = ("/Metadata", "/PieceInfo", "/LastModified", "/Thumb", "/AIPrivateData", "/SpiderInfo")
OF_NOTES = ("/T", "/M", "/CreationDate", "/NM")  # of an annotation: who wrote it, and when
RUNNING = frozenset(
    {"/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition", "/RichMediaExecute", "/GoToE"}
)
CARRYING = ("/JS", "/XFA", "/EmbeddedFiles", "/RichMediaContent", "/EF")


class _End(Exception):
    """The copy is not made; `code` of ENDS says why."""

    def __init__(self, code: int) -> None:
        self.code = code


def main() -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR, PROCESSOR))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    import pikepdf

    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    try:
        out = _copied(pikepdf, sys.stdin.buffer.read())
    except _End as end:
        return end.code
    except pikepdf.PasswordError:
        return 14
    except MemoryError:
        return 12
    except Exception:  # whatever the library says of hostile bytes, to the person it is a damaged file
        return 11
    sys.stdout.buffer.write(out)
    return 0


def _copied(pikepdf: Any, data: bytes) -> bytes:
    with pikepdf.open(BytesIO(data), suppress_warnings=True) as pdf:
        if len(pdf.objects) > MOST_OBJECTS or int(pdf.Root.Pages.get("/Count", 0)) > MOST_PAGES:
            raise _End(12)
        if len(pdf.pages) > MOST_PAGES:
            raise _End(12)
        if not len(pdf.pages):
            raise _End(11)
        for each in _dictionaries(pikepdf, pdf):
            _quieten(pikepdf, each)
        if "/Info" in pdf.trailer:
            del pdf.trailer["/Info"]
        out = BytesIO()
        pdf.save(
            out,
            static_id=True,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
        made = out.getvalue()
    with pikepdf.open(BytesIO(made), attempt_recovery=False) as copy:  # what was mended on the way in must be whole
        if not len(copy.pages):
            raise _End(11)
    return made


def _dictionaries(pikepdf: Any, pdf: Any) -> Iterator[Any]:
    """Every dictionary and stream, those that stand inside others too."""
    waiting = [each for each in pdf.objects if each is not None]
    waiting.append(pdf.trailer)
    seen = 0
    while waiting:
        each = waiting.pop()
        seen += 1
        if seen > 4 * MOST_OBJECTS:
            raise _End(12)
        if isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
            yield each
            waiting += [value for _key, value in each.items() if _is_inside(pikepdf, value)]
        elif isinstance(each, pikepdf.Array):
            waiting += [value for value in each if _is_inside(pikepdf, value)]


def _is_inside(pikepdf: Any, value: Any) -> bool:
    """Whether it stands here and not elsewhere under a number of its own, where it is met anyway."""
    return isinstance(value, pikepdf.Dictionary | pikepdf.Array) and not value.is_indirect


def _quieten(pikepdf: Any, each: Any) -> None:
    if str(each.get("/S", "")) in RUNNING or any(name in each for name in CARRYING):
        raise _End(13)
    for name in TELLING:
        if name in each:
            del each[name]
    if str(each.get("/Type", "")) == "/Annot" or ("/Subtype" in each and "/Rect" in each):
        for name in OF_NOTES:
            if name in each and str(each.get("/Subtype", "")) != "/Widget":
                del each[name]
    if isinstance(each, pikepdf.Stream) and each.get("/Filter") == pikepdf.Name.DCTDecode:
        from tuntas.reports.segments import quiet

        raw = each.read_raw_bytes()
        each.write(quiet(bytes(raw)), filter=pikepdf.Name.DCTDecode)


if __name__ == "__main__":
    sys.exit(main())
