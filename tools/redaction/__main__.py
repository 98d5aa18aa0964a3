"""Measures the redaction helper: invented reports by seed, and false hits on real texts where they lie (TUNTAS_EVAL_DATA).

The real texts belong to others: they are counted, and printed only with --show, on this terminal. Ends with 1 when what
issue 3 demands is not reached on the invented reports.
"""

import argparse
import csv
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from tools.redaction import measuring
from tools.redaction.reports import KINDS, reports
from tools.redaction.seen import SEEN, SEEN_NEXT, SEEN_THIRD
from tools.redaction.templates import DEVELOPING, MEASURING
from tuntas.reports.redaction.finding import find

# Where a set of real texts keeps its text.
REAL = {
    "surabaya_wargaku_2022_2023.csv": ("teks",),
    "lapor_2017.csv": ("judul", "isi"),
    "surabaya_sapawarga_2015_2017.csv": ("teks",),
}
SETS = {
    "measuring": MEASURING,
    "developing": DEVELOPING,
    "seen": SEEN,
    "seen-next": SEEN_NEXT,
    "seen-third": SEEN_THIRD,
}
SHOWN = 60  # finds or misses of each kind, with --show


def say(line: str = "") -> None:
    sys.stdout.write(line + "\n")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tools.redaction", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("TUNTAS_EVAL_DATA", "../shared/data")))
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--number", type=int, default=40_000, help="invented reports")
    parser.add_argument("--on", choices=SETS, default="measuring", help="the sentences; the others may be fitted to")
    parser.add_argument(
        "--show", action="store_true", help="print misses and real finds; those are not ours: do not copy them"
    )
    options = parser.parse_args(arguments)
    result = measuring.measure(reports(options.number, seed=options.seed, templates=SETS[options.on]))
    show_invented(result, options.seed, developing=options.on != "measuring")
    if options.show:
        show_misses(result)
    for name, columns in REAL.items():
        path = options.data / "open" / name
        if path.exists():
            show_real(path, columns, options.seed, show=options.show)
        else:
            say(f"\nREAL TEXTS: {name} is not here (TUNTAS_EVAL_DATA)")
    wrong = measuring.failures(result)
    say(f"\n{'FAIL: ' + '; '.join(wrong) if wrong else 'PASS: what is demanded is reached on the invented reports'}")
    return 1 if wrong else 0


def show_invented(result: measuring.Measured, seed: int, *, developing: bool) -> None:
    which = "sentences it was developed on" if developing else "sentences it was not developed on"
    say(f"REDACTION HELPER on {result.reports} invented reports; seed {seed}; {which}")
    say(f"  {result.milliseconds:.2f} ms CPU a report")
    say("  kind        there  found   recall  95 %             named right")
    for kind in KINDS:
        low, high = measuring.wilson(result.found[kind], result.there[kind])
        named = result.named_right[kind] / max(1, result.found[kind])
        say(
            f"  {kind:9} {result.there[kind]:7} {result.found[kind]:6}   {result.recall(kind):.4f}  {low:.4f}-{high:.4f}"
            f"   {named:.4f}"
        )
    worst = sorted(result.ways, key=lambda way: result.ways_found[way] / result.ways[way])[:8]
    say("  hardest ways of writing: " + "; ".join(
        f"{kind} {way} {result.ways_found[kind, way]}/{result.ways[kind, way]}" for kind, way in worst
    ))  # fmt: skip
    low, high = measuring.resampled(result.false, seed=seed)
    say(f"  false hits a report {result.false_a_report:.4f}  95 % {low:.4f}-{high:.4f}  {dict(result.false_kinds)}")


def show_misses(result: measuring.Measured) -> None:
    for text, label in result.missed[:SHOWN]:
        around = text[max(0, label.start - 40) : label.end + 20].replace("\n", " ")
        say(f"  missed {label.kind} ({label.way}) «{text[label.start : label.end]}» in «{around}»")
    for text, hit in result.mistaken[:SHOWN]:
        around = text[max(0, hit.start - 40) : hit.end + 20].replace("\n", " ")
        say(f"  false {hit.kind} «{hit.text}» in «{around}»")


def texts(path: Path, columns: Sequence[str]) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            yield "\n".join(row[column] for column in columns)


def show_real(path: Path, columns: Sequence[str], seed: int, *, show: bool) -> None:
    """Every find here is counted as if it were false: numbers in these sets were masked before we got them."""
    counts, kinds, started = [], Counter[str](), time.process_time()
    shown: dict[str, list[str]] = {}
    for text in texts(path, columns):
        finds = find(text)
        counts.append(len(finds))
        kinds.update(hit.kind.value for hit in finds)
        for hit in finds:
            around = text[max(0, hit.start - 45) : hit.end + 25].replace("\n", " ")
            shown.setdefault(hit.kind.value, []).append(f"«{hit.text}» in «{around}»")
    milliseconds = 1000 * (time.process_time() - started) / max(1, len(counts))
    low, high = measuring.resampled(counts, seed=seed)
    mean = sum(counts) / max(1, len(counts))
    say(f"\nREAL TEXTS {path.name}: {len(counts)} reports, {sum(counts)} finds, {milliseconds:.2f} ms CPU a report")
    say(f"  finds a report {mean:.4f}  95 % {low:.4f}-{high:.4f}; in {sum(map(bool, counts))} reports; {dict(kinds)}")
    if show:
        dice = random.Random(seed)
        for kind, lines in sorted(shown.items()):
            for line in dice.sample(lines, min(SHOWN, len(lines))):
                say(f"  {kind} {line}")


if __name__ == "__main__":
    raise SystemExit(main())
