"""What those above may do about an answer: close it, order it opened again, tell the superior (T15, T17, T22).

Closing by an administrator is a finish of its own, never added to those that a reporter accepted (law 5).
"""

from datetime import datetime

from django.db import transaction

from tuntas.access.actors import Actor
from tuntas.lifecycle import advance, lock
from tuntas.reports.models import Event, Report
from tuntas.reports.states import Finish


def close(report: Report, *, by: Actor, reason: str, at: datetime | None = None, seen: int | None = None) -> Event:
    """The national administrator ends the wait for the reporter's word, with a reason (T15)."""
    return advance(
        report,
        "close",
        by=by,
        at=at,
        seen=seen,
        note=reason.strip(),
        brings={"reason": reason.strip()},
        changes={"finish": Finish.ADMIN},
    )


def order_reopening(
    report: Report, *, by: Actor, reason: str, at: datetime | None = None, seen: int | None = None
) -> Event:
    """A supervisor or the national administrator has a finished report opened again; it counts as reopened (T17)."""
    return advance(
        report, "order_reopening", by=by, at=at, seen=seen, note=reason.strip(), brings={"reason": reason.strip()}
    )


@transaction.atomic
def escalate(report: Report, *, by: Actor, reason: str, at: datetime | None = None, seen: int | None = None) -> Event:
    """A supervisor puts an open report before the superior of its holder (T22)."""
    lock(report)
    return advance(
        report,
        "escalate",
        by=by,
        at=at,
        seen=seen,
        note=reason.strip(),
        brings={"reason": reason.strip()},
        facts={"level": report.escalation + 1},
        changes={"escalation": report.escalation + 1},
    )
