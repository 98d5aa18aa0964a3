"""Which answers the head of an office reads first, because the office wants it so (handbook 8.2 O5).

The law's own cases are in `answering.needs_approval`, and stand whatever an office sets. A rule asks for a signature,
and never for more of the citizen's time: their clock runs on while a draft lies at the head's desk, and the head's own
clock, one working day, tells whose desk costs the days (`desks`). Where no head and no deputy is in office nobody
could sign, so a rule is silent there: no answer may wait for a person who does not exist (law 2).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import median

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import Actor
from tuntas.accounts import administering
from tuntas.clocks.models import Clock, Kind
from tuntas.followup.models import ApprovalRule
from tuntas.kernel.refusals import NotYours, OutOfTurn
from tuntas.organizations.models import Appointment, Role, Unit
from tuntas.reports.models import Report

MANY = 5  # reporters behind a report, from which on it is pressing
LOOKED_BACK = timedelta(days=90)
DECIDED = frozenset({"resolve", "progress", "return_draft"})  # what ends a draft's time at the head's desk


@dataclass(frozen=True, kw_only=True, slots=True)
class AtTheHead:
    """What approval cost an office lately. half, longest: time from the draft to the head's word; None without one.

    waiting: drafts that lie there now.
    """

    unit: Unit
    decided: int
    half: timedelta | None
    longest: timedelta | None
    waiting: int


def standing(unit: Unit) -> list[ApprovalRule]:
    """The rules in force for an office: its own, and those of the units above it in the same agency."""
    found = ApprovalRule.objects.filter(unit__in=unit.ancestry, unit__agency=unit.agency_id, ended_at=None)
    return list(found.select_related("unit", "made_by__officer").order_by("pk"))


def asks(report: Report, outcome: str, *, on: date) -> ApprovalRule | None:
    """The rule by which the head reads this answer first, or None; also None where nobody could approve it."""
    found = next((rule for rule in standing(report.holder) if _fits(rule, report, outcome)), None)
    return found if found is not None and heads_of(report.holder, on=on) else None


def heads_of(unit: Unit, *, on: date | None = None) -> list[Appointment]:
    """Who may approve for an office: its head or a deputy, else those of the units above it in the same agency."""
    held = Appointment.objects.current(on).filter(
        role=Role.UNIT_HEAD, unit__in=unit.ancestry, unit__agency=unit.agency_id
    )
    return list(held.select_related("officer", "unit", "deputy_for__officer").order_by("-unit__ancestry__len", "pk"))


@transaction.atomic
def add(unit: Unit, *, by: Actor, report_class: str = "", outcome: str = "", pressing: str = "") -> ApprovalRule:
    """Ask for the head's word on these answers of an office and all below it. Raises NotYours beyond the own part."""
    _must_keep(unit, by)
    try:
        with transaction.atomic():
            return ApprovalRule.objects.create(
                unit=unit,
                report_class=report_class,
                outcome=outcome,
                pressing=pressing,
                made_by_id=by.appointment or 0,
                made_at=timezone.now(),
            )
    except IntegrityError:
        raise OutOfTurn(
            _("This rule is in force already."), why=_("The same answers of this office go to its head already.")
        ) from None


@transaction.atomic
def end(rule: ApprovalRule, *, by: Actor) -> None:
    """From now on these answers go out without the head. A draft that waits goes on waiting for the head's word."""
    _must_keep(rule.unit, by)
    ApprovalRule.objects.filter(pk=rule.pk, ended_at=None).update(ended_at=timezone.now(), ended_by=by.appointment)


def at_the_head(units: Iterable[Unit], *, now: datetime | None = None) -> list[AtTheHead]:
    """What approval cost each office in the last 90 days, the slowest first; offices without a draft are left out."""
    moment = now or timezone.now()
    by_unit: dict[int, list[Clock]] = {}
    clocks = Clock.objects.filter(kind=Kind.APPROVAL, owner__in=[unit.pk for unit in units])
    for clock in clocks.filter(started_at__gte=moment - LOOKED_BACK) | clocks.filter(stopped_at=None):
        by_unit.setdefault(clock.owner_id or 0, []).append(clock)
    made = [_cost(unit, by_unit[unit.pk]) for unit in units if unit.pk in by_unit]
    return sorted(made, key=lambda cost: (-(cost.half or timedelta(0)), -cost.waiting, cost.unit.name))


def _cost(unit: Unit, clocks: list[Clock]) -> AtTheHead:
    took = [clock.stopped_at - clock.started_at for clock in clocks if clock.stopped_at and clock.stopped_by in DECIDED]
    return AtTheHead(
        unit=unit,
        decided=len(took),
        half=timedelta(seconds=median(each.total_seconds() for each in took)) if took else None,
        longest=max(took, default=None),
        waiting=sum(clock.stopped_at is None for clock in clocks),
    )


def _fits(rule: ApprovalRule, report: Report, outcome: str) -> bool:
    pressing: Mapping[str, bool] = {
        "": True,
        ApprovalRule.Pressing.ESCALATED: report.escalation > 0,
        ApprovalRule.Pressing.MANY: report.weight >= MANY,
    }
    return rule.report_class in {"", report.report_class} and rule.outcome in {"", outcome} and pressing[rule.pressing]


def _must_keep(unit: Unit, by: Actor) -> None:
    if not administering.units_of(by).filter(pk=unit.pk).exists():
        raise NotYours(
            _("This office is not yours to set up."),
            why=_("An agency administrator decides it for the own agency and the offices below it."),
            instead=_("Ask the administrator of that agency. Nothing was changed."),
        )
