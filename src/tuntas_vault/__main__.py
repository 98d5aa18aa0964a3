"""The vault process.

python -m tuntas_vault            put identities away and send letters until told to stop (SIGTERM, SIGINT)
python -m tuntas_vault --once     the same until nothing is left to do, then end
python -m tuntas_vault migrate    bring the vault's database up to date
python -m tuntas_vault rotate     begin a new key epoch; the running vault wraps what it keeps anew
python -m tuntas_vault destroy    name the old keys that nothing of the vault needs; with --confirm, destroy them
"""

import argparse
import os
import resource
import sys

import django
from django.core.management import call_command

from tuntas.kernel.env import Misconfigured

WHAT_GOES_WITH_THEM = "With a key go the originals of the files that were sealed to it; their cleaned copies stay."


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tuntas_vault", description="The vault of Tuntas.")
    parser.add_argument("command", nargs="?", choices=("run", "migrate", "rotate", "destroy"), default="run")
    parser.add_argument("--once", action="store_true", help="end when nothing is left to do")
    parser.add_argument("--confirm", action="store_true", help="destroy the keys for good")
    asked = parser.parse_args(words)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold identities and keys
    os.environ["DJANGO_SETTINGS_MODULE"] = "tuntas_vault.settings"
    try:
        django.setup()
        return obey(asked.command, once=asked.once, confirm=asked.confirm)
    except (Misconfigured, RuntimeError) as error:
        print(f"The vault does not start: {error}", file=sys.stderr)  # noqa: T201 - the operator's line
        return 1


def obey(command: str, *, once: bool, confirm: bool) -> int:
    # Only now: models and settings exist after django.setup().
    from tuntas_vault import epochs, working

    if command == "migrate":
        call_command("migrate", interactive=False, verbosity=0)
        return 0
    if command == "rotate":
        print(f"Key epoch {epochs.rotate()} has begun.")  # noqa: T201 - the operator's line
        return 0
    if command == "destroy":
        old = epochs.old()
        if confirm:
            epochs.destroy(old)
        done = "Destroyed" if confirm else "Would destroy"
        print(f"{done} the keys of these epochs: {old or 'none'}.", WHAT_GOES_WITH_THEM)  # noqa: T201
        return 0
    return working.work(once=once)


if __name__ == "__main__":
    sys.exit(main())
