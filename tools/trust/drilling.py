"""A drill: the tests of one subject on a copy of the source, first as it is, then once with each planted fault.

The same code as in `make test`, at the length that the drill asks for. As the source is, all must pass; with a fault
in it the tests that are named for it must not, or the drill counts as broken.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from tools.copies import Copy, a_copy

LONGEST = 3600  # seconds of the tests as the source is
PLANTED = 600  # seconds with a planted fault; a run that hangs has found it too


@dataclass(frozen=True)
class Planted:
    """A fault: in this file of src/, these words become others. found_by: the tests that must turn red."""

    what: str
    file: str
    words: str
    instead: str
    found_by: str


@dataclass(frozen=True)
class Drill:
    tests: Sequence[str]
    faults: Sequence[Planted]
    environment: Mapping[str, str] = field(default_factory=dict)


def run(drill: Drill) -> list[str]:
    """What was found: tests that fail as the source is, and faults that nothing noticed."""
    with a_copy() as copy:
        began = time.monotonic()
        passed = copy.passes(drill.tests, limit=LONGEST, **drill.environment)
        print(f"  as it is: {copy.said.strip().splitlines()[-1]} ({time.monotonic() - began:.0f} s)", flush=True)
        if not passed:
            print(copy.said[-4000:])
            return [f"fails as the source is: {' '.join(drill.tests)}"]
        return [fault.what for fault in drill.faults if not _is_found(copy, fault)]


def _is_found(copy: Copy, fault: Planted) -> bool:
    whole = copy.read(fault.file)
    if whole.count(fault.words) != 1:
        raise ValueError(f"{fault.file} no longer has once: {fault.words!r}")
    planted = whole.replace(fault.words, fault.instead)
    compile(planted, fault.file, "exec")
    copy.write(fault.file, planted)
    try:
        passed = copy.passes([fault.found_by], limit=PLANTED)
    finally:
        copy.write(fault.file, whole)
    print(f"  planted: {fault.what}: {'MISSED' if passed else 'found'}", flush=True)
    return not passed
