"""What each outcome must bring before a report may be called resolved (handbook 3.8, 3.3 T14)."""

from datetime import UTC, date, datetime

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from tuntas.followup.evidence import BY_KIND, BY_OUTCOME, Photo, demands, missing
from tuntas.followup.kinds import Kind, Outcome

TODAY = date(2026, 11, 16)
PHOTO = Photo(taken_on=date(2026, 11, 14), place="Jl. Melati RT 03")
EVERYTHING = {
    "today": TODAY,
    "text": "Regu PJU mengganti bohlam dan sekring lampu di depan sekolah.",
    "done_on": date(2026, 11, 14),
    "done_at_place": "Jl. Melati RT 03",
    "photos_before": [PHOTO],
    "photos_after": [PHOTO],
    "document_number": "620/118/2026",
    "document_date": date(2026, 11, 10),
    "planned_for": date(2026, 12, 9),
    "legal_ground": "Perda 4/2019 Pasal 12",
    "next_step": "Usulkan lampu tempel lewat ketua RT.",
}
PAIRS = [(outcome, kind) for outcome in Outcome for kind in Kind]


def lacking(outcome, kind, **changes):
    return [lack.code for lack in missing(outcome, kind, {**EVERYTHING, **changes})]


@pytest.mark.parametrize(("outcome", "kind"), PAIRS)
def test_with_everything_brought_nothing_is_missing(outcome, kind):
    assert missing(outcome, kind, EVERYTHING) == []


@pytest.mark.requirement("R003-29")
@pytest.mark.parametrize(("outcome", "kind"), PAIRS)
def test_with_nothing_brought_every_demand_is_named_once(outcome, kind):
    lacks = missing(outcome, kind, {})

    assert [lack.code for lack in lacks] == [item.lack.code for item in demands(outcome, kind)]
    assert len({lack.code for lack in lacks}) == len(lacks) > 0
    with translation.override("en"):
        assert all(str(lack.sentence).endswith(".") for lack in lacks)


@pytest.mark.parametrize(("outcome", "kind"), PAIRS)
def test_each_demand_is_cured_by_the_field_it_names(outcome, kind):
    for item in demands(outcome, kind):
        without = {name: value for name, value in EVERYTHING.items() if name != item.lack.field}

        assert item.lack in missing(outcome, kind, without)


@pytest.mark.requirement("R004-14")
@pytest.mark.parametrize("photos", [[], None, [Photo(place="Jl. Melati")], [Photo(taken_on=TODAY)], [PHOTO, Photo()]])
@pytest.mark.parametrize("outcome", [Outcome.FIXED, Outcome.SERVICE_GIVEN, Outcome.ALREADY_DONE])
def test_work_in_the_field_needs_a_photo_with_date_and_place(outcome, photos):
    assert lacking(outcome, Kind.FIELD_ACTION, photos_after=photos) == ["photo_after"]


@pytest.mark.requirement("R004-17")
def test_work_in_the_field_needs_before_and_after_day_and_place():
    gone = {"photos_before": [], "photos_after": [], "done_on": None, "done_at_place": " "}

    assert set(lacking(Outcome.FIXED, Kind.FIELD_ACTION, **gone)) == {"photo_before", "photo_after", "done_on", "place"}


@pytest.mark.parametrize(
    ("reason", "enough"), [("Pasien tidak boleh difoto.", True), ("tidak bisa", False), ("", False)]
)
def test_a_reason_stands_in_for_a_photo_when_it_is_one(reason, enough):
    left = lacking(Outcome.FIXED, Kind.FIELD_ACTION, photos_before=[], photos_after=[], no_photo_because=reason)

    assert left == ([] if enough else ["photo_before", "photo_after"])


@pytest.mark.parametrize(
    ("day", "accepted"),
    [
        (TODAY, False),
        (date(2026, 11, 15), False),
        (date(2026, 11, 17), True),
        (datetime(2026, 11, 17, 9, tzinfo=UTC), True),
        (None, False),
        ("2026-12-09", False),
    ],
)
def test_a_promise_needs_a_day_after_today(day, accepted):
    assert lacking(Outcome.PLANNED_WITH_DATE, Kind.FIELD_ACTION, planned_for=day) == (
        [] if accepted else ["planned_for"]
    )


def test_without_today_no_promise_can_be_believed():
    brought = {name: value for name, value in EVERYTHING.items() if name != "today"}

    assert [lack.code for lack in missing(Outcome.PLANNED_WITH_DATE, Kind.ANSWER, brought)] == ["planned_for"]
    assert missing(Outcome.FIXED, Kind.FIELD_ACTION, brought) == []


@pytest.mark.parametrize("field", ["done_on", "document_date"])
def test_what_was_done_was_not_done_tomorrow(field):
    assert lacking(Outcome.FIXED, Kind.DOCUMENT, **{field: date(2026, 11, 17)}) == [field]
    assert lacking(Outcome.FIXED, Kind.DOCUMENT, **{field: TODAY}) == []


def test_a_refusal_names_its_ground_and_what_the_citizen_can_do():
    gone = {"legal_ground": "", "next_step": "maaf", "text": "Ditolak."}

    assert lacking(Outcome.DECLINED_WITH_REASON, Kind.DECISION, **gone) == ["reason", "legal_ground", "next_step"]


@pytest.mark.requirement("R004-16")
def test_information_is_the_answer_itself():
    assert lacking(Outcome.INFORMATION_GIVEN, Kind.ANSWER, text="Lihat website.") == ["the_answer"]


@pytest.mark.parametrize("outcome", [Outcome.PLANNED_WITH_DATE, Outcome.DECLINED_WITH_REASON, Outcome.NOT_PROVEN])
def test_where_nothing_was_done_no_photo_is_asked_for(outcome):
    asked = {item.lack.code for item in demands(outcome, Kind.FIELD_ACTION)}

    assert asked.isdisjoint({"photo_before", "photo_after", "done_on", "place"})


def test_every_outcome_and_kind_has_its_rule():
    assert set(BY_OUTCOME) == set(Outcome)
    assert set(BY_KIND) == set(Kind)


@pytest.mark.parametrize(("outcome", "kind"), [("MENDED", "ANSWER"), ("FIXED", "MAGIC"), ("", "")])
def test_an_unknown_outcome_or_kind_is_our_own_mistake(outcome, kind):
    with pytest.raises(ValueError, match="is not a valid"):
        missing(outcome, kind, {})


@given(st.sampled_from(PAIRS), st.sets(st.sampled_from(sorted(EVERYTHING.keys() - {"today"}))))
def test_bringing_more_never_makes_more_missing(pair, brought):
    part = {"today": TODAY, **{name: EVERYTHING[name] for name in brought}}

    assert set(missing(*pair, EVERYTHING)) <= set(missing(*pair, part)) <= set(missing(*pair, {"today": TODAY}))
