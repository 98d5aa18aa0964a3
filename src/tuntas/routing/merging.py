"""Several reports of one matter: each keeps its number, its reporter and its rights (T19, handbook 3.10)."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import Actor
from tuntas.kernel.refusals import Incomplete
from tuntas.lifecycle import advance, lock
from tuntas.reports import queries
from tuntas.reports.models import Event, Report
from tuntas.reports.states import State


@transaction.atomic
def merge(report: Report, *, into: Report, by: Actor, at: datetime | None = None, seen: int | None = None) -> Event:
    """Let `report` follow `into`: its clocks rest, its reporter is told what happens to the other, to the end."""
    parent = Report.objects.get(pk=into.pk)
    _lock_both(report, parent)
    if parent.pk == report.pk or parent.state == State.MERGED or not parent.is_open:
        raise Incomplete(
            _("These two cannot be merged."),
            why=_("The other report must be a different one, open, and not merged itself."),
            instead=_("Choose the report that is still being worked on."),
        )
    _no_chain(report)
    _seen_alike(report, parent)
    event = advance(
        report,
        "merge",
        by=by,
        at=at,
        seen=seen,
        brings={"parent": parent},
        facts={"parent": parent.number, "before": report.back_state},
        changes={"parent": parent},
    )
    queries.weigh(parent.pk)
    return event


@transaction.atomic
def unmerge(report: Report, *, by: Actor, reason: str, at: datetime | None = None, seen: int | None = None) -> Event:
    """Undo a merge: the report stands where it stood, and its clocks go on with the time they had left."""
    carrier_id = report.parent_id
    _lock_both(report, Report.objects.filter(merged=report.pk).first())  # it may lie where the actor does not see it
    joined = report.events.filter(verb="merge").order_by("-id").first()
    event = advance(
        report,
        "unmerge",
        by=by,
        at=at,
        seen=seen,
        note=reason.strip(),
        brings={"reason": reason.strip()},
        changes={"back_state": joined.facts.get("before", "") if joined else ""},
    )
    if carrier_id is not None:
        queries.weigh(carrier_id)
    return event


def _lock_both(report: Report, other: Report | None) -> None:
    """Always in the order of their ids, so that two merges the other way round never wait for each other."""
    for found in sorted((found for found in (report, other) if found is not None), key=lambda found: found.pk):
        lock(found)


def _no_chain(report: Report) -> None:
    if report.weight > 1:
        raise Incomplete(
            _("These two cannot be merged this way round."),
            why=_("Other reports were merged into this one."),
            instead=_("Merge the other report into this one."),
        )


def _seen_alike(report: Report, parent: Report) -> None:
    """Whoever handles the one learns of the other: so both must be kept from the same people (law 6).

    The number of its reporters alone would tell the accused that there is one more.
    """
    if report.queue == parent.queue and _accused(report) == _accused(parent):
        return
    raise Incomplete(
        _("These two cannot be merged."),
        why=_("They are not protected alike: somebody may see the one and not the other."),
        instead=_("Leave them apart. Both can be answered with the same words."),
    )


def _accused(report: Report) -> set[tuple[int | None, int | None]]:
    return set(report.conflicts.values_list("unit_id", "officer_id"))
