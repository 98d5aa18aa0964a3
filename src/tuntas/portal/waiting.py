"""Files that wait for their report: kept between the two steps of the form, encrypted, under the key of the form.

They lie in the media folder, one folder for each form, named by a digest of its key; whoever has the form has the key.
A form that is never sent loses its files after a day.
"""

import hashlib
import json
import shutil
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

from tuntas.identity import content
from tuntas.kernel.envelopes import Unreadable
from tuntas.reports.attaching import Upload

KEPT_FOR = 24 * 60 * 60  # seconds
MOST_FORMS = 2_000  # waiting at once; beyond this people choose their files on the last step
SWEPT_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Held:
    """A file that waits. id: how the form names it."""

    id: str
    name: str
    media_type: str
    size: int


def keep(key: UUID, upload: Upload) -> Held | None:
    """Keep a file for this form; None when there is no room, so that the person is asked again later.

    The same file under the same name is kept once: a form sent again, or just as its photo arrives, brings it twice.
    """
    folder = room_for(key)
    if folder is None:
        return None
    held = Held(_id_of(key, upload), upload.name, upload.media_type, len(upload.data))
    told = json.dumps({"name": held.name, "type": held.media_type, "size": held.size}, ensure_ascii=False)
    _write(folder / f"{held.id}.data", content.encrypt(upload.data, report=key, field="waiting data"))
    _write(folder / f"{held.id}.name", content.encrypt_text(told, report=key, field="waiting name"))
    return held


def _id_of(key: UUID, upload: Upload) -> str:
    digest = hashlib.sha256(key.bytes + len(upload.data).to_bytes(8, "big") + upload.data + upload.name.encode())
    return digest.hexdigest()[:32]


def room_for(key: UUID) -> Path | None:
    """The folder of this form, made when it is the first file's; None when too many forms are open."""
    folder = place(key)
    if not folder.is_dir():
        sweep()
        if sum(1 for _one in _root().iterdir()) >= MOST_FORMS:
            return None
        folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def held(key: UUID) -> list[Held]:
    """What waits for this form, in the order in which it came."""
    if not place(key).is_dir():  # most forms bring no files
        return []
    names = sorted(place(key).glob("*.name"), key=lambda path: path.stat().st_mtime_ns)
    return [one for one in (_held(key, path) for path in names) if one is not None]


def take(key: UUID) -> list[Upload]:
    """The files themselves. They stay until `forget`, so that a failed sending can be repeated."""
    return [
        Upload(name=one.name, data=_data(key, one.id), media_type=one.media_type)
        for one in held(key)
        if (place(key) / f"{one.id}.data").is_file()
    ]


def drop(key: UUID, ids: Iterable[str]) -> None:
    """Remove files that the person no longer wants."""
    wanted = set(ids)
    known = {one.id for one in held(key)} if wanted else set()
    for name in known & wanted:
        for part in ("name", "data"):
            (place(key) / f"{name}.{part}").unlink(missing_ok=True)


def forget(key: UUID) -> None:
    shutil.rmtree(place(key), ignore_errors=True)


def sweep(now: float | None = None) -> None:
    """Remove forms that were given up; a few at a time, whenever a new one begins."""
    before = (time.time() if now is None else now) - KEPT_FOR
    old = [folder for folder in _root().iterdir() if folder.stat().st_mtime < before]
    for folder in old[:SWEPT_AT_ONCE]:
        shutil.rmtree(folder, ignore_errors=True)


def _root() -> Path:
    root = Path(settings.MEDIA_ROOT, "waiting")
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    return root


def place(key: UUID) -> Path:
    """Where the files of a form would lie; most forms bring none, so nothing is made here."""
    return Path(settings.MEDIA_ROOT, "waiting", hashlib.sha256(b"waiting" + key.bytes).hexdigest())


def _held(key: UUID, path: Path) -> Held | None:
    try:
        told = json.loads(content.decrypt_text(path.read_bytes(), report=key, field="waiting name"))
    except (OSError, Unreadable):
        return None  # swept or half written: as if it had never come
    return Held(path.stem, told["name"], told["type"], told["size"])


def _data(key: UUID, name: str) -> bytes:
    return content.decrypt((place(key) / f"{name}.data").read_bytes(), report=key, field="waiting data")


def _write(path: Path, data: bytes) -> None:
    """Whole or not at all."""
    draft = path.with_suffix(path.suffix + ".new")
    draft.write_bytes(data)
    draft.chmod(0o600)
    draft.replace(path)
