"""Who acts, and the context in which the database lets them see rows."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction
from django.utils.translation import gettext_lazy as _

from tuntas.access import queries
from tuntas.kernel.refusals import NotYours
from tuntas.organizations.models import Appointment, Role


@dataclass(frozen=True, slots=True)
class Actor:
    """One who acts: an officer in one appointment, a reporter of one report, the clockwork, or the public.

    kind: `officer`, `reporter`, `system` or `public`; the database knows the same four words.
    report: the id of the one report a reporter has proved to be theirs. visit: the secret of the browser session in
    which it was proved, where a surface needs to know; printed nowhere.
    """

    kind: str
    role: str = ""
    appointment: int | None = None
    officer: int | None = None
    unit: int | None = None
    report: int | None = None
    visit: str = field(default="", repr=False, compare=False)

    @property
    def is_reader(self) -> bool:
        """Supervisors read; they write nothing in the life of a report but what the timetable lists for them."""
        return self.role == Role.SUPERVISOR

    @classmethod
    def appointed(cls, appointment: Appointment) -> "Actor":
        return cls(
            kind="officer",
            role=appointment.role,
            appointment=appointment.pk,
            officer=appointment.officer_id,
            unit=appointment.unit_id,
        )

    @classmethod
    def reporter_of(cls, report_id: int, visit: str = "") -> "Actor":
        """Call only where the secret code was proved (portal.tracking)."""
        return cls(kind="reporter", role="REPORTER", report=report_id, visit=visit)


SYSTEM = Actor(kind="system", role="SYSTEM")
PUBLIC = Actor(kind="public", role="PUBLIC")


_current: ContextVar[tuple[Actor, datetime | None] | None] = ContextVar("tuntas_actor", default=None)


def current() -> Actor | None:
    """In whose sight this code runs, or None outside of `acting`."""
    found = _current.get()
    return found[0] if found else None


@contextmanager
def acting(actor: Actor, *, at: datetime | None = None) -> Iterator[Actor]:
    """Open a transaction in which the database shows and takes only what `actor` may see and do.

    Needed for reads too: without it the row-level policies show nothing (design 3b, default deny).
    at: the instant for which the appointment must be in force (default now).
    Inside another `acting` the outer context is set again at the end. After an exception there is nothing to set: the
    rollback takes the context back with all the rest.
    """
    outer = _current.get()
    with transaction.atomic():
        _enter(actor, at)
        token = _current.set((actor, at))
        try:
            yield actor
        finally:
            _current.reset(token)
        if connection.needs_rollback:
            return
        if outer is None:
            queries.leave()
        else:
            _enter(*outer)


def _enter(actor: Actor, at: datetime | None) -> None:
    if not queries.enter(actor.kind, appointment=actor.appointment, report=actor.report, at=at):
        raise NotYours(
            _("You cannot act in this role."),
            why=_("Your appointment is not in force on this day."),
            instead=_("Ask the administrator of your agency for a new appointment. Nothing was changed."),
        )
