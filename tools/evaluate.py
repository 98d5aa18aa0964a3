"""Measures the canned-reply gate on real replies: `make eval` (docs/canned-replies.md explains every figure).

Reads TUNTAS_EVAL_DATA (default ../shared/data): open/balasan_jaki.csv, and heldout/balasan_jaki.csv where it lies.
The texts belong to others: nothing of them is kept, and none is printed unless --show asks for it on this terminal.
Ends with 1 when blocking is less precise than design and issue demand, with 2 when there is no data.
"""

import argparse
import csv
import math
import os
import random
import statistics
import sys
import time
from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz

from tuntas.followup.canned import counted, scale, weigh
from tuntas.followup.canned_signals import COMPARED, Earlier, Signals, read
from tuntas.followup.canned_words import template_of

CANNED = {"kosong": True, "lempar": True, "isi": False}
AT_LEAST = 0.95  # precision of blocking that issue 2 demands
OWN_NAMES = "JAKI Jakarta Smart City DKI"  # how the office that wrote these replies calls itself and its product
SAME_FAMILY = 80.0  # per cent of equal characters from which two templates stay on one side of a split
SPLITS, RESAMPLES = 200, 2000
Z = 1.959964  # two-sided 95 %


def say(line: str = "") -> None:
    sys.stdout.write(line + "\n")


