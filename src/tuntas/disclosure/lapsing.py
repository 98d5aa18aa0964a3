"""What time does to a request: it lapses when nobody decides, and what was opened is closed. For the clockwork."""

from collections.abc import Callable
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from tuntas.access.actors import SYSTEM, acting
from tuntas.disclosure.asking import facts_of_request
from tuntas.disclosure.models import Decision, Disclosure
from tuntas.lifecycle import advance, lock
from tuntas.notices import telling
from tuntas.organizations.models import Role, Unit, UnitKind


def see_to(*, now: datetime | None = None, at_most: int = 100) -> int:
    """Everything whose time has come, each in a transaction of its own; returns how many were seen to."""
    moment, done = now or timezone.now(), 0
    waiting: tuple[tuple[QuerySet[Disclosure], Callable[[Disclosure, datetime], None]], ...] = (
        (Disclosure.objects.undecided().filter(lapses_at__lte=moment), _lapse),
        (Disclosure.objects.filter(opens_until__lte=moment, closed_at=None), _close),
        (Disclosure.objects.unreviewed().filter(review_due_at__lte=moment, nudged_at=None), _nudge),
    )
    for heap, act in waiting:
        while done < at_most and _one(heap, act, moment):
            done += 1
    return done


def _one(heap: QuerySet[Disclosure], act: Callable[[Disclosure, datetime], None], moment: datetime) -> bool:
    """The report is locked before the request, as by everybody who acts on one."""
    with acting(SYSTEM):
        found = heap.select_related("report", "custodian").order_by("pk").first()
        if found is None:
            return False
        lock(found.report)
        still = heap.filter(pk=found.pk).select_for_update(of=("self",)).first()
        if still is not None:
            act(still, moment)
        return True


def _lapse(asked: Disclosure, moment: datetime) -> None:
    advance(asked.report, "lapse_identity", by=SYSTEM, at=asked.lapses_at, facts=facts_of_request(asked))
    asked.decision, asked.decided_at = Decision.LAPSED, moment
    asked.save(update_fields=["decision", "decided_at"])


def _close(asked: Disclosure, moment: datetime) -> None:
    """The time box is over; the entry says how often it was used."""
    facts = facts_of_request(asked) | {"times": asked.openings.count()}
    advance(asked.report, "close_identity", by=SYSTEM, at=asked.opens_until, facts=facts)
    asked.closed_at = moment
    asked.save(update_fields=["closed_at"])


def _nudge(asked: Disclosure, moment: datetime) -> None:
    """A review that is late: the custodian is told once more, and the nation that it is missing."""
    event = asked.report.events.filter(verb="emergency_identity").latest("pk")
    late = [telling.Receiver(unit=asked.custodian_id, role=Role.CUSTODIAN)]
    late += [telling.Receiver(unit=unit.pk) for unit in Unit.objects.filter(kind=UnitKind.NATION)]
    telling.tell(event, [], also=late, template="review_late")
    asked.nudged_at = moment
    asked.save(update_fields=["nudged_at"])
