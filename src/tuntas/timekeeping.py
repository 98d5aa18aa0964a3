"""What happens by itself when a clock rings: reminders at 50 and 80 per cent, and the end of the time at 100.

Each ring happens once, even with two workers: the report is locked first, as by everybody who acts on one, and its
clock moves on in the same transaction as the effect. Sources: handbook 3.3 (T6, T9, T13, T15, T22), 3.6 (escalation
ladder), design 3b.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError, transaction
from django.utils import timezone

from tuntas.access.actors import SYSTEM, acting
from tuntas.clocks.following import REMINDERS, calendar_for, next_ring
from tuntas.clocks.models import DUTIES, Clock, Kind
from tuntas.lifecycle import advance
from tuntas.notices import telling
from tuntas.organizations.models import Role
from tuntas.reports.models import Audience, Report
from tuntas.reports.states import Finish, State
from tuntas.routing import transferring

log = logging.getLogger(__name__)
END = REMINDERS[-1]
SET_ASIDE = timedelta(hours=1)
ONLY_A_DATE = frozenset({Kind.REOPEN_WINDOW, Kind.APPEAL_WINDOW, Kind.REVIVE_WINDOW, Kind.PROMISE})
OF_THE_HEAD = frozenset({Kind.APPROVAL, Kind.SECOND_LOOK})


def _give_up(report: Report, at: datetime) -> None:
    facts = {"archive_reason": "INCOMPLETE_NO_REPLY"}
    advance(report, "give_up", by=SYSTEM, at=at, brings=facts, facts=facts)


def _reply_lapse(report: Report, at: datetime) -> None:
    advance(report, "reply_lapse", by=SYSTEM, at=at)


def _lapse(report: Report, at: datetime) -> None:
    advance(report, "lapse", by=SYSTEM, at=at, changes={"finish": Finish.SILENCE})


def _lapse_transfer(report: Report, at: datetime) -> None:
    transferring.accept(report, by=SYSTEM, at=at)


def _next_superior(report: Report, at: datetime) -> None:
    transferring.call_next_superior(report, at=at)


def _promise_returns(report: Report, at: datetime) -> None:
    advance(report, "promise_returns", by=SYSTEM, at=at)


def _grant_appeal(report: Report, at: datetime) -> None:
    """An appeal that nobody decided in time is granted: silence never works against the reporter."""
    brings = {"reason": "APPEAL_NOT_DECIDED", "appealed": True}
    advance(report, "revive", by=SYSTEM, at=at, brings=brings, facts={"reason": "APPEAL_NOT_DECIDED"})


ENDS: Mapping[tuple[str, str], Callable[[Report, datetime], None]] = {
    (Kind.REPORTER_WINDOW, State.PENDING_INFO): _give_up,
    (Kind.REPORTER_WINDOW, State.AWAITING_REPORTER): _reply_lapse,
    (Kind.REPORTER_REPLY, State.RESOLUTION_PROPOSED): _lapse,
    (Kind.TRANSFER_DECISION, State.TRANSFER_REQUESTED): _lapse_transfer,
    (Kind.ARBITRATION, State.TRANSFER_REQUESTED): _next_superior,
    (Kind.PROMISE, State.IN_PROGRESS): _promise_returns,
    (Kind.PROMISE, State.AWAITING_REPORTER): _promise_returns,
    (Kind.PROMISE, State.RESOLUTION_PROPOSED): _promise_returns,
    (Kind.PROMISE, State.RESOLVED): _promise_returns,
    (Kind.APPEAL_DECISION, State.ARCHIVED): _grant_appeal,
    (Kind.APPEAL_DECISION, State.REFERRED_EXTERNAL): _grant_appeal,
}


def ring_due(*, now: datetime | None = None, at_most: int = 100) -> int:
    """Ring every clock whose moment has come, each in a transaction of its own. Returns how many rang.

    now: the instant to compare with (default the present); a simulated month passes it.
    """
    moment, rung = now or timezone.now(), 0
    for _look in range(at_most):
        rang = _ring_one(moment)
        if rang is None:
            break
        rung += rang
    return rung


def _ring_one(now: datetime) -> bool | None:
    """Whether the most urgent clock rang: false when somebody stopped it a moment ago, None when nothing is due."""
    with acting(SYSTEM):
        due = Clock.objects.running().filter(fire_at__lte=now).order_by("fire_at", "pk")
        # A report on which somebody acts is left for the next look: whoever is first decides, and nobody waits.
        found = due.select_related("report").select_for_update(of=("report",), skip_locked=True).first()
        if found is None:
            return None
        clock = due.select_related("report").filter(pk=found.pk).first()
        if clock is None:  # no longer due, now that nobody else can change it
            return False
        _ring_or_set_aside(clock, now)
        return True


def _ring_or_set_aside(clock: Clock, now: datetime) -> None:
    """One clock that cannot ring must not keep the others silent: it is set aside for an hour and logged."""
    try:
        with transaction.atomic():
            _ring(clock)
    except (OperationalError, InterfaceError):
        raise  # the database is away, and no clock is at fault
    except Exception:
        log.exception("clock %s of report %s did not ring", clock.pk, clock.report_id)
        Clock.objects.filter(pk=clock.pk).update(fire_at=now + SET_ASIDE)


def _ring(clock: Clock) -> None:
    at, report = clock.fire_at or clock.due_at, clock.report
    clock.fired = next((point for point in REMINDERS if point > clock.fired), END)
    clock.fire_at = next_ring(clock, calendar_for(clock))
    clock.save(update_fields=["fired", "fire_at"])
    if clock.fired < END:
        _remind(clock, report)
        return
    end = ENDS.get((clock.kind, report.state))
    if end is not None:
        end(report, at)
    elif clock.kind in DUTIES:
        _overdue(clock, report, at)


def _remind(clock: Clock, report: Report) -> None:
    """A duty reminds its owner; the reporter's own time reminds the reporter (T6: at half, and before the end)."""
    last = report.events.exclude(audience=Audience.HANDLERS).order_by("-id").first()
    if last is None or clock.kind in ONLY_A_DATE:
        return
    facts: dict[str, Any] = {"clock": clock.kind, "due": clock.due_at.isoformat(), "used": clock.fired}
    if clock.kind in DUTIES:
        role = Role.UNIT_HEAD if clock.kind in OF_THE_HEAD else ""
        owner = telling.Receiver(unit=clock.owner_id or report.holder_id, role=role)
        telling.tell(last, [], also=[owner], template="reminder", **facts)
    else:
        telling.tell(last, ["reporter"], template="reminder_reporter", **facts)


def _overdue(clock: Clock, report: Report, at: datetime) -> None:
    """A missed duty raises the report one level and tells those above (T22, handbook 3.6)."""
    if report.is_open:
        level = report.escalation + 1
        facts = {"level": level, "clock": clock.kind, "due": clock.due_at.isoformat()}
        brings = {"reason": clock.kind}
        advance(report, "escalate", by=SYSTEM, at=at, brings=brings, facts=facts, changes={"escalation": level})


def note_new_deadlines(report: Report, moved: Sequence[Clock]) -> None:
    """Why deadlines of a report moved, as an entry of its history; for `recompute_running`, which has locked it."""
    facts = {"clocks": {clock.kind: clock.due_at.isoformat() for clock in moved}}
    advance(report, "change_calendar", by=SYSTEM, brings={"reason": "DAYS_OFF_CHANGED"}, facts=facts)