def dice(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - to be thrown again alike, not to be secret


# Data ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Row:
    """One real reply with its review. `points` is the hand-set sum before calibration."""

    report: str
    reply: str
    sent: str
    template: str
    label: str
    signals: Signals | None = None
    points: float = 0.0
    points_alone: float = 0.0  # the same without the unit's earlier replies


@dataclass(slots=True)
class Template:
    """All rows of one labelled template: the unit that was labelled, so the unit of every honest count."""

    name: str
    canned: bool
    label: str
    rows: list[Row]
    family: int = 0

    @property
    def points(self) -> float:
        return statistics.fmean(row.points for row in self.rows)


def load(path: Path) -> list[Row]:
    with path.open(encoding="utf-8", newline="") as file:
        rows = [
            Row(each["ulasan"], each["balasan"], each["waktu_balasan"], each["templat"], each["label"])
            for each in csv.DictReader(file)
        ]
    return sorted(rows, key=lambda row: row.sent)


def read_in_order(rows: Iterable[Row]) -> float:
    """Read every reply as the gate would have on its day: beside the 200 replies before it. Returns ms a reply."""
    before: deque[str] = deque(maxlen=COMPARED)
    known, started, number = scale(), time.process_time(), 0
    for row in rows:
        earlier = [Earlier(template, times) for template, times in Counter(before).items()]
        row.signals = read(row.reply, report_text=row.report, earlier=earlier, own_names=OWN_NAMES)
        points = weigh(row.signals, known)
        row.points = known.base + sum(points.values())
        row.points_alone = row.points - points["repeated"] - points["repeated_bare"]
        before.append(template_of(row.reply))
        number += 1
    return 1000 * (time.process_time() - started) / max(1, number)


def templates_of(rows: Iterable[Row]) -> list[Template]:
    grouped: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if row.label in CANNED:
            grouped[row.template].append(row)
    templates = [
        Template(name, CANNED[group[0].label], group[0].label, group) for name, group in sorted(grouped.items())
    ]
    name_families(templates)
    return templates


def name_families(templates: list[Template]) -> None:
    """Templates that differ by a word belong together: single linkage at 80 % equal characters."""
    texts = [template_of(each.rows[0].reply) for each in templates]
    for place, each in enumerate(templates):
        each.family = place
    for place, text in enumerate(texts):
        for other in range(place):
            if fuzz.ratio(text, texts[other]) >= SAME_FAMILY:
                old, new = templates[place].family, templates[other].family
                for each in templates:
                    if each.family == old:
                        each.family = new


# Figures -------------------------------------------------------------------------------------------------


def wilson(hits: float, number: float) -> tuple[float, float]:
    """95 % interval of a share."""
    if not number:
        return 0.0, 1.0
    share, square = hits / number, Z * Z
    middle = (share + square / (2 * number)) / (1 + square / number)
    half = Z * math.sqrt(share * (1 - share) / number + square / (4 * number * number)) / (1 + square / number)
    return max(0.0, middle - half), min(1.0, middle + half)


def share(hits: float, number: float) -> float:
    return hits / number if number else float("nan")


@dataclass(frozen=True, slots=True)
class Block:
    """One template, measured: how many of its rows were blocked."""

    label: str
    family: int
    blocked: int
    rows: int

    @property
    def canned(self) -> bool:
        return CANNED[self.label]

    @property
    def mostly(self) -> bool:
        return 2 * self.blocked >= self.rows


def measure(templates: Iterable[Template], blocks: Callable[[Row], bool]) -> list[Block]:
    return [
        Block(each.label, each.family, sum(map(blocks, each.rows)), len(each.rows)) for each in templates if each.rows
    ]


def precision_by_rows(blocks: Sequence[Block]) -> float:
    right = sum(each.blocked for each in blocks if each.canned)
    return share(right, sum(each.blocked for each in blocks))


def precision_by_templates(blocks: Sequence[Block]) -> float:
    right = sum(each.blocked / each.rows for each in blocks if each.canned)
    return share(right, sum(each.blocked / each.rows for each in blocks))


def precision_if_half_is_content(blocks: Sequence[Block]) -> float:
    """Precision by templates if canned and content replies were equally common: free of this set's mixture."""
    canned = [each.blocked / each.rows for each in blocks if each.canned]
    content = [each.blocked / each.rows for each in blocks if not each.canned]
    if not canned or not content:
        return float("nan")
    right, wrong = statistics.fmean(canned), statistics.fmean(content)
    return share(right, right + wrong)


def resampled(
    blocks: Sequence[Block], figure: Callable[[Sequence[Block]], float], rng: random.Random
) -> tuple[float, float]:
    """95 % interval by drawing whole families of templates with replacement."""
    families: dict[int, list[Block]] = defaultdict(list)
    for each in blocks:
        families[each.family].append(each)
    pool = list(families.values())
    drawn = sorted(
        value
        for _ in range(RESAMPLES)
        if not math.isnan(value := figure([one for group in rng.choices(pool, k=len(pool)) for one in group]))
    )
    if not drawn:
        return 0.0, 1.0
    return drawn[int(0.025 * len(drawn))], drawn[min(len(drawn) - 1, int(0.975 * len(drawn)))]


def show_block(title: str, blocks: Sequence[Block], rng: random.Random) -> tuple[float, float]:
    """Print all figures of one measurement; returns precision by templates and by rows."""
    right = sum(each.mostly for each in blocks if each.canned)
    wrong = sum(each.mostly for each in blocks if not each.canned)
    by_templates, by_rows = precision_by_templates(blocks), precision_by_rows(blocks)
    low, high = wilson(right, right + wrong)
    say(f"\n{title}")
    rows, families = sum(each.rows for each in blocks), len({each.family for each in blocks})
    say(f"  templates {len(blocks)}, rows {rows}, families {families}")
    say(f"  blocked templates (most of their rows): {right} canned, {wrong} content; Wilson {low:.3f}-{high:.3f}")
    right, wrong = (len({e.family for e in blocks if e.mostly and e.canned == canned}) for canned in (True, False))
    low, high = wilson(right, right + wrong)
    say(f"  blocked families (most of a template):  {right} canned, {wrong} content; Wilson {low:.3f}-{high:.3f}")
    for name, value, figure in (
        ("precision, each template once", by_templates, precision_by_templates),
        ("precision, each row once     ", by_rows, precision_by_rows),
        ("precision, half were content ", precision_if_half_is_content(blocks), precision_if_half_is_content),
    ):
        if math.isnan(value):
            say(f"  {name} none: one of the two classes is not on this side")
            continue
        low, high = resampled(blocks, figure, rng)
        say(f"  {name} {value:.3f}  families resampled {low:.3f}-{high:.3f}")
    for label in ("kosong", "lempar", "isi"):
        show_recall(label, [each for each in blocks if each.label == label])
    return by_templates, by_rows


def show_recall(label: str, blocks: Sequence[Block]) -> None:
    if not blocks:
        say(f"  blocked of {label:6} none on this side")
        return
    hits, rows = sum(each.mostly for each in blocks), sum(each.rows for each in blocks)
    blocked = sum(each.blocked for each in blocks)
    low, high = wilson(hits, len(blocks))
    say(
        f"  blocked of {label:6} templates {hits}/{len(blocks)} = {hits / len(blocks):.3f} "
        f"(Wilson {low:.3f}-{high:.3f}), rows {blocked}/{rows} = {blocked / rows:.3f}"
    )


# Tuning --------------------------------------------------------------------------------------------------


Curve = tuple[float, float]  # slope, offset


def calibrate(templates: Sequence[Template]) -> Curve:
    """A logistic curve through the points, each template once and both classes weighing the same.

    So a score of 0.95 means: right 19 times of 20 even if half of the office's replies were content.
    A pull towards slope 1 (one template's worth) keeps a well-separated half from promising certainty.
    """
    size = Counter(each.canned for each in templates)
    pairs = [(each.points, each.canned, len(templates) / (2 * size[each.canned])) for each in templates]
    curve = (1.0, 0.0)
    for _ in range(100):
        step, now = _newton(pairs, curve), _loss(pairs, curve)
        while max(map(abs, step)) > 1e-9 and _loss(pairs, (curve[0] + step[0], curve[1] + step[1])) > now:
            step = (step[0] / 2, step[1] / 2)  # far from the answer the full step may overshoot it
        curve = (curve[0] + step[0], curve[1] + step[1])
    return curve


Pairs = Sequence[tuple[float, bool, float]]  # points, canned, weight
PULL = 1.0  # towards slope 1, as heavy as one template


def _loss(pairs: Pairs, curve: Curve) -> float:
    total = PULL * (curve[0] - 1) ** 2 / 2
    for points, canned, weight in pairs:
        z = curve[0] * points + curve[1]
        z = -z if canned else z
        total += weight * (max(z, 0.0) + math.log1p(math.exp(-abs(z))))
    return total


def _newton(pairs: Pairs, curve: Curve) -> tuple[float, float]:
    g1, g0, h11, h10, h00 = PULL * (1 - curve[0]), 0.0, PULL, 0.0, 1e-6
    for points, canned, weight in pairs:
        p = probability(points, curve)
        steep = weight * p * (1 - p)
        g1, g0 = g1 + weight * (canned - p) * points, g0 + weight * (canned - p)
        h11, h10, h00 = h11 + steep * points * points, h10 + steep * points, h00 + steep
    bottom = h11 * h00 - h10 * h10
    return (h00 * g1 - h10 * g0) / bottom, (h11 * g0 - h10 * g1) / bottom


def probability(points: float, curve: Curve) -> float:
    return 1 / (1 + math.exp(-max(-60.0, min(60.0, curve[0] * points + curve[1]))))


def blocker(curve: Curve, *, alone: bool = False) -> Callable[[Row], bool]:
    """Whether a row would be blocked under a curve; `alone`: without the unit's earlier replies."""
    line = scale().block
    return lambda row: probability(row.points_alone if alone else row.points, curve) >= line


def halves(templates: Sequence[Template], rng: random.Random) -> tuple[list[Template], list[Template]]:
    """Two halves by family, about equal in content templates and in canned ones."""
    families: dict[int, list[Template]] = defaultdict(list)
    for each in templates:
        families[each.family].append(each)
    groups = list(families.values())
    rng.shuffle(groups)
    sides: tuple[list[Template], list[Template]] = ([], [])
    for group in sorted(groups, key=len, reverse=True):
        canned = group[0].canned
        lighter = min((0, 1), key=lambda side: sum(each.canned == canned for each in sides[side]))
        sides[lighter].extend(group)
    return sides


# The measurements -----------------------------------------------------------------------------------------


def shipped_curve() -> Curve:
    return scale().slope, scale().offset


def by_template(templates: Sequence[Template], seed: int) -> tuple[float, float]:
    """Tune on one half of the templates, measure on the other, and the other way round: all measured once, unseen."""
    rng = dice(seed)
    sides = halves(templates, rng)
    blocks: list[Block] = []
    for tuned_on, measured_on in (sides, sides[::-1]):
        curve = calibrate(tuned_on)
        say(f"  curve from {len(tuned_on)} templates: slope {curve[0]:.2f}, offset {curve[1]:.2f}")
        blocks += measure(measured_on, blocker(curve))
    return show_block("SPLIT BY TEMPLATE (two halves, each measured with the other half's curve)", blocks, rng)


def over_many_splits(templates: Sequence[Template], seed: int) -> None:
    rng = dice(seed)
    figures: dict[str, list[float]] = defaultdict(list)
    for _ in range(SPLITS):
        tuned_on, measured_on = halves(templates, rng)
        blocks = measure(measured_on, blocker(calibrate(tuned_on)))
        figures["precision, each template once"].append(precision_by_templates(blocks))
        figures["precision, each row once"].append(precision_by_rows(blocks))
        figures["precision, half were content"].append(precision_if_half_is_content(blocks))
        for label in CANNED:
            some = [each.blocked / each.rows for each in blocks if each.label == label]
            figures[f"blocked of {label}"].append(statistics.fmean(some) if some else float("nan"))
    say(f"\n{SPLITS} RANDOM SPLITS BY TEMPLATE (one half tuned, the other measured): median, 5th and 95th percentile")
    for name, values in figures.items():
        kept = sorted(value for value in values if not math.isnan(value))
        if not kept:
            continue
        low, high = kept[int(0.05 * len(kept))], kept[int(0.95 * len(kept)) - 1]
        say(f"  {name:30} {statistics.median(kept):.3f}  {low:.3f}-{high:.3f}")


def by_time(rows: Sequence[Row], seed: int) -> float:
    """Tune before the middle date, measure after it; templates seen before and new ones apart."""
    labelled = [row for row in rows if row.label in CANNED]
    middle = labelled[len(labelled) // 2].sent
    before = templates_of(row for row in labelled if row.sent < middle)
    after = templates_of(row for row in labelled if row.sent >= middle)
    known, curve, rng = {each.name for each in before}, calibrate(before), dice(seed)
    say(f"\nSPLIT BY TIME at {middle[:10]}: curve from {len(before)} earlier templates: {curve[0]:.2f}, {curve[1]:.2f}")
    all_of_it, _rows = show_block("  all that came after", measure(after, blocker(curve)), rng)
    show_block("  after, template seen before", measure((t for t in after if t.name in known), blocker(curve)), rng)
    show_block("  after, new template", measure((t for t in after if t.name not in known), blocker(curve)), rng)
    return all_of_it


def refitted(templates: Sequence[Template], seed: int) -> None:
    """Control: let each half choose its own points instead of the hand-set ones, and measure on the other."""
    rng = dice(seed)
    sides = halves(templates, rng)
    blocks: list[Block] = []
    for tuned_on, measured_on in (sides, sides[::-1]):
        weights = ridge(tuned_on)
        blocks += measure(measured_on, lambda row, weights=weights: chance(row, weights) >= scale().block)
    show_block("CONTROL: points fitted to one half by machine, measured on the other (never shipped)", blocks, rng)


def chance(row: Row, weights: dict[str, float]) -> float:
    return probability(weights[""] + sum(weights[name] * value for name, value in features(row).items()), (1.0, 0.0))


def features(row: Row) -> dict[str, float]:
    """What the points saw, each cut at its `most` and brought to 0..1."""
    if row.signals is None:
        raise ValueError("read the rows first")
    points = scale().points
    return {name: min(value, points[name].most) / points[name].most for name, value in counted(row.signals).items()}


def ridge(templates: Sequence[Template]) -> dict[str, float]:
    """Logistic regression with a quadratic penalty by plain gradient steps; each template once, classes balanced."""
    size = Counter(each.canned for each in templates)
    data = [(features(each.rows[0]), each.canned, 1 / (2 * size[each.canned])) for each in templates]
    weights = dict.fromkeys(["", *data[0][0]], 0.0)
    for _ in range(3000):
        slopes = {name: 0.01 * value * (name != "") for name, value in weights.items()}
        for seen, canned, weight in data:
            z = weights[""] + sum(weights[name] * value for name, value in seen.items())
            miss = weight * (probability(z, (1.0, 0.0)) - canned)
            slopes[""] += miss
            for name, value in seen.items():
                slopes[name] += miss * value
        for name, slope in slopes.items():
            weights[name] -= 2.0 * slope
    return weights


def calibration(templates: Sequence[Template], seed: int) -> None:
    """Are the scores what they say? Each template scored by the other half's curve, classes weighing the same."""
    sides = halves(templates, dice(seed))
    scored = [
        (probability(each.points, curve), each.canned)
        for tuned_on, measured_on in (sides, sides[::-1])
        for curve in (calibrate(tuned_on),)
        for each in measured_on
    ]
    size = Counter(canned for _score, canned in scored)
    weight = {canned: 1 / (2 * number) for canned, number in size.items()}
    brier = sum(weight[canned] * (score - canned) ** 2 for score, canned in scored)
    say(f"\nCALIBRATION (other half's curve, classes weighing the same): Brier {brier:.3f}, guessing 0.250")
    edges = (0.05, 0.35, 0.65, 0.95)
    bins: dict[int, list[tuple[float, bool]]] = defaultdict(list)
    for score, canned in scored:
        bins[bisect_left(edges, score)].append((score, canned))
    for place in sorted(bins):
        total = sum(weight[canned] for _score, canned in bins[place])
        mean = sum(weight[canned] * score for score, canned in bins[place]) / total
        true = sum(weight[canned] for _score, canned in bins[place] if canned) / total
        say(f"  said {mean:.2f}, was {true:.2f} ({len(bins[place])} templates)")


def relevance(rows: Sequence[Row], seed: int, own_names: str = OWN_NAMES) -> None:
    """Does taking up the report tell a real pair from a reply put under another review?"""
    rng = dice(seed)
    say("\nRELEVANCE: words of the review that the reply takes up; real pairs against shuffled ones")
    groups = {label: [row for row in rows if row.label == label] for label in CANNED}
    groups["unlabelled"] = [row for row in rows if row.label not in CANNED]
    groups["all"] = list(rows)
    for name, group in groups.items():
        if len(group) < 2:
            continue
        real = [len(row.signals.shared) for row in group if row.signals]
        false: list[int] = []
        for row in group:
            other = row
            while other is row or other.report == row.report:
                other = rng.choice(list(rows))
            false.append(len(read(row.reply, report_text=other.report, own_names=own_names).shared))
        nothing = share(sum(not value for value in real), len(real)), share(sum(not v for v in false), len(false))
        say(
            f"  {name:10} pairs {len(group):4}  AUC {auc(real, false):.3f}  takes up nothing: real {nothing[0]:.3f}, "
            f"shuffled {nothing[1]:.3f}"
        )


def auc(high: Sequence[int], low: Sequence[int]) -> float:
    """Chance that a value of `high` is above one of `low`, ties half."""
    ordered = sorted(low)
    more = sum(bisect_left(ordered, value) + bisect_left(ordered, value + 1) for value in high)
    return more / (2 * len(high) * len(low))


def verdicts(rows: Sequence[Row]) -> None:
    """What the shipped gate says of everything, the unlabelled replies too."""
    known = scale()
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        score = known.score(row.points)
        word = "canned" if score >= known.block else "substantive" if score <= known.passing else "unsure"
        counts[row.label or "unlabelled"][word] += 1
    say("\nVERDICTS AS SHIPPED, rows")
    for label, words in sorted(counts.items()):
        say(f"  {label:10} " + ", ".join(f"{word} {words[word]}" for word in ("canned", "unsure", "substantive")))


def show_texts(templates: Sequence[Template]) -> None:
    """--show: the templates on the wrong side, for the eyes of whoever may read them here."""
    for each in sorted(templates, key=lambda one: one.points):
        score = scale().score(each.points)
        if (score >= scale().block) != each.canned:
            rows = len(each.rows)
            say(f"  {each.label:6} score {score:.3f} points {each.points:.1f} rows {rows} | {each.rows[0].reply}")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, default=Path(os.environ.get("TUNTAS_EVAL_DATA", "../shared/data")))
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument(
        "--show", action="store_true", help="print misjudged texts; they are not ours: do not copy them"
    )
    options = parser.parse_args(arguments)
    path = options.data / "open" / "balasan_jaki.csv"
    if not path.exists():
        say(f"No real replies at {path}. Set TUNTAS_EVAL_DATA to the folder that holds open/balasan_jaki.csv.")
        return 2
    return report(path, options.data / "heldout" / "balasan_jaki.csv", options.seed, show=options.show)


def report(path: Path, kept_apart: Path, seed: int, *, show: bool) -> int:
    rows = load(path)
    milliseconds = read_in_order(rows)
    templates = templates_of(rows)
    labels = Counter(each.label for each in templates)
    say(f"CANNED-REPLY GATE on {len(rows)} real replies, {len({row.template for row in rows})} templates; seed {seed}")
    say(f"  labelled templates: {', '.join(f'{name} {labels[name]}' for name in CANNED)}; one annotator, not reviewed")
    say(f"  read beside the {COMPARED} replies before it: {milliseconds:.2f} ms CPU a reply")
    whole = calibrate(templates)
    say(f"  curve from all templates: slope {whole[0]:.2f}, offset {whole[1]:.2f}; shipped {shipped_curve()}")
    precise = [*by_template(templates, seed)]
    over_many_splits(templates, seed)
    precise.append(by_time(rows, seed))
    rng = dice(seed)
    shipped = measure(templates, blocker(shipped_curve()))
    precise += show_block("AS SHIPPED, on the templates its curve was fitted to", shipped, rng)
    alone = measure(templates, blocker(shipped_curve(), alone=True))
    show_block("AS SHIPPED, text alone (a unit's first replies: nothing to compare with)", alone, rng)
    refitted(templates, seed)
    calibration(templates, seed)
    relevance(rows, seed)
    verdicts(rows)
    precise += apart(kept_apart, seed)
    if show:
        show_texts(templates)
    return verdict(precise)


def apart(path: Path, seed: int) -> list[float]:
    """The templates nobody looked at while the gate was made, where they lie beside the others."""
    if not path.exists():
        say(f"\nKEPT APART: not here ({path.name} of heldout/); measure them where they are with the same command")
        return []
    rows = load(path)
    read_in_order(rows)
    blocks = measure(templates_of(rows), blocker(shipped_curve()))
    return [*show_block("KEPT APART (never looked at)", blocks, dice(seed))]


def verdict(precise: Sequence[float]) -> int:
    worst = min(value for value in precise if not math.isnan(value))
    good = worst >= AT_LEAST
    say(f"\n{'PASS' if good else 'FAIL'}: lowest precision of blocking {worst:.3f}, demanded {AT_LEAST}")
    return 0 if good else 1


if __name__ == "__main__":
    raise SystemExit(main())
