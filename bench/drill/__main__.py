"""make drill: python -m bench.drill [--kills 10] [--acknowledged 500] [--seed N]

Starts `tuntas run` on a folder of its own with a real mail server beside it, lets four people send reports without
pause, and kills web, worker, vault and database in a random order, each `--kills` times, each kill after at least
`--acknowledged` receipts. Then compares what people were told with what stands in the register, looks at every report,
identity and letter, and runs two controls that must fail: a number that nobody filed, and a database that answers
before its log is on disk. Exit 1 when anything acknowledged is lost or doubled, or when a control finds nothing.
Ends after BOUND seconds whatever happens.
"""

import argparse
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from random import Random
from typing import Any

import psycopg

from bench import ground
from bench.drill import checks
from bench.drill.journal import Journal, Tail
from bench.drill.post import PostOffice
from bench.drill.targets import KINDS, Targets
from bench.meters import load_average
from tuntas.operations import supervisor
from tuntas.operations.accounts import accounts
from tuntas.operations.databases import CASE, VAULT
from tuntas.operations.folder import DataFolder
from tuntas.operations.postgres import ADMIN, Cluster

BOUND = 45 * 60.0  # seconds for the whole drill
PATIENCE = 180.0  # seconds for the next receipts after a kill
CONNECTIONS = 4
WORST_MOMENT = 0.4  # seconds, at most, between the last receipt that was asked for and the kill
DRAINING = 60.0  # seconds for vault and post office to catch up before their rows are looked at
CONTROLS = 3  # tries to lose something where losing is to be expected
UNSAFE = "synchronous_commit = off\nwal_writer_delay = '10s'\nwal_writer_flush_after = '1GB'\n"


class Failed(Exception):
    """The drill could not be run, or found something."""


def main() -> int:
    wish = _wishes()
    random, began = Random(wish.seed), time.monotonic()
    threading.Thread(target=_end_at_the_bound, daemon=True).start()
    print(f"Seed {wish.seed}; {wish.kills} kills of each kind, {wish.acknowledged} receipts before each; at most"
          f" {BOUND / 60:.0f} minutes; load {load_average():.1f}", flush=True)  # fmt: skip
    with tempfile.TemporaryDirectory(prefix="tuntas-drill-") as name, PostOffice() as office:
        Path(name).chmod(0o755)
        drill = Drill(Path(name), office, random, wish)
        with drill.running():
            faults = drill.kill_everything() + drill.compare() + drill.controls()
        faults += drill.left_over()
    for fault in faults:
        print(f"✗ {fault}")
    print(f"{'Failed' if faults else 'Passed'} in {time.monotonic() - began:.0f} s; load {load_average():.1f}")
    return 1 if faults else 0


