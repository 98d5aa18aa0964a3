"""The vault's loop: put away what is sealed, send what is owed, see to the keys; then sleep a little."""

import logging
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from datetime import timedelta

from django.db import DatabaseError, InterfaceError, connections
from django.utils import timezone

from tuntas.channels import registry
from tuntas.channels.contract import Unreachable
from tuntas.channels.webpush import WebPush
from tuntas_vault import door, epochs, settings
from tuntas_vault.disclosing import tell_the_rest
from tuntas_vault.draining import drain
from tuntas_vault.following import keeping
from tuntas_vault.following.knocking import Knocker
from tuntas_vault.forgetting import forget
from tuntas_vault.indexing import index
from tuntas_vault.keys import KeyFolder, Keys
from tuntas_vault.rewrapping import rewrap
from tuntas_vault.sending import Sender

IDLE = 2.0  # seconds between looks when nothing is owed
AWAY, LONGEST_AWAY = timedelta(seconds=1), timedelta(minutes=1)  # before a mail server that was away is tried again
LOST = 5.0  # seconds before a database that was away is tried again

log = logging.getLogger("tuntas_vault")


def work(*, once: bool = False) -> int:
    """Work until SIGTERM or SIGINT, or with `once` until nothing is left to do. Returns the exit status.

    With `once` a failure ends the process with status 1; otherwise the vault waits and goes on, because intake goes
    on as well and everything it leaves for us is still there.
    """
    stop = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda _number, _frame: stop.set())
    vault = Vault(rests=not once)
    with nullcontext() if once else opened_door():
        while not stop.is_set():
            pause = vault.turn()
            if once and pause:
                break
            stop.wait(pause)
    vault.hang_up()
    return 1 if once and vault.failed else 0


@contextmanager
def opened_door() -> Iterator[None]:
    """The door answers while the block runs. Where it cannot be opened the vault works on: letters matter more."""
    entrance = door.of_settings()
    try:
        entrance.start()
    except OSError as error:
        log.error("the door %s cannot be opened (%s): no identity can be", entrance.path, error.strerror)
    try:
        yield
    finally:
        entrance.close()


class Vault:
    """One vault at work."""

    def __init__(self, *, rests: bool) -> None:
        self.keys: Mapping[int, Keys] = {}
        self.failed = False
        channel = registry.outgoing().get("email")
        self.sender = Sender(channel, settings.ORIGIN, rests=rests) if channel else None
        if channel is None:
            log.warning("TUNTAS_SMTP_URL is not set: letters wait")
        self.knocker: Knocker | None = None
        self._away = AWAY
        self._send_again_at = timezone.now()

    def turn(self) -> float:
        """Do what is there to do; returns the seconds to sleep: 0 when there may be more."""
        try:
            self._look_for_keys()
            done = drain(self.keys) + rewrap(self.keys) + forget() + index(self.keys) + tell_the_rest()
            done += keeping.put_away(self.keys) + keeping.drop_gone() + self._knock()
            return 0.0 if done + self._send() else IDLE
        except Unreachable as away:
            log.warning("the mail server is away (%s); letters wait", away.why)
            self._away = min(self._away * 2, LONGEST_AWAY)
            self.failed, self._send_again_at = True, timezone.now() + self._away
            return IDLE
        except (DatabaseError, InterfaceError) as error:
            log.warning("the database is away (%s); trying again in %d s", type(error).__name__, LOST)
            self.failed = True
            connections.close_all()
            return LOST

    def hang_up(self) -> None:
        if self.sender:
            self.sender.channel.close()
        connections.close_all()

    def _send(self) -> int:
        if self.sender is None or timezone.now() < self._send_again_at:
            return 0
        sent = self.sender.send(self.keys)
        self._away = AWAY
        return sent

    def _knock(self) -> int:
        """At phones. Needs no mail server; made late, since the first turn makes the key folder."""
        if not settings.PUSH_SERVICES:
            return 0
        if self.knocker is None:
            key = KeyFolder(settings.KEYS).knocking_key()
            self.knocker = Knocker(WebPush(settings.PUSH_SERVICES, key=key, contact=f"mailto:{settings.CONTACT}"))
        return self.knocker.knock(self.keys)

    def _look_for_keys(self) -> None:
        """Take up an epoch that another process began."""
        if not self.keys or epochs.held() != list(self.keys):
            self.keys = epochs.ready()
            log.info("the vault works with key epoch %d", max(self.keys))
