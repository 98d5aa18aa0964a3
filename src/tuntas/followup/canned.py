"""Tells a canned reply from a follow-up, and says by what it told.

"Thank you, we will follow up" satisfies the software and not the citizen (article 004, handbook 3.8 and 8.1 C1).
`judge` proposes; it decides nothing: an acknowledgement is never held back and never stops a clock, and an officer
can appeal every block (design laws 4 and 9). Pure: no database, no clock, no network.
Method, figures and limits: docs/canned-replies.md. Points and thresholds: src/tuntas/packs/replies/points.toml.
"""

import math
import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from importlib.resources import files
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tuntas.followup.canned_signals import COMPARED, Earlier, Signals, collapse, read
from tuntas.followup.canned_words import cues, template_of
from tuntas.followup.evidence import Words
from tuntas.followup.kinds import Kind, Step

__all__ = ["Earlier", "Judgement", "Reason", "Verdict", "collapse", "explain", "judge", "template_of"]


class Judgement(StrEnum):
    """What the gate thinks of a text."""

    SUBSTANTIVE = "substantive"
    CANNED = "canned"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why the score is what it is. `points` above zero speak for canned, below zero for a follow-up."""

    code: str
    sentence: Words
    points: float = 0.0
    count: int = 0

    @property
    def stored(self) -> str:
        """The code with its count, from which `explain` makes the sentence again."""
        return f"{self.code}:{self.count}" if self.count else self.code


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The gate's opinion of one text, with its grounds."""

    verdict: Judgement
    score: float  # 0..1: how probable it is that a reader would call this text canned
    blocks: bool  # whether this step may not be sent with this text, unless the officer appeals
    reasons: tuple[Reason, ...]
    missing: tuple[Reason, ...]  # what would make it a follow-up
    version: str  # of points and cue words, to be kept with the officer's decision (design law 9)


# Weighing ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Point:
    """So many points for each thing counted, up to so many things."""

    each: float
    most: int

    def of(self, count: float) -> float:
        return self.each * min(count, self.most)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scale:
    """The hand-set points, their calibration and the two thresholds."""

    version: str
    base: float
    points: Mapping[str, Point]
    slope: float
    offset: float
    block: float
    passing: float

    def score(self, total: float) -> float:
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, self.slope * total + self.offset))))


@lru_cache(maxsize=1)
def scale() -> Scale:
    """The shipped points, read once per process."""
    text = files("tuntas").joinpath("packs/replies/points.toml").read_text(encoding="utf-8")
    return build_scale(tomllib.loads(text))


def build_scale(pack: Mapping[str, Any]) -> Scale:
    """A scale from a parsed pack. Raises KeyError or ValueError when it does not name exactly what is counted."""
    points = {name: Point(float(row["each"]), int(row["most"])) for name, row in pack["points"].items()}
    if points.keys() != counted(Signals()).keys():
        raise ValueError(f"the points must name {sorted(counted(Signals()))}, not {sorted(points)}")
    return Scale(
        version=pack["version"],
        base=float(pack["base"]),
        points=points,
        slope=float(pack["calibration"]["slope"]),
        offset=float(pack["calibration"]["offset"]),
        block=float(pack["thresholds"]["block"]),
        passing=float(pack["thresholds"]["pass"]),
    )


def counted(signals: Signals) -> dict[str, float]:
    """The signals as the points see them, by the names of points.toml."""
    repeated = math.log2(1 + signals.times) / math.log2(1 + COMPARED)
    plain = ("courtesy", "promise", "pass_on", "procedure", "reason", "action", "plan", "date", "number")
    return {
        **{name: float(getattr(signals, name)) for name in (*plain, "document", "place", "person")},
        "repeated": repeated,
        "repeated_bare": repeated * (not signals.tells),
        "says_nothing": float(not (signals.new or signals.facts or signals.procedure)),
        "new_words": float(len(signals.new)),
        "taken_up": float(len(signals.shared)),
        "evidence": float(signals.has_evidence),
    }


def weigh(signals: Signals, by: Scale) -> dict[str, float]:
    """Points per name, without the base."""
    return {name: by.points[name].of(count) for name, count in counted(signals).items()}


# Judging ------------------------------------------------------------------------------------------------


def judge(
    reply: str,
    *,
    report_text: str = "",
    earlier: Collection[Earlier] = (),
    step: Step | str,
    kind: Kind | str = Kind.ANSWER,
    has_evidence: bool = False,
    own_names: str = "",
) -> Verdict:
    """What the gate thinks of a reply, why, and what would make it a follow-up.

    earlier: `collapse` of the unit's latest replies to OTHER reports (at most 200 are useful).
    own_names: the agency's own name and products; naming oneself says nothing new.
    Never raises, whatever the text; the same call always gives the same verdict. An acknowledgement is never blocked
    (design law 4). Requirements R004-12, R004-21; handbook 3.3 T11, 8.1 C1.
    """
    step, kind, known = Step(step), Kind(kind), scale()
    signals = read(reply, report_text=report_text, earlier=earlier, has_evidence=has_evidence, own_names=own_names)
    points = weigh(signals, known)
    score = known.score(known.base + sum(points.values())) if signals.said else 1.0
    verdict = _verdict(score, signals, known)
    return Verdict(
        verdict=verdict,
        score=round(score, 4),
        blocks=verdict == Judgement.CANNED and step != Step.ACKNOWLEDGEMENT,
        reasons=tuple(_reasons(signals, points)),
        missing=tuple(_missing(signals, step, kind)) if verdict != Judgement.SUBSTANTIVE else (),
        version=f"{known.version}/{cues().version}",
    )


