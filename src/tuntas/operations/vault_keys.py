"""`tuntas vault`: begin a new key epoch and see it through, count what needs which key, destroy what nothing needs.

The vault's own commands, run as the vault's own user: nobody else can read its keys, and nothing here does.
"""

import argparse
import re
import subprocess
import sys
import time
from collections.abc import Callable

from django.utils.translation import gettext as _

from tuntas.operations import setting_up, supervisor
from tuntas.operations.accounts import accounts
from tuntas.operations.folder import DataFolder

LOOK = 2.0  # seconds between two looks at what is left
LINE = re.compile(r"^epoch (\d+)(, in force)?: (\d+) identities, (\d+) envelopes, (\d+) originals, (\d+) links")
UNREAD = re.compile(r"^unread: (\d+)")
Say = Callable[[str], None]


def run(wish: argparse.Namespace, data: DataFolder, say: Say) -> None:
    """Do what the command line asks for. Raises StepFailed when the vault's command ends with an error."""
    words = [wish.action, *(["--confirm"] if wish.confirm else []), *(["--at-once"] if wish.at_once else [])]
    for line in ask(data, *words):
        say(line)
    if wish.action == "rotate":
        follow(data, say)


def ask(data: DataFolder, *words: str) -> list[str]:
    """What the vault's command prints, line by line."""
    command, account = [sys.executable, "-m", "tuntas_vault", *words], accounts().vault
    done: subprocess.CompletedProcess[str] = subprocess.run(
        command, check=False, env=setting_up.for_vault(data), cwd="/", capture_output=True, text=True, **account.popen()
    )
    if done.returncode:
        raise setting_up.StepFailed(
            _("The vault did not do it."),
            why=done.stderr.strip() or done.stdout.strip(),
            instead=_("Mend it and start again: what was done so far is kept."),
        )
    return done.stdout.splitlines()


def follow(data: DataFolder, say: Say) -> None:
    """Tell how much is left until nothing is. Vault and worker do the work; whoever stops looking stops nothing."""
    if supervisor.running(data) is None:
        say(_("Vault and worker do the rest when they run: start `tuntas run`, and look with `tuntas vault status`."))
        return
    before = -1
    while (rest := left(ask(data, "status"))) > 0:
        if rest != before:
            say(_("%(count)d still need an older key.") % {"count": rest})
        before = rest
        time.sleep(LOOK)
    say(_("Nothing needs an older key any more. `tuntas vault destroy` names what may go, 35 days after."))


def left(lines: list[str]) -> int:
    """How many things need another key than the one in force, or were not looked at yet."""
    found = [LINE.match(line) for line in lines]
    old = sum(int(number) for match in found if match and not match[2] for number in match.groups()[2:])
    return old + sum(int(match[1]) for line in lines if (match := UNREAD.match(line)))
