"""Why somebody opens a protected report: asked, written down, watched, and readable by those who inspect."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import databases
from tests.factories import a_report, an_officer, received, the_state
from tests.workspace.officers import at_desk
from tuntas.access.actors import acting
from tuntas.access.models import SecurityEntry
from tuntas.accounts import purposes
from tuntas.accounts.models import Letter
from tuntas.organizations.models import Appointment, Officer, Role, Unit, UnitKind
from tuntas.reports.models import PublicCopy
from tuntas.reports.states import Queue, State

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R003-21")]
WORDS = "Lampu jalan di depan Pasar Contoh"


def asked(client, report):
    client.answers = False
    return client.get(f"/workspace/reports/{report.number}/")


def state_it(client, report, **more):
    return client.post(f"/workspace/reports/{report.number}/purpose", {"purpose": "HANDLING", **more})


def entries(kind: str) -> list[SecurityEntry]:
    with databases.role("owner"):
        return list(SecurityEntry.objects.filter(kind=kind).order_by("pk"))


@pytest.mark.parametrize("protected", [{"is_anonymous": True}, {"is_confidential": True}])
@pytest.mark.threat("T-SESS-purpose")
def test_the_text_shows_only_after_a_purpose_and_every_read_is_written_down(protected):
    report, state = a_report(**protected), the_state()
    client = at_desk(state.as_admin)
    before = asked(client, report)
    assert before["Location"] == f"/workspace/reports/{report.number}/purpose"
    assert WORDS not in client.get(before["Location"]).content.decode()

    state_it(client, report)

    assert WORDS in asked(client, report).content.decode()
    assert WORDS in asked(client, report).content.decode()
    (purpose,) = entries("purpose")
    assert purpose.officer == state.as_admin.officer
    assert purpose.facts == {"report": report.pk, "unit": state.city.pk, "purpose": "HANDLING"}
    assert [entry.facts["report"] for entry in entries("sensitive_read")] == [report.pk] * 2


def test_an_ordinary_report_asks_nothing_and_costs_no_query(django_assert_num_queries):
    report, state = a_report(), the_state()
    client = at_desk(state.as_admin)

    assert asked(client, report).status_code == 200
    assert entries("purpose") == entries("sensitive_read") == []


def test_a_purpose_holds_twelve_hours_for_one_report_and_one_officer():
    report, other, state = a_report(is_confidential=True), a_report(is_confidential=True), the_state()
    client = at_desk(state.as_admin)
    opening = purposes.Opening(by=state.as_admin, report=report.pk, is_ours=True)
    from tuntas.access.actors import acting

    now = timezone.now()
    with acting(state.as_admin):
        purposes.state(opening, "HANDLING", at=now - timedelta(hours=11, minutes=59))
        assert purposes.may_read(opening)
        assert not purposes.may_read(opening, at=now + timedelta(minutes=2))
    assert asked(client, other).status_code == 302
    assert asked(at_desk(state.as_admin2), report).status_code == 302


def test_another_reason_needs_words():
    report, state = a_report(is_confidential=True), the_state()
    client = at_desk(state.as_admin)
    client.answers = False

    assert state_it(client, report, purpose="OTHER").status_code == 422
    assert state_it(client, report, purpose="OTHER", words="Diminta inspektorat").status_code == 302
    assert entries("purpose")[0].facts["words"] == "Diminta inspektorat"


def test_more_than_usual_in_an_hour_is_told_once_to_an_administrator_of_another_unit(settings):
    settings.SENSITIVE_READS_AN_HOUR = 2
    state = the_state()
    client = at_desk(state.as_liaison)
    for _n in range(4):
        report = a_report("AWAITING_FOLLOW_UP", is_confidential=True, title="")
        assert state_it(client, report).status_code == 302

    assert [entry.facts["count"] for entry in entries("unusual_reads")] == [3, 4]
    with databases.role("owner"):
        told = set(Letter.objects.filter(template="unusual_reads").values_list("officer__username", flat=True))
        assert told == {"admin", "admin2"}
        assert Letter.objects.filter(template="unusual_reads").count() == 2  # once each, not once a report


def test_reading_what_is_another_offices_is_told_to_somebody_else():
    report, state = a_report("AWAITING_FOLLOW_UP", is_confidential=True, title=""), the_state()
    with databases.role("owner"):
        second = Officer.objects.create(username="national2", name="Admin kedua", email="b@example.go.id")
        Appointment.objects.create(officer=second, unit=state.nation, role="NATIONAL_ADMIN", valid_from="2020-01-01")

    state_it(at_desk(state.as_national), report)

    assert len(entries("outside_read")) == 1
    with databases.role("owner"):
        assert [letter.officer for letter in Letter.objects.filter(template="outside_read")] == [second]


@pytest.mark.requirement("R003-20")
def test_who_read_it_is_for_inspectors_and_the_nation_alone():
    report, state = a_report(is_confidential=True), the_state()
    state_it(at_desk(state.as_admin), report)
    address = f"/workspace/reports/{report.number}/readers"

    page = at_desk(state.as_national).get(address).content.decode()

    assert "Petugas contoh admin" in page
    assert "Saya menangani laporan ini" in page
    for actor in (state.as_admin, state.as_liaison, state.as_supervisor):
        assert at_desk(actor).get(address).status_code == 404


@pytest.mark.requirement("R003-21")
def test_an_inspectorate_reads_who_opened_the_reports_that_it_sees_and_no_others():
    state = the_state()
    with databases.role("owner"):
        unit = Unit.objects.create(
            code="inspectorate", slug="inspectorate", name="Inspektorat Kota Contoh", kind=UnitKind.INSPECTORATE,
            parent=state.city,
        )  # fmt: skip
        inspector = an_officer("inspector", unit, Role.AGENCY_ADMIN)
        clerk = an_officer("works-admin", state.works, Role.AGENCY_ADMIN)
    theirs = received(target=state.works.pk, queue=Queue.INSPECTORATE, is_confidential=True)[0]
    elsewhere = a_report("AWAITING_FOLLOW_UP", is_confidential=True, title="")
    for report in (theirs, elsewhere):
        state_it(at_desk(state.as_national), report)

    with acting(inspector):
        read = {
            entry.facts["report"] for entry in SecurityEntry.objects.of("purpose", "sensitive_read", "outside_read")
        }
    assert read == {theirs.pk}
    page = at_desk(inspector).get(f"/workspace/reports/{theirs.number}/readers").content.decode()
    assert "Petugas contoh national" in page
    assert at_desk(inspector).get(f"/workspace/reports/{elsewhere.number}/readers").status_code == 404
    assert at_desk(clerk).get(f"/workspace/reports/{elsewhere.number}/readers").status_code == 404
    with acting(clerk):
        assert not SecurityEntry.objects.filter(facts__has_key="report").exists()


def test_the_page_carries_who_opened_it():
    report, state = a_report(is_confidential=True), the_state()

    page = at_desk(state.as_admin).get(f"/workspace/reports/{report.number}/").content.decode()

    assert "Dibuka oleh Petugas contoh admin, Kota Contoh" in page
    assert "Dibuka oleh" not in at_desk(state.as_admin).get(f"/workspace/reports/{a_report().number}/").content.decode()


@pytest.mark.requirement("R003-54")
def test_the_accused_are_not_even_asked():
    state = the_state()
    report = received(target=state.city.pk, accused=(state.works.pk,), is_confidential=True)[0]
    client = at_desk(state.as_liaison)

    assert asked(client, report).status_code == 404
    assert client.get(f"/workspace/reports/{report.number}/purpose").status_code == 404


LISTS = ("/workspace/queues/verify/", "/workspace/notices/", "/workspace/search?q=lampu")


@pytest.mark.requirement("R003-20")
@pytest.mark.parametrize("protected", [{"is_anonymous": True}, {"is_confidential": True}, {}])
def test_no_list_shows_the_words_of_a_protected_report_before_the_purpose(protected):
    """Category, place and time limit are enough to choose what to open; an ordinary report reads as before."""
    report, state = a_report(place="Pasar Contoh", **protected), the_state()
    client = at_desk(state.as_admin)
    before = [client.get(path).content.decode() for path in LISTS]

    state_it(client, report)

    after = [client.get(path).content.decode() for path in LISTS]
    shown = ["Lampu jalan di depan" in html for html in (*before, *after)]
    assert shown == ([False] * 3 + [True, True, True] if "is_anonymous" in protected else [not protected] * 6)
    if "is_anonymous" in protected:
        assert all("Pasar Contoh" in html for html in (before[0], before[2]))


def test_what_everybody_reads_of_an_anonymous_report_needs_no_purpose():
    report, state = a_report(at=State.AWAITING_FOLLOW_UP, is_anonymous=True), the_state()
    client = at_desk(state.as_liaison)

    with databases.role("owner"):
        title = PublicCopy.objects.get(report=report).title
    assert title in client.get("/workspace/queues/all/").content.decode()


def test_a_like_report_is_compared_without_its_words_before_the_purpose():
    """What the page of one report tells of others is a list as well."""
    state = the_state()
    one, other = a_report(), a_report(is_anonymous=True)
    client = at_desk(state.as_admin)
    like = client.get(f"/workspace/reports/{one.number}/").content.decode()
    assert other.number in like

    state_it(client, other)

    assert client.get(f"/workspace/reports/{one.number}/").content.decode().count(WORDS) > like.count(WORDS)
