"""Tiles: how a log lays its tree out in files of 256 hashes (C2SP tlog-tiles), and any root or proof out of them."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tuntas_verify.merkle import HASH, Wrong, fold, inclusion, split

WIDTH = 256  # hashes of a full tile: a subtree of height 8
HEIGHT = 8
_PATH = re.compile(r"(entries|[0-9]{1,2})/(?P<index>(x[0-9]{3}/){0,5}[0-9]{3})(\.p/(?P<width>[0-9]{1,3}))?")
ENTRIES = -1  # the "level" of the files that hold the entries themselves


@dataclass(frozen=True, slots=True)
class Tile:
    """A file of the log. level: ENTRIES, or 0 and above. width: of the hashes (or entries) in it, 1 to 256."""

    level: int
    index: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """`tile/0/x001/234`, with `.p/W` behind it when it is not full."""
        number = f"{self.index % 1000:03d}"
        rest = self.index // 1000
        while rest:
            number, rest = f"x{rest % 1000:03d}/{number}", rest // 1000
        level = "entries" if self.level == ENTRIES else str(self.level)
        return f"tile/{level}/{number}" + (f".p/{self.width}" if self.width < WIDTH else "")


def parse(level: str, rest: str) -> Tile:
    """The tile that `/tile/<level>/<rest>` names. Raises Wrong for a path that is not written as the rules say."""
    found = _PATH.fullmatch(f"{level}/{rest}")
    if found is None:
        raise Wrong("no such tile")
    index = int(found["index"].replace("x", "").replace("/", ""))
    tile = Tile(ENTRIES if level == "entries" else int(level), index, int(found["width"] or WIDTH))
    # What is written in any other way (zeros in front, too many parts) comes back as something else.
    if tile.path != f"tile/{level}/{rest}" or not 1 <= tile.width <= WIDTH or tile.level > 63:
        raise Wrong("no such tile")
    return tile


def tile_at(level: int, index: int, size: int) -> Tile:
    """The tile as a tree of `size` leaves has it: full, or as wide as the tree reaches."""
    per_hash = WIDTH ** max(level, 0)
    return Tile(level, index, min(WIDTH, size // per_hash - index * WIDTH))


def tiles_of(size: int) -> list[Tile]:
    """Every tile with hashes of a tree of `size` leaves, lowest level first."""
    found, level, hashes = [], 0, size
    while hashes:
        found += [tile_at(level, index, size) for index in range((hashes + WIDTH - 1) // WIDTH)]
        level, hashes = level + 1, hashes // WIDTH
    return found


def hashes_in(content: bytes) -> list[bytes]:
    return [content[at : at + HASH] for at in range(0, len(content), HASH)]


def whole_subtrees(hashes: list[bytes]) -> list[bytes]:
    """The roots of the whole subtrees that a tile's hashes fall into, largest first."""
    found, at = [], 0
    for bit in range(HEIGHT, -1, -1):
        if len(hashes) & 1 << bit:
            found.append(fold_whole(hashes[at : at + (1 << bit)]))
            at += 1 << bit
    return found


def fold_whole(hashes: list[bytes]) -> bytes:
    """The root over 1, 2, 4, ... 256 hashes."""
    while len(hashes) > 1:
        hashes = [fold(hashes[at : at + 2]) for at in range(0, len(hashes), 2)]
    return hashes[0]


class TiledTree:
    """Roots and proofs of a tree of `size` leaves, from its tiles; each tile is asked for once."""

    def __init__(self, size: int, read: Callable[[Tile], bytes]) -> None:
        self.size, self._read = size, read
        self._known: dict[tuple[int, int], list[bytes]] = {}

    def root(self) -> bytes:
        return self.between(0, self.size) if self.size else fold([])

    def leaf(self, index: int) -> bytes:
        return self._hashes(0, index // WIDTH)[index % WIDTH]

    def inclusion(self, index: int) -> list[bytes]:
        return inclusion(index, self.size, self.between)

    def between(self, first: int, end: int) -> bytes:
        """The root of the leaves first..end-1, as RFC 6962 divides them."""
        n = end - first
        if n & (n - 1) == 0 and first % n == 0:
            return self._whole(n.bit_length() - 1, first)
        middle = first + split(n)
        return fold([self.between(first, middle), self.between(middle, end)])

    def _whole(self, height: int, first: int) -> bytes:
        level, inside = divmod(height, HEIGHT)
        at = first >> level * HEIGHT
        hashes = self._hashes(level, at // WIDTH)
        return fold_whole(hashes[at % WIDTH : at % WIDTH + (1 << inside)])

    def _hashes(self, level: int, index: int) -> list[bytes]:
        if (level, index) not in self._known:
            tile = tile_at(level, index, self.size)
            content = self._read(tile)
            if len(content) != tile.width * HASH:
                raise Wrong(f"{tile.path} has {len(content)} bytes instead of {tile.width * HASH}")
            self._known[level, index] = hashes_in(content)
        return self._known[level, index]
