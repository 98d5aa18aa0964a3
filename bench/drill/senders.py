"""People who send reports and do not give up: no answer means the same form once more, under the same key.

    python -m bench.drill.senders PORT JOURNAL CONNECTIONS

Runs until its standard input closes; then every form that was begun is brought to an end first. One connection of
four leaves an address for news, so that identities are sealed and letters sent as well.
"""

import http.client
import socket
import sys
import threading
import time
import uuid
from pathlib import Path

from bench.drill.journal import Writer
from bench.visitors import RECEIPT, Visitor

PAUSE = 0.05  # seconds before the next try
LAST_TRIES = 90.0  # seconds for forms that were begun, once no new ones are
NOBODY = {"email": "", "name": ""}


def send(port: int, journal: Writer, ending: threading.Event, number: int) -> None:
    visitor = _visitor(port, number)
    while not ending.is_set():
        key = uuid.uuid4()
        journal.say("tried", str(key))
        until = float("inf")
        while not _sent(visitor, key, journal):
            until = min(until, time.monotonic() + LAST_TRIES) if ending.is_set() else float("inf")
            if time.monotonic() > until:
                return  # tried, and nobody was told that it was filed
            time.sleep(PAUSE)
            journal.say("again", str(key))


def _visitor(port: int, number: int) -> Visitor:
    while True:
        try:
            return Visitor(port, {} if number % 4 == 0 else NOBODY)
        except (OSError, RuntimeError, AttributeError):
            time.sleep(PAUSE)


def _sent(visitor: Visitor, key: uuid.UUID, journal: Writer) -> bool:
    """One try. False when no answer came, or one that asks to try again."""
    try:
        status, page = visitor.send(key)
    except (OSError, RuntimeError, ValueError, http.client.HTTPException):
        _reconnect(visitor)
        return False
    receipt = RECEIPT.search(page)
    if status == 200 and receipt:
        journal.say("filed", str(key), receipt[1].decode().replace(" ", "").replace("-", ""))
        return True
    if status >= 500:
        return False
    journal.say("refused", str(key), str(status))
    return True


def _reconnect(visitor: Visitor) -> None:
    try:
        visitor.reconnect()
    except OSError:
        visitor.connection = socket.socket()  # not connected: the next try fails and connects again


def main(words: list[str]) -> None:
    port, journal, connections = int(words[0]), Writer(Path(words[1])), int(words[2])
    ending = threading.Event()
    threads = [threading.Thread(target=send, args=(port, journal, ending, n)) for n in range(connections)]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    ending.set()
    for thread in threads:
        thread.join()
    journal.sync()


if __name__ == "__main__":
    main(sys.argv[1:])
