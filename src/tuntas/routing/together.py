"""Many reports at once, with a way back: what was decided waits a few seconds before it happens (docs/adr/0022).

The history is never undone, so nothing is written into it before the time to take it back is over. Then the worker
does each act as the officer who decided, with all that the timetable asks; one that is refused stops no other.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from tuntas.access.actors import SYSTEM, Actor, acting
from tuntas.kernel.refusals import Refusal
from tuntas.organizations.models import Category, Unit
from tuntas.reports.models import Report
from tuntas.routing import disposing, verifying
from tuntas.routing.models import WaitingAct

GRACE = timedelta(seconds=20)
KEPT_FOR = timedelta(days=1)  # what became of each is shown as long
VERBS: Mapping[str, Callable[..., object]] = {"verify": verifying.verify, "dispose": disposing.dispose}
ROWS: Mapping[str, type[models.Model]] = {"category": Category, "target": Unit, "lead": Unit}


def put(
    report: Report, verb: str, brings: Mapping[str, Any], *, by: Actor, batch: UUID, now: datetime | None = None
) -> WaitingAct:
    """Let an act wait. brings: the arguments of the verb, as `verifying.verify` or `disposing.dispose` takes them."""
    plain = {name: value.pk if name in ROWS else value for name, value in brings.items()}
    return _row(report, verb, by, batch, brings=plain, due_at=(now or timezone.now()) + GRACE)


def tell(report: Report, verb: str, words: str, *, by: Actor, batch: UUID) -> WaitingAct:
    """Keep beside the others why this one was not even begun."""
    now = timezone.now()
    return _row(report, verb, by, batch, due_at=now, done_at=now, told=words)


def waiting(reports: Sequence[Report]) -> dict[int, WaitingAct]:
    """What waits, by report id."""
    return {act.report_id: act for act in WaitingAct.objects.filter(report__in=reports, done_at=None)}


def take_back(batch: UUID, *, by: Actor) -> int:
    """Take back what has not happened yet; returns how many. One that is being carried out is too late."""
    taken, _by_model = WaitingAct.objects.filter(batch=batch, officer_id=by.officer or 0, done_at=None).delete()
    return taken


def carry_out_due(*, now: datetime | None = None, at_most: int = 100) -> int:
    """Do what has waited long enough; returns how many. For the clockwork; two workers at once do each once."""
    moment, done = now or timezone.now(), 0
    while done < at_most and _carry_out_one(moment):
        done += 1
    return done


def forget_old(now: datetime | None = None) -> int:
    """Remove what was done a day ago: the history has it. The worker calls it."""
    with acting(SYSTEM):
        gone, _by = WaitingAct.objects.filter(done_at__lt=(now or timezone.now()) - KEPT_FOR).delete()
    return gone


def _carry_out_one(moment: datetime) -> bool:
    with acting(SYSTEM):
        due = WaitingAct.objects.select_related("appointment", "report").select_for_update(
            skip_locked=True, of=("self",)
        )
        act = due.filter(done_at=None, due_at__lte=moment).order_by("due_at", "pk").first()
        if act is None:
            return False
        by = Actor.appointed(act.appointment)
        try:
            with transaction.atomic(), acting(by):
                _do(act, by)
        except Refusal as refusal:
            act.told = f"{refusal.what} {refusal.why}"
        except Report.DoesNotExist:  # it went out of this officer's sight meanwhile
            act.told = "—"
        act.done_at = moment
        act.save(update_fields=["told", "done_at"])
    return True


def _do(act: WaitingAct, by: Actor) -> None:
    brings = {
        name: ROWS[name]._default_manager.get(pk=value) if name in ROWS else value for name, value in act.brings.items()
    }
    VERBS[act.verb](act.report, by=by, seen=act.seen, **brings)


def _row(report: Report, verb: str, by: Actor, batch: UUID, **more: Any) -> WaitingAct:
    return WaitingAct.objects.create(
        batch=batch,
        report=report,
        appointment_id=by.appointment or 0,
        officer_id=by.officer or 0,
        verb=verb,
        seen=report.last_event_id,
        **more,
    )
