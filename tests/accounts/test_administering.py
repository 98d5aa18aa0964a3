"""Administrators keep accounts of their own part of the tree, open none of them alone, and read no report by it."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from tests import databases
from tests.factories import a_report, an_officer, the_state
from tests.workspace import officers
from tests.workspace.officers import PASSWORD, at_desk, give_password
from tuntas.access.models import SecurityEntry
from tuntas.accounts import administering, codes, links
from tuntas.accounts.administering import Post
from tuntas.accounts.models import Letter, OneTimeCodes, OneTimeLink, Renewal
from tuntas.kernel.refusals import Incomplete, NotYours, OutOfTurn, Refusal
from tuntas.operations import first_admin
from tuntas.organizations.models import Appointment, Officer, Role

pytestmark = pytest.mark.django_db
NEW = "kuda bukit hujan pasar kereta"


@pytest.fixture
def state():
    return the_state()


def officer(actor) -> Officer:
    return Officer.objects.get(pk=actor.officer)


def a_post(state, unit="works", role=Role.LIAISON_OFFICER) -> Post:
    return Post(unit=getattr(state, unit), role=role, since=timezone.localdate())


def refused(act, *given, **more) -> None:
    with pytest.raises(NotYours):
        act(*given, **more)


def test_a_new_officer_gets_a_link_and_no_password(state, monkeypatch):
    tokens: list[str] = []
    make = links._token
    monkeypatch.setattr(links, "_token", lambda: tokens.append(make()) or tokens[-1])
    form = {"username": "baru.sekali", "name": "Petugas Baru", "email": "baru@example.go.id", "role": "LIAISON_OFFICER"}
    form["unit_name"] = state.works.name

    answer = at_desk(state.as_admin).post("/workspace/people/new", form)

    made = Officer.objects.get(username="baru.sekali")
    assert answer["Location"] == f"/workspace/people/{made.pk}/"
    assert not made.has_usable_password()
    client = Client()
    assert client.post(links.PATH + tokens[0], {"new": NEW, "again": NEW}).status_code == 200
    assert client.get(links.PATH + tokens[0]).status_code == 404  # once
    client.post("/workspace/masuk", {"username": "baru.sekali", "password": NEW})
    assert client.get("/workspace/masuk/kode")["Location"] == "/workspace/masuk/pengaman"  # only enrolment opens
    assert client.get("/workspace/")["Location"].startswith("/workspace/masuk")


@pytest.mark.threat("T-SESS-scope")
def test_an_administrator_keeps_the_own_subtree_and_nobody_elses(state):
    by = state.as_admin
    for act in (administering.start_reset, administering.end_sessions):
        refused(act, by, officer(state.as_province_admin))
        refused(act, by, officer(state.as_national))
        refused(act, by, officer(state.as_admin))  # not the own one
        refused(act, state.as_liaison, officer(state.as_head))  # no administrator at all
    refused(administering.set_active, by, officer(state.as_supervisor), active=False)
    refused(administering.appoint, by, officer(state.as_liaison), a_post(state, "province_works"))
    refused(administering.appoint, by, officer(state.as_liaison), a_post(state, "city", Role.NATIONAL_ADMIN))
    for pk in (state.as_province_admin.officer, state.as_national.officer, 10**15):
        assert at_desk(by).get(f"/workspace/people/{pk}/").status_code == 404


def test_reaching_for_an_office_or_a_role_of_others_is_written_down_and_a_slip_of_the_pen_is_not(state):
    client, pk = at_desk(state.as_admin), state.as_liaison.officer

    def asked(office: str, role: str) -> int:
        client.post(f"/workspace/people/{pk}/appoint", {"unit_name": office, "role": role})
        client.post("/workspace/people/new", {"unit_name": office, "role": role, "username": "x" * 9})
        with databases.role("owner"):
            return SecurityEntry.objects.filter(kind="denied", officer=state.as_admin.officer).count()

    assert asked("Dinas Perkerjaan Umum", "LIAISON_OFFICER") == 0
    assert asked(state.province_works.name, "LIAISON_OFFICER") == 2
    assert asked(state.city.name, "NATIONAL_ADMIN") == 4
    client.post(f"/workspace/people/{state.as_province_admin.officer}/reset")
    assert asked("", "") == 5


def test_who_also_works_elsewhere_is_not_this_administrators_to_open(state):
    """Else an administrator could appoint a foreign officer and then take the account over."""
    administering.appoint(state.as_admin, officer(state.as_national), a_post(state))

    refused(administering.start_reset, state.as_admin, officer(state.as_national))
    refused(administering.ask_renewal, state.as_admin, officer(state.as_national), reason="x")
    refused(administering.set_active, state.as_admin, officer(state.as_national), active=False)


def test_nobody_appoints_himself_and_others_hear_of_every_appointment(state):
    refused(administering.appoint, state.as_admin, officer(state.as_admin), a_post(state))

    administering.appoint(state.as_admin, officer(state.as_health_liaison), a_post(state))

    with databases.role("owner"):
        told = {(letter.template, letter.officer.username) for letter in Letter.objects.all()}
        assert told == {("appointed", "health-liaison"), ("appointed_other", "admin2")}
        entry = SecurityEntry.objects.get(kind="appointed")
        assert (entry.officer, entry.facts["role"]) == (state.as_admin.officer, "LIAISON_OFFICER")


@pytest.mark.threat("T-SESS-role")
def test_a_change_of_role_and_a_closed_account_end_the_sessions_at_once(state):
    first = at_desk(state.as_liaison)
    administering.appoint(state.as_admin, officer(state.as_liaison), a_post(state, role=Role.UNIT_HEAD))
    assert first.get("/workspace/account").status_code == 302
    second = at_desk(state.as_liaison)
    held = Appointment.objects.get(pk=state.as_liaison.appointment)
    administering.end(state.as_admin, held)
    assert second.get("/workspace/account").status_code == 302
    third = at_desk(state.as_head)
    administering.set_active(state.as_admin, officer(state.as_head), active=False)
    assert third.get("/workspace/account").status_code == 302
    give_password("head")
    with databases.role("owner"):
        Officer.objects.filter(username="head").update(is_active=False)
    assert officers.sign_in(Client(), "head").status_code == 422


def test_a_reset_is_started_and_never_chosen(state, monkeypatch):
    tokens: list[str] = []
    make = links._token
    monkeypatch.setattr(links, "_token", lambda: tokens.append(make()) or tokens[-1])
    give_password("liaison")

    answer = at_desk(state.as_admin).post(f"/workspace/people/{state.as_liaison.officer}/reset")

    page = at_desk(state.as_admin).get(answer["Location"]).content.decode()
    assert tokens[0] not in page
    with databases.role("owner"):
        assert tokens[0] not in str([(x.params, bytes(x.sealed)) for x in Letter.objects.exclude(sealed=None)])
    own = at_desk(state.as_liaison)
    client = Client()
    assert client.post(links.PATH + tokens[0], {"new": NEW, "again": NEW}).status_code == 200
    assert own.get("/workspace/account").status_code == 302  # every session ends
    assert officers.sign_in(Client(), "liaison", password=PASSWORD).status_code == 422
    client.post("/workspace/masuk", {"username": "liaison", "password": NEW})
    assert (
        client.get("/workspace/masuk/pengaman")["Location"] == "/workspace/masuk"
    )  # the second factor is still asked for
    assert officers.sign_in(client, "liaison", password=NEW)["Location"] == "/workspace/"


def test_a_link_ends_after_a_quarter_of_an_hour_and_a_second_one_makes_the_first_void(state):
    who = officer(state.as_liaison)
    first, second = links.invite(who, by="x"), links.invite(who, by="x")
    assert Client().get(first).status_code == 404
    assert Client().get(second).status_code == 200
    links.send(who, by="x")
    with databases.role("owner"):
        made = OneTimeLink.objects.latest("pk")
        assert made.expires_at - made.made_at == timedelta(minutes=15)
        OneTimeLink.objects.update(expires_at=timezone.now())
    assert Client().get(second).status_code == 404


class TestRenewal:
    @pytest.mark.threat("T-SESS-recovery")
    def test_a_new_second_factor_needs_a_second_administrator(self, state):
        give_password("liaison")
        who = officer(state.as_liaison)
        asked = administering.ask_renewal(state.as_admin, who, reason="Ponsel hilang")
        refused(administering.decide_renewal, state.as_admin, asked, grant=True)
        refused(administering.decide_renewal, state.as_province_admin, asked, grant=True)
        with pytest.raises(OutOfTurn):
            administering.ask_renewal(state.as_admin2, who, reason="sekali lagi")
        assert OneTimeCodes.objects.filter(officer=who).exists()

        administering.decide_renewal(state.as_admin2, asked, grant=True)

        with databases.role("owner"):
            assert OneTimeLink.objects.get(used_at=None).renews
            assert OneTimeCodes.objects.filter(officer=who).exists()  # until the officer uses the link
        with pytest.raises(Refusal):
            administering.decide_renewal(state.as_admin2, asked, grant=False)

    def test_the_database_itself_wants_two(self, state):
        who = state.as_liaison.officer
        for wrong in (
            {"asked_by_id": state.as_admin.officer, "decided_by_id": state.as_admin.officer},
            {"asked_by_id": who},
            {"asked_by_id": state.as_admin.officer, "decided_by_id": who},
        ):
            with pytest.raises(IntegrityError), transaction.atomic():
                Renewal.objects.create(officer_id=who, reason="x", asked_at=timezone.now(), **wrong)

    def test_every_grave_act_asks_for_the_second_factor_again(self, state):
        client = at_desk(state.as_admin, age=601)
        for name in ("appoint", "end", "close", "open", "sign-out", "reset", "renewal", "grant", "refuse"):
            answer = client.post(f"/workspace/people/{state.as_liaison.officer}/{name}")
            assert answer["Location"].startswith("/workspace/step-up"), name
        assert client.get("/workspace/people/new")["Location"].startswith("/workspace/step-up")


def test_keeping_accounts_shows_no_report(state):
    report = a_report(is_confidential=True)
    client = at_desk(state.as_admin)
    for page in ("people/", "people/new", f"people/{state.as_liaison.officer}/", "log/"):
        body = client.get(f"/workspace/{page}").content.decode()
        assert report.number not in body
        assert "Lampu jalan" not in body


def test_the_first_administrator_comes_from_the_command_line_with_a_link_and_no_password(state):
    with databases.role("owner"):
        link = first_admin.make("kepala.nasional", name="Admin Pertama", email="a@example.go.id")
        made = Officer.objects.get(username="kepala.nasional")
        assert not made.has_usable_password()
        assert made.appointments.get().role == Role.NATIONAL_ADMIN
        assert not Letter.objects.exists()  # the link is on the terminal alone
        assert SecurityEntry.objects.filter(kind="first_admin").exists()
        with pytest.raises(OutOfTurn):
            first_admin.make("kepala.nasional", name="x", email="")
    path = re.search(r"/workspace/tautan/\S+", link).group()
    assert Client().get(path).status_code == 200


def test_a_deputy_is_appointed_like_everybody(state):
    with databases.role("owner"):
        made = an_officer("deputy", state.works, Role.FIELD_OFFICER)
    held = administering.appoint(state.as_admin, officer(made), a_post(state, role=Role.UNIT_HEAD))
    assert held.officer_id == made.officer
    assert codes.recovery_codes_left(held.officer) == 0


# A deputy, and another mail address -----------------------------------------------------------------------


def appoint_form(state, **more):
    return {"unit_name": state.works.name, "role": "LIAISON_OFFICER"} | more


def test_a_deputy_acts_for_somebody_who_is_away_and_until_a_day(state):
    client, pk = at_desk(state.as_admin), state.as_health_liaison.officer
    last = timezone.localdate() + timedelta(days=14)
    for wrong in (
        {"deputy_for": "liaison"},
        {"deputy_for": "head", **_day(last)},
        {"deputy_for": "nobody", **_day(last)},
    ):
        assert client.post(f"/workspace/people/{pk}/appoint", appoint_form(state, **wrong)).status_code == 422
    assert (
        client.post(
            f"/workspace/people/{pk}/appoint", appoint_form(state, deputy_for="liaison", **_day(last))
        ).status_code
        == 302
    )

    with databases.role("owner"):
        held = Appointment.objects.get(officer=pk, unit=state.works)
        assert held.deputy_for.officer_id == state.as_liaison.officer
        entry = SecurityEntry.objects.filter(kind="appointed").get()
        assert entry.facts["deputy_for"] == state.as_liaison.officer
    page = client.get(f"/workspace/people/{pk}/").content.decode()
    assert "Petugas contoh liaison" in page


def _day(on) -> dict:
    return {"until_day": on.day, "until_month": on.month, "until_year": on.year}


def test_nobody_is_the_deputy_of_another_office_or_for_ever(state):
    away = Appointment.objects.get(pk=state.as_liaison.appointment)
    today = timezone.localdate()
    for wrong in (
        {"unit": state.health, "until": today},
        {"role": Role.UNIT_HEAD, "until": today},
        {"until": None},
    ):
        post = Post(**({"unit": state.works, "role": Role.LIAISON_OFFICER, "since": today, "deputy_for": away} | wrong))
        with pytest.raises(Incomplete):
            administering.appoint(state.as_admin, officer(state.as_health_liaison), post)
    own = Post(unit=state.works, role=Role.LIAISON_OFFICER, since=today, until=today, deputy_for=away)
    with pytest.raises(Incomplete):
        administering.appoint(state.as_admin, officer(state.as_liaison), own)


def test_another_mail_address_is_told_to_both_ends_the_sessions_and_kills_links_to_the_old_one(state):
    with databases.role("owner"):
        Officer.objects.filter(pk=state.as_liaison.officer).update(email="lama@example.go.id")
    give_password("liaison")
    theirs, liaison = at_desk(state.as_liaison), officer(state.as_liaison)
    links.send(liaison, by="x")
    client = at_desk(state.as_admin)
    address = f"/workspace/people/{liaison.pk}/email"
    assert client.post(address, {"email": "bukan alamat"}).status_code == 422
    assert client.post(address, {"email": "baru@example.go.id"}).status_code == 302
    assert client.post(address, {"email": "baru@example.go.id"}).status_code == OutOfTurn.status

    assert theirs.get("/workspace/account").status_code == 302
    with databases.role("owner"):
        told = Letter.objects.filter(template="email_changed_by_admin").values_list("address", flat=True)
        assert sorted(told) == ["", "lama@example.go.id"]
        assert not OneTimeLink.objects.filter(officer=liaison, used_at=None).exists()
        entry = SecurityEntry.objects.get(kind="email_changed_by_admin")
        assert (entry.officer, entry.facts["about"]) == (state.as_admin.officer, liaison.pk)
        assert Officer.objects.get(pk=liaison.pk).email == "baru@example.go.id"


def test_who_does_not_keep_the_account_changes_no_address(state):
    for actor in (state.as_admin, state.as_province_admin, state.as_liaison):
        refused(administering.change_email, actor, officer(state.as_admin), "baru@example.go.id")


def test_an_account_that_nobody_opened_yet_is_invited_at_the_new_address(state):
    with databases.role("owner"):
        found = officer(state.as_liaison)
        found.set_unusable_password()
        found.save()
    administering.change_email(state.as_admin, found, "baru@example.go.id")

    with databases.role("owner"):
        assert Letter.objects.filter(template="invitation", officer=found).count() == 1
