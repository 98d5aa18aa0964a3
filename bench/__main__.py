"""make bench: python -m bench [--quick] [--size N ...] [--only intake reads trust peer] [--folder PATH]

Starts a cluster of its own, loads registers of 10 thousand and of 1 million reports, and measures. Prints a table, and
keeps it with the facts of the machine in bench/results/ (a --quick or partial run prints only). Needs about 8 GB.
"""

import argparse
import json
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench import ground, machine, meters

RESULTS = Path(__file__).resolve().parent / "results"
SIZES = (10_000, 1_000_000)
PARTS = ("intake", "reads", "trust", "peer")
REGION = "35"  # the province whose offices are made, down to the villages


def main() -> int:
    wish = _wishes()
    sizes = [10_000] if wish.quick else sorted(wish.size or SIZES)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is stopped
    ground.raise_priority("self")  # what waits for us in vain would count as its own slowness
    began, steal = time.monotonic(), meters.steal_seconds()
    told: dict[str, Any] = {"machine": machine.facts(), "load_before": round(meters.load_average(), 1), "sizes": sizes}

    def say(words: str) -> None:
        print(f"{time.monotonic() - began:7.0f} s  {words}", flush=True)

    with ground.folder(wish.folder, keep=wish.folder is not None) as root, ground.prepared(root) as place:
        told["sync_ms"] = round(meters.sync_milliseconds(place.data.cluster), 2)
        _measure(place, sizes, wish, told, say)
    told |= {"load_after": round(meters.load_average(), 1), "steal_s": round(meters.steal_seconds() - steal, 1),
             "seconds": round(time.monotonic() - began)}  # fmt: skip
    from bench import table

    table.show(told)
    if not wish.quick and set(wish.only) == set(PARTS) and tuple(sizes) == SIZES:
        file = RESULTS / f"{str(told['machine']['at'])[:10]}.json"
        RESULTS.mkdir(exist_ok=True)
        file.write_text(json.dumps(told, indent=1, ensure_ascii=False) + "\n")
        print(f"Kept in {file.relative_to(RESULTS.parent.parent)}")
    return 0


def _measure(place: ground.Ground, sizes: list[int], wish: argparse.Namespace, told: dict[str, Any], say: Any) -> None:
    # Only now: what imports the product's models needs its settings, and these the folder.
    from bench import helpdesk, intake, loading, people, reads, trust

    with place.admin() as admin:
        _make_offices(place, admin)
        loading.connect_everybody(admin)
        for size in sizes:
            key = loading.code_key(place.data.root)
            if loading.is_loaded(admin, size):
                say(f"{size:,} reports are in the folder already")
            else:
                told.setdefault("load_s", {})[str(size)] = loading.load(admin, size, code_key=key, say=say)
                told.setdefault("pictures_s", {})[str(size)] = _count_pictures(place, say)
            told.setdefault("bytes", {})[str(size)] = loading.size_of(admin)
            with ground.web(place) as (pid, port):
                if "reads" in wish.only:
                    asked = reads.all_reads(admin, people.appoint(admin), size=size, code_key=key)
                    told.setdefault("reads", {})[str(size)] = reads.measure(admin, asked, port, say)
                if "intake" in wish.only:
                    told.setdefault("intake", {})[str(size)] = intake.measure(
                        place, port, pid, rounds=3 if wish.quick else 12, seconds=3.0, say=say
                    )
            if "trust" in wish.only:
                told.setdefault("trust", {})[str(size)] = trust.measure(place, admin, say)
    if "peer" in wish.only:
        try:
            told["peer"] = helpdesk.measure(place, 5.0 if wish.quick else 15.0)
        except helpdesk.NotToBeHad as reason:
            told["peer"] = {"reason": str(reason)}


COUNT = "import django; django.setup(); from tuntas.insight import counting; counting.count_now()"


def _count_pictures(place: ground.Ground, say: Any) -> float:
    """What the worker does at night for the public map and for slips in searches; the seconds that it took."""
    began = time.monotonic()
    told = place.environment(TUNTAS_ROLE="worker", DJANGO_SETTINGS_MODULE="tuntas.config.settings")
    subprocess.run([sys.executable, "-c", COUNT], env=told, check=True)
    say(f"the night's counting took {time.monotonic() - began:.1f} s")
    return round(time.monotonic() - began, 1)


def _make_offices(place: ground.Ground, admin: Any) -> None:
    """The offices of one province and of its regencies and cities: some ten thousand units."""
    question = "SELECT code FROM organizations_area WHERE code LIKE %s AND level IN ('PROVINCE', 'REGENCY', 'CITY')"
    codes = [row[0] for row in admin.execute(question, [f"{REGION}%"])]
    words = [sys.executable, "-m", "tuntas.operations", "load", "offices", *codes]
    subprocess.run(words, env=place.environment(TUNTAS_ROLE="owner"), check=True, stderr=subprocess.DEVNULL)


def _wishes() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description="What Tuntas costs.")
    parser.add_argument("--quick", action="store_true", help="10 thousand reports and short rounds; keeps nothing")
    parser.add_argument(
        "--size", type=int, nargs="+", help="numbers of loaded reports (else 10 thousand and 1 million)"
    )
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="leave the other parts out")
    parser.add_argument("--folder", type=Path, help="a data folder to use and keep")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
