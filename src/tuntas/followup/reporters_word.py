"""What the reporter may do, having proved that the report is theirs (T5, T13, T15-T17, T20, T24).

Only surfaces that have proved the secret code may call these. A reporter whose report was merged acts on the report
that carries it: `carrier` finds it.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import Actor
from tuntas.clocks.models import DUTIES, Kind
from tuntas.followup.kinds import Step
from tuntas.followup.models import FollowUp, Rating
from tuntas.kernel.refusals import Incomplete, OutOfTurn
from tuntas.lifecycle import advance, lock
from tuntas.reports.models import Event, Report
from tuntas.reports.states import Class, Finish, State

EXAMINED = frozenset({Class.SUPERVISORY, Class.WHISTLEBLOWING})
ESCALATES_FROM = 2  # objections: from the second on the superior is told (T16, T22)
NUDGE_AGAIN_AFTER = timedelta(days=1)  # a person may ask the superior to look once a day


def carrier(report: Report) -> Report:
    """The report that carries the matter: the parent of a merged one, else itself."""
    return report.parent if report.state == State.MERGED and report.parent else report


def complete(report: Report, *, text: str, at: datetime | None = None) -> Event:
    """Answer what the administrator asked; the report goes back to verification and the clock goes on (T5)."""
    return _say(report, "complete", text, at)


def reply(report: Report, *, text: str, at: datetime | None = None) -> Event:
    """Answer an officer's question; the settlement clock goes on (T13)."""
    return _say(report, "reply", text, at)


def add_details(report: Report, *, text: str, at: datetime | None = None) -> Event:
    """Add something unasked; nothing in the life of the report changes."""
    return _say(report, "add_details", text, at)


@transaction.atomic
def accept(
    report: Report,
    *,
    clear: int | None = None,
    on_target: int | None = None,
    words: str = "",
    at: datetime | None = None,
    seen: int | None = None,
) -> Event:
    """It is solved. The rating is asked and never demanded (T15)."""
    for rating in (clear, on_target):
        if rating is not None and not 1 <= rating <= 5:
            raise Incomplete(
                _("Choose a rating from 1 to 5."), why=_("Another number cannot be counted."), kept={"words": words}
            )
    event = advance(
        report, "accept", by=_own(report), at=at, seen=seen, note=words.strip(), changes={"finish": Finish.ACCEPTED}
    )
    Rating.objects.create(report=report, event=event, clear=clear, on_target=on_target, words=words.strip())
    return event


@transaction.atomic
def object_to(report: Report, *, reason: str, at: datetime | None = None, seen: int | None = None) -> Event:
    """It is not solved: the report goes back, to the head and not to the same officer (T16, law 5)."""
    lock(report)
    count = report.objections + 1
    event = advance(
        report,
        "object",
        by=_own(report),
        at=at,
        seen=seen,
        note=reason.strip(),
        brings={"reason": reason.strip()},
        changes={"objections": count},
    )
    if count >= ESCALATES_FROM:
        _raise_a_level(report, reason=str(_("The reporter objected again.")), at=event.at)
    return event


def reopen(report: Report, *, reason: str, at: datetime | None = None, seen: int | None = None) -> Event:
    """The problem is back, or never went: within the window the report opens again (T17)."""
    return advance(
        report,
        "reopen",
        by=_own(report),
        at=at,
        seen=seen,
        note=reason.strip(),
        brings={"reason": reason.strip(), "window": _in_time(report, Kind.REOPEN_WINDOW, at)},
    )


