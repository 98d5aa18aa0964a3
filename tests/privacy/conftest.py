"""The offices, for the pages on data."""

from tests.portal.conftest import state  # noqa: F401 - a fixture
