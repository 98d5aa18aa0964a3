"""The worker's part in the public log: when it goes on, what happens when it cannot, and who sees its key."""

import logging
import os
import time

from django.conf import settings

from tuntas.kernel.refusals import Refusal
from tuntas.operations import processes

log = logging.getLogger("tuntas.worker")
SEQUENCE_EVERY = 5.0  # seconds between two heads


class PublicLog:
    """Puts what happened into the public log every few seconds. Where that cannot be done, all else goes on."""

    def __init__(self) -> None:
        self._next, self._said = 0.0, ""
        self._walk: dict[int, int] | None = None
        self.look_at_all()

    def look_at_all(self) -> None:
        """Let the next rounds walk through every row, not only the newest."""
        from tuntas.ledger import sequencing

        self._next, self._walk = 0.0, sequencing.from_the_start()

    def go_on(self) -> bool:
        """One round, when it is time for one. Returns whether rows are left for the next."""
        from tuntas.ledger import anchoring, sequencing

        if time.monotonic() < self._next:
            return False
        self._next = time.monotonic() + SEQUENCE_EVERY
        try:
            walk = dict(self._walk or {})  # a copy: what fails is walked through again
            done = sequencing.sequence(walk=walk)
            anchoring.keep_today()
        except Refusal as stands_still:
            if str(stands_still) != self._said:
                log.error("the public log stands still: %s", stands_still)
            self._said = str(stands_still)
            return False
        self._said = ""
        if done:
            self._walk = walk if done.more else None
        if done and done.more:
            self._next = 0.0
            log.info("the public log catches up: %s leaves", done.size)
        return bool(done and done.more)


def keep_key_to_itself() -> None:
    """Where web may not read the log's key, it may not read it out of this process either, although it is the same
    user: the kernel then opens neither memory nor environment of this process to anybody but root. Linux only.
    """
    if settings.LOG_KEY and not os.access(settings.DATA.secret("log-key"), os.R_OK):
        processes.close_to_others()
