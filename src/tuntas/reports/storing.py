"""Where files lie: a folder here, an object store elsewhere, behind one small contract.

A key is random: it tells nothing of the file, and two equal files are two files, so that erasing one leaves the other.
Who may read what is decided before a key is asked for; content is encrypted before it comes here (design 3b).
"""

import os
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings

from tuntas.kernel.refusals import NotFound
from tuntas.reports.file_keys import KEY, PREFIXES, SET_ASIDE, StoreAway, new_key, nothing

__all__ = ["KEY", "PREFIXES", "SET_ASIDE", "FileStore", "FolderStore", "StoreAway", "installed"]
ABANDONED = 24 * 3600  # seconds after which a half-written file belongs to nobody


class FileStore(Protocol):
    """Keeps bytes under keys of its own making."""

    def put(self, chunks: Iterable[bytes] | bytes) -> str:
        """Keep the bytes, given whole or piece by piece, and return their key. On return they survive a loss of power.

        Raises OSError when they cannot be kept; then nothing is left behind under any key.
        """

    def open(self, key: str) -> BinaryIO:
        """The bytes of a key, to be closed by the caller, set aside or not. Raises NotFound, or StoreAway."""

    def remove(self, key: str) -> None:
        """Forget a file (a lawful erasure, or a form that was never finished). Unknown keys are no error."""

    def keys(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        """Every key that begins so (one of PREFIXES, or SET_ASIDE), with the moment it was put."""

    def set_aside(self, key: str) -> None:
        """Move what nobody points to out of the way. It can still be opened: a row may come back with a backup."""


class FolderStore:
    """Files in a folder that only its owner can read: temporary file, fsync, rename, fsync of the folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, chunks: Iterable[bytes] | bytes) -> str:
        key = new_key()
        target, temporary = self.root / key, self._folder(self.root / "incoming") / key.replace("/", "")
        self._folder(target.parent)
        try:
            _write(temporary, [chunks] if isinstance(chunks, bytes) else chunks)
            temporary.rename(target)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
        _sync_folder(target.parent)
        return key

    def open(self, key: str) -> BinaryIO:
        for path in (self._path(key), self.root / SET_ASIDE / key):
            with suppress(OSError):
                return os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb")
        raise nothing()

    def remove(self, key: str) -> None:
        with suppress(NotFound):
            for path in (self._path(key), self.root / SET_ASIDE / key):
                with suppress(FileNotFoundError):
                    path.unlink()
                    _sync_folder(path.parent)

    def keys(self, prefix: str) -> Iterator[tuple[str, datetime]]:
        folder = self.root / prefix
        for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
            with suppress(FileNotFoundError):
                if path.is_file() and not path.is_symlink():
                    yield path.relative_to(self.root).as_posix(), datetime.fromtimestamp(path.stat().st_mtime, UTC)

    def set_aside(self, key: str) -> None:
        path = self._path(key)
        with suppress(FileNotFoundError):
            path.rename(self._folder(self.root / SET_ASIDE / key[:2]) / path.name)
            _sync_folder(path.parent)

    def sweep(self, now: float | None = None) -> int:
        """Set aside what a crash left half-written more than a day ago; returns how many. Safe beside writers."""
        moved, before = 0, (time.time() if now is None else now) - ABANDONED
        for path in self._folder(self.root / "incoming").iterdir():
            with suppress(FileNotFoundError):
                if path.lstat().st_mtime < before:
                    path.rename(self._folder(self.root / SET_ASIDE / "half-written") / path.name)
                    moved += 1
        return moved

    def _path(self, key: str) -> Path:
        if not KEY.fullmatch(key):  # whatever a key claims to be, it never leaves the folder
            raise nothing()
        return self.root / key

    def _folder(self, path: Path) -> Path:
        if not path.is_dir():
            if path != self.root:
                self._folder(path.parent)
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sync_folder(path.parent)
        if stat.S_IMODE(path.stat().st_mode) != 0o700:
            path.chmod(0o700)
        return path


def installed() -> FileStore:
    """The store of this installation: a folder, or an object store (TUNTAS_MEDIA)."""
    if settings.MEDIA.startswith("s3://"):
        from tuntas.reports.storing_s3 import store_of  # most installations have none, and no client for it

        return store_of(settings.MEDIA)
    return FolderStore(settings.MEDIA_ROOT)


def _write(path: Path, chunks: Iterable[bytes]) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
        for chunk in chunks:
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    """A name is only as durable as its folder."""
    with _opened_folder(path) as number:
        os.fsync(number)


@contextmanager
def _opened_folder(path: Path) -> Iterator[int]:
    number = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield number
    finally:
        os.close(number)
