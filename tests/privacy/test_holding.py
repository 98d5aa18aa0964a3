"""A legal hold: who places and releases it, what it stops, how long it stands, and who reads of it."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from tests import databases
from tests.factories import MONDAY, a_hold, a_person, received, released, the_state
from tests.workspace.officers import at_desk
from tests.workspace.test_acts import press
from tuntas.access.actors import PUBLIC, SYSTEM, Actor, acting
from tuntas.access.models import SecurityEntry
from tuntas.followup import reporters_word
from tuntas.identity.models import Erasure, LegalHold
from tuntas.kernel.refusals import Incomplete, NotYours, OutOfTurn
from tuntas.portal.timeline import for_the_reporter
from tuntas.privacy import holding, retention
from tuntas.privacy.erasing_content import erase_content
from tuntas.reports.models import Report, ReportText

pytestmark = [pytest.mark.django_db, pytest.mark.threat("T-SHRED")]
YEARS = timedelta(days=366)


@pytest.fixture
def state():
    return the_state()


def finished(state, **more) -> Report:
    report, _receipt = received(target=state.city.pk, **more)
    with acting(Actor.reporter_of(report.pk)):
        reporters_word.withdraw(Report.objects.get(pk=report.pk), at=MONDAY + timedelta(days=1))
    with databases.role("owner"):
        return Report.objects.select_related("reporter").get(pk=report.pk)


def proposed(now):
    with databases.role("worker"), acting(SYSTEM):
        return {each.kind: each.is_held for each in retention.due(now=now)}


def test_a_report_without_a_person_is_held_as_well(state):
    report = finished(state)
    with databases.role("owner"):
        Report.objects.update(reporter=None)  # as the import leaves them
    placed = a_hold(report, state.as_admin)

    assert proposed(MONDAY + 6 * YEARS) == {"content": True}
    with databases.role("worker"), acting(SYSTEM), pytest.raises(OutOfTurn):
        erase_content(Report.objects.get(), ground="RETENTION", decided_by="Kota Contoh")
    released(placed, state.as_admin)
    with databases.role("worker"):
        assert retention.carry_out(now=MONDAY + 6 * YEARS) == 1
    with databases.role("owner"):
        assert ReportText.objects.get().body == ""


def test_on_its_last_day_it_stands_and_afterwards_no_more_and_the_database_agrees(state):
    over, stands = finished(state, person=a_person()), finished(state, person=a_person(name="Orang Lain"))
    a_hold(stands, state.as_admin, until=timezone.localdate())
    with databases.role("owner"):
        LegalHold.objects.create(
            reporter_id=over.reporter_id, report=over.pk, ground="COURT", reason="Perkara 1/2026", placed_by=1,
            placed_at=MONDAY, until=timezone.localdate() - timedelta(days=1),
        )  # fmt: skip
    with acting(state.as_admin):
        assert [holding.is_kept(each) for each in (over, stands)] == [False, True]
        assert [len(holding.standing_on(each)) for each in (over, stands)] == [0, 1]
        assert wish(over).pk
        with pytest.raises(DatabaseError, match="legal hold"), transaction.atomic():
            wish(stands)


def wish(report: Report) -> Erasure:
    return Erasure.objects.create(
        reporter_id=report.reporter_id, ground="SUBJECT", asked_kind="officer", asked_at=timezone.now()
    )


def test_a_hold_needs_a_ground_a_case_and_a_day_that_is_not_over(state):
    report, _receipt = received(target=state.city.pk)
    for wrong in ({"ground": "BECAUSE"}, {"reason": " "}, {"until": timezone.localdate() - timedelta(days=1)}):
        with pytest.raises(Incomplete):
            a_hold(report, state.as_admin, **wrong)
    with databases.role("owner"):
        assert not LegalHold.objects.exists()


def test_who_does_not_administer_the_report_neither_places_nor_releases(state):
    report, _receipt = received(target=state.city.pk)
    placed = a_hold(report, state.as_admin)
    for other in (state.as_liaison, state.as_head, state.as_supervisor, state.as_province_admin, state.as_custodian):
        with pytest.raises((NotYours, Report.DoesNotExist)):
            a_hold(report, other)
        with pytest.raises((NotYours, Report.DoesNotExist)):
            released(placed, other)
    released(placed, state.as_national)
    with pytest.raises(OutOfTurn):
        released(placed, state.as_national)


def test_who_sees_the_report_reads_the_hold_and_nobody_else(state):
    report, _receipt = received(target=state.city.pk, person=a_person())
    a_hold(report, state.as_admin)
    seen = {}
    for name, actor in {
        "city": state.as_admin, "nation": state.as_national, "province": state.as_province_admin,
        "custodian": state.as_custodian, "reporter": Actor.reporter_of(report.pk), "public": PUBLIC,
    }.items():  # fmt: skip
        with acting(actor):
            seen[name] = LegalHold.objects.count()

    assert seen == {"city": 1, "nation": 1, "province": 0, "custodian": 0, "reporter": 0, "public": 0}


def test_what_was_placed_is_never_rewritten(state):
    a_hold(received(target=state.city.pk)[0], state.as_admin)
    for change in ({"until": timezone.localdate()}, {"ground": "DISPUTE"}, {"reason": "x"}, {"report": 1}):
        with databases.role("owner"), pytest.raises(DatabaseError, match="never changed"), transaction.atomic():
            LegalHold.objects.update(**change)


def test_the_reporter_reads_that_data_are_kept_and_why_without_the_case(state):
    report, _receipt = received(target=state.city.pk)
    placed = a_hold(report, state.as_admin, until=timezone.localdate() + timedelta(days=90))
    released(placed, state.as_admin)
    with acting(Actor.reporter_of(report.pk)):
        told = [str(entry.word) + entry.words for entry in for_the_reporter(Report.objects.get())]

    assert any("pengadilan" in words for words in told)
    assert not any("Perkara" in words for words in told)
    with databases.role("owner"):
        kinds = set(SecurityEntry.objects.of("hold_placed", "hold_released").values_list("kind", flat=True))
    assert kinds == {"hold_placed", "hold_released"}


def test_it_is_placed_seen_and_released_at_the_desk(state):
    report, _receipt = received(target=state.city.pk)
    client = at_desk(state.as_admin)
    assert press(client, report, "hold", reason="Perkara 12/2026").status_code == 422
    assert press(client, report, "hold", ground="COURT", reason="Perkara 12/2026").status_code == 302

    for address in (f"/workspace/reports/{report.number}/", "/workspace/holds/"):
        page = client.get(address).content.decode()
        assert "Perkara 12/2026" in page
    assert "data-hold" in client.get(f"/workspace/reports/{report.number}/").content.decode()
    assert at_desk(state.as_liaison).get("/workspace/holds/").status_code == 404

    with databases.role("owner"):
        report.refresh_from_db()
        placed = LegalHold.objects.get()
    assert press(client, report, "release", hold=placed.pk, reason="Perkara selesai").status_code == 302
    page = client.get("/workspace/holds/").content.decode()
    assert "Perkara selesai" in page
    assert "data-hold" not in client.get(f"/workspace/reports/{report.number}/").content.decode()
