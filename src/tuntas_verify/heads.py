"""Heads, whoever kept them: each must be signed, and be the root of the first so many leaves of one log."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tuntas_verify.findings import Findings
from tuntas_verify.merkle import Frontier, Wrong
from tuntas_verify.notes import Checkpoint, Key, opened


@dataclass(frozen=True, slots=True)
class Head:
    """A signed head and where it was found."""

    checkpoint: Checkpoint
    where: str


@dataclass
class Heads:
    """Heads to compare with the leaves as they go by, smallest first."""

    keys: Sequence[Key]
    found: Findings
    waiting: list[Head] = field(default_factory=list)
    frontier: Frontier = field(default_factory=Frontier)
    _good: int = 0  # the size of the largest head that held
    _broken: bool = False

    def add(self, note: str, where: str, size: int | None = None) -> None:
        """size: what the head's own row claims, where there is one."""
        try:
            head = opened(note, self.keys)
        except Wrong:
            self.found.add("signature", size=_claimed(note, size), where=where)
            return
        if size not in {None, head.size}:
            self.found.add("signature", size=size, where=where)
            return
        self.waiting.append(Head(head, where))

    def begin(self) -> None:
        """When all heads are known, before the first leaf."""
        self.waiting.sort(key=lambda head: -head.checkpoint.size)
        self._compare()

    def pass_by(self, leaf: bytes) -> None:
        """The next leaf hash."""
        self.frontier.append(leaf)
        self._compare()

    def end(self) -> None:
        """When the leaves have ended: what is still waiting was signed over more leaves than there are."""
        if self.waiting:
            head = self.waiting[0]
            self.found.add("tail", self.frontier.size, size=head.checkpoint.size, where=head.where)
        self.waiting.clear()

    def _compare(self) -> None:
        while self.waiting and self.waiting[-1].checkpoint.size == self.frontier.size:
            head = self.waiting.pop()
            self.found.heads += 1
            if head.checkpoint.root == self.frontier.root():
                self._good = max(self._good, head.checkpoint.size)
            else:  # every later head is wrong for the same reason: the first one says where
                if not self._broken:
                    size = head.checkpoint.size
                    self.found.add("head", self._good, size=size, last=size - 1, where=head.where)
                self._broken = True


def _claimed(note: str, size: int | None) -> object:
    if size is not None:
        return size
    lines = note.split("\n")
    return lines[1] if len(lines) > 1 else "?"


def anchors_in(places: Iterable[Path]) -> list[tuple[str, str]]:
    """(name, note) of every anchor file given, folders with all that they hold. Raises OSError."""
    found = []
    for place in places:
        files = sorted(place.glob("*.txt")) if place.is_dir() else [place]
        found += [(file.name, file.read_text(encoding="utf-8")) for file in files]
    return found
