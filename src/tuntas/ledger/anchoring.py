"""The head of each day, to be kept by others: on the site, in a folder, and by whatever program the operator names.

An anchor that leaves this machine is what makes a cut tail or an old backup visible; without one they cannot be seen.
"""

import logging
import shlex
import subprocess
import time
from datetime import date
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from tuntas.access.actors import SYSTEM, acting
from tuntas.ledger.models import Anchor, Checkpoint
from tuntas.ledger.remembering import folder, write

log = logging.getLogger("tuntas.ledger")
PATIENCE = 120  # seconds that the operator's program may take
RETRY = 600  # seconds between two tries to hand an anchor out


def name_of(day: date) -> str:
    return f"{day.isoformat()}.txt"


def keep_today() -> Anchor | None:
    """Make today's anchor unless it is there, and see to it that it was handed out. None while the log is empty."""
    with acting(SYSTEM):
        today = timezone.localdate()
        anchor = Anchor.objects.select_related("checkpoint").filter(day=today).first()
        newest = Checkpoint.objects.order_by("-size").first()
        if anchor is None and newest is not None and newest.size:
            anchor, _made = Anchor.objects.get_or_create(day=today, defaults={"checkpoint": newest})
    if anchor is not None and _is_to_be_tried(folder() / name_of(anchor.day)):
        _hand_out(anchor)
    return anchor


def _is_to_be_tried(ours: Path) -> bool:
    """Not when it was handed out, nor when that failed a moment ago. Our own copy bears the time of the last try."""
    if ours.with_name(f"{ours.name}.sent").exists():
        return False
    return not ours.exists() or time.time() - ours.stat().st_mtime >= RETRY


def _hand_out(anchor: Anchor) -> None:
    """Into our own folder, the operator's, and to the operator's program; tried again until all of them took it."""
    name = name_of(anchor.day)
    ours = folder() / name
    write(ours, anchor.checkpoint.note)
    if folder() != settings.ANCHOR_FOLDER:
        try:
            write(settings.ANCHOR_FOLDER / name, anchor.checkpoint.note)
        except OSError as error:
            log.error("today's anchor could not be put into %s (%s)", settings.ANCHOR_FOLDER, error.strerror)
            return
    if settings.ANCHOR_COMMAND:
        words = [*shlex.split(settings.ANCHOR_COMMAND), str(ours)]
        try:
            subprocess.run(words, check=True, timeout=PATIENCE, stdin=subprocess.DEVNULL, capture_output=True)
        except (OSError, subprocess.SubprocessError) as error:
            log.error("today's anchor was not taken by %s (%s)", words[0], type(error).__name__)
            return
    write(folder() / f"{name}.sent", "")
