"""The vault process.

python -m tuntas_vault            put identities away and send letters until told to stop (SIGTERM, SIGINT)
python -m tuntas_vault --once     the same until nothing is left to do, then end
python -m tuntas_vault migrate    bring the vault's database up to date
python -m tuntas_vault rotate     begin a new key epoch; vault and worker wrap and seal what there is anew
python -m tuntas_vault status     how much still needs the key of each epoch
python -m tuntas_vault destroy    name the old keys that nothing needs; with --confirm, destroy them; with --at-once,
                                  do not wait 35 days for the backups
python -m tuntas_vault filed      did this contact file before: "phone 0812..." on standard input
"""

import argparse
import os
import resource
import sys

import django
from django.core.management import call_command

from tuntas.kernel.env import Misconfigured

WHAT_GOES_WITH_THEM = "Backups of the originals of the files that were sealed to such a key never open again."
COMMANDS = ("run", "migrate", "rotate", "status", "destroy", "filed")


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tuntas_vault", description="The vault of Tuntas.")
    parser.add_argument("command", nargs="?", choices=COMMANDS, default="run")
    parser.add_argument("--once", action="store_true", help="end when nothing is left to do")
    parser.add_argument("--confirm", action="store_true", help="destroy the keys for good")
    parser.add_argument("--at-once", action="store_true", help="do not wait until backups have died")
    asked = parser.parse_args(words)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a core file would hold identities and keys
    os.environ["DJANGO_SETTINGS_MODULE"] = "tuntas_vault.settings"
    try:
        django.setup()
        return obey(asked)
    except (Misconfigured, RuntimeError, ValueError) as error:
        print(f"The vault does not start: {error}", file=sys.stderr)  # noqa: T201 - the operator's line
        return 1


def obey(asked: argparse.Namespace) -> int:
    # Only now: models and settings exist after django.setup().
    from tuntas_vault import epochs, working

    if asked.command == "run":
        return working.work(once=asked.once)
    if asked.command == "migrate":
        call_command("migrate", interactive=False, verbosity=0)
    elif asked.command == "rotate":
        say(f"Key epoch {epochs.rotate()} has begun.")
        show_status()
    elif asked.command == "status":
        show_status()
    elif asked.command == "filed":
        show_filed(sys.stdin.readline())
    else:
        destroy(confirm=asked.confirm, at_once=asked.at_once)
    return 0


def destroy(*, confirm: bool, at_once: bool) -> None:
    from tuntas_vault import epochs

    old = epochs.old(at_once=at_once)
    if confirm:
        epochs.destroy(old)
    done = "Destroyed" if confirm else "Would destroy"
    say(f"{done} the keys of these epochs: {old or 'none'}. {WHAT_GOES_WITH_THEM}")


def show_status() -> None:
    """One line an epoch, made for people and easy to read for programs."""
    from tuntas_vault import epochs

    lines = epochs.status()
    for left in lines:
        newest = ", in force" if left.epoch == max(line.epoch for line in lines) else ""
        say(
            f"epoch {left.epoch}{newest}: {left.identities} identities, {left.envelopes} envelopes,"
            f" {left.originals} originals, {left.links} links"
        )
    if lines and lines[0].unread:
        say(f"unread: {lines[0].unread} originals whose key nobody has looked up yet")


def show_filed(line: str) -> None:
    from tuntas_vault import indexing

    field, _space, value = line.strip().partition(" ")
    found = indexing.find(field, value)
    say("\n".join(["yes" if found else "no", *map(str, found)]))


def say(words: str) -> None:
    print(words)  # noqa: T201 - the operator's lines


if __name__ == "__main__":
    sys.exit(main())
