"""A short survey when a report has ended: whether it dealt with the problem, and some of the nine service elements.

Elements, codes and the scale of one to four: PermenPANRB 14/2017 (survei kepuasan masyarakat); the pack says which are
asked. Everything may be skipped but that one thing is answered. Said once; no officer reads a single answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from tuntas.followup.models import Survey
from tuntas.kernel.packs import Row, pack, rows
from tuntas.kernel.refusals import Incomplete, OutOfTurn
from tuntas.reports.codes import Words
from tuntas.reports.models import Report

WORST, BEST = 1, 4  # the marks of the decree


@dataclass(frozen=True, slots=True)
class Element:
    """One of the nine elements. is_asked: whether our short survey has its question."""

    code: str
    name: Words
    question: Words
    is_asked: bool


@cache
def elements() -> Mapping[str, Element]:
    """All nine by code, in the decree's order."""
    needs = ("code", "asked", "element_id", "element_en", "question_id", "question_en")
    return {row.text("code"): _element(row) for row in rows(pack("survey/skm.csv"), needs=needs)}


def is_open(report: Report) -> bool:
    """Whether the reporter may still answer: the report has ended and nothing was said yet. Call in their sight."""
    return not report.is_open and not Survey.objects.filter(report=report).exists()


def answer(report: Report, *, answered: str, marks: Mapping[str, int], at: datetime | None = None) -> Survey:
    """Keep what the reporter said. Call in the sight of the reporter who proved the code.

    answered: one of Survey.Answered, or empty; marks: 1 to 4 by element. Raises Incomplete when nothing was said or a
    mark is none, OutOfTurn while the report is open and for a second time.
    """
    if report.is_open:
        raise OutOfTurn(_("The report has not ended yet."), why=_("The survey is about its end."))
    wrong = [code for code, mark in marks.items() if code not in elements() or not WORST <= mark <= BEST]
    if wrong or answered not in {"", *Survey.Answered.values}:
        raise Incomplete(_("Choose one of the answers."), why=_("Another cannot be counted."))
    if not answered and not marks:
        raise Incomplete(_("Answer at least one question."), why=_("An empty survey says nothing."))
    try:
        with transaction.atomic():
            return Survey.objects.create(report=report, answered=answered, marks=dict(marks), at=at or timezone.now())
    except IntegrityError:
        raise OutOfTurn(
            _("You have answered the survey already."), why=_("Each report counts once. Your first answers stand.")
        ) from None


def _element(row: Row) -> Element:
    return Element(row.text("code"), Words.of(row, "element"), Words.of(row, "question"), row.is_yes("asked"))
