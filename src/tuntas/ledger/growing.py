"""The right edge of the tree, in memory: leaves are put at its end, and the tiles that changed are told."""

from collections.abc import Callable

from tuntas_verify.merkle import HASH, fold
from tuntas_verify.tiles import WIDTH, fold_whole, hashes_in, whole_subtrees

Place = tuple[int, int]  # level, index


class Edge:
    """The tiles of a tree of `size` leaves that are not full yet. read: the hashes of a tile, as far as it goes."""

    def __init__(self, size: int, read: Callable[[int, int], bytes]) -> None:
        self.size = size
        self._full: dict[Place, bytes] = {}
        self._touched: set[int] = set()  # levels
        self._open: list[tuple[int, list[bytes]]] = []  # by level: index of the tile, its hashes so far
        level, hashes = 0, size
        while hashes:
            index, width = divmod(hashes, WIDTH)
            self._open.append((index, hashes_in(read(level, index)[: width * HASH]) if width else []))
            level, hashes = level + 1, index

    def append(self, leaf: bytes) -> None:
        """Put one more leaf hash at the end."""
        self.size += 1
        self._put(0, leaf)

    def _put(self, level: int, value: bytes) -> None:
        if level == len(self._open):
            self._open.append((0, []))
        index, hashes = self._open[level]
        hashes.append(value)
        self._touched.add(level)
        if len(hashes) == WIDTH:
            self._full[level, index] = b"".join(hashes)
            self._open[level] = (index + 1, [])
            self._put(level + 1, fold_whole(hashes))

    def root(self) -> bytes:
        return fold([whole for _index, hashes in reversed(self._open) for whole in whole_subtrees(hashes)])

    def tiles(self) -> dict[Place, bytes]:
        """Every tile that grew, with all its hashes."""
        grown = {(level, index): hashes for level, (index, hashes) in enumerate(self._open) if level in self._touched}
        return self._full | {place: b"".join(hashes) for place, hashes in grown.items() if hashes}
