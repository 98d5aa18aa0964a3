"""Which host names are answered, and what a header may say: nothing that comes back (SR-29)."""

import re

import pytest
from django.test import Client

from tests import databases
from tests.faces.making import HOST, bound, drafted, opened
from tests.factories import the_state
from tuntas.faces import binding, hosts, known
from tuntas.faces.models import Face, Look
from tuntas.kernel.refusals import Incomplete, NotFound, OutOfTurn, Refusal

pytestmark = pytest.mark.django_db
HOSTILE = [
    "evil.example", f"{HOST}.evil.example", f"evil.example/{HOST}", f"{HOST}@evil.example", f"evil@{HOST}",
    f"{HOST}:80:80", f"{HOST}:x", f"{HOST}/..", f"{HOST} evil.example", f"{HOST}..", f".{HOST}", f"x.{HOST}",
    f"{HOST}%00", f"{HOST}\x00", f"{HOST},evil.example",
    "*", "[::1", "xn--", "кота.test", "a" * 300, "127.0.0.2", "0x7f.1",
    f"{HOST}#",
]  # fmt: skip


@pytest.fixture
def city():
    return opened(the_state().as_admin)


@pytest.mark.threat("SR-29")
@pytest.mark.parametrize("host", HOSTILE)
def test_a_host_that_nobody_bound_gets_two_plain_sentences(city, host):
    for path in ("/", "/lapor", "/workspace/", "/static/x", "/instansi/city"):
        answer = Client().get(path, HTTP_HOST=host)
        assert answer.status_code == 400
        assert answer.headers["Content-Type"].startswith("text/plain")
        assert answer.headers["Cache-Control"] == "no-store"
        told = answer.content.decode()
        assert "This address is not served here" in told
        assert not re.search(r"evil|contoh|Tuntas|testserver|localhost", told)


@pytest.mark.threat("SR-29")
def test_a_face_says_its_own_name_whatever_the_header_says(city, settings):
    settings.ORIGIN = "https://tuntas.test"
    shown = Client().get("/instansi/city/poster?tempat=loket", HTTP_HOST=f"{HOST}:8443").content.decode()
    assert f"https://{HOST}/lapor?instansi=city" in shown
    assert "8443" not in shown
    forged = {"HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_FORWARDED": "host=evil.example"}
    assert b"evil" not in Client().get("/instansi/city/poster", HTTP_HOST=HOST, **forged).content


@pytest.mark.parametrize("spelt", [HOST.upper(), f"{HOST}.", f"{HOST.title()}.:8000"])
def test_another_spelling_leads_to_the_one_address(city, spelt, settings):
    settings.ORIGIN = "http://localhost:8000"
    answer = Client().get("/laporan?kata=a", HTTP_HOST=spelt, PATH_INFO="//evil.example/laporan")
    assert answer.status_code == 301
    assert answer["Location"] == f"http://{HOST}:8000//evil.example/laporan?kata=a"
    assert Client().post("/lapor", {"text": "x"}, HTTP_HOST=spelt).status_code == 200  # what was typed is taken


def test_officers_are_sent_to_the_main_address_and_nothing_is_taken_there(city, settings):
    settings.ORIGIN = "http://localhost:8000"
    answer = Client().get("/workspace/masuk?next=//evil.example", HTTP_HOST=HOST)
    assert (answer.status_code, answer["Location"]) == (302, "http://localhost:8000/workspace/masuk")
    assert Client().post("/workspace/masuk", {"username": "head"}, HTTP_HOST=HOST).status_code == 404
    assert Client().get("/workspace", HTTP_HOST=HOST).status_code == 302


def test_forms_of_a_face_are_taken_from_itself_alone(city):
    client = Client(enforce_csrf_checks=True)
    page = client.get("/lapor", HTTP_HOST=HOST).content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)[1]
    form = {"csrfmiddlewaretoken": token, "text": "Lampu mati di depan pasar"}
    for origin, status in ((f"http://{HOST}", 200), ("http://testserver", 403), ("http://evil.example", 403)):
        assert client.post("/lapor", form, HTTP_HOST=HOST, HTTP_ORIGIN=origin).status_code == status
    assert Client(enforce_csrf_checks=True).post("/lapor", form, HTTP_HOST=HOST).status_code == 403


