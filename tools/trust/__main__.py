"""make trust: python -m tools.trust [module …]     What is too slow for every `make test`: scanners, and drills of trust.

Each module of MODULES has `run() -> list[str]`, which prints its report and returns what it found. A scanner is run twice:
on the real site it must find nothing, on a site with planted faults (planted.py) it must find them, or it counts as broken.
Exit 0: nothing found, and every scanner found what was planted.
"""

import importlib
import sys
import time

# In this order. A new drill: a module in this folder with run(), and its name here.
MODULES = ["wapiti", "sqlmap"]


def main() -> int:
    chosen = sys.argv[1:] or MODULES
    found = 0
    for name in chosen:
        began = time.monotonic()
        print(f"— {name}", flush=True)
        faults = importlib.import_module(f"tools.trust.{name}").run()
        found += len(faults)
        print("".join(f"  ✗ {fault}\n" for fault in faults), end="")
        print(f"{'✗' if faults else '✓'} {name}, {time.monotonic() - began:.0f} s", flush=True)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
