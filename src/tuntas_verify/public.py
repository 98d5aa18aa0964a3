"""Checks a log as anybody can: over HTTP, or from a folder that holds the same files.

What is published tells no content. So this proves that the log is whole, only ever grew, and is the one whose heads
were kept elsewhere. What its leaves bind is checked by who may read the rows (`register`), and by each reporter with a
receipt (`proofs`).
"""

import gzip
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tuntas_verify.findings import Findings, Progress, no_progress
from tuntas_verify.heads import Heads
from tuntas_verify.leaves import Entry, unbundle
from tuntas_verify.merkle import HASH, Wrong
from tuntas_verify.notes import Checkpoint, Key, opened
from tuntas_verify.proofs import Proof
from tuntas_verify.tiles import ENTRIES, WIDTH, Tile, TiledTree, fold_whole, hashes_in, tile_at, tiles_of

TIMEOUT = 30  # seconds for one file
LARGEST = 1_000_000  # bytes of one file


class Unreachable(Exception):
    """A file of the log could not be had."""


class Files(Protocol):
    def read(self, path: str) -> bytes:
        """The file under the log's prefix. Raises Unreachable."""


@dataclass(frozen=True)
class Folder:
    """A log copied into a folder."""

    root: Path

    def read(self, path: str) -> bytes:
        try:
            return (self.root / path).read_bytes()
        except OSError as error:
            raise Unreachable(f"{path}: {error.strerror}") from error


@dataclass(frozen=True)
class Site:
    """A log where it is published. prefix: https://…/transparansi/log"""

    prefix: str

    def read(self, path: str) -> bytes:
        address = f"{self.prefix.rstrip('/')}/{path}"
        asked = urllib.request.Request(address, headers={"Accept-Encoding": "gzip, identity"})  # noqa: S310 - see place()
        try:
            with urllib.request.urlopen(asked, timeout=TIMEOUT) as answer:  # noqa: S310
                content: bytes = answer.read(LARGEST + 1)
                return gzip.decompress(content) if answer.headers.get("Content-Encoding") == "gzip" else content
        except (OSError, EOFError) as error:
            raise Unreachable(f"{address}: {error}") from error


def place(given: str) -> Files:
    """Where a log is: an address of the web, else a folder."""
    return Site(given) if given.startswith(("https://", "http://")) else Folder(Path(given))


def read_tile(files: Files, tile: Tile) -> bytes:
    """A tile or a bundle of entries; a partial one that is gone meanwhile is taken from the full one."""
    try:
        return files.read(tile.path)
    except Unreachable:
        if tile.width == WIDTH:
            raise
    content = files.read(Tile(tile.level, tile.index).path)
    if tile.level != ENTRIES:
        return content[: tile.width * HASH]
    return b"".join(len(entry).to_bytes(2, "big") + entry for entry in unbundle(content)[: tile.width])


