"""`tuntas doctor`: looks at everything that can be wrong with an installation, and says what to do about it.

It changes nothing. Where a thing cannot be looked at, it says so: a look that could not be taken is not good news.
"""

import os
import platform
import shutil
import smtplib
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from typing import Any

import psycopg
from django.utils.translation import gettext as _

from tuntas.channels import clamd, registry
from tuntas.kernel import env
from tuntas.kernel.env import Misconfigured
from tuntas.kernel.refusals import Refusal
from tuntas.operations import databases, keeper, queries, second_persons, setting_up, supervisor
from tuntas.operations.accounts import accounts
from tuntas.operations.databases import CASE
from tuntas.operations.findings import BAD, GOOD, WEAK, Finding
from tuntas.operations.folder import DataFolder
from tuntas.reports import storing, storing_s3

GIGABYTE = 10**9
LEAST_SPACE, ENOUGH_SPACE = 1, 10  # gigabytes free in the data folder
LARGEST_CLOCK_DIFFERENCE = 2.0  # seconds between this machine and the database
LATEST_LEAF = 60.0  # seconds after which an entry of a history must stand in the public log
PACKAGES = ("tuntas", "django", "psycopg", "granian", "PyNaCl")
STATIC = Path(__file__).resolve().parent.parent / "web" / "static"


def examine(data: DataFolder) -> list[Finding]:
    """Every finding, in the order in which things depend on each other."""
    return [
        *_machine(data),
        *_installation(),
        *_separation(),
        *_keys(data),
        *_settings(data),
        *_database(data),
        *_mail(),
        *_files(data),
        *_running(data),
        *second_persons.vault(data),
    ]


def _machine(data: DataFolder) -> Iterator[Finding]:
    found = f"{platform.python_version()}, {platform.system()} {platform.release()} {platform.machine()}"
    yield Finding(_("Python"), GOOD if sys.version_info >= (3, 11) else BAD, found)
    place = next(folder for folder in (data.root, *data.root.parents) if folder.exists())
    free = shutil.disk_usage(place).free / GIGABYTE
    yield Finding(
        _("Space"),
        BAD if free < LEAST_SPACE else WEAK if free < ENOUGH_SPACE else GOOD,
        _("%(free).1f GB free for %(folder)s") % {"free": free, "folder": data.root},
        _("Make room: a full disk stops intake.") if free < ENOUGH_SPACE else "",
    )
    told = _told_by_a_time_server()
    found = {True: _("kept by a time server"), False: _("not kept by a time server"), None: _("cannot tell")}[told]
    remedy = "" if told else _("Deadlines hang on it: set up a time service (chrony, systemd-timesyncd).")
    yield Finding(_("Clock"), GOOD if told else WEAK, found, remedy)


def _told_by_a_time_server() -> bool | None:
    program = shutil.which("timedatectl")
    if not program:
        return None
    asked = subprocess.run(
        [program, "show", "--property=NTPSynchronized", "--value"], check=False, capture_output=True, text=True
    )
    return {"yes": True, "no": False}.get(asked.stdout.strip())


def _installation() -> Iterator[Finding]:
    versions = [f"{name} {metadata.version(name)}" for name in PACKAGES]
    yield Finding(_("Versions"), GOOD, ", ".join(versions))
    built = (STATIC / "staticfiles.json").is_file()
    yield Finding(
        _("Assets"),
        GOOD if built else BAD,
        _("style sheets and scripts are here") if built else _("style sheets and scripts are missing"),
        "" if built else _("In a checkout: make assets. From a wheel: install it again."),
    )


def _separation() -> Iterator[Finding]:
    users = accounts()
    names = ", ".join(dict.fromkeys(user.name for user in (users.db, users.vault, users.web)))
    if users.separate:
        found, remedy = _("database, vault and web run as users of their own: %(names)s") % {"names": names}, ""
    elif os.getuid() == 0:
        found = _("vault and web both run as root, since no other user can read %(python)s") % {"python": sys.prefix}
        remedy = _("Use an interpreter that everybody may read (/usr/bin/python3), in a folder such as /opt/tuntas.")
    else:
        found = _("all runs as %(name)s: who breaks into the web can read the vault's keys") % {"name": names}
        remedy = _("For real identities start as root, which then uses three users, or give the vault its own machine.")
    yield Finding(_("Separation"), GOOD if users.separate else WEAK, found, remedy)


