"""People who send reports and do not give up: without a receipt the same form goes out again, under the same key.

    python -m tools.drill.senders PORT JOURNAL CONNECTIONS AGENCY

Of three connections one leaves an address for news, one names an agency (AGENCY: the id of its unit), one neither.
When standard input closes, forms that were begun are brought to an end, and it leaves.
"""

import sys
import threading
import time
import uuid
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from bench.visitors import RECEIPT, Visitor
from tools.drill.journal import Writer

PAUSE = 0.05  # seconds before the next try
PERSEVERES = 120.0  # seconds for one form
NOBODY = {"email": "", "name": ""}


def send(port: int, fields: Mapping[str, str], journal: Writer, ending: threading.Event) -> None:
    visitor = _visitor(port, fields, ending)
    kind = "none" if fields.get("email") == "" else "mail"
    while visitor and not ending.is_set():
        key = uuid.uuid4()
        journal.say("try", str(key), kind)
        _until_filed(visitor, key, journal)


def _until_filed(visitor: Visitor, key: uuid.UUID, journal: Writer) -> None:
    until = time.monotonic() + PERSEVERES
    while time.monotonic() < until:
        number, reason = _once(visitor, key)
        if number:
            journal.say("filed", str(key), number)
            return
        time.sleep(PAUSE)
        journal.say("again", str(key), reason, f"{time.time():.6f}")
    journal.say("abandoned", str(key))


def _once(visitor: Visitor, key: uuid.UUID) -> tuple[str, str]:
    """The number of the receipt, or why there was none."""
    try:
        status, page = visitor.send(key)
    except (OSError, RuntimeError, ValueError, IndexError) as error:  # nothing came, or half an answer
        with suppress(OSError):
            visitor.reconnect()
        return "", type(error).__name__
    receipt = RECEIPT.search(page) if status == 200 else None
    return (receipt[1].decode().replace(" ", "").replace("-", ""), "") if receipt else ("", str(status))


def _visitor(port: int, fields: Mapping[str, str], ending: threading.Event) -> Visitor | None:
    while not ending.is_set():
        try:
            return Visitor(port, fields)
        except (OSError, RuntimeError, ValueError, IndexError):
            time.sleep(PAUSE)
    return None


def main(words: list[str]) -> None:
    port, journal, connections = int(words[0]), Writer(Path(words[1])), int(words[2])
    kinds: list[Mapping[str, str]] = [{}, NOBODY | {"target": words[3]}, NOBODY]
    ending = threading.Event()
    threads = [
        threading.Thread(target=send, args=(port, kinds[n % len(kinds)], journal, ending)) for n in range(connections)
    ]
    for thread in threads:
        thread.start()
    sys.stdin.read()
    ending.set()
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main(sys.argv[1:])
