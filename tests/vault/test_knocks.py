"""Knocks leave from the vault: without a mail server, without a word of the matter, and never after the end."""

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from tests.factories import a_person, a_report, received
from tests.push_service import PushService
from tests.vault.conftest import the_cluster
from tests.vault.rows import as_owner
from tests.vault.test_draining import case_database, dump
from tuntas.access.actors import Actor, acting
from tuntas.channels.push_services import Services
from tuntas.following.models import Follow, Letter
from tuntas.identity import erasing
from tuntas.identity.models import Ground, Reporter
from tuntas.operations.postgres import ADMIN
from tuntas.reports.states import State
from tuntas_vault.writing import words

OWN = "Ada kabar. Buka Tuntas dengan kode Anda."


def owe(follow, template="news", **params):
    with as_owner():
        now = timezone.now()
        Letter.objects.create(follow=follow, template=template, created_at=now, not_before=now, params=params)


@pytest.mark.slow
@pytest.mark.threat("T-NOTIF-LEAK")
@pytest.mark.threat("T-SHRED")
@pytest.mark.django_db(transaction=True)
def test_the_whole_way_of_a_knock(vault, settings):
    with PushService() as service:
        settings.PUSH_SERVICES = Services.of([service.name])
        vault.environment["TUNTAS_PUSH_SERVICES"] = service.name
        vault.once()  # makes the keys
        report = a_report(State.AWAITING_FOLLOW_UP)
        mine, receipt = received(person=a_person(), target=report.target_agency_id)
        phone, own, followed = service.phone(), *asked_for(service, vault, report, receipt)

        owe(own)
        owe(followed, number=report.number, state=State.IN_PROGRESS)
        owe(followed, "merged", number=report.number, was=mine.number)
        vault.once()
        vault.once()
        told = service.told(asked_for.phone)
        spoken = ["Ada kabar untuk laporan yang Anda ikuti.", "Anda sekarang mengikuti laporan itu."]
        assert [each["words"].partition("laporan lain. ")[2] or each["words"] for each in told] == [OWN, *spoken]
        assert [each["at"] for each in told] == ["/lacak", *[f"/laporan/{report.number}"] * 2]
        assert len({len(body) for _path, _headers, body in service.knocks}) == 1

        broken_for_one(service, vault, own, followed, report.number)
        over_meanwhile(service, vault, own, followed, report.number)
        gone(service, vault, followed, report.number)
        away(service, vault, own, report.number)
        forgotten(service, vault, mine)
        assert phone.endpoint not in case_database(vault)


def asked_for(service, vault, report, receipt):
    """One phone, of one's own report and of a followed one; its address lies in plain nowhere."""
    phone = asked_for.phone = service.phone()
    client = Client()
    client.post("/lacak", {"code": receipt.code})
    page = client.get("/bantuan/catatan").content.decode()
    vault_key = page.split('data-phone="')[1].split('"')[0]
    assert len(vault_key) == 87  # a point of P-256 in base64url
    assert client.post("/bantuan/catatan/ponsel", phone.form | {"act": "on"}).json() == {"on": True}
    assert client.post(f"/laporan/{report.number}/ponsel", phone.form | {"act": "on"}).json() == {"on": True}
    vault.once()
    with as_owner():
        lines = list(Follow.objects.order_by("pk"))
        assert [line.sealed for line in lines] == [None, None]
    for shown in (case_database(vault), dump(vault.address).decode()):
        assert phone.endpoint.rpartition("/")[2] not in shown
    return lines


def broken_for_one(service, vault, own, followed, number):
    """A service that stumbles over one phone's address is left in peace there as long as it asks; others are told."""
    service.answers = [(503, {"Retry-After": "300"})]
    owe(own)
    owe(followed, number=number)
    vault.once()
    with as_owner():
        first, second = Letter.objects.order_by("-pk")[:2][::-1]
        assert first.sent_at is first.failed_at is None
        assert (first.not_before - timezone.now()).total_seconds() > 250
        assert second.sent_at is not None
        Letter.objects.filter(pk=first.pk).delete()


def over_meanwhile(service, vault, own, followed, number):
    """What ends while the vault holds its knock, as with a report that becomes protected, knocks no more (ADR 0030)."""

    def ends():
        with psycopg.connect(the_cluster().address(ADMIN, connection.settings_dict["NAME"])) as register:
            register.execute("UPDATE following_follow SET is_over = true WHERE id = %s", [own.pk])
        return 201

    service.answers, before = [ends], len(service.knocks)
    owe(followed, number=number)
    owe(own)
    vault.once()
    assert len(service.knocks) == before + 1
    with as_owner():
        assert Follow.objects.filter(pk=own.pk, is_over=True).update(is_over=False) == 1


def gone(service, vault, followed, number):
    """A phone that is gone is forgotten, everywhere."""
    service.answers = [410]
    owe(followed, number=number)
    before = len(service.knocks)
    vault.once()
    assert len(service.knocks) == before + 1
    assert vault.rows("SELECT count(*) FROM tuntas_vault_follower WHERE follow_uuid = %s", followed.uuid) == [(0,)]
    with as_owner():
        assert Follow.objects.get(pk=followed.pk).is_over


def away(service, vault, own, number):
    """A service that cannot be reached is asked once; what waits for it meanwhile was no try."""
    service.close()
    owe(own)
    owe(own, "merged", number=number)
    vault.once()
    with as_owner():
        tried, waits = Letter.objects.order_by("-pk")[:2][::-1]
        assert (tried.attempts, waits.attempts, waits.error) == (1, 0, "service rests")
        assert waits.failed_at is None


def forgotten(service, vault, mine):
    """Whoever is forgotten is knocked at no more."""
    with as_owner():
        reporter = Reporter.objects.get(pk=mine.reporter_id)
    actor = Actor.reporter_of(mine.pk)
    with acting(actor):
        erasing.ask(reporter, ground=Ground.SUBJECT, by=actor)
    vault.once()
    assert vault.rows("SELECT count(*) FROM tuntas_vault_follower") == [(0,)]
    with as_owner():
        assert Follow.objects.get(own=mine).is_over


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_screen_tells_no_number_subject_or_office(language):
    said = words(language)["knock"]
    assert set(said) == {"own", "followed", "merged"}
    assert not any(set(sentence) & set("{}0123456789") for sentence in said.values())
