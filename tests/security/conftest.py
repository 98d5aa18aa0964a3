"""One installation for all tests of this folder that attack the running product."""

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session")
def product() -> Iterator[object]:
    """Started once, with the tour made. Its tests carry `xdist_group("installation")`, so that one worker has them all."""
    from tests.security.installation import installed
    from tests.security.tour import make_the_tour

    with installed() as product:
        make_the_tour(product)
        yield product
