"""Officers in front of a browser or a test client."""

from types import SimpleNamespace

from django.test import Client

from tests import databases
from tuntas.access.actors import Actor, acting
from tuntas.organizations.models import Appointment, Officer
from tuntas.reports.models import Report
from tuntas.workspace.desks import CHOSEN

PASSWORD = "kata sandi contoh yang panjang"


def at_desk(actor: Actor) -> Client:
    """A client of the officer, signed in and acting in this appointment."""
    client = Client()
    with databases.role("owner"):
        client.force_login(Officer.objects.get(pk=actor.officer))
    session = client.session
    session[CHOSEN] = actor.appointment
    session.save()
    return client


def give_password(username: str) -> None:
    with databases.role("owner"):
        officer = Officer.objects.get(username=username)
        officer.set_password(PASSWORD)
        officer.save()


def fresh(report: Report, state: SimpleNamespace) -> Report:
    """The report as it stands now."""
    with acting(state.as_national):
        return Report.objects.select_related("holder", "text").get(pk=report.pk)


def ended(actor: Actor, day: object) -> None:
    with databases.role("owner"):
        Appointment.objects.filter(pk=actor.appointment).update(valid_to=day)
