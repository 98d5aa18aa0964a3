"""Letters to agencies that are not connected: written once a verification, reminded of once (R000-30).

The agency's supervisor holds the report all the while, and every clock runs on. A letter goes by mail where a letter
address is known; otherwise the holder prints it. What it says is read from the public copy at the moment of sending.
"""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import SYSTEM, Actor, acting
from tuntas.clocks.models import Kind, Policy
from tuntas.clocks.policies import calendar_of, policy_for
from tuntas.identity import sealing
from tuntas.kernel.refusals import NotYours, OutOfTurn
from tuntas.lifecycle import MOVES, may
from tuntas.notices import telling
from tuntas.notices.models import Notice
from tuntas.organizations.models import Appointment, Unit
from tuntas.reports.models import Event, Report
from tuntas.reports.states import Class, State
from tuntas.routing import links, queries
from tuntas.routing.models import Letter

OPEN_FOR = timedelta(days=60)
REMINDED_AT = 0.8  # of the time that the letter gives
WITHDRAWN = "withdrawn"  # why a letter that was owed is not sent any more


def write(report: Report, *, to: Unit, event: Event) -> Letter | None:
    """Write to the agency for which `event` verified the report; None when no letter may go there.

    A letter of an earlier verification is withdrawn first. None goes to an agency that is connected, to whoever the
    report accuses (law 6), or about a report for the inspectorate alone (whistleblowing, handbook 2.2).
    """
    withdraw(report, at=event.at)
    unit = _addressee(report, to, on=event.at)
    if unit is None:
        return None
    due, remind_at = _times(report, event.at)
    letter = Letter(report=report, unit=unit, written_at=event.at, due_at=due, expires_at=event.at + OPEN_FOR)
    letter.token_digest = links.digest(links.token(letter.uuid))
    if unit.letter_address:
        letter.notice = _mail(letter, event, "letter", at=event.at)
        letter.remind_at = remind_at
    letter.save()
    return letter


def withdraw(report: Report, *, at: datetime) -> None:
    """The links of the report's unanswered letters open nothing any more; what was not sent yet is not sent."""
    queries.withdraw_letters(report.pk, at=at, error=WITHDRAWN)


def withdraw_all(agency: Unit, *, at: datetime) -> None:
    """The same for every letter to an agency and its units: it has joined the register."""
    still_open = Letter.objects.open(at=at).filter(unit__agency=agency)
    for report in still_open.values_list("report", flat=True).distinct():
        queries.withdraw_letters(report, at=at, error=WITHDRAWN)


def mark_sent(letter: Letter, *, by: Actor, at: datetime | None = None) -> None:
    """An officer of the holder says that the letter went out on paper.

    Raises NotYours for anybody else, and OutOfTurn when it was sent already or is open no longer.
    """
    moment = at or timezone.now()
    if not is_for(letter.report, by):
        raise NotYours(
            _("This is not yours to do."),
            why=_("Only the unit that holds the report sends its letter."),
            instead=_("The unit that holds it is “%(unit)s”.") % {"unit": letter.report.holder.name},
        )
    unsent = Q(sent_at=None) & (Q(notice=None) | Q(notice__sent_at=None))
    waiting = Letter.objects.open(at=moment).filter(unsent, pk=letter.pk)
    sender = Appointment.objects.filter(pk=by.appointment or 0).first()
    if not waiting.update(sent_at=moment, sent_by=sender):
        raise OutOfTurn(
            _("This cannot be done now."),
            why=_("The letter was sent already, or it is open no longer."),
            instead=_("Read on the page of the report what became of it."),
        )


def is_for(report: Report, by: Actor) -> bool:
    """Whether this officer may have the letter in hand: its link speaks for the agency, so only the holder's may."""
    return by.kind == "officer" and may(MOVES["acknowledge"], report, by)


def remind_due(*, now: datetime | None = None, at_most: int = 100) -> int:
    """Remind once of each letter that was not answered when most of its time has passed; returns how many were due.

    For the clockwork. Two workers at once remind once: the row is locked, and moved on with its effect.
    """
    moment, done = now or timezone.now(), 0
    while done < at_most and _remind_one(moment):
        done += 1
    return done


def shown(reports: Sequence[Report]) -> Mapping[int, queries.Dates]:
    """By report id, when its newest letter was sent and answered: what the public and the own reporter may know."""
    return {dates.report: dates for dates in queries.letters_shown([report.pk for report in reports])}


def summed(agency: Unit) -> queries.Sums:
    """How many letters went to an agency that is not connected, and how many of them it answered: for everybody."""
    return queries.letters_to(agency.pk)


def _addressee(report: Report, to: Unit, *, on: datetime) -> Unit | None:
    """The named unit or its agency, whichever has an address; without any the named unit, on paper."""
    agency = to.agency or to
    if agency.connected_on and agency.connected_on <= timezone.localdate(on):
        return None
    if report.report_class == Class.WHISTLEBLOWING or report.queue:
        return None
    accused = set(report.conflicts.values_list("unit_id", flat=True))
    able = [unit for unit in (to, agency) if not accused & set(unit.ancestry)]
    return next((unit for unit in able if unit.letter_address), able[0] if able else None)


def _times(report: Report, at: datetime) -> tuple[datetime, datetime]:
    """By when an answer is in time for the first follow-up of the holder, and when to remind of it."""
    policy = policy_for(Kind.FIRST_RESPONSE, report_class=report.report_class, agency_id=report.agency_id, at=at)
    calendar = calendar_of(report.holder)
    working = policy.counting == Policy.Counting.WORKING_DAYS
    due = calendar.due(at, policy.length, "working" if working else "calendar")
    return due, calendar.fraction_point(at, due, REMINDED_AT)


def _mail(letter: Letter, event: Event, template: str, *, at: datetime) -> Notice:
    """The link travels sealed to the vault: nobody reads it in the rows of the notices."""
    sealed = sealing.seal_words(links.token(letter.uuid), sealing.current_public_key(), letter.uuid)
    return telling.write_to(
        letter.unit,
        event,
        template=template,
        at=at,
        due=letter.due_at.isoformat(),
        letter=str(letter.uuid),
        token=b64encode(sealed).decode("ascii"),
    )


def _remind_one(now: datetime) -> bool:
    with acting(SYSTEM), transaction.atomic():
        due = Letter.objects.open(at=now).select_for_update(of=("self",), skip_locked=True).filter(remind_at__lte=now)
        letter = due.select_related("report__holder", "unit", "notice").order_by("remind_at", "pk").first()
        if letter is None:
            return False
        last = letter.report.events.order_by("-pk").first()
        if last is not None and _waits_for_an_answer(letter):
            _mail(letter, last, "letter_reminder", at=now)
        letter.remind_at = None
        letter.save(update_fields=["remind_at"])
    return True


def _waits_for_an_answer(letter: Letter) -> bool:
    settled = not letter.report.is_open or letter.report.state == State.RESOLUTION_PROPOSED
    return not settled and letter.notice is not None and letter.notice.failed_at is None
