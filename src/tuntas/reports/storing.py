"""Where files lie: a folder here, an object store elsewhere, behind one small contract.

A key is random: it tells nothing of the file, and two equal files are two files, so that erasing one leaves the other.
Who may read what is decided before a key is asked for; content is encrypted before it comes here (design 3b).
"""

import os
import re
import secrets
import stat
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO, Protocol

from django.conf import settings
from django.utils.translation import gettext as _

from tuntas.kernel.refusals import NotFound

_KEY = re.compile(r"[0-9a-f]{2}/[0-9a-f]{62}")
ABANDONED = 24 * 3600  # seconds after which a half-written file belongs to nobody


class FileStore(Protocol):
    """Keeps bytes under keys of its own making."""

    def put(self, chunks: Iterable[bytes] | bytes) -> str:
        """Keep the bytes, given whole or piece by piece, and return their key. On return they survive a loss of power.

        Raises OSError when they cannot be kept; then nothing is left behind under any key.
        """

    def open(self, key: str) -> BinaryIO:
        """The bytes of a key, to be closed by the caller. Raises NotFound."""

    def remove(self, key: str) -> None:
        """Forget a file (a lawful erasure, or a form that was never finished). Unknown keys are no error."""


class FolderStore:
    """Files in a folder that only its owner can read: temporary file, fsync, rename, fsync of the folder."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def put(self, chunks: Iterable[bytes] | bytes) -> str:
        number = secrets.token_hex(32)
        key = f"{number[:2]}/{number[2:]}"
        target, temporary = self.root / key, self._folder(self.root / "incoming") / number
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
        try:
            return os.fdopen(os.open(self._path(key), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb")
        except OSError:
            raise _nothing() from None

    def remove(self, key: str) -> None:
        with suppress(NotFound, FileNotFoundError):
            path = self._path(key)
            path.unlink()
            _sync_folder(path.parent)

    def sweep(self, now: float | None = None) -> int:
        """Remove what a crash left half-written more than a day ago; returns how many. Safe beside running writers."""
        removed, before = 0, (time.time() if now is None else now) - ABANDONED
        for path in self._folder(self.root / "incoming").iterdir():
            with suppress(FileNotFoundError):
                if path.lstat().st_mtime < before:
                    path.unlink()
                    removed += 1
        return removed

    def _path(self, key: str) -> Path:
        if not _KEY.fullmatch(key):  # whatever a key claims to be, it never leaves the folder
            raise _nothing()
        return self.root / key

    def _folder(self, path: Path) -> Path:
        if not path.is_dir():
            if path != self.root:
                self._folder(self.root)
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sync_folder(path.parent)
        if stat.S_IMODE(path.stat().st_mode) != 0o700:
            path.chmod(0o700)
        return path


def installed() -> FileStore:
    """The store of this installation: a folder, TUNTAS_MEDIA."""
    return FolderStore(settings.MEDIA_ROOT)


def _nothing() -> NotFound:
    return NotFound(
        _("This file is not here."),
        why=_("It was removed, or the address is wrong."),
        instead=_("Go back to the report and open it from there."),
    )


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
