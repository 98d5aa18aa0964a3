"""A log of a few reports, and where its heads are kept."""

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def _speaks_english():
    with translation.override("en"):
        yield


@pytest.fixture(autouse=True)
def _kept_heads(settings, tmp_path):
    settings.ANCHORS = settings.ANCHOR_FOLDER = tmp_path / "anchors"
