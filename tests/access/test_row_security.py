"""The database itself shows and takes only what the actor may see (design 3b, default deny)."""

from datetime import date, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import DatabaseError, InternalError, ProgrammingError

from tests import databases
from tests.factories import MONDAY, a_report, an_officer, received, the_state
from tuntas.access import queries
from tuntas.access.actors import PUBLIC, SYSTEM, Actor, acting
from tuntas.clocks.models import Clock, Pause
from tuntas.followup.models import Evidence, FollowUp, Rating
from tuntas.identity.models import SealedIdentity
from tuntas.kernel.refusals import NotYours
from tuntas.notices.models import Notice
from tuntas.organizations.models import Role
from tuntas.reports.models import Attachment, Conflict, Event, Report, ReportText, ReportUnit
from tuntas.reports.sealed_words import Kept
from tuntas.reports.states import State
from tuntas.routing.models import Disposition, TransferOffer

GUARDED = [
    Report, ReportText, ReportUnit, Conflict, Event, Attachment, Clock, Pause, Notice, Disposition, TransferOffer,
    FollowUp, Evidence, Rating,
]  # fmt: skip


@pytest.mark.threat("T-RLS")
@pytest.mark.django_db
@pytest.mark.parametrize("model", GUARDED, ids=lambda model: model.__name__)
def test_without_a_context_nothing_is_seen(model):
    a_report(State.RESOLVED)
    with databases.role("owner"):
        assert model.objects.exists() or model in {Conflict, Pause, TransferOffer}
    assert not model.objects.exists()


@pytest.mark.django_db
def test_every_table_that_hangs_on_a_report_is_guarded_and_forced():
    with databases.role("owner"), connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'report_id'
               WHERE c.relkind = 'r' AND c.relname <> 'reports_publiccopy'
                 AND NOT (c.relrowsecurity AND c.relforcerowsecurity)"""
        )
        assert cursor.fetchall() == []


@pytest.mark.django_db(transaction=True)
def test_the_second_request_on_one_connection_sees_nothing_without_a_context():
    state, report = the_state(), a_report()
    with acting(state.as_national):
        assert Report.objects.filter(pk=report.pk).exists()
        backend = connection.connection.info.backend_pid

    assert connection.connection.info.backend_pid == backend
    assert queries.current_kind() == ""
    assert not Report.objects.exists()
    with transaction.atomic():
        assert not Report.objects.exists()


@pytest.mark.django_db
def test_web_cannot_play_the_clockwork():
    a_report()
    with acting(SYSTEM):
        assert not Report.objects.exists()
    with databases.role("worker"), acting(SYSTEM):
        assert Report.objects.exists()


@pytest.mark.django_db
def test_web_can_neither_insert_a_report_nor_change_or_delete_history():
    state, report = the_state(), a_report()
    with acting(state.as_national), pytest.raises(ProgrammingError), transaction.atomic():
        Event.objects.filter(report=report).update(note=Kept("x"))
    with acting(state.as_national), pytest.raises(ProgrammingError), transaction.atomic():
        Report.objects.filter(pk=report.pk)._raw_delete("default")
    report.pk, report.number, report.code_lookup, report.idempotency_hash = None, "1", None, None
    with acting(state.as_national), pytest.raises(ProgrammingError), transaction.atomic():
        report.save(force_insert=True)


@pytest.mark.django_db
@pytest.mark.role("owner")
def test_even_the_owner_cannot_change_history_without_dropping_the_trigger():
    report = a_report()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Event.objects.filter(report=report).update(note=Kept("x"))


@pytest.mark.django_db
def test_an_officer_sees_the_reports_of_the_own_unit_and_below_and_no_other():
    state = the_state()
    ours, elsewhere = a_report(State.AWAITING_FOLLOW_UP), received()[0]
    for actor, sees in (
        (state.as_national, {ours.pk, elsewhere.pk}),
        (state.as_admin, {ours.pk}),
        (state.as_liaison, {ours.pk}),
        (state.as_supervisor, {ours.pk}),
        (state.as_health_liaison, set()),
        (state.as_province_works_liaison, set()),
        (state.as_province_admin, set()),
    ):
        with acting(actor):
            assert set(Report.objects.values_list("pk", flat=True)) == sees, actor


@pytest.mark.django_db
@pytest.mark.requirement("R003-54")
def test_the_accused_unit_and_those_below_it_never_see_the_report():
    state = the_state()
    report = received(target=state.city.pk, accused=(state.works.pk,))[0]
    with acting(state.as_admin):
        assert Report.objects.filter(pk=report.pk).exists()
    with databases.role("owner"):
        ReportUnit.objects.create(report=report, unit=state.works, part="LEAD", since=MONDAY)
    with acting(state.as_liaison):
        assert not Report.objects.filter(pk=report.pk).exists()
        assert not Event.objects.filter(report=report).exists()


@pytest.mark.django_db
def test_only_the_accused_named_means_the_national_queue():
    state = the_state()
    report = received(target=state.city.pk, accused=(state.city.pk,))[0]
    assert report.holder == state.nation
    with acting(state.as_admin):
        assert not Report.objects.exists()


@pytest.mark.django_db
def test_a_reporter_sees_the_own_report_alone_and_no_handlers_word():
    state, mine, other = the_state(), a_report(State.IN_PROGRESS), a_report()
    with databases.role("owner"):
        Event.objects.create(
            report=mine, at=MONDAY, verb="note", to_state=mine.state, holder=state.works, actor_kind="officer",
            audience="HANDLERS",
        )  # fmt: skip
    with acting(Actor.reporter_of(mine.pk)):
        assert set(Report.objects.values_list("pk", flat=True)) == {mine.pk}
        assert not Event.objects.filter(audience="HANDLERS").exists()
        assert not Event.objects.filter(report=other).exists()


@pytest.mark.django_db
def test_the_public_sees_published_reports_without_text_or_inner_entries():
    hidden, shown = a_report(), a_report(State.RESOLVED)
    with acting(PUBLIC):
        assert set(Report.objects.values_list("pk", flat=True)) == {shown.pk}
        assert not ReportText.objects.exists()
        assert not Event.objects.exclude(audience="PUBLIC").exists()
        assert not Event.objects.filter(report=hidden).exists()


@pytest.mark.django_db
def test_an_ended_appointment_opens_nothing():
    state = the_state()
    with databases.role("owner"):
        ended = an_officer("gone", state.works, Role.LIAISON_OFFICER, until=date(2020, 1, 1))
    with pytest.raises(NotYours) as refusal, acting(ended):
        raise AssertionError("an ended appointment must not act")
    assert str(refusal.value.instead)
    with acting(ended, at=MONDAY - timedelta(days=365 * 7)):
        assert queries.current_kind() == "officer"


@pytest.mark.django_db
def test_web_cannot_read_back_what_it_sealed():
    with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
        list(SealedIdentity.objects.all())
