"""Which test proves each requirement, how it ended, and where a person can see it: docs/requirements.md.

usage: tools/requirements.py [--read]

Runs the tests that name a requirement, then writes and prints the table. --read: only read what the last runs left.
Rows come from docs/requirements.csv, places from docs/where.toml (id = "screen or command").
"""

from __future__ import annotations

import argparse
import csv
import json
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PROVED = ROOT / ".tuntas" / "proved.json"
PAGE = ROOT / "docs" / "requirements.md"
HEAD = """# Requirements and what proves them

Written by `make requirements`. A row is proved when every test that names it passed in the last run.

| id | requirement | proved by | result | where to see it |
|---|---|---|---|---|
"""


def main() -> int:
    parser = argparse.ArgumentParser(description="The table of requirements.")
    parser.add_argument("--read", action="store_true", help="do not run the tests again")
    if not parser.parse_args().read:
        PROVED.unlink(missing_ok=True)
        subprocess.run([sys.executable, "-m", "pytest", "-q", "-m", "requirement"], cwd=ROOT, check=False)
    rows = list(csv.DictReader((ROOT / "docs" / "requirements.csv").open(encoding="utf-8")))
    proofs, places = gather(), where()
    lines = [line(row, proofs.get(row["id"], {}), places.get(row["id"], "")) for row in rows]
    PAGE.write_text(HEAD + "".join(lines), encoding="utf-8")
    proved = sum(is_proved(proofs.get(row["id"], {})) for row in rows)
    print("".join(lines))
    print(f"{proved} of {len(rows)} requirements proved; {PAGE.relative_to(ROOT)} written")
    strangers = sorted(set(proofs) - {row["id"] for row in rows})
    if strangers:
        print(f"tests name rows that are not in docs/requirements.csv: {', '.join(strangers)}")
    return 0


def gather() -> dict[str, dict[str, str]]:
    """Requirement -> test -> outcome."""
    found: dict[str, dict[str, str]] = {}
    results = json.loads(PROVED.read_text()) if PROVED.is_file() else {}
    for test, result in results.items():
        plain = test.partition("[")[0]  # one test with many examples is one line, and fails with any of them
        for name in result["requirements"]:
            tests = found.setdefault(name, {})
            tests[plain] = result["outcome"] if tests.get(plain, "passed") == "passed" else tests[plain]
    return found


def where() -> dict[str, str]:
    file = ROOT / "docs" / "where.toml"
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}


def is_proved(proofs: dict[str, str]) -> bool:
    return bool(proofs) and set(proofs.values()) == {"passed"}


def line(row: dict[str, str], proofs: dict[str, str], place: str) -> str:
    tests = "<br>".join(f"`{test.removeprefix('tests/')}`" for test in sorted(proofs))
    result = "proved" if is_proved(proofs) else "FAILED" if "failed" in proofs.values() else "no test"
    words = row["feature"].replace("|", "\\|")
    return f"| {row['id']} | {words} | {tests} | {result} | {place} |\n"


if __name__ == "__main__":
    sys.exit(main())
