"""Migrations that are missing, and migrations that would hurt a live table.

usage: python -m tools.migrations

1. `makemigrations --check`: the models and the migrations say the same.
2. Every migration is named for what it does, and after an app's first says why it is there (a docstring).
3. squawk reads the SQL of every migration after an app's first: the first makes new tables, where no lock hurts.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from pathlib import Path

import django

from tools.ground import data_of_tests
from tuntas.operations import databases, keeper
from tuntas.operations.folder import DataFolder, default_root

ROOT = Path(__file__).resolve().parent.parent
# Rules that do not fit: keys are bigint already, texts have no length by intent, a migration is one transaction.
NOT_FOR_US = (
    "prefer-robust-stmts,prefer-text-field,prefer-identity,prefer-bigint-over-int,require-timeout-settings,"
    "require-concurrent-index-creation,adding-foreign-key-constraint,constraint-missing-not-valid"
)
AUTOMATIC = re.compile(r"\d{4}_(auto|initial|alter|remove|rename|add_field|squashed)")


def main() -> int:
    os.environ["DJANGO_SETTINGS_MODULE"] = "tuntas.config.settings"
    os.environ["TUNTAS_DATA"] = str(data_of_tests())
    os.environ["TUNTAS_ROLE"] = "owner"
    data = DataFolder(default_root())
    with keeper.serving(data, volatile=True, linger=20) as cluster:
        databases.prepare_embedded(cluster)
        django.setup()
        faults = [*missing(), *nameless(), *dangerous()]
    print("\n".join(faults))
    return bool(faults)


def missing() -> list[str]:
    from django.core.management import call_command

    said = io.StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said, verbosity=1, skip_checks=True)
    except SystemExit:
        return [f"models and migrations differ:\n{said.getvalue()}"]
    return []


def nameless() -> list[str]:
    faults = []
    for file in sorted(ROOT.glob("src/*/**/migrations/[0-9]*.py")):
        if AUTOMATIC.match(file.stem):
            faults.append(f"{file.relative_to(ROOT)}: name it for what it does")
        if not file.stem.startswith("0001") and not file.read_text().lstrip().startswith('"""'):
            faults.append(f"{file.relative_to(ROOT)}: begin with a docstring: why, what it locks, how it is undone")
    return faults


def dangerous() -> list[str]:
    """What squawk says about the SQL of later migrations."""
    faults = []
    for file in sorted(ROOT.glob("src/tuntas/*/migrations/[0-9]*.py")):
        if file.stem.startswith("0001"):
            continue
        sql = sql_of(file.parent.parent.name, file.stem)
        done = subprocess.run(
            [str(Path(sys.executable).parent / "squawk"), f"--exclude={NOT_FOR_US}", "--pg-version=15.0",
             f"--stdin-filepath={file.relative_to(ROOT)}"],
            input=sql, capture_output=True, text=True, check=False,
        )  # fmt: skip
        if done.returncode:
            faults.append(done.stdout + done.stderr)
    return faults


def sql_of(app: str, name: str) -> str:
    from django.core.management import call_command

    said = io.StringIO()
    call_command("sqlmigrate", app, name, stdout=said, skip_checks=True, no_color=True)
    return said.getvalue()


if __name__ == "__main__":
    sys.exit(main())