def test_what_is_bound_and_not_published_is_unknown_and_what_ended_is_too():
    state = the_state()
    face = bound()
    drafted(state.as_admin, face)
    assert Client().get("/", HTTP_HOST=HOST).status_code == 400
    opened(state.as_national, "lapor.provinsi.test", "province", name="Provinsi")
    assert Client().get("/", HTTP_HOST="lapor.provinsi.test").status_code == 200
    with databases.role("owner"):
        binding.unbind("lapor.provinsi.test")
    assert Client().get("/", HTTP_HOST="lapor.provinsi.test").status_code == 400


def test_the_sites_own_pages_never_ask_for_faces(city, django_assert_num_queries, monkeypatch):
    def asked(_host):
        raise AssertionError("the hot path asked the table of faces")

    monkeypatch.setattr(known, "at", asked)
    assert Client().get("/robots.txt").status_code == 200


def test_a_face_asks_the_register_once_in_ten_seconds(city, django_assert_num_queries):
    Client().get("/robots.txt", HTTP_HOST=HOST)
    with django_assert_num_queries(0):
        for _time in range(3):
            assert Client().get("/robots.txt", HTTP_HOST=HOST).status_code == 200
            assert Client().get("/robots.txt", HTTP_HOST="evil.example").status_code == 400


def test_when_the_register_is_away_what_was_known_holds_and_before_that_nobody_is_told_a_lie(city, monkeypatch):
    from django.db import OperationalError

    def away():
        raise OperationalError("gone")

    assert Client().get("/robots.txt", HTTP_HOST=HOST).status_code == 200
    monkeypatch.setattr(known, "_read", away)
    known.forget()
    assert Client().get("/robots.txt", HTTP_HOST=HOST).status_code == 200
    known._table.faces, known._table.until = None, 0.0
    assert Client().get("/robots.txt", HTTP_HOST=HOST).status_code == 503


# Binding ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Lapor.Kota-Contoh.TEST.", HOST),
        (" lapor.kota-contoh.test ", HOST),
        ("lapor.köta.test", "lapor.xn--kta-sna.test"),
        ("lapor.xn--kta-sna.test", "lapor.xn--kta-sna.test"),
    ],
)
def test_a_host_is_kept_as_browsers_send_it(typed, kept):
    assert hosts.host_name(typed) == kept


@pytest.mark.parametrize(
    "typed",
    ["", "localhost", "kota", "https://a.test", "a.test:80", "a.test/x", "*.test", "a_b.test", "-a.test", "a..test",
     "127.0.0.1", "[::1]", "10.0.0", "a.test evil.test", "é" * 300 + ".test", "a." + "b" * 64, "a\x00.test",
     "user@a.test"],
)  # fmt: skip
def test_what_is_no_host_name_is_refused_in_words(typed):
    with pytest.raises(Incomplete) as no:
        hosts.host_name(typed)
    assert no.value.instead


def test_one_host_leads_to_one_agency_and_never_to_the_site_itself(city, settings):
    settings.ORIGIN, settings.FILES_ORIGIN = "https://tuntas.test", "https://berkas.tuntas.test"
    with databases.role("owner"):
        with pytest.raises(OutOfTurn):
            binding.bind(HOST.upper(), "province")
        for own in ("tuntas.test", "berkas.tuntas.test", "files.localhost"):
            with pytest.raises(Refusal):
                binding.bind(own, "city")
        for nobody in ("nothing", "nation", "works"):
            with pytest.raises(Refusal):
                binding.bind("lapor.lain.test", nobody)
        with pytest.raises(NotFound):
            binding.unbind("lapor.lain.test")
        assert binding.bind("lapor.lain.test", "province").unit.code == "province"
        assert Face.objects.count() == 2


def test_the_demo_answers_on_this_machine_alone(city, settings):
    settings.DEMO = True
    assert Client().get("/robots.txt", HTTP_HOST=HOST).status_code == 400
    with databases.role("owner"), pytest.raises(Refusal):
        binding.bind("lapor.lain.test", "city")


def test_only_the_operator_writes_host_names():
    """No right of the web process reaches the table of hosts, whoever is signed in."""
    from django.db import DatabaseError, transaction

    from tuntas.access.actors import acting

    state = the_state()
    face = bound()
    for attempt in (
        lambda: Face.objects.create(host="x.test", unit=state.city),
        lambda: Face.objects.filter(pk=face.pk).update(host="x.test"),
        lambda: Face.objects.filter(pk=face.pk).delete(),
        lambda: Look.objects.all().delete(),
    ):
        with acting(state.as_national), pytest.raises(DatabaseError), transaction.atomic():
            attempt()
