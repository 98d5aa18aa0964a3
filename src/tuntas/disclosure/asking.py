"""Asking to know who a reporter is, and taking the question back (design 3b: "a disclosure is an event").

Handlers write to a reporter through the report and need no name for it. Whoever needs one all the same says why; a
custodian of another organisation decides; the reporter reads all of it.
"""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.access import security_log
from tuntas.access.actors import Actor
from tuntas.disclosure import custodians
from tuntas.disclosure.models import Decision, Disclosure, Ground
from tuntas.identity.models import Erasure
from tuntas.kernel.refusals import Incomplete, NotYours, OutOfTurn
from tuntas.lifecycle import advance, lock
from tuntas.organizations.models import Appointment
from tuntas.reports.models import Report

DEFAULT_HOURS, MOST_HOURS = 24, 72
UNDECIDED = timedelta(days=3)  # a request that nobody decides on ends by itself, and opens nothing


@transaction.atomic
def ask(
    report: Report,
    *,
    by: Actor,
    ground: str,
    reason: str,
    hours: int = DEFAULT_HOURS,
    with_withheld: bool = False,
    at: datetime | None = None,
    seen: int | None = None,
) -> Disclosure:
    """Put the question before the custodian of another organisation.

    ground: a word of `Ground`. hours: how long the identity may be opened once approved, 1 to 72.
    with_withheld: ask for the words as well that the reporter took out before sending.
    Raises Incomplete for a missing ground or reason or too long a time, OutOfTurn while a request waits, when the
    person was forgotten, or when no custodian can decide.
    """
    lock(report)
    moment, words = at or timezone.now(), reason.strip()
    if not 1 <= hours <= MOST_HOURS:
        raise Incomplete(
            _("The request was not sent."),
            why=_("An identity is opened for 1 to %(most)d hours.") % {"most": MOST_HOURS},
            instead=_("Choose a shorter time. You can ask again."),
        )
    asker, custodian = prepare(report, by, at=moment)
    known = ground if ground in Ground.values else ""
    advance(
        report,
        "ask_identity",
        by=by,
        at=moment,
        seen=seen,
        note=words,
        brings={"ground": known, "reason": words},
        facts=facts_of(asker, custodian.pk, custodian.name)
        | {"ground": ground, "hours": hours, "withheld": with_withheld},
    )
    made = Disclosure.objects.create(
        report=report,
        asked_by=asker,
        asked_at=moment,
        ground=ground,
        reason=words,
        hours=hours,
        with_withheld=with_withheld,
        custodian=custodian,
        lapses_at=moment + UNDECIDED,
    )
    note("disclosure_asked", made, by=by, at=moment)
    return made


@transaction.atomic
def withdraw(asked: Disclosure, *, by: Actor, at: datetime | None = None) -> None:
    """The asker no longer needs to know."""
    lock(asked.report)
    asked.refresh_from_db(from_queryset=Disclosure.objects.select_for_update())
    if asked.decision or asked.asked_by_id != by.appointment:
        note_denied("not_yours", asked, by=by)
        raise NotYours(
            _("This cannot be taken back."),
            why=_("It was decided already, or somebody else asked."),
            instead=_("Look at the report again."),
        )
    moment = at or timezone.now()
    advance(asked.report, "withdraw_identity", by=by, at=moment, facts=facts_of_request(asked))
    asked.decision, asked.decided_at, asked.decided_by_id = Decision.WITHDRAWN, moment, by.appointment
    asked.save(update_fields=["decision", "decided_at", "decided_by"])


def prepare(report: Report, by: Actor, *, at: datetime) -> tuple[Appointment, Any]:
    """The asker's appointment and the custodian's unit; raises OutOfTurn when there is nothing to ask, or nobody."""
    asker = Appointment.objects.select_related("officer", "unit").filter(pk=by.appointment or 0).first()
    if asker is None:
        raise NotYours(_("The request was not sent."), why=_("Only an officer in office may ask for an identity."))
    if Disclosure.objects.undecided().filter(report=report).exists():
        raise OutOfTurn(
            _("A request for this report waits already."),
            why=_("One request is decided before the next is made."),
            instead=_("Wait for the decision; it comes within three days."),
        )
    if report.reporter_id is None or Erasure.objects.filter(reporter=report.reporter_id).exists():
        raise OutOfTurn(
            _("There is no identity behind this report."),
            why=_("The reporter gave none, or it was erased as the law demands."),
            instead=_("You can still write to the reporter through the report."),
        )
    return asker, custodians.choose(report, asker.pk, at=at)


def note(kind: str, asked: Disclosure, *, by: Actor, at: datetime) -> None:
    """Who did what about an identity, in the security log as well; the history of the report tells it by office."""
    security_log.write(
        kind, officer=by.officer, facts={"report": asked.report_id, "disclosure": str(asked.uuid)}, at=at
    )


def note_denied(what: str, asked: Disclosure, *, by: Actor) -> None:
    """An identity that stayed closed, or a decision that was not this person's: kept whatever becomes of the rest."""
    facts: dict[str, str | int] = {"report": asked.report_id, "disclosure": str(asked.uuid), "what": what}
    security_log.write_apart("disclosure_denied", officer=by.officer, facts=facts)


def facts_of(asker: Appointment, custodian: int, name: str) -> dict[str, Any]:
    """What each entry about a request says: which office asked in which role, and who decides. No person's name."""
    return {"asker": asker.unit.name, "asker_role": asker.role, "custodian": name, "custodian_id": custodian}


def facts_of_request(asked: Disclosure) -> dict[str, Any]:
    asker = Appointment.objects.select_related("unit").get(pk=asked.asked_by_id)
    return facts_of(asker, asked.custodian_id, asked.custodian.name) | {"disclosure": str(asked.uuid)}
