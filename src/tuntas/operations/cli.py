"""`tuntas`: the one command. Parses, calls one function, prints what came of it.

Exit status: 0 done; 2 refused, with what, why and what to do instead; 130 stopped by Ctrl-C.
"""

import argparse
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

import django
from django.utils import translation
from django.utils.translation import gettext as _
from rich.console import Console
from rich.panel import Panel
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from tuntas.kernel.env import Misconfigured
from tuntas.kernel.refusals import Refusal
from tuntas.operations import addresses, backup, databases, keeper, keys, setting_up, supervisor
from tuntas.operations.accounts import accounts
from tuntas.operations.folder import DataFolder, default_root
from tuntas.operations.speaking import language_of_terminal, speak_without_register
from tuntas_verify import command as checking

screen = Console(stderr=True, highlight=False)
REFUSED = 2
INTERRUPTED = 130
# The words of loading.PACKS, known without loading Django.
PACKS = ("areas", "calendars", "holidays", "categories", "deadlines", "agencies")
STOP_WITHIN = 90.0  # seconds: longer than the longest orderly stop


def main(given: Sequence[str] | None = None) -> int:
    """The command line. Returns the exit status."""
    wish = parser().parse_args(given)
    _choose_surroundings(wish)
    try:
        wish.act(wish)
    except (Refusal, Misconfigured) as no:
        _print_refusal(no)
        return REFUSED
    except KeyboardInterrupt:
        return INTERRUPTED
    return 0


def parser() -> argparse.ArgumentParser:
    top = argparse.ArgumentParser(
        prog="tuntas", description="Public-service complaints, to the proof of what was done."
    )
    top.add_argument("--version", action="version", version=f"tuntas {version('tuntas')}")
    top.add_argument(
        "--data", metavar="FOLDER", type=Path, help="data folder (else TUNTAS_DATA, else a folder at home)"
    )
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, act: Callable[[argparse.Namespace], None], what: str) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=what, description=what)
        sub.set_defaults(act=act, demo=False, register=act in WITH_REGISTER)
        return sub

    serving = {
        "run": "serve people: database, web, worker and vault under one supervisor",
        "demo": "the same with a made-up province and one click per role, on this machine only",
    }
    for name, what in serving.items():
        running = command(name, _run, what)
        running.add_argument("--port", type=int, help="port of the site (else 8000 or the next free one)")
        running.set_defaults(demo=name == "demo")
    command("stop", _stop, "stop what runs on the data folder").add_argument("--demo", action="store_true")
    command("migrate", _migrate, "bring both databases to the newest version")
    command("doctor", _doctor, "look at everything that can be wrong").add_argument("--demo", action="store_true")
    _add_commands_about_the_public_log(command)
    _add_commands_about_data(command)
    first = command(
        "first-admin", _first_admin, "make a national administrator, and print the link that opens the account"
    )
    first.add_argument("username", help="small letters, digits, dots and dashes")
    first.add_argument("--name", required=True, help="as it is shown to colleagues")
    first.add_argument("--email", default="", help="where links for a new password go")
    manage = command("manage", _manage, "any command of Django, with the owner's rights")
    manage.add_argument("rest", nargs=argparse.REMAINDER, metavar="COMMAND ...")
    return top


def _add_commands_about_the_public_log(command: Callable[..., argparse.ArgumentParser]) -> None:
    check = command("verify", _verify, "check that no report was deleted or changed: this register, or any public log")
    checking.arguments(check)
    check.add_argument("--demo", action="store_true")
    anew = command("log-anew", _log_anew, "begin a new public log, after a backup was brought back or a key was lost")
    anew.add_argument("--because", required=True, metavar="WORDS", help="what happened; published for good")
    witness = command("log-cosign", _log_cosign, "add the lines by which witnesses signed a head")
    witness.add_argument("note", type=Path, help="the head with their lines under it")
    witness.add_argument("--key", action="append", required=True, metavar="KEY", help="a witness's public key")


def _add_commands_about_data(command: Callable[..., argparse.ArgumentParser]) -> None:
    load = command(
        "load",
        _load,
        "bring packs in: areas, calendars, holidays, categories, deadlines, agencies, offices, letter addresses",
    )
    load.add_argument("what", choices=["all", "offices", "letter-addresses", *PACKS])
    load.add_argument("given", nargs="*", metavar="FILE or CODE", help="your files; area codes for `offices`")
    bring = command("import", _import, "bring an old register in from CSV or XLSX")
    bring.add_argument("file", type=Path, help="CSV (any delimiter and encoding) or XLSX")
    bring.add_argument("--map", required=True, help="a map of yours (TOML), the name of one that came along, or `auto`")
    bring.add_argument("--dry-run", action="store_true", help="look at every row and write nothing")
    bring.add_argument("--refused", type=Path, metavar="FILE", help="where refused rows go (else beside the file)")
    bring.add_argument("--at", metavar="DAY", help="when open reports are taken over, if not now: 2023-04-03")
    keep = command("retention", _retention, "forget what was kept for its whole term")
    keep.add_argument("--dry-run", action="store_true", help="show what is due and change nothing")
    keep.add_argument("--at", metavar="DAY", help="as it will be on that day: 2031-01-01")
    for name, act, what in (
        ("backup", _back_up, "write both databases and the evidence files into a folder, without keys"),
        ("restore", _restore, "bring such a folder into a new, empty installation"),
    ):
        command(name, act, what).add_argument("folder", type=Path)
    face = command("face", _face, "portals of agencies: bind a host name to an agency, end it, list them")
    face.add_argument("action", choices=["bind", "unbind", "list"])
    face.add_argument("host", nargs="?", default="", help="for example lapor.kota-contoh.go.id")
    face.add_argument("agency", nargs="?", default="", help="its code (35-73), or the last part of its page's address")
    vault = command("vault", _vault, "the vault's keys: begin a new epoch, count what needs which, destroy old ones")
    vault.add_argument("action", choices=["rotate", "status", "destroy"])
    vault.add_argument("--confirm", action="store_true", help="destroy: for good, and not only name them")
    vault.add_argument("--at-once", action="store_true", help="destroy: do not wait 35 days for the backups")


