"""The newest head, kept in a file beside the database: who was rolled back must not sign another past.

A log never signs a head that contradicts one it signed before (C2SP tlog-checkpoint). An older database that is brought
back would do just that; the file knows better. It also shows a rollback to `tuntas verify`, as any outside copy does.
"""

import os
from contextlib import suppress
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from tuntas.ledger.models import Checkpoint
from tuntas.ledger.signing import CannotSign
from tuntas_verify import notes
from tuntas_verify.merkle import Wrong

FILE = "newest-head.txt"


def keep(note: str) -> None:
    """After the commit: whole or not at all, and on the disk."""
    write(folder() / FILE, note)


def compare() -> None:
    """Raise CannotSign when the register does not know the head that we signed last."""
    try:
        kept = notes.Checkpoint.parse(notes.Note.parse((folder() / FILE).read_text(encoding="utf-8")).text)
    except (OSError, Wrong):
        return  # a new machine, or a file that a crash cut short: outside copies remain
    known = Checkpoint.objects.filter(size=kept.size).first()
    if known is None or bytes(known.root) != kept.root:
        raise CannotSign(
            _("The public log cannot go on."),
            why=_("A head over %(size)d leaves was signed that this register does not know: an older state of it was "
                  "brought back.") % {"size": kept.size},
            instead=_("Run `tuntas verify`; then, if the backup had to be: `tuntas log-anew` says so in public."),
        )  # fmt: skip


def forget() -> None:
    """When a new log begins."""
    with suppress(FileNotFoundError):
        (folder() / FILE).rename(folder() / f"{FILE}.before")


def folder() -> Path:
    return Path(settings.ANCHORS)


def write(path: Path, text: str) -> None:
    """Put a small file in place of another, so that a reader sees one or the other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
