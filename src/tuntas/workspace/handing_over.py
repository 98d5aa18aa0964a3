"""Passing an officer's work on when they move: what goes over, what stays with the office, what belongs to the person.

Jobs and saved views go to whoever follows. What waits at the desk of a role (reports to check, drafts to approve,
agencies to watch) belongs to the office, and is seen by everybody who holds that role there: nothing has to be moved,
but somebody must be there. Rights that were given to one person (to open an identity, the address of a calendar) and
unsent words go to nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from tuntas.access import security_log
from tuntas.access.actors import Actor, acting
from tuntas.accounts import administering, letters
from tuntas.accounts.administering import Post
from tuntas.disclosure.models import Disclosure
from tuntas.followup.models import Unsent
from tuntas.kernel.refusals import Incomplete, NotYours
from tuntas.organizations.models import Appointment, AppointmentQuerySet, Officer, Role
from tuntas.teamwork import jobs
from tuntas.teamwork.jobs import HandedOver
from tuntas.teamwork.models import Job
from tuntas.workspace import queues
from tuntas.workspace.desks import Desk
from tuntas.workspace.models import SavedView
from tuntas.workspace.supervision import watched_by
from tuntas.workspace.words import Words


class Why(models.TextChoices):
    """Why work passes on. A word and no text: it stands in a mail and in the security log."""

    MOVES = "MOVES", _("Moves to another office")
    LEAVES = "LEAVES", _("Retires or leaves the service")
    AWAY = "AWAY", _("Is away for long: leave, training, illness")
    SHARES = "SHARES", _("The work of the office is shared out anew")


@dataclass(frozen=True, kw_only=True, slots=True)
class Bundle:
    """What hangs on one appointment. heaps: what waits at this desk, by name, where anything does.

    others: who holds the same role in the same office; the heaps are theirs as well. unsent: forms typed and not sent.
    identities: requests to know a reporter that this officer asked and that are not over. deputies: who stands in.
    """

    whose: Appointment
    jobs: int
    views: int
    heaps: Sequence[tuple[Words, int]]
    others: Sequence[Appointment]
    unsent: int
    identities: int
    deputies: Sequence[Appointment]


@dataclass(frozen=True, slots=True)
class Done:
    """What a handover did. to: the appointment that it all went to; None for the pool of the office."""

    jobs: HandedOver
    views: int
    to: Appointment | None
    was_told: bool


def may_hand_over(by: Actor, whose: Appointment) -> bool:
    """The officer themself, and whoever keeps the accounts of their office."""
    if by.kind != "officer":
        return False
    return by.officer == whose.officer_id or administering.units_of(by).filter(pk=whose.unit_id).exists()


def colleagues(whose: Appointment) -> AppointmentQuerySet:
    """Who could follow: everybody else in office in the same agency; of the same role and office first."""
    found: AppointmentQuerySet = Appointment.objects.current().filter(unit__agency=whose.unit.agency_id)
    nearness = models.Case(
        models.When(unit=whose.unit_id, role=whose.role, then=0), models.When(unit=whose.unit_id, then=1), default=2
    )
    others = found.exclude(officer=whose.officer_id).select_related("officer", "unit")
    return others.order_by(nearness, "officer__name", "pk")


def same_desk(whose: Appointment, *, on: date | None = None) -> AppointmentQuerySet:
    """Who else holds the same role in the same office on a day (default today)."""
    found: AppointmentQuerySet = Appointment.objects.current(on).filter(unit=whose.unit_id, role=whose.role)
    return found.exclude(officer=whose.officer_id).select_related("officer")


def bundle_of(whose: Appointment) -> Bundle:
    """Counted in the sight of the officer who goes: who hands over learns how much it is, and reads none of it."""
    with acting(Actor.appointed(whose)):
        return Bundle(
            whose=whose,
            jobs=Job.objects.live().filter(appointment=whose).count(),
            views=SavedView.objects.filter(officer=whose.officer_id).count(),
            heaps=[heap for heap in _heaps(whose) if heap[1]],
            others=list(same_desk(whose)),
            unsent=Unsent.objects.filter(officer=whose.officer_id).count(),
            identities=Disclosure.objects.filter(asked_by=whose, closed_at=None)
            .filter(models.Q(decision="") | models.Q(opens_until__gt=timezone.now()))
            .count(),
            deputies=list(Appointment.objects.current().filter(deputy_for=whose).select_related("officer")),
        )


@transaction.atomic
def hand_over(
    whose: Appointment,
    *,
    to: Appointment | None,
    by: Actor,
    why: str,
    gives_role: bool = False,
    decree: str = "",
    last: date | None = None,
) -> Done:
    """Pass everything of one appointment on, write it down, and tell who follows.

    gives_role: whoever follows is appointed to the same role in the same office, from today. last: the last day of the
    appointment, when it ends with this; needs an administrator. Raises NotYours, Incomplete, and OutOfTurn when the
    desk would be left alone.
    """
    if not may_hand_over(by, whose):
        raise _not_yours()
    if to is not None and not colleagues(whose).filter(pk=to.pk).exists():
        raise Incomplete(
            _("This officer cannot follow."),
            why=_("They are not in office in the same agency now."),
            instead=_("Choose somebody else. Nothing was changed."),
        )
    if to is not None and gives_role and not same_desk(whose).filter(pk=to.pk).exists():
        post = Post(unit=whose.unit, role=whose.role, since=timezone.localdate(), decree=decree)
        to = administering.appoint(by, to.officer, post)
    moved = jobs.hand_over(whose, to=to, by=by)
    views = _copy_views(whose, to) if to is not None else 0
    if last is not None:
        end(whose, by=by, last=last)
    _write_down(whose, to, by, why, moved, views)
    told = to is not None and _tell(whose, to, by, why, moved, views)
    return Done(moved, views, to, was_told=told)


@transaction.atomic
def end(whose: Appointment, *, by: Actor, last: date | None = None) -> None:
    """End an appointment; jobs that were not handed over go to the pool. Raises OutOfTurn for a desk left alone."""
    day = last or timezone.localdate() - timedelta(days=1)
    if day < timezone.localdate():
        jobs.hand_over(whose, to=None, by=by)  # while they still may: what they had goes to the pool
    administering.end(by, whose, on=last, hangs=hangs_on)


def close(officer: Officer, *, by: Actor) -> None:
    """Close an account at once; its jobs are the pool's. Raises OutOfTurn for a desk left alone."""
    administering.set_active(by, officer, active=False, hangs=hangs_on)


