"""Help, tours, practice and news: whole in both languages, in our voice, and about things that exist."""

import re
import tomllib
from importlib.metadata import version

import pytest
from django.utils import translation

from tests.conftest import ROOT
from tests.web.test_voice import faults, sentences
from tuntas.introduction import cases, doors, texts
from tuntas.lifecycle import MOVES
from tuntas.organizations.models import Role
from tuntas.workspace.acts import ACTS
from tuntas.workspace.practice import FORMS
from tuntas.workspace.queues import TABS
from tuntas.workspace.touring import PLACES

PACKS = sorted((ROOT / "src/tuntas/packs/introduction").glob("*.toml"))
TEMPLATES = "\n".join(file.read_text("utf-8") for file in (ROOT / "src/tuntas").rglob("*.html"))


def told(value):
    """(language, sentence) of a pack: what stands below a key named after a language."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in {"id", "en"}:
                yield from ((key, text) for text in sentences(inner))
            else:
                yield from told(inner)
    elif isinstance(value, list):
        for each in value:
            yield from told(each)


@pytest.mark.parametrize("pack", PACKS, ids=lambda pack: pack.stem)
def test_the_words_keep_to_our_voice_and_stand_in_both_languages(pack):
    said = list(told(tomllib.loads(pack.read_text("utf-8"))))
    assert [fault for language, text in said for fault in faults(language, text)] == []
    counted = {language: sum(spoken == language for spoken, _text in said) for language in ("id", "en")}
    assert counted["id"] == counted["en"] > 0


def test_every_help_has_its_place_and_every_place_its_help():
    asked = set(re.findall(r'{% help "([a-z]+)" %}', TEMPLATES))
    acts = {act.name for act in ACTS}
    assert asked <= set(texts.topics())
    for topic in texts.topics().values():
        assert topic.acts <= acts
        assert topic.acts or topic.key in asked, f"nobody finds the help about {topic.key}"
    assert "{% help_of_act act.name %}" in TEMPLATES


def test_every_role_has_a_tour_whose_places_exist():
    roles = set(Role.values)
    assert set(texts.tours()) == roles
    heaps = {tab.name for tab in TABS}
    for step in (step for steps in texts.tours().values() for step in steps):
        place, _colon, name = step.page.partition(":")
        assert place in {*PLACES, "queue", "report", "job", "request"}
        assert not name or name in heaps


def test_every_role_has_a_case_whose_answer_the_rules_know():
    assert {role for case in cases.cases().values() for role in case.roles} == set(Role.values)
    for case in cases.cases().values():
        assert case.kind in FORMS
        if case.kind == "move":
            assert case.asked["expected"] in {each.move for each in case.choices}
        assert {each.move for each in case.choices} <= set(MOVES)
        assert case.report.startswith("CONTOH. ")


def test_this_version_says_what_is_new():
    assert texts.newest() is not None
    assert texts.newest().number == version("tuntas")
    with translation.override("en"):
        assert texts.newest().said.title == "The first desk"


def test_every_role_of_the_demonstration_says_what_to_try():
    assert set(doors.CAN_TRY) == set(Role.values)
