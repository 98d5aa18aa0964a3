"""Each condition of the row policies, one by one: what it opens, and what it keeps shut (law 6, design 3b)."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.utils import ProgrammingError

from tests import databases
from tests.factories import MONDAY, a_person, a_report, as_, by_reporter, received, the_state
from tuntas.access.actors import PUBLIC, SYSTEM, Actor, acting
from tuntas.followup import reporters_word
from tuntas.notices.queries import followers
from tuntas.reports.models import Attachment, Conflict, Event, Report, ReportText, ReportUnit
from tuntas.reports.sealed_words import Kept
from tuntas.reports.states import Class, State
from tuntas.routing import merging

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def a_file(report: Report, event: Event | None = None, *, public: bool = False) -> Attachment:
    return Attachment.objects.create(
        report=report, event=event, by="REPORTER", name="foto.jpg", media_type="image/jpeg", size=1, sha256=b"x" * 32,
        key="k", created_at=MONDAY, is_public=public,
    )  # fmt: skip


def sees(actor: Actor) -> set[int]:
    with acting(actor):
        return set(Report.objects.values_list("pk", flat=True))


def merged(**more) -> tuple[Report, Report]:
    """A report, and another of the same matter merged into it."""
    state, parent = the_state(), a_report(State.AWAITING_FOLLOW_UP)
    child = received(target=state.city.pk, **({"person": a_person()} | more))[0]
    as_(state.as_admin, merging.merge, child, into=parent, at=MONDAY + DAY)
    return parent, child


# Officers ------------------------------------------------------------------------------------------------------------


def test_a_person_who_is_accused_does_not_see_it_and_the_colleagues_do():
    state, report = the_state(), a_report(State.AWAITING_FOLLOW_UP)
    with databases.role("owner"):
        Conflict.objects.create(report=report, officer_id=state.as_liaison.officer)
        assert sees(state.as_liaison) == {report.pk}  # nobody is asked before the report says that it accuses somebody
        Report.objects.filter(pk=report.pk).update(has_conflict=True)
    assert sees(state.as_liaison) == set()
    assert sees(state.as_head) == sees(state.as_admin) == sees(state.as_national) == {report.pk}


def test_an_accusation_in_one_report_hides_no_other():
    state, about, other = the_state(), a_report(State.AWAITING_FOLLOW_UP), a_report(State.AWAITING_FOLLOW_UP)
    with databases.role("owner"):
        Conflict.objects.create(report=about, unit=state.works)
        Report.objects.update(has_conflict=True)
    assert sees(state.as_liaison) == {other.pk}
    assert sees(state.as_admin) == {about.pk, other.pk}


def test_taking_part_opens_one_report_to_one_unit():
    state, shared, other = the_state(), a_report(State.AWAITING_FOLLOW_UP), a_report(State.AWAITING_FOLLOW_UP)
    with databases.role("owner"):
        ReportUnit.objects.create(report=shared, unit=state.province_works, part="SUPPORT", since=MONDAY)
    assert sees(state.as_province_works_liaison) == {shared.pk}
    assert sees(state.as_province_admin) == {shared.pk}  # above the unit by the parent edge
    assert sees(state.as_health_liaison) == set()
    assert sees(state.as_national) == {shared.pk, other.pk}


# Reporters and the public --------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_a_reporter_reads_all_of_the_own_report_but_the_handlers_own_words():
    report = a_report(State.IN_PROGRESS)
    with databases.role("owner"):
        last = report.events.latest("pk")
        for audience in ("PUBLIC", "REPORTER", "HANDLERS"):
            last.pk, last.audience, last.verb = None, audience, f"note_{audience.lower()}"
            last.save(force_insert=True)
        a_file(report)
    with acting(Actor.reporter_of(report.pk)):
        notes = Event.objects.filter(verb__startswith="note_").values_list("audience", flat=True)
        assert sorted(notes) == ["PUBLIC", "REPORTER"]
        assert Attachment.objects.count() == 1
        assert ReportText.objects.get().report_id == report.pk


@pytest.mark.django_db(transaction=True)
def test_the_public_reads_published_entries_and_public_files_alone():
    report, hidden = a_report(State.IN_PROGRESS), a_report()
    with databases.role("owner"):
        shown = a_file(report, public=True)
        a_file(report)
        a_file(hidden, public=True)
    with acting(PUBLIC):
        assert sees(PUBLIC) == {report.pk}
        assert list(Attachment.objects.all()) == [shown]
        assert set(Event.objects.values_list("audience", flat=True)) == {"PUBLIC"}
        assert not ReportText.objects.exists()
        assert Report.objects.filter(pk=report.pk).update(place="Lain") == 0


def test_an_officer_reads_words_files_and_entries_of_every_kind():
    state, report = the_state(), a_report(State.AWAITING_REPORTER)
    with databases.role("owner"):
        last = report.events.latest("pk")
        last.pk, last.audience = None, "HANDLERS"
        last.save(force_insert=True)
        a_file(report)
    with acting(state.as_liaison):
        assert set(Event.objects.values_list("audience", flat=True)) == {"PUBLIC", "REPORTER", "HANDLERS"}
        assert Attachment.objects.count() == ReportText.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("R001-07")
def test_a_follower_may_add_words_and_a_file_to_the_carrier_and_not_read_the_others():
    parent, child = merged()
    by_reporter(reporters_word.add_details, parent, text="Rumah saya nomor 12", at=MONDAY + 2 * DAY)
    with databases.role("owner"):
        a_file(parent, Event.objects.get(report=parent, verb="add_details"))

    with acting(Actor.reporter_of(child.pk)):
        carrier = Report.objects.get(pk=parent.pk)
        event = reporters_word.add_details(carrier, text="Di sini juga", at=MONDAY + 3 * DAY)
        file = a_file(carrier, event)
        assert list(Event.objects.filter(verb="add_details")) == [event]
        assert list(Attachment.objects.all()) == [file]

    with acting(Actor.reporter_of(child.pk)):
        assert not Event.objects.filter(verb="add_details").exists()
        assert not Attachment.objects.exists()


@pytest.mark.requirement("R001-07")
@pytest.mark.parametrize(
    ("facts", "protected"),
    [
        ({}, False),
        ({"is_anonymous": True}, True),
        ({"is_confidential": True}, True),
        ({"report_class": Class.WHISTLEBLOWING}, True),
    ],
)
def test_followers_are_those_who_were_merged_and_left_a_mailbox(facts, protected):
    state = the_state()
    parent, child = merged()
    _other_parent, stranger = merged()
    silent = received(target=state.city.pk)[0]
    as_(state.as_admin, merging.merge, silent, into=parent, at=MONDAY + DAY)
    with databases.role("owner"):
        Report.objects.filter(pk=child.pk).update(**facts)
    with acting(state.as_liaison):
        found = followers(parent.pk)
    assert [(follower.number, follower.protected) for follower in found] == [(child.number, protected)]
    assert stranger.number not in {follower.number for follower in found}
    as_(state.as_admin, merging.unmerge, child, reason="Lain tempat", at=MONDAY + 2 * DAY)
    with acting(state.as_liaison):
        assert followers(parent.pk) == []


# Roles of the database -----------------------------------------------------------------------------------------------


def test_the_worker_sees_all_as_the_clockwork_and_as_nobody_else():
    state, ours, other = the_state(), a_report(State.AWAITING_FOLLOW_UP), received()[0]
    with databases.role("worker"):
        assert not Report.objects.exists()
        assert sees(SYSTEM) == {ours.pk, other.pk}
        assert sees(state.as_liaison) == {ours.pk}
        with acting(state.as_liaison):
            assert Report.objects.filter(pk=other.pk).update(place="Lain") == 0
        with acting(SYSTEM):
            assert Report.objects.filter(pk=other.pk).update(place="Lain") == 1


@pytest.mark.parametrize("role", ["web", "worker"])
def test_no_role_changes_or_deletes_an_entry_of_the_history(role):
    state, report = the_state(), a_report()
    actor = SYSTEM if role == "worker" else state.as_national
    with databases.role(role), acting(actor):
        with pytest.raises(ProgrammingError, match="permission"), transaction.atomic():
            Event.objects.filter(report=report).update(note=Kept("x"))
        with pytest.raises(ProgrammingError, match="permission"), transaction.atomic():
            Event.objects.filter(report=report)._raw_delete("default")


@pytest.mark.role("owner")
def test_not_even_the_owner_deletes_or_changes_an_entry():
    report = a_report()
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Event.objects.filter(report=report)._raw_delete("default")
    with pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
        Event.objects.filter(report=report).update(facts={})


@pytest.mark.role("owner")
def test_every_guarded_table_is_guarded_against_its_owner_too():
    the_state()
    with connection.cursor() as cursor:
        cursor.execute(
            """SELECT relname, relrowsecurity AND relforcerowsecurity FROM pg_class c
               WHERE relkind = 'r' AND relname !~ '^identity_'
                 AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid) ORDER BY 1"""
        )
        tables = dict(cursor.fetchall())
    assert {"reports_report", "reports_event", "clocks_clock", "notices_notice", "followup_followup"} <= set(tables)
    assert all(tables.values()), tables