def _verdict(score: float, signals: Signals, known: Scale) -> Judgement:
    if score >= known.block:
        return Judgement.CANNED
    if score <= known.passing and signals.tells:
        return Judgement.SUBSTANTIVE
    return Judgement.UNSURE


def _times_sentence(times: int) -> str:
    return ngettext(
        "This text was sent %(times)d time for another report.",
        "This text was sent %(times)d times for other reports.",
        times,
    ) % {"times": times}


_times_words = lazy(_times_sentence, str)

_SENTENCES: Mapping[str, Words] = {
    "nothing_said": _("There are no words in it beyond the greeting."),
    "promises_only": _("It only promises. Nothing in it is done or has a date."),
    "promises": _("Part of it is a promise without work or date."),
    "sends_elsewhere": _("It sends the person elsewhere or asks them to write again."),
    "courtesy": _("Thanks and apologies say nothing of the matter."),
    "no_fact": _("It names no date, place, number, reason or finished work."),
    "nothing_of_the_report": _("It takes up nothing of what the report says."),
    "copies_the_report": _("Part of it is copied from the report. The reporter knows that part."),
    "asks": _("It asks the reporter something. Use the question to the reporter instead: then the time limit waits."),
    "names_work_done": _("It names work that was done."),
    "names_plan": _("It names work to come, with a date."),
    "gives_reason": _("It gives a reason."),
    "gives_way": _("It says how, where or with which papers."),
    "names_document": _("It names a letter, a decision or a rule."),
    "has_date": _("It gives a date."),
    "has_place": _("It names a place."),
    "names_person": _("It names who is in charge."),
    "has_number": _("It gives a number or an amount."),
    "has_evidence": _("A photo or document is attached."),
    "fits_the_report": _("It takes up what the report says."),
    "own_words": _("It says something that a canned text would not say."),
}


def explain(stored: str) -> Words:
    """The sentence of a reason kept by `Reason.stored`; of an unknown one its code: old records stay readable."""
    code, _colon, count = stored.partition(":")
    if code == "sent_before":
        return _times_words(int(count) if count.isdecimal() else 1)
    return _SENTENCES.get(code) or _MISSING.get(code) or code


_GOOD = {
    "action": "names_work_done",
    "plan": "names_plan",
    "reason": "gives_reason",
    "procedure": "gives_way",
    "document": "names_document",
    "date": "has_date",
    "place": "has_place",
    "number": "has_number",
    "person": "names_person",
    "evidence": "has_evidence",
    "taken_up": "fits_the_report",
    "new_words": "own_words",
}


def _reason(code: str, points: float = 0.0) -> Reason:
    return Reason(code, _SENTENCES[code], round(points, 2))


def _reasons(signals: Signals, points: Mapping[str, float]) -> Iterator[Reason]:
    """Against first, then for; with the base their points add up to the total, so that nothing is weighed unseen."""
    if not signals.said:
        yield _reason("nothing_said", 1.0)
        return
    if signals.times:
        yield Reason(
            "sent_before",
            _times_words(signals.times),
            round(points["repeated"] + points["repeated_bare"], 2),
            signals.times,
        )
    yield from _against(signals, points)
    for name, code in _GOOD.items():
        if points[name]:
            yield _reason(code, points[name])


def _against(signals: Signals, points: Mapping[str, float]) -> Iterator[Reason]:
    empty = not signals.facts and not signals.procedure
    telling = {
        "promises_only": bool(signals.promise) and empty,
        "promises": bool(signals.promise) and not empty,
        "sends_elsewhere": bool(signals.pass_on),
        "courtesy": bool(signals.courtesy),
        "no_fact": empty,
        "nothing_of_the_report": signals.report_words >= 3 and not signals.shared,
        "copies_the_report": bool(signals.copied),
        "asks": signals.asks,
    }
    brought = {
        "promises_only": "promise",
        "promises": "promise",
        "sends_elsewhere": "pass_on",
        "courtesy": "courtesy",
        "no_fact": "says_nothing",
    }
    for code, tells in telling.items():
        if tells:
            yield _reason(code, points[brought[code]] if code in brought else 0.0)


_MISSING: Mapping[str, Words] = {
    "what": _("What was done, or what was found?"),
    "answer": _("What is the answer to the question in the report?"),
    "when": _("When was it done, or on which date will it be done?"),
    "who": _("Who did it: which team, office or person in charge?"),
    "where": _("Where was it done?"),
    "proof": _("What shows it? Add a photo or a document."),
    "document": _("Which letter or decision is it: its number and date?"),
    "reason": _("Why was it decided so?"),
}


def _missing(signals: Signals, step: Step, kind: Kind) -> Iterator[Reason]:
    """The questions that are still open for this kind of follow-up; none for an acknowledgement."""
    if step == Step.ACKNOWLEDGEMENT:
        return
    done = bool(signals.action or signals.plan)
    told = signals.tells
    when, who, where = bool(signals.date), bool(signals.person), bool(signals.place)
    asked = {
        Kind.ANSWER: {"answer": told},
        Kind.FIELD_ACTION: {"what": done, "when": when, "who": who, "where": where, "proof": signals.has_evidence},
        Kind.DOCUMENT: {"what": told, "document": bool(signals.document), "when": when},
        Kind.DECISION: {"what": told, "reason": bool(signals.reason), "document": bool(signals.document)},
    }
    for code, there in asked[kind].items():
        if not there:
            yield Reason(code, _MISSING[code])
