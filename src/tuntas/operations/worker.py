"""The worker: rings the clocks that are due, puts what happened into the public log, and sweeps.

`python -m tuntas.operations.worker`.

Two workers may run at once: each ring locks its clock and skips one that the other holds. Killed at any instant it
loses nothing: a ring and its effect commit together, and what was not rung is found again.
"""

import logging
import signal
import sys
import threading
import time
from types import FrameType
from typing import Any

import django
from django.db import Error, close_old_connections

from tuntas.operations.public_log import PublicLog, keep_key_to_itself

log = logging.getLogger("tuntas.worker")
PAUSE = 1.0  # seconds between looks at the clocks when nothing was due
SWEEP_EVERY = 3600.0  # seconds
MORNING_EVERY = 120.0  # seconds between looks whether it is morning somewhere
BATCH = 100  # rings before it looks whether it should stop


def run(stop: threading.Event, *, once: bool = False) -> None:
    """Ring what is due until told to stop. once: return when nothing is due any more."""
    swept, greeted = -SWEEP_EVERY, -MORNING_EVERY
    public_log, pictures = PublicLog(), Pictures()
    while not stop.is_set():
        try:
            did = see_to_what_is_due()
            if time.monotonic() - greeted >= MORNING_EVERY and write_morning_letters() < BATCH:
                greeted = time.monotonic()
            if time.monotonic() - swept >= SWEEP_EVERY:
                swept = time.monotonic()
                sweep()
                public_log.look_at_all()
            logged = public_log.go_on() or pictures.go_on()
        except Error as error:
            # The database is away: say so, wait, and go on. Nothing is lost, the clocks are rows.
            log.warning("the database did not answer (%s); trying again", type(error).__name__)
            close_old_connections()
            stop.wait(PAUSE * 2)
            continue
        if any(did):
            log.info("%s clocks rang, %s letters and %s secrets or files were seen to", *did)
        elif once and not logged:
            return
        else:
            stop.wait(PAUSE)


def see_to_what_is_due() -> tuple[int, int, int]:
    """One look at everything that waits: clocks that rang, letters, secrets and files that were seen to."""
    from tuntas.disclosure import lapsing
    from tuntas.following import telling
    from tuntas.privacy import retention, sealing_rows
    from tuntas.reports import forgetting, scanning
    from tuntas.routing import letter_answers, letters, together
    from tuntas.timekeeping import ring_due

    rung = ring_due(at_most=BATCH)
    answered = letter_answers.take_in(at_most=BATCH) + letters.remind_due(at_most=BATCH)
    answered += together.carry_out_due(at_most=BATCH) + telling.tell_some()
    kept = lapsing.see_to(at_most=BATCH) + forgetting.forget_originals(at_most=BATCH) + reseal()
    kept += retention.carry_out_wishes(at_most=BATCH) + sealing_rows.seal_some(at_most=BATCH)
    return rung, answered, kept + scanning.scan_some()


def write_morning_letters() -> int:
    """What is due today, to each officer in whose office a working day begins."""
    from tuntas.teamwork import morning

    return morning.write_letters(at_most=BATCH)


def reseal() -> int:
    """Originals of files that still need an older key of the vault. While the vault is away they wait."""
    from tuntas.identity.door import Away
    from tuntas.identity.sealing import NoVaultKey
    from tuntas.reports import resealing

    try:
        return resealing.reseal_some(at_most=BATCH // 5)
    except (Away, NoVaultKey):
        return 0


class Pictures:
    """The night's counting for the public map and for slips in searches, a piece between two looks at the clocks."""

    LOOK_EVERY = 60.0  # seconds between looks whether it is due

    def __init__(self) -> None:
        self.counting: Any = None
        self.looked = -self.LOOK_EVERY

    def go_on(self) -> bool:
        """Whether something was done and more may follow."""
        from tuntas.insight import counting

        if self.counting is None:
            if time.monotonic() - self.looked < self.LOOK_EVERY:
                return False
            self.looked = time.monotonic()
            if not counting.is_due():
                return False
            self.counting = counting.Counting()
        if not self.counting.go_on():
            self.counting = None
            log.info("the public map was counted anew")
            return False
        return True


def sweep() -> None:
    """Set aside what nobody points to: half-written files of a crash, objects of the store without a row.

    Ended sessions and old counts of tries are removed: they open nothing and tell nothing. What was kept for its whole
    term is forgotten.
    """
    from django.utils import timezone

    from tuntas.accounts import sessions
    from tuntas.followup import unsent
    from tuntas.operations import sweeping
    from tuntas.privacy import retention
    from tuntas.reports.storing import FolderStore, installed
    from tuntas.routing import together

    if gone := sessions.sweep():
        log.info("%s ended sessions and old counts removed", gone)
    store = installed()
    if isinstance(store, FolderStore) and (moved := store.sweep()):
        log.info("%s half-written files set aside", moved)
    if drafts := unsent.forget_old():
        log.info("%s drafts that nobody sent were removed", drafts)
    together.forget_old()
    if orphans := sweeping.set_orphans_aside(sweeping.part_of_the_day(timezone.now()), store=store):
        log.warning("%s files without a row set aside; `tuntas doctor` counts them", orphans)
    if ended := end_follows():
        log.info("%s follows of public reports ended", ended)
    if forgotten := retention.carry_out(at_most=BATCH):
        log.info("%s things were forgotten, their time being over", forgotten)


def end_follows() -> int:
    """Forget who followed a report that ended long ago, and wishes to follow that no mailbox confirmed."""
    from django.utils import timezone

    from tuntas.access.actors import SYSTEM, acting
    from tuntas.following import asking
    from tuntas.privacy import retention

    with acting(SYSTEM):
        before = retention.ended_before(retention.FOLLOWS, now=timezone.now())
        return asking.forget_unanswered() + asking.forget_finished(before)


def main() -> int:
    django.setup()
    keep_key_to_itself()
    stop = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    run(stop, once="--once" in sys.argv)
    return 0


if __name__ == "__main__":
    sys.exit(main())
