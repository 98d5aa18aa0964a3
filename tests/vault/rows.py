"""Rows of the case database as the other processes leave them for the vault."""

import time
from datetime import UTC, datetime

from django.utils import timezone

from tests import databases
from tuntas.identity import sealing
from tuntas.identity.models import Reporter, SealedIdentity
from tuntas.identity.person import Person
from tuntas.notices.models import Notice
from tuntas.organizations.models import Appointment, Officer, Role, Unit, UnitKind
from tuntas.reports.models import Event, Report

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
NUMBER = "12345678903"
SARI = Person(name="Sari Canary-7Q2", email="sari.canary-7Q2@example.org", phone="0812 0000 7702")


def until(true, seconds=20):
    """Wait for something that another process does."""
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.02)


def as_owner():
    return databases.role("owner")


def a_reporter(person=SARI, *, key=None):
    """A reporter as intake leaves one: a row without facts and a full envelope."""
    with as_owner():
        reporter = Reporter.objects.create(channel="WEB", has_contact=person.has_contact, language=person.language)
    an_envelope(reporter, person, key=key)
    return reporter


def an_envelope(reporter, person=SARI, *, key=None):
    key = key or sealing.current_public_key()
    with as_owner():
        return SealedIdentity.objects.create(
            reporter=reporter, epoch=key.epoch, ciphertext=sealing.seal(person, key, reporter.uuid)
        )


def a_unit(code="nasional", name="Dinas Pekerjaan Umum", **more):
    with as_owner():
        return Unit.objects.get_or_create(
            code=code, defaults={"slug": code, "name": name, "kind": UnitKind.NATION} | more
        )[0]


def an_officer(
    unit, username, *, role=Role.LIAISON_OFFICER, email=None, valid_from="2020-01-01", valid_to=None, **more
):
    with as_owner():
        email = f"{username}@example.go.id" if email is None else email
        officer = Officer.objects.create(username=username, name=username, email=email, **more)
        Appointment.objects.create(officer=officer, unit=unit, role=role, valid_from=valid_from, valid_to=valid_to)
        return officer


def a_report(number=NUMBER, unit=None):
    unit = unit or a_unit()
    with as_owner():
        report = Report.objects.create(number=number, lodged_at=AT, received_at=AT, holder=unit, holder_since=AT)
        Event.objects.create(
            report=report, at=AT, verb="receive", to_state=report.state, holder=unit, actor_kind="system"
        )
        return report


def a_notice(receiver, *, report=None, template="receive", number=NUMBER, **more):
    """A notice to a reporter, or to a unit."""
    with as_owner():
        report = report or Report.objects.filter(number=number).first() or a_report(number)
        to_reporter = isinstance(receiver, Reporter)
        facts = {
            "to": Notice.To.REPORTER if to_reporter else Notice.To.UNIT,
            "reporter_uuid": receiver.uuid if to_reporter else None,
            "unit": None if to_reporter else receiver,
            "params": {"number": number, "holder": "Dinas PU", "due": "2026-11-26T00:00:00+07:00"},
            "created_at": AT,
            "not_before": timezone.now(),
        }
        return Notice.objects.create(
            **{**facts, **more, "template": template, "report": report, "event": report.events.latest("pk")}
        )


def reread(row):
    with as_owner():
        row.refresh_from_db()
    return row