def hangs_on(whose: Appointment) -> str:
    """What nobody would do if this one were the last of the desk to go, in a sentence; empty when others would.

    Liaison and field officers leave what others of their office and the administrators above do as well.
    """
    with acting(Actor.appointed(whose)):
        return _waiting_words(whose)


def _waiting_words(whose: Appointment) -> str:
    """What waits for this role in this office alone."""
    desk = Desk(whose)
    if whose.role == Role.SUPERVISOR:
        n = len(watched_by(desk))
        words = ngettext(
            "Nobody would watch the %(n)d agency that this office watches.",
            "Nobody would watch the %(n)d agencies that this office watches.",
            n,
        )
    elif whose.role == Role.UNIT_HEAD:
        n = queues.drafts(desk).count()
        words = ngettext(
            "%(n)d draft waits for the word of this head, and for nobody else's.",
            "%(n)d drafts wait for the word of this head, and for nobody else's.",
            n,
        )
    else:
        waiting = Disclosure.objects.filter(custodian=whose.unit_id)
        n = (waiting.undecided() | waiting.unreviewed()).count()
        words = ngettext(
            "%(n)d request to know a reporter waits for a custodian of this office.",
            "%(n)d requests to know a reporter wait for a custodian of this office.",
            n,
        )
    return words % {"n": n} if n else ""


def _heaps(whose: Appointment) -> list[tuple[Words, int]]:
    """What waits at this desk: agencies for a supervisor, requests for a custodian, and the heaps of the role."""
    desk = Desk(whose)
    tabs = [tab for tab in queues.tabs_for(desk) if tab.for_moves]  # a closed queue's size is not told outside it
    found = queues.counts(desk, tabs) if tabs else {}
    rows: list[tuple[Words, int]] = [(tab.label, found[tab.name]) for tab in tabs if tab.name in found]
    if whose.role == Role.SUPERVISOR:
        rows.insert(0, (_("Agencies watched"), len(watched_by(desk))))
    if whose.role == Role.CUSTODIAN:
        asked = Disclosure.objects.filter(custodian=whose.unit_id)
        rows.append((_("Requests to know a reporter"), asked.undecided().count()))
        rows.append((_("Emergencies to look at"), asked.unreviewed().count()))
    return rows


def _copy_views(whose: Appointment, to: Appointment) -> int:
    """The saved views, under the same names; those that the other has already stay as they are."""
    with acting(Actor.appointed(whose)):
        given = list(SavedView.objects.filter(officer=whose.officer_id).order_by("pk"))
    with acting(Actor.appointed(to)):
        own = set(SavedView.objects.filter(officer=to.officer_id).values_list("name", flat=True))
        new = [view for view in given if view.name not in own][: max(0, SavedView.MOST - len(own))]
        SavedView.objects.bulk_create(
            SavedView(officer_id=to.officer_id, name=view.name, queue=view.queue, asked=view.asked) for view in new
        )
    return len(new)


def _write_down(whose: Appointment, to: Appointment | None, by: Actor, why: str, moved: HandedOver, views: int) -> None:
    facts: dict[str, str | int] = {
        "about": whose.officer_id,
        "to": to.officer_id if to else 0,
        "unit": whose.unit_id,
        "role": whose.role,
        "reason": why,
        "given": moved.given,
        "pooled": moved.pooled,
        "kept": moved.kept,
        "views": views,
    }
    security_log.write("handed_over", officer=by.officer, facts=facts)


def _tell(whose: Appointment, to: Appointment, by: Actor, why: str, moved: HandedOver, views: int) -> bool:
    """A mail to who follows; False when they have no address."""
    who = Officer.objects.filter(pk=by.officer or 0).values_list("name", flat=True).first() or ""
    owed = letters.owe(
        to.officer,
        "handed_over",
        who=whose.officer.name,
        role=whose.role,
        unit=whose.unit.name,
        by=who,
        reason=why,
        given=moved.given,
        views=views,
    )
    return owed is not None


def _not_yours() -> NotYours:
    return NotYours(
        _("This work is not yours to hand over."),
        why=_("Officers hand over their own, and administrators that of their own office and those below it."),
        instead=_("Ask the administrator of that agency. Nothing was changed."),
    )