def _keys(data: DataFolder) -> Iterator[Finding]:
    if not data.secrets.is_dir():
        yield Finding(_("Keys"), WEAK, _("none yet"), _("The first start makes them."))
        return
    files = [file for folder in (data.secrets, data.vault) for file in folder.rglob("*") if file.is_file()]
    loose = [str(file) for file in files if file.stat().st_mode & 0o077]
    yield Finding(
        _("Keys"),
        BAD if loose else GOOD,
        _("others may read %(files)s") % {"files": ", ".join(loose)}
        if loose
        else _("%(count)d files, each for one user alone") % {"count": len(files)},
        "chmod 600" if loose else _("Keep a copy apart from the backups: docs/operations/backup.md."),
    )
    public = env.path("TUNTAS_VAULT_PUBLIC_KEYS", data.vault_public_keys)
    yield Finding(
        _("The vault's public key"),
        GOOD if public.is_file() else WEAK,
        str(public) if public.is_file() else _("not there: no identity can be sealed"),
        "" if public.is_file() else _("The vault writes it at its first start."),
    )


def _settings(data: DataFolder) -> Iterator[Finding]:
    done = subprocess.run(
        [sys.executable, "-m", "tuntas.config.safety"],
        check=False, capture_output=True, text=True, cwd="/",
        env=setting_up.environment(data, {"TUNTAS_ROLE": "web", "DJANGO_SETTINGS_MODULE": "tuntas.config.settings"}),
    )  # fmt: skip
    said = (done.stdout or done.stderr).strip().splitlines()
    yield Finding(_("Settings"), BAD if done.returncode else GOOD, said[-1] if said else _("safe to serve with"))


def _database(data: DataFolder) -> Iterator[Finding]:
    try:
        with _reached(data) as (address, where):
            with psycopg.connect(address, connect_timeout=10) as connection:
                yield from _about(queries.weaknesses(connection), where)
                yield from _public_log(queries.public_log(connection), runs=supervisor.running(data) is not None)
                yield from second_persons.appointed(queries.people_missing(connection))
            due = setting_up.migrations_due(data)
    except (psycopg.OperationalError, Refusal, OSError) as error:
        yield Finding(_("Database"), BAD, str(error).strip(), _("The reason is in %(folder)s.") % {"folder": data.logs})
        return
    yield Finding(
        _("Migrations"), WEAK if due else GOOD, _("due") if due else _("all applied"), "tuntas migrate" if due else ""
    )


@contextmanager
def _reached(data: DataFolder) -> Iterator[tuple[str, str]]:
    """The owner's address of the case database, which is started for the time of the look if nobody runs it."""
    if databases.outside():
        yield databases.address_for(data, "owner", CASE), _("outside")
        return
    if not (data.root / "cluster").exists():
        raise Refusal(_("There is no database in this data folder yet."), why=_("The first start makes it."))
    with keeper.serving(data) as cluster:
        databases.prepare_embedded(cluster)
        yield databases.address_for(data, "owner", CASE), _("embedded")


def _about(answers: Mapping[str, Any], where: str) -> Iterator[Finding]:
    (version,), (checksums,), (durable,) = answers["version"], answers["checksums"], answers["durable"]
    (now,), (exempt,), (size,) = answers["now"], answers["exempt"], answers["size"]
    words = " ".join(version.split()[:2])
    yield Finding(_("Database"), GOOD, f"{words}, {where}, {size / GIGABYTE:.2f} GB")
    yield Finding(
        _("Durability"),
        GOOD if durable else BAD,
        _("a receipt is given after the disk has it") if durable else _("fsync or synchronous_commit is off"),
        "" if durable else _("Switch both on: acknowledged reports can be lost."),
    )
    yield Finding(
        _("Checksums"),
        GOOD if checksums == "on" else WEAK,
        _("damaged pages are noticed") if checksums == "on" else _("damaged pages are not noticed"),
        "" if checksums == "on" else "pg_checksums --enable",
    )
    yield Finding(
        _("Row-level security"),
        BAD if exempt else GOOD,
        _("%(roles)s are exempt from it") % {"roles": exempt} if exempt else _("holds for web, worker and vault"),
        _("Take SUPERUSER and BYPASSRLS from these roles.") if exempt else "",
    )
    backup = bool(answers["backup"] and answers["backup"][0])
    yield Finding(
        _("Backup role"),
        GOOD if backup else WEAK,
        _("reads every row") if backup else _("is bound by row-level security: its dump would be empty"),
        "" if backup else _("Dump as the owner, or let a superuser run: ALTER ROLE tuntas_backup BYPASSRLS"),
    )
    off = abs((now - datetime.now(UTC)).total_seconds())
    yield Finding(
        _("Clocks agree"),
        GOOD if off < LARGEST_CLOCK_DIFFERENCE else BAD,
        _("%(seconds).1f s between this machine and the database") % {"seconds": off},
    )


