"""SR-30, SR-31, SR-44: an act needs our own form, reading changes nothing, and after an act we lead to our own pages.

Happened to RT (CVE-2012-4732, CVE-2017-5943, CVE-2022-25803), Zammad (GHSA-7f39) and django-helpdesk (an act by GET).
"""

from urllib.parse import urlsplit

import pytest
from django.test import Client

from tests.security.addresses import every_address
from tests.security.cast import ROLES, officers, set_the_stage, strangers
from tests.security.digest import digest

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ONWARD = {"onward", "sign-in", "code"}
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
AWAY = [
    "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "http:evil.example",
    "https:/evil.example", "javascript:alert(1)", "java\tscript:alert(1)", "data:text/html,x", " //evil.example",
    "/\t/evil.example", "/%09/evil.example", "https://localhost@evil.example/", "https://evil.example#localhost",
    "//localhost:80@evil.example", "/\r\n//evil.example", "http://testserver.evil.example/", "ftp://testserver/",
    "//evil.example\\@testserver", "\x00//evil.example", "https://еvil.example/", "HTTPS://EVIL.EXAMPLE",
]  # fmt: skip


@pytest.mark.threat("SR-30", "SR-42")
def test_every_unsafe_method_without_a_token_is_refused():
    """For a stranger, the reporter and an officer, at every address: 403 before any view runs."""
    stage = set_the_stage()
    attackers = [*strangers(stage), next(officers(stage, "LIAISON_OFFICER"))]
    before = digest()
    for attacker in attackers:
        strict = Client(enforce_csrf_checks=True)
        strict.cookies = attacker.client.cookies
        for address in every_address():
            for method in UNSAFE:
                answer = strict.generic(method, address.path(stage))
                assert answer.status_code == 403, (attacker.name, address.name, method, answer.status_code)
    assert digest() == before


@pytest.mark.threat("SR-30")
def test_a_token_of_another_site_is_refused():
    """The right token, sent from a page elsewhere."""
    stage = set_the_stage()
    strict = Client(enforce_csrf_checks=True)
    page = strict.get("/lacak").content.decode()
    token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    sent = {"csrfmiddlewaretoken": token, "code": stage.code}
    assert strict.post("/lacak", sent, headers={"Origin": "https://evil.example"}).status_code == 403
    assert strict.post("/lacak", sent, headers={"Origin": "null"}).status_code == 403
    assert strict.post("/lacak", sent, headers={"Origin": "http://testserver"}).status_code in {302, 422}


@pytest.mark.threat("SR-30", "SR-44")
@pytest.mark.parametrize("role", ["public", *ROLES])
def test_reading_changes_nothing(role):
    """Every GET of the URLconf, with the words of acts in the address; the database stays as it was."""
    stage = set_the_stage()
    attackers = (
        [*strangers(stage)]
        if role == "public"
        else [each for each in officers(stage, role) if each.relation in {"own", "superior", "accused"}]
    )
    tricks = "?act=withdraw&_method=POST&_method=DELETE&action=delete&delete=1&read=1&next=/&late=1"
    before = digest()
    for attacker in attackers:
        for address in every_address():
            attacker.client.get(address.path(stage, attacker.relation) + tricks)
    assert digest() == before


@pytest.mark.threat("SR-30")
def test_the_digest_sees_a_change(client):
    """The control: one report filed, one table's digest differs."""
    before = digest()
    set_the_stage()
    assert digest() != before


@pytest.mark.threat("SR-31")
def test_no_address_of_ours_leads_away():
    """Every address that leads onward at all gets every wicked `next`, by GET and by POST; the others get one."""
    stage = set_the_stage()
    officer = next(officers(stage, "LIAISON_OFFICER"))
    onward = 0
    for attacker in (next(iter(strangers(stage))), officer):
        for address in every_address():
            for method in ("GET", "POST"):
                where, leads = address.path(stage, attacker.relation), False
                for asked in ("/standar", *AWAY):
                    words = dict.fromkeys(("next", "url", "return", "redirect", "to", "back"), asked)
                    answer = attacker.ask(method, where, words)
                    leads = leads or 300 <= answer.status_code < 400
                    if not leads:
                        break  # it leads nowhere, wherever one asks to be led
                    assert is_ours(answer.get("Location", "/")), (address.name, method, answer["Location"])
                onward += leads
    assert onward > 20


def is_ours(place: str) -> bool:
    """As a browser reads it: backslashes are slashes, and control characters are not there."""
    seen = "".join(char for char in place if char > " ").replace("\\", "/")
    host = urlsplit(seen).hostname
    return not seen.startswith("//") and host in {None, "testserver", "localhost"} and ":" not in seen.partition("/")[0]
