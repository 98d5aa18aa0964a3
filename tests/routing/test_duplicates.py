"""Reports of the same thing are found by place, time and words; strangers' reports are never compared."""

from datetime import timedelta

import pytest

from tests.factories import LAMP, MONDAY, a_report, as_, the_state
from tuntas.access.actors import acting
from tuntas.reports.models import Report
from tuntas.reports.states import State
from tuntas.routing import merging
from tuntas.routing.duplicates import SHOWN, distance, similar_to

pytestmark = pytest.mark.django_db

HERE = {"latitude": -8.1690, "longitude": 113.7035}
SAME = "Lampu penerangan di depan Pasar Contoh mati sudah tiga malam, jalan gelap sekali."


def found(report: Report, actor) -> list[Report]:
    with acting(actor):
        return [each.report for each in similar_to(Report.objects.select_related("text").get(pk=report.pk))]


@pytest.mark.requirement("R001-07")
def test_a_second_report_of_the_same_lamp_is_found_with_its_reasons():
    first = a_report(**HERE)
    again = a_report(text=SAME, latitude=-8.1692, longitude=113.7036, when=MONDAY + timedelta(days=1))
    offices = the_state()

    with acting(offices.as_admin):
        (only,) = similar_to(Report.objects.select_related("text").get(pk=again.pk))

    assert only.report == first
    reasons = [str(reason) for reason in only.reasons]
    assert any(reason.endswith("% katanya mirip.") for reason in reasons)
    assert "Berjarak 20 meter." in reasons
    assert "Selisih 1 hari." in reasons
    assert 0.5 <= only.likeness <= 1


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"latitude": -8.30, "longitude": 113.70}, "fifteen kilometres away"),
        ({**HERE, "text": "Antrean di loket KTP dua jam, petugas hanya satu orang."}, "another matter"),
        ({**HERE, "when": MONDAY - timedelta(days=90)}, "long ago"),
    ],
)
def test_what_differs_in_place_matter_or_time_is_not_shown(more, why):
    a_report(**{"text": SAME, **HERE, **more})
    report = a_report(**HERE)

    assert found(report, the_state().as_admin) == [], why


def test_across_the_border_of_a_cell_they_still_find_each_other():
    """0.005 degree cells: 8.1649 and 8.1651 lie in different ones, 22 metres apart."""
    first = a_report(latitude=-8.1649, longitude=113.7049)
    again = a_report(text=SAME, latitude=-8.1651, longitude=113.7051)

    assert found(again, the_state().as_admin) == [first]


def test_without_a_point_the_place_in_words_serves():
    first = a_report(place="Depan Pasar Contoh")
    other = a_report(place="Kantor Kelurahan Melati", text="Lampu di kantor kelurahan mati.")
    again = a_report(place="Pasar Contoh depan", text=SAME)

    assert found(again, the_state().as_admin) == [first]
    assert other not in found(again, the_state().as_admin)


def test_finished_and_merged_reports_are_not_offered():
    offices = the_state()
    parent, child, report = a_report(**HERE), a_report(**HERE), a_report(text=SAME, **HERE)
    as_(offices.as_admin, merging.merge, child, into=parent, at=MONDAY)
    a_report(State.ARCHIVED, **HERE)

    assert found(report, offices.as_admin) == [parent]


def test_only_what_the_officer_may_see_is_compared():
    offices = the_state()
    a_report(target=offices.province.pk, **HERE)
    report = a_report(**HERE)

    assert found(report, offices.as_admin) == []
    assert len(found(report, offices.as_national)) == 1


def test_at_most_five_are_shown_and_the_likeliest_first():
    for _n in range(7):
        a_report(text=SAME, **HERE)
    twin = a_report(**HERE)
    report = a_report(**HERE)

    shown = found(report, the_state().as_admin)

    assert len(shown) == SHOWN
    assert shown[0] == twin


def test_a_confidential_report_is_compared_by_whoever_may_read_it():
    twin = a_report(is_confidential=True, **HERE)
    report = a_report(**HERE)

    with acting(the_state().as_admin):
        (only,) = similar_to(Report.objects.select_related("text").get(pk=report.pk))
    assert only.report == twin
    assert only.body == LAMP


def test_distance_is_good_to_a_per_cent():
    a = Report(latitude=-8.1690, longitude=113.7035)
    b = Report(latitude=-8.1780, longitude=113.7035)  # 0.009 degrees of latitude are one kilometre

    assert distance(a, b) == pytest.approx(1000.8, rel=0.01)
    assert distance(a, Report()) is None
