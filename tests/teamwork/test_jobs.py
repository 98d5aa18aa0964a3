"""Jobs: who has a report in hand, handed on with a trace, and never without the office's own duty (handbook 8.2 O1)."""

from datetime import date, timedelta

import pytest

from tests import databases
from tests.factories import MONDAY, a_report, an_officer, the_state
from tuntas.access.actors import acting
from tuntas.kernel.refusals import Incomplete, NotYours
from tuntas.notices.models import Notice
from tuntas.organizations.models import Appointment, Role
from tuntas.reports.models import Report
from tuntas.reports.states import State
from tuntas.teamwork import jobs
from tuntas.teamwork.models import Job

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(days=8)


def a_field_officer(state, username="field", unit=None):
    with databases.role("owner"):
        return an_officer(username, unit or state.works, Role.FIELD_OFFICER)


def appointment(actor):
    return Appointment.objects.select_related("officer", "unit").get(pk=actor.appointment)


def as_(actor, verb, report, **more):
    with acting(actor):
        return verb(Report.objects.get(pk=report.pk), by=actor, **({"at": LATER} | more))


def test_a_job_is_given_told_and_taken_back_with_a_trace():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    field = a_field_officer(state)
    given = as_(state.as_liaison, jobs.assign, report, to=appointment(field))
    with acting(field):
        assert [job.report_id for job in jobs.jobs_of(field)] == [report.pk]
        told = Notice.objects.get(event=given)
        assert (told.officer, told.unit_id) == (field.officer, state.works.pk)
    again = as_(state.as_head, jobs.assign, report, to=appointment(state.as_liaison))
    with acting(state.as_head):
        assert list(Job.objects.filter(report=report).order_by("pk").values_list("until", flat=True)) == [
            again.at,
            None,
        ]
    released = as_(state.as_liaison, jobs.release, report)
    with acting(state.as_liaison):
        assert released.facts["assignee"] == state.as_liaison.appointment
        assert not Job.objects.live().exists()
        verbs = list(report.events.order_by("pk").values_list("verb", flat=True))[-3:]
    assert verbs == ["assign", "assign", "release"]


def test_only_somebody_of_the_office_gets_a_job_and_only_the_own_one_is_given_back():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    field, other = a_field_officer(state), a_field_officer(state, "field-2")
    with pytest.raises(Incomplete):
        as_(state.as_liaison, jobs.assign, report, to=appointment(state.as_health_liaison))
    with pytest.raises(NotYours):
        as_(field, jobs.assign, report, to=appointment(field))
    as_(state.as_liaison, jobs.assign, report, to=appointment(field))
    with pytest.raises(NotYours):
        as_(other, jobs.release, report)
    as_(field, jobs.release, report)


@pytest.mark.threat("T-COI")
def test_whom_a_report_is_about_gets_no_job_of_it():
    from tuntas.routing import accusing

    state, report = the_state(), a_report(State.IN_PROGRESS)
    field = a_field_officer(state)
    officer = appointment(field).officer
    as_(state.as_national, accusing.name, report, units=[], officers=[officer], reason="Nama ada di laporan")
    with pytest.raises(Incomplete):  # their whole office is out of it: the agency holds it now
        as_(state.as_admin, jobs.assign, report, to=appointment(field))


def test_an_officer_who_moves_leaves_no_job_behind():
    state, first, second = the_state(), a_report(State.IN_PROGRESS), a_report(State.AWAITING_FOLLOW_UP)
    field, colleague = a_field_officer(state), a_field_officer(state, "colleague")
    for report in (first, second):
        as_(state.as_liaison, jobs.assign, report, to=appointment(field))
    with acting(state.as_admin):
        done = jobs.hand_over(appointment(field), to=appointment(colleague), by=state.as_admin, at=LATER)
    assert (done.given, done.pooled, done.kept) == (2, 0, 0)
    with acting(colleague):
        assert {job.report_id for job in jobs.jobs_of(colleague)} == {first.pk, second.pk}
        last = first.events.order_by("-pk").first()
        assert last.facts["because"] == "handover"
    with acting(state.as_admin):
        done = jobs.hand_over(appointment(colleague), to=None, by=state.as_admin, at=LATER)
    assert done.pooled == 2


def test_a_job_of_somebody_who_left_lies_in_the_pool_by_itself():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    field = a_field_officer(state)
    as_(state.as_liaison, jobs.assign, report, to=appointment(field))
    with databases.role("owner"):
        Appointment.objects.filter(pk=field.appointment).update(valid_to=date(2026, 10, 1))
    with acting(state.as_liaison):
        assert Job.objects.filter(report=report, until=None).exists()
        assert not Job.objects.live().exists()


def test_a_deputy_has_the_jobs_of_whom_they_stand_in_for():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    field, deputy = a_field_officer(state), a_field_officer(state, "deputy")
    with databases.role("owner"):
        Appointment.objects.filter(pk=deputy.appointment).update(deputy_for=field.appointment)
    as_(state.as_liaison, jobs.assign, report, to=appointment(field))
    with acting(deputy):
        assert [job.report_id for job in jobs.jobs_of(deputy)] == [report.pk]
