"""Owing followers a letter when something public happened, read from the public log: it is dense, so none is missed.

Off the path of those who act: nobody who moves a report waits for its followers, or can tell whether there are any.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from tuntas.access.actors import SYSTEM, acting
from tuntas.following.models import Follow, Letter, Position
from tuntas.ledger.models import Leaf
from tuntas.reports.models import Audience, Event
from tuntas_verify.leaves import EVENT

AT_ONCE = 500  # leaves of one transaction
GATHER = timedelta(minutes=10)  # what happens within is one letter


def tell_some(*, at_most: int = AT_ONCE, now: datetime | None = None) -> int:
    """Look at the next entries of the log; returns how many letters are owed because of them."""
    with acting(SYSTEM), transaction.atomic():
        newest = Leaf.objects.aggregate(Max("number"))["number__max"]
        position, is_new = Position.objects.select_for_update().get_or_create(
            pk=1, defaults={"leaf": -1 if newest is None else newest}
        )
        if is_new or newest is None or newest == position.leaf:
            return 0
        if newest < position.leaf:  # the log was begun anew
            Position.objects.filter(pk=1).update(leaf=newest)
            return 0
        last = min(newest, position.leaf + at_most)
        seen = Leaf.objects.filter(number__gt=position.leaf, number__lte=last, source=EVENT)
        owed = _owe(list(seen.values_list("row_id", flat=True)), now or timezone.now())
        Position.objects.filter(pk=1).update(leaf=last)
        return owed


def _owe(entries: list[int], now: datetime) -> int:
    """One letter for each follower of each report that these entries moved; it tells the newest state."""
    news = Event.objects.filter(pk__in=entries, audience=Audience.PUBLIC).exclude(from_state="").order_by("pk")
    newest = {event.report_id: event for event in news}
    owed = []
    for follow in Follow.objects.filter(copy__in=newest, confirmed_at__isnull=False).select_related("copy"):
        params = {"number": follow.copy.number, "state": newest[follow.copy_id].to_state}
        waiting = Letter.objects.filter(follow=follow, template="news", sent_at=None, failed_at=None)
        if not waiting.update(params=params):
            owed.append(Letter(follow=follow, template="news", params=params, created_at=now, not_before=now + GATHER))
    return len(Letter.objects.bulk_create(owed))
