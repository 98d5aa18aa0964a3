"""Owing followers a letter when something public happened, read from the public log: it is dense, so none is missed.

Off the path of those who act: nobody who moves a report waits for its followers, or can tell whether there are any.
"""

import secrets
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import models, transaction
from django.db.models import Max, Q
from django.utils import timezone

from tuntas.access.actors import SYSTEM, acting
from tuntas.following import asking, leading
from tuntas.following.models import Follow, Letter, Position
from tuntas.ledger.models import Leaf
from tuntas.reports.models import Audience, Event
from tuntas.reports.states import FINAL, State
from tuntas_verify.leaves import EVENT

AT_ONCE = 500  # leaves of one transaction
GATHER = timedelta(minutes=10)  # what happens within is one letter
SPREAD = timedelta(minutes=20)  # by chance, so that the moment of a knock is not the moment of what happened
MORNING, EVENING = 7, 20  # hours of WIB between which phones are knocked at; in the east that is 9 to 22
WIB = ZoneInfo("Asia/Jakarta")
NEWS, MERGED = "news", "merged"


def tell_some(*, at_most: int = AT_ONCE, now: datetime | None = None) -> int:
    """Look at the next entries of the log; returns how many letters are owed because of them."""
    with acting(SYSTEM), transaction.atomic():
        asking.forget_over()
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
    """One letter for each follower of each report that these entries moved; it tells the newest state.

    A merger and its undoing stand in the reporters' histories alone; followers hear of them because they are led.
    """
    news = list(Event.objects.filter(pk__in=entries).exclude(from_state="").order_by("pk"))
    told = {event.report_id: {"state": event.to_state} for event in news if event.audience == Audience.PUBLIC}
    led = leading.lead_on([event.report_id for event in news if event.to_state == State.MERGED])
    led |= leading.lead_back([event.report_id for event in news if event.from_state == State.MERGED])
    standing = Follow.objects.filter(Q(copy__in=told) | Q(pk__in=led), confirmed_at__isnull=False, is_over=False)
    owed = [
        _letter(follow, {"number": follow.copy.number} | (led.get(follow.pk) or told[follow.copy_id]), now)
        for follow in standing.select_related("copy")
        if follow.copy is not None and follow.copy_id is not None
    ]
    owed += [_letter(follow, {}, now) for follow in _whose_own(news)]
    return len(Letter.objects.bulk_create(filter(None, owed)))


def _whose_own(news: list[Event]) -> models.QuerySet[Follow]:
    """Phones of the reporters whom these entries tell something: of their own report, or of the one that carries it."""
    heard = [event for event in news if event.audience != Audience.HANDLERS and event.actor_kind != "reporter"]
    for_all = [event.report_id for event in heard if event.audience == Audience.PUBLIC or event.to_state in FINAL]
    own = Q(own__in={event.report_id for event in heard}) | Q(own__parent__in=for_all)
    return Follow.objects.filter(own, is_over=False)


def _letter(follow: Follow, params: dict[str, str], now: datetime) -> Letter | None:
    """What is owed, or None when a letter waits that now tells this as well."""
    if _say_instead(follow, params):
        return None
    template, then = MERGED if "was" in params else NEWS, now + GATHER
    if follow.way == Follow.Way.PHONE:
        then = _by_day(then + timedelta(seconds=secrets.randbelow(int(SPREAD.total_seconds()))))
    return Letter(follow=follow, template=template, params=params, created_at=now, not_before=then)


def _by_day(moment: datetime) -> datetime:
    """This moment, or one of the next morning's first hour: no phone wakes a household."""
    here = moment.astimezone(WIB)
    if MORNING <= here.hour < EVENING:
        return moment
    morning = here.replace(hour=MORNING, minute=0, second=0) + timedelta(days=here.hour >= EVENING)
    return morning + timedelta(seconds=secrets.randbelow(3600))


def _say_instead(follow: Follow, params: dict[str, str]) -> bool:
    """Whether a letter waits that now tells this: of the merger and of what came after it there is one letter."""
    waiting = Letter.objects.filter(follow=follow, template__in=(NEWS, MERGED), sent_at=None, failed_at=None).first()
    if waiting is None:
        return False
    if "was" in params:
        waiting.template = MERGED
    waiting.params |= params
    if follow.came_from is None:  # it was led on and back before anything was said
        waiting.template = NEWS
        waiting.params.pop("was", None)
    waiting.save(update_fields=["template", "params"])
    return True
