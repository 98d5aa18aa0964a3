"""What the senders write down, on disk before anybody looks at the register: a line for each try and each receipt.

tried KEY; again KEY (the same form once more, after no answer); filed KEY NUMBER (a receipt was read); refused KEY STATUS.
"""

import os
import threading
from dataclasses import dataclass, field
from pathlib import Path

SYNC_EVERY = 25  # lines


class Writer:
    """Appends lines; safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        self._lock, self._unsynced = threading.Lock(), 0

    def say(self, *words: str) -> None:
        with self._lock:
            os.write(self._file, (" ".join(words) + "\n").encode())
            self._unsynced += 1
            if self._unsynced >= SYNC_EVERY:
                self.sync()

    def sync(self) -> None:
        os.fsync(self._file)
        self._unsynced = 0


@dataclass
class Journal:
    """What a journal holds. filed: number by key. answers: receipts that were read, repetitions included."""

    tried: set[str] = field(default_factory=set)
    filed: dict[str, str] = field(default_factory=dict)
    contradictions: list[str] = field(default_factory=list)
    again: int = 0
    refused: list[str] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> "Journal":
        found = cls()
        for line in path.read_text().splitlines():
            word, key, *rest = line.split(" ")
            if word == "tried":
                found.tried.add(key)
            elif word == "again":
                found.again += 1
            elif word == "filed":
                if found.filed.setdefault(key, rest[0]) != rest[0]:
                    found.contradictions.append(f"{key}: {found.filed[key]} and {rest[0]}")
            else:
                found.refused.append(f"{key} {' '.join(rest)}")
        return found


class Tail:
    """How many receipts a growing journal holds, read from where it stopped last time."""

    def __init__(self, path: Path) -> None:
        self._path, self._at, self.filed = path, 0, 0

    def read(self) -> int:
        if self._path.exists():
            with self._path.open("rb") as file:
                file.seek(self._at)
                data = file.read()
            whole = data[: data.rfind(b"\n") + 1]
            self._at += len(whole)
            self.filed += whole.count(b"filed ")
        return self.filed
