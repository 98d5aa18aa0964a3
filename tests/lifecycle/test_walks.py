"""Every state can be reached by the real verbs, and every open state has a holder and a running clock."""

import pytest

from tests.factories import PATHS, a_report, the_state
from tuntas.access.actors import acting
from tuntas.reports.states import OPEN

pytestmark = pytest.mark.django_db


@pytest.mark.requirement("R000-12", "R003-22")
@pytest.mark.parametrize("state", sorted(PATHS))
def test_each_state_is_reached_with_a_holder_and_a_clock(state):
    report = a_report(state)

    with acting(the_state().as_national):
        report.refresh_from_db()
        assert report.holder_id
        assert report.last_event_id == report.events.latest("id").pk
        if report.state in OPEN:
            assert report.clocks.running().exists()
            assert report.due_at
