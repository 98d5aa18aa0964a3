"""Words that an office writes often, with blanks that ask for the facts (handbook 8.2 O1).

A template saves typing, not thinking: it must leave open what was done and when, and where, by whom or by what it is
shown; and no text goes to a reporter while a blank is left in it. What is filled in is still read by the gate
(`canned`), which counts how often a unit sent the same.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import Actor
from tuntas.followup.kinds import Step
from tuntas.followup.models import ReplyTemplate
from tuntas.kernel.refusals import Incomplete, NotYours, OutOfTurn
from tuntas.organizations.models import Role, Unit
from tuntas.reports.models import Report

AUTHORS = frozenset({Role.LIAISON_OFFICER, Role.UNIT_HEAD, Role.AGENCY_ADMIN, Role.NATIONAL_ADMIN})
STEPS = (Step.RESOLUTION, Step.PROGRESS)
BLANK = re.compile(r"\[([^\[\]\n]{2,60})\]")
# How a blank begins that asks for a fact, in small letters, in both languages.
FACTS: Mapping[str, tuple[str, ...]] = {
    "what": ("apa", "hasil", "jawaban", "what", "result", "answer"),
    "when": ("tanggal", "kapan", "hari", "when", "date", "day"),
    "where": ("di mana", "tempat", "lokasi", "where", "place"),
    "who": ("siapa", "oleh siapa", "petugas", "regu", "who", "by whom", "team"),
    "proof": ("bukti", "foto", "nomor", "surat", "dokumen", "proof", "photo", "number", "document"),
}
# What the page offers to begin with, in its own language.
OFFERED = (
    _("what was done"),
    _("date of the work"),
    _("place of the work"),
    _("who did it"),
    _("proof: photo or number"),
)


def blanks(text: str) -> list[str]:
    """The blanks of a template's text, each once, as they stand between the brackets."""
    return list(dict.fromkeys(found.strip() for found in BLANK.findall(text)))


def fact_of(blank: str) -> str:
    """Which fact a blank asks for; empty for another matter."""
    words = blank.lower().strip()
    return next((fact for fact, begins in FACTS.items() if words.startswith(begins)), "")


def left_open(text: str, unit: Unit) -> list[str]:
    """Blanks that still stand in a text of this office: those that ask for a fact, and those of its own templates.

    Brackets that are no blank, such as those around a word left out of a quotation, are none of our business.
    """
    found = blanks(text)
    if not found:
        return []
    own = {blank for words in _all_of(unit).values_list("text", flat=True) for blank in blanks(words)}
    return [blank for blank in found if fact_of(blank) or blank in own]


def demand_filled(text: str, report: Report) -> None:
    """Raise Incomplete while a blank is left."""
    if left := left_open(text, report.holder):
        raise Incomplete(
            _("There are blanks left in the text."),
            why=_("Not filled in yet: %(blanks)s.") % {"blanks": ", ".join(f"[{blank}]" for blank in left)},
            instead=_("Write the fact in the place of each blank, or take the sentence out. What you typed is kept."),
            kept={"text": text},
        )


def usable(unit: Unit, step: str) -> list[ReplyTemplate]:
    """What an officer of this office may begin with: its own templates first, then those of the units above it."""
    found = _all_of(unit).filter(step=step, ended_at=None)
    return list(found.select_related("unit").order_by("-unit__ancestry__len", "name", "pk"))


def of_office(unit: Unit) -> list[ReplyTemplate]:
    """Every template in use, its own and those of the units above it, with who made the version."""
    found = _all_of(unit).filter(ended_at=None)
    return list(found.select_related("unit", "made_by__officer").order_by("-unit__ancestry__len", "step", "name", "pk"))


def versions(series: UUID) -> list[ReplyTemplate]:
    """All versions of one template, the newest first."""
    found = ReplyTemplate.objects.filter(series=series)
    return list(found.select_related("unit", "made_by__officer", "ended_by__officer").order_by("-version"))


@transaction.atomic
def save(unit: Unit, *, by: Actor, name: str, step: str, text: str, series: UUID | None = None) -> ReplyTemplate:
    """A new template, or a new version of one. Raises Incomplete when it leaves too little to be filled in."""
    _must_write(unit, by)
    _demand_blanks(text)
    now, last = timezone.now(), None
    if series is not None:
        last = ReplyTemplate.objects.filter(series=series, unit=unit, ended_at=None).first()
        if last is None:
            raise OutOfTurn(
                _("This template is not in use any more."),
                why=_("A colleague changed it or took it out a moment ago."),
                instead=_("Look at the list, then write it again. What you typed is kept."),
                kept={"text": text},
            )
        _end(last, by)
    return ReplyTemplate.objects.create(
        series=series or uuid4(),
        version=last.version + 1 if last else 1,
        unit=unit,
        name=name.strip(),
        step=step,
        text=text.strip(),
        made_by_id=by.appointment or 0,
        made_at=now,
    )


@transaction.atomic
def take_out(template: ReplyTemplate, *, by: Actor) -> None:
    """It can no longer be chosen; its versions stay."""
    _must_write(template.unit, by)
    _end(template, by)


def _end(template: ReplyTemplate, by: Actor) -> None:
    ReplyTemplate.objects.filter(pk=template.pk, ended_at=None).update(ended_at=timezone.now(), ended_by=by.appointment)


def _all_of(unit: Unit) -> QuerySet[ReplyTemplate]:
    return ReplyTemplate.objects.filter(unit__in=unit.ancestry, unit__agency=unit.agency_id)


def _demand_blanks(text: str) -> None:
    asked = {fact_of(blank) for blank in blanks(text)}
    if {"what", "when"} <= asked and asked & {"where", "who", "proof"}:
        return
    raise Incomplete(
        _("This template leaves too little to be filled in."),
        why=" ".join(str(words) for words in _lacking(asked)),
        instead=_("A text that could be sent as it stands answers no report. What you typed is kept."),
        kept={"text": text},
    )


def _lacking(asked: Iterable[str]) -> Iterator[object]:
    if "what" not in asked:
        yield _("It needs a blank for what was done, such as [what was done].")
    if "when" not in asked:
        yield _("It needs a blank for the day, such as [date of the work].")
    if not {"where", "who", "proof"} & set(asked):
        yield _("It needs a blank for the place, for who did it, or for the proof.")


def _must_write(unit: Unit, by: Actor) -> None:
    if by.role not in AUTHORS or by.unit != unit.pk:
        raise NotYours(
            _("This template is not yours to change."),
            why=_("Templates are kept by the officers of the office that they belong to."),
            instead=_("Make one for your own office. Nothing was changed."),
        )
