"""Danger to life: an identity opened at once, for an hour, with the same trace and a review afterwards (trust.md 2)."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from tuntas.access.actors import Actor
from tuntas.clocks.policies import calendar_of
from tuntas.disclosure import sealing
from tuntas.disclosure.asking import facts_of, note, prepare
from tuntas.disclosure.models import Decision, Disclosure, Ground
from tuntas.kernel.warrants import EMERGENCY
from tuntas.lifecycle import advance, lock
from tuntas.reports.models import Report

REVIEW_DAYS = 1  # working days, on the custodian's own calendar


@transaction.atomic
def open_now(
    report: Report, *, by: Actor, reason: str, at: datetime | None = None, seen: int | None = None
) -> Disclosure:
    """Let the vault open this identity to the asker for an hour; nobody else is asked before.

    The custodian of another organisation, the nation and the reporter are told at once, and the custodian reviews it.
    Raises what `asking.ask` raises: without somebody who can review it there is no emergency door either.
    """
    lock(report)
    moment, words = at or timezone.now(), reason.strip()
    asker, custodian = prepare(report, by, at=moment)
    until = moment + EMERGENCY
    advance(
        report,
        "emergency_identity",
        by=by,
        at=moment,
        seen=seen,
        note=words,
        brings={"reason": words},
        facts=facts_of(asker, custodian.pk, custodian.name) | {"ground": Ground.VITAL, "until": until.isoformat()},
    )
    opened = Disclosure(
        report=report,
        asked_by=asker,
        asked_at=moment,
        ground=Ground.VITAL,
        reason=words,
        hours=1,
        is_emergency=True,
        custodian=custodian,
        lapses_at=moment,
        decision=Decision.EMERGENCY,
        decided_by=asker,
        decided_at=moment,
        opens_until=until,
        review_due_at=calendar_of(custodian).deadline(moment, REVIEW_DAYS),
    )
    opened.seal = sealing.seal(opened)
    opened.save(force_insert=True)
    note("disclosure_emergency", opened, by=by, at=moment)
    return opened
