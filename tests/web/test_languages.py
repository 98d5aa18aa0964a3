"""A language in which only the form is written: it speaks there whole, nowhere else, and never falls into English."""

import re
from uuid import uuid4

import pytest
from django.utils import translation
from django.utils.formats import date_format, number_format
from django.utils.timezone import localdate
from django.utils.translation import trans_real

from tests.factories import MONDAY, a_hold, a_person, as_, received, the_state
from tools import catalogue
from tuntas.routing import verifying
from tuntas.web import languages

pytestmark = pytest.mark.django_db
LAMP = "Lampu dalan ing ngarep Pasar Contoh mati wis telung bengi."


@pytest.fixture
def javanese(client):
    the_state()
    client.cookies["language"] = "jv"
    return client


def said(response) -> str:
    return response.content.decode()


def test_the_form_its_faults_and_its_receipt_speak_javanese(javanese):
    form = said(javanese.get("/lapor"))
    assert '<html lang="jv"' in form
    assert "Cariyosaken masalahipun" in form
    assert "Rekam swanten kula" in form
    assert "taksih kothong" in said(javanese.post("/lapor", {"key": str(uuid4()), "text": ""}))
    step = said(javanese.post("/lapor", {"key": str(uuid4()), "text": LAMP}))
    assert "Langkah 2 saking 2" in step
    hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', step))
    receipt = said(javanese.post("/lapor/terkirim", hidden))
    assert "Laporan Panjenengan sampun kita tampi" in receipt
    assert "<h1>Write" not in form + step + receipt


def test_the_own_report_goes_on_in_javanese_and_what_law_decides_is_indonesian(javanese):
    """Who wrote in Javanese reads on in it: where the report stands, what happened, what can be done."""
    state = the_state()
    report, receipt = received(target=state.city.pk, person=a_person())
    as_(state.as_admin, verifying.ask, report, missing=["Lampu yang mana?"], at=MONDAY)
    a_hold(report, state.as_admin, at=MONDAY)
    own = said(javanese.post("/lacak", {"code": receipt.code}, follow=True))
    assert '<html lang="jv"' in own
    for words in (
        "Samenika giliran Panjenengan.",
        "Ingkang sampun kalampahan",
        "Jangkepi laporan",
        "Tilar kaca punika",
    ):
        assert words in own
    assert (
        "Data dan tulisan Anda disimpan untuk suatu perkara" in own
    )  # no native speaker has read a word of ours about that yet
    assert not re.search(r"What happened|You can|Your report|Send what", own)
    assert "Nyirnakaken kodhe wados" in said(javanese.get("/bantuan/kode"))
    assert '<html lang="id"' in said(javanese.get("/bantuan/data"))


@pytest.mark.parametrize("code", ["su", "mad"])
def test_one_word_of_a_language_that_is_empty_today_is_shown_where_the_form_is(
    client, code, settings, tmp_path, monkeypatch
):
    """Sundanese and Madurese are ready: a part, the code in a few places, and the form speaks (docs/languages.md)."""
    the_state()
    part = tmp_path / "form.po"
    part.write_text('msgid "Tell us the problem"\nmsgstr "Caritakeun masalahna (conto)"\n')
    catalogue.compile_to(tmp_path / code / "LC_MESSAGES/django.mo", catalogue.merge(code, [part]))
    settings.LOCALE_PATHS = [tmp_path, *settings.LOCALE_PATHS]
    settings.LANGUAGES = [*settings.LANGUAGES, (code, code)]
    monkeypatch.setattr(languages, "PARTIAL", {**languages.PARTIAL, code: languages.FORM})
    monkeypatch.setitem(languages.NAMES, code, "conto")
    trans_real._translations.clear()
    try:
        client.cookies["language"] = code
        form = said(client.get("/lapor"))
    finally:
        trans_real._translations.clear()
    assert f'<html lang="{code}"' in form
    assert "Caritakeun masalahna (conto)" in form
    assert "Lanjut" in form  # the rest is Indonesian


@pytest.mark.parametrize("path", ["/", "/laporan", "/standar", "/pasang", "/workspace/masuk", "/tidak-ada"])
def test_every_other_page_stays_whole_and_indonesian(javanese, path):
    page = said(javanese.get(path))
    assert '<html lang="id"' in page
    assert 'hreflang="jv"' not in page


def test_the_switch_offers_it_where_it_speaks(client):
    the_state()
    assert 'lang="jv" hreflang="jv"' in said(client.get("/lapor"))
    assert 'lang="jv" hreflang="jv"' in said(client.get("/lacak"))
    answer = client.get("/bahasa/jv?next=/lapor")
    assert answer["Location"] == "/lapor"
    assert '<html lang="jv"' in said(client.get("/lapor"))


@pytest.mark.parametrize("code", ["jv", "su", "mad"])
def test_what_is_missing_is_indonesian_and_never_english(code):
    with translation.override(code):
        assert translation.gettext("Legal holds") == "Larangan hapus"
        assert translation.ngettext("%(n)d working day", "%(n)d working days", 2) % {"n": 2} == "2 hari kerja"
        assert number_format(1234567.5, 1, use_l10n=True, force_grouping=True) == "1.234.567,5"
        assert date_format(localdate().replace(year=2026, month=1, day=5), "DAY_FORMAT").endswith(", 5 Januari 2026")


def test_a_language_is_offered_only_when_it_has_a_name_and_complete_ones_speak_everywhere(settings):
    assert {code for code, _name in settings.LANGUAGES} == set(languages.NAMES)
    assert languages.speaks("en", "/workspace/masuk")
    assert not languages.speaks("jv", "/workspace/masuk")
