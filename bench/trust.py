"""What protection costs beside the work itself: the public log, per report and per entry of its history, and the rest.

Sequencing runs as the worker does it, in a process of its own, over entries that have no leaf yet; what it adds to an
intake is measured by itself, since it is less than the noise of a whole one.
"""

import json
import resource
import subprocess
import sys
import time
import timeit
from typing import Any

from bench import ground, meters, protection

AT_MOST = 100_000  # leaves put into the log for one measurement
TIMES = 20_000


def measure(place: ground.Ground, admin: Any, say: Any) -> dict[str, Any]:
    """Leaves a second, processor time and bytes a leaf; microseconds that a receipt takes longer."""
    environment = place.environment(TUNTAS_ROLE="worker", TUNTAS_LOG="ERROR")
    words = [sys.executable, "-m", "bench.trust"]
    with meters.Meter(place.postmaster) as database:
        done = subprocess.run(words, env=environment, check=True, capture_output=True, text=True)
    told: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    leaves = told["leaves"]
    told["database_us"] = database.seconds / leaves * 1e6
    size = admin.execute(
        "SELECT (pg_total_relation_size('ledger_leaf') + pg_total_relation_size('ledger_tile'))::float8"
        " / (SELECT count(*) FROM ledger_leaf)"
    ).fetchone()
    told["bytes_a_leaf"] = size[0]
    entries = admin.execute(
        "SELECT (SELECT count(*) FROM reports_event)::float8 / (SELECT count(*) FROM reports_report)"
    )
    told["leaves_a_report"] = entries.fetchone()[0]
    told["receipt_us"], told["protection"] = receipt_us(), protection.measure()
    say(f"public log: {leaves / told['seconds']:,.0f} leaves/s")
    return told


def receipt_us() -> float:
    """What a receipt shows more than before: the mark, from the code that it shows anyway."""
    from tuntas.kernel.numbers import CODE_ALPHABET, lookup_digest
    from tuntas_verify.leaves import mark_of, spell_mark

    key, code = bytes(32), CODE_ALPHABET[:24]
    least = min(timeit.repeat(lambda: spell_mark(mark_of(lookup_digest(key, code))), number=TIMES, repeat=5))
    return least / TIMES * 1e6


def run_here() -> None:
    """As the worker: put entries into the log, and print what that took."""
    import django

    django.setup()
    from tuntas.ledger import sequencing

    leaves, began, cpu, walk = 0, time.perf_counter(), _cpu(), sequencing.from_the_start()
    while leaves < AT_MOST and (done := sequencing.sequence(walk=walk)) and done.leaves:
        leaves += done.leaves
    spent = {"seconds": time.perf_counter() - began, "worker_us": (_cpu() - cpu) / max(leaves, 1) * 1e6}
    print(json.dumps({"leaves": leaves, **spent}))


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    run_here()
