"""Plants faults into the code that the laws stand on, and counts how many the tests find: `make mutants`.

usage: tools/mutate.py [--seed N] [--sample N] [--only WORD] [--write]

One fault at a time (tools/faults.py) goes into a copy of src/ and tests/, never into the checkout; the narrow tests of
its file run on the copy until one fails. The database lies in .tuntas/mutants, away from other runs. The seed is
printed; the same seed and sources plant the same faults. Ends with 1 when less than 80 % are found (design 3b).
--write: put the figures into docs/laws.md.
"""

from __future__ import annotations

import argparse
import difflib
import random
import sys
import time
from collections import Counter
from dataclasses import dataclass

from copies import ROOT, Copy, a_copy
from faults import Fault, in_files

PAGE = ROOT / "docs" / "laws.md"
LEAST = 0.80
PATIENCE = 3  # times as long as the tests take without a fault, and half a minute
BEGIN, END = "<!-- figures -->", "<!-- end of figures -->"


@dataclass(frozen=True)
class Target:
    """One part of the code, its share of the sample, and the tests that ought to notice, the quickest first."""

    name: str
    files: tuple[str, ...]
    share: int
    tests: tuple[str, ...]
    is_sql: bool = False


TARGETS = (
    Target(
        "lifecycle",
        ("tuntas/lifecycle.py",),
        26,
        (
            "tests/lifecycle/test_table.py",
            "tests/lifecycle/test_sop.py",
            "tests/lifecycle/test_walks.py",
            "tests/timekeeping",
            "tests/routing/test_transferring.py",
            "tests/routing/test_verifying.py",
            "tests/followup/test_reporters_word.py",
            "tests/clocks/test_following.py",
            "tests/clocks/test_policies.py",
            "tests/clocks/test_connecting.py",
            "tests/journeys/test_scenarios.py",
            "tests/notices/test_telling.py",
            "tests/intake/test_same_rows.py",
        ),
    ),
    Target(
        "clocks/calendar",
        ("tuntas/clocks/calendar.py",),
        16,
        ("tests/clocks/test_calendar.py", "tests/clocks/test_following.py", "tests/clocks/test_policies.py"),
    ),
    Target(
        "clocks/following",
        ("tuntas/clocks/following.py",),
        20,
        (
            "tests/clocks/test_following.py",
            "tests/clocks/test_policies.py",
            "tests/clocks/test_connecting.py",
            "tests/clocks/test_recomputing.py",
            "tests/intake/test_same_rows.py",
            "tests/importing/test_same_rows.py",
            "tests/timekeeping",
        ),
    ),
    Target(
        "clocks/policies",
        ("tuntas/clocks/policies.py",),
        12,
        ("tests/clocks/test_following.py", "tests/clocks/test_recomputing.py", "tests/packs/test_loading.py"),
    ),
    Target(
        "timekeeping",
        ("tuntas/timekeeping.py",),
        16,
        ("tests/timekeeping", "tests/clocks/test_following.py", "tests/lifecycle/test_races.py"),
    ),
    Target("access", ("tuntas/access/actors.py", "tuntas/access/queries.py"), 12, ("tests/access",)),
    Target(
        "access/policies (SQL)",
        (
            "tuntas/access/migrations/0001_context.py",
            "tuntas/access/guarding.py",
            "tuntas/reports/migrations/0002_guard_rows.py",
            "tuntas/reports/migrations/0003_keep_order_and_protection.py",
            "tuntas/reports/migrations/0004_see_many_units_at_once.py",
            "tuntas/access/migrations/0004_know_the_whole_person.py",
            "tuntas/access/migrations/0005_the_nation_alone_sees_all.py",
            "tuntas/reports/migrations/0009_close_queues.py",
            "tuntas/reports/migrations/0010_hide_from_the_whole_closure.py",
            "tuntas/reports/migrations/0012_finish_what_one_closed.py",
        ),
        18,
        (
            "tests/access",
            "tests/security/test_closed_queues.py",
            "tests/security/test_whom_a_report_is_about.py",
            "tests/followup/test_reporters_word.py",
            "tests/routing/test_verifying.py",
            "tests/lifecycle/test_walks.py",
        ),
        is_sql=True,
    ),
    Target(
        "disclosure",
        ("tuntas/disclosure/deciding.py", "tuntas/disclosure/asking.py", "tuntas/disclosure/opening.py"),
        12,
        ("tests/disclosure", "tests/security/test_reveal_four_eyes.py"),
    ),
    Target(
        "accounts",
        (
            "tuntas/accounts/administering.py",
            "tuntas/accounts/last_in_office.py",
            "tuntas/accounts/tries.py",
            "tuntas/accounts/sessions.py",
        ),
        18,
        (
            "tests/accounts/test_administering.py",
            "tests/workspace/test_handover.py",
            "tests/accounts",
            "tests/workspace/test_stepping_up.py",
            "tests/security/test_signing_in.py",
        ),
    ),
    Target(
        "following",
        ("tuntas/following/asking.py", "tuntas/following/telling.py", "tuntas/following/phones.py"),
        12,
        ("tests/following", "tests/vault/test_knocks.py"),
    ),
    Target(
        "knocks",
        ("tuntas/channels/webpush.py", "tuntas/channels/push_services.py", "tuntas_vault/following/knocking.py"),
        12,
        ("tests/channels/test_webpush.py", "tests/following/test_phones.py", "tests/vault/test_knocks.py"),
    ),
)


