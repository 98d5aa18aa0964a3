"""The demonstration's switcher of roles: one press from the first page and from every frame, and nowhere else."""

import re

import pytest
from django.test import Client

from tests import databases
from tests.factories import an_officer, received, the_state
from tests.workspace.officers import at_desk
from tuntas.introduction import doors
from tuntas.organizations.models import Role

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R003-57")]
OFFICERS = {"demo-admin": ("city", Role.AGENCY_ADMIN), "demo-head": ("works", Role.UNIT_HEAD),
            "demo-kepala-daerah": ("city", Role.UNIT_HEAD), "demo-penjaga": ("province", Role.CUSTODIAN),
            "demo-head-2": ("health", Role.UNIT_HEAD)}  # fmt: skip


@pytest.fixture
def state(settings):
    settings.DEMO = True
    state = the_state()
    with databases.role("owner"):
        for name, (unit, role) in OFFICERS.items():
            an_officer(name, getattr(state, unit), role)
    return state


def buttons(client, path):
    """The signed doors that a page holds, in its order."""
    return re.findall(r'name="door" value="([^"]+)"', client.get(path).content.decode())


def test_one_press_from_the_first_page_opens_a_desk(state):
    client = Client()
    found = buttons(client, "/")
    names = [doors.opened_by(door).officer.username for door in found]
    assert names[:4] == ["demo-admin", "demo-head", "demo-penjaga", "demo-kepala-daerah"]  # of each role the first

    client.post("/workspace/masuk/demo", {"door": found[2]})

    assert client.get("/workspace/ethics").status_code == 200  # signed in; the code of ethics is not spared anybody


def test_from_any_officers_page_one_press_is_somebody_else(state):
    client = at_desk(state.as_liaison)
    page = client.get("/workspace/queues/follow-up/")
    (head,) = [
        d for d in buttons(client, page.request["PATH_INFO"]) if doors.opened_by(d).officer.username == "demo-head"
    ]
    client.post("/workspace/masuk/demo", {"door": head})
    client.post("/workspace/ethics", {"agrees": "on"})
    assert "aria-current" in client.get("/workspace/queues/drafts/").content.decode().split("</aside>")[0]


def test_the_citizen_comes_in_by_their_code_as_everybody_does(state):
    received(key=doors.OWN_REPORT, target=state.city.pk)
    client = Client()
    code = re.search(r'name="code" value="([^"]+)"', client.get("/").content.decode())[1]
    assert client.post("/lacak", {"code": code})["Location"] == "/bantuan/catatan"


@pytest.mark.parametrize("outside", ["without the flag", "behind a proxy", "from another machine"])
def test_outside_nothing_of_it_is_there(state, settings, outside):
    door = buttons(Client(), "/")[0]
    settings.DEMO = outside != "without the flag"
    settings.BEHIND_PROXY = outside == "behind a proxy"
    client = Client(REMOTE_ADDR="10.1.2.3" if outside == "from another machine" else "127.0.0.1")
    for path in ("/", "/lapor", "/workspace/masuk"):
        words = client.get(path).content.decode()
        assert 'name="door"' not in words
        assert 'class="roles"' not in words
        assert doors.citizens_code("127.0.0.1" if settings.DEMO else "") == "" or outside == "from another machine"
    assert client.post("/workspace/masuk/demo", {"door": door}).status_code == 404