@transaction.atomic
def thank(report: Report, *, text: str, at: datetime | None = None) -> Event:
    """Say thank you when it is over: once, to the office and to who wrote the answer. Nobody is ranked by it (O1).

    The words are read by the handlers alone, like everything that a reporter writes, and change nothing.
    """
    lock(report)
    if report.state == State.RESOLVED and report.events.filter(verb="thank").exists():
        raise OutOfTurn(
            _("You said thank you already."),
            why=_("It was handed to the office, and it stands in your timeline."),
            instead=_("You need do nothing more."),
            kept={"text": text},
        )
    last = FollowUp.objects.filter(report=report, is_draft=False, step=Step.RESOLUTION).order_by("-pk").first()
    return advance(
        report,
        "thank",
        by=_own(report),
        at=at,
        note=text.strip(),
        brings={"answer": text.strip()},
        facts={"answerer": last.author_id} if last and last.author_id else {},
    )


@transaction.atomic
def withdraw(report: Report, *, reason: str = "", at: datetime | None = None) -> Event:
    """Take the report back; under examination, or carrying others, it stays open without its reporter (T20)."""
    lock(report)
    under_examination = report.report_class in EXAMINED and report.state != State.AWAITING_VERIFICATION
    if report.is_open and (under_examination or report.weight > 1):
        return advance(report, "leave", by=_own(report), at=at, note=reason.strip(), changes={"has_left": True})
    return advance(report, "withdraw", by=_own(report), at=at, note=reason.strip(), brings={"may_withdraw": True})


def appeal(report: Report, *, reason: str, at: datetime | None = None) -> Event:
    """Ask the national administrator to look at an archiving again (T24)."""
    return advance(
        report,
        "appeal",
        by=_own(report),
        at=at,
        note=reason.strip(),
        brings={"reason": reason.strip(), "window": _in_time(report, Kind.APPEAL_WINDOW, at)},
    )


def revive(report: Report, *, text: str, at: datetime | None = None) -> Event:
    """Complete a report that was archived for want of an answer; one tap and it stands in the queue again (T6, T24)."""
    return advance(
        report,
        "revive_own",
        by=_own(report),
        at=at,
        note=text.strip(),
        brings={"answer": text.strip(), "window": _in_time(report, Kind.REVIVE_WINDOW, at)},
    )


@transaction.atomic
def escalate(report: Report, *, reason: str, at: datetime | None = None) -> Event:
    """Ask the superior to look: for an overdue report, or when objections were of no use (T22)."""
    lock(report)
    moment = at or timezone.now()
    if report.is_open and not _may_be_raised(report, moment):
        raise OutOfTurn(
            _("The superior is told when the time has passed."),
            why=_("The office is still in time."),
            instead=_("Wait for the date on your report's page. You can add details at any time."),
            kept={"reason": reason},
        )
    last = report.events.filter(verb="escalate", actor_kind="reporter").order_by("-id").first()
    if last is not None and last.at > moment - NUDGE_AGAIN_AFTER:
        raise OutOfTurn(
            _("The superior was told already."),
            why=_("You asked a moment ago; your request stands."),
            instead=_("You can ask again tomorrow."),
            kept={"reason": reason},
        )
    return _raise_a_level(report, reason=reason, at=at)


def _may_be_raised(report: Report, moment: datetime) -> bool:
    late = report.clocks.running().filter(kind__in=DUTIES, due_at__lte=moment).exists()
    return late or report.objections >= ESCALATES_FROM


def _raise_a_level(report: Report, *, reason: str, at: datetime | None) -> Event:
    return advance(
        report,
        "escalate",
        by=_own(report),
        at=at,
        note=reason.strip(),
        brings={"reason": reason.strip()},
        facts={"level": report.escalation + 1},
        changes={"escalation": report.escalation + 1},
    )


def _say(report: Report, verb: str, text: str, at: datetime | None) -> Event:
    return advance(report, verb, by=_own(report), at=at, note=text.strip(), brings={"answer": text.strip()})


def _own(report: Report) -> Actor:
    return Actor.reporter_of(report.pk)


def _in_time(report: Report, kind: str, at: datetime | None) -> bool:
    moment = at or timezone.now()
    return report.clocks.filter(kind=kind, stopped_at=None, due_at__gt=moment).exists()
