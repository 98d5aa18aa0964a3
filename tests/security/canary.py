"""Words that must be nowhere, and the search for them: plain, encoded, packed, and packed inside what is encoded.

Every canary of a run begins with the same rare word, so that one search finds all of them. A copy counts in any of
these forms: UTF-8, UTF-16, hexadecimal digits (as pg_dump writes bytes), base64 at each of its three phases, percent
signs; each also inside gzip, zlib and zstd streams, and inside runs of hexadecimal digits or base64.
"""

import base64
import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

DEPTH = 3  # packings inside each other that are opened
LARGEST_OPENED = 64 * 2**20  # bytes of one opened stream
MAGIC = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]|\x28\xb5\x2f\xfd")
HEX_RUN = re.compile(rb"(?:[0-9a-fA-F]{2}){24,}")
BASE64_RUN = re.compile(rb"[A-Za-z0-9+/_-]{40,}={0,2}")


@dataclass(frozen=True)
class Hit:
    """Where a canary was found. place: a file; how: the encodings around it, outermost first."""

    place: str
    how: str
    around: bytes

    def __str__(self) -> str:
        return f"{self.place} ({self.how}): {self.around!r}"


class Searcher:
    """Looks for words in bytes, files and folders. exact: words that are only looked for as they are written."""

    def __init__(self, words: Iterable[str], exact: Iterable[str] = ()) -> None:
        forms: dict[bytes, str] = {}
        cases = [said for word in words for said in {word, word.lower(), word.upper(), word.capitalize()}]
        for word in [*cases, *exact]:
            for how, form in _forms(word):
                forms.setdefault(form, how)
        self.forms = forms
        self.plain_forms = {form: how for form, how in forms.items() if how in {"plain", "UTF-16", "hexadecimal"}}

    def in_bytes(self, data: bytes, place: str = "", *, plain: bool = False) -> Iterator[Hit]:
        yield from self._inside(data, place, "", 0 if plain else DEPTH, self.plain_forms if plain else self.forms)

    def _inside(self, data: bytes, place: str, how: str, depth: int, forms: dict[bytes, str]) -> Iterator[Hit]:
        for form, name in forms.items():
            at = data.find(form)
            if at >= 0:
                yield Hit(place, f"{how}{name}", data[max(0, at - 30) : at + len(form) + 30])
        if depth:
            for name, opened in _opened(data):
                yield from self._inside(opened, place, f"{how}{name}, ", depth - 1, forms)

    def in_file(self, path: Path) -> Iterator[Hit]:
        with suppress(FileNotFoundError):  # servers remove files while we look
            yield from self.in_bytes(path.read_bytes(), str(path))
            yield from self.in_bytes(path.name.encode(), f"the name {path}")

    def in_folder(self, folder: Path, *, plain: bool = False) -> Iterator[Hit]:
        """Every file below. plain: as it stands, in UTF-16 and in hexadecimal digits, for large files of a database."""
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                if plain:
                    with suppress(FileNotFoundError):
                        yield from self.in_bytes(path.read_bytes(), str(path), plain=True)
                else:
                    yield from self.in_file(path)


def _forms(word: str) -> Iterator[tuple[str, bytes]]:
    raw = word.encode()
    yield "plain", raw
    yield "UTF-16", word.encode("utf-16-le")
    yield "UTF-16 the other way", word.encode("utf-16-be")
    yield "hexadecimal", raw.hex().encode()
    yield "HEXADECIMAL", raw.hex().upper().encode()
    if (percent := quote(word, safe="")) != word:
        yield "percent signs", percent.encode()
    for phase in range(3):
        coded = base64.b64encode(b"\0" * phase + raw)
        whole = coded[-(-phase * 4 // 3) : (len(raw) + phase) * 4 // 3]  # characters that depend on the word alone
        yield f"base64, phase {phase}", whole
        if (safe := whole.translate(bytes.maketrans(b"+/", b"-_"))) != whole:
            yield f"base64 of addresses, phase {phase}", safe


def _opened(data: bytes) -> Iterator[tuple[str, bytes]]:
    for found in MAGIC.finditer(data):
        for name, opener in OPENERS.items():
            if data.startswith(STARTS[name], found.start()) and (opened := _try(opener, data[found.start() :])):
                yield name, opened
    for found in HEX_RUN.finditer(data):
        yield "hexadecimal run", bytes.fromhex(found.group().decode())
    for found in BASE64_RUN.finditer(data):
        run = found.group().translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
        with suppress(ValueError):
            yield "base64 run", base64.b64decode(run + b"=" * (-len(run) % 4))


def _try(opener: Callable[[bytes], bytes], data: bytes) -> bytes:
    """What comes out, as far as it goes: a cut stream may still hold the word."""
    try:
        return opener(data)
    except Exception:  # most of what begins like a stream is none
        return b""


def _inflate(data: bytes, window: int) -> bytes:
    return zlib.decompressobj(window).decompress(data, LARGEST_OPENED)


def _zstd(data: bytes) -> bytes:
    """Only where this Python has it (3.14)."""
    from compression import zstd  # type: ignore[import-not-found, unused-ignore]

    return bytes(zstd.ZstdDecompressor().decompress(data, max_length=LARGEST_OPENED))


OPENERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: _inflate(data, 16 + zlib.MAX_WBITS),
    "zlib": lambda data: _inflate(data, zlib.MAX_WBITS),
    "zstd": _zstd,
}
STARTS = {"gzip": b"\x1f\x8b\x08", "zlib": b"\x78", "zstd": b"\x28\xb5\x2f\xfd"}
