"""No agency is left without an administrator: asked before an appointment ends and before an account is closed."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from tuntas.kernel.refusals import OutOfTurn
from tuntas.organizations.models import Appointment, Role, Unit, UnitQuerySet

ADMINISTRATORS = frozenset({Role.AGENCY_ADMIN, Role.NATIONAL_ADMIN})
SOON = timedelta(days=30)  # how long before an end that nobody follows it is said


def must_leave_one(going: Iterable[Appointment], *, last: date) -> None:
    """Refuse when an agency had no administrator on the day after `last`. Call it in the transaction that ends them.

    A deputy does not count, nor does whoever ends that very day. The rows of the agency's administrators are locked,
    so that two of them cannot end each other at the same moment. Raises OutOfTurn.
    """
    day = last + timedelta(days=1)
    for held in going:
        if held.role not in ADMINISTRATORS or held.unit_id != held.unit.agency_id:
            continue
        office = Appointment.objects.filter(unit=held.unit_id, role__in=ADMINISTRATORS)
        list(office.order_by("pk").select_for_update(of=("self",)).values_list("pk", flat=True))
        same = office.filter(Q(role=held.role) | Q(role=Role.NATIONAL_ADMIN), deputy_for=None)
        left = same.current(day).current(day + timedelta(days=1))
        if not left.exclude(officer=held.officer_id).exists():
            raise _last_one(held)


def running_out(units: UnitQuerySet, *, today: date) -> list[Unit]:
    """Agencies among these units that have an administrator now and, as things stand, none in SOON."""
    kept = Appointment.objects.filter(role__in=ADMINISTRATORS, deputy_for=None, unit=F("unit__agency"))
    now, then = (kept.current(day).values("unit") for day in (today, today + SOON))
    return list(units.filter(pk__in=now).exclude(pk__in=then).order_by("name", "pk"))


def _last_one(held: Appointment) -> OutOfTurn:
    return OutOfTurn(
        _("Nothing was ended: %(unit)s would have no administrator.") % {"unit": held.unit.name},
        why=_("%(name)s is the last one. Nobody could appoint officers any more, or help whoever is locked out.")
        % {"name": held.officer.name},
        instead=_("Appoint who follows first; it takes a minute. Then end this one."),
    )
