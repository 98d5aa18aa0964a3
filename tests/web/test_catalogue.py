"""The catalogue has no holes, and its check sees one when there is."""

import gettext
import importlib.util
import sys
from pathlib import Path

import pytest
from django.utils import translation
from django.utils.translation import ngettext

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def catalogue():
    spec = importlib.util.spec_from_file_location("catalogue", ROOT / "tools/catalogue.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules["catalogue"] = module
    spec.loader.exec_module(module)
    yield module
    del sys.modules["catalogue"]


@pytest.fixture
def code(tmp_path):
    """A small product: one Python file and one template, which say four messages."""
    folder = tmp_path / "code"
    (folder / "templates").mkdir(parents=True)
    (folder / "views.py").write_text(
        '"""Doc."""\nfrom x import gettext_lazy as _\n\n'
        'A = _("Send %(count)s files.")\nB = ngettext("%(n)d day", "%(n)d days", 3)\nC = _(A)\n'
        'D = pgettext("verb", "File")\n',
        encoding="utf-8",
    )
    (folder / "templates/page.html").write_text(
        '{% load i18n %}<p title="it\'s">{% translate \'Help "me"\' %}</p>\n'
        "{% blocktranslate with a=b|default:'x' trimmed %}\n  Hello {{ a }},\n  welcome.\n{% endblocktranslate %}\n"
        "{% blocktranslate count n=things|length %}One thing{% plural %}{{ n }} things{% endblocktranslate %}\n"
        "{# {% translate 'Not said' %} #}{{ _('In a variable') }}{% translate name %}\n",
        encoding="utf-8",
    )
    return folder


WHOLE = """
msgid "Send %(count)s files."
msgstr "Kirim %(count)s berkas."

msgid "%(n)d day"
msgid_plural "%(n)d days"
msgstr[0] "%(n)d hari"

msgctxt "verb"
msgid "File"
msgstr "Catat"

msgid "Help \\"me\\""
msgstr "Tolong"

msgid "Hello %(a)s, welcome."
msgstr "Halo %(a)s, selamat datang."

msgid "One thing"
msgid_plural "%(n)s things"
msgstr[0] "%(n)s hal"

msgid "In a variable"
msgstr "Dalam peubah"
"""


def faults(catalogue, code: Path, *parts: str) -> list[str]:
    sources = []
    for number, text in enumerate(parts):
        sources.append(code.parent / f"{number}.po")
        sources[-1].write_text(text, encoding="utf-8")
    return catalogue.check(catalogue.said_in([code]), "id", sources).faults


def test_messages_are_found_in_python_and_templates(catalogue, code):
    said = catalogue.said_in([code])
    assert sorted(said) == [
        ("", "%(n)d day"),
        ("", "Hello %(a)s, welcome."),
        ("", 'Help "me"'),
        ("", "In a variable"),
        ("", "One thing"),
        ("", "Send %(count)s files."),
        ("verb", "File"),
    ]
    assert said["", "One thing"].plural == "%(n)s things"
    assert said["", "Send %(count)s files."].places[0].endswith("views.py:4")
    assert said["", 'Help "me"'].places[0].endswith("page.html:1")


def test_a_whole_catalogue_passes(catalogue, code):
    assert faults(catalogue, code, WHOLE) == []


@pytest.mark.parametrize(
    ("planted", "seen"),
    [
        (("Kirim %(count)s berkas.", "Kirim %(jumlah)s berkas."), "placeholders"),
        (('msgstr "Tolong"', 'msgstr ""'), "empty translation"),
        (('msgstr "Tolong"', 'msgstr "Tolong "'), "different spaces"),
        (('msgid "In a variable"', '#, fuzzy\nmsgid "In a variable"'), "fuzzy"),
        (('msgid "In a variable"\nmsgstr "Dalam peubah"', ""), "no translation of 'In a variable'"),
        (('msgid_plural "%(n)s things"\nmsgstr[0] "%(n)s hal"', 'msgstr "%(n)s hal"'), "needs its plural"),
    ],
)
def test_a_planted_fault_is_caught(catalogue, code, planted, seen):
    assert planted[0] in WHOLE
    found = faults(catalogue, code, WHOLE.replace(*planted))
    assert any(seen in fault for fault in found), found


def test_two_parts_that_differ_are_caught_and_two_that_agree_are_not(catalogue, code):
    again = '\nmsgid "In a variable"\nmsgstr "Dalam peubah"\n'
    assert faults(catalogue, code, WHOLE, again) == []
    assert "differently" in faults(catalogue, code, WHOLE, again.replace("Dalam", "Di dalam"))[0]


def test_what_nobody_says_any_more_is_only_remarked(catalogue, code):
    source = code.parent / "old.po"
    source.write_text(WHOLE + '\nmsgid "Old"\nmsgstr "Lama"\n', encoding="utf-8")
    found = catalogue.check(catalogue.said_in([code]), "id", [source])
    assert (found.faults, len(found.remarks)) == ([], 1)


def test_the_compiled_catalogue_counts_as_indonesian_does(catalogue, code, tmp_path):
    parts = tmp_path / "locale/id/parts"
    parts.mkdir(parents=True)
    (parts / "a.po").write_text(WHOLE, encoding="utf-8")
    catalogue.build(tmp_path / "locale")
    with (tmp_path / "locale/id/LC_MESSAGES/django.mo").open("rb") as file:
        read = gettext.GNUTranslations(file)
    assert [read.ngettext("%(n)d day", "%(n)d days", n) for n in (0, 1, 2, 5)] == ["%(n)d hari"] * 4
    assert read.pgettext("verb", "File") == "Catat"


def test_the_frame_s_own_words_are_complete(catalogue):
    """Each area has its own part; the whole is `tools/catalogue.py check`."""
    parts = sorted((ROOT / "src/tuntas/locale/id/parts").glob("*.po"))
    found = catalogue.check(catalogue.said_in([ROOT / "src/tuntas/web"]), "id", parts)
    assert [fault for fault in found.faults if "src/tuntas/web" in fault or fault.startswith("web.po")] == []


def test_english_needs_no_catalogue_and_has_plurals():
    with translation.override("en"):
        assert [ngettext("%(count)d day", "%(count)d days", n) % {"count": n} for n in (1, 2)] == ["1 day", "2 days"]
        assert translation.gettext("This page does not exist.") == "This page does not exist."