def _choose_surroundings(wish: argparse.Namespace) -> None:
    """The environment that everything below reads, from the options given."""
    if wish.data:
        os.environ["TUNTAS_DATA"] = str(wish.data.expanduser().absolute())
    elif wish.demo and not os.environ.get("TUNTAS_DATA"):
        os.environ["TUNTAS_DATA"] = str(default_root().with_name("tuntas-demo"))
    if getattr(wish, "port", None):
        os.environ["TUNTAS_PORT"] = str(wish.port)
    os.environ.setdefault("TUNTAS_ROLE", "owner")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tuntas.config.settings")
    if wish.register:
        django.setup()
        translation.activate(language_of_terminal())
    else:
        speak_without_register()


def _run(wish: argparse.Namespace) -> None:
    began = time.monotonic()
    data = DataFolder(default_root())

    def say(words: str) -> None:
        screen.print(f"[dim]{time.monotonic() - began:6.1f} s[/dim]  {words}")
        if words == _("Tuntas is running."):
            screen.print(_welcome(data, demo=wish.demo))

    installation = supervisor.Installation(data, wish.demo, say)
    if installation.users.db.switch and not installation.users.separate:
        say(_("Vault and web run as one user here; `tuntas doctor` says why."))
    installation.run()


def _welcome(data: DataFolder, *, demo: bool) -> Panel:
    known = supervisor.running(data) or {}
    site = known.get("address", "")
    grid = Table.grid(padding=(0, 2))
    grid.add_row(_("Report a problem"), f"{site}/lapor")
    grid.add_row(_("Follow a report"), f"{site}/lacak")
    grid.add_row(_("Officers"), f"{site}/workspace/")
    if demo:
        grid.add_row(_("Demo accounts"), _("one click per role: {site}/workspace/").format(site=site))
        grid.add_row(_("Sent messages"), f"{site}/contoh/kotak-keluar")
        for host in addresses.DEMO_FACES:
            grid.add_row(_("Portal of an agency"), str(site).replace("localhost", host, 1))
    grid.add_row(_("Data and logs"), str(data.root))
    grid.add_row(_("To stop"), _("Ctrl-C here, or `tuntas stop`"))
    return Panel(grid, title="Tuntas", expand=False)


def _stop(wish: argparse.Namespace) -> None:
    data = DataFolder(default_root())
    pid = keeper.holder(data)
    if pid is None:
        screen.print(_("Nothing runs on %(folder)s.") % {"folder": data.root})
        return
    os.kill(pid, signal.SIGTERM)
    until = time.monotonic() + STOP_WITHIN
    while keeper.holder(data) is not None:
        if time.monotonic() > until:
            raise Refusal(
                _("Process %(pid)s does not stop.") % {"pid": pid},
                why=_("It was asked %(seconds)d seconds ago.") % {"seconds": STOP_WITHIN},
                instead=_("Look into %(folder)s, then end it by its number.") % {"folder": data.logs},
            )
        time.sleep(0.1)
    screen.print(_("Stopped."))


def _migrate(_wish: argparse.Namespace) -> None:
    with _database() as data:
        setting_up.migrate(data, accounts(), say=screen.print)
    screen.print(_("Both databases are up to date."))


def _doctor(_wish: argparse.Namespace) -> None:
    # Only now: it looks at things that no other command needs.
    from tuntas.operations import doctor, findings

    found = doctor.examine(DataFolder(default_root()))
    table = Table("", _("Looked at"), _("Found"), _("What to do"), box=None, pad_edge=False)
    signs = {findings.GOOD: "[green]✓[/green]", findings.WEAK: "[yellow]![/yellow]", findings.BAD: "[red]✗[/red]"}
    for finding in found:
        table.add_row(signs[finding.verdict], str(finding.subject), str(finding.found), str(finding.remedy))
    screen.print(table)
    if any(finding.verdict == findings.BAD for finding in found):
        raise Refusal(_("Something must be mended first."), why=_("See the lines marked ✗."))


