"""Suggestions from the words of the category tree: explained, and silent where the words do not point one way."""

from datetime import date
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import databases
from tests.factories import the_state
from tuntas.organizations.loading.categories import load_categories
from tuntas.organizations.models import Area, Category, Unit, UnitKind
from tuntas.routing import suggesting
from tuntas.routing.suggesting import phrases, suggest_agency, suggest_category, suggest_lead, weigh


def category(pk: int, code: str, *keywords: str, parent: int | None = None) -> Category:
    return Category(pk=pk, code=code, name=code, keywords=list(keywords), parent_id=parent)


TREE = [
    category(1, "HUB", "lampu", "parkir", "angkutan"),
    category(2, "HUB-01", "lampu jalan", "pju", "lampu", parent=1),
    category(3, "HUB-02", "parkir liar", "juru parkir", parent=1),
    category(4, "KES", "puskesmas", "obat"),
    category(5, "KES-01", "obat", "obat kosong", "resep", parent=4),
]


def codes(title: str, body: str) -> list[str]:
    return [guess.category.code for guess in weigh(TREE, title, body).categories]


def test_the_more_telling_words_win_and_are_named():
    found = weigh(TREE, "", "Lampu jalan depan pasar mati, PJU gelap sejak Senin.")

    assert found.is_sure
    assert found.best == TREE[1]
    assert set(found.categories[0].words) == {"lampu jalan", "pju", "lampu"}


def test_without_a_known_word_it_abstains():
    found = weigh(TREE, "", "Saya kecewa sekali dengan pelayanan ini.")

    assert found.categories == []
    assert not found.is_sure
    assert found.best is None


def test_where_the_words_point_two_ways_it_names_both_and_fills_in_neither():
    found = weigh(TREE, "", "Parkir liar di depan, dan obat kosong di apotek.")

    assert {guess.category.code for guess in found.categories} >= {"HUB-02", "KES-01"}
    assert not found.is_sure
    assert found.best is None


def test_a_word_of_the_title_counts_more():
    assert codes("Parkir liar", "Ada obat di sana, resep.")[0] == "HUB-02"
    assert codes("Obat kosong dan resep", "Ada parkir liar di sana.")[0] == "KES-01"


@pytest.mark.parametrize("text", ["LAMPU JALANNYA mati", "lampu-jalan!", "Ｌａｍｐｕ jalan mati", "lampu  \n jalan"])
def test_case_endings_and_punctuation_do_not_matter(text):
    assert codes("", text)[0] == "HUB-01"


def test_a_part_of_a_word_is_not_the_word():
    assert codes("", "Obatan herbal, lampuyang, puskesmasan") == []


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_text_breaks_it(title, body):
    found = weigh(TREE, title, body)

    assert len(found.categories) <= suggesting.MOST
    assert all(guess.words for guess in found.categories)
    assert [guess.score for guess in found.categories] == sorted((g.score for g in found.categories), reverse=True)


def test_phrases_are_runs_of_one_to_four_words():
    assert set(phrases("satu dua tiga")) >= {"satu", "satu dua", "satu dua tiga", "dua tiga", "tiga"}


@pytest.mark.requirement("R000-11")
@pytest.mark.django_db
@pytest.mark.role("owner")
def test_the_shipped_categories_find_the_three_problem_areas_by_their_own_examples():
    """Every example text of the pack finds its own category among the three that are shown, or nothing is claimed."""
    load_categories()
    examples = [(each, text) for each in Category.objects.exclude(examples=[]) for text in each.examples]
    assert len(examples) > 40

    shown, filled, wrongly = 0, 0, 0
    for wanted, text in examples:
        found = suggest_category("", text, on=date(2026, 10, 5))
        shown += wanted.code in {guess.category.code for guess in found.categories}
        if found.best is not None:
            filled += 1
            wrongly += wanted.code.partition("-")[0] != found.best.code.partition("-")[0]

    print(f"of {len(examples)} examples {shown} shown among three, {filled} filled in, {wrongly} of these wrongly")
    assert shown / len(examples) >= 0.75
    assert filled / len(examples) >= 0.3
    assert wrongly / filled <= 0.15


@pytest.mark.django_db
class TestOffices:
    @pytest.fixture
    def offices(self) -> SimpleNamespace:
        offices = the_state()
        with databases.role("owner"):
            province = Area.objects.create(code="91", name="Contoh Utara", level="PROVINCE")
            city = Area.objects.create(code="91.71", name="Kota Melati", level="CITY", parent=province)
            near = Area.objects.create(code="91.71.01", name="Mawar", level="DISTRICT", parent=city)
            Area.objects.create(code="91.71.02", name="Kenanga", level="DISTRICT", parent=city)
            Unit.objects.filter(pk=offices.city.pk).update(area=city)
            Unit.objects.filter(pk=offices.province.pk).update(area=province)
            Unit.objects.create(
                code="pusk-mawar", slug="pusk-mawar", name="Puskesmas Mawar", kind=UnitKind.SERVICE_UNIT,
                parent=offices.health, area=near, categories=["KES"],
            )  # fmt: skip
            Unit.objects.create(
                code="pusk-kenanga", slug="pusk-kenanga", name="Puskesmas Kenanga", kind=UnitKind.SERVICE_UNIT,
                parent=offices.health, area_id="91.71.02", categories=["KES"],
            )  # fmt: skip
        offices.near = near
        offices.city.refresh_from_db()
        return offices

    def test_the_agency_that_the_reporter_named_comes_first_with_that_reason(self, offices):
        found = suggest_agency(named=offices.works, area=offices.near, place="", body="")

        assert [guess.unit for guess in found] == [offices.city, offices.province]
        assert str(found[0].why) == "Disebut oleh pelapor."
        assert str(found[1].why) == "Tempatnya di Contoh Utara."

    def test_the_place_names_the_nearest_agency_before_the_wider_one(self, offices):
        found = suggest_agency(named=None, area=offices.near, place="", body="")

        assert [guess.unit for guess in found] == [offices.city, offices.province]

    def test_a_region_named_in_words_is_found(self, offices):
        found = suggest_agency(named=None, area=None, place="Pasar Tanjung, Melati", body="Jalan rusak.")

        assert [guess.unit for guess in found] == [offices.city]
        assert str(found[0].why) == "Tulisannya menyebut “Kota Melati”."

    def test_without_a_place_nobody_is_suggested(self, offices):
        assert suggest_agency(named=None, area=None, place="", body="Jalan rusak.") == []

    def test_the_office_that_usually_handles_it_at_this_place_leads(self, offices):
        health = offices.category_health

        found = suggest_lead(offices.city, health, offices.near)

        names = [guess.unit.name for guess in found]
        assert names == ["Dinas Kesehatan Kota Contoh", "Puskesmas Mawar", "Puskesmas Kenanga"]
        assert str(found[1].why) == "Menangani “Kesehatan” di tempat ini."

    def test_an_office_of_another_agency_is_never_suggested_as_lead(self, offices):
        found = suggest_lead(offices.province, offices.category_health, None)

        assert found == []
        assert suggest_lead(offices.city, None, None) == []
