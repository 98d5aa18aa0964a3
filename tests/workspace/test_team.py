"""The load of an office and giving jobs from it; handing them over when an officer moves."""

import pytest

from tests import databases
from tests.factories import a_report, the_state
from tests.teamwork.test_jobs import a_field_officer, appointment, as_
from tests.workspace.officers import at_desk
from tuntas.access.actors import acting
from tuntas.followup import answering
from tuntas.followup.models import Evidence
from tuntas.insight import blind_spots
from tuntas.reports.states import State
from tuntas.teamwork import fieldwork, jobs
from tuntas.teamwork.models import Job

pytestmark = pytest.mark.django_db


def test_the_marked_reports_are_given_and_counted():
    state, reports = the_state(), [a_report(State.IN_PROGRESS), a_report(State.AWAITING_FOLLOW_UP)]
    field, head = a_field_officer(state), at_desk(state.as_head)
    assert head.get("/workspace/team/").content.count(b'name="report"') == 2
    sent = {"report": [report.pk for report in reports], "to": field.appointment}
    page = head.post("/workspace/team/give", sent, follow=True).content.decode()
    with acting(field):
        assert {job.report_id for job in jobs.jobs_of(field)} == {report.pk for report in reports}
    assert page.count('name="report"') == 2  # now in the hands of the field officer
    assert at_desk(field).get("/workspace/team/").status_code == 404
    assert at_desk(state.as_supervisor).get("/workspace/team/").status_code == 404
    stranger = {"report": [reports[0].pk], "to": state.as_health_liaison.appointment}
    head.post("/workspace/team/give", stranger)
    with acting(state.as_head):
        assert Job.objects.get(report=reports[0], until=None).appointment_id == field.appointment


def test_an_administrator_hands_the_jobs_over_and_an_ended_appointment_leaves_them_in_the_pool():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    field, colleague = a_field_officer(state), a_field_officer(state, "colleague")
    as_(state.as_liaison, jobs.assign, report, to=appointment(field))
    admin, person = at_desk(state.as_admin), f"/workspace/people/{field.officer}/"
    handover = f"/workspace/handover/{field.appointment}/"
    assert handover.encode() in admin.get(person).content
    admin.post(handover, {"to": colleague.appointment, "why": "MOVES"})
    with acting(colleague):
        assert [job.report_id for job in jobs.jobs_of(colleague)] == [report.pk]
    admin.post(f"/workspace/people/{colleague.officer}/end", {"appointment": colleague.appointment})
    with acting(state.as_liaison):
        assert not Job.objects.filter(report=report, until=None).exists()
        assert report.events.order_by("-pk").first().verb == "release"


@pytest.mark.requirement("R004-17")
def test_photos_from_the_field_prove_the_answer():
    from tests.factories import a_photo, fixed
    from tuntas.followup.answering import Proof

    state, report = the_state(), a_report(State.IN_PROGRESS)
    field = a_field_officer(state)
    proofs = [Proof(upload=a_photo("black", (32, 24)), part=part, place="Pasar Contoh") for part in ("BEFORE", "AFTER")]
    as_(field, fieldwork.bring, report, text="selesai", proofs=[replace_day(proof) for proof in proofs], key="k")
    page = at_desk(state.as_liaison).get(f"/workspace/reports/{report.number}/").content.decode()
    assert "progress-from_field" in page
    with acting(state.as_liaison):
        kept = list(report.attachments.order_by("pk"))
        answering.resolve(report, fixed(proofs=(), kept=kept), by=state.as_liaison, at=as_at())
        assert sorted(Evidence.objects.values_list("part", flat=True)) == ["AFTER", "BEFORE"]


def replace_day(proof):
    from dataclasses import replace
    from datetime import date

    return replace(proof, taken_on=date(2026, 10, 12))


def as_at():
    from datetime import timedelta

    from tests.factories import MONDAY

    return MONDAY + timedelta(days=9)


def test_a_head_sees_what_to_decide_what_is_late_and_where_nobody_looks():
    state, _report = the_state(), a_report(State.IN_PROGRESS)
    page = at_desk(state.as_admin).get("/workspace/morning/").content.decode()
    assert "Dinas Pekerjaan Umum Kota Contoh" in page  # the office that holds it, in picture and table
    assert f"?office={state.works.pk}" in page
    assert "Kesehatan" not in page  # the night has not counted yet: nothing is said of subjects
    with databases.role("worker"):
        blind_spots.count()
    page = at_desk(state.as_admin).get("/workspace/morning/").content.decode()
    never = page.partition("tidak ada satu laporan pun")[2].partition("</p>")[0]
    assert "Kesehatan" in never, page
    assert "Perhubungan" not in never
    assert at_desk(state.as_liaison).get("/workspace/morning/").status_code == 404
