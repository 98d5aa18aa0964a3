"""Where the tests keep their cluster: in memory where the machine offers enough, else beside the source.

A database is copied, file by file, for each test that commits: 0.05 s in memory and 0.9 s on a common disk.
"""

import hashlib
import os
import shutil
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MEMORY = Path("/dev/shm")  # noqa: S108 - the folder inside it is made for this user alone
NEEDED = 6 * 1024**3  # bytes; the cluster takes less than one of them


def data_of_tests(name: str = "test") -> Path:
    """The folder; made, and closed to others. TUNTAS_TEST_DATA names another."""
    if named := os.environ.get("TUNTAS_TEST_DATA"):
        return Path(named)
    folder = ROOT / ".tuntas" / name
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > NEEDED:
        mark = hashlib.sha256(f"{os.getuid()} {ROOT}".encode()).hexdigest()[:8]
        folder = MEMORY / f"tuntas-{name}-{mark}"
    folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        msg = f"{folder} belongs to somebody else: remove it, or name a folder in TUNTAS_TEST_DATA"
        raise PermissionError(msg)
    return folder
