"""Who sees that there is a report but not what it says is refused in words, never with a fault of ours."""

import pytest

from tests.factories import MONDAY, a_report, as_, informed, the_state
from tuntas.followup import answering
from tuntas.kernel.refusals import NotYours
from tuntas.reports.states import State


@pytest.mark.django_db
@pytest.mark.parametrize("act", [answering.resolve, answering.progress])
def test_a_supervisor_who_does_not_read_the_words_is_refused_in_words(act):
    state, report = the_state(), a_report(at=State.AWAITING_FOLLOW_UP)
    with pytest.raises(NotYours):
        as_(state.as_supervisor, act, report, answer=informed(), at=MONDAY)
