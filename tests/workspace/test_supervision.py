"""A supervisor's overview: numbers of the books, three finishes apart, and the list behind each."""

from datetime import timedelta

import pytest

from tests import databases
from tests.clockwork import pass_time
from tests.factories import MONDAY, a_report, as_, the_state
from tests.workspace.officers import at_desk
from tuntas.followup import overseeing
from tuntas.insight import books, conduct
from tuntas.reports.states import State

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def lines(client):
    return {line.agency.code: line for line in client.get("/workspace/supervision/").context["lines"]}


def test_it_counts_what_is_open_late_and_finished_in_three_ways():
    offices = the_state()
    a_report(State.IN_PROGRESS)
    a_report(State.RESOLVED)  # accepted
    a_report(State.RESOLUTION_PROPOSED)
    pass_time(MONDAY + timedelta(days=60))  # ... and silence
    closed = a_report(State.RESOLUTION_PROPOSED)
    as_(offices.as_national, overseeing.close, closed, reason="Pelapor pindah.", at=MONDAY + timedelta(days=10))
    with databases.role("worker"):
        conduct.count()
    client = at_desk(offices.as_supervisor)

    city = lines(client)["city"]

    assert (city.open, city.overdue) == (1, 1)
    assert list(city.finishes) == [1, 1, 1]
    totals = books.totals_by_agency([offices.city.pk])[offices.city.pk]
    assert city.open + sum(city.finishes) == totals.incoming
    assert city.mean_days > 0
    assert city.median_days > 0
    page = client.get("/workspace/supervision/").content.decode()
    assert "Tiga cara selesai tidak pernah dijumlahkan." in page
    assert '<svg class="bars__bar"' in page


@pytest.mark.requirement("R000-30")
def test_an_unconnected_agency_is_named_with_what_is_held_for_it():
    offices = the_state()
    a_report(target=offices.regency.pk)
    client = at_desk(offices.as_supervisor)

    assert lines(client)["regency"].waiting_elsewhere == 1
    page = client.get("/workspace/supervision/").content.decode()
    assert "Kabupaten Contoh: 1 laporan terbuka dipegang atasannya untuknya" in page
    rows = client.get("/workspace/supervision/regency/").context["rows"]
    assert len(rows) == 1


def test_each_number_leads_to_its_list_and_the_list_to_the_report():
    late, fresh = a_report(State.IN_PROGRESS), a_report(State.AWAITING_REPORTER)
    client = at_desk(the_state().as_supervisor)

    rows = client.get("/workspace/supervision/city/").context["rows"]
    assert {row.report.number for row in rows} == {late.number, fresh.number}
    rows = client.get("/workspace/supervision/city/?late=1").context["rows"]
    assert late.number in {row.report.number for row in rows}
    assert client.get(f"/workspace/reports/{late.number}/").status_code == 200


def test_a_list_shows_a_supervisor_public_titles_alone():
    a_report(State.IN_PROGRESS, text="Pak Budi membentak saya di loket.")
    a_report(text="Bu Ani menolak berkas saya.", is_confidential=True)
    client = at_desk(the_state().as_supervisor)

    page = client.get("/workspace/supervision/city/").content.decode()

    assert "Lampu jalan mati di Pasar Contoh" in page
    assert "Budi" not in page
    assert "Ani" not in page
    assert "Laporan rahasia" in page


@pytest.mark.parametrize("who", ["admin", "liaison", "head", "national"])
def test_it_is_the_page_of_supervisors(who):
    client = at_desk(getattr(the_state(), f"as_{who}"))

    assert client.get("/workspace/supervision/").status_code == 404
    assert client.get("/workspace/supervision/city/").status_code == 404


def test_an_agency_that_is_not_supervised_is_not_there():
    client = at_desk(the_state().as_supervisor)

    assert client.get("/workspace/supervision/works/").status_code == 404
    assert client.get("/workspace/supervision/nowhere/").status_code == 404


def test_a_supervisor_starts_with_the_overview():
    assert at_desk(the_state().as_supervisor).get("/workspace/")["Location"] == "/workspace/supervision/"


def test_the_table_asks_as_often_for_many_reports_as_for_one(django_assert_max_num_queries):
    a_report(State.RESOLVED)
    client = at_desk(the_state().as_supervisor)
    with django_assert_max_num_queries(24) as few:
        client.get("/workspace/supervision/")
    for _n in range(5):
        a_report(State.RESOLVED)
    with django_assert_max_num_queries(len(few)):
        client.get("/workspace/supervision/")
