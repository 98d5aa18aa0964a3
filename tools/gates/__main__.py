"""make gates: python -m tools.gates [tree]     Every gate over a tree (src); exit 1 when one finds something."""

import os
import sys
import time
from pathlib import Path

import django

from tools.gates.checks import GATES
from tools.gates.place import ROOT


def main() -> int:
    tree = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "src").resolve()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuntas.config.settings")
    django.setup()  # some patterns are put together when their module is loaded
    found = 0
    for name, gate in GATES.items():
        began, faults = time.monotonic(), gate(tree)
        found += len(faults)
        print(f"{'✗' if faults else '✓'} {name:22} {time.monotonic() - began:3.0f} s")
        print("".join(f"  {fault}\n" for fault in faults), end="")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
