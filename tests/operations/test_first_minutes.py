"""What the demonstration prepares for each role ends where that role begins, by the real verbs alone."""

import pytest
from django.utils import timezone

from tests import databases
from tests.factories import an_officer, the_state
from tuntas.access.actors import Actor, acting
from tuntas.disclosure.models import Disclosure
from tuntas.followup import dialogue
from tuntas.followup.answering import draft_of
from tuntas.operations.demo import first_minutes
from tuntas.operations.demo.places import CITY, Stage
from tuntas.organizations.models import Category, Role
from tuntas.reports.models import Report
from tuntas.reports.states import State
from tuntas.reports.supporting import people_behind
from tuntas.routing.duplicates import similar_to
from tuntas.teamwork import jobs

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R003-57")]


@pytest.fixture
def played(monkeypatch):
    """(state, name of a life -> its report), after all of them were played."""
    state = the_state()
    with databases.role("owner"):
        Category.objects.create(code=first_minutes.LAMP.category, name="Lampu jalan")
        field = an_officer("lapangan", state.works, Role.FIELD_OFFICER)
    state.as_field = field
    actors = {"nasional": state.as_national, "admin-kota": state.as_admin, "pengawas": state.as_supervisor,
              "penghubung-perhubungan": state.as_liaison, "kepala-perhubungan": state.as_head,
              "lapangan-perhubungan": field}  # fmt: skip
    stage, cases, made = Stage({CITY: state.city, f"{CITY}-perhubungan": state.works}, actors), {}, first_minutes._case
    monkeypatch.setattr(first_minutes, "_case", lambda stage, name: cases.setdefault(name, made(stage, name)))
    for lives in (first_minutes.long_lives, first_minutes.short_lives):
        first_minutes.play(lives(stage), until=timezone.now())
    with acting(state.as_national):
        return state, {name: Report.objects.get(pk=case.report.pk) for name, case in cases.items()}


def test_each_role_finds_its_first_five_minutes(played):
    state, found = played
    with acting(state.as_head):
        assert {name for name, report in found.items() if draft_of(report)} == {"approve", "send-back"}
    with acting(state.as_field):
        assert {job.report.pk for job in jobs.jobs_of(state.as_field)} == {found["job"].pk, found["fresh-job"].pk}
        assert found["job"].attachments.filter(part="BEFORE").exists()
    with acting(state.as_admin):
        first, second = found["twin-1"], found["twin-2"]
        assert {first.state, second.state} == {State.AWAITING_VERIFICATION}
        assert second.pk in [each.report.pk for each in similar_to(first)]
    with acting(state.as_liaison):
        assert found["late"].due_at < timezone.now()
        assert found["reopened"].is_reopened
        assert people_behind([found["supported"].pk])[found["supported"].pk] == first_minutes.PEOPLE_BEHIND + 1
        assert found["conversation"].is_anonymous
        assert len(dialogue.messages_of(found["conversation"])) == 2
    with acting(state.as_custodian):
        assert Disclosure.objects.undecided().filter(report=found["identity"]).exists()
    own = found["citizen"]
    with acting(Actor.reporter_of(own.pk)):
        assert Report.objects.get(pk=own.pk).state == State.RESOLUTION_PROPOSED
