"""No test of a clock remembers the calendars and doors of another."""

import pytest


@pytest.fixture(autouse=True)
def _fresh():
    from tuntas.clocks.policies import forget_calendars
    from tuntas.intake import receiving

    forget_calendars()
    receiving.door.cache_clear()
    yield
    forget_calendars()
    receiving.door.cache_clear()
