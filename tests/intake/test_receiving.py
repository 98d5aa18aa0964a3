"""The one door: who holds what comes in, what is kept, what is refused in words, and one receipt for one form."""

import itertools
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests import databases
from tests.factories import LAMP, MONDAY, a_person, a_submission, received, the_state
from tests.laws.register import read
from tuntas.access.actors import Actor, acting
from tuntas.intake import receiving
from tuntas.intake.receiving import receive
from tuntas.intake.submissions import LONGEST, Submission, look_at, nudges
from tuntas.kernel import numbers
from tuntas.kernel.refusals import Conflict, Incomplete
from tuntas.organizations.models import Supervision, Unit
from tuntas.reports import publishing
from tuntas.reports.models import Report

pytestmark = pytest.mark.django_db
TODAY = MONDAY.date()


@pytest.fixture(autouse=True)
def _fresh_doors():
    receiving.door.cache_clear()
    yield
    receiving.door.cache_clear()


def words_of(report_id: int) -> dict[str, str]:
    with acting(Actor.reporter_of(report_id)):
        told = publishing.read(Report.objects.get(pk=report_id))
        return {name: told[name] for name in ("title", "body", "remedy")}


# Who holds it --------------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R000-12", "R000-30")
@pytest.mark.parametrize(
    ("target", "accused", "holder"),
    [
        ("", (), "nation"),  # nobody named: the national queue
        ("city", (), "city"),
        ("works", (), "city"),  # an office: its agency
        ("puskesmas", (), "city"),
        ("regency", (), "province"),  # not connected: its supervisor
        ("works", ("works",), "nation"),  # only the accused named
        ("city", ("city",), "nation"),
        ("city", ("works",), "city"),  # another office of it is accused
        ("works", ("city",), "nation"),  # the agency above the named office is accused
        ("regency", ("province",), "nation"),  # the supervisor who would hold it is accused
        ("nation", ("nation",), "nation"),  # nobody stands above the nation
        ("city", ("nation",), "city"),
    ],
)
def test_there_is_always_a_holder_who_may_see_it(target, accused, holder):
    state = the_state()
    named = getattr(state, target).pk if target else None

    report, _receipt = received(target=named, accused=tuple(getattr(state, name).pk for name in accused))

    assert report.holder == getattr(state, holder)
    admin = {"nation": state.as_national, "city": state.as_admin, "province": state.as_province_admin}[holder]
    with acting(admin):
        assert Report.objects.filter(pk=report.pk).exists()


@pytest.mark.requirement("R000-30")
def test_the_supervisor_who_is_connected_holds_it_and_the_nation_when_none_is():
    state = the_state()
    with databases.role("owner"):
        Unit.objects.filter(pk=state.province.pk).update(connected_on=None)
        receiving.door.cache_clear()
        assert received(target=state.regency.pk)[0].holder == state.nation
        Supervision.objects.create(supervisor=state.city, supervised=state.regency, legal_source="contoh")
        receiving.door.cache_clear()
        assert received(target=state.regency.pk)[0].holder == state.city


@pytest.mark.requirement("R000-30")
def test_an_agency_that_joins_tomorrow_is_not_connected_today():
    state = the_state()
    with databases.role("owner"):
        Unit.objects.filter(pk=state.regency.pk).update(connected_on=TODAY + timedelta(days=1))
    assert received(target=state.regency.pk)[0].holder == state.province
    assert received(MONDAY + timedelta(days=1), target=state.regency.pk)[0].holder == state.regency


# One form, one receipt -----------------------------------------------------------------------------------------------


@pytest.mark.requirement("R003-03")
def test_the_same_form_sent_again_days_later_gives_the_same_receipt():
    the_state()
    form = a_submission(person=a_person())
    first = receive(form, at=MONDAY)
    before = read()

    again = receive(form, at=MONDAY + timedelta(days=3))

    assert (first.fresh, again.fresh) == (True, False)
    assert (again.number, again.code, again.received_at, again.due_at) == (
        first.number, first.code, first.received_at, first.due_at,
    )  # fmt: skip
    assert read() == before


