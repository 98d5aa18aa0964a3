"""The portal as it is served, for the pages on data."""

from tests.portal.conftest import site, state  # noqa: F401 - fixtures
