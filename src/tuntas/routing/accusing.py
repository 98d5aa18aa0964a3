"""Whom a report is about: they see it no more, and where nobody else is left it goes to whoever stands above (law 6).

Naming somebody only ever adds. It is the last thing that a transaction does, because afterwards the very officer who
did it may be out of sight. docs/adr/0011 says who is covered, and what the counts tell.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import SYSTEM, Actor
from tuntas.kernel.refusals import Incomplete, OutOfTurn
from tuntas.lifecycle import advance, lock
from tuntas.organizations import closed_queues, superiors
from tuntas.organizations.models import Appointment, Officer, Supervision, Unit, UnitKind
from tuntas.reports import publishing
from tuntas.reports.models import Event, Report
from tuntas.reports.parts import end_parts
from tuntas.reports.states import FINAL, Party, State
from tuntas.routing import letters, queries, verifying
from tuntas.routing.models import TransferOffer

UNVERIFIED = frozenset({State.AWAITING_VERIFICATION, State.PENDING_INFO})


class Accused(NamedTuple):
    """Ids of the units and of the officers that a report is about."""

    units: frozenset[int]
    officers: frozenset[int]

    @classmethod
    def of(cls, report: Report) -> "Accused":
        known = list(report.conflicts.values_list("unit_id", "officer_id"))
        return cls(frozenset(unit for unit, _p in known if unit), frozenset(person for _u, person in known if person))

    def __or__(self, other: "Accused") -> "Accused":
        return Accused(self.units | other.units, self.officers | other.officers)


@dataclass(frozen=True, slots=True)
class Way:
    """Who may hold a report of these accused: `blind` units may not, with all below them."""

    accused: Accused
    blind: frozenset[int]
    queue: str
    on: datetime

    def is_open_to(self, unit: Unit) -> bool:
        """Whether somebody is left there who may see the report and act on it."""
        if self.is_blind(unit):
            return False
        if queries.handlers(unit.pk, *self.accused).free == 0:
            return False
        agency = unit.agency_id or unit.pk
        return agency == unit.pk or bool(self.queue) or queries.handlers(agency, *self.accused).free > 0

    def is_blind(self, unit: Unit) -> bool:
        return unit.kind != UnitKind.NATION and not self.blind.isdisjoint(unit.ancestry)

    def lost(self, unit: Unit) -> bool:
        """Whether a unit that holds the report now can do so no longer: an empty office was empty before."""
        left = queries.handlers(unit.pk, *self.accused)
        return self.is_blind(unit) or (left.everybody > 0 and left.free == 0)


@transaction.atomic
def name(
    report: Report,
    *,
    by: Actor,
    units: Sequence[Unit] = (),
    officers: Sequence[Officer] = (),
    reason: str,
    at: datetime | None = None,
    seen: int | None = None,
) -> Event:
    """Say whom the report is about; it becomes secret, and moves up when nobody who handles it is left.

    An officer stands for the present offices too: colleagues at one desk do not examine each other. reason: why an
    officer does so, for the reporter to read; of a reporter, who it is, for whoever examines it.
    Raises OutOfTurn when all were named before, Incomplete for the nation, and when nobody at all would be left.
    """
    lock(report)
    moment, before = at or timezone.now(), Accused.of(report)
    fresh = _with_their_offices(units, officers, on=moment)
    if fresh.units <= before.units and fresh.officers <= before.officers:
        raise OutOfTurn(
            _("Nothing changed."),
            why=_("The report was known to be about them, and they do not see it."),
        )
    if not report.is_confidential:
        why = "" if by.kind == "reporter" else reason
        verifying.protect(report, by=by, anonymous=False, confidential=True, reason=why, at=at, seen=seen)
        seen = None
    named = {"units": len(fresh.units), "officers": len(fresh.officers)}
    event = advance(
        report, "name_accused", by=by, at=at, seen=seen, note=reason.strip(), facts=named,
        brings={"accused": fresh.units | fresh.officers, "reason": reason.strip() or by.kind == "reporter"},
    )  # fmt: skip
    letters.withdraw(report, at=event.at)
    publishing.hide(report)
    _move_on(report, way_of(report, before | fresh, on=event.at), at=event.at)
    queries.name_accused(report.pk, units=fresh.units, officers=fresh.officers)
    return event


def way_of(report: Report, accused: Accused, *, on: datetime) -> Way:
    """Whoever sees a whole list but for one report can count it: so those whom the accused watch do not hold it."""
    watched = Supervision.objects.filter(supervisor__in=accused.units, valid_to=None)
    return Way(accused, accused.units | {*watched.values_list("supervised", flat=True)}, report.queue, on)


def _with_their_offices(units: Sequence[Unit], officers: Sequence[Officer], *, on: datetime) -> Accused:
    if any(unit.kind == UnitKind.NATION for unit in units):
        raise Incomplete(
            _("The national office cannot be left out."),
            why=_("Nobody stands above it: then nobody would see the report."),
            instead=_("Name the person, if it is about one of the national administrators."),
        )
    at_work = Appointment.objects.current(timezone.localdate(on)).filter(officer__in=officers)
    present = at_work.exclude(unit__kind=UnitKind.NATION).values_list("unit_id", flat=True)
    return Accused(frozenset({unit.pk for unit in units} | {*present}), frozenset(person.pk for person in officers))


def _move_on(report: Report, way: Way, *, at: datetime) -> None:
    """Give the report to the first who may see it, and end what an accused unit has part in."""
    asked = [unit for unit in (_proposed(report), report.arbiter) if unit is not None]
    if not way.lost(report.holder) and not any(way.is_blind(unit) for unit in asked):
        return
    owner = report.holder if not way.lost(report.holder) else _next_holder(report, way)
    advance(
        report,
        "pass_up" if report.state in UNVERIFIED or report.state in FINAL else "take_away",
        by=SYSTEM,
        at=at,
        brings={"owner": owner},
        facts={"owner": owner.name},
        changes={"lead": None, "arbiter": None},
    )
    end_parts(report, Party.LEAD, Party.SUPPORT, Party.PROPOSED, Party.ARBITER, at=at)
    TransferOffer.objects.filter(report=report, decision="").update(
        decision=TransferOffer.Decision.ENDED, decided_at=at, owner=owner
    )


def _proposed(report: Report) -> Unit | None:
    made = TransferOffer.objects.select_related("proposed").filter(report=report, decision="").first()
    return made.proposed if made else None


def _next_holder(report: Report, way: Way) -> Unit:
    """Supervision edges first, then parents, else the nation; of a closed queue the next office that keeps it."""
    found = next((unit for unit in _candidates(report, way) if way.is_open_to(unit)), None)
    if found is None:
        raise Incomplete(
            _("Nobody would be left to see this report."),
            why=_("Every national administrator is named in it, or stands in for somebody who is."),
            instead=_("Appoint another national administrator first. Nothing was changed."),
        )
    return found


def _candidates(report: Report, way: Way) -> Iterator[Unit]:
    agency = report.holder.agency or report.holder
    if report.queue:
        yield from closed_queues.desks_for(report.queue, agency, blind=way.blind, on=way.on.date())
    else:
        yield from (unit for unit in superiors.upward(report.holder) if unit.kind != UnitKind.NATION)
    yield superiors.nation()
