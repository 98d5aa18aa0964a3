"""Signing in, choosing an office, and the doors of the demonstration."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import databases
from tests.factories import an_officer, the_state
from tests.workspace import officers
from tests.workspace.officers import PASSWORD, at_desk, code_now, ended, give_password, make_whole
from tuntas.organizations.models import Appointment, Officer, Role

pytestmark = pytest.mark.django_db


def sign_in(username: str, password: str = PASSWORD, **more: str):
    return officers.sign_in(Client(), username, password=password, **more)


def test_an_officer_signs_in_with_a_password_and_a_code():
    the_state()
    give_password("admin")

    answer = sign_in("admin")

    assert answer.status_code == 302
    assert answer["Location"] == "/workspace/"


def test_a_password_alone_opens_nothing():
    the_state()
    give_password("admin")
    client = Client()

    answer = client.post("/workspace/masuk", {"username": "admin", "password": PASSWORD})

    assert answer["Location"] == "/workspace/masuk/kode"
    for page in ("/workspace/", "/workspace/account", "/workspace/appointments", "/workspace/ethics"):
        assert client.get(page)["Location"].startswith("/workspace/masuk")


def test_a_wrong_password_and_an_unknown_name_get_the_same_words():
    the_state()
    give_password("admin")

    wrong, unknown = sign_in("admin", "salah sekali"), sign_in("tidak-ada", "salah sekali")

    assert wrong.status_code == unknown.status_code == 422
    words = "Nama pengguna dan kata sandi tidak cocok. Periksa keduanya."
    assert words in wrong.content.decode()
    assert words in unknown.content.decode()
    assert 'value="admin"' in wrong.content.decode()  # what was typed stays; the password does not
    assert "salah sekali" not in wrong.content.decode()


def test_after_ten_wrong_passwords_even_the_right_one_waits():
    the_state()
    give_password("admin")
    for _n in range(10):
        sign_in("admin", "salah sekali")

    answer = sign_in("admin")

    assert answer.status_code == 422
    assert "Tunggu 15 menit" in answer.content.decode()


def test_an_inactive_officer_cannot_sign_in():
    the_state()
    give_password("admin")
    with databases.role("owner"):
        Officer.objects.filter(username="admin").update(is_active=False)

    assert sign_in("admin").status_code == 422


@pytest.mark.parametrize("address", ["https://jahat.example/", "//jahat.example/", "javascript:alert(1)"])
def test_after_signing_in_nobody_is_sent_to_another_site(address):
    the_state()
    give_password("admin")

    assert "jahat" not in sign_in("admin", next=address)["Location"]
    onward = sign_in("admin", next="/workspace/notices/", code=code_now(1))  # the first code is used up
    assert onward["Location"] == "/workspace/notices/"


def test_a_page_asks_a_stranger_to_sign_in_and_comes_back():
    answer = Client().get("/workspace/queues/verify/")

    assert answer.status_code == 302
    assert answer["Location"] == "/workspace/masuk?next=/workspace/queues/verify/"


def test_signing_out_needs_a_post_and_ends_the_session():
    client = at_desk(the_state().as_admin)

    assert client.get("/workspace/keluar").status_code == 405
    assert client.post("/workspace/keluar").status_code == 302
    assert client.get("/workspace/notices/").status_code == 302


def test_an_ended_appointment_is_refused_in_words():
    state = the_state()
    client = at_desk(state.as_admin)
    assert client.get("/workspace/queues/verify/").status_code == 200
    yesterday = timezone.localdate() - timedelta(days=1)
    ended(state.as_admin, yesterday)

    answer = client.get("/workspace/queues/verify/")

    assert answer.status_code == 403
    page = answer.content.decode()
    assert 'data-refusal="no_appointment"' in page
    assert "Jabatan Anda sebagai" in page
    assert "berakhir pada" in page
    assert "/workspace/keluar" in page


def test_an_officer_with_two_offices_chooses_and_a_deputy_is_told_for_whom():
    state = the_state()
    with databases.role("owner"):
        head = Appointment.objects.get(pk=state.as_head.appointment)
        second = Appointment.objects.create(
            officer_id=state.as_liaison.officer,
            unit=state.works,
            role=Role.UNIT_HEAD,
            valid_from=date(2026, 1, 1),
            deputy_for=head,
        )
    client = Client()
    with databases.role("owner"):
        client.force_login(Officer.objects.get(pk=state.as_liaison.officer))
    make_whole(client)

    assert client.get("/workspace/queues/progress/")["Location"] == "/workspace/appointments"
    page = client.get("/workspace/appointments").content.decode()
    assert "pengganti Petugas contoh head" in page

    client.post("/workspace/appointments", {"appointment": second.pk})
    page = client.get("/workspace/queues/drafts/").content.decode()
    assert "pengganti Petugas contoh head" in page
    assert "Perlu disetujui" in page


def test_nobody_chooses_the_office_of_somebody_else():
    state = the_state()
    client = at_desk(state.as_liaison)

    client.post("/workspace/appointments", {"appointment": state.as_national.appointment})

    assert client.get("/workspace/queues/appeals/").status_code == 404  # still a liaison officer's desk


class TestDemo:
    @pytest.fixture
    def state(self, settings):
        settings.DEMO = True
        state = the_state()
        with databases.role("owner"):
            an_officer("demo-admin", state.city, Role.AGENCY_ADMIN)
            an_officer("demo-head", state.works, Role.UNIT_HEAD)
        return state

    def door(self, client: Client, name: str) -> str:
        page = client.get("/workspace/masuk")
        return next(d.door for d in page.context["doors"] if d.appointment.officer.username == name)

    def test_one_button_for_each_role_opens_its_desk(self, state):
        client = Client()
        page = client.get("/workspace/masuk")
        assert [d.appointment.officer.username for d in page.context["doors"]] == ["demo-admin", "demo-head"]
        assert "Kota Contoh" in page.content.decode()

        answer = client.post("/workspace/masuk/demo", {"door": self.door(client, "demo-head")})

        assert answer.status_code == 302
        assert client.get("/workspace/queues/drafts/")["Location"] == "/workspace/ethics"
        client.post("/workspace/ethics", {"agrees": "on"})
        assert "demo-head" in client.get("/workspace/queues/drafts/").content.decode()

    def test_ordinary_officers_have_no_door(self, state):
        from django.core import signing

        from tuntas.introduction.doors import SALT

        forged = signing.dumps(state.as_national.appointment, salt=SALT)
        assert Client().post("/workspace/masuk/demo", {"door": forged}).status_code == 404

    def test_an_unsigned_or_old_door_stays_shut(self, state, monkeypatch):
        client = Client()
        assert client.post("/workspace/masuk/demo", {"door": "1"}).status_code == 422
        door = self.door(client, "demo-admin")
        monkeypatch.setattr("tuntas.introduction.doors.OPEN_FOR", -1)
        answer = client.post("/workspace/masuk/demo", {"door": door})
        assert answer.status_code == 422
        assert "Tombol ini sudah terlalu lama" in answer.content.decode()

    def test_there_are_no_doors_for_another_machine_nor_behind_a_proxy_nor_without_the_flag(self, state, settings):
        client = Client()
        door = self.door(client, "demo-admin")
        elsewhere = Client(REMOTE_ADDR="10.1.2.3")
        assert elsewhere.get("/workspace/masuk").context["doors"] == []
        assert elsewhere.post("/workspace/masuk/demo", {"door": door}).status_code == 404
        settings.BEHIND_PROXY = True
        assert client.post("/workspace/masuk/demo", {"door": door}).status_code == 404
        settings.BEHIND_PROXY, settings.DEMO = False, False
        assert client.get("/workspace/masuk").context["doors"] == []
        assert client.post("/workspace/masuk/demo", {"door": door}).status_code == 404
