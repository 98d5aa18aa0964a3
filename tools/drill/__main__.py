"""make drill: python -m tools.drill [--quick] [--kills 10] [--receipts 500] [--seed N]

Starts `tuntas run` on a folder of its own with a mail server beside it, lets six people send reports without pause, and
kills each kind of process `--kills` times, each only after `--receipts` more receipts since the one before was back.
Then holds what people were told against what stands in the register, and looks at every report, identity, letter and
clock. At the end a control on the same installation: a database that answers before its log is on disk must lose some.

Exit 0: nothing lost or doubled, and the control lost some. 1: something was found, or the control found nothing.
2: the drill could not be held. Ends after a bounded time whatever happens, and leaves nothing running.
"""

import argparse
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random

import psycopg

from bench.ground import wait_for
from bench.meters import load_average
from bench.visitors import TEXT
from tools.drill import checks, place, queries
from tools.drill.journal import Journal, Receipts
from tools.drill.place import CannotRun, Place
from tools.drill.victims import KINDS
from tuntas.operations.databases import CASE, VAULT

KILLS, RECEIPTS = 10, 500
QUICK_KILLS, QUICK_RECEIPTS = 1, 50
BOUND, QUICK_BOUND = 45 * 60, 5 * 60  # seconds for everything
WAITS = 180.0  # seconds for the next receipts
WORST_MOMENT = 0.4  # seconds, at most, between the last receipt that was asked for and the kill
DRAINING = 900.0  # seconds for vault, post office and worker to finish what is left
COME_DUE = 4  # clocks that the worker is given to ring, four times a second
CONTROLS = 3
UNSAFE = "synchronous_commit = off\nwal_writer_delay = '10s'\nwal_writer_flush_after = '1GB'\n"
OF_LETTERS = ("vault", "database", "session")  # whose death may fall between the mail server's yes and our mark


@dataclass(frozen=True)
class Kill:
    kind: str
    receipts: int  # since the one before was back
    back_after: float  # seconds


class Drill:
    """What is done to one installation, and what came of it."""

    def __init__(self, root: Path, here: Place, outbox: Path, wish: argparse.Namespace) -> None:
        self.root, self.here, self.outbox, self.wish = root, here, outbox, wish
        self.random = Random(wish.seed)  # noqa: S311 - it chooses victims and instants
        self.killed: list[Kill] = []
        self.came_due: set[int] = set()
        with here.look(CASE) as admin:
            self.agency = queries.connect_an_agency(admin)

    def kill_everything(self) -> None:
        """Round by round each kind once, in an order that the seed gives, under load all the time."""
        journals = self.root / "journals"
        with self.here.senders(journals, self.agency), self._clocks_coming_due():
            receipts = Receipts(journals)
            for turn in range(self.wish.kills):
                for kind in self.random.sample(KINDS, len(KINDS)):
                    self._kill(kind, receipts, whole=kind == "database" and turn % 2 == 1)
            self._await(receipts, self.wish.receipts)

    def compare(self) -> list[str]:
        """All that people were told beside all that stands there."""
        seconds = self._finish()
        journal, letters = Journal.of(self.root / "journals"), place.letters(self.outbox)
        with self.here.look(CASE) as case, self.here.look(VAULT) as vault:
            stand, notices, rung = queries.reports(case), queries.notices_to_reporters(case), queries.rung(case)
            where = checks.where_identities_are(queries.envelopes(case), queries.in_the_vault(vault))
            incomplete, altered, strays = queries.incomplete(case), queries.altered(case, TEXT), queries.strays(case)
        _show_kills(self.killed)
        _show(
            ("forms sent", len(journal.tried)),
            ("sent more than once", f"{len(journal.repeated)} ({_counted(journal.reasons) or 'none'})"),
            ("of these already filed", checks.already_filed(stand, journal)),
            ("acknowledged", len(journal.filed)),
            ("in the register", len(stand)),
            ("acknowledged and lost", len(checks.lost(stand, journal.filed))),
            ("filed more than once", len(checks.doubled(stand))),
            ("identities", _counted(where)),
            ("notices to reporters", f"{len(notices)}, sent {sum(notices.values())}"),
            ("letters taken", f"{len(letters)}, handed over again {letters.total() - len(letters)}"),
            ("clocks that came due", f"{len(self.came_due)}, rung {len(rung)}"),
            ("seconds to finish", f"{seconds:.0f}"),
        )
        return [
            *checks.of_the_register(stand, journal),
            *checks.of_every_report(incomplete, altered=altered, strays=strays),
            *checks.of_identities(where),
            *checks.of_letters(notices, letters, sum(kill.kind in OF_LETTERS for kill in self.killed)),
            *checks.of_rings(self.came_due, rung),
            *checks.of_the_load(len(journal.filed), [kill.receipts for kill in self.killed], self.wish.receipts),
        ]

    def control(self) -> list[str]:
        """Commits that do not wait for the disk, and the whole database killed at once: some must be lost."""
        local = self.here.data.cluster / "local.conf"
        local.write_text(UNSAFE)
        with self.here.look("postgres") as admin:
            queries.answer_before_the_disk(admin, str(local))
        gone = acknowledged = 0
        for n in range(self.wish.controls):
            journals = self.root / f"control-{n}"
            with self.here.senders(journals, self.agency):
                receipts = Receipts(journals)
                self._await(receipts, self.wish.receipts)
                time.sleep(self.random.uniform(0, WORST_MOMENT))
                self.here.victims.kill("database", self.random, whole=True)
                self.here.victims.wait_for("database")
            with self.here.look(CASE) as case:
                filed = Journal.of(journals).filed
                acknowledged, gone = acknowledged + len(filed), gone + len(checks.lost(queries.reports(case), filed))
            if gone and self.wish.quick:
                break
        _show(("control, acknowledged", acknowledged), ("control, acknowledged and lost", gone))
        return [] if gone else [f"the control lost nothing in {self.wish.controls} tries: this drill sees no loss"]

    def _kill(self, kind: str, receipts: Receipts, *, whole: bool) -> None:
        count = self._await(receipts, self.wish.receipts)
        time.sleep(self.random.uniform(0, WORST_MOMENT))
        began = time.monotonic()
        before = self.here.victims.kill(kind, self.random, whole=whole)
        self.here.victims.wait_for(kind, beside=before)
        self.killed.append(Kill(kind, count, time.monotonic() - began))
        print(f"  {len(self.killed):3} {kind}{' with all its children' * whole}, after {count} receipts; back after"
              f" {self.killed[-1].back_after:.1f} s", flush=True)  # fmt: skip

    def _await(self, receipts: Receipts, count: int) -> int:
        """Wait for so many more receipts; returns how many came."""
        before = receipts.now()
        try:
            wait_for(lambda: receipts.now() >= before + count, "", seconds=WAITS)
        except TimeoutError:
            raise CannotRun(f"{receipts.count - before} of {count} receipts came in {WAITS:.0f} s") from None
        return receipts.count - before

    def _finish(self) -> float:
        """Let vault, post office and worker do what is left; returns the seconds it took. What stays is a fault."""
        began = time.monotonic()

        def done() -> bool:
            with self.here.look(CASE) as case:
                queries.end_all_waiting(case)
                left = queries.unfinished(case)
            time.sleep(1.0)
            return left == (0, 0, 0)

        with suppress(TimeoutError):
            wait_for(done, "", seconds=DRAINING)
        return time.monotonic() - began

    @contextmanager
    def _clocks_coming_due(self) -> Iterator[None]:
        """The worker rings while the block runs: a few times a second the reminders of new reports come due."""
        ending = threading.Event()

        def bring() -> None:
            while not ending.wait(0.25):
                with suppress(psycopg.Error, TimeoutError), self.here.look(CASE) as admin:
                    self.came_due |= queries.let_clocks_come_due(admin, COME_DUE)

        thread = threading.Thread(target=bring)
        thread.start()
        try:
            yield
        finally:
            ending.set()
            thread.join()


