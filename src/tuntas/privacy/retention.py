"""What has been kept long enough: proposed as a table, carried out by the clockwork (packs/privacy/retention.csv).

A person is forgotten when the last of their reports has been finished for the term; a text, when its report has. A
legal hold stops both. The history is never deleted: what was written is emptied by `erasing_content`, and says so.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from tuntas.access.actors import SYSTEM, acting
from tuntas.identity import erasing
from tuntas.identity.models import Erasure, Ground, LegalHold, Reporter
from tuntas.kernel.refusals import NotFound, OutOfTurn
from tuntas.privacy.erasing_content import erase_content
from tuntas.privacy.models import DataRequest
from tuntas.privacy.register import keeping
from tuntas.reports import publishing
from tuntas.reports.models import PublicCopy, Report
from tuntas.reports.states import FINAL

log = logging.getLogger(__name__)
IDENTITY, CONTENT, PUBLIC, FOLLOWS = "identity", "content", "public", "follows"
KINDS = (IDENTITY, CONTENT, PUBLIC)
BATCH = 50  # of each kind in one look
Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Due:
    """One thing whose time is over. key: of the reporter, or of the report. is_held: a legal hold stops it."""

    kind: str
    key: int
    number: str
    since: datetime
    is_held: bool


def ended_before(kind: str, *, now: datetime) -> datetime | None:
    """Whatever was finished before this instant has been kept long enough; None for what is kept for good."""
    months = keeping(timezone.localdate(now))[kind].months
    if months is None:
        return None
    years, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    return now.replace(year=years, month=month + 1, day=min(now.day, 28))


def due(*, now: datetime, at_most: int = BATCH) -> list[Due]:
    """What is to be forgotten now, the oldest first. Call inside `acting(SYSTEM)`."""
    return [each for kind in KINDS for each in _OF[kind](now, at_most)]


def _identities(now: datetime, at_most: int) -> Iterator[Due]:
    before = ended_before(IDENTITY, now=now)
    if before is None:
        return
    theirs = Report.objects.filter(reporter=OuterRef("pk"))
    asked = Erasure.objects.filter(reporter=OuterRef("pk"))
    held = LegalHold.objects.standing(timezone.localdate(now)).filter(reporter=OuterRef("pk"))
    found = (
        Reporter.objects.filter(Exists(theirs), ~Exists(asked), ~Exists(theirs.exclude(state__in=FINAL)))
        .annotate(last=Subquery(theirs.order_by("-decided_at").values("decided_at")[:1]), is_held=Exists(held))
        .filter(last__lt=before)
        .order_by("last", "pk")[:at_most]
    )
    for reporter in found:
        number = Report.objects.filter(reporter=reporter).order_by("-pk").values_list("number", flat=True)[0]
        yield Due(IDENTITY, reporter.pk, number, reporter.last, reporter.is_held)


def _contents(now: datetime, at_most: int) -> Iterator[Due]:
    full = ~Q(text__body="") | Q(text__sealed__isnull=False)
    yield from _reports(CONTENT, Report.objects.filter(full), now, at_most)


def _copies(now: datetime, at_most: int) -> Iterator[Due]:
    published = Exists(PublicCopy.objects.filter(report=OuterRef("pk")))
    yield from _reports(PUBLIC, Report.objects.filter(published), now, at_most)


def _reports(kind: str, found: QuerySet[Report], now: datetime, at_most: int) -> Iterator[Due]:
    before = ended_before(kind, now=now)
    if before is None:
        return
    concerned = Q(reporter=OuterRef("reporter")) | Q(report=OuterRef("pk"))
    held = LegalHold.objects.standing(timezone.localdate(now)).filter(concerned)
    old = (
        found.filter(state__in=FINAL, decided_at__lt=before)
        .annotate(is_held=Exists(held))
        .order_by("decided_at", "pk")[:at_most]
    )
    for report in old:
        yield Due(kind, report.pk, report.number, report.decided_at or now, report.is_held)


_OF: dict[str, Callable[[datetime, int], Iterator[Due]]] = {
    IDENTITY: _identities,
    CONTENT: _contents,
    PUBLIC: _copies,
}


def carry_out(*, now: datetime | None = None, at_most: int = BATCH, progress: Progress | None = None) -> int:
    """Do what is due, each in a transaction of its own; what fails is logged and the rest goes on. Returns how many."""
    moment, done = now or timezone.now(), 0
    with acting(SYSTEM):
        waiting = [each for each in due(now=moment, at_most=at_most) if not each.is_held]
    for place, each in enumerate(waiting, 1):
        try:
            with acting(SYSTEM), transaction.atomic():
                _forget(each, moment)
            done += 1
        except (OutOfTurn, NotFound) as refusal:
            log.info("kept for now: %s of %s: %s", each.kind, each.number, refusal.why)
        if progress:
            progress(place, len(waiting))
    return done


def _forget(each: Due, now: datetime) -> None:
    if each.kind == IDENTITY:
        erasing.ask(Reporter.objects.get(pk=each.key), ground=Ground.RETENTION, by=SYSTEM, at=now)
    elif each.kind == CONTENT:
        report = Report.objects.select_related("holder").get(pk=each.key)
        erase_content(report, ground=Ground.RETENTION, decided_by=report.holder.name, at=now, keep_public=True)
    else:
        publishing.withdraw(Report.objects.get(pk=each.key))


def carry_out_wishes(*, now: datetime | None = None, at_most: int = BATCH) -> int:
    """Erase what was granted to be erased. Returns how many wishes were carried out."""
    moment, done = now or timezone.now(), 0
    with acting(SYSTEM):
        waiting = list(DataRequest.objects.to_carry_out().order_by("pk").values_list("pk", flat=True)[:at_most])
    for key in waiting:
        with acting(SYSTEM), transaction.atomic():
            found = DataRequest.objects.select_related("report__reporter", "decided_by__unit").get(pk=key)
            office = found.decided_by.unit.name if found.decided_by else ""
            try:
                with transaction.atomic():
                    erase_content(found.report, ground=Ground.SUBJECT, decided_by=office, at=moment)
            except (OutOfTurn, NotFound):
                continue  # a hold was placed meanwhile, or the public log is a moment behind
            DataRequest.objects.filter(pk=key).update(done_at=moment)
            done += 1
    return done
