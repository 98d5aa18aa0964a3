"""The letter of the morning: what is late, due today and on the next working day (handbook 8.2 O11).

Sent by the vault like every letter, between seven and ten in the office's own zone, on its working days, once; nothing
when nothing is due, and nothing to who does not want it. It holds numbers, categories and days, no word of a report.
"""

from collections.abc import Iterator
from datetime import datetime, time

from django.db import transaction
from django.utils import timezone

from tuntas.access.actors import Actor, acting
from tuntas.clocks.policies import calendar_of
from tuntas.kernel.refusals import NotYours
from tuntas.organizations.models import Appointment
from tuntas.teamwork import queries
from tuntas.teamwork.days import Due, When, due_of
from tuntas.teamwork.jobs import WORKERS
from tuntas.teamwork.models import MorningLetter, Reminding

FROM, UNTIL = time(7), time(10)  # of the morning; a worker that was down at seven still writes until ten
MOST = 30  # reports in one letter; the page has all of them
TOLD = (When.LATE, When.TODAY, When.TOMORROW)


def write_letters(*, now: datetime | None = None, at_most: int = 100) -> int:
    """Owe the letters whose morning it is. Returns how many officers were looked at."""
    moment, looked = now or timezone.now(), 0
    for appointment in _waiting(moment):
        if looked == at_most:
            break
        looked += _write(appointment, moment)
    return looked


def _waiting(now: datetime) -> Iterator[Appointment]:
    """Appointments in whose office it is a working morning, and whose officer was not written to today."""
    today = timezone.localdate(now)
    done = MorningLetter.objects.filter(day=today).values("officer")
    unwanted = Reminding.objects.filter(wants_letter=False).values("officer")
    at_work = Appointment.objects.current(today).filter(role__in=WORKERS).exclude(officer__email="")
    at_work = at_work.exclude(officer__in=done).exclude(officer__in=unwanted).select_related("officer", "unit")
    for appointment in at_work.order_by("officer", "pk"):
        calendar = calendar_of(appointment.unit)
        here = now.astimezone(calendar.zone)
        if FROM <= here.time() < UNTIL and calendar.is_working(here.date()):
            yield appointment


@transaction.atomic
def _write(first: Appointment, now: datetime) -> bool:
    """One letter for all that an officer is appointed to. False when another worker was faster."""
    if not queries.take_day(first.officer_id, timezone.localdate(now)):
        return False
    due = {each.number: each for each in _due(first, now) if each.when in TOLD}
    if due:
        told = {heap.value: [_line(each) for each in due.values() if each.when == heap] for heap in TOLD}
        queries.owe_morning(first.officer_id, first.officer.language, told, now)
    return True


def _due(first: Appointment, now: datetime) -> Iterator[Due]:
    held = Appointment.objects.current(timezone.localdate(now)).filter(officer=first.officer_id, role__in=WORKERS)
    for appointment in held.select_related("unit").order_by("pk"):
        actor = Actor.appointed(appointment)
        try:
            with transaction.atomic(), acting(actor, at=now):
                yield from due_of(actor, calendar_of(appointment.unit), now, language=first.officer.language, most=MOST)
        except NotYours:  # it ended a moment ago
            continue


def _line(due: Due) -> dict[str, str]:
    return {"number": due.number, "category": due.category, "due": due.due_at.isoformat()}
