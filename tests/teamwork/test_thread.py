"""The officers' own thread of a report: seen by who sees the report, sealed, told without its words (O8)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection

from tests import databases
from tests.factories import MONDAY, a_photo, a_report, the_state
from tests.teamwork.test_jobs import a_field_officer, appointment, as_
from tuntas.access.actors import PUBLIC, Actor, acting
from tuntas.followup.answering import Proof
from tuntas.kernel.refusals import Incomplete, NotYours, Refusal
from tuntas.notices.models import Notice
from tuntas.reports.models import Attachment, Event, Report
from tuntas.reports.states import State
from tuntas.routing import accusing
from tuntas.teamwork import fieldwork, jobs, thread
from tuntas.teamwork.models import Job, Remark

pytestmark = pytest.mark.django_db
WORDS = "KANARI-UTAS: tolong cek tiang 3, kabelnya mungkin dicuri"


def said(report, actor):
    with acting(actor):
        return [each.text for each in thread.remarks_of(report)]


def test_a_remark_is_read_by_handlers_alone_and_lies_in_no_table_in_plain():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    event = as_(state.as_liaison, thread.discuss, report, text=WORDS)
    assert (event.audience, event.note, "KANARI" in str(event.facts)) == ("HANDLERS", "", False)
    assert said(report, state.as_head) == said(report, state.as_admin) == [WORDS]
    for outsider in (PUBLIC, Actor.reporter_of(report.pk), state.as_supervisor, state.as_health_liaison):
        assert said(report, outsider) == []
        with acting(outsider):
            assert not Event.objects.filter(pk=event.pk).exists() or outsider is state.as_supervisor
    with databases.role("owner"), connection.cursor() as cursor:
        cursor.execute("SELECT sealed FROM teamwork_remark")
        assert b"KANARI" not in bytes(cursor.fetchone()[0])


@pytest.mark.threat("T-COI")
def test_whom_the_report_is_about_neither_reads_nor_is_told():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    field = a_field_officer(state)
    as_(state.as_national, accusing.name, report, units=[], officers=[appointment(field).officer], reason="disebut")
    as_(state.as_admin, thread.discuss, report, text=WORDS)
    assert said(report, field) == said(report, state.as_liaison) == []
    with pytest.raises(Incomplete):
        as_(state.as_admin, thread.discuss, report, text="@field tolong lihat")
    with acting(state.as_admin):
        assert appointment(field) not in thread.colleagues_of(Report.objects.get(pk=report.pk))


def test_who_is_mentioned_gets_a_notice_of_their_own_without_the_words():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    event = as_(state.as_liaison, thread.discuss, report, text=f"{WORDS} @head", mentions=[appointment(state.as_admin)])
    with acting(state.as_national):
        notices = list(Notice.objects.filter(event=event).order_by("officer"))
    assert {notice.officer for notice in notices} == {state.as_head.officer, state.as_admin.officer}
    assert "KANARI" not in str([notice.params for notice in notices])
    for stranger in ("@health-liaison", "@nobody-at-all"):
        with pytest.raises(Incomplete) as refusal:
            as_(state.as_liaison, thread.discuss, report, text=f"halo {stranger}")
        assert stranger in str(refusal.value.why)


def test_a_form_that_comes_twice_is_one_remark():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    first = as_(state.as_liaison, thread.discuss, report, text=WORDS, key="k1")
    assert as_(state.as_liaison, thread.discuss, report, text=WORDS, key="k1") == first
    assert as_(state.as_head, thread.discuss, report, text=WORDS, key="k1") != first
    assert len(said(report, state.as_head)) == 2


def test_outside_the_offices_with_a_part_nobody_joins_in():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    with pytest.raises((NotYours, Report.DoesNotExist)):
        as_(state.as_health_liaison, thread.discuss, report, text="ikut")
    with pytest.raises(NotYours):
        as_(state.as_supervisor, thread.discuss, report, text="ikut")
    with pytest.raises(Refusal):
        as_(state.as_liaison, thread.discuss, report, text="x" * (thread.LONGEST + 1))


def test_no_remark_is_ever_changed():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    as_(state.as_liaison, thread.discuss, report, text=WORDS)
    for statement in ("UPDATE teamwork_remark SET sealed = '\\x00'", "DELETE FROM teamwork_remark"):
        with pytest.raises(DatabaseError), acting(state.as_national), connection.cursor() as cursor:
            cursor.execute(statement)


def test_work_in_the_field_arrives_once_with_photos_before_and_after():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    field = a_field_officer(state)
    as_(state.as_liaison, jobs.assign, report, to=appointment(field))
    proofs = [Proof(upload=a_photo("black", (32, 24)), part="BEFORE", place="Pasar Contoh"),
              Proof(upload=a_photo("yellow", (32, 24)), part="AFTER", place="Pasar Contoh")]  # fmt: skip
    late = MONDAY + timedelta(days=9)
    for _again in range(2):
        as_(field, fieldwork.bring, report, text="Kabel diganti", proofs=proofs, is_done=True, key="phone-1", at=late)
    with acting(state.as_liaison):
        assert sorted(Attachment.objects.filter(report=report).values_list("part", flat=True)) == ["AFTER", "BEFORE"]
        assert Remark.objects.filter(report=report).count() == 1
        assert Job.objects.get(report=report, until=None).done_at is not None
        assert Report.objects.get(pk=report.pk).state == State.IN_PROGRESS
        assert not Attachment.objects.filter(report=report, is_public=True).exists()
    with pytest.raises(Incomplete):
        as_(field, fieldwork.bring, report, text="  ", key="phone-2")
