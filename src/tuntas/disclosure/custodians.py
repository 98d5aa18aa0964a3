"""Who decides whether an identity may be opened: a custodian of another organisation than the one that asks.

Looked for along the supervision of the holder's agency first, then upwards, in the end at the nation.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from tuntas.disclosure import queries
from tuntas.kernel.refusals import OutOfTurn
from tuntas.organizations.models import Supervision, Unit, UnitKind
from tuntas.reports.models import Report


def choose(report: Report, asker: int, *, at: datetime) -> Unit:
    """The unit whose custodian is to decide. asker: an appointment. Raises OutOfTurn when nobody else can."""
    for unit in _units(report):
        if queries.second_persons(asker=asker, unit=unit.pk, report=report.pk, at=at):
            return unit
    raise OutOfTurn(
        _("Nobody can decide on this now."),
        why=_("No custodian of identities is appointed in another organisation."),
        instead=_("Write to the reporter through the report, or ask the national administrator to appoint one."),
    )


def _units(report: Report) -> Iterator[Unit]:
    """Supervisors of the holder's agency, then what lies above it, then the nation; each once."""
    above: Sequence[int] = report.holder.ancestry
    edges = Supervision.objects.filter(supervised__in=above, valid_to=None).order_by("pk")
    found = [edge.supervisor_id for edge in edges] + list(reversed(above))
    found += list(Unit.objects.filter(kind=UnitKind.NATION).values_list("pk", flat=True))
    units = Unit.objects.in_bulk(found)
    yield from (units[pk] for pk in dict.fromkeys(found) if pk in units)
