"""After the days off changed: what is still running gets the deadline of the new calendar, never an earlier one."""

from collections.abc import Callable, Sequence

from django.db import transaction

from tuntas.clocks.following import calendar_for, recompute, settle_due
from tuntas.clocks.models import Clock
from tuntas.clocks.policies import forget_calendars
from tuntas.kernel.packs import Progress, silent
from tuntas.organizations.models import WorkingCalendar
from tuntas.reports.models import Report

Told = Callable[[Report, Sequence[Clock]], object]


def nobody(_report: Report, _moved: Sequence[Clock]) -> None:
    """For a caller that keeps no history of it."""


def recompute_running(*, progress: Progress = silent, what: str = "", told: Told = nobody) -> int:
    """Recompute every running clock that an older version of a calendar made. Returns how many deadlines moved.

    Each report is locked and moved in a transaction of its own, so that work goes on meanwhile; safe to repeat and to
    interrupt. Paused clocks are left alone: they are recomputed when they resume.
    told: called in that transaction with the clocks of the report whose deadline moved, if any did.
    Needs a role that sees every report (the owner, as `tuntas load` has it).
    """
    forget_calendars()
    current = [f"{code}/{version}" for code, version in WorkingCalendar.objects.values_list("code", "version")]
    outdated = Clock.objects.running().exclude(calendar_version__in=current).exclude(policy=None)
    reports = list(outdated.order_by("report_id").values_list("report_id", flat=True).distinct())
    moved = 0
    for done, report_id in enumerate(reports, start=1):
        moved += _recompute(report_id, told)
        progress(what, done, len(reports))
    return moved


@transaction.atomic
def _recompute(report_id: int, told: Told) -> int:
    report = Report.objects.select_for_update(of=("self",)).get(pk=report_id)
    moved = []
    for clock in Clock.objects.running().filter(report=report).exclude(policy=None).order_by("pk"):
        before = clock.due_at
        recompute(clock, calendar_for(clock))
        clock.save(update_fields=["due_at", "calendar_version", "fire_at"])
        moved += [clock] if clock.due_at > before else []
    settle_due(report)
    if moved:
        told(report, moved)
    return len(moved)
