"""Who decides whether an identity may be opened: a custodian of another organisation than the one that asks.

Looked for along the supervision of the holder's agency first, then upwards, in the end at the nation.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.kernel.refusals import OutOfTurn
from tuntas.organizations.models import Appointment, Officer, Role, Supervision, Unit, UnitKind
from tuntas.reports.models import Report


def choose(report: Report, asker: Appointment, *, at: datetime) -> Unit:
    """The unit whose custodian is to decide. Raises OutOfTurn when nobody of another organisation can."""
    closed = {asker.unit.agency_id, report.holder.agency_id, report.agency_id}
    for unit in _units(report):
        if unit.agency_id not in closed and not report.is_about(unit) and able(report, unit, asker, at=at):
            return unit
    raise OutOfTurn(
        _("Nobody can decide on this now."),
        why=_("No custodian of identities is appointed in another organisation."),
        instead=_("Write to the reporter through the report, or ask the national administrator to appoint one."),
    )


def able(report: Report, unit: Unit, asker: Appointment, *, at: datetime) -> list[Appointment]:
    """The custodians of a unit who may decide: in office that day, another person, and not accused themselves."""
    held = Appointment.objects.current(timezone.localdate(at)).filter(unit=unit, role=Role.CUSTODIAN)
    accused = set(report.conflicts.exclude(officer_id=None).values_list("officer_id", flat=True))
    return [
        one
        for one in held.select_related("officer", "unit")
        if not same_person(one.officer, asker.officer) and one.officer_id not in accused
    ]


def same_person(one: Officer, other: Officer) -> bool:
    """Whether two accounts may be one person: the same account, mailbox or name. The database asks the same."""
    mails = {one.email.strip().casefold(), other.email.strip().casefold()}
    names = {" ".join(officer.name.split()).casefold() for officer in (one, other)}
    return one.pk == other.pk or (len(mails) == 1 and mails != {""}) or len(names) == 1


def _units(report: Report) -> Iterator[Unit]:
    """Supervisors of the holder's agency, then what lies above it, then the nation; each once."""
    above: Sequence[int] = report.holder.ancestry
    edges = Supervision.objects.filter(supervised__in=above, valid_to=None).order_by("pk")
    found = [edge.supervisor_id for edge in edges] + list(reversed(above))
    found += list(Unit.objects.filter(kind=UnitKind.NATION).values_list("pk", flat=True))
    units = Unit.objects.in_bulk(found)
    yield from (units[pk] for pk in dict.fromkeys(found) if pk in units)
