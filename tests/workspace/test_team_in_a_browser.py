"""The pages of an office's own work, as a browser shows them: the load, the morning, reminders, the thread."""

import pytest

from tests.browser import axe_violations, overflow
from tests.factories import a_report, the_state
from tests.teamwork.test_jobs import a_field_officer, appointment, as_
from tests.workspace.test_jobs_in_a_browser import signed_in
from tuntas.reports.states import State
from tuntas.teamwork import jobs, thread

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.slow
def test_pages_of_the_offices_own_work(visitor, site):
    state, report, _other = the_state(), a_report(State.IN_PROGRESS), a_report(State.AWAITING_FOLLOW_UP)
    field = a_field_officer(state)
    as_(state.as_liaison, jobs.assign, report, to=appointment(field))
    as_(state.as_liaison, thread.discuss, report, text="Tolong lihat tiang 3. @head")
    page = signed_in(visitor(width=360, dark=True), site, state.as_head)
    for name in ("team/", "morning/", "reminders", f"reports/{report.number}/"):
        page.goto(f"{site}/workspace/{name}")
        assert axe_violations(page) == [], name
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 740})
            assert not overflow(page), (name, width)
    assert "Tolong lihat tiang 3." in page.inner_text("section.thread")
