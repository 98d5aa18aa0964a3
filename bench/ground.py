"""An installation of its own to measure on: cluster, both databases, packs and the real web process, in one folder.

The same steps as the supervisor's, without its watching, so that nothing but what is measured runs.
"""

import os
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import django
import psycopg
from django.utils import translation

from tuntas.operations import addresses, databases, processes, setting_up
from tuntas.operations.accounts import Account, Accounts, accounts
from tuntas.operations.databases import CASE
from tuntas.operations.folder import DataFolder
from tuntas.operations.postgres import ADMIN, Cluster

PATIENCE = 120.0  # seconds, for anything to come up
# What the bench alone adds to the configuration; it costs nothing while nothing is tracked.
OURS = "shared_preload_libraries = 'pg_stat_statements'\npg_stat_statements.track = none\n"
AUTOGROUP = "-10"  # each backend is a session of its own: without this the kernel gives a server of threads one share


@dataclass
class Ground:
    """What stands while the bench runs."""

    data: DataFolder
    users: Accounts
    cluster: Cluster

    @property
    def postmaster(self) -> int:
        assert self.cluster.process is not None
        return self.cluster.process.pid

    def address(self, role: str) -> str:
        return self.cluster.address(f"tuntas_{role}", CASE)

    def admin(self) -> "psycopg.Connection[tuple[Any, ...]]":
        """As the superuser of the cluster: past row security and, where a session says so, past triggers."""
        return psycopg.connect(self.cluster.address(ADMIN, CASE), autocommit=True)

    def environment(self, **more: str) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("TUNTAS_", "DATABASE_"))}
        return clean | {"TUNTAS_DATA": str(self.data.root), "DJANGO_SETTINGS_MODULE": "tuntas.config.settings"} | more


@contextmanager
def folder(parent: Path | None, *, keep: bool) -> Iterator[Path]:
    """A folder that the users of database and web can reach, gone afterwards unless it is to be kept."""
    if keep:
        assert parent is not None, "a folder that is kept has a name"
        parent.mkdir(parents=True, exist_ok=True)
        yield parent
        return
    with tempfile.TemporaryDirectory(prefix="tuntas-bench-", dir=parent) as name:
        Path(name).chmod(0o755)
        yield Path(name)


@contextmanager
def prepared(root: Path) -> Iterator[Ground]:
    """The cluster up, migrated and with the packs loaded; stopped at the end. This process speaks to it as web does."""
    users = accounts()
    cluster = Cluster(DataFolder(root), users)
    cluster.prepare()
    (cluster.data.cluster / "local.conf").write_text(OURS)
    _speak_as_web(root)
    cluster.start()
    try:
        raise_priority(cluster.process.pid if cluster.process else 0)
        databases.prepare_embedded(cluster)
        ground = Ground(cluster.data, users, cluster)
        setting_up.bring_up_to_date(ground.data, users, demo=False, say=lambda words: print(f"  {words}", flush=True))
        publish_vault_key(ground)
        yield ground
    finally:
        cluster.stop()


def _speak_as_web(root: Path) -> None:
    """Settings read the environment and the secrets of the folder once, so this comes after the secrets were made."""
    for name in [name for name in os.environ if name.startswith(("TUNTAS_", "DATABASE_", "VAULT_"))]:
        del os.environ[name]
    os.environ |= {"TUNTAS_DATA": str(root), "TUNTAS_ROLE": "web", "TUNTAS_POOL": "1", "TUNTAS_LOG": "ERROR"}
    os.environ["DJANGO_SETTINGS_MODULE"] = "tuntas.config.settings"
    django.setup()
    translation.activate("en")


def publish_vault_key(ground: Ground) -> None:
    """Let the vault make and publish its keys, then leave: web cannot seal before."""
    vault = subprocess.Popen(
        [sys.executable, "-m", "tuntas_vault"],
        env=ground.environment(DJANGO_SETTINGS_MODULE="tuntas_vault.settings"),
        cwd="/", stderr=subprocess.DEVNULL, **ground.users.vault.popen(),
    )  # fmt: skip
    try:
        wait_for(ground.data.vault_public_keys.is_file, "the vault published no key")
    finally:
        end(vault)


@contextmanager
def web(ground: Ground, **settings: str) -> Iterator[tuple[int, int]]:
    """The web process as the supervisor starts it; gives its pid and port."""
    port = addresses.any_port()
    known = {"TUNTAS_LOG": "WARNING", "TUNTAS_INTAKE_A_MINUTE": "0"}  # its visitors write faster than people
    told = ground.environment(TUNTAS_ROLE="web", TUNTAS_PORT=str(port), **(known | settings))
    with serving([sys.executable, "-m", "tuntas.operations.web"], told, port, ground.users.web,
                 ground.data.logs / "web.log") as pid:  # fmt: skip
        yield pid, port


@contextmanager
def serving(
    words: list[str], told: Mapping[str, str], port: int, account: Account, log: Path, path: str = "/robots.txt"
) -> Iterator[int]:
    """A server in a session of its own, from the moment it answers until the block ends; gives its pid."""
    with log.open("ab") as out:
        server = subprocess.Popen(
            words, env=dict(told), cwd="/", stdout=out, stderr=out, start_new_session=True,
            preexec_fn=processes.die_with_parent(signal.SIGTERM), **account.popen(),
        )  # fmt: skip
    try:
        wait_for(lambda: server.poll() is not None or answers(port, path), f"no answer on port {port}; see {log}")
        if server.poll() is not None:
            raise RuntimeError(f"{words[-1]} ended: " + "\n".join(log.read_text().splitlines()[-5:]))
        raise_priority(server.pid)
        yield server.pid
    finally:
        end(server)


def answers(port: int, path: str) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def end(process: "subprocess.Popen[Any]") -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_for(true: Any, trouble: str, seconds: float = PATIENCE) -> None:
    until = time.monotonic() + seconds
    while not true():
        if time.monotonic() > until:
            raise TimeoutError(trouble)
        time.sleep(0.05)


def raise_priority(pid: int | str) -> None:
    """Where the kernel groups processes by session and we may: an equal share for the server beside many backends."""
    try:
        (Path("/proc") / str(pid) / "autogroup").write_text(AUTOGROUP)
    except OSError:
        return
