"""Checks a register against its own log: every leaf against its row, every tile and every head against the leaves.

Read only, in one snapshot, as a role that may read the histories and the log and nothing of what people wrote.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from tuntas_verify import queries
from tuntas_verify.findings import Findings, Progress, no_progress
from tuntas_verify.heads import Heads
from tuntas_verify.leaves import Entry, commitment, mark_of, written
from tuntas_verify.merkle import HASH
from tuntas_verify.notes import Key
from tuntas_verify.queries import Cursor, Row
from tuntas_verify.tiles import WIDTH, Tile, fold_whole, hashes_in, tiles_of

AT_ONCE = 8 * WIDTH  # leaves read together
DISORDER = timedelta(minutes=15)  # a transaction that lasts longer than this is not one of ours
Leaf = tuple[int, Entry, bytes | None]  # number, entry, salt


@dataclass
class RegisterCheck:
    """One look at a register. anchors: (name, note) of heads that were kept outside.

    keys: the log's public keys, from outside if possible; without them those that the register itself names.
    """

    cursor: Cursor
    keys: Sequence[Key] = ()
    anchors: Sequence[tuple[str, str]] = ()
    patience: float = 60.0  # seconds after which a row must have its leaf
    progress: Progress = no_progress
    found: Findings = field(default_factory=Findings)
    _newest: dict[int, tuple[datetime, int]] = field(default_factory=dict)
    _misplaced: dict[int, tuple[bytes, bytes]] = field(default_factory=dict)
    _erased: dict[int, int] = field(default_factory=dict)

    def run(self) -> Findings:
        """Look at everything. Raises what the database raises."""
        queries.one_snapshot(self.cursor)
        self.sources = {source.number: source for source in queries.present(self.cursor)}
        self.heads = Heads(self.keys or self._own_keys(), self.found)
        self._erased = queries.tombstones(self.cursor)
        self._collect_heads()
        self._walk()
        self._tell_swaps()
        self.heads.end()
        self._look_at_upper_tiles()
        self._look_beside_the_log()
        return self.found

    def _own_keys(self) -> list[Key]:
        self.found.remark(
            "The log's key was taken from the register itself. Compare it with a copy from elsewhere (--key).",
            "Kunci catatan diambil dari register itu sendiri. Bandingkan dengan salinan dari tempat lain (--key).",
        )
        return [Key(origin, public) for origin, public in queries.log_keys(self.cursor)]

    def _collect_heads(self) -> None:
        largest = 0
        for size, note in queries.heads(self.cursor):
            self.heads.add(note, f"head {size}", size)
            largest = max(largest, size)
        for name, note in self.anchors:
            self.heads.add(note, name)
        self.found.anchors = len(self.anchors)
        self.size = queries.size(self.cursor)
        if largest < self.size:
            self.found.add("unsigned", largest, size=largest, leaves=self.size)
        self.heads.begin()

    def _walk(self) -> None:
        """Every number in its order, AT_ONCE at a time."""
        for first in range(0, self.size, AT_ONCE):
            end = min(first + AT_ONCE, self.size)
            found = queries.leaves(self.cursor, first, end)
            leaves = [
                (number, Entry(source, row, mark, bound), salt) for number, source, row, mark, bound, salt in found
            ]
            rows, there = self._rows(leaves), {leaf[0] for leaf in leaves}
            self._look_for_gaps(range(first, end), there)
            for leaf in leaves:
                self._look_at(leaf, rows.get((leaf[1].source, leaf[1].row)))
            self._compare_tiles(first, end, {number: entry.hash for number, entry, _salt in leaves})
            self.found.leaves += len(leaves)
            self.progress("leaves", end, self.size)

    def _look_for_gaps(self, numbers: range, there: set[int]) -> None:
        """One finding for each run of missing numbers."""
        for number in numbers:
            if number not in there and (number - 1 in there or number == numbers.start):
                following = next((later for later in range(number, numbers.stop) if later in there), numbers.stop)
                self.found.add("gap", number, next=following)

    def _rows(self, leaves: Sequence[Leaf]) -> dict[tuple[int, int], Row]:
        found: dict[tuple[int, int], Row] = {}
        for number, source in self.sources.items():
            ids = [entry.row for _number, entry, _salt in leaves if entry.source == number]
            if ids:
                found |= {(number, key): row for key, row in queries.rows_of(self.cursor, source, ids).items()}
        return found

    def _look_at(self, leaf: Leaf, row: Row | None) -> None:
        number, entry, salt = leaf
        about = {"row": entry.row, "table": queries.TABLES.get(entry.source, str(entry.source))}
        if row is None:
            self.found.add("missing", number, **about)
            return
        self.found.rows += 1
        if salt is None:
            self._look_at_erased(number)
        elif commitment(salt, written(row.content)) != entry.commitment:
            self.found.add("changed", number, **about)
        if row.lookup is not None and mark_of(row.lookup) != entry.mark:
            self.found.add("mark", number)
        newest, other = self._newest.get(entry.source, (row.recorded_at, number))
        if row.recorded_at < newest - DISORDER:
            self.found.add("behind", number, other=other, recorded=_clock(row.recorded_at), **about)
        elif row.recorded_at >= newest:
            self._newest[entry.source] = (row.recorded_at, number)

    def _look_at_erased(self, number: int) -> None:
        """Erased by law: a tombstone says so, and stands in the log itself."""
        if number in self._erased:
            self.found.tombstones += 1
        else:
            self.found.add("unexplained", number)

    def _compare_tiles(self, first: int, end: int, leaves: dict[int, bytes]) -> None:
        """Each leaf against the hash that the tiles have for its number, and the hashes against the heads.

        So a leaf that was changed alone is named by itself; the heads speak when its hash was changed too.
        """
        for index in range(first // WIDTH, (end + WIDTH - 1) // WIDTH):
            hashes = hashes_in(queries.tile(self.cursor, 0, index))
            for number in range(index * WIDTH, min((index + 1) * WIDTH, end)):
                stands = leaves.get(number, b"")
                logged = hashes[number % WIDTH] if number % WIDTH < len(hashes) else b""
                if stands and stands != logged:
                    self._misplaced[number] = (logged, stands)
                self.heads.pass_by(logged or stands)

    def _tell_swaps(self) -> None:
        """Leaves that stand under each other's numbers are told of as such; the others as wrong."""
        home = {logged: number for number, (logged, _stands) in self._misplaced.items()}
        told: set[int] = set()
        for number, (logged, stands) in sorted(self._misplaced.items()):
            other = home.get(stands)
            if other is not None and self._misplaced[other][1] == logged and other != number:
                if number not in told:
                    self.found.add("swapped", number, other=other)
                told |= {number, other}
            else:
                self.found.add("leaf", number)

    def _look_at_upper_tiles(self) -> None:
        """Every tile above the leaves against the tiles below it. Wrong leaves would repeat themselves here."""
        if self.found.wrong:
            return
        for tile in tiles_of(self.size):
            content = queries.tile(self.cursor, tile.level, tile.index)
            if len(content) != tile.width * HASH or (tile.level and content != self._from_below(tile)):
                self.found.add("tile", tile.index * WIDTH ** (tile.level + 1), path=tile.path)
                return

    def _from_below(self, tile: Tile) -> bytes:
        below = (tile.index * WIDTH + at for at in range(tile.width))
        return b"".join(fold_whole(hashes_in(queries.tile(self.cursor, tile.level - 1, index))) for index in below)

    def _look_beside_the_log(self) -> None:
        """Rows without a leaf, and reports without a beginning."""
        for source in self.sources.values():
            for row, recorded_at in queries.unsequenced(self.cursor, source, self.patience):
                self.found.add("late", row=row, table=source.table, recorded=_clock(recorded_at))
        for report in queries.without_receipt(self.cursor):
            self.found.add("unreceived", row=report)
        for report in queries.received_twice(self.cursor):
            self.found.add("received twice", row=report)


def _clock(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
