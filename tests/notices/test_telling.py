"""Who is told of a move, and what a notice may carry: plain facts, never an address, and little when protected."""

from datetime import timedelta

import pytest

from tests import databases
from tests.factories import (
    MONDAY,
    a_person,
    a_report,
    as_,
    by_reporter,
    received,
    the_state,
    verify,
)
from tuntas import lifecycle
from tuntas.followup import answering, reporters_word
from tuntas.notices import telling
from tuntas.notices.models import Notice
from tuntas.organizations.models import Role
from tuntas.reports.models import Report
from tuntas.reports.states import State
from tuntas.routing import disposing, merging, transferring, verifying

pytestmark = pytest.mark.django_db(transaction=True)
LATER = MONDAY + timedelta(days=1)


def notices(report, template=""):
    with databases.role("owner"):
        found = Notice.objects.filter(report_id=report.pk).order_by("pk")
        return list(found.filter(template=template) if template else found)


def to_reporters(report, template=""):
    return [notice for notice in notices(report, template) if notice.to == Notice.To.REPORTER]


def uuid_of(report):
    with databases.role("owner"):
        return Report.objects.select_related("reporter").get(pk=report.pk).reporter.uuid


def a_contacted_report(at=State.AWAITING_VERIFICATION, **more):
    return a_report(at, person=a_person(), **more)


def test_a_receipt_tells_the_reporter_and_the_holder():
    report, _receipt = received(person=a_person())
    to_holder, to_reporter = sorted(notices(report), key=lambda notice: notice.to, reverse=True)

    assert (to_holder.unit_id, to_holder.template) == (report.holder_id, "receive")
    assert (to_reporter.reporter_uuid, to_reporter.params["number"]) == (uuid_of(report), report.number)


def test_a_reporter_without_a_mailbox_is_owed_no_letter():
    report = a_report(State.IN_PROGRESS)
    assert to_reporters(report) == []
    assert notices(report)


@pytest.mark.requirement("R004-13")
def test_a_follow_up_tells_the_reporter_what_was_done_in_the_officers_words():
    report = a_contacted_report(State.IN_PROGRESS)
    [notice] = to_reporters(report, "progress")

    assert "kabel putus" in notice.params["note"]
    assert notice.params["holder"] == "Dinas Pekerjaan Umum Kota Contoh"
    assert notice.params["due"]


@pytest.mark.requirement("R004-13")
def test_an_answer_tells_its_outcome():
    report = a_contacted_report(State.RESOLUTION_PROPOSED)
    [notice] = to_reporters(report, "resolve")

    assert notice.params["outcome"] == "FIXED"
    assert "kini menyala" in notice.params["note"]


@pytest.mark.parametrize("protection", [{"is_anonymous": True}, {"is_confidential": True}])
def test_a_protected_report_sends_news_without_a_fact(protection):
    report = a_contacted_report(State.AWAITING_REPORTER, **protection)

    for notice in to_reporters(report):
        if notice.template not in {"receive"}:  # the receipt holds a number and a date, nothing of the matter
            assert notice.params == {"number": report.number, "discreet": True}
    assert len(to_reporters(report)) == 5
    for notice in notices(report):
        assert "note" not in notice.params


def test_protection_raised_later_counts_at_once():
    state, report = the_state(), a_contacted_report(State.IN_PROGRESS)
    as_(
        state.as_admin,
        verifying.protect,
        report,
        anonymous=True,
        confidential=False,
        at=LATER,
        reason="Ada nama orang lain",
    )
    [notice] = to_reporters(report, "protect")
    assert notice.params == {"number": report.number, "discreet": True}


def test_no_notice_holds_an_address_or_a_code():
    _report, receipt = received(person=a_person(name="Sari Canary", email="canary@example.test", phone="08127702"))
    with databases.role("owner"):
        rows = str(list(Notice.objects.values()))

    assert rows.count("receive") >= 2
    for secret in ("anary", "08127702", receipt.code):
        assert secret not in rows


def merged_into(parent, **more):
    """A second report of the same lamp, merged into `parent` by the agency that holds both."""
    state = the_state()
    child, _receipt = received(target=state.city.pk, person=a_person(email="kedua@example.test"), **more)
    as_(state.as_admin, merging.merge, child, into=parent, at=LATER)
    return child


def test_who_was_merged_follows_to_the_end_under_their_own_number():
    state, parent = the_state(), a_contacted_report()
    child = merged_into(parent)
    verify(parent, state, LATER + timedelta(hours=1))
    told = {notice.reporter_uuid: notice.params["number"] for notice in to_reporters(parent, "verify")}

    assert told == {uuid_of(parent): parent.number, uuid_of(child): child.number}


def test_a_protected_report_stays_protected_in_the_company_of_a_public_one():
    state, parent = the_state(), a_contacted_report()
    child = merged_into(parent, is_confidential=True)
    verify(parent, state, LATER + timedelta(hours=1))
    told = {notice.reporter_uuid: notice.params for notice in to_reporters(parent, "verify")}

    assert told[uuid_of(child)] == {"number": child.number, "discreet": True}
    assert "holder" in told[uuid_of(parent)]


def test_a_question_to_one_reporter_is_not_repeated_to_the_others():
    state, parent = the_state(), a_contacted_report(State.IN_PROGRESS)
    late = MONDAY + timedelta(days=2)
    child, _receipt = received(target=state.works.pk, person=a_person(email="kedua@example.test"))
    as_(state.as_admin, merging.merge, child, into=parent, at=late)
    as_(state.as_liaison, answering.question, parent, text="Apakah Ibu yang jatuh?", at=late)

    assert [notice.reporter_uuid for notice in to_reporters(parent, "question")] == [uuid_of(parent)]


def test_an_offer_tells_the_unit_that_was_asked_and_names_it_to_the_reporter():
    state, report = the_state(), a_contacted_report(State.TRANSFER_REQUESTED)
    offers = notices(report, "offer")

    assert [notice.unit_id for notice in offers if notice.unit_id] == [state.transport.pk]
    assert [notice.params["proposed"] for notice in offers if notice.reporter_uuid] == [state.transport.name]


def test_after_a_transfer_the_new_holder_and_the_former_are_told():
    state, report = the_state(), a_contacted_report(State.TRANSFER_REQUESTED)
    as_(state.as_transport_liaison, transferring.accept, report, at=LATER)
    units = [notice.unit_id for notice in notices(report, "accept_transfer") if notice.unit_id]
    assert sorted(units) == sorted([state.transport.pk, state.works.pk])


def test_an_objection_goes_to_the_head():
    report = a_contacted_report(State.RESOLUTION_PROPOSED)
    by_reporter(reporters_word.object_to, report, reason="Lampunya masih mati.", at=MONDAY + timedelta(days=10))
    assert Role.UNIT_HEAD in {notice.role for notice in notices(report, "object")}


def test_a_refused_move_tells_nobody():
    state, report = the_state(), a_contacted_report()
    before = len(notices(report))
    with pytest.raises(Exception, match=r".+"):
        as_(state.as_liaison, disposing.dispose, report, lead=state.works, at=LATER)
    assert len(notices(report)) == before


def test_every_audience_of_the_timetable_can_be_found():
    assert set(telling.AUDIENCES) == lifecycle.AUDIENCES
