"""Forms say what they want and what is wrong, also to people who listen to the page."""

import re
from datetime import date

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import translation
from django.utils.datastructures import MultiValueDict

from tests.web.pages import Sample
from tuntas.web.forms import DayField, FilesField, Renderer


@pytest.fixture(autouse=True)
def _indonesian():
    with translation.override("id"):
        yield


def attribute(html: str, tag: str, name: str) -> str:
    found = re.search(rf"<{tag}\s[^>]*\b{name}=\"([^\"]*)\"", html)
    return found[1] if found else ""


def test_the_settings_name_our_renderer():
    assert isinstance(forms.Form().renderer, Renderer)


def test_a_control_is_described_by_its_hint_and_its_error():
    form = Sample({})
    html = form["words"].as_field_group()
    assert attribute(html, "textarea", "aria-describedby") == "id_words_helptext id_words_error"
    assert attribute(html, "textarea", "aria-invalid") == "true"
    assert 'id="id_words_helptext"' in html
    assert 'id="id_words_error"' in html
    assert '<label class="govuk-label" for="id_words">' in html


def test_choices_are_a_fieldset_whose_legend_asks():
    html = Sample({})["kind"].as_field_group()
    assert attribute(html, "fieldset", "aria-describedby") == "id_kind_error"
    assert "Jenis" in html[html.index("<legend") : html.index("</legend>")]
    assert attribute(html, 'input type="radio"', "aria-describedby") == "id_kind_0_hint"
    assert "aria-invalid" not in html


def test_what_may_be_skipped_says_so_and_the_rest_does_not():
    form = Sample()
    assert "(boleh dilewati)" in form["since"].as_field_group()
    assert "(boleh dilewati)" not in form["words"].as_field_group()


def test_the_summary_leads_to_each_place_that_can_have_focus():
    html = str(Sample({"since_day": "31", "since_month": "2", "since_year": "2026"}))
    summary = html[: html.index("</ul>")]
    leads = re.findall(r'href="#([\w-]+)"', summary)
    assert leads == ["id_words", "id_place", "id_since_0", "id_kind_0", "id_agree"]
    for place in leads:
        assert re.search(rf"<(input|textarea|select)[^>]*\bid=\"{place}\"", html), place
    assert "Cerita: " in summary  # which field, not only what


def test_no_errors_no_summary():
    assert "error-summary" not in str(Sample())


def test_markup_in_what_was_typed_is_only_text():
    html = str(Sample({"place": '"><script>alert(1)</script>'}))
    assert "<script>" not in html


def test_no_inline_style_or_script_in_any_control():
    html = str(Sample({}))
    assert not re.search(r"\bstyle=|\bon\w+=|<script|<style", html)


class Day(forms.Form):
    on = DayField(label="Hari")
    maybe = DayField(label="Mungkin", required=False)


def typed(day: str, month: str, year: str) -> dict[str, str]:
    return {"on_day": day, "on_month": month, "on_year": year}


@pytest.mark.parametrize("parts", [("21", "11", "2026"), (" 21", "11 ", "2026"), ("٢١", "11", "2026")])
def test_a_day_typed_as_numbers(parts):
    form = Day(typed(*parts))
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {"on": date(2026, 11, 21), "maybe": None}


@pytest.mark.parametrize(
    "parts",
    [
        ("31", "2", "2026"),
        ("0", "1", "2026"),
        ("x", "1", "2026"),
        ("1", "", "2026"),
        ("", "", ""),
        ("1", "1", "0"),
        ("1", "13", "1"),
    ],
)
def test_what_is_no_day_is_refused_and_kept(parts):
    form = Day(typed(*parts))
    assert not form.is_valid()
    html = str(form)
    for part in filter(None, parts):
        assert f'value="{part}"' in html


def test_an_error_in_a_day_speaks_indonesian():
    assert Day(typed("31", "2", "2026")).errors["on"] == [
        "Tulis tanggal, bulan, dan tahun dengan angka, misalnya 21 11 2026."
    ]


class Files(forms.Form):
    photos = FilesField(required=False)
    proof = FilesField()


def test_several_files_become_a_list():
    files = [SimpleUploadedFile(f"{name}.jpg", b"x") for name in "ab"]
    form = Files({}, MultiValueDict({"photos": files, "proof": files[:1]}))
    assert form.is_valid(), form.errors
    assert [file.name for file in form.cleaned_data["photos"]] == ["a.jpg", "b.jpg"]
    assert [file.name for file in form.cleaned_data["proof"]] == ["a.jpg"]


def test_no_file_is_an_empty_list_or_an_error():
    form = Files({}, MultiValueDict())
    assert not form.is_valid()
    assert form.cleaned_data == {"photos": []}
    assert list(form.errors) == ["proof"]


def test_an_empty_file_is_refused():
    form = Files({}, MultiValueDict({"proof": [SimpleUploadedFile("a.jpg", b"")]}))
    assert list(form.errors) == ["proof"]


def test_the_framework_s_own_errors_are_said_plainly():
    assert Sample({})["words"].errors == ["Isi bagian ini."]
    assert Sample({"words": "x" * 201})["words"].errors == ["Terlalu panjang: paling banyak 200 huruf, sekarang 201."]
