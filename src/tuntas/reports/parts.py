"""Which units take part in a report, as what, since when: what they may see follows from it (row-level security)."""

from datetime import datetime

from tuntas.organizations.models import Unit
from tuntas.reports.models import Report, ReportUnit
from tuntas.reports.states import Party


def take_part(report: Report, unit: Unit, part: Party, *, at: datetime) -> None:
    """Let a unit see the report in this part; taking part again clears the end."""
    ReportUnit.objects.update_or_create(
        report=report, unit=unit, part=part, defaults={"until": None}, create_defaults={"since": at, "until": None}
    )


def end_parts(report: Report, *parts: Party, at: datetime) -> None:
    """Nobody has these parts any more. What a unit saw it goes on seeing: it may have to answer for it."""
    report.units.filter(part__in=parts, until=None).update(until=at)
