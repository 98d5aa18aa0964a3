"""`tuntas backup FOLDER` and `tuntas restore FOLDER`: both databases and the evidence files, without any key.

Keys are copied by hand, to another place: who finds the dump must not find what opens it (docs/operations/backup.md).
"""

import os
import shutil
import subprocess
import tarfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from tuntas.kernel import env
from tuntas.kernel.refusals import Refusal
from tuntas.operations import databases, postgres
from tuntas.operations.accounts import accounts, ourselves
from tuntas.operations.databases import CASE, VAULT
from tuntas.operations.folder import DataFolder

MEDIA = "media.tar"


class BackupFailed(Refusal):
    """A dump could not be written or read; what was there before is untouched."""

    code = "backup_failed"
    status = 500


def back_up(data: DataFolder, into: Path) -> list[Path]:
    """Write both dumps and the files into a new folder named for this moment. Returns the three files.

    Each dump is one consistent moment. Files come last: a report never points to a file that is not there.
    """
    folder = into / datetime.now(UTC).strftime("tuntas-%Y%m%d-%H%M%S")
    folder.mkdir(parents=True, mode=0o700)
    written = []
    for database in (CASE, VAULT):
        file = folder / f"{database}.dump"
        _run(data, "pg_dump", database, "backup", ["--format=custom", "--no-owner", f"--file={file}"])
        written.append(file)
    files = folder / MEDIA
    with tarfile.open(files, "w") as archive:
        archive.add(_media(data), arcname="media")
    for file in [*written, files]:
        file.chmod(0o600)
    return [*written, files]


def restore(data: DataFolder, source: Path) -> None:
    """Bring a backup into an installation whose databases are new and empty. Raises BackupFailed otherwise.

    The roles are there already, since the start of an installation makes them; the keys must be put back by hand.
    """
    for database, role in ((CASE, "owner"), (VAULT, "vault")):
        if not databases.is_empty(databases.address_for(data, role, database)):
            raise BackupFailed(
                _("The database %(name)s is not empty.") % {"name": database},
                why=_("A backup is only brought into a new installation, so that nothing is overwritten."),
                instead=_("Give another data folder with --data."),
            )
    for database, role in ((CASE, "owner"), (VAULT, "vault")):
        dump = str(source / f"{database}.dump")
        _run(data, "pg_restore", database, role, ["--no-owner", "--exit-on-error", "--single-transaction", dump])
    with tarfile.open(source / MEDIA) as archive:
        for member in archive:
            if member.isfile():  # no links, no devices: an archive may have passed through other hands
                _put_back(archive.extractfile(member), member.name, _media(data))
    web = accounts().web
    for path in [_media(data), *_media(data).rglob("*")]:
        web.owns(path, 0o700 if path.is_dir() else 0o600)


def _put_back(content: IO[bytes] | None, name: str, media: Path) -> None:
    place = (media / Path(name).relative_to("media")).resolve()
    if content is None or not place.is_relative_to(media.resolve()):
        raise BackupFailed(_("The archive of files cannot be used."), why=_("It holds %(name)s.") % {"name": name})
    place.parent.mkdir(parents=True, exist_ok=True)
    with place.open("wb") as file:
        shutil.copyfileobj(content, file)


def _media(data: DataFolder) -> Path:
    return env.path("TUNTAS_MEDIA", data.media)


def _run(data: DataFolder, program: str, database: str, role: str, words: Sequence[str]) -> None:
    place = conninfo_to_dict(databases.address_for(data, role, database))
    password = str(place.pop("password", ""))
    address = " ".join(f"{name}='{value}'" for name, value in place.items())
    done = subprocess.run(
        [_program(program), *words, f"--dbname={address}"],
        check=False, capture_output=True, text=True, env={**os.environ, "PGPASSWORD": password},
    )  # fmt: skip
    if done.returncode:
        raise BackupFailed(_("%(program)s failed.") % {"program": program}, why=done.stderr.strip())


def _program(name: str) -> str:
    """The wheel's program for the embedded server; for an outside one the system's, which knows its version."""
    found = shutil.which(name) if databases.outside() else None
    return found or str(postgres.programs(ourselves()) / name)
