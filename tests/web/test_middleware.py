"""What every response carries, and which language it speaks."""

import pytest
from django.templatetags.static import static
from django.test import Client

pytestmark = pytest.mark.usefixtures("frame")


def test_a_page_is_kept_nowhere_unless_its_view_says_so(client):
    assert client.get("/")["Cache-Control"] == "private, no-store"
    assert client.get("/public")["Cache-Control"] == "public, max-age=60"
    assert client.get("/refused")["Cache-Control"] == "private, no-store"


def test_browsers_are_told_what_they_may_do(client):
    response = client.get("/")
    assert "camera=()" in response["Permissions-Policy"]
    assert "geolocation=(self)" in response["Permissions-Policy"]
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_pages_are_compressed_and_what_answers_a_form_is_not(client):
    asked = {"Accept-Encoding": "gzip"}
    assert client.get("/", headers=asked)["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.post("/", {"words": ""}, headers=asked)


def test_pages_speak_indonesian_until_somebody_chooses(client):
    response = client.get("/", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert response["Content-Language"] == "id"
    assert b'<html lang="id">' in response.content
    assert "Cookie" in response["Vary"]


def test_the_switch_keeps_the_choice_and_comes_back(client):
    html = client.get("/track?a=1").content.decode()
    assert 'href="/bahasa/en?next=%2Ftrack%3Fa%3D1"' in html
    response = client.get("/bahasa/en?next=%2Ftrack%3Fa%3D1")
    assert (response.status_code, response["Location"]) == (302, "/track?a=1")
    assert response.cookies["language"]["httponly"]
    assert b'<html lang="en">' in client.get("/").content
    assert b'hreflang="id"' in client.get("/").content


@pytest.mark.parametrize("away", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"])
def test_the_switch_never_leads_away(client, away):
    assert client.get("/bahasa/en", {"next": away})["Location"] == "/"


def test_the_colours_are_kept_in_this_browser_and_come_back(client):
    assert b"data-theme" not in client.get("/track").content  # as the device says
    answer = client.get("/tampilan/gelap", headers={"Referer": "http://testserver/track?a=1"})
    assert (answer.status_code, answer["Location"]) == (302, "/track?a=1")
    assert answer.cookies["theme"]["httponly"]
    html = client.get("/track").content.decode()
    assert '<html lang="id" data-theme="dark">' in html
    assert 'content="dark"' in html
    assert 'href="/tampilan/gelap" rel="nofollow" aria-current="true"' in html
    client.get("/tampilan/perangkat")
    assert b"data-theme" not in client.get("/track").content


@pytest.mark.parametrize("came_from", ["https://evil.example/", "http://testserver//evil.example/", ""])
def test_the_switch_of_colours_never_leads_away(client, came_from):
    assert client.get("/tampilan/gelap", headers={"Referer": came_from})["Location"] == "/"


def test_unknown_colours_are_refused_and_an_old_cookie_ignored(client):
    assert client.get("/tampilan/ungu").status_code == 404
    client.cookies["theme"] = "ungu"
    assert b"data-theme" not in client.get("/").content


def test_an_unknown_language_is_refused_and_an_old_cookie_ignored(client):
    assert client.get("/bahasa/xx").status_code == 404
    client.cookies["language"] = "xx"
    assert client.get("/")["Content-Language"] == "id"


def test_one_person_s_language_does_not_reach_the_next():
    english = Client()
    english.cookies["language"] = "en"
    english.get("/")
    assert Client().get("/")["Content-Language"] == "id"


def test_after_a_post_the_switch_leads_to_the_page_itself(client):
    assert 'href="/bahasa/en?next=%2F"' in client.post("/", {"words": ""}).content.decode()


def test_robots_are_told_and_the_drawing_is_found(client):
    assert "Disallow: /workspace/" in client.get("/robots.txt").content.decode()
    assert client.get("/favicon.ico")["Location"].endswith(".svg")


def test_a_page_with_errors_says_so_in_its_title(client):
    assert "<title>Kesalahan: Lapor - Tuntas</title>" in client.post("/", {"words": ""}).content.decode()
    assert "<title>Lapor - Tuntas</title>" in client.get("/").content.decode()


def test_officers_pages_configure_htmx_for_the_policy(client):
    html = client.get("/desk").content.decode()
    for part in ("includeIndicatorStyles&quot;: false", "allowEval&quot;: false", "historyCacheSize&quot;: 0"):
        assert part in html
    assert "htmx" not in client.get("/").content.decode()


def test_assets_come_compressed_and_are_kept_for_good(client):
    response = client.get(static("web/app.css"), headers={"Accept-Encoding": "gzip, br"})
    assert response["Content-Encoding"] == "br"
    assert "immutable" in response["Cache-Control"]
    assert "text/css" in response["Content-Type"]
    response.close()
