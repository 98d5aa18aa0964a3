"""What can be counted in a reply: courtesy, promises, facts, copies of earlier replies and of the report.

Pure: no database, no clock, no network. Only counting happens here; what it is worth is said in canned.py.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from rapidfuzz import fuzz, process

from tuntas.followup.canned_words import Cues, cues, sentences, template_of

COMPARED = 200  # how many of the unit's latest replies a new one is compared with
ALIKE = 90.0  # per cent of equal characters from which two templates are the same text
WORN = 0.8  # share of a reply's letters, in whole sentences sent before, from which it is an old reply with a patch
COPY = 12  # neighbouring words of the report from which repeating it is copying it
ROOT, LONGEST_WORD = 4, 24  # letters: a shorter part of a word tells nothing, a longer one is no word
_COMPARED_LETTERS = 3_000  # longer templates are compared by their first letters

_DATE = re.compile(r"\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}$|\d{4}-\d{1,2}-\d{1,2}$")
_TIME = re.compile(r"\d{1,2}[.:]\d{2}$")


@dataclass(frozen=True, slots=True)
class Earlier:
    """One template the unit sent for other reports, and how often among its latest replies."""

    template: str  # from canned_words.template_of
    times: int = 1


def collapse(replies: Iterable[str]) -> list[Earlier]:
    """Raw earlier replies to other reports, newest first, as templates with their counts."""
    counts = Counter(template_of(text) for _place, text in zip(range(COMPARED), replies, strict=False))
    return [Earlier(template, times) for template, times in counts.items() if template]


@dataclass(slots=True)
class Signals:
    """What was counted in a reply. Everything that the points can see, nothing else."""

    said: int = 0  # words left when greeting, signature and addresses are gone
    courtesy: int = 0
    promise: int = 0
    pass_on: int = 0
    reason: int = 0
    procedure: int = 0
    action: int = 0  # finished work that one can go and look at
    plan: int = 0  # such work, to come, with a date
    date: int = 0
    number: int = 0
    document: int = 0
    place: int = 0
    person: int = 0
    copied: int = 0  # words copied from the report in long runs
    times: int = 0  # how often this text went to other reports, among the compared
    has_evidence: bool = False
    asks: bool = False
    report_words: int = 0
    new: set[str] = field(default_factory=set)  # words that are neither grammar, courtesy nor the report's own
    shared: set[str] = field(default_factory=set)  # words of the report that the reply takes up

    @property
    def facts(self) -> int:
        """Kinds of fact that stand in a sentence which says something."""
        return sum(map(bool, (self.action, self.plan, self.date, self.number, self.document, self.place, self.reason)))

    @property
    def tells(self) -> bool:
        """Whether it holds a fact, a way, or as many words of its own as a short answer has."""
        return bool(self.facts or self.procedure or len(self.new) >= 5)


def read(
    reply: str,
    *,
    report_text: str = "",
    earlier: Collection[Earlier] = (),
    has_evidence: bool = False,
    own_names: str = "",
) -> Signals:
    """Count everything in the reply that the points can see. Parameters as for `judge`."""
    known, lines = cues(), sentences(reply)
    report = _Report.of(report_text, known)
    own = frozenset(word for line in sentences(own_names) for word in line)
    signals = Signals(has_evidence=has_evidence, report_words=len(report.words))
    signals.asks = reply.rstrip().endswith("?")
    signals.said = sum(map(len, lines))
    signals.times = _times_sent(template_of(reply), earlier)
    for words in _without_copies(lines, report, signals):
        _Sentence(words, known, report).add_to(signals)
    signals.new -= own
    signals.shared -= own
    return signals


@dataclass(frozen=True, slots=True)
class _Report:
    """The report, ready to be looked for in a reply."""

    words: frozenset[str]
    joined: str
    runs: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, text: str, known: Cues) -> "_Report":
        words = [word for line in sentences(text) for word in line]
        content = frozenset(word for word in words if known.says_something(word))
        return cls(content, " ".join(sorted(content)), frozenset(_runs(words)))

    def takes_up(self, word: str) -> bool:
        """Whether the report has this word, with or without affixes: rusak, kerusakan."""
        if len(word) < ROOT:
            return False
        return word in self.joined or any(
            word[start:end] in self.words
            for start in range(len(word) - ROOT + 1)
            for end in range(start + ROOT, min(len(word), start + LONGEST_WORD) + 1)
        )


def _runs(words: Sequence[str], length: int = 4) -> Iterator[tuple[str, ...]]:
    return (tuple(words[place : place + length]) for place in range(len(words) - length + 1))


def _without_copies(lines: list[list[str]], report: _Report, signals: Signals) -> Iterator[list[str]]:
    """The sentences without long runs copied from the report: its own words are no news to the reporter."""
    words = [word for line in lines for word in line]
    copied = _copied(words, report.runs)
    signals.copied = len(copied)
    place = 0
    for line in lines:
        yield [word for offset, word in enumerate(line) if place + offset not in copied]
        place += len(line)


def _copied(words: Sequence[str], runs: frozenset[tuple[str, ...]]) -> set[int]:
    copied: set[int] = set()
    start = end = -1
    for place, run in enumerate(_runs(words)):
        if run not in runs:
            continue
        if place > end:
            start = place
        end = place + 4
        if end - start >= COPY:
            copied.update(range(start, end))
    return copied


def _times_sent(template: str, earlier: Collection[Earlier]) -> int:
    """How many of the earlier replies are this text, or contain nearly all of its sentences."""
    if not template or not earlier:
        return 0
    known = list(earlier)
    texts = [each.template[:_COMPARED_LETTERS] for each in known]
    close = {
        place
        for _text, _score, place in process.extract(
            template[:_COMPARED_LETTERS], texts, scorer=fuzz.ratio, score_cutoff=ALIKE, limit=None
        )
    }
    lines = template.split(" . ")
    enough = WORN * sum(map(len, lines))
    for place, each in enumerate(known):
        if place not in close:
            before = set(each.template.split(" . "))
            if sum(len(line) for line in lines if line in before) >= enough:
                close.add(place)
    return sum(known[place].times for place in close)


_CANNED = ("courtesy", "promise", "pass_on")


class _Sentence:
    """One sentence, and what it says beyond courtesy."""

    def __init__(self, words: list[str], known: Cues, report: _Report) -> None:
        self.words, self.known, self.report = words, known, report
        self.marks: dict[str, list[int]] = {kind: [] for kind in known.phrases}
        self.empty: set[int] = set()
        for place in range(len(words)):
            self._mark(place)
        self.works = [place for place, word in enumerate(words) if known.names_work(word)]
        self.dates = sum(self._is_date(place) for place in range(len(words)))
        self.actions = sum(self._is_finished(place) for place in self.works)
        self.plans = int(bool(self.works and self.dates and self.marks["planned"] and not self.actions))

    def add_to(self, signals: Signals) -> None:
        for kind in (*_CANNED, "reason", "procedure"):
            setattr(signals, kind, getattr(signals, kind) + len(self.marks[kind]))
        new, shared = self._content()
        signals.new |= new
        signals.shared |= shared
        if not self._says_something(new):
            return
        signals.action += self.actions
        signals.plan += self.plans
        signals.date += self.dates
        signals.number += self._count(self._is_amount)
        signals.document += self._count(self._is_document) + len(self.marks["ground"])
        signals.place += self._count(self._is_place)
        signals.person += self._count(self._is_person)

    def _says_something(self, new: set[str]) -> bool:
        """A date or a place counts only beside work, a reason or a way: pasted into thanks it says nothing."""
        if self.actions or self.plans or self.marks["reason"] or self.marks["ground"] or self.marks["procedure"]:
            return True
        return len(new) >= 3 and not any(self.marks[kind] for kind in _CANNED)

    def _mark(self, place: int) -> None:
        for kind, phrases in self.known.phrases.items():
            length = phrases.at(self.words, place)
            if length:
                self.marks[kind].append(place)
                if kind in _CANNED:
                    self.empty.update(range(place, place + length))

    def _count(self, test: Callable[[int], bool]) -> int:
        return sum(test(place) for place in range(len(self.words)))

    def _content(self) -> tuple[set[str], set[str]]:
        new: set[str] = set()
        shared: set[str] = set()
        for place, word in enumerate(self.words):
            if word in self.known.months or word in self.known.dated or not self.known.says_something(word):
                continue
            if self.report.takes_up(word):
                shared.add(word)
            elif place not in self.empty:
                new.add(word)
        return new, shared

    def _is_finished(self, place: int) -> bool:
        """Work told as done: "telah diganti", "petugas mengganti"; not "akan", "belum", "silakan"."""
        before = self.words[max(0, place - 6) : place]
        finished = [spot for spot in self.marks["finished"] if place - 6 <= spot < place]
        if finished:
            return not any(finished[-1] < spot < place for spot in self.marks["ongoing"])
        if any(place - 6 <= spot < place for spot in self.marks["ongoing"]):
            return False
        return bool(self.dates) or not self.known.person_leads.isdisjoint(before)

    def _is_date(self, place: int) -> bool:
        word = self.words[place]
        if word in self.known.months:
            around = self.words[max(0, place - 1) : place] + self.words[place + 1 : place + 2]
            return any(each.isdigit() for each in around)
        if word in self.known.clock:
            return any(_TIME.match(each) for each in self.words[place + 1 : place + 2])
        return word in self.known.dated or bool(_DATE.match(word))

    def _is_amount(self, place: int) -> bool:
        if not self.words[place][0].isdigit() or _DATE.match(self.words[place]):
            return False
        after, before = self.words[place + 1 : place + 2], self.words[max(0, place - 1) : place]
        return any(each in self.known.units for each in after) or any(each in ("rp", "idr") for each in before)

    def _is_document(self, place: int) -> bool:
        if self.words[place] not in self.known.document_nouns:
            return False
        return any(each[0].isdigit() for each in self.words[place + 1 : place + 5])

    def _is_place(self, place: int) -> bool:
        return self.words[place] in self.known.place_leads and self._names(place + 1)

    def _is_person(self, place: int) -> bool:
        return self.words[place] in self.known.person_leads and self._names(place + 1)

    def _names(self, place: int) -> bool:
        word = self.words[place] if place < len(self.words) else ""
        known = self.known
        return bool(word) and not (word in known.anybody or word in known.function or word in known.hollow)
