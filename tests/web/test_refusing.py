"""A refusal arrives as words, whatever asked and wherever it was raised."""

import pytest
from django.test import Client

from tuntas.web import views

pytestmark = pytest.mark.usefixtures("frame")


@pytest.fixture
def client():
    return Client(raise_request_exception=False)


def test_a_page_says_what_why_and_instead_and_keeps_what_was_typed(client):
    response = client.get("/refused")
    html = response.content.decode()
    assert response.status_code == 409
    for words in ("Laporan ini sudah dijawab.", "Orang lain menjawabnya.", "Muat ulang halaman."):
        assert words in html
    assert "Jawaban saya &lt;b&gt;panjang&lt;/b&gt;." in html
    assert "rahasia-sekali" not in html
    assert '<html lang="id">' in html


def test_htmx_gets_a_fragment_for_the_page_s_place_for_refusals(client):
    response = client.post("/refused", headers={"HX-Request": "true"})
    html = response.content.decode()
    assert response.status_code == 409
    assert "<html" not in html
    assert 'role="alert"' in html
    assert response["HX-Retarget"] == "#refusal"
    assert response["HX-Reswap"] == "innerHTML"


def test_a_boosted_link_gets_the_whole_page(client):
    assert b"<html" in client.get("/refused", headers={"HX-Request": "true", "HX-Boosted": "true"}).content


def test_a_machine_gets_problem_json(client):
    response = client.get("/refused", headers={"Accept": "application/json"})
    assert response["Content-Type"] == "application/problem+json"
    assert response.json() == {
        "type": "urn:tuntas:refusal:out_of_turn",
        "title": "Laporan ini sudah dijawab.",
        "status": 409,
        "detail": "Orang lain menjawabnya.",
        "code": "out_of_turn",
        "instead": "Muat ulang halaman.",
        "kept": {"words": "Jawaban saya <b>panjang</b>."},
    }


@pytest.mark.parametrize("accept", ["text/html,application/xhtml+xml,*/*;q=0.8", "*/*", None])
def test_a_browser_always_gets_a_page(client, accept):
    response = client.get("/refused", headers={"Accept": accept} if accept else {})
    assert response["Content-Type"].startswith("text/html")


@pytest.mark.parametrize(
    ("address", "status", "indonesian", "english"),
    [
        ("/tidak-ada", 404, "Halaman ini tidak ada.", "This page does not exist."),
        ("/forbidden", 403, "Anda tidak bisa membuka halaman ini.", "You cannot open this page."),
        ("/broken", 500, "Ada yang salah di pihak kami.", "Something went wrong on our side."),
    ],
)
def test_the_error_pages_speak_both_languages(client, address, status, indonesian, english):
    response = client.get(address)
    assert response.status_code == status
    assert indonesian in response.content.decode()

    client.cookies["language"] = "en"
    assert english in client.get(address).content.decode()


def test_a_forged_or_stale_form_is_refused_in_words(frame):
    response = Client(enforce_csrf_checks=True).post("/", {"words": "x"})
    assert response.status_code == 403
    assert "Halaman ini terlalu lama terbuka." in response.content.decode()


@pytest.mark.parametrize("checked", [True, False])
def test_too_large_a_form_is_refused_in_words(frame, checked):
    """Django reads the form in the forgery check or in the view: both must end in the same words."""
    frame.DATA_UPLOAD_MAX_MEMORY_SIZE = 1000
    client = Client(enforce_csrf_checks=checked, raise_request_exception=False)
    client.get("/")
    response = client.post("/", {"words": "x" * 2000})
    assert response.status_code == 413
    assert "Kiriman ini terlalu besar" in response.content.decode()


def test_too_many_files_are_refused_in_words(frame, client):
    from django.core.files.uploadedfile import SimpleUploadedFile

    frame.DATA_UPLOAD_MAX_NUMBER_FILES = 2
    files = [SimpleUploadedFile(f"{number}.jpg", b"x") for number in range(3)]
    response = client.post("/", {"photos": files})
    assert response.status_code == 413


def test_when_even_the_error_page_breaks_the_words_still_arrive(frame, client, monkeypatch):
    def break_too(*_arguments, **_more):
        raise RuntimeError

    monkeypatch.setattr(views, "respond", break_too)
    response = client.get("/broken")
    assert response.status_code == 500
    assert "Ada yang salah di pihak kami." in response.content.decode()
