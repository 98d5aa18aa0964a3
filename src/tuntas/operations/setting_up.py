"""What a start does between "the database answers" and "people may come in": migrations, packs, the demo.

Each step runs in a process of its own, so that the supervisor stays small, and only when it is due, so that a restart
takes seconds.
"""

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import psycopg
from django.utils.translation import gettext_lazy as _

from tuntas.kernel import env
from tuntas.kernel.refusals import Refusal
from tuntas.operations import databases, queries
from tuntas.operations.accounts import Account, Accounts, ourselves
from tuntas.operations.databases import CASE, VAULT
from tuntas.operations.folder import DataFolder

PACKAGE = Path(__file__).resolve().parent.parent
DJANGOS = ("django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions")


class StepFailed(Refusal):
    """A step of setting up ended with an error; what was there before is untouched or can be repeated."""

    code = "setting_up_failed"
    status = 500


def bring_up_to_date(data: DataFolder, users: Accounts, *, demo: bool, say: Callable[[str], None]) -> None:
    """Migrate both databases, bring in the packs that changed and, in the demo, its register. Raises StepFailed."""
    migrate(data, users, say=say)
    if not env.path("TUNTAS_VAULT_PUBLIC_KEYS", data.vault_public_keys).is_file():
        say(str(_("The vault makes its keys.")))
        trouble = _("The vault could not make its keys.")
        run_step(trouble, ["tuntas_vault", "--once"], for_vault(data), account=users.vault)
    with _once(data, "packs-loaded", fingerprint(resources.files("tuntas") / "packs")) as due:
        if due:
            say(str(_("Loading areas, calendars, categories, agencies and deadlines.")))
            owner = environment(data, {"TUNTAS_ROLE": "owner"})
            run_step(_("Loading the policy packs failed."), ["tuntas.operations", "load", "all"], owner)
    if demo:
        _write_demo(data, users, say)
        with _once(data, "demo-portals", "") as due:
            if due:  # a step of its own: a demo of an older version has none yet
                owner = environment(data, {"TUNTAS_ROLE": "owner", "TUNTAS_DEMO": "1"})
                run_step(_("The demo's portals could not be opened."), ["tuntas.operations.demo", "portals"], owner)


def _write_demo(data: DataFolder, users: Accounts, say: Callable[[str], None]) -> None:
    """The demo's old register as the owner, then its living reports by the verbs and rights of the worker and the web.

    A register that was interrupted half-way is not gone on with: nobody could tell which half is there.
    """
    begun = data.root / "demo-begun"
    with _once(data, "demo-written", "") as due:
        if not due:
            return
        if begun.exists():
            raise StepFailed(
                _("The demo's register is only half written."),
                why=_("An earlier first start was interrupted while it wrote."),
                instead=_("Delete %(folder)s and start again.") % {"folder": data.root},
            )
        begun.touch()
        say(str(_("Writing the demo's register: this takes a minute or two, once.")))
        trouble = _("Writing the demo's register failed.")
        owner = environment(data, {"TUNTAS_ROLE": "owner", "TUNTAS_DEMO": "1"})
        run_step(trouble, ["tuntas.operations.demo", "history"], owner)
        worker = environment(
            data, {"TUNTAS_ROLE": "worker", "TUNTAS_DEMO": "1"} | databases.addresses_for(data, "worker")
        )
        run_step(trouble, ["tuntas.operations.demo", "lives"], worker, account=users.web)
        web = environment(data, {"TUNTAS_ROLE": "web", "TUNTAS_DEMO": "1"} | databases.addresses_for(data, "web"))
        run_step(trouble, ["tuntas.operations.demo", "first"], web, account=users.web)
    begun.unlink(missing_ok=True)


def migrate(data: DataFolder, users: Accounts, *, say: Callable[[str], None]) -> None:
    """Bring both databases to the newest migration, where one is due."""
    if _case_due(data):
        say(str(_("Bringing the case database up to date.")))
        chosen = {"TUNTAS_ROLE": "owner", "DJANGO_SETTINGS_MODULE": "tuntas.config.settings"}
        run_step(_("The case database could not be migrated."), ["django", *_MIGRATE], environment(data, chosen))
    if _vault_due(data):
        say(str(_("Bringing the vault's database up to date.")))
        trouble = _("The vault's database could not be migrated.")
        run_step(trouble, ["tuntas_vault", "migrate"], for_vault(data), account=users.vault)


def for_vault(data: DataFolder) -> dict[str, str]:
    """The environment of a command of the vault."""
    chosen = {"DJANGO_SETTINGS_MODULE": "tuntas_vault.settings", "TUNTAS_LOG": "ERROR"}
    return environment(data, chosen | databases.addresses_for(data, "vault", CASE, VAULT))


def migrations_due(data: DataFolder) -> bool:
    """Whether one of the two databases lacks a migration."""
    return _case_due(data) or _vault_due(data)


def _case_due(data: DataFolder) -> bool:
    ours = [f"tuntas.{folder.parent.name}" for folder in PACKAGE.glob("*/migrations")]
    return databases.migrations_due(databases.address_for(data, "owner", CASE), [*ours, *DJANGOS])


def _vault_due(data: DataFolder) -> bool:
    return databases.migrations_due(databases.address_for(data, "vault", VAULT), ["tuntas_vault"])


_MIGRATE = ("migrate", "--no-input", "--verbosity", "0")


@contextmanager
def _once(data: DataFolder, name: str, content: str) -> Iterator[bool]:
    """Whether a step is due: it is not when it succeeded before, with this content, on this very database."""
    with psycopg.connect(databases.address_for(data, "owner", CASE), autocommit=True) as connection:
        wanted = f"{queries.identity_of_database(connection)} {content}"
    stamp = data.root / name
    if stamp.is_file() and stamp.read_text() == wanted:
        yield False
        return
    yield True
    stamp.write_text(wanted)


def fingerprint(folder: Traversable) -> str:
    """A hash over the names and contents of all files in a folder of the package."""
    digest = hashlib.sha256()
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        digest.update(entry.name.encode() + b"\0")
        digest.update(fingerprint(entry).encode() if entry.is_dir() else entry.read_bytes())
    return digest.hexdigest()


def environment(data: DataFolder, chosen: Mapping[str, str]) -> dict[str, str]:
    """Ours, with what a step needs laid over it."""
    return {**os.environ, "TUNTAS_DATA": str(data.root), "TUNTAS_POOL": "0", **chosen}


def run_step(trouble: object, words: Sequence[str], chosen: Mapping[str, str], account: Account | None = None) -> None:
    """Run `python -m WORDS` to its end, its progress on our terminal. Raises StepFailed with `trouble`."""
    done = subprocess.run(
        [sys.executable, "-m", *words], check=False, env=dict(chosen), cwd="/", **(account or ourselves()).popen()
    )
    if done.returncode:
        raise StepFailed(
            trouble,
            why=_("The reason stands above (exit %(status)s).") % {"status": done.returncode},
            instead=_("Mend it and start again: what was done so far is kept."),
        )