@dataclass
class PublicCheck:
    """One look at a published log.

    keep: a folder in which every file is kept that was seen; the next look compares with it, and so names the first
    leaf that was changed behind everybody's back.
    """

    files: Files
    keys: Sequence[Key]
    anchors: Sequence[tuple[str, str]] = ()
    mark: bytes | None = None
    keep: Path | None = None
    progress: Progress = no_progress
    found: Findings = field(default_factory=Findings)
    _whole: list[bytes] = field(default_factory=list)  # the roots of the full tiles of leaves

    def run(self) -> Findings:
        """Look at everything. Raises Unreachable, and Wrong when there is no head that we can read."""
        note = self.files.read("checkpoint").decode("utf-8", "replace")
        self.head = opened(note, self.keys)
        self.heads = Heads(self.keys, self.found)
        self.heads.add(note, "checkpoint")
        for name, kept in [*self.anchors, *self._published_anchors(), *self._kept_heads()]:
            self.heads.add(kept, name)
        self.found.anchors = len(self.anchors)
        self.heads.begin()
        for index in range((self.head.size + WIDTH - 1) // WIDTH):
            self._look_at(index)
            self.progress("leaves", self.found.leaves, self.head.size)
        self.heads.end()
        self._look_at_upper_tiles()
        if self.mark is not None and self.found.found_mark is None:
            self.found.add("mark unknown")
        if self.keep and not self.found.wrong:
            _write(self.keep / "heads" / f"{self.head.size:012d}.txt", note.encode())
        return self.found

    def _published_anchors(self) -> Iterator[tuple[str, str]]:
        """The heads of each day, which the log publishes itself."""
        try:
            names = self.files.read("anchors/index.txt").decode("ascii", "replace").split()
        except Unreachable:
            return
        for name in names:
            yield name, self.files.read(f"anchors/{Path(name).name}").decode("utf-8", "replace")

    def _kept_heads(self) -> Iterator[tuple[str, str]]:
        for file in sorted((self.keep / "heads").glob("*.txt")) if self.keep else []:
            yield f"kept {file.name}", file.read_text(encoding="utf-8")

    def _look_at(self, index: int) -> None:
        """One bundle of entries against the hashes of its tile, and against what was kept of it."""
        bundle, tile = tile_at(ENTRIES, index, self.head.size), tile_at(0, index, self.head.size)
        content = read_tile(self.files, bundle)
        entries, hashes = unbundle(content), hashes_in(read_tile(self.files, tile))
        if len(entries) != tile.width or len(hashes) != tile.width:
            raise Wrong(f"{bundle.path} or {tile.path} is not as long as its name says")
        self._compare_kept(bundle, entries)
        for at, (packed, logged) in enumerate(zip(entries, hashes, strict=True)):
            number, entry = index * WIDTH + at, Entry.unpack(packed)
            if entry.hash != logged:
                self.found.add("leaf", number)
            if entry.mark == self.mark:
                self.found.found_mark = number
            self.heads.pass_by(entry.hash)
        if tile.width == WIDTH:
            self._whole.append(fold_whole(hashes))
        self.found.leaves += len(entries)
        if self.keep and not self.found.wrong:
            _write(self.keep / Tile(ENTRIES, bundle.index).path, content)

    def _compare_kept(self, bundle: Tile, entries: Sequence[bytes]) -> None:
        kept = self.keep / Tile(ENTRIES, bundle.index).path if self.keep else None
        if kept and kept.is_file():
            for at, (now, then) in enumerate(zip(entries, unbundle(kept.read_bytes()), strict=False)):
                if now != then:
                    self.found.add("kept", bundle.index * WIDTH + at)
                    return

    def _look_at_upper_tiles(self) -> None:
        """The tiles above the leaves must follow from those below: proofs are made of them."""
        below = self._whole
        for tile in tiles_of(self.head.size):
            if self.found.wrong or tile.level == 0:
                continue
            if tile.index == 0 and tile.level > 1:
                below = [fold_whole(below[at : at + WIDTH]) for at in range(0, len(below) - WIDTH + 1, WIDTH)]
            expected = b"".join(below[tile.index * WIDTH : tile.index * WIDTH + tile.width])
            if read_tile(self.files, tile) != expected:
                self.found.add("tile", tile.index * WIDTH ** (tile.level + 1), path=tile.path)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def check_receipt(proof: Proof, keys: Sequence[Key], files: Files | None) -> tuple[Checkpoint, Findings]:
    """A reporter's proof by itself and, where the log is given, against what it says today.

    Returns the head under which the leaf was proved. Raises Wrong for a proof that proves nothing, and Unreachable.
    """
    entry, found = proof.entry(), Findings(leaves=1)
    then = proof.check(entry.hash, keys)
    if files is None:
        return then, found
    now = opened(files.read("checkpoint").decode("utf-8", "replace"), keys)
    if now.size <= proof.index:
        found.add("receipt gone", proof.index)
        return then, found
    tree = TiledTree(now.size, lambda asked: read_tile(files, asked))
    if tree.root() != now.root:
        raise Wrong("the tiles of the log do not lead to its head")
    if tree.leaf(proof.index) != entry.hash:
        found.add("receipt gone", proof.index)
    elif now.size >= then.size and tree.between(0, then.size) != then.root:
        found.add("head", proof.index, size=then.size, last=then.size - 1, where="receipt")
    return then, found
