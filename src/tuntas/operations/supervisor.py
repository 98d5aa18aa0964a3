"""One command that runs everything: database, vault, web, worker and, in the demo, a post office.

Starts them in order, starts again what dies, stops them in the opposite order, and leaves nothing running whatever
happens to itself.
"""

import json
import os
import signal
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from tuntas.kernel import env
from tuntas.kernel.refusals import Refusal
from tuntas.operations import addresses, databases, guard, keeper, keys, processes, setting_up
from tuntas.operations.accounts import Accounts, accounts
from tuntas.operations.children import Child
from tuntas.operations.databases import CASE, VAULT
from tuntas.operations.folder import DataFolder
from tuntas.operations.postgres import Cluster

TICK = 0.2  # seconds
UP_WITHIN = 60.0  # seconds for web to answer its first request
# What one child gets, or none.
PRIVATE = {"DATABASE_URL", "VAULT_DATABASE_URL", "TUNTAS_SMTP_URL", "TUNTAS_SMTP_URL_FILE", "TUNTAS_ROLE",
           "TUNTAS_LOG_KEY", "TUNTAS_LOG_KEY_FILE"}  # fmt: skip
Say = Callable[[str], None]


class DidNotStart(Refusal):
    """A process of ours ended before it was up."""

    code = "did_not_start"
    status = 503


@dataclass
class Installation:
    """One running Tuntas on one data folder."""

    data: DataFolder
    demo: bool
    say: Say
    users: Accounts = field(default_factory=accounts)
    cluster: Cluster | None = None
    children: list[Child] = field(default_factory=list)
    ending: threading.Event = field(default_factory=threading.Event)

    def run(self) -> None:
        """Start, serve until told to end, stop. Raises Refusal when it cannot start."""
        bind = env.text("TUNTAS_BIND", "127.0.0.1")
        if self.demo and not addresses.is_loopback(bind):
            raise Refusal(
                _("The demo does not listen on %(address)s.") % {"address": bind},
                why=_("In the demo everybody may sign in as anybody, without a password."),
                instead=_("Leave TUNTAS_BIND away, or use `tuntas run`."),
            )
        # A keeper gives the folder up when its commands end; another supervisor does not.
        with (
            keeper.owning(self.data, wait=0.0 if running(self.data) else 10.0),
            _told_to_end(self.ending),
            ExitStack() as ends,
        ):
            _end_left_overs(self.data)
            ends.callback(self._stop)
            self._prepare_databases()
            port = ends.enter_context(addresses.hold_port(bind))
            self._start_children(port, guard.Guard() if guard.needed() else None, ends)
            self._wait_until_up(bind, port)
            ends.enter_context(_announced(self.data, port))
            self.say(str(_("Tuntas is running.")))
            self._watch()

    def _prepare_databases(self) -> None:
        if databases.outside():
            keys.prepare(self.data, self.users)
            for warning in databases.prepare_outside(self.data):
                self.say(warning)
        else:
            self.cluster = Cluster(self.data, self.users)
            self.say(str(_("Starting the database.")))
            self.cluster.prepare()
            self.cluster.start()
            databases.prepare_embedded(self.cluster)
        setting_up.bring_up_to_date(self.data, self.users, demo=self.demo, say=self.say)

    def _start_children(self, port: int, watch: guard.Guard | None, ends: ExitStack) -> None:
        if watch:
            ends.callback(watch.dismiss)
        mail = addresses.any_port()
        everybody = self._environment(port)
        if self.demo:
            everybody["TUNTAS_DEMO"] = "1"
        for_vault = {"DJANGO_SETTINGS_MODULE": "tuntas_vault.settings"}
        if self.demo:
            for_vault["TUNTAS_SMTP_URL"] = f"smtp://127.0.0.1:{mail}"
        elif given := env.text("TUNTAS_SMTP_URL", ""):
            for_vault["TUNTAS_SMTP_URL"] = given
        vault, web = self.users.vault, self.users.web
        for_vault |= {"TUNTAS_WEB_UID": str(web.uid), "TUNTAS_DOOR_GROUP": str(web.group if vault.switch else 0)}
        plan = [
            ("post-office", "tuntas.operations.post_office", web, {"TUNTAS_POST_OFFICE_PORT": str(mail)}),
            ("vault", "tuntas_vault", vault, for_vault | databases.addresses_for(self.data, "vault", CASE, VAULT)),
            (
                "worker",
                "tuntas.operations.worker",
                web,
                {"TUNTAS_ROLE": "worker", **self._log_key()} | databases.addresses_for(self.data, "worker"),
            ),
            ("web", "tuntas.operations.web", web, {"TUNTAS_ROLE": "web"} | databases.addresses_for(self.data, "web")),
        ]
        for name, module, account, more in plan if self.demo else plan[1:]:
            log = self.data.logs / f"{name}.log"
            child = Child(name, [sys.executable, "-m", module], everybody | more, account, log, watch)
            self.children.append(child)
            child.start()

    def _environment(self, port: int) -> dict[str, str]:
        """What every child gets. The owner's addresses and passwords are not among it."""
        return {name: value for name, value in os.environ.items() if name not in PRIVATE} | {
            "TUNTAS_DATA": str(self.data.root),
            "TUNTAS_PORT": str(port),
            "TUNTAS_SUPERVISED": self.data.name,
            "DJANGO_SETTINGS_MODULE": "tuntas.config.settings",
            "PYTHONUNBUFFERED": "1",
            "SPT_NOENV": "1",  # a process that writes its title must not write over the mark above
        }

    def _log_key(self) -> dict[str, str]:
        """The key that signs the public log, for the worker and for nobody else."""
        return {"TUNTAS_LOG_KEY": env.text("TUNTAS_LOG_KEY", "") or keys.read(self.data.secret("log-key"))}

    def _wait_until_up(self, bind: str, port: int) -> None:
        until = time.monotonic() + UP_WITHIN
        while not answers(bind, port):
            for child in self.children:
                if not child.alive():
                    raise DidNotStart(
                        _("%(name)s did not start.") % {"name": child.name},
                        why="\n".join(child.log.read_text(errors="replace").splitlines()[-12:]),
                        instead=_("The full log is %(log)s.") % {"log": child.log},
                    )
            if self.ending.is_set() or time.monotonic() > until:
                raise DidNotStart(
                    _("The site did not answer in time."),
                    why=_("Its log is in %(folder)s.") % {"folder": self.data.logs},
                )
            time.sleep(0.05)

    def _watch(self) -> None:
        """Until told to end: start again whatever died, the database first."""
        while not self.ending.wait(TICK):
            if self.cluster and self.cluster.died():
                self.say(str(_("The database ended; starting it again.")))
                self.cluster.start()
            for child in self.children:
                if words := child.revive():
                    self.say(words)

    def _stop(self) -> None:
        """Web and worker first, so that nobody is served half; the database last."""
        if self.children or self.cluster:
            self.say(str(_("Stopping.")))
        for child in reversed(self.children):
            child.ask_to_end()
        for child in reversed(self.children):
            child.end()
        if self.cluster:
            self.cluster.stop()