def _public_log(answer: Any, *, runs: bool) -> Iterator[Finding]:
    """Behind by more than a minute is an alarm while Tuntas runs; when it does not, the log waits with all else."""
    if answer is None:
        return
    size, at, waiting = answer
    late = waiting is not None and waiting > LATEST_LEAF
    if late:
        found = _("an entry has waited for its number for %(minutes)d minutes") % {"minutes": waiting / 60}
    elif at is None:
        found = _("no head has been signed yet")
    else:
        found = _("%(count)d entries, newest head of %(moment)s") % {
            "count": size,
            "moment": f"{at:%Y-%m-%d %H:%M} UTC",
        }
    remedy = _("See the worker's log; what to do: docs/operations/transparency.md.")
    bad = late or (runs and at is None)
    yield Finding(_("Public log"), (BAD if runs else WEAK) if bad else GOOD, found, remedy if bad else "")
    sent = bool(env.text("TUNTAS_ANCHOR_COMMAND", "") or env.text("TUNTAS_ANCHOR_FOLDER", ""))
    yield Finding(
        _("Heads kept elsewhere"),
        GOOD if sent else WEAK,
        _("sent out each day") if sent else _("no: a cut tail or an old backup could not be seen"),
        "" if sent else _("Set TUNTAS_ANCHOR_COMMAND or TUNTAS_ANCHOR_FOLDER."),
    )


def _mail() -> Iterator[Finding]:
    url = env.text("TUNTAS_SMTP_URL", "")
    if not url:
        remedy = _("Set TUNTAS_SMTP_URL (the demo needs none).")
        yield Finding(_("Mail"), WEAK, _("no server is set: letters wait"), remedy)
        return
    try:
        server = registry.server(url)
        dial = smtplib.SMTP_SSL if server.scheme == "smtps" else smtplib.SMTP
        with dial(server.host, server.port, timeout=10) as line:
            line.noop()
    except (OSError, smtplib.SMTPException, Misconfigured) as error:
        remedy = _("Letters wait and are tried again. Mend TUNTAS_SMTP_URL or the server.")
        yield Finding(_("Mail"), BAD, str(error), remedy)
    else:
        yield Finding(_("Mail"), GOOD, _("%(host)s answers") % {"host": server.host})


def _files(data: DataFolder) -> Iterator[Finding]:
    place = env.text("TUNTAS_MEDIA", str(data.media))
    if place.startswith("s3://"):
        yield _object_store(place)
    else:
        aside = sum(1 for each in (Path(place) / storing.SET_ASIDE).rglob("*") if each.is_file())
        found = _("%(count)d files without a row are set aside in %(folder)s") if aside else _("%(folder)s")
        remedy = _("Nothing was deleted. After a restore they may belong to reports that are missing.") if aside else ""
        told = found % {"count": aside, "folder": place}
        yield Finding(_("Files"), WEAK if aside else GOOD, told, remedy)
    address = env.text("TUNTAS_CLAMD", "")
    if not address:
        yield Finding(
            _("Virus check"), WEAK, _("none is set up"), _("Set TUNTAS_CLAMD to a clamd (docs/operations/files.md).")
        )
        return
    try:
        said = clamd.version(clamd.address_of(address))
    except (clamd.Unknown, Misconfigured) as problem:
        yield Finding(
            _("Virus check"),
            BAD,
            str(problem),
            _("Files wait and are judged later. Start clamd, or mend TUNTAS_CLAMD."),
        )
    else:
        yield Finding(_("Virus check"), GOOD, said)


def _object_store(url: str) -> Finding:
    try:
        store = storing_s3.store_of(url)
        aside = sum(1 for _key in store.keys(storing.SET_ASIDE))
    except (storing.StoreAway, Misconfigured) as problem:
        return Finding(
            _("Files"), BAD, str(problem), _("Mend TUNTAS_MEDIA, the key or the bucket: no file can be kept.")
        )
    return Finding(
        _("Files"),
        WEAK if aside else GOOD,
        _("bucket %(name)s answers, %(count)d files set aside") % {"name": store.bucket, "count": aside},
    )


def _running(data: DataFolder) -> Iterator[Finding]:
    known = supervisor.running(data)
    if known is None:
        yield Finding(_("Running"), WEAK, _("no: nobody can report"), "tuntas run")
    elif supervisor.answers(env.text("TUNTAS_BIND", "127.0.0.1"), int(str(known["port"]))):
        yield Finding(_("Running"), GOOD, _("process %(pid)s, %(address)s") % known)
    else:
        remedy = _("See the logs in %(folder)s.") % {"folder": data.logs}
        yield Finding(_("Running"), BAD, _("process %(pid)s runs, but the site does not answer") % known, remedy)
