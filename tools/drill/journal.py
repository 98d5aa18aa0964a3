"""What the senders wrote down, each line on disk before the next step: it is the truth that the register is held to.

try KEY mail|none     about to send this form for the first time
again KEY REASON AT   no receipt came; at this second since 1970 the same form goes out once more
filed KEY NUMBER      a receipt with this number was read
abandoned KEY         no receipt came within the time that a person would try
"""

import os
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path


class Writer:
    """Appends lines, each synced; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def say(self, *words: str) -> None:
        os.write(self._file, (" ".join(words) + "\n").encode())
        os.fdatasync(self._file)


@dataclass
class Journal:
    """What journals hold. tried: by key, whether an address for news was left. filed: by key, the number told.

    repeated: by key, when the form first went out again, in seconds since 1970.
    """

    tried: dict[str, bool] = field(default_factory=dict)
    filed: dict[str, str] = field(default_factory=dict)
    contradictions: list[str] = field(default_factory=list)
    abandoned: list[str] = field(default_factory=list)
    repeated: dict[str, float] = field(default_factory=dict)
    reasons: Counter[str] = field(default_factory=Counter)

    @classmethod
    def of(cls, folder: Path) -> "Journal":
        """All journals of a folder together."""
        return cls.read(line for path in sorted(folder.iterdir()) for line in path.read_text().splitlines())

    @classmethod
    def read(cls, lines: Iterable[str]) -> "Journal":
        found = cls()
        for line in lines:
            found._take(*line.split(" "))
        return found

    def _take(self, word: str, key: str, rest: str = "", at: str = "0") -> None:
        if word == "try":
            self.tried[key] = rest == "mail"
        elif word == "again":
            self.repeated.setdefault(key, float(at))
            self.reasons[rest] += 1
        elif word == "filed":
            if self.filed.setdefault(key, rest) != rest:
                self.contradictions.append(key)
        else:
            self.abandoned.append(key)


class Receipts:
    """Counts the receipts in a folder of growing journals, reading each from where it stopped."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._read = folder, Counter[Path]()
        self.count = 0

    def now(self) -> int:
        for path in self._folder.iterdir():
            with path.open("rb") as file:
                file.seek(self._read[path])
                data = file.read()
            whole = data[: data.rfind(b"\n") + 1]
            self._read[path] += len(whole)
            self.count += whole.count(b"filed ")
        return self.count
