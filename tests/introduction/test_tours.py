"""The tour of each role is walked on its own pages, is remembered when it is over, and help stands where it should."""

from html import unescape

import pytest

from tests import databases
from tests.factories import a_report, an_officer, as_, the_state
from tests.workspace.officers import at_desk
from tuntas.introduction import texts
from tuntas.organizations.models import Appointment, Role
from tuntas.reports.states import State
from tuntas.teamwork import jobs
from tuntas.workspace.models import Habit

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R003-57")]
WHO = {
    Role.NATIONAL_ADMIN: "national", Role.AGENCY_ADMIN: "admin", Role.LIAISON_OFFICER: "liaison",
    Role.UNIT_HEAD: "head", Role.SUPERVISOR: "supervisor", Role.CUSTODIAN: "custodian", Role.FIELD_OFFICER: "field",
}  # fmt: skip


@pytest.fixture
def state():
    state = the_state()
    a_report()
    given = a_report(State.AWAITING_FOLLOW_UP)
    with databases.role("owner"):
        state.as_field = an_officer("field", state.works, Role.FIELD_OFFICER)
        to = Appointment.objects.get(pk=state.as_field.appointment)
    as_(state.as_liaison, jobs.assign, given, to=to)
    return state


def shown(client, path):
    """A page with whatever it leads on to."""
    page = client.get(path, follow=True)
    assert page.status_code == 200, path
    return unescape(page.content.decode())


@pytest.mark.parametrize("role", WHO)
def test_the_tour_of_each_role_walks_its_own_pages_to_the_end(role, state):
    client, steps = at_desk(getattr(state, f"as_{WHO[role]}")), texts.tours()[role]
    assert "Mulai tur" in shown(client, "/workspace/")
    where = client.post("/workspace/tour", {"step": "1"})["Location"]
    for number, step in enumerate(steps, start=1):
        words = shown(client, where)
        assert f"Langkah {number} dari {len(steps)}" in words
        assert step.said.title in words
        assert step.said.lines[0] in words
        where = client.post("/workspace/tour", {"step": str(number + 1)})["Location"]
    words = shown(client, where)
    assert "Turnya selesai" in words
    assert "Mulai tur" not in words


def test_no_thank_you_is_remembered_after_signing_out_and_help_offers_it_again(state):
    client = at_desk(state.as_liaison)
    client.post("/workspace/tour", {"step": "0"})
    anew = at_desk(state.as_liaison)
    assert "Mulai tur" not in shown(anew, "/workspace/queues/follow-up/")
    assert "Ikuti tur untuk peran saya" in shown(anew, "/workspace/help/")
    assert "Mulai tur" in shown(at_desk(state.as_head), "/workspace/queues/drafts/")  # another officer's own


def test_what_is_new_is_shown_until_it_is_read_and_stays_in_the_archive(state):
    client, newest = at_desk(state.as_liaison), texts.newest()
    client.post("/workspace/tour", {"step": "0"})
    assert newest.said.lines[0] in shown(client, "/workspace/queues/follow-up/")
    client.post("/workspace/new/read")
    for browser in (client, at_desk(state.as_liaison)):
        assert newest.said.lines[0] not in shown(browser, "/workspace/queues/follow-up/")
    assert newest.said.lines[0] in shown(client, "/workspace/new/")
    assert Habit.objects.filter(news_read=newest.number).count() <= 1


def test_help_opens_where_people_hesitate_and_stands_whole_on_its_page(state):
    said = {key: topic.said.title for key, topic in texts.topics().items()}
    new, given = a_report(), a_report(State.AWAITING_FOLLOW_UP)
    admin, liaison = at_desk(state.as_admin), at_desk(state.as_liaison)
    assert said["verification"] in shown(admin, f"/workspace/reports/{new.number}/")
    words = shown(liaison, f"/workspace/reports/{given.number}/")
    assert all(said[key] in words for key in ("evidence", "gate", "transfer", "clocks"))
    everything = shown(liaison, "/workspace/help/")
    assert all(topic.said.title in everything for topic in texts.topics_for(texts.OFFICER))


def test_citizens_have_a_story_and_a_page_of_help(client):
    the_state()
    story = shown(client, "/kenalan")
    assert "Rina yang menentukan" in story
    assert all(topic.said.title in shown(client, "/bantuan") for topic in texts.topics_for(texts.CITIZEN))