def main() -> int:
    wish, began = _wishes(), time.monotonic()
    if not sys.platform.startswith("linux"):
        print("✗ The drill finds what it kills in /proc, which only Linux has.")
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(2))
    signal.signal(signal.SIGALRM, _too_long)
    signal.alarm(QUICK_BOUND if wish.quick else BOUND)
    print(f"Seed {wish.seed}: {wish.kills} kills of each of {len(KINDS)} kinds, {wish.receipts} receipts before each;"
          f" load {load_average():.1f}", flush=True)  # fmt: skip
    try:
        with ExitStack() as ends:
            root = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="tuntas-drill-")))
            root.chmod(0o755)
            mail, outbox = ends.enter_context(place.post_office(root))
            drill = Drill(root, ends.enter_context(place.running(root, mail)), outbox, wish)
            print(f"  up after {time.monotonic() - began:.0f} s", flush=True)
            drill.kill_everything()
            faults = drill.compare() + drill.control()
    except (CannotRun, TimeoutError, OSError, psycopg.Error, subprocess.SubprocessError) as no:
        print(f"✗ The drill could not be held: {no}")
        return 2
    for fault in faults:
        print(f"✗ {fault}")
    print(f"{'Failed' if faults else 'Passed'} in {time.monotonic() - began:.0f} s; load {load_average():.1f}")
    return 1 if faults else 0


def _show_kills(killed: Sequence[Kill]) -> None:
    print(f"{'killed':26}{'times':>7}{'receipts':>10}{'least':>7}{'slowest back':>14}")
    for kind in KINDS:
        of_kind = [kill for kill in killed if kill.kind == kind]
        receipts, slowest = [kill.receipts for kill in of_kind], max(kill.back_after for kill in of_kind)
        print(f"{kind:26}{len(of_kind):7}{sum(receipts):10}{min(receipts):7}{slowest:12.1f} s")


def _show(*lines: tuple[str, object]) -> None:
    for name, value in lines:
        print(f"{name:32}{value}", flush=True)


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


def _too_long(*_signal: object) -> None:
    raise CannotRun("it took longer than it may")


def _wishes() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tools.drill", description="kill -9 of everything, under load.")
    parser.add_argument("--quick", action="store_true", help="one kill of each kind, fifty receipts before each")
    parser.add_argument("--kills", type=int, help="of each kind (10)")
    parser.add_argument("--receipts", type=int, help="before each kill (500)")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="of the order and the instants of the kills")
    wish = parser.parse_args()
    wish.kills = wish.kills or (QUICK_KILLS if wish.quick else KILLS)
    wish.receipts = wish.receipts or (QUICK_RECEIPTS if wish.quick else RECEIPTS)
    wish.controls = CONTROLS
    return wish


if __name__ == "__main__":
    sys.exit(main())
