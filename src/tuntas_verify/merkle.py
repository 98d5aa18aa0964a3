"""The hash tree of RFC 6962: leaves, nodes, roots, and the proof that a leaf is among them. Pure functions over bytes.

Source: RFC 6962 section 2.1. SHA-256 throughout; 0x00 before a leaf and 0x01 before a pair keep the two apart.
"""

from collections.abc import Callable, Sequence
from hashlib import sha256

HASH = 32  # bytes
EMPTY = sha256(b"").digest()
Range = Callable[[int, int], bytes]  # (first, end) -> the root of the leaves first..end-1


class Wrong(Exception):
    """A proof, a note or a file of the log does not say what it must say."""


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def split(n: int) -> int:
    """The largest power of two that is smaller than n, which is at least 2: where a tree of n leaves divides."""
    return 1 << (n - 1).bit_length() - 1


def root_of(hashes: Sequence[bytes]) -> bytes:
    """The root over leaf hashes."""
    frontier = Frontier()
    for leaf in hashes:
        frontier.append(leaf)
    return frontier.root()


class Frontier:
    """The right edge of a growing tree: the roots of its whole subtrees, largest first. Holds log2(n) hashes."""

    def __init__(self) -> None:
        self.size = 0
        self._whole: list[bytes] = []

    def append(self, leaf: bytes) -> None:
        """Put one more leaf hash at the end."""
        self._whole.append(leaf)
        self.size += 1
        for _level in range((self.size & -self.size).bit_length() - 1):
            right = self._whole.pop()
            self._whole[-1] = node_hash(self._whole[-1], right)

    def root(self) -> bytes:
        return fold(self._whole)


def fold(whole: Sequence[bytes]) -> bytes:
    """The root of a tree that falls into these whole subtrees, from left to right."""
    if not whole:
        return EMPTY
    root = whole[-1]
    for left in reversed(whole[:-1]):
        root = node_hash(left, root)
    return root


def inclusion(index: int, size: int, root_between: Range) -> list[bytes]:
    """The hashes that lead from leaf `index` to the root of a tree of `size` leaves, from the leaf upwards."""
    first, end, path = 0, size, []
    while end - first > 1:
        middle = first + split(end - first)
        if index < middle:
            path.append(root_between(middle, end))
            end = middle
        else:
            path.append(root_between(first, middle))
            first = middle
    return path[::-1]


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Raise Wrong unless the path leads from the leaf hash to the root. Source: RFC 9162 section 2.1.3.2."""
    if not 0 <= index < size:
        raise Wrong("the tree has no such leaf")
    at, last, found = index, size - 1, leaf
    for sibling in path:
        if not last:
            raise Wrong("the path is too long")
        if at & 1 or at == last:
            found = node_hash(sibling, found)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            found = node_hash(found, sibling)
        at, last = at >> 1, last >> 1
    if last or found != root:
        raise Wrong("the path does not lead to the root")
