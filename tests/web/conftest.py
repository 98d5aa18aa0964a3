"""Sample pages that use every part of the frame, served without a database."""

from collections.abc import Iterator

import pytest
from django.core.wsgi import get_wsgi_application

from tests.serving import Server


@pytest.fixture
def frame(settings):
    """The site is tests/web/pages.py."""
    settings.ROOT_URLCONF = "tests.web.pages"
    settings.ALLOWED_HOSTS = ["*"]
    return settings


@pytest.fixture
def site(frame) -> Iterator[str]:
    """The sample pages on a port of this machine, with real static files; gives their address."""
    server = Server()
    server.set_app(get_wsgi_application())
    yield f"http://localhost:{server.server_port}"
    server.close()
