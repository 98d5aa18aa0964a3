"""make trust: python -m tools.trust [module …]     What is too slow for every `make test`: scanners, and drills of trust.

Each module of MODULES has `run() -> list[str]`, which prints its report and returns what it found. A scanner is run twice:
on the real site it must find nothing, on a site with planted faults (planted.py) it must find them, or it counts as broken.
A drill is the tests of its subject, run at length on a copy of the source, and again with each planted fault (drilling.py).
Exit 0: nothing found, and whatever was planted was found.
"""

import importlib
import sys
import time
import traceback

# In this order. A new drill: a module in this folder with run(), and its name here.
MODULES = ["wapiti", "sqlmap", "lighthouse", "flood", "nonces", "rotation", "shredding", "tampering"]


def main() -> int:
    chosen = sys.argv[1:] or MODULES
    found, table = 0, []
    for name in chosen:
        began = time.monotonic()
        print(f"— {name}", flush=True)
        faults = _faults(name)
        found += len(faults)
        print("".join(f"  ✗ {fault}\n" for fault in faults), end="")
        table.append(f"{'✗' if faults else '✓'} {name:<12} {time.monotonic() - began:5.0f} s  {len(faults)} found")
    print("\n".join(["", *table]))
    return 1 if found else 0


def _faults(name: str) -> list[str]:
    """What one module found. A module that broke off found nothing out, which is a fault too; the others still run."""
    try:
        faults: list[str] = importlib.import_module(f"tools.trust.{name}").run()
    except Exception:
        return [f"{name} broke off: {traceback.format_exc(limit=-3)}"]
    return faults


if __name__ == "__main__":
    sys.exit(main())
