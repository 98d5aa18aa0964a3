"""T-FLOOD on the real site: programs send as fast as they can, five people from the same address write reports.

Each person must have the receipt within 30 seconds; no answer may be a receipt without a row; of the programs' forms no
more are filed than the setting allows. Planted: the same without a limit, which must be noticed.
"""

import re
import threading
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field

from bench.visitors import RECEIPT, Visitor
from tools.trust.places import installation

BOTS, PEOPLE = 6, 5
SECONDS = 25.0  # of the flood
PATIENCE = 30.0  # seconds for a person's receipt, from the first press
LIMIT, PROCESSES = 30, 2  # a minute and web process
PACE = 6.0  # seconds in which a person writes
TURN = re.compile(rb'name="(key|turn)" value="([^"]+)"')


@dataclass
class Seen:
    """What came back. receipts: numbers. waited: seconds of each person who got one."""

    bots: Counter[int] = field(default_factory=Counter)
    receipts: set[bytes] = field(default_factory=set)
    waited: list[float] = field(default_factory=list)


def run() -> list[str]:
    found = _flood("as it is", str(LIMIT))
    planted = _flood("planted, no limit", "0")
    return [*found, *([] if planted else ["a site without a limit passed"])]


def _flood(what: str, limit: str) -> list[str]:
    seen = Seen()
    with installation(TUNTAS_INTAKE_A_MINUTE=limit, TUNTAS_WEB_WORKERS=str(PROCESSES)) as here:
        began = time.monotonic()
        working = [threading.Thread(target=_bot, args=(here.port, began + SECONDS, seen)) for _n in range(BOTS)]
        working += [threading.Thread(target=_person, args=(here.port, seen)) for _n in range(PEOPLE)]
        for thread in working:
            thread.start()
        for thread in working:
            thread.join()
        with here.look("tuntas") as database:
            row = database.execute("SELECT count(*) FROM reports_report").fetchone()
    rows = int(row[0]) if row else 0
    slowest = max(seen.waited, default=0.0)
    print(f"  {what}: {seen.bots.total()} sendings of programs, {dict(seen.bots)}; {len(seen.waited)} of {PEOPLE} people,"
          f" the slowest {slowest:.1f} s; {rows} rows, {len(seen.receipts)} receipts", flush=True)  # fmt: skip
    return list(_faults(seen, rows, slowest))


def _faults(seen: Seen, rows: int, slowest: float) -> list[str]:
    faults = []
    if len(seen.waited) < PEOPLE or slowest > PATIENCE:
        faults.append(f"{len(seen.waited)} of {PEOPLE} people got a receipt, the slowest after {slowest:.0f} s")
    if rows != len(seen.receipts):
        faults.append(f"{rows} rows and {len(seen.receipts)} receipts")
    if seen.bots[200] > LIMIT * PROCESSES or set(seen.bots) - {200, 503}:
        faults.append(f"the programs were answered {dict(seen.bots)}")
    return faults


def _bot(port: int, until: float, seen: Seen) -> None:
    visitor = Visitor(port, {"email": "", "name": ""})
    while time.monotonic() < until:
        status, page = visitor.send(uuid.uuid4())
        _note(page if status == 200 else b"", seen)
        seen.bots[status] += 1
    visitor.close()


def _person(port: int, seen: Seen) -> None:
    """Opens the form in the flood, writes, sends; and presses again as often as the page asks."""
    form = Visitor(port, {"email": "", "name": ""})
    given = {name.decode(): value.decode() for name, value in TURN.findall(form.page)}
    time.sleep(PACE)
    sender = Visitor(port, {"email": "", "name": "", "turn": given["turn"]})
    began = time.monotonic()
    while time.monotonic() - began < 2 * PATIENCE:
        status, page = sender.send(uuid.UUID(given["key"]))
        if status == 200 and _note(page, seen):
            seen.waited.append(time.monotonic() - began)
            return
        time.sleep(5)


def _note(page: bytes, seen: Seen) -> bool:
    found = RECEIPT.search(page)
    if found:
        seen.receipts.add(found[1])
    return bool(found)
