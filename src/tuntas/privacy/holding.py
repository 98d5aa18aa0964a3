"""A legal hold: what a court, an examination or a dispute still needs is not forgotten until the hold ends.

While one stands no wish of the reporter and no term of retention erases who they are, what they wrote or their files;
the report itself goes on as always. Both ends are entries of the history, and the reporter reads them: the ground and
the last day, not the officer's words about the case. Source: UU 27/2022 art. 15 and 44.
"""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.access import security_log
from tuntas.access.actors import Actor
from tuntas.identity import queries
from tuntas.identity.models import HoldGround, LegalHold
from tuntas.kernel.refusals import Incomplete, OutOfTurn
from tuntas.lifecycle import advance, lock
from tuntas.reports.models import Report


@transaction.atomic
def place(
    report: Report,
    *,
    ground: str,
    reason: str,
    by: Actor,
    until: date | None = None,
    at: datetime | None = None,
    seen: int | None = None,
) -> LegalHold:
    """Let nothing of this report be forgotten. Call inside `acting(by)`.

    ground: a word of `HoldGround`. reason: which case needs it; read by those who see the report. until: the last day,
    None for until it is released. Raises Incomplete without both, or for a last day that is over.
    """
    lock(report)
    moment, words = at or timezone.now(), reason.strip()
    if until is not None and until < timezone.localdate(moment):
        raise Incomplete(_("The hold was not placed."), why=_("Its last day is over already."))
    known = ground if ground in HoldGround.values else ""
    facts = {"ground": known} | ({"last_day": until.isoformat()} if until else {})
    advance(report, "place_hold", by=by, at=moment, seen=seen, brings={"ground": known, "reason": words}, facts=facts)
    placed = LegalHold.objects.create(
        reporter=report.reporter, report=report.pk, ground=known, reason=words, until=until,
        placed_by=by.appointment or 0, placed_at=moment,
    )  # fmt: skip
    _log("hold_placed", placed, by, moment)
    return placed


@transaction.atomic
def release(
    found: LegalHold, report: Report, *, reason: str, by: Actor, at: datetime | None = None, seen: int | None = None
) -> None:
    """End a hold; it stays written down. Call inside `acting(by)`. Raises OutOfTurn for one that has ended."""
    lock(report)
    found.refresh_from_db(from_queryset=LegalHold.objects.select_for_update())
    moment, words = at or timezone.now(), reason.strip()
    if found.lifted_at is not None or found.report != report.pk:
        raise OutOfTurn(_("This hold has ended already."), why=_("A hold ends once."))
    advance(
        report, "release_hold", by=by, at=moment, seen=seen, brings={"reason": words}, facts={"ground": found.ground}
    )
    found.lifted_by, found.lifted_at, found.lifted_because = by.appointment, moment, words
    found.save(update_fields=["lifted_by", "lifted_at", "lifted_because"])
    _log("hold_released", found, by, moment)


def is_kept(report: Report) -> bool:
    """Whether a hold stands on the report or on whoever is behind it; yes or no for those who read no hold."""
    return queries.is_kept(report.pk)


def standing_on(report: Report) -> list[LegalHold]:
    """The holds of this report that stand today, in the sight of whoever asks, the oldest first."""
    return list(LegalHold.objects.standing(timezone.localdate()).filter(report=report.pk).order_by("pk"))


def _log(kind: str, hold: LegalHold, by: Actor, at: datetime) -> None:
    security_log.write(kind, officer=by.officer, facts={"report": hold.report or 0, "hold": hold.pk}, at=at)