def answers(bind: str, port: int) -> bool:
    """Whether the site answers a request at all."""
    host = "127.0.0.1" if bind in {"0.0.0.0", ""} else bind  # noqa: S104 - compared, not bound
    host = f"[{host}]" if ":" in host else host
    try:
        with urllib.request.urlopen(f"http://{host}:{port}/robots.txt", timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def running(data: DataFolder) -> Mapping[str, object] | None:
    """What the supervisor of this data folder last said about itself: pid, port, address; None when none runs."""
    try:
        known: dict[str, object] = json.loads((data.root / "running.json").read_text())
    except (OSError, ValueError):
        return None
    return known if known.get("pid") == keeper.holder(data) else None  # else left by one that was killed


@contextmanager
def _announced(data: DataFolder, port: int) -> Iterator[None]:
    file = data.root / "running.json"
    file.write_text(json.dumps({"pid": os.getpid(), "port": port, "address": f"http://localhost:{port}"}))
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


@contextmanager
def _told_to_end(ending: threading.Event) -> Iterator[None]:
    """The first Ctrl-C, SIGTERM or hang-up stops in order; while that lasts, more of them change nothing."""
    names = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(name, lambda *_: ending.set()) for name in names]
    try:
        yield
    finally:
        for name, handler in zip(names, before, strict=True):
            signal.signal(name, handler)


def _end_left_overs(data: DataFolder) -> None:
    """Children of an earlier supervisor whose whole tree was shot in pieces: they carry this folder's mark."""
    left = processes.marked("TUNTAS_SUPERVISED", data.name)
    for name in (signal.SIGTERM, signal.SIGKILL):
        for pid in left:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, name)
        until = time.monotonic() + 5.0
        while any(map(processes.alive, left)) and time.monotonic() < until:
            time.sleep(0.05)
