"""The pages of the whole site, as it is served."""

from collections.abc import Iterator

import pytest


@pytest.fixture
def site(transactional_db, settings) -> Iterator[str]:
    from tests.serving import serving  # models are loaded once Django is

    with serving(settings) as address:
        yield address
