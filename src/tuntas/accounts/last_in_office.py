"""No desk is left alone: the one rule, asked before an appointment ends and before an account is closed (ADR 0032).

An agency always keeps an administrator. A supervisor, a head and a custodian are kept where something hangs on them
alone; what that is, those above this layer count and say.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tuntas.kernel.refusals import OutOfTurn
from tuntas.organizations.models import Appointment, AppointmentQuerySet, Role, Unit, UnitQuerySet

ADMINISTRATORS = frozenset({Role.AGENCY_ADMIN, Role.NATIONAL_ADMIN})
KEPT_WHILE_NEEDED = frozenset({Role.SUPERVISOR, Role.UNIT_HEAD, Role.CUSTODIAN})
SOON = timedelta(days=30)  # how long before an end that nobody follows it is said

Hangs = Callable[[Appointment], str]  # what nobody else of this office could do, in a sentence; "" for nothing


def nothing(_whose: Appointment) -> str:
    """For callers who end no supervisor, head or custodian."""
    return ""


def must_leave_one(going: Iterable[Appointment], *, last: date, hangs: Hangs = nothing) -> None:
    """Refuse when somebody would be missing on the day after `last`. Call it in the transaction that ends them.

    A deputy does not count, nor does whoever ends that very day. The rows of the same desk are locked, so that two of
    them cannot end each other at the same moment. Raises OutOfTurn.
    """
    for held in going:
        if held.role in ADMINISTRATORS:
            if held.unit_id == held.unit.agency_id and not _others(held, ADMINISTRATORS, last).exists():
                raise _last_administrator(held)
        elif held.role in KEPT_WHILE_NEEDED and _is_in_force(held) and not _others(held, {held.role}, last).exists():
            _refuse_when_something(hangs(held))


def running_out(units: UnitQuerySet, *, today: date) -> list[Unit]:
    """Agencies among these units that have an administrator now and, as things stand, none in SOON."""
    kept = Appointment.objects.filter(role__in=ADMINISTRATORS, deputy_for=None, unit=F("unit__agency"))
    now, then = (kept.current(day).values("unit") for day in (today, today + SOON))
    return list(units.filter(pk__in=now).exclude(pk__in=then).order_by("name", "pk"))


def _others(held: Appointment, roles: Iterable[str], last: date) -> AppointmentQuerySet:
    """Who stays at this desk in their own right, for at least two days after `last`; the desk's rows are locked."""
    day = last + timedelta(days=1)
    desk = Appointment.objects.filter(unit=held.unit_id, role__in=roles)
    list(desk.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
    same = desk.filter(Q(role=held.role) | Q(role=Role.NATIONAL_ADMIN), deputy_for=None)
    return same.current(day).current(day + timedelta(days=1)).exclude(officer=held.officer_id)


def _is_in_force(held: Appointment) -> bool:
    return Appointment.objects.current().filter(pk=held.pk).exists()


def _last_administrator(held: Appointment) -> OutOfTurn:
    return OutOfTurn(
        _("Nothing was ended: %(unit)s would have no administrator.") % {"unit": held.unit.name},
        why=_("%(name)s is the last one. Nobody could appoint officers any more, or help whoever is locked out.")
        % {"name": held.officer.name},
        instead=_("Appoint who follows first; it takes a minute. Then end this one."),
    )


def _refuse_when_something(why: str) -> None:
    if not why:
        return
    raise OutOfTurn(
        _("Nothing was ended or closed: somebody must follow first."),
        why=why,
        instead=_(
            "Hand the work over to somebody who gets this role, then try again. Urgent? Sign them out everywhere."
        ),
    )
