"""The second person's word: yes or no to a request, and what to think of an emergency afterwards (law 6)."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import Actor
from tuntas.disclosure import queries, sealing
from tuntas.disclosure.asking import facts_of_request, note, note_denied
from tuntas.disclosure.models import Decision, Disclosure, Finding
from tuntas.kernel.refusals import Incomplete, OutOfTurn
from tuntas.lifecycle import advance, lock


@transaction.atomic
def grant(asked: Disclosure, *, by: Actor, answer: str = "", at: datetime | None = None) -> None:
    """Let the vault open this identity to the asker until the time box ends; signed, so that a row alone opens nothing.

    Raises Incomplete when the second person is none (the same person or organisation), OutOfTurn when it is too late.
    """
    moment = _take(asked, at)
    until = moment + timedelta(hours=asked.hours)
    advance(
        asked.report,
        "grant_identity",
        by=by,
        at=moment,
        note=answer.strip(),
        brings={"other_organization": is_second_person(asked, by, at=moment)},
        facts=facts_of_request(asked) | {"hours": asked.hours, "until": until.isoformat()},
    )
    asked.decision, asked.decided_by_id, asked.decided_at = Decision.GRANTED, by.appointment, moment
    asked.answer, asked.opens_until = answer.strip(), until
    asked.seal = sealing.seal(asked)
    asked.save(update_fields=["decision", "decided_by", "decided_at", "answer", "opens_until", "seal"])
    note("disclosure_granted", asked, by=by, at=moment)


@transaction.atomic
def refuse(asked: Disclosure, *, by: Actor, answer: str, at: datetime | None = None) -> None:
    """Say no, with the reason; asker and reporter are told."""
    moment, words = _take(asked, at), answer.strip()
    advance(
        asked.report,
        "refuse_identity",
        by=by,
        at=moment,
        note=words,
        brings={"other_organization": is_second_person(asked, by, at=moment), "reason": words},
        facts=facts_of_request(asked),
    )
    asked.decision, asked.decided_by_id, asked.decided_at, asked.answer = (
        Decision.REFUSED, by.appointment, moment, words,
    )  # fmt: skip
    asked.save(update_fields=["decision", "decided_by", "decided_at", "answer"])
    note("disclosure_refused", asked, by=by, at=moment)


@transaction.atomic
def review(asked: Disclosure, *, by: Actor, finding: str, words: str, at: datetime | None = None) -> None:
    """What the custodian thinks of an emergency. Told to the reporter, the asker's office and the nation."""
    moment = at or timezone.now()
    lock(asked.report)
    asked.refresh_from_db(from_queryset=Disclosure.objects.select_for_update())
    if asked.decision != Decision.EMERGENCY or asked.reviewed_at is not None:
        raise OutOfTurn(_("There is nothing to review."), why=_("It was reviewed already."))
    if finding not in Finding.values:
        raise Incomplete(_("The review was not kept."), why=_("Say whether the emergency was justified."))
    advance(
        asked.report,
        "review_identity",
        by=by,
        at=moment,
        note=words.strip(),
        brings={"other_organization": is_second_person(asked, by, at=moment), "reason": words.strip()},
        facts=facts_of_request(asked) | {"finding": finding},
    )
    asked.reviewed_by_id, asked.reviewed_at = by.appointment, moment
    asked.finding, asked.review = finding, words.strip()
    asked.save(update_fields=["reviewed_by", "reviewed_at", "finding", "review"])
    note("disclosure_reviewed", asked, by=by, at=moment)


def is_second_person(asked: Disclosure, by: Actor, *, at: datetime) -> bool:
    """Whether this actor is a custodian of the unit asked, another person than the asker, of another organisation.

    Who is not, and decides all the same, stays in the security log.
    """
    able = queries.second_persons(asker=asked.asked_by_id, unit=asked.custodian_id, report=asked.report_id, at=at)
    if by.appointment in able:
        return True
    note_denied("not_two", asked, by=by)
    return False


def _take(asked: Disclosure, at: datetime | None) -> datetime:
    """Lock the report, then the request, and see that it still waits. Returns the instant of the act."""
    moment = at or timezone.now()
    lock(asked.report)
    asked.refresh_from_db(from_queryset=Disclosure.objects.select_for_update())
    if asked.decision or moment > asked.lapses_at:
        raise OutOfTurn(
            _("This request is no longer open."),
            why=_("It was decided, taken back, or its time is over."),
            instead=_("If the identity is still needed, it must be asked for again."),
        )
    return moment
