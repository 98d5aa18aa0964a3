"""The mailbox as the two sides see it, and the quick way out of it."""

import pytest

from tests.factories import received
from tests.portal.test_portal_in_a_browser import open_with_code
from tuntas.kernel import numbers

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.threat("T-NEUTRAL")]


@pytest.mark.parametrize("scripts", [True, False])
def test_after_the_quick_exit_the_way_back_shows_nothing(visitor, site, scripts):
    _report, receipt = received()
    page = visitor(width=360, scripts=scripts)
    open_with_code(page, site, numbers.spell_code(receipt.code))
    page.wait_for_load_state()
    own, title = page.url, page.title()

    page.get_by_role("button", name="Tinggalkan halaman ini sekarang").click()
    page.wait_for_url(f"{site}/standar")
    assert title
    assert page.title() == title  # the same words stand in the browser's list
    for _step in range(3):
        page.go_back()
        assert "Lampu jalan" not in page.content()
        assert receipt.number not in page.content()
        assert not page.locator("#code").count() or page.locator("#code").input_value() == ""
    page.goto(own)

    assert page.url == f"{site}/lacak"
    assert [cookie["name"] for cookie in page.context.cookies() if cookie["name"] == "session"] == []
