"""A portal with offices, and what a receipt says."""

import re

import pytest


@pytest.fixture(autouse=True)
def _count_anew():
    """Numbers that are remembered for a minute belong to the test before."""
    from tuntas.portal.agencies import counted_in
    from tuntas.portal.home import counted_lately

    counted_in.cache_clear()
    counted_lately.cache_clear()


@pytest.fixture
def state(db):
    from tests.factories import the_state  # models are loaded once Django is

    return the_state()


def code_on(page: str) -> str:
    """The secret code that a receipt shows."""
    return re.search(r'id="secret">([0-9A-Z-]{29})<', page)[1]


def number_on(page: str) -> str:
    """The public number that a receipt shows, as plain digits."""
    spelled = re.search(r'class="number code--large">([0-9 -]+)<', page)[1]
    return re.sub(r"\D", "", spelled)
