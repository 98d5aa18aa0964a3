"""A reporter says from their own page whom the report is about, long after sending it; the accused see it no more."""

import re

import pytest
from django.db import DatabaseError, transaction

from tests import databases
from tests.factories import a_person, a_report, as_
from tests.portal.test_tracking import act, opened, page
from tests.workspace.officers import at_desk
from tuntas.access.actors import Actor, acting
from tuntas.organizations.models import Officer, Unit
from tuntas.reports.models import Conflict, Report
from tuntas.reports.states import State
from tuntas.routing import queries, verifying
from tuntas.routing.models import Letter
from tuntas.workspace import queries as workspace_queries

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R003-54"), pytest.mark.threat("T-COI")]
WHO = "Kepala seksi yang memegang stempel"


def seen_by(actor: Actor, report: Report) -> dict[str, bool]:
    """On every way that an officer has: the row itself, the page, the list, the search."""
    desk = at_desk(actor)
    with databases.role("web"), acting(actor):
        row = Report.objects.filter(pk=report.pk).exists()
        word = report.pk in workspace_queries.reports_with("lampu").ids
    return {
        "row": row,
        "page": desk.get(f"/workspace/reports/{report.number}/").status_code == 200,
        "list": report.number[:4] in desk.get("/workspace/queues/all/").content.decode(),
        "search": word,
    }


def now(report: Report) -> Report:
    with databases.role("owner"):
        return Report.objects.select_related("holder").get(pk=report.pk)


def choices(html: str, name: str) -> list[str]:
    return re.findall(rf'name="{name}" value="(\d+)"', html)


def test_an_officer_who_wrote_is_named_without_a_name_and_sees_nothing_from_that_moment(client, state):
    report = opened(client, State.IN_PROGRESS, person=a_person())
    before = seen_by(state.as_liaison, report)
    assert before == dict.fromkeys(("row", "page", "list", "search"), True)
    html = page(client)
    with databases.role("owner"):
        names = list(Officer.objects.values_list("name", flat=True))
    assert not [name for name in names if name in html]

    answer = act(client, "name_accused", writers=choices(html, "writers")[-1:], text=WHO)

    assert answer.status_code == 302
    assert seen_by(state.as_liaison, report) == dict.fromkeys(before, False)
    assert seen_by(state.as_head, report)["row"] is False  # who shares the desk examines nothing
    with databases.role("owner"):
        liaison = Officer.objects.get(pk=state.as_liaison.officer)
        named = set(Conflict.objects.filter(report=report).values_list("officer_id", "unit_id"))
    assert named == {(liaison.pk, None), (None, state.works.pk)}
    moved = now(report)
    assert (moved.is_confidential, moved.holder) == (True, state.city)
    assert WHO in page(client)


def test_an_office_is_named_by_choice_or_by_its_name(client, state):
    report = opened(client, State.AWAITING_FOLLOW_UP)
    assert str(state.works.pk) in choices(page(client), "offices")

    answer = act(client, "name_accused", offices=[str(state.works.pk)], office="dinas kesehatan kota contoh", text="")

    assert answer.status_code == 302
    with databases.role("owner"):
        named = set(Conflict.objects.filter(report=report).values_list("unit_id", flat=True))
    assert named == {state.works.pk, state.health.pk}


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"office": "Kantor yang tidak ada"}, "Tidak ada kantor dengan nama itu"),
        ({"office": "dinas"}, "Ada beberapa kantor dengan nama itu"),
        ({}, "Pilih atau ketik kantornya"),
        ({"offices": ["999999"]}, ""),
    ],
)
def test_what_is_not_understood_is_said_and_what_was_typed_is_kept(client, state, typed, said):
    report = opened(client, State.AWAITING_FOLLOW_UP)

    answer = act(client, "name_accused", text=WHO, **typed)

    assert answer.status_code in {409, 422}
    html = answer.content.decode()
    assert said in html
    assert WHO in html
    with databases.role("owner"):
        assert not Conflict.objects.filter(report=report).exists()


def test_nobody_names_the_accused_of_somebody_elses_report(state):
    mine, other = a_report(), a_report()
    with databases.role("web"), acting(Actor.reporter_of(mine.pk)):
        for ask in (
            lambda: queries.name_accused(other.pk, units=[state.works.pk], officers=[]),
            lambda: queries.withdraw_letters(other.pk, at=other.received_at, error="withdrawn"),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                ask()


def test_a_letter_on_its_way_to_the_accused_opens_nothing_any_more(client, state):
    with databases.role("owner"):
        Unit.objects.filter(pk=state.regency.pk).update(letter_address="surat@kabupaten.contoh.test")
    report = opened(client, State.AWAITING_VERIFICATION)
    as_(state.as_admin, verifying.verify, report, report_class="NON_SUPERVISORY", category=state.lamp,
        target=state.regency, title="Lampu", public_text="Lampu mati.")  # fmt: skip
    with databases.role("owner"):
        assert Letter.objects.get(report=report).expires_at > report.received_at

    assert act(client, "name_accused", office="Kabupaten Contoh").status_code == 302

    with databases.role("owner"):
        letter = Letter.objects.select_related("notice").get(report=report)
    assert letter.notice.failed_at is not None
    assert letter.expires_at == letter.notice.failed_at
