"""Judges what somebody answered in a practice case, by the code that decides in earnest, and touches nothing.

A case is data and an answer is forgotten: there is no practice register that could be mixed up with the real one. The
database itself refuses to write while a case is judged (`practising`), so no count, log, letter or page can change.
Decided in docs/adr/0026-practice-that-cannot-write.md.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from tuntas.clocks.models import Kind as ClockKind
from tuntas.clocks.policies import calendar_of, policy_for, unit_of
from tuntas.followup import canned, evidence
from tuntas.followup.evidence import Photo
from tuntas.followup.kinds import Kind, Step
from tuntas.introduction import queries
from tuntas.introduction.cases import Case
from tuntas.lifecycle import MOVES
from tuntas.organizations.models import Category, Unit
from tuntas.reports.models import Report
from tuntas.reports.redaction.finding import find
from tuntas.routing import duplicates
from tuntas.routing.suggesting import suggest_category
from tuntas.routing.verifying import closed_queue_of
from tuntas.web import times

METRE = 1 / 111_320  # degrees of latitude

Words = Any  # str, or a lazy translation of one


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing said about the answer. tone: done, late, or empty for what is merely told."""

    words: Words
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the answer would do, and everything that the rules say about it."""

    is_right: bool
    remarks: Sequence[Remark]


@contextmanager
def practising() -> Iterator[None]:
    """Nothing inside can write: the database refuses it, and what would have been written is rolled back."""
    with transaction.atomic():
        queries.forbid_writing()
        try:
            yield
        finally:
            transaction.set_rollback(True)


def judge(case: Case, given: Mapping[str, Any], *, unit: Unit, role: str) -> Verdict:
    """What the rules say about an answer. given: the cleaned form; unit, role: of the officer who practises."""
    judges = {"verify": _verify, "duplicate": _duplicate, "move": _move, "answer": _answer}
    with practising():
        remarks = list(judges[case.kind](case, given, unit, role))
    return Verdict(all(remark.tone != "late" for remark in remarks), remarks)


def _verify(case: Case, given: Mapping[str, Any], unit: Unit, _role: str) -> Iterator[Remark]:
    expected, now = case.asked["expected"], timezone.now()
    report_class, category = str(given["report_class"]), given["category"]
    yield _right(_("The class is right."), _("Another class fits better."), when=report_class == expected["class"])
    guess = suggest_category("", case.report, on=timezone.localdate())
    if guess.categories:
        best = guess.categories[0]
        told = {"category": _named(best.category), "words": ", ".join(best.words)}
        yield Remark(_("The suggestion would be “%(category)s”: the text says %(words)s.") % told)
    if wanted := expected["category"]:
        fits = category.code == wanted or category.code.startswith(f"{wanted}-")
        yield _right(_("The category is right."), _("Another category fits better."), when=fits)
    policy = policy_for("resolve", report_class=report_class, agency_id=unit.agency_id, at=now)
    due = calendar_of(unit).due(now, policy.length, unit_of(policy))
    yield Remark(
        _("With this class the answer would be due by %(day)s (%(source)s).")
        % {"day": times.last_day(due), "source": policy.legal_source}
    )
    if closed_queue_of(report_class, category):
        yield Remark(_("It goes to a closed queue: nobody else reads the text."))
    finds = [each for each in find(str(given["public_text"])) if each.is_sure]
    for each in finds:
        yield Remark(_("The public text still shows “%(what)s”.") % {"what": each.text}, "late")
    if not finds and given["public_text"]:
        yield Remark(_("The public text gives nobody away."), "done")


def _duplicate(case: Case, given: Mapping[str, Any], _unit: Unit, _role: str) -> Iterator[Remark]:
    now = timezone.now()
    first = Report(received_at=now - timedelta(days=case.asked["days"]), latitude=-7.0, longitude=112.0)
    second = Report(received_at=now, latitude=-7.0 + case.asked["metres"] * METRE, longitude=112.0)
    found = duplicates.judge(second, duplicates.telling(case.asked["other"]), first, "", case.report)
    yield _right(
        _("That is how an experienced officer decides."),
        _("An experienced officer decides otherwise."),
        when=given["same"] == case.asked["expected"],
    )
    offered = found.likeness >= duplicates.LEAST
    told = _("The like reports would show it to you.") if offered else _("The like reports would not show it to you.")
    yield Remark(told)
    yield from (Remark(reason) for reason in found.reasons)


def _move(case: Case, given: Mapping[str, Any], _unit: Unit, role: str) -> Iterator[Remark]:
    chosen = MOVES[str(given["move"])]
    yield _right(
        _("That is the way."),
        _("That does not bring the report further."),
        when=chosen.name == case.asked["expected"],
    )
    if role not in chosen.by:
        yield Remark(_("By the timetable your role may not do this."), "late")
    stops = [str(ClockKind(kind).label) for kind in chosen.stops if kind in ClockKind.values]
    pauses = [str(ClockKind(kind).label) for kind in chosen.pauses if kind in ClockKind.values]
    if stops:
        yield Remark(_("By the timetable it stops: %(clocks)s.") % {"clocks": ", ".join(stops)})
    if pauses:
        yield Remark(_("By the timetable these wait meanwhile: %(clocks)s.") % {"clocks": ", ".join(pauses)})
    if not stops and not pauses:
        yield Remark(_("By the timetable it stops no time limit."))
    if "reporter" in chosen.tells:
        yield Remark(_("The reporter is told."))


def _answer(case: Case, given: Mapping[str, Any], _unit: Unit, _role: str) -> Iterator[Remark]:
    photos = {
        field: [Photo(taken_on=given["done_on"], place=given["done_at_place"])] if given[field] else []
        for field in ("photos_before", "photos_after")
    }
    kind = given["kind"] if given["kind"] in Kind.values else Kind.ANSWER
    verdict = canned.judge(
        given["text"], report_text=case.report, step=Step.RESOLUTION, kind=kind, has_evidence=any(photos.values())
    )
    words = {
        canned.Judgement.SUBSTANTIVE: Remark(_("This reads like a follow-up."), "done"),
        canned.Judgement.CANNED: Remark(
            _("This reads like a ready-made reply. It does not answer the report yet."), "late"
        ),
        canned.Judgement.UNSURE: Remark(_("Not clear yet whether this answers the report.")),
    }
    yield words[verdict.verdict]
    yield from (Remark(reason.sentence) for reason in verdict.reasons)
    yield from (Remark(each.sentence) for each in verdict.missing)
    brought = {**given, **photos, "today": timezone.localdate()}
    lacks = evidence.missing(given["outcome"], kind, brought)
    yield from (Remark(lack.sentence, "late") for lack in lacks)
    if not lacks:
        yield Remark(_("All the proof that this outcome needs is there."), "done")


def _right(yes: Words, no: Words, *, when: bool) -> Remark:
    return Remark(yes, "done") if when else Remark(no, "late")


def _named(category: Category) -> str:
    return category.name_en if category.name_en and (get_language() or "id").startswith("en") else category.name
