"""The site for the journeys' browser: files come from their own origin on the same port, and the policy says so."""

from tests.portal.conftest import site

__all__ = ["site"]
