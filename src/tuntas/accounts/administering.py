"""Administrators keep accounts and appointments of their own part of the tree, and read no report by this right.

An administrator starts things and finishes none alone that would open somebody's account: a reset goes to the officer's
own address, a new second factor needs a second administrator, and nobody appoints or disables himself.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from tuntas.access import security_log
from tuntas.access.actors import Actor
from tuntas.accounts import addresses, last_in_office, letters, links, sessions
from tuntas.accounts.last_in_office import ADMINISTRATORS, Hangs
from tuntas.accounts.models import Renewal
from tuntas.kernel.refusals import Incomplete, NotYours, OutOfTurn, Refusal
from tuntas.organizations.models import Appointment, Officer, Role, Unit, UnitQuerySet


@dataclass(frozen=True, kw_only=True, slots=True)
class Post:
    """An appointment as it is asked for."""

    unit: Unit
    role: str
    since: date
    until: date | None = None
    decree: str = ""
    deputy_for: Appointment | None = None


def administers(by: Actor) -> bool:
    """Whether this officer keeps accounts at all."""
    return by.kind == "officer" and by.role in ADMINISTRATORS


def units_of(by: Actor) -> UnitQuerySet:
    """The units whose officers this administrator keeps: the own one and all below it; every unit for the nation's."""
    if not administers(by) or by.unit is None:
        return Unit.objects.none()
    if by.role == Role.NATIONAL_ADMIN:
        return Unit.objects.all()
    return Unit.objects.filter(ancestry__contains=[by.unit])


def officers_of(by: Actor) -> QuerySet[Officer]:
    """Officers who hold or held an appointment there."""
    return Officer.objects.filter(appointments__unit__in=units_of(by)).distinct()


def keeps(by: Actor, officer: Officer) -> bool:
    """Whether the whole account is this administrator's to keep: nobody's who also works elsewhere, not the own one."""
    if by.officer == officer.pk or not officers_of(by).filter(pk=officer.pk).exists():
        return False
    if by.role == Role.NATIONAL_ADMIN:
        return True
    held = Appointment.objects.current().filter(officer=officer)
    return not held.exclude(unit__in=units_of(by)).exists() and not held.filter(role=Role.NATIONAL_ADMIN).exists()


@transaction.atomic
def create(by: Actor, *, username: str, name: str, email: str, post: Post) -> Officer:
    """A new officer with a first appointment, and a letter with the link that opens the account."""
    _may_fill(by, post)
    try:
        with transaction.atomic():
            officer = Officer(username=username, name=name, email=email)
            officer.set_unusable_password()
            officer.save()
    except IntegrityError:
        raise Refusal(
            _("This user name is taken."),
            why=_("Each officer of the register has a user name of their own."),
            instead=_("Choose another one, such as name and office."),
        ) from None
    _log("officer_created", by, officer)
    appoint(by, officer, post)
    links.invite(officer, by=_who(by))
    return officer


@transaction.atomic
def appoint(by: Actor, officer: Officer, post: Post) -> Appointment:
    """Give an officer a role in a unit. Raises NotYours outside the own part of the tree and for oneself."""
    _may_fill(by, post)
    if by.officer == officer.pk:
        raise NotYours(
            _("You cannot appoint yourself."),
            why=_("Whoever gives rights must not be the one who gets them."),
            instead=_("Ask another administrator."),
        )
    _must_be_away(officer, post)
    try:
        with transaction.atomic():
            held = Appointment.objects.create(
                officer=officer,
                unit=post.unit,
                role=post.role,
                valid_from=post.since,
                valid_to=post.until,
                decree=post.decree,
                deputy_for=post.deputy_for,
            )
    except IntegrityError:
        raise OutOfTurn(
            _("This appointment exists already, or ends before it begins."),
            why=_("An officer holds a role in a unit once from a day on."),
            instead=_("Check the days, or end the other appointment first."),
        ) from None
    sessions.end_others(officer.pk)
    deputy = {"deputy_for": post.deputy_for.officer_id} if post.deputy_for else {}
    _log("appointed", by, officer, unit=post.unit.pk, role=post.role, **deputy)
    letters.owe(officer, "appointed", unit=post.unit.name, role=post.role, by=_who(by))
    _tell_the_others("appointed_other", by, officer, unit=post.unit.name, role=post.role)
    return held


@transaction.atomic
def end(by: Actor, appointment: Appointment, *, on: date | None = None, hangs: Hangs = last_in_office.nothing) -> None:
    """End an appointment after this day (default yesterday: at once).

    hangs: what else would be left alone. Raises OutOfTurn for who must not go yet (`last_in_office`).
    """
    if not units_of(by).filter(pk=appointment.unit_id).exists() or by.officer == appointment.officer_id:
        raise _not_yours()
    last = max(on or _yesterday(), appointment.valid_from)
    last_in_office.must_leave_one([appointment], last=last, hangs=hangs)
    Appointment.objects.filter(pk=appointment.pk).update(valid_to=last)
    sessions.end_others(appointment.officer_id)
    _log("appointment_ended", by, appointment.officer, unit=appointment.unit_id, role=appointment.role)
    letters.owe(appointment.officer, "appointment_ended", unit=appointment.unit.name, by=_who(by))


@transaction.atomic
def set_active(by: Actor, officer: Officer, *, active: bool, hangs: Hangs = last_in_office.nothing) -> None:
    """Open or close an account. A closed one ends at its next request.

    hangs: what else would be left alone. Raises OutOfTurn for who must not go yet (`last_in_office`).
    """
    if not keeps(by, officer):
        raise _not_yours()
    if not active:
        held = Appointment.objects.current().filter(officer=officer).select_related("unit", "officer")
        last_in_office.must_leave_one(held, last=_yesterday(), hangs=hangs)
    Officer.objects.filter(pk=officer.pk).update(is_active=active)
    sessions.end_others(officer.pk)
    _log("officer_enabled" if active else "officer_disabled", by, officer)
    letters.owe(officer, "enabled" if active else "disabled", by=_who(by))