# Running -------------------------------------------------------------------------------------------------------------


def main() -> int:
    parser = argparse.ArgumentParser(description="How many planted faults the tests find.")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--sample", type=int, default=sum(target.share for target in TARGETS), help="faults in all")
    parser.add_argument("--only", default="", help="a part of a target's name")
    parser.add_argument("--write", action="store_true", help="put the figures into docs/laws.md")
    asked = parser.parse_args()
    dice = random.Random(asked.seed)  # noqa: S311 - to be thrown again alike
    chosen = [target for target in TARGETS if asked.only in target.name]
    scale = asked.sample / sum(target.share for target in TARGETS)
    lines, killed, planted, survivors, began = [], 0, 0, [], time.monotonic()
    print(f"seed {asked.seed}")
    for target in chosen:
        with a_copy() as copy:
            found, possible, alive = _try(target, copy, dice, max(1, round(target.share * scale)))
        lines.append(f"| {target.name} | {possible} | {sum(found.values())} | {found['killed'] + found['too long']} |")
        killed, planted, survivors = (
            killed + found["killed"] + found["too long"],
            planted + found.total(),
            survivors + alive,
        )
    share = killed / planted
    figures = _figures(asked.seed, lines, planted, killed, survivors, time.monotonic() - began)
    print(figures)
    if asked.write:
        text = PAGE.read_text(encoding="utf-8")
        before, after = text.split(BEGIN)[0], text.split(END)[1]
        PAGE.write_text(f"{before}{BEGIN}\n\n{figures}\n{END}{after}", encoding="utf-8")
    return share < LEAST


def _try(target: Target, copy: Copy, dice: random.Random, sample: int) -> tuple[Counter[str], int, list[str]]:
    possible = in_files({file: copy.read(file) for file in target.files}, is_sql=target.is_sql)
    began = time.monotonic()
    if not copy.passes(target.tests):
        print(copy.said)
        raise SystemExit(f"{target.name}: its tests fail without any fault")
    limit = PATIENCE * (time.monotonic() - began) + 30
    found, alive = Counter[str](), []
    for fault in dice.sample(possible, min(sample, len(possible))):
        text = copy.read(fault.file)
        copy.write(fault.file, fault.planted(text))
        passed = copy.passes(target.tests, limit=limit)
        copy.write(fault.file, text)
        word = {True: "survived", False: "killed", None: "too long"}[passed]
        found[word] += 1
        line = text[: fault.start].count("\n") + 1
        print(f"{word:9} {fault.file}:{line} {fault.what}", flush=True)
        alive += [_shown(fault, text)] if passed else []
    return found, len(possible), alive


def _shown(fault: Fault, text: str) -> str:
    changed = difflib.unified_diff(text.splitlines(), fault.planted(text).splitlines(), lineterm="", n=0)
    lines = [line.strip()[:160] for line in changed if line[:1] in "+-" and line[:3] not in {"+++", "---"}]
    return f"{fault.file}, line {text[: fault.start].count(chr(10)) + 1}, {fault.what}: " + " → ".join(lines[:2])


def _figures(seed: int, lines: list[str], planted: int, killed: int, survivors: list[str], seconds: float) -> str:
    table = ["| part | possible faults | planted | found |", "|---|---|---|---|", *lines]
    summary = (
        f"Seed {seed}: {killed} of {planted} planted faults found ({killed / planted:.0%}), {seconds / 60:.0f} minutes."
    )
    kept = ["", "Not found:", "", *(f"- `{survivor}`" for survivor in survivors)] if survivors else []
    return "\n".join([summary, "", *table, *kept, ""])


if __name__ == "__main__":
    sys.exit(main())
