"""Whose desk it is: an officer, the appointment they act in today, and the offices whose work lies on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from tuntas.access.actors import Actor
from tuntas.clocks.calendar import Calendar
from tuntas.clocks.policies import calendar_of
from tuntas.kernel.refusals import NotYours
from tuntas.organizations.models import CLOSED_KINDS, Appointment, Officer, Role, Unit, UnitKind
from tuntas.web import times
from tuntas.workspace.whole import CHOSEN

__all__ = ["CHOSEN", "ChooseFirst", "Desk", "NoAppointment", "appointments_of", "desk_of"]


class NoAppointment(NotYours):
    """The officer is signed in, but holds no office in which to act. choices: other appointments that are in force."""

    code = "no_appointment"

    def __init__(self, *, why: object, choices: Sequence[Appointment]) -> None:
        self.choices = choices
        super().__init__(
            _("You cannot act in this office."),
            why=why,
            instead=_("Choose another appointment, or ask the administrator of your agency. Nothing was changed."),
        )


class ChooseFirst(Exception):
    """The officer holds several offices and has not said in which to act."""


@dataclass(frozen=True)
class Desk:
    """One officer at work in one appointment. `others`: how many further appointments are in force."""

    appointment: Appointment
    others: int = 0

    @property
    def unit(self) -> Unit:
        return self.appointment.unit

    @property
    def role(self) -> Role:
        return Role(self.appointment.role)

    @cached_property
    def actor(self) -> Actor:
        return Actor.appointed(self.appointment)

    @cached_property
    def keeps_closed_queue(self) -> bool:
        """Whether reports of a closed queue can lie here (reports.states.Queue)."""
        inside = Unit.objects.filter(pk__in=self.unit.ancestry, kind__in=CLOSED_KINDS)
        return self.role == Role.NATIONAL_ADMIN or inside.exists()

    @cached_property
    def inspects(self) -> bool:
        """Whether this desk lies in an inspectorate: it asks who opened a protected report (R003-21)."""
        return Unit.objects.filter(pk__in=self.unit.ancestry, kind=UnitKind.INSPECTORATE).exists()

    @cached_property
    def calendar(self) -> Calendar:
        """The days on which this office works: what "working days" means on its pages."""
        return calendar_of(self.unit)

    @cached_property
    def unit_ids(self) -> list[int]:
        """The office and all that belongs to it, within its own agency.

        A province's register is not that of its regencies: they are agencies of their own.
        """
        return list(Unit.objects.under(self.unit).filter(agency=self.unit.agency_id).values_list("pk", flat=True))


def desk_of(request: HttpRequest) -> Desk:
    """The desk of the signed-in officer.

    Raises NoAppointment when the chosen appointment has ended or there is none, ChooseFirst when there are several.
    """
    officer = request.user
    if not isinstance(officer, Officer):
        raise TypeError("desk_of() is for officers who are signed in")
    held = appointments_of(officer)
    chosen = request.session.get(CHOSEN)
    if chosen is None and len(held) > 1:
        raise ChooseFirst
    found = next((each for each in held if chosen in (None, each.pk)), None)
    if found is None:
        raise NoAppointment(why=_why(officer, chosen), choices=held)
    return Desk(found, others=len(held) - 1)


def appointments_of(officer: Officer) -> list[Appointment]:
    """The appointments in force today, with what a page says of them."""
    return list(
        Appointment.objects.current()
        .filter(officer=officer)
        .select_related("officer", "unit", "unit__calendar", "unit__agency", "deputy_for__officer")
        .order_by("pk")
    )


def _why(officer: Officer, chosen: int | None) -> object:
    ended = Appointment.objects.filter(officer=officer, valid_to__isnull=False).select_related("unit")
    last = (ended.filter(pk=chosen) if chosen else ended).order_by("-valid_to").first()
    if last is None:
        return _("You hold no appointment that is in force today.")
    return _("Your appointment as %(role)s at %(unit)s ended on %(day)s.") % {
        "role": str(last.get_role_display()).lower(),
        "unit": last.unit.name,
        "day": times.day(last.valid_to),
    }
