"""What administrators read is looked at in English, so that the tests say what they mean."""

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _speaks_english():
    with translation.override("en"):
        yield
