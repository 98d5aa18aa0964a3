"""The loaded lives are lives of the timetable: each step a move of it, each clock one that it starts."""

import pytest

from bench import lives, words
from tuntas.clocks.models import Kind
from tuntas.lifecycle import MOVES
from tuntas.reports.states import FINAL, State


@pytest.mark.parametrize("state", list(State))
def test_each_step_is_a_move_of_the_timetable(state):
    stands = ""
    for step in lives.MOVES[state]:
        move = MOVES[step.verb]
        assert step.source == stands
        assert step.source in move.sources
        assert step.to == move.to
        assert step.audience == move.audience
        stands = step.to
    assert stands == state


@pytest.mark.parametrize("state", list(State))
def test_clocks_run_exactly_while_somebody_has_a_duty(state):
    clocks = lives.CLOCKS[state]

    assert {clock.kind for clock in clocks} <= set(Kind)
    running = [clock.kind for clock in clocks if clock.ended is None]
    assert len(running) == len(set(running))
    assert bool(running) == (state not in FINAL or state == State.MERGED)  # a merged report's clocks are paused


def test_the_same_seed_writes_the_same_texts_and_few_hold_the_rare_word():
    one, other = words.Writer(7), words.Writer(7)
    texts = [one.text() for _n in range(words.ONE_IN)]

    assert texts == [other.text() for _n in range(words.ONE_IN)]
    assert min(len(body) for _title, body in texts) > 150
    assert max(len(body) for _title, body in texts) < 950
    assert sum(words.RARE in body for _title, body in texts) < 6
    share = sum(words.COMMON in body.lower().split() for _title, body in texts) / len(texts)
    assert 0.3 < share < 0.7
