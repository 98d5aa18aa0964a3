"""Asking who a reporter is: who may, who decides, what everybody is told, and what the reporter reads."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import DatabaseError, transaction

from tests import databases
from tests.disclosure.scenes import WHY, a_case, asked, decided, emergency, granted, read
from tests.factories import an_officer
from tuntas.access.actors import Actor, acting
from tuntas.disclosure import asking, deciding, lapsing
from tuntas.disclosure.models import Decision, Disclosure
from tuntas.followup.models import FollowUp
from tuntas.kernel.refusals import Incomplete, NotYours, OutOfTurn
from tuntas.notices.models import Notice
from tuntas.organizations.models import Appointment, Role
from tuntas.portal import timeline
from tuntas.reports.models import Attachment, Conflict, Event, Report, ReportText

pytestmark = pytest.mark.django_db


@pytest.fixture
def case():
    return a_case()


def told(template: str) -> set[tuple[str, str]]:
    with databases.role("owner"):
        found = Notice.objects.filter(template=template).select_related("unit")
        return {(notice.unit.code if notice.unit else "reporter", notice.role) for notice in found}


def story(case) -> list[str]:
    with acting(Actor.reporter_of(case.report.pk)):
        report = Report.objects.get(pk=case.report.pk)
        return [f"{entry.word} {entry.words}".strip() for entry in timeline.for_the_reporter(report)]


def test_a_custodian_of_the_supervising_agency_is_asked_and_the_reporter_reads_who_asks_and_why(case):
    request = asked(case)

    assert request.custodian == case.state.province
    assert told("ask_identity") == {("reporter", ""), ("province", Role.CUSTODIAN)}
    words = story(case)[-1]
    for needed in ("Dinas Pekerjaan Umum Kota Contoh", "Provinsi Contoh", WHY):
        assert needed in words
    assert "Petugas contoh" not in words


def test_a_yes_is_for_the_time_that_was_asked_for_and_told(case):
    found = granted(case, hours=5)

    assert found.decision == Decision.GRANTED
    assert found.opens_until - found.decided_at == timedelta(hours=5)
    assert told("grant_identity") == {("reporter", ""), ("works", "")}
    assert "Provinsi Contoh" in story(case)[-1]


def test_a_no_needs_its_reason_and_opens_nothing(case):
    request = asked(case)
    with pytest.raises(Incomplete):
        decided(request, case.custodian, deciding.refuse, answer=" ")
    found = decided(request, case.custodian, deciding.refuse, answer="Tanyakan lewat laporan saja.")

    assert (found.decision, found.opens_until, found.seal) == (Decision.REFUSED, None, None)
    assert "Tanyakan lewat laporan saja." in story(case)[-1]
    with pytest.raises(OutOfTurn):
        decided(request, case.custodian)


def test_the_asker_alone_takes_a_request_back(case):
    request = asked(case)
    with acting(case.state.as_head), pytest.raises(NotYours):
        asking.withdraw(read(request, case.state.as_head), by=case.state.as_head)
    with acting(case.liaison):
        asking.withdraw(read(request, case.liaison), by=case.liaison)
    assert told("withdraw_identity") == {("reporter", ""), ("province", Role.CUSTODIAN)}
    asked(case)  # and may ask again


def test_a_request_that_nobody_decides_on_lapses_and_an_open_one_is_closed(case):
    asked(case)
    with databases.role("worker"):
        assert lapsing.see_to(now=datetime.now(UTC) + timedelta(days=2)) == 0
        assert lapsing.see_to(now=datetime.now(UTC) + timedelta(days=4)) == 1
        assert lapsing.see_to(now=datetime.now(UTC) + timedelta(days=4)) == 0
    assert told("lapse_identity") == {("reporter", ""), ("works", ""), ("province", Role.CUSTODIAN)}
    granted(case, hours=1)
    with databases.role("worker"):
        assert lapsing.see_to(now=datetime.now(UTC) + timedelta(hours=2)) == 1
        assert lapsing.see_to(now=datetime.now(UTC) + timedelta(hours=2)) == 0
    assert "can no longer see who you are" in story(case)[-1] or "tidak dapat lagi" in story(case)[-1]


@pytest.mark.parametrize(
    "wrong", [{"ground": "CURIOSITY"}, {"reason": "  "}, {"hours": 0}, {"hours": 73}], ids=lambda wrong: str(wrong)
)
def test_without_ground_reason_or_a_short_time_nothing_is_asked(case, wrong):
    with pytest.raises(Incomplete):
        asked(case, **wrong)
    with databases.role("owner"):
        assert not Disclosure.objects.exists()


@pytest.mark.parametrize("who", ["supervisor", "custodian", "health_liaison", "province_admin"])
def test_only_those_who_handle_the_report_may_ask(case, who):
    actor = getattr(case.state, f"as_{who}")
    with pytest.raises((NotYours, Report.DoesNotExist)):
        asked(case, by=actor)


def test_one_request_at_a_time(case):
    asked(case)
    with pytest.raises(OutOfTurn):
        asked(case, by=case.state.as_head)


def test_when_nobody_of_another_organisation_can_decide_nothing_is_asked(case):
    with databases.role("owner"):
        Appointment.objects.filter(role=Role.CUSTODIAN).update(valid_to=date(2020, 1, 1))
    with pytest.raises(OutOfTurn, match=r".+"):
        asked(case)


@pytest.mark.threat("T-COI")
def test_an_accused_supervisor_decides_nothing_the_nation_does():
    case = a_case()
    with databases.role("owner"):
        Conflict.objects.create(report=case.report, unit=case.state.province)
        Report.objects.filter(pk=case.report.pk).update(has_conflict=True)
    assert asked(case).custodian == case.state.nation
    with acting(case.state.as_custodian):
        assert not Disclosure.objects.exists()


@pytest.mark.threat("T-COI")
def test_an_accused_custodian_sees_nothing_even_of_a_request_put_before_their_unit(case):
    request = asked(case)
    with databases.role("owner"):
        Conflict.objects.create(report=case.report, officer_id=case.custodian.officer)
        Report.objects.filter(pk=case.report.pk).update(has_conflict=True)
    with acting(case.custodian):
        assert not Disclosure.objects.filter(pk=request.pk).exists()


def test_a_custodian_sees_the_requests_put_before_them_and_of_the_report_no_word_and_no_file(case):
    other = a_case()
    with acting(case.custodian):
        assert not Report.objects.exists()
    asked(case)
    with databases.role("owner"):
        Attachment.objects.create(
            report=case.report, by="REPORTER", name="a.jpg", media_type="image/jpeg", size=1, sha256=b"x" * 32,
            key="k", created_at=datetime.now(UTC),
        )  # fmt: skip
    with acting(case.custodian):
        assert list(Report.objects.all()) == [case.report]
        assert set(Event.objects.values_list("verb", flat=True)) == {"ask_identity"}
        for model in (ReportText, Attachment, FollowUp):
            assert not model.objects.exists(), model
        assert not Report.objects.filter(pk=other.report.pk).exists()
    with acting(case.state.as_nation_custodian):
        assert not Report.objects.exists()


def test_an_emergency_opens_at_once_is_told_at_once_and_reviewed(case):
    found = emergency(case)

    assert found.decision == Decision.EMERGENCY
    assert found.opens_until - found.decided_at == timedelta(hours=1)
    assert told("emergency_identity") == {("reporter", ""), ("province", Role.CUSTODIAN), ("nation", "")}
    assert "Pelapor mengancam bunuh diri." in story(case)[-1]
    later = found.review_due_at + timedelta(minutes=1)
    with databases.role("worker"):
        lapsing.see_to(now=later)
        lapsing.see_to(now=later)
    assert told("review_late") == {("province", Role.CUSTODIAN), ("nation", "")}
    with pytest.raises(Incomplete):
        decided(found, case.custodian, deciding.review, finding="MAYBE", words="x")
    decided(found, case.custodian, deciding.review, finding="UNJUSTIFIED", words="Tidak ada ancaman dalam laporan.")
    assert "Tidak ada ancaman dalam laporan." in story(case)[-1]
    with pytest.raises(OutOfTurn):
        decided(found, case.custodian, deciding.review, finding="JUSTIFIED", words="x")


def test_the_database_itself_keeps_what_was_asked_and_decided(case):
    found = granted(case)
    changes = (
        {"reason": "lain"}, {"hours": 72}, {"report": a_case().report},
        {"opens_until": found.opens_until + timedelta(1)},
        {"decision": "REFUSED"}, {"decided_by": case.liaison.appointment},
    )  # fmt: skip
    for role in ("web", "owner"):
        with databases.role(role), acting(case.liaison):
            for change in changes:
                with pytest.raises(DatabaseError), transaction.atomic():
                    Disclosure.objects.filter(pk=found.pk).update(**change)
            with pytest.raises(DatabaseError), transaction.atomic():
                Disclosure.objects.filter(pk=found.pk)._raw_delete("default")


def test_web_writes_no_opening_and_calls_no_function_of_the_vault(case):
    found = granted(case)
    with acting(case.liaison):
        with pytest.raises(DatabaseError), transaction.atomic():
            found.openings.create(uuid=found.uuid, at=datetime.now(UTC))
        with pytest.raises(DatabaseError), transaction.atomic(), transaction.get_connection().cursor() as cursor:
            cursor.execute("SELECT tuntas_note_opening(%s, %s, now())", [found.uuid, found.uuid])


def test_a_person_with_two_accounts_is_one_person(case):
    """The custodian's account bears another mail but the same name, or the same mail and another name."""
    with databases.role("owner"):
        liaison = Appointment.objects.get(pk=case.liaison.appointment).officer
        twin = an_officer("twin", case.state.province, Role.CUSTODIAN)
        officer = Appointment.objects.get(pk=twin.appointment).officer
        Appointment.objects.filter(pk=case.custodian.appointment).update(valid_to=date(2020, 1, 1))
    for name, email in ((f" {liaison.name.upper()} ", "x@example.test"), ("Orang lain", liaison.email.upper())):
        with databases.role("owner"):
            officer.name, officer.email = name, email
            officer.save()
        request = asked(case)
        assert request.custodian == case.state.nation  # the twin is passed over
        with acting(case.liaison):
            asking.withdraw(read(request, case.liaison), by=case.liaison)


def test_a_custodian_who_sees_no_clock_of_a_closed_queue_changes_no_deadline(case):
    """Found by a random walk: what the custodian could not see was taken for nothing, and the report had no date."""
    opened = emergency(case)
    with databases.role("owner"):
        Report.objects.filter(pk=case.report.pk).update(queue="INSPECTORATE")
        before = Report.objects.get(pk=case.report.pk).due_at

    decided(opened, case.custodian, deciding.review, finding="JUSTIFIED", words="Sesuai aturan.")

    with databases.role("owner"):
        assert Report.objects.get(pk=case.report.pk).due_at == before is not None
