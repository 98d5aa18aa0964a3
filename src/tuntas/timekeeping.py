"""What happens by itself when a clock rings: reminders at 50 and 80 per cent, and the end of the time at 100.

Each ring happens once, even with two workers: the row of the clock is locked, and moved on in the same transaction as
its effect. Sources: handbook 3.3 (T6, T9, T13, T15, T22), 3.6 (escalation ladder), design 3b.
"""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from tuntas.access.actors import SYSTEM, acting
from tuntas.clocks.following import REMINDERS, next_ring
from tuntas.clocks.models import DUTIES, Clock, Kind
from tuntas.clocks.policies import calendar_of
from tuntas.kernel.refusals import Refusal
from tuntas.lifecycle import advance
from tuntas.notices import telling
from tuntas.reports.models import Report
from tuntas.reports.states import Finish, State
from tuntas.routing import transferring

log = logging.getLogger(__name__)
END = REMINDERS[-1]
SET_ASIDE = timedelta(hours=1)
ONLY_A_DATE = frozenset({Kind.REOPEN_WINDOW, Kind.APPEAL_WINDOW, Kind.REVIVE_WINDOW})


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
    while rung < at_most and _ring_one(moment):
        rung += 1
    return rung


def _ring_one(now: datetime) -> bool:
    with acting(SYSTEM), transaction.atomic():
        clock = (
            Clock.objects.running()
            .select_for_update(of=("self",), skip_locked=True)
            .filter(fire_at__lte=now)
            .order_by("fire_at", "pk")
            .first()
        )
        if clock is None:
            return False
        try:
            with transaction.atomic():
                _ring(clock)
        except Refusal as refusal:
            # One clock that cannot ring must not keep the others silent: it is set aside for an hour and logged.
            log.error("clock %s of report %s did not ring: %s", clock.pk, clock.report_id, refusal.code)
            Clock.objects.filter(pk=clock.pk).update(fire_at=now + SET_ASIDE)
    return True


def _ring(clock: Clock) -> None:
    at = clock.fire_at or clock.due_at
    clock.fired = next((point for point in REMINDERS if point > clock.fired), END)
    report = Report.objects.select_for_update(of=("self",)).get(pk=clock.report_id)
    calendar = calendar_of(report.holder)
    clock.fire_at = next_ring(clock, calendar)
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
    """A duty reminds its holder; the reporter's own time reminds the reporter (T6: at half, and before the end)."""
    last = report.events.order_by("-id").first()
    if last is None or clock.kind in ONLY_A_DATE or clock.kind == Kind.PROMISE:
        return
    audience = "holder" if clock.kind in DUTIES else "reporter"
    template = "reminder" if audience == "holder" else "reminder_reporter"
    telling.tell(last, [audience], template=template, clock=clock.kind, due=clock.due_at.isoformat(), used=clock.fired)


def _overdue(clock: Clock, report: Report, at: datetime) -> None:
    """A missed duty raises the report one level and tells those above (T22, handbook 3.6)."""
    if report.is_open:
        level = report.escalation + 1
        facts = {"level": level, "clock": clock.kind, "due": clock.due_at.isoformat()}
        brings = {"reason": clock.kind}
        advance(report, "escalate", by=SYSTEM, at=at, brings=brings, facts=facts, changes={"escalation": level})
