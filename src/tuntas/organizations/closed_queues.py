"""Which office keeps a closed queue for an agency: inside it first, then with its superiors (R002-32, handbook 1.2)."""

from collections.abc import Iterator
from datetime import date

from tuntas.organizations import superiors
from tuntas.organizations.models import Appointment, Role, Unit


def desk_for(queue: str, agency: Unit, *, blind: frozenset[int], on: date) -> Unit | None:
    """The nearest office of the kind `queue` that can act; None when there is none, and the nation keeps the report.

    agency: where the report belongs. blind: units that must not see it, with all below them.
    """
    return next(desks_for(queue, agency, blind=blind, on=on), None)


def desks_for(queue: str, agency: Unit, *, blind: frozenset[int], on: date) -> Iterator[Unit]:
    """Every such office, the nearest first."""
    for place in (agency, *superiors.upward(agency)):
        if place.is_agency:
            found = Unit.objects.working().filter(kind=queue, agency=place).order_by("ancestry__len", "pk")
            yield from (desk for desk in found if blind.isdisjoint(desk.ancestry) and can_act(desk, on=on))


def can_act(desk: Unit, *, on: date) -> bool:
    """Whether somebody there may check what comes in, and hand it on: without one it would lie unseen (law 2)."""
    return Appointment.objects.current(on).filter(unit=desk, role=Role.AGENCY_ADMIN).exists()


def keeps(unit: Unit, queue: str) -> bool:
    """Whether this unit is, or belongs to, an office that keeps this queue."""
    return Unit.objects.filter(pk__in=unit.ancestry, kind=queue).exists()
