"""What is grave asks for the second factor again, and nothing that was typed is lost by it."""

import time

import pytest
from django.test import Client

from tests import databases
from tests.factories import a_report, an_officer, the_state
from tests.workspace import officers
from tests.workspace.officers import at_desk, code_now, give_password
from tuntas.access.models import SecurityEntry
from tuntas.accounts.models import Session
from tuntas.organizations.models import Role
from tuntas.workspace import whole

pytestmark = pytest.mark.django_db
GRAVE = "/workspace/account/email"
ASKED = "Tiang nomor berapa yang mati, dan sejak kapan?"


def test_within_ten_minutes_of_the_second_factor_it_opens():
    assert at_desk(the_state().as_admin).get(GRAVE).status_code == 200


@pytest.mark.threat("T-SESS-step-up")
def test_later_it_asks_again_and_comes_back_to_the_same_page():
    state = the_state()
    give_password("admin")
    client = at_desk(state.as_admin, age=whole.FRESH_FOR + 1)

    answer = client.get(GRAVE)
    assert answer["Location"] == "/workspace/step-up?next=%2Fworkspace%2Faccount%2Femail"
    assert "Pastikan bahwa ini Anda" in client.get(answer["Location"]).content.decode()
    before = client.session.session_key
    answer = client.post("/workspace/step-up", {"next": GRAVE, "code": code_now()})

    assert answer["Location"] == GRAVE
    assert client.get(GRAVE).status_code == 200
    assert client.session.session_key != before  # SR-21: more rights, another key


def test_a_wrong_code_opens_nothing_and_is_written_down():
    state = the_state()
    give_password("admin")
    client = at_desk(state.as_admin, age=601)

    assert client.post("/workspace/step-up", {"next": GRAVE, "code": "000000"}).status_code == 422
    assert client.get(GRAVE).status_code == 302
    with databases.role("owner"):
        assert SecurityEntry.objects.filter(kind="code_refused", officer=state.as_admin.officer).exists()


@pytest.mark.threat("SR-31")
@pytest.mark.parametrize("address", ["https://jahat.example/", "//jahat.example/", "/\\jahat.example", "javascript:x"])
def test_the_way_on_stays_here(address):
    state = the_state()
    give_password("admin")
    client = at_desk(state.as_admin, age=601)

    answer = client.post("/workspace/step-up", {"next": address, "code": code_now()})

    assert answer["Location"] == "/workspace/"


def test_what_was_being_sent_is_shown_afterwards_and_sent_only_by_hand():
    state = the_state()
    give_password("admin")
    client = at_desk(state.as_admin, age=601)

    answer = client.post(GRAVE, {"email": "baru yang panjang@contoh.test"})
    assert answer["Location"].startswith("/workspace/step-up")
    assert client.post("/workspace/step-up", {"code": code_now()})["Location"] == "/workspace/kept"

    page = client.get("/workspace/kept").content.decode()
    assert "baru yang panjang@contoh.test" in page
    assert f'action="{GRAVE}"' in page


def test_in_the_demonstration_it_is_one_explained_button(settings):
    settings.DEMO = True
    state = the_state()
    with databases.role("owner"):
        demo = an_officer("demo-admin", state.city, Role.AGENCY_ADMIN)
    client = at_desk(demo)
    session = client.session
    session[whole.SECOND] = {"at": int(time.time()) - 700, "how": whole.DEMO}
    session.save()

    assert "Dalam peragaan ini tidak ada langkah kedua" in client.get("/workspace/step-up").content.decode()
    assert client.post("/workspace/step-up", {"next": GRAVE})["Location"] == GRAVE
    assert client.get(GRAVE).status_code == 200


def interrupted() -> Client:
    """A browser of the liaison officer whose session ended while a question was being sent."""
    report = a_report("IN_PROGRESS")
    for name in ("liaison", "head"):
        give_password(name)
    client = Client()
    officers.sign_in(client, "liaison")
    client.cookies.pop("session")  # the session is over, the device is known
    answer = client.post(f"/workspace/reports/{report.number}/question/", {"question-text": ASKED})
    assert answer["Location"].startswith("/workspace/masuk")
    return client


@pytest.mark.threat("T-SESS-lost-words")
def test_what_was_being_sent_when_the_session_ended_comes_back():
    client = interrupted()
    assert "kami simpan" in client.get("/workspace/masuk").content.decode()
    with databases.role("owner"):
        assert not any("Tiang" in session.data for session in Session.objects.all())  # sealed

    assert officers.sign_in(client, "liaison", code=code_now(1))["Location"] == "/workspace/kept"

    assert ASKED in client.get("/workspace/kept").content.decode()
    assert client.post("/workspace/kept")["Location"] == "/workspace/"
    assert client.get("/workspace/kept")["Location"] == "/workspace/"  # thrown away


@pytest.mark.threat("T-SESS-lost-words")
def test_it_does_not_come_back_to_somebody_else():
    client = interrupted()

    officers.sign_in(client, "head")

    assert client.get("/workspace/kept")["Location"] == "/workspace/"
