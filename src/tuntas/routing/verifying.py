"""Looking at a new report: verify, ask for what is missing, archive, point elsewhere (T3-T6, T18, T21)."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import Actor
from tuntas.intake.receiving import first_holder
from tuntas.kernel.refusals import Incomplete, OutOfTurn
from tuntas.lifecycle import advance, lock
from tuntas.organizations import closed_queues, superiors
from tuntas.organizations.models import Category, Role, Unit
from tuntas.reports import publishing
from tuntas.reports.models import Event, Report
from tuntas.reports.states import EXAMINED, Class, Queue, ReportType
from tuntas.routing import letters

BY_RULE = _("Reports of this kind are secret from the first moment. Only the office for them reads the text.")
CHANGES_THE_MATTER = frozenset({"add_details"})
NEEDS_SIGNPOST = "NOT_PUBLIC_SERVICE"  # handbook 3.5: never a bare "not ours"


@transaction.atomic
def verify(
    report: Report,
    *,
    by: Actor,
    report_class: str,
    category: Category,
    target: Unit,
    title: str = "",
    public_text: str = "",
    public_place: str = "",
    problem_nature: str = "",
    is_light: bool = False,
    raise_anonymous: bool = False,
    raise_confidential: bool = False,
    protection_reason: str = "",
    masked: int | None = None,
    shown: Sequence[str] = (),
    at: datetime | None = None,
    seen: int | None = None,
) -> Event:
    """Class, category, agency and protection are decided; the report goes to the agency, or to its supervisor.

    title, public_text, public_place: what the public will read (the moderated copy, for a place can be a home);
    without a text nothing is published. masked, shown: how many things were masked in it, and of which kinds some were
    left to be read, for the history.
    Protection only goes up (law 6): the flags add to what the reporter chose, with a reason that the reporter reads. A
    category or a class that belongs to a closed queue goes to the office that keeps it, and stays in it for good; what
    is for the protection of women and children, or from an insider, is secret from then on whatever comes later.
    """
    lock(report)
    moment = at or timezone.now()
    if report_class not in Class.values:
        report_class = ""
    queue = report.queue or closed_queue_of(report_class, category)
    secret = is_secret(queue, report_class)
    if (raise_anonymous and not report.is_anonymous) or ((raise_confidential or secret) and not report.is_confidential):
        raised = {"anonymous": raise_anonymous, "confidential": raise_confidential or secret}
        why = protection_reason.strip() or (str(BY_RULE) if secret else "")
        protect(report, by=by, reason=why, at=at, seen=seen, **raised)
        seen = None
    holder, connected = _goes_to(report, target, queue, on=moment)
    event = advance(
        report,
        "verify",
        by=by,
        at=at,
        seen=seen,
        brings={"class": report_class, "category": category, "target": holder},
        facts={
            "category": category.code,
            "class": report_class,
            "target": target.name if not queue else holder.name,
            "connected": connected,
        }
        | ({"masked": masked} if masked is not None else {})
        | ({"shown": list(shown)} if shown else {}),
        changes={
            "report_class": report_class,
            "category": category,
            "problem_nature": problem_nature,
            "is_light": is_light,
            "target_agency": target,
            "is_confidential": report.hides_text,
            "queue": queue,
        },
    )
    publishing.settle(report, title=title, body=public_text, place=public_place, at=event.at)
    letters.write(report, to=target, event=event)
    return event


def closed_queue_of(report_class: str, category: Category) -> str:
    """Whose closed queue a report belongs to: by its category first, else by its class."""
    return category.closed_to or (Queue.INSPECTORATE.value if report_class in EXAMINED else "")


def is_secret(queue: str, report_class: str) -> bool:
    return queue == Queue.WOMEN_AND_CHILDREN or report_class == Class.WHISTLEBLOWING


def _goes_to(report: Report, target: Unit, queue: str, *, on: datetime) -> tuple[Unit, bool]:
    """Who holds the report afterwards, and whether that is the agency of the target itself.

    A report that already lies with an office of its closed queue stays there, unless the target has one of its own.
    """
    holder = first_holder(target.pk, on=on)
    if queue:
        blind = frozenset(report.conflicts.filter(unit__isnull=False).values_list("unit_id", flat=True))
        desk = closed_queues.desk_for(queue, holder, blind=blind, on=timezone.localdate(on))
        stays = report.holder if closed_queues.keeps(report.holder, queue) else superiors.nation()
        return desk or stays, True
    if holder.connected_on is None:
        holder = report.holder
    return holder, holder == target.agency


def ask(
    report: Report,
    *,
    by: Actor,
    missing: Sequence[str],
    note: str = "",
    at: datetime | None = None,
    seen: int | None = None,
) -> Event:
    """Ask the reporter, in plain words, for what is missing; the verification clock pauses."""
    wanted = [words.strip() for words in missing if words.strip()]
    return advance(
        report, "ask", by=by, at=at, seen=seen, note=note, brings={"missing": wanted}, facts={"missing": wanted}
    )


def complete_for(report: Report, *, by: Actor, text: str, at: datetime | None = None, seen: int | None = None) -> Event:
    """Write down what the reporter said elsewhere, by telephone or at the counter: nobody waits for a form alone.

    Also the way on for a report that an old register left on hold, whose reporter nobody can ask (no dead ends, law 2).
    """
    return advance(report, "complete_for", by=by, at=at, seen=seen, note=text.strip(), brings={"answer": text.strip()})


@transaction.atomic
def archive(
    report: Report,
    *,
    by: Actor,
    reason: str,
    explanation: str,
    signpost: str = "",
    at: datetime | None = None,
    seen: int | None = None,
) -> Event:
    """Archive with a reason and an explanation. An agency's administrator proposes; a second officer confirms (T18)."""
    if reason == NEEDS_SIGNPOST and not signpost.strip():
        raise Incomplete(
            _("Something is missing."),
            why=_("A report outside public service needs a signpost."),
            instead=_("Say where the person can turn to. What you typed is kept."),
            kept={"explanation": explanation},
        )
    lock(report)
    first = standing_proposal(report.events.order_by("pk"))
    is_second = by.role == Role.NATIONAL_ADMIN or (first is not None and _another_person(first, by))
    if by.role == Role.AGENCY_ADMIN and first is None:
        return _archiving("propose_archive", report, by, reason, explanation, signpost, at, seen)
    event = _archiving("archive", report, by, reason, explanation, signpost, at, seen, second_person=is_second)
    publishing.withdraw(report)
    return event


