"""How passwords are turned into hashes: Argon2id with 19 MiB, two passes, one lane, and only so many at a time.

Source: trust.md 4.2 ("Staff passwords"), SR-27. A hash costs about a third of a second of one core on a small machine
and 19 MiB: without a limit a hundred sign-ins at once would be an attack.
"""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.utils.translation import gettext_lazy as _

from tuntas.kernel.refusals import Refusal

LONGEST = 1024  # bytes of a password that are hashed at all
PATIENCE = 10.0  # seconds that somebody waits for a turn
AT_ONCE = max(1, (os.cpu_count() or 1) - 1)

_turns = threading.BoundedSemaphore(AT_ONCE)


class Busy(Refusal):
    """Too many sign in at this moment."""

    code = "busy"
    status = 503


class TooLong(ValueError):
    """More bytes than a password may have; refused before any work is done."""


class Hasher(Argon2PasswordHasher):
    """Argon2id as OWASP's first choice for small machines; a stored hash with other costs is made anew at sign-in."""

    time_cost = 2
    memory_cost = 19 * 1024  # KiB
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with _turn(password):
            return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        with _turn(password):
            return bool(super().verify(password, encoded))


@contextmanager
def _turn(password: str) -> Iterator[None]:
    if len(password.encode()) > LONGEST:
        raise TooLong
    if not _turns.acquire(timeout=PATIENCE):
        raise Busy(
            _("Too many people are signing in right now."),
            why=_("Checking a password takes a moment, and only a few can be checked at once."),
            instead=_("Try again in a minute. Nothing was changed."),
        )
    try:
        yield
    finally:
        _turns.release()


def costs() -> dict[str, Any]:
    """What a hash costs here, for `tuntas doctor` and the tests."""
    return {"memory_kib": Hasher.memory_cost, "passes": Hasher.time_cost, "lanes": Hasher.parallelism}
