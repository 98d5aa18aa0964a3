"""The page on what is kept, for everybody: small and wide, in both languages."""

import pytest

from tests.browser import axe_violations, keep_screenshot, overflow

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("language", ["id-ID", "en-GB"])
@pytest.mark.parametrize("width", [360, 1280])
def test_the_page_on_what_is_kept_is_open_to_everybody(visitor, site, width, language):
    page = visitor(width=width, language=language)
    page.goto(f"{site}/privasi")
    keep_screenshot(page, f"privacy-{width}-{language[:2]}")

    assert axe_violations(page) == []
    assert overflow(page) == 0