def refer(
    report: Report, *, by: Actor, signpost: str, explanation: str, at: datetime | None = None, seen: int | None = None
) -> Event:
    """Outside public service (court, KPK, emergency): say where to turn to, with a contact (T21)."""
    return advance(
        report,
        "refer",
        by=by,
        at=at,
        seen=seen,
        note=explanation.strip(),
        brings={"signpost": signpost.strip(), "explanation": explanation.strip()},
        facts={"signpost": signpost.strip()},
    )


@transaction.atomic
def decide_appeal(
    report: Report, *, by: Actor, grant: bool, reason: str, at: datetime | None = None, seen: int | None = None
) -> Event:
    """The national administrator takes an archived report back, or upholds the archiving, with a reason (T24)."""
    lock(report)
    is_open = report.clocks.filter(kind="appeal_decision", stopped_at=None).exists()
    return advance(
        report,
        "revive" if grant else "uphold",
        by=by,
        at=at,
        seen=seen,
        note=reason.strip(),
        brings={"reason": reason.strip(), "appealed": is_open},
    )


@transaction.atomic
def protect(
    report: Report,
    *,
    by: Actor,
    anonymous: bool,
    confidential: bool,
    reason: str = "",
    at: datetime | None = None,
    seen: int | None = None,
) -> Event:
    """Raise protection; lowering is impossible by construction (law 6).

    reason: why an officer does so, for the reporter to read; a reporter owes nobody a reason.
    """
    lock(report)
    raised = [
        name
        for name, wanted, had in (
            ("anonymous", anonymous, report.is_anonymous),
            ("confidential", confidential, report.is_confidential),
        )
        if wanted and not had
    ]
    if not raised:
        raise OutOfTurn(
            _("Nothing changed."),
            why=_("The report has this protection already, and protection is never lowered."),
        )
    event = advance(
        report,
        "protect",
        by=by,
        at=at,
        seen=seen,
        note=reason.strip(),
        brings={"protection": raised, "reason": reason.strip() or by.kind == "reporter"},
        facts={"protection": raised},
        changes={
            "is_anonymous": report.is_anonymous or anonymous,
            "is_confidential": report.is_confidential or confidential,
        },
    )
    if confidential:
        publishing.hide(report)
    return event


def class_for(report_type: str) -> str:
    """The class to suggest for what the citizen picked (handbook 2.2)."""
    return {
        ReportType.ASPIRATION: Class.ASPIRATION.value,
        ReportType.INFORMATION_REQUEST: Class.INFORMATION_REQUEST.value,
    }.get(ReportType(report_type), Class.NON_SUPERVISORY.value)


def standing_proposal(events: Iterable[Event]) -> Event | None:
    """The proposal to archive that waits for its second officer, or none. events: all of a report, oldest first.

    It stands until the report moves on or goes to another holder, or the reporter adds details: then the two officers
    would not decide about the same matter. Messages, data requests and the like leave it as it is.
    """
    standing: Event | None = None
    for event in events:
        if event.verb == "propose_archive":
            standing = event
        elif standing and (
            event.from_state != event.to_state
            or event.holder_id != standing.holder_id
            or event.verb in CHANGES_THE_MATTER
        ):
            standing = None
    return standing


def _another_person(proposal: Event, by: Actor) -> bool:
    """The same officer in another role is not a second pair of eyes."""
    return proposal.appointment is not None and proposal.appointment.officer_id != by.officer


def _archiving(
    verb: str,
    report: Report,
    by: Actor,
    reason: str,
    explanation: str,
    signpost: str,
    at: datetime | None,
    seen: int | None,
    **more: Any,
) -> Event:
    return advance(
        report,
        verb,
        by=by,
        at=at,
        seen=seen,
        note=explanation.strip(),
        brings={"archive_reason": reason, "explanation": explanation.strip()} | more,
        facts={"archive_reason": reason} | ({"signpost": signpost.strip()} if signpost.strip() else {}),
    )
