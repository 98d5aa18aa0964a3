"""Handing a verified report to the unit that leads, with those that support it (T7, R000-21, R001-13)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import Actor
from tuntas.kernel.refusals import Incomplete, NotYours
from tuntas.lifecycle import advance, lock
from tuntas.notices import telling
from tuntas.organizations import closed_queues
from tuntas.organizations.models import Role, Unit
from tuntas.reports.models import Report
from tuntas.reports.parts import end_parts, take_part
from tuntas.reports.states import Party, Queue
from tuntas.routing.models import Disposition


@transaction.atomic
def dispose(
    report: Report,
    *,
    by: Actor,
    lead: Unit | None,
    supporting: Sequence[Unit] = (),
    note: str = "",
    at: datetime | None = None,
    seen: int | None = None,
) -> Disposition:
    """One lead unit holds the report from here; supporting units of any agency see it and are told.

    The lead is a unit below the holder, or the holder itself ("Kelola"). A unit elsewhere is asked by an offer, so that
    nobody is handed a duty across agencies without a word; a national administrator may hand it to any unit.
    """
    lock(report)
    if lead is not None and by.role != Role.NATIONAL_ADMIN and not report.holder.oversees(lead):
        raise NotYours(
            _("This unit does not belong to your agency."),
            why=_("“%(unit)s” decides for itself what it takes.") % {"unit": lead.name},
            instead=_("Offer the report to it, with the legal ground."),
            kept={"note": note},
        )
    _within_the_queue(report, [lead, *supporting], note)
    event = advance(
        report,
        "dispose",
        by=by,
        at=at,
        seen=seen,
        note=note.strip(),
        brings={"lead": lead},
        facts={"lead": lead.name if lead else "", "supporting": [unit.name for unit in supporting]},
        changes={"lead": lead},
    )
    if lead is None:
        raise AssertionError("advance() lets no disposition without a lead pass")
    beside = [unit for unit in supporting if unit.pk != lead.pk]
    made = Disposition.objects.create(report=report, event=event, lead=lead, note=note.strip())
    made.supporting.set(beside)
    end_parts(report, Party.LEAD, Party.SUPPORT, at=event.at)
    take_part(report, lead, Party.LEAD, at=event.at)
    for unit in beside:
        take_part(report, unit, Party.SUPPORT, at=event.at)
    telling.tell(event, [], also=[telling.Receiver(unit=unit.pk) for unit in beside])
    return made


def _within_the_queue(report: Report, units: Sequence[Unit | None], note: str) -> None:
    """What is for the protection of women and children goes to nobody else, and what is examined to no supporter."""
    lead, *supporting = units
    outside = [unit for unit in supporting if unit is not None and not closed_queues.keeps(unit, report.queue)]
    if report.queue == Queue.WOMEN_AND_CHILDREN and lead is not None and not closed_queues.keeps(lead, report.queue):
        outside.insert(0, lead)
    if report.queue and outside:
        raise Incomplete(
            _("This unit cannot take part."),
            why=_("The report lies in a closed queue: nobody outside the office that keeps it reads it.")
            + f" {outside[0].name}.",
            instead=_("Choose an office that keeps this queue, or tell the others what they need in other words."),
            kept={"note": note},
        )
