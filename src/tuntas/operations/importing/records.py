"""Records of a delimited text file. A stray quotation mark costs the row it stands in, never the rest of the file."""

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple

LONGEST_CELL = 1_000_000  # characters; beyond this a quotation mark was never closed
DELIMITERS = ",;\t|"


class Record(NamedTuple):
    """Where a record begins, counted in lines of the file, its cells; or `broken`: why it cannot be split."""

    line: int
    cells: list[str]
    broken: str = ""


class _Feed:
    """Hands lines to the CSV reader and holds those of the present record, so that they can be read again."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = iter(lines)
        self.again: deque[str] = deque()
        self.held: list[str] = []
        self.first = 1  # the line on which the present record begins

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        line = self.again.popleft() if self.again else next(self.lines)
        self.held.append(line)
        return line

    def release(self) -> None:
        self.first += len(self.held)
        self.held.clear()

    def give_back_all_but_first(self) -> None:
        self.again.extendleft(reversed(self.held[1:]))
        del self.held[1:]
        self.release()


def records(lines: Iterable[str], delimiter: str) -> Iterator[Record]:
    """Every record of the lines, in order. Quoted cells may hold line breaks and delimiters."""
    csv.field_size_limit(LONGEST_CELL)
    feed = _Feed(lines)
    while True:
        reader = csv.reader(feed, delimiter=delimiter, strict=True)
        try:
            for cells in reader:
                yield Record(feed.first, cells)
                feed.release()
            return
        except csv.Error as error:
            yield Record(feed.first, [feed.held[0].rstrip("\r\n")[:LONGEST_CELL]], str(error))
            feed.give_back_all_but_first()


def delimiter_of(line: str) -> str:
    """The delimiter that stands most often outside quotation marks in the line with the names of the columns."""
    outside = "".join(line.split('"')[::2])
    return max(DELIMITERS, key=outside.count)
