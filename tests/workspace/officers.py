"""Officers in front of a browser or a test client."""

import time
from datetime import timedelta
from types import SimpleNamespace
from urllib.parse import urlsplit

import pyotp
from django.conf import settings
from django.test import Client
from django.utils import timezone

from tests import databases
from tuntas.access.actors import Actor, acting
from tuntas.accounts import codes, ethics, sealed
from tuntas.accounts.models import OneTimeCodes, Signature
from tuntas.accounts.sessions import SessionStore
from tuntas.organizations.models import Appointment, Officer
from tuntas.reports.models import Report
from tuntas.workspace import whole
from tuntas.workspace.desks import CHOSEN

PASSWORD = "kata sandi contoh yang panjang"
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # of everybody's app in tests


class OfficerClient(Client):
    """A browser of an officer who answers truthfully when asked why they open a protected report, and asks again.

    answers = False: the question is shown, for tests of the question itself.
    """

    answers = True

    def get(self, path, *args, **more):
        return self._again(super().get, path, *args, **more)

    def post(self, path, *args, **more):
        return self._again(super().post, path, *args, **more)

    def _again(self, ask, path, *args, **more):
        answer = ask(path, *args, **more)
        where = answer.headers.get("Location", "")
        if not self.answers or not where.endswith("/purpose") or where == path:
            return answer
        super().post(where, {"purpose": "HANDLING"})
        return ask(path, *args, **more)


def at_desk(actor: Actor, *, age: int = 0) -> OfficerClient:
    """A client of the officer, signed in with both factors and acting in this appointment.

    age: seconds since the second factor was given; beyond ten minutes what is grave asks for it again.
    """
    client = OfficerClient()
    with databases.role("owner"):
        client.force_login(Officer.objects.get(pk=actor.officer))
    make_whole(client, age=age)
    session = client.session
    session[CHOSEN] = actor.appointment
    session.save()
    return client


def make_whole(client: Client, *, age: int = 0) -> None:
    """After `force_login`: the mark that the second factor was given, and that the code of ethics is signed."""
    session = client.session
    session[whole.SECOND] = {"at": int(time.time()) - age, "how": "app"}
    session[whole.ETHICS] = {"version": ethics.current().version, "until": int(time.time()) + 86_400}
    session.save()


def give_password(username: str, *, factor: bool = True, ethics_signed: bool = True) -> Officer:
    """The officer can sign in: with PASSWORD, the codes of an app with SECRET, and the code of ethics signed."""
    with databases.role("owner"):
        officer = Officer.objects.get(username=username)
        officer.set_password(PASSWORD)
        officer.save()
        if factor:
            OneTimeCodes.objects.update_or_create(
                officer=officer,
                defaults={
                    "sealed": sealed.close(SECRET, officer.pk, "one-time codes"),
                    "made_at": timezone.now(),
                    "last_step": 0,
                },
            )
        if ethics_signed and ethics.signed_until(officer) is None:
            sign_ethics(officer.pk)
        return officer


def sign_ethics(officer: int, *, days_ago: int = 0, version: str = "") -> None:
    """The code of ethics in force, signed by this officer."""
    code, at = ethics.current(), timezone.now() - timedelta(days=days_ago)
    with databases.role("owner"):
        Signature.objects.create(
            officer_id=officer, version=version or code.version, language="id", text=code.text("id"),
            name="Petugas contoh", signed_at=at, valid_until=at + ethics.VALID_FOR,
        )  # fmt: skip


def code_now(ahead: int = 0) -> str:
    """What the app shows now; ahead: steps of 30 seconds from now."""
    return pyotp.TOTP(SECRET).at(time.time() + ahead * codes.STEP)


def sign_in(client: Client, username: str, *, password: str = PASSWORD, code: str = "", **more: str):
    """Both steps; the answer of the last one."""
    first = client.post("/workspace/masuk", {"username": username, "password": password, **more})
    if first.status_code != 302:
        return first
    return client.post("/workspace/masuk/kode", {"code": code or code_now()})


def enter(page, site: str, username: str) -> None:
    """Sign in in a browser, by password and code."""
    give_password(username)
    page.goto(f"{site}/workspace/masuk")
    page.get_by_label("Nama pengguna").fill(username)
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.get_by_label("Kode").fill(code_now())
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.wait_for_url(lambda url: "masuk" not in url)


def already_in(page, site: str, actor: Actor) -> None:
    """The browser of an officer who signed in before: the short way, for tests that are about something else."""
    client = at_desk(actor)
    key = client.cookies[settings.SESSION_COOKIE_NAME].value
    host = urlsplit(site).hostname
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "domain": host, "path": "/"}])


def session_of(client: Client) -> SessionStore:
    return client.session


def fresh(report: Report, state: SimpleNamespace) -> Report:
    """The report as it stands now."""
    with acting(state.as_national):
        return Report.objects.select_related("holder", "text").get(pk=report.pk)


def ended(actor: Actor, day: object) -> None:
    with databases.role("owner"):
        Appointment.objects.filter(pk=actor.appointment).update(valid_to=day)
