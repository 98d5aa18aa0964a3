"""Looking at a new report: where it goes, what is published, who archives it, and protection that only goes up."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from tests import databases
from tests.factories import LAMP, MONDAY, a_report, as_, by_reporter, received, the_state, verify
from tuntas.access.actors import Actor, acting
from tuntas.followup import dialogue, reporters_word
from tuntas.kernel.refusals import Incomplete, OutOfTurn
from tuntas.organizations.models import Appointment, Officer, Role, Unit
from tuntas.reports.models import PublicCopy, Report, ReportText
from tuntas.reports.states import Class, State
from tuntas.routing import disposing, transferring, verifying

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(days=2)


def now(report: Report) -> Report:
    with databases.role("owner"):
        return Report.objects.select_related("holder").get(pk=report.pk)


def test_an_agency_that_joined_after_the_report_came_gets_it():
    """Whether an agency is connected is asked on the day of the verification, not of the receipt."""
    state = the_state()
    report, _receipt = received()
    with databases.role("owner"):
        Unit.objects.filter(pk=state.regency.pk).update(connected_on=LATER.date())
    as_(state.as_national, verifying.verify, report, report_class="NON_SUPERVISORY", category=state.lamp,
        target=state.regency, at=LATER)  # fmt: skip
    assert now(report).holder == state.regency


@pytest.mark.requirement("R000-30")
def test_a_report_for_an_unconnected_agency_goes_to_its_supervisor():
    state = the_state()
    report, _receipt = received()
    event = as_(state.as_national, verifying.verify, report, report_class="NON_SUPERVISORY", category=state.lamp,
                target=state.regency, at=LATER)  # fmt: skip
    assert (now(report).holder, now(report).target_agency_id) == (state.province, state.regency.pk)
    assert event.facts["connected"] is False


@pytest.mark.parametrize("target", ["city", "works"])
def test_whom_a_report_is_about_cannot_get_it(target):
    """Law 2 and 6 together: the accused see nothing, so they cannot hold it."""
    state = the_state()
    report, _receipt = received(target=state.city.pk, accused=(state.city.pk,))
    given = {"report_class": "NON_SUPERVISORY", "category": state.lamp}

    with pytest.raises(Incomplete) as refusal:
        as_(state.as_national, verifying.verify, report, target=getattr(state, target), **given)

    assert str(refusal.value.instead)
    as_(state.as_national, verifying.verify, report, target=state.nation, **given)
    for act, words in (
        (disposing.dispose, {"lead": state.works}),
        (disposing.dispose, {"lead": state.city}),
    ):
        with pytest.raises(Incomplete):
            as_(state.as_national, act, report, **words)
    as_(state.as_national, disposing.dispose, report, lead=state.province_works)
    with pytest.raises(Incomplete):
        as_(state.as_province_works_liaison, transferring.offer, report, ground="Perwali", proposed=state.health)
    assert now(report).holder == state.province_works


def test_a_second_person_confirms_an_archiving_and_not_the_same_in_another_role():
    state, report = the_state(), a_report()
    given = {"reason": "TOO_GENERAL", "explanation": "Terlalu umum."}
    with databases.role("owner"):
        officer = Officer.objects.get(username="admin")
        again = Appointment.objects.create(
            officer=officer, unit=state.nation, role=Role.AGENCY_ADMIN, valid_from=MONDAY.date().replace(year=2019)
        )
    as_(state.as_admin, verifying.archive, report, **given)
    assert now(report).state == State.AWAITING_VERIFICATION
    for same in (state.as_admin, Actor.appointed(again)):
        with pytest.raises(Incomplete):
            as_(same, verifying.archive, report, **given)

    as_(state.as_admin2, verifying.archive, report, **given)

    assert now(report).state == State.ARCHIVED


def test_a_proposal_to_archive_falls_when_something_new_is_told():
    state, report = the_state(), a_report()
    given = {"reason": "TOO_GENERAL", "explanation": "Terlalu umum."}
    as_(state.as_admin, verifying.archive, report, **given)
    by_reporter(reporters_word.add_details, report, text="Tiang nomor 3, depan warung.")

    as_(state.as_admin2, verifying.archive, report, **given)

    assert now(report).state == State.AWAITING_VERIFICATION  # this is a first proposal again


@pytest.mark.parametrize("what", ["message", "protection"])
def test_a_proposal_to_archive_stands_whatever_else_is_said_meanwhile(what):
    """A message settles nothing: the reporter does not undo a decision by writing, nor an officer by asking."""
    state, report = the_state(), a_report()
    given = {"reason": "TOO_GENERAL", "explanation": "Terlalu umum."}
    as_(state.as_admin, verifying.archive, report, **given)
    if what == "message":
        by_reporter(dialogue.message_office, report, text="Kapan saya mendapat jawaban?")
        as_(state.as_admin, dialogue.message_reporter, report, text="Kami sedang memeriksanya.")
    else:
        as_(state.as_admin, verifying.protect, report, anonymous=True, confidential=False, reason="Aman.")
    with pytest.raises(Incomplete):
        as_(state.as_admin, verifying.archive, report, **given)

    as_(state.as_admin2, verifying.archive, report, **given)

    assert now(report).state == State.ARCHIVED


def test_a_proposal_to_archive_ends_when_the_report_moves_on():
    state, report = the_state(), a_report()
    given = {"reason": "TOO_GENERAL", "explanation": "Terlalu umum."}
    as_(state.as_admin, verifying.archive, report, **given)
    as_(state.as_admin2, verifying.ask, report, missing=["Di mana?"])
    by_reporter(reporters_word.complete, report, text="Di Pasar Contoh.")

    as_(state.as_admin2, verifying.archive, report, **given)

    assert now(report).state == State.AWAITING_VERIFICATION


def test_outside_public_service_needs_a_signpost():
    state, report = the_state(), a_report()
    given = {"reason": "NOT_PUBLIC_SERVICE", "explanation": "Urusan warisan."}
    with pytest.raises(Incomplete) as refusal:
        as_(state.as_national, verifying.archive, report, signpost="  ", **given)
    assert refusal.value.kept == {"explanation": "Urusan warisan."}
    event = as_(state.as_national, verifying.archive, report, signpost="Pengadilan Agama", **given)
    assert event.facts == {"archive_reason": "NOT_PUBLIC_SERVICE", "signpost": "Pengadilan Agama"}


def test_archiving_takes_the_public_copy_away_and_an_appeal_brings_it_before_the_nation():
    state, report = the_state(), a_report()
    verify(report, state, MONDAY)
    with databases.role("owner"):
        assert PublicCopy.objects.get(report=report).body == LAMP
        Report.objects.filter(pk=report.pk).update(state=State.AWAITING_VERIFICATION)
    as_(state.as_national, verifying.archive, report, reason="TEST", explanation="Uji coba", at=LATER)
    with databases.role("owner"):
        assert not PublicCopy.objects.filter(report=report).exists()
    by_reporter(reporters_word.appeal, report, reason="Bukan uji coba", at=LATER)
    decided = now(report).decided_at
    as_(state.as_national, verifying.decide_appeal, report, grant=False, reason="Tetap", at=LATER + timedelta(days=1))
    assert now(report).state == State.ARCHIVED
    assert now(report).decided_at == decided == LATER  # when it became final, not when it was looked at again
    with pytest.raises(Incomplete):
        as_(state.as_national, verifying.decide_appeal, report, grant=True, reason="Ternyata", at=LATER)


# Protection ----------------------------------------------------------------------------------------------------------


def text_of(report: Report) -> ReportText:
    with databases.role("owner"):
        return ReportText.objects.get(report=report)


@pytest.mark.parametrize(("anonymous", "confidential"), [(False, True), (True, False), (True, True)])
def test_protection_is_raised_by_admin_and_reporter_alike(anonymous, confidential):
    state = the_state()
    for act, actor in ((as_, state.as_admin), (by_reporter, None)):
        report = a_report(State.AWAITING_FOLLOW_UP)
        words = {"anonymous": anonymous, "confidential": confidential, "reason": "Ada nama orang lain"}
        if actor:
            act(actor, verifying.protect, report, **words)
        else:
            with acting(Actor.reporter_of(report.pk)):
                verifying.protect(report, by=Actor.reporter_of(report.pk), **words)
        raised = now(report)
        assert (raised.is_anonymous, raised.is_confidential) == (anonymous, confidential)
        with databases.role("owner"):
            assert PublicCopy.objects.filter(report=report).exists() is not confidential
        assert (text_of(report).body == "") is confidential
        with acting(state.as_national):
            assert verifying.publishing.read(raised)["body"] == LAMP
        with pytest.raises(OutOfTurn):
            as_(state.as_national, verifying.protect, report, **words)


def test_no_client_lowers_protection():
    """Law 6 in the database itself, whoever speaks to it."""
    report = a_report(is_anonymous=True, is_confidential=True)
    with databases.role("owner"):
        for flag in ("is_anonymous", "is_confidential"):
            with pytest.raises(DatabaseError, match="never lowered"), transaction.atomic():
                Report.objects.filter(pk=report.pk).update(**{flag: False})
        Report.objects.filter(pk=report.pk).update(place="Pasar Contoh", is_anonymous=True)


def test_what_an_old_page_says_lowers_nothing():
    state, report = the_state(), a_report()
    with acting(state.as_admin):
        stale = Report.objects.get(pk=report.pk)
    with acting(Actor.reporter_of(report.pk)):
        verifying.protect(report, by=Actor.reporter_of(report.pk), anonymous=True, confidential=True)

    verify(stale, state, LATER)

    assert (now(report).is_anonymous, now(report).is_confidential) == (True, True)
    with databases.role("owner"):
        assert not PublicCopy.objects.filter(report=report).exists()


def test_once_whistleblowing_a_report_stays_hidden_whatever_class_it_gets():
    state, report = the_state(), a_report()
    verify(report, state, MONDAY, report_class=Class.WHISTLEBLOWING)
    with databases.role("owner"):
        Report.objects.filter(pk=report.pk).update(state=State.AWAITING_VERIFICATION)

    verify(report, state, LATER, report_class=Class.NON_SUPERVISORY)

    assert now(report).is_confidential
    assert text_of(report).body == ""
    with databases.role("owner"):
        assert not PublicCopy.objects.filter(report=report).exists()


@pytest.mark.parametrize("report_class", ["", "COMPLAINT", "non_supervisory"])
def test_an_unknown_class_is_refused_and_nothing_moves(report_class):
    state, report = the_state(), a_report()
    with pytest.raises(Incomplete):
        verify(report, state, LATER, report_class=report_class)
    assert now(report).state == State.AWAITING_VERIFICATION
