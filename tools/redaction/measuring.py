"""How much the helper finds, how often it is wrong, and how sure these figures are."""

import math
import random
import statistics
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from tools.redaction.reports import Invented, Label
from tuntas.reports.redaction.finding import find
from tuntas.reports.redaction.finds import Find

DEMANDED = ("NIK", "PHONE", "PLATE", "ACCOUNT")
AT_LEAST = 0.995  # of each of these
AT_MOST = 0.3  # false hits a report
Z = 1.959964  # two-sided 95 %
RESAMPLES = 1000
ALIKE = {"FAMILY_CARD": "NIK"}  # a family card is numbered like a resident


@dataclass(slots=True)
class Measured:
    """Counts over a set of reports. missed: places that were not wholly covered."""

    reports: int = 0
    there: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    named_right: Counter[str] = field(default_factory=Counter)
    ways: Counter[tuple[str, str]] = field(default_factory=Counter)
    ways_found: Counter[tuple[str, str]] = field(default_factory=Counter)
    false: list[int] = field(default_factory=list)
    false_kinds: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[str, Label]] = field(default_factory=list)
    mistaken: list[tuple[str, Find]] = field(default_factory=list)
    milliseconds: float = 0.0

    def recall(self, kind: str) -> float:
        return self.found[kind] / self.there[kind] if self.there[kind] else math.nan

    @property
    def false_a_report(self) -> float:
        return statistics.fmean(self.false) if self.false else 0.0


def measure(made: Iterable[Invented]) -> Measured:
    """A place counts as found when masking would leave none of its letters and digits to be read."""
    result = Measured()
    started = time.process_time()
    for each in made:
        finds = find(each.text)
        result.reports += 1
        for label in each.labels:
            _count(result, each.text, label, finds)
        wrong = [hit for hit in finds if not any(_meet(hit, label) for label in each.labels)]
        result.false.append(len(wrong))
        result.false_kinds.update(hit.kind.value for hit in wrong)
        result.mistaken += [(each.text, hit) for hit in wrong]
    result.milliseconds = 1000 * (time.process_time() - started) / max(1, result.reports)
    return result


def _count(result: Measured, text: str, label: Label, finds: Sequence[Find]) -> None:
    touching = [hit for hit in finds if _meet(hit, label)]
    result.there[label.kind] += 1
    result.ways[label.kind, label.way] += 1
    covered = {at for hit in touching for at in range(hit.start, hit.end)}
    if any(text[at].isalnum() and at not in covered for at in range(label.start, label.end)):
        result.missed.append((text, label))
        return
    result.found[label.kind] += 1
    result.ways_found[label.kind, label.way] += 1
    result.named_right[label.kind] += any(ALIKE.get(hit.kind.value, hit.kind.value) == label.kind for hit in touching)


def _meet(hit: Find, label: Label) -> bool:
    return hit.start < label.end and label.start < hit.end


def wilson(hits: int, number: int) -> tuple[float, float]:
    """95 % interval of a share."""
    if not number:
        return 0.0, 1.0
    share, square = hits / number, Z * Z
    middle = (share + square / (2 * number)) / (1 + square / number)
    half = Z * math.sqrt(share * (1 - share) / number + square / (4 * number * number)) / (1 + square / number)
    return max(0.0, middle - half), min(1.0, middle + half)


def resampled(counts: Sequence[int], *, seed: int) -> tuple[float, float]:
    """95 % interval of the mean, by drawing reports with replacement."""
    dice = random.Random(seed)
    tally = Counter(counts)
    if len(tally) < 2:
        mean = statistics.fmean(counts) if counts else 0.0
        return mean, max(mean, 3 / max(1, len(counts)))  # rule of three
    values, weights = list(tally), list(tally.values())
    means = sorted(statistics.fmean(dice.choices(values, weights, k=min(len(counts), 4000))) for _ in range(RESAMPLES))
    return means[int(0.025 * RESAMPLES)], means[int(0.975 * RESAMPLES) - 1]


def failures(result: Measured) -> list[str]:
    """What issue 3 demands and this set does not show."""
    found = [
        f"recall of {kind} is {result.recall(kind):.4f}" for kind in DEMANDED if not result.recall(kind) >= AT_LEAST
    ]
    if result.false_a_report > AT_MOST:
        found.append(f"{result.false_a_report:.3f} false hits a report")
    return found
