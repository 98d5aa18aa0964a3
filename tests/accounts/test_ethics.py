"""The code of ethics: before the first page, once a year, again when it changes, and never unsigned in secret."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from tests import databases
from tests.factories import the_state
from tests.workspace import officers
from tests.workspace.officers import at_desk, give_password, sign_ethics
from tuntas.accounts import ethics
from tuntas.accounts.models import Signature

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R003-19", "R003-20")]
PAGES = ("/workspace/", "/workspace/queues/verify/", "/workspace/notices/", "/workspace/search", "/workspace/people/")


def signed_in(username: str = "admin") -> Client:
    client = Client()
    officers.sign_in(client, username)
    return client


def test_nothing_opens_before_it_is_signed_and_the_signature_keeps_words_name_and_day():
    the_state()
    officer = give_password("admin", ethics_signed=False)
    client = signed_in()
    for page in PAGES:
        assert client.get(page)["Location"] == "/workspace/ethics"
    assert client.post("/workspace/ethics", {}).status_code == 422  # not ticked

    assert client.post("/workspace/ethics", {"agrees": "on"})["Location"] == "/workspace/"

    assert client.get("/workspace/notices/").status_code == 200
    signature = Signature.objects.get(officer=officer)
    assert (signature.name, signature.version) == (officer.name, ethics.current().version)
    assert signature.text == ethics.current().text("id")
    assert signature.valid_until - signature.signed_at == timedelta(days=365)


def test_after_a_year_it_is_asked_for_again():
    the_state()
    officer = give_password("admin", ethics_signed=False)
    sign_ethics(officer.pk, days_ago=366)

    assert signed_in().get("/workspace/notices/")["Location"] == "/workspace/ethics"


def test_a_year_that_ends_while_somebody_is_signed_in_ends_at_the_next_page(monkeypatch):
    client = at_desk(the_state().as_admin)
    assert client.get("/workspace/notices/").status_code == 200
    monkeypatch.setattr("tuntas.workspace.whole.now_in_seconds", lambda: int(timezone.now().timestamp()) + 86_401)

    assert client.get("/workspace/notices/")["Location"] == "/workspace/ethics"


def test_a_new_version_asks_everybody_again_also_who_is_signed_in(monkeypatch):
    state = the_state()
    give_password("admin")
    client = at_desk(state.as_admin)
    before = ethics.versions()
    newer = replace(before[0], version="2026-2")
    monkeypatch.setattr(ethics, "versions", lambda: (newer, *before))

    assert client.get("/workspace/notices/")["Location"] == "/workspace/ethics"
    assert signed_in().get("/workspace/notices/")["Location"] == "/workspace/ethics"


def test_administrators_see_who_has_not_signed():
    state = the_state()
    sign_ethics(state.as_liaison.officer)

    page = at_desk(state.as_admin).get("/workspace/people/")

    names = {officer.username for officer in page.context["unsigned"]}
    assert {"head", "health-liaison", "admin2"} <= names
    assert not {"liaison", "province-admin", "national"} & names


@pytest.mark.parametrize("role", ["web", "owner"])
def test_a_signature_cannot_be_changed_or_taken_back(role):
    state = the_state()
    sign_ethics(state.as_liaison.officer)
    with databases.role(role), pytest.raises(DatabaseError), transaction.atomic():
        Signature.objects.update(name="Orang lain")
    with databases.role(role), pytest.raises(DatabaseError), transaction.atomic():
        Signature.objects.all()._raw_delete("default")


def test_the_text_has_its_source_and_says_what_is_not_verified():
    for code in ethics.versions():
        assert code.source
        assert code.is_verified is False
        assert len(code.lines("id")) == len(code.lines("en")) >= 3