@pytest.mark.parametrize(
    "other",
    [
        {"text": "Air PDAM mati di Jalan Contoh sejak Senin."},
        {"place": "Pasar Lain"},
        {"title": "Lampu"},
        {"requested_remedy": "Tolong diganti"},
        {"report_type": "ASPIRATION"},
        {"event_on": date(2026, 10, 1)},
        {"is_anonymous": True},
        {"is_confidential": True},
        {"target": "city"},
        {"accused": "works"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_the_same_key_with_another_content_is_told_so_and_keeps_the_words(other):
    state = the_state()
    other = {
        name: getattr(state, word).pk if name == "target" else (state.works.pk,) if name == "accused" else word
        for name, word in other.items()
    }
    form = a_submission()
    first = receive(form, at=MONDAY)
    before = read()
    changed = replace(form, **other)

    with pytest.raises(Conflict) as refusal:
        receive(changed, at=MONDAY)

    assert refusal.value.kept == {"text": changed.text, "place": changed.place}
    assert numbers.spell_number(first.number) in str(refusal.value.why)
    assert str(refusal.value.instead)
    assert read() == before


def test_a_contact_added_with_the_second_sending_is_the_same_form():
    the_state()
    form = a_submission()
    first = receive(form, at=MONDAY)
    assert receive(replace(form, person=a_person()), at=MONDAY).number == first.number


def test_a_number_that_is_taken_is_passed_over(monkeypatch):
    taken = received()[0].number
    free, drawn = "12345678907", iter([taken, taken, "12345678907"])
    monkeypatch.setattr(numbers, "public_number", lambda: next(drawn))
    assert receive(a_submission(), at=MONDAY).number == free


def test_when_all_numbers_to_choose_from_are_taken_others_are_drawn(monkeypatch):
    taken = received()[0].number
    drawn = itertools.chain([taken] * receiving.CANDIDATES, itertools.repeat("12345678907"))
    monkeypatch.setattr(numbers, "public_number", lambda: next(drawn))
    form = a_submission(person=a_person())

    assert receive(form, at=MONDAY).number == "12345678907"

    assert receive(form, at=MONDAY).number == "12345678907"
    assert len(read()["identity_reporter"]) == 2  # the first try left nobody behind


# What is typed -------------------------------------------------------------------------------------------------------


def test_twenty_thousand_characters_are_kept_and_one_more_is_refused_with_the_text():
    the_state()
    longest = "Lampu mati 💡\n" * 2000  # more than fits
    longest = longest[: LONGEST - 1] + "."
    receipt = receive(a_submission(text=longest), at=MONDAY)
    assert words_of(receipt.report_id)["body"] == longest
    before = read()

    with pytest.raises(Incomplete) as refusal:
        receive(a_submission(text=longest + "x"), at=MONDAY)

    assert refusal.value.kept["text"] == longest + "x"
    assert "20001" in str(refusal.value.why)
    assert read() == before


@pytest.mark.parametrize("text", ["", "   \n\t ", "\x00", " \x00 \x00"])
def test_an_empty_text_is_refused_in_words(text):
    the_state()
    with pytest.raises(Incomplete) as refusal:
        receive(a_submission(text=text), at=MONDAY)
    assert str(refusal.value.instead)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Lampu\x00 mati", "Lampu mati"),
        ("Lampu \ud83d mati", "Lampu ? mati"),  # half of an emoji, as a cut-off message leaves it
        ("💡🚧🆘", "💡🚧🆘"),
        ("x", "x"),
        ("  Lampu mati  ", "Lampu mati"),
        ("مصباح الشارع لا يعمل", "مصباح الشارع لا يعمل"),
        (
            "<script>alert(1)</script>'; DROP TABLE reports_report; --",
            "<script>alert(1)</script>'; DROP TABLE reports_report; --",
        ),
    ],
)
def test_any_text_is_kept_as_the_register_can_hold_it(typed, kept):
    the_state()
    for confidential in (False, True):
        receipt = receive(a_submission(text=typed, title=typed, place=typed, is_confidential=confidential), at=MONDAY)
        assert words_of(receipt.report_id) == {"title": kept, "body": kept, "remedy": ""}


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck), database=None, derandomize=True)
@given(text=st.text(st.characters(), min_size=1, max_size=200), place=st.text(st.characters(), max_size=300))
def test_whatever_is_typed_is_filed_or_refused_in_words(text, place):
    the_state()
    try:
        receipt = receive(a_submission(text=text, place=place), at=MONDAY)
    except Incomplete:
        assert not receiving.storable(text)
    else:
        assert words_of(receipt.report_id)["body"] == receiving.storable(text)


@pytest.mark.parametrize(("name", "most"), [("title", 200), ("place", 300)])
def test_a_title_or_a_place_longer_than_its_column_is_refused_and_kept(name, most):
    the_state()
    receive(a_submission(**{name: "a" * most}), at=MONDAY)
    with pytest.raises(Incomplete) as refusal:
        receive(a_submission(**{name: "a" * (most + 1)}), at=MONDAY)
    assert str(most) in str(refusal.value.why)
    assert refusal.value.kept["text"] == LAMP


