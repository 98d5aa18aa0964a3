"""Writes a report's state and the entry of its history together.

The other two writers of state, the one-statement intake and the COPY import, leave the same rows; a test compares them.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from tuntas.access.actors import Actor
from tuntas.organizations.models import Unit
from tuntas.reports import queries
from tuntas.reports.models import Audience, Event, Report, ReportUnit
from tuntas.reports.parts import take_part
from tuntas.reports.states import FINAL, Party


def write(
    report: Report,
    verb: str,
    *,
    to: str,
    by: Actor,
    at: datetime,
    holder: Unit,
    audience: Audience,
    note: str = "",
    facts: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None,
) -> Event:
    """Move `report` and append the event that says so, in the caller's transaction.

    The caller has locked the row. changes: other columns of the report that this move settles.
    at: never before the last entry, whatever a clock that rang late or another machine's watch says; the books
    (insight) read the history by time.
    """
    before = (report.state, report.agency_id)
    at = max(at, report.received_at, queries.last_moment(report.pk) or at)
    if holder.pk != report.holder_id:
        hand_over(report, holder, at=at)
    for column, value in (changes or {}).items():
        setattr(report, column, value)
    report.state, report.agency_id = to, holder.agency_id
    report.decided_at = (report.decided_at or at) if to in FINAL else None
    event = Event.objects.create(
        report=report,
        at=at,
        verb=verb,
        from_state=before[0],
        to_state=to,
        from_agency_id=before[1],
        to_agency_id=report.agency_id,
        holder=holder,
        actor_kind=by.kind,
        actor_role=by.role,
        appointment_id=by.appointment,
        unit_id=by.unit,
        audience=audience,
        note=note,
        facts=dict(facts or {}),
    )
    report.last_event_id = event.pk
    report.save()
    return event


def hand_over(report: Report, holder: Unit, *, at: datetime) -> None:
    """The new holder takes part before the old one stops: nobody is ever without a holder (law 2)."""
    take_part(report, holder, Party.HOLDER, at=at)
    ReportUnit.objects.filter(report=report, part=Party.HOLDER, until=None).exclude(unit=holder).update(until=at)
    report.holder, report.holder_since = holder, at