def _verify(wish: argparse.Namespace) -> None:
    """Ends with 1 when something is wrong, and with 2 when it could not be checked."""
    with _bars() as progress:
        if wish.log or wish.receipt or wish.database:
            status = checking.run(wish, progress=progress)
        else:
            with _database() as data:
                wish.database = databases.address_for(data, "verify", databases.CASE)
                wish.anchor = wish.anchor or [data.anchors]
                status = checking.run(wish, progress=progress)
    if status:
        raise SystemExit(status)


def _log_anew(wish: argparse.Namespace) -> None:
    from tuntas.ledger import remembering, signing

    with _database():
        key = signing.begin_anew(wish.because)
        remembering.forget()
    screen.print(_("The public log goes on under a new name. Its public key:"))
    screen.print(str(key), markup=False)


def _log_cosign(wish: argparse.Namespace) -> None:
    from tuntas.ledger import witnessing

    with _database():
        taken = witnessing.take(wish.note.read_text(encoding="utf-8"), wish.key)
    for name in taken:
        screen.print(name, markup=False)


def _load(wish: argparse.Namespace) -> None:
    from tuntas.operations import loading

    with _database(), _bars() as progress:
        done = loading.load(wish.what, wish.given, progress=progress)
    for loaded in done:
        screen.print(
            _("%(what)s: %(added)d added, %(changed)d changed, %(unchanged)d as before, %(removed)d removed")
            % {"what": loaded.what, "added": loaded.added, "changed": loaded.changed,
               "unchanged": loaded.unchanged, "removed": loaded.removed}
        )  # fmt: skip
        for row in loaded.refused:
            screen.print(f"  [yellow]{row}[/yellow]")


def _import(wish: argparse.Namespace) -> None:
    from tuntas.operations.importing import command

    with _database(), _bars() as progress:
        words = command.run(wish, progress=progress)
    for line in words:
        screen.print(line)


def _retention(wish: argparse.Namespace) -> None:
    from tuntas.operations import keeping_time

    if wish.at and not wish.dry_run:
        raise Refusal(_("Nothing was changed."), why=_("Another day than today can only be looked at: add --dry-run."))
    with _database(), _bars() as progress:
        table, words = keeping_time.run(wish, progress=progress)
    screen.print(table)
    screen.print(words)


def _back_up(wish: argparse.Namespace) -> None:
    with _database() as data:
        written = backup.back_up(data, wish.folder.absolute())
    for file in written:
        screen.print(f"{file}  {file.stat().st_size / 1e6:.1f} MB")
    words = _("No key is in it. Copy %(folders)s to another place, once.")
    screen.print(words % {"folders": f"{data.secrets}, {data.vault}"}, style="yellow")


def _restore(wish: argparse.Namespace) -> None:
    with _database() as data:
        backup.restore(data, wish.folder.absolute())
    screen.print(_("Brought in. Put the keys back (docs/operations/backup.md), then: tuntas doctor"))


def _first_admin(wish: argparse.Namespace) -> None:
    from tuntas.operations import first_admin

    with _database():
        link = first_admin.make(wish.username, name=wish.name, email=wish.email)
    screen.print(_("The account is made. This link opens it once, within 3 days. Give it to nobody else:"))
    screen.print(link, style="bold", markup=False, soft_wrap=True)


def _face(wish: argparse.Namespace) -> None:
    from tuntas.operations import portals

    with _database():
        words = portals.run(wish.action, wish.host, wish.agency)
    for line in words:
        screen.print(line, markup=False, soft_wrap=True)


def _vault(wish: argparse.Namespace) -> None:
    from tuntas.operations import vault_keys

    with _database() as data:
        vault_keys.run(wish, data, screen.print)


def _manage(wish: argparse.Namespace) -> None:
    from django.core.management import execute_from_command_line

    with _database():
        execute_from_command_line(["tuntas manage", *wish.rest])


# Commands that need Django's models.
WITH_REGISTER = frozenset({_face, _load, _import, _first_admin, _manage, _log_anew, _log_cosign, _retention})


@contextmanager
def _database() -> Iterator[DataFolder]:
    """The databases, answering while the block runs and with roles and grants in place: started if nobody runs them."""
    data = DataFolder(default_root())
    if databases.outside():
        keys.prepare(data, accounts())
        databases.prepare_outside(data)
        yield data
        return
    with keeper.serving(data) as cluster:
        databases.prepare_embedded(cluster)
        yield data


@contextmanager
def _bars() -> Iterator[Callable[[str, int, int], None]]:
    """Progress bars on a terminal, nothing in a log."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=screen, disable=not screen.is_terminal) as progress:
        known: dict[str, int] = {}

        def show(what: str, done: int, of: int) -> None:
            if what not in known:
                known[what] = int(progress.add_task(what, total=of))
            progress.update(known[what], completed=done, total=of)  # type: ignore[arg-type]

        yield show


def _print_refusal(no: Exception) -> None:
    if not isinstance(no, Refusal):
        screen.print(f"✗ {no}", style="bold red", markup=False)
        return
    screen.print(f"✗ {no.what}", style="bold red", markup=False)
    for words in (no.why, no.instead):
        if str(words):
            screen.print(f"  {words}", markup=False)


if __name__ == "__main__":
    sys.exit(main())
