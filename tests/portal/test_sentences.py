"""Every entry that somebody outside may read has a sentence, for each who may read it."""

from types import SimpleNamespace

import pytest
from django.utils import translation

from tuntas.lifecycle import LIFE
from tuntas.portal.sentences import SENTENCES, SHARED, tell
from tuntas.reports.models import Audience
from tuntas.web.icons import drawings

READ_OUTSIDE = [move for move in LIFE if move.audience != Audience.HANDLERS]


def kinds_of(move) -> set[str]:
    """Who can be written down as having done it."""
    officers = {"officer"} if move.by - {"REPORTER", "SYSTEM"} else set()
    return officers | {role.lower() for role in move.by & {"REPORTER", "SYSTEM"}}


def an_event(verb: str, kind: str, **facts):
    return SimpleNamespace(verb=verb, actor_kind=kind, facts=facts, unit=None, holder="Dinas Contoh")


@pytest.mark.requirement("R004-13")
@pytest.mark.parametrize("language", ["id", "en"])
@pytest.mark.parametrize("move", READ_OUTSIDE, ids=lambda move: move.name)
def test_every_entry_is_told_to_everybody_who_may_read_it(move, language):
    with translation.override(language):
        for kind in kinds_of(move):
            assert move.name in SENTENCES or f"{move.name} {kind}" in SENTENCES
            event = an_event(move.name, kind)
            told = tell(event, to_reporter=True)
            assert told
            assert "%(" not in told
            if move.audience == Audience.PUBLIC:
                assert tell(event, to_reporter=False)


def test_what_the_public_may_not_read_has_no_public_sentence():
    private = {move.name for move in READ_OUTSIDE if move.audience == Audience.REPORTER}
    told = {key for key, sentence in SENTENCES.items() if sentence.public}
    assert not {key for key in told if key.split()[0] in private}


def test_no_sentence_is_left_of_a_verb_that_is_gone():
    known = {move.name for move in LIFE}
    assert {key.split()[0] for key in SENTENCES} <= known


def test_every_icon_is_drawn():
    assert {sentence.icon for sentence in SENTENCES.values()} <= set(drawings())


def test_an_unconnected_agency_is_named_with_who_looks_after_its_reports():
    event = an_event("verify", "officer", target="Kabupaten Contoh", connected=False)
    with translation.override("id"):
        assert tell(event, to_reporter=False) == (
            "Sudah diperiksa dan lengkap. Kabupaten Contoh belum terhubung, jadi laporan dipegang Dinas Contoh."
        )


@pytest.mark.parametrize("verb", sorted(SHARED))
def test_nobody_is_called_you_when_several_reporters_may_have_acted(verb):
    with translation.override("en"):
        told = tell(an_event(verb, "reporter"), to_reporter=True, one_of_several=True)
    assert "You" not in told
