"""How patient the vault is with a mailbox that does not take a letter now."""

from datetime import timedelta

MOST_TRIES = 20  # about three days
LONGEST_WAIT = timedelta(hours=6)


def wait(attempts: int) -> timedelta:
    """How long until the next try after `attempts` (1 and up): twice as long each time, at most six hours."""
    return min(timedelta(minutes=2 ** min(attempts - 1, 12)), LONGEST_WAIT)
