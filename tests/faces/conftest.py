"""Portals of agencies; what a process remembers of them belongs to one test."""

import pytest


@pytest.fixture(autouse=True)
def _remember_nothing():
    from tuntas.faces import emblems, known
    from tuntas.portal.agencies import counted_in

    def forget() -> None:
        known._table.faces, known._table.until = None, 0.0
        for remembered in (emblems.published, emblems.icon, counted_in):
            remembered.cache_clear()

    forget()
    yield
    forget()
