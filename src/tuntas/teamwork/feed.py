"""A calendar of what is due, for the calendar program of an officer (RFC 5545), at an address that is its own key.

It holds numbers, categories and days. The address is shown once, kept as a keyed digest, and ends when the officer says
so, makes another one, or is no officer any more.
"""

import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from icalendar import Calendar, Event

from tuntas.access import security_log
from tuntas.access.actors import Actor, acting
from tuntas.clocks.policies import calendar_of
from tuntas.kernel.numbers import spell_number
from tuntas.organizations.models import Appointment, Officer
from tuntas.teamwork.days import Due, due_of
from tuntas.teamwork.jobs import WORKERS
from tuntas.teamwork.models import Reminding

BYTES = 24
MOST = 500  # duties in one calendar
REFRESH = timedelta(hours=1)


@transaction.atomic
def make(officer: Officer) -> str:
    """A new secret for the address; an older one is void from now on."""
    token = secrets.token_urlsafe(BYTES)
    facts = {"digest": digest(token), "made_at": timezone.now(), "read_at": None}
    Reminding.objects.update_or_create(officer=officer, defaults=facts)
    security_log.write("calendar_made", officer=officer.pk)
    return token


@transaction.atomic
def revoke(officer: Officer) -> None:
    Reminding.objects.filter(officer=officer).update(digest=None, made_at=None, read_at=None)
    security_log.write("calendar_revoked", officer=officer.pk)


def owner_of(token: str) -> Officer | None:
    """Whose address this is, while it is good and they are in service."""
    found = Reminding.objects.filter(digest=digest(token), officer__is_active=True).select_related("officer").first()
    if found is None:
        return None
    Reminding.objects.filter(pk=found.pk).update(read_at=timezone.now())
    return found.officer


def digest(token: str) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), b"calendar address " + token.encode(), "sha256")


def calendar_for(officer: Officer, *, now: datetime | None = None) -> bytes:
    """Everything that is due for the officer, in each appointment in force, as whole days."""
    moment = now or timezone.now()
    made = Calendar()
    made.add("prodid", "-//Tuntas//Duties//ID")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    with override(officer.language):
        made.add("x-wr-calname", _("Tuntas: due reports"))
        seen: set[str] = set()
        for appointment in _held(officer):
            actor, calendar = Actor.appointed(appointment), calendar_of(appointment.unit)
            with acting(actor):
                for due in due_of(actor, calendar, moment, language=officer.language, most=MOST):
                    if due.number not in seen:
                        seen.add(due.number)
                        made.add_component(_entry(due, calendar.zone, moment))
    return bytes(made.to_ical())


def _held(officer: Officer) -> list[Appointment]:
    held = Appointment.objects.current().filter(officer=officer, role__in=WORKERS)
    return list(held.select_related("unit").order_by("pk"))


def _entry(due: Due, zone: object, now: datetime) -> Event:
    """A whole day: a limit is the end of its last day, so that day is the one before the instant."""
    day = (due.due_at - timedelta(microseconds=1)).astimezone(zone).date()  # type: ignore[arg-type]
    entry = Event()
    entry.add("uid", f"{due.number}@tuntas")
    entry.add("dtstamp", now)
    entry.add("dtstart", day)
    entry.add("dtend", day + timedelta(days=1))
    entry.add("summary", " · ".join(filter(None, [_("Due: report %s") % spell_number(due.number), due.category])))
    entry.add("transp", "TRANSPARENT")
    entry.add("class", "PRIVATE")
    return entry