@pytest.mark.parametrize(
    ("event_on", "is_taken"),
    [
        (TODAY, True),
        (TODAY + timedelta(days=1), False),
        (date(9999, 12, 31), False),
        (date(1945, 8, 17), True),
        (date(1945, 8, 16), False),
        (date(1, 1, 1), False),
    ],
)
def test_a_day_that_cannot_be_is_refused_and_an_old_one_is_not(event_on, is_taken):
    the_state()
    form = a_submission(event_on=event_on)
    if is_taken:
        assert receive(form, at=MONDAY).fresh
        return
    with pytest.raises(Incomplete) as refusal:
        receive(form, at=MONDAY)
    assert refusal.value.kept["text"] == LAMP


def test_today_is_the_day_in_jakarta():
    """At 01:00 in Jakarta it is still yesterday in Greenwich."""
    night = datetime(2026, 10, 5, 18, 0, tzinfo=UTC)
    the_state()
    assert receive(a_submission(event_on=date(2026, 10, 6)), at=night).fresh


def test_short_wordless_and_old_reports_get_a_friendly_word_and_are_taken():
    the_state()
    today = TODAY
    assert nudges(Submission(key="", text=LAMP), today=today) == []
    for form, n in (
        ({"text": "Lampu mati"}, 1),
        ({"text": "Lampu mati di pasar!"}, 0),  # twenty characters are enough
        ({"text": "💡" * 25}, 1),
        ({"event_on": today - timedelta(days=365 * 2)}, 0),
        ({"event_on": today - timedelta(days=365 * 2 + 1)}, 1),
    ):
        submission = a_submission(**form)
        look_at(submission, today=today)
        assert len(nudges(submission, today=today)) == n, form
        assert receive(submission, at=MONDAY).fresh


@pytest.mark.parametrize(
    "point", [(91.0, 112.0), (-7.9, 181.0), (float("nan"), 112.0), (-7.9, None), (float("inf"), 0.0)]
)
def test_a_point_that_lies_nowhere_is_left_out(point):
    the_state()
    receipt = receive(a_submission(latitude=point[0], longitude=point[1]), at=MONDAY)
    row = read().report(receipt.report_id)
    assert [row[name] for name in ("latitude", "longitude", "cell_y", "cell_x")] == [None] * 4


def test_a_point_lies_in_its_cell_of_half_a_kilometre():
    the_state()
    receipt = receive(a_submission(latitude=-7.9812, longitude=112.6304), at=MONDAY)
    row = read().report(receipt.report_id)
    assert (row["cell_y"], row["cell_x"]) == (-1597, 22526)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("field", ["target", "accused", "area"])
def test_what_is_no_longer_in_the_register_is_refused_in_words_and_nothing_is_left(field):
    the_state()
    nowhere = {"target": 987654, "accused": (987654,), "area": "99.99"}[field]
    before = read()

    with pytest.raises(Incomplete) as refusal:
        receive(a_submission(person=a_person(), **{field: nowhere}), at=MONDAY)

    assert refusal.value.kept["text"] == LAMP
    assert str(refusal.value.instead)
    assert read() == before


# Paper forms ---------------------------------------------------------------------------------------------------------


def test_a_paper_form_of_the_future_was_lodged_when_it_came():
    """The watch of the booth's phone goes wrong; nobody loses a report for it."""
    state = the_state()
    report, receipt = received(target=state.city.pk, channel="BOOTH", lodged_at=MONDAY + timedelta(days=400))
    assert (report.lodged_at, report.received_at) == (MONDAY, MONDAY)
    assert receipt.due_at == MONDAY.replace(hour=17) + timedelta(days=3)


def test_an_old_paper_form_is_late_at_once_and_says_so():
    state = the_state()
    lodged = MONDAY - timedelta(days=30)
    report, receipt = received(target=state.city.pk, channel="BOOTH", lodged_at=lodged)
    assert (report.lodged_at, report.received_at) == (lodged, MONDAY)
    assert receipt.due_at < MONDAY


def test_a_date_that_came_with_the_web_form_starts_no_clock_earlier():
    _report, receipt = received(lodged_at=MONDAY - timedelta(days=9))
    assert receipt.due_at == MONDAY.replace(hour=17) + timedelta(days=3)