@transaction.atomic
def change_email(by: Actor, officer: Officer, address: str) -> None:
    """Write down another mail address; both addresses are told, and every session of the officer ends.

    It opens no account: the second factor stays the officer's, and an account that nobody opened yet is invited anew.
    """
    if not keeps(by, officer):
        raise _not_yours()
    if not addresses.change(officer, address, template="email_changed_by_admin", by=_who(by)):
        raise OutOfTurn(_("Nothing was changed."), why=_("This is the mail address already."))
    sessions.end_others(officer.pk)
    _log("email_changed_by_admin", by, officer)
    if not officer.has_usable_password():
        links.invite(officer, by=_who(by))


@transaction.atomic
def end_sessions(by: Actor, officer: Officer) -> int:
    """Sign an officer out everywhere."""
    if not keeps(by, officer):
        raise _not_yours()
    ended = sessions.end_others(officer.pk)
    _log("sessions_ended_by_admin", by, officer, count=ended)
    return ended


@transaction.atomic
def start_reset(by: Actor, officer: Officer) -> None:
    """Send the officer a link for a new password. The administrator neither sees nor chooses anything."""
    if not keeps(by, officer):
        raise _not_yours()
    if not links.send(officer, by=_who(by)):
        raise Refusal(
            _("This officer has no mail address."),
            why=_("The link goes to the officer's own address and nowhere else."),
            instead=_("Ask a second administrator to let this officer enrol anew, after writing the address down."),
        )
    _log("reset_started", by, officer)


@transaction.atomic
def ask_renewal(by: Actor, officer: Officer, *, reason: str) -> Renewal:
    """Phone and recovery codes are gone: ask that the officer may set up a second factor anew."""
    if not keeps(by, officer) or by.officer is None:
        raise _not_yours()
    if Renewal.objects.filter(officer=officer, decided_at=None).exists():
        raise OutOfTurn(
            _("This was asked already."),
            why=_("Another request for this officer waits for a second administrator."),
            instead=_("Ask that administrator to decide it."),
        )
    asked = Renewal.objects.create(officer=officer, reason=reason, asked_by_id=by.officer, asked_at=timezone.now())
    _log("renewal_asked", by, officer)
    letters.owe(officer, "renewal_asked", by=_who(by))
    return asked


@transaction.atomic
def decide_renewal(by: Actor, renewal: Renewal, *, grant: bool) -> None:
    """A second administrator decides. Granted: a link goes to the officer, which also clears the old second factors."""
    asked = Renewal.objects.select_for_update().select_related("officer").get(pk=renewal.pk)
    if not keeps(by, asked.officer) or by.officer in {asked.asked_by_id, asked.officer_id}:
        raise NotYours(
            _("This needs a second administrator."),
            why=_("Whoever asked cannot grant it, and nobody grants it for their own account."),
            instead=_("Ask another administrator of the agency, or the national one."),
        )
    if asked.decided_at is not None:
        raise OutOfTurn(_("This was decided already."), why=_("Another administrator was faster."))
    asked.decided_by_id, asked.decided_at, asked.is_granted = by.officer, timezone.now(), grant
    asked.save()
    _log("renewal_granted" if grant else "renewal_refused", by, asked.officer)
    if grant:
        sessions.end_others(asked.officer_id)
        links.send(asked.officer, by=_who(by), renews=True)


def _may_fill(by: Actor, post: Post) -> None:
    """Only in the own part of the tree; and only the nation's administrator makes others like himself."""
    if not units_of(by).filter(pk=post.unit.pk).exists():
        raise _not_yours()
    if post.role not in Role.values or (post.role == Role.NATIONAL_ADMIN and by.role != Role.NATIONAL_ADMIN):
        raise NotYours(
            _("You cannot give this role."),
            why=_("Only a national administrator appoints another one."),
            instead=_("Choose another role, or ask the national administrator."),
        )


def _must_be_away(officer: Officer, post: Post) -> None:
    """A deputy holds the very office of somebody else, for a time that ends."""
    held = post.deputy_for
    if held is None:
        return
    if held.officer_id == officer.pk or (held.unit_id, held.role) != (post.unit.pk, post.role) or post.until is None:
        raise Incomplete(
            _("The deputy was not appointed."),
            why=_(
                "A deputy holds the same role in the same office as the person who is away, until a day that is set."
            ),
            instead=_("Check the office, the role and the last day."),
        )


def _yesterday() -> date:
    return timezone.localdate() - timedelta(days=1)


def _not_yours() -> NotYours:
    return NotYours(
        _("This account is not yours to keep."),
        why=_("You keep the accounts of your own office and those below it, and not your own."),
        instead=_("Ask the administrator above you. Nothing was changed."),
    )


def _log(kind: str, by: Actor, officer: Officer, **facts: str | int) -> None:
    security_log.write(kind, officer=by.officer, facts={"about": officer.pk, **facts})


def _who(by: Actor) -> str:
    return Officer.objects.filter(pk=by.officer or 0).values_list("name", flat=True).first() or "Tuntas"


def _tell_the_others(template: str, by: Actor, officer: Officer, *, unit: str, role: str) -> None:
    """Other administrators of the same unit hear of every appointment, so that none is made behind their back."""
    held = Appointment.objects.current().filter(unit=by.unit, role__in=ADMINISTRATORS)
    for other in Officer.objects.filter(pk__in=held.exclude(officer__in=[by.officer, officer.pk]).values("officer")):
        letters.owe(other, template, who=officer.name, unit=unit, role=role, by=_who(by))