class Drill:
    """One installation, what is done to it and what came of it."""

    def __init__(self, root: Path, office: PostOffice, random: Random, wish: argparse.Namespace) -> None:
        self.data, self.office, self.random, self.wish = DataFolder(root / "data"), office, random, wish
        self.cluster = Cluster(self.data, accounts())
        self.journal = root / "journal"
        self.killed: Counter[str] = Counter()
        self.acknowledged: Counter[str] = Counter()

    @contextmanager
    def running(self) -> Iterator[None]:
        """`tuntas run`, from its first answer until it has stopped in order."""
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("TUNTAS_", "DJANGO_"))}
        words = [sys.executable, "-m", "tuntas.operations", "--data", str(self.data.root), "run"]
        log = self.data.root.parent / "supervisor.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                words, stdout=out, stderr=out, start_new_session=True,
                env=clean | {"TUNTAS_SMTP_URL": self.office.url, "TUNTAS_LOG": "WARNING"},
            )  # fmt: skip
        try:
            ground.wait_for(lambda: process.poll() is not None or supervisor.running(self.data) is not None,
                            "tuntas run did not come up")  # fmt: skip
            if process.poll() is not None:
                raise Failed("\n".join(log.read_text().splitlines()[-8:]))
            known = supervisor.running(self.data) or {}
            self.port, self.targets = int(str(known["port"])), Targets(self.data, process.pid)
            yield
        finally:
            ground.end(process)

    def kill_everything(self) -> list[str]:
        """The kills, in a random order of kinds, each under load and after enough receipts."""
        order = [kind for kind in KINDS for _n in range(self.wish.kills)]
        self.random.shuffle(order)
        with self._senders(self.journal) as tail:
            for number, kind in enumerate(order, start=1):
                receipts = self._await(tail, self.wish.acknowledged)
                time.sleep(self.random.uniform(0, WORST_MOMENT))
                name, pid = self.targets.choose(kind, self.random)
                self.targets.kill(pid)
                self.killed[name] += 1
                self.acknowledged[kind] += receipts
                print(f"  {number}/{len(order)} killed {name} {pid} after {receipts} more receipts", flush=True)
            self._await(tail, self.wish.acknowledged)
        return []

    def compare(self) -> list[str]:
        """Everything that people were told beside everything that stands there."""
        journal = Journal.read(self.journal)
        self._let_drain()
        with self._look(CASE) as case, self._look(VAULT) as vault:
            register = checks.Register.read(case)
            people, where = checks.of_identities(case, vault)
            letters, post = checks.of_letters(case, dict(self.office.taken))
            faults = checks.all_faults(
                [checks.of_the_register(register, journal), checks.of_every_report(case), people, letters]
            )
        print(
            f"Killed: {_counted(self.killed)}. Acknowledged before the kills of each kind: {_counted(self.acknowledged)}."
        )
        print(f"Acknowledged {len(journal.filed)} reports, {len(register.numbers)} stand in the register;"
              f" {len(journal.tried)} forms were begun and sent {journal.again} times again;"
              f" lost {len(checks.lost(register, journal.filed))}.")  # fmt: skip
        print(f"Identities: {_counted(where)}. Post: {_counted(post)}.", flush=True)
        if len(journal.filed) < self.wish.acknowledged * sum(self.killed.values()):
            faults.append(f"only {len(journal.filed)} reports were acknowledged: too few to prove anything")
        return faults

    def controls(self) -> list[str]:
        """Two things that the checks must find, or they are worth nothing."""
        return self._invented_number() + self._answer_before_the_disk()

    def left_over(self) -> list[str]:
        """Processes that outlived the supervisor's orderly stop."""
        left = self.targets.all()
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        return [f"{len(left)} processes were left running"] if left else []

    def _invented_number(self) -> list[str]:
        journal = Journal.read(self.journal)
        key = next(iter(journal.filed))
        journal.filed |= {"00000000-0000-4000-8000-000000000000": "10000000008", key: "10000000008"}
        with self._look(CASE) as case:
            found = len(checks.lost(checks.Register.read(case), journal.filed))
        print(f"Control 1, two receipts that nobody was given: {found} found missing.")
        return [] if found == 2 else [f"the check found {found} of 2 invented receipts"]

    def _answer_before_the_disk(self) -> list[str]:
        """With commits that do not wait for the disk, and all of the database killed at once, something must be lost."""
        with self._look("postgres") as admin:
            (self.data.cluster / "local.conf").write_text(UNSAFE)
            admin.execute("SELECT pg_reload_conf()")
        missing = 0
        for tried in range(1, CONTROLS + 1):
            journal = self.journal.with_name(f"journal-unsafe-{tried}")
            with self._senders(journal) as tail:
                receipts = self._await(tail, self.wish.acknowledged)
                processes = self.targets.kill_whole_database()
                self._await(tail, 1)
            with self._look(CASE) as case:
                missing = len(checks.lost(checks.Register.read(case), Journal.read(journal).filed))
            print(f"Control 2, synchronous_commit off, {processes} processes of the database killed at once after"
                  f" {receipts} receipts: {missing} lost.", flush=True)  # fmt: skip
            if missing:
                return []
        return [f"the control lost nothing in {CONTROLS} tries: the drill cannot see a loss"]

    @contextmanager
    def _senders(self, journal: Path) -> Iterator[Tail]:
        """Senders at work while the block runs; afterwards every form that they began is at its end and on disk."""
        words = [sys.executable, "-m", "bench.drill.senders", str(self.port), str(journal), str(CONNECTIONS)]
        process = subprocess.Popen(words, stdin=subprocess.PIPE, cwd=Path(__file__).resolve().parents[2])
        try:
            yield Tail(journal)
            assert process.stdin is not None
            process.stdin.close()
            process.wait(PATIENCE)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()

    def _await(self, tail: Tail, receipts: int) -> int:
        """Wait for so many more receipts; returns how many came."""
        before, until = tail.read(), time.monotonic() + PATIENCE
        while tail.read() < before + receipts:
            if time.monotonic() > until:
                raise Failed(f"{tail.filed - before} of {receipts} receipts came in {PATIENCE:.0f} s")
            time.sleep(0.02)
        return tail.filed - before

    def _let_drain(self) -> None:
        """Vault and post office get some time; what is not done then must be whole all the same."""
        question = "SELECT count(*) FROM identity_sealedidentity WHERE drained_at IS NULL AND problem = ''"
        owed = (
            "SELECT count(*) FROM notices_notice WHERE sent_at IS NULL AND failed_at IS NULL AND leased_until IS NULL"
        )
        with self._look(CASE) as case, suppress(TimeoutError):
            ground.wait_for(lambda: _one(case, question) + _one(case, owed) == 0, "", seconds=DRAINING)

    @contextmanager
    def _look(self, database: str) -> Iterator["psycopg.Connection[tuple[Any, ...]]"]:
        """As the superuser, once the database answers again."""
        ground.wait_for(self.cluster.answers, "the database did not come back")
        with psycopg.connect(self.cluster.address(ADMIN, database), autocommit=True) as connection:
            yield connection


def _one(connection: "psycopg.Connection[tuple[Any, ...]]", question: str) -> int:
    row = connection.execute(question).fetchone()  # type: ignore[arg-type]
    return int(row[0]) if row else 0


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


def _end_at_the_bound(end: Callable[[int, int], None] = os.kill) -> None:
    """A drill that hangs is a drill that failed: Ctrl-C to ourselves, so that everything is stopped in order."""
    time.sleep(BOUND)
    end(os.getpid(), signal.SIGINT)


def _wishes() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.drill", description="kill -9 of everything, under load.")
    parser.add_argument("--kills", type=int, default=10, help="of each kind: web, worker, vault, database")
    parser.add_argument("--acknowledged", type=int, default=500, help="receipts before each kill")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the order and the instants of the kills")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as no:
        sys.exit(f"✗ {no}")
