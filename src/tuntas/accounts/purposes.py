"""Why somebody opens a protected report: stated once in twelve hours, written down with every read, and watched.

Source: R003-21 (complaint data serves no personal interest), handbook 7.1, trust.md row 12. It stops nobody who has a
reason; it makes whoever has none leave a trace that others are told of.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.access import security_log
from tuntas.access.actors import Actor
from tuntas.access.models import SecurityEntry
from tuntas.accounts import letters, queries, tries
from tuntas.organizations.models import Appointment, Officer, Role, Unit, UnitKind

GOOD_FOR = timedelta(hours=12)
HOUR = timedelta(hours=1)


class Purpose(models.TextChoices):
    HANDLING = "HANDLING", _("I handle this report, or help to handle it")
    DECIDING = "DECIDING", _("I check or decide it: verification, approval, objection, transfer")
    SUPERVISING = "SUPERVISING", _("I supervise how it is handled")
    OTHER = "OTHER", _("Another reason, which I write below")


@dataclass(frozen=True, slots=True)
class Opening:
    """Somebody at a desk opens one report. is_ours: the own office, or one below it, has a part in the report."""

    by: Actor
    report: int
    is_ours: bool

    @property
    def officer(self) -> int:
        return self.by.officer or 0


def may_read(opening: Opening, *, at: datetime | None = None) -> bool:
    """Whether a purpose was stated lately; if so this read is written down. One statement."""
    moment = at or timezone.now()
    return queries.read_protected(
        officer=opening.officer,
        report=opening.report,
        unit=opening.by.unit or 0,
        since=moment - GOOD_FOR,
        at=moment,
    )


def stated(officer: int, reports: Collection[int], *, at: datetime | None = None) -> frozenset[int]:
    """Of these reports, those for which this officer stated a purpose lately. One query, none for no reports."""
    if not reports:
        return frozenset()
    since = (at or timezone.now()) - GOOD_FOR
    said = SecurityEntry.objects.filter(officer=officer, kind="purpose", at__gt=since)
    return frozenset(int(facts.get("report", 0)) for facts in said.values_list("facts", flat=True)) & {*reports}


def state(opening: Opening, purpose: str, *, words: str = "", at: datetime | None = None) -> None:
    """Write down why, and look whether it is out of the ordinary. words: short, and no names."""
    moment = at or timezone.now()
    facts: dict[str, str | int] = {"report": opening.report, "unit": opening.by.unit or 0, "purpose": purpose}
    if words:
        facts["words"] = words[:200]
    security_log.write("purpose", officer=opening.officer, facts=facts, at=moment)
    _watch(opening, moment)


def _watch(opening: Opening, at: datetime) -> None:
    """More protected reports in an hour than anybody needs, or one with which the own office has nothing to do."""
    if not opening.is_ours:
        security_log.write(
            "outside_read",
            officer=opening.officer,
            facts={"report": opening.report, "unit": opening.by.unit or 0},
            at=at,
        )
        _tell("outside_read", opening, count=1)
    read = queries.reports_read_since(officer=opening.officer, since=at - HOUR)
    if read > settings.SENSITIVE_READS_AN_HOUR:
        security_log.write(
            "unusual_reads", officer=opening.officer, facts={"count": read, "unit": opening.by.unit or 0}, at=at
        )
        _tell("unusual_reads", opening, count=read)


def _tell(template: str, opening: Opening, *, count: int) -> None:
    """At most one letter of a kind about one officer in an hour, however much they read."""
    if not tries.take(template, str(opening.officer), most=1, window=HOUR):
        return
    reader = Officer.objects.filter(pk=opening.officer).first()
    unit = Unit.objects.filter(pk=opening.by.unit or 0).first()
    for watcher in watchers(opening):
        letters.owe(watcher, template, who=reader.name if reader else "", unit=unit.name if unit else "", count=count)


def watchers(opening: Opening) -> list[Officer]:
    """Who is told: the agency's inspectors and its administrators of another unit; else national administrators.

    Never the reader, and nobody of the reader's own unit.
    """
    unit = Unit.objects.filter(pk=opening.by.unit or 0).first()
    others = Appointment.objects.current().exclude(officer=opening.officer).exclude(unit=opening.by.unit)
    watch = Q(role=Role.AGENCY_ADMIN) | Q(unit__kind=UnitKind.INSPECTORATE)
    near = others.filter(watch, unit__agency=unit.agency_id if unit else None)
    found = near if near.exists() else others.filter(role=Role.NATIONAL_ADMIN)
    if not found.exists():  # a reader in the national office itself: its other administrators
        found = Appointment.objects.current().exclude(officer=opening.officer).filter(role=Role.NATIONAL_ADMIN)
    return list(Officer.objects.filter(pk__in=found.values("officer")).order_by("pk"))
