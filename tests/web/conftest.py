"""Sample pages that use every part of the frame, served without a database."""

import threading
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application


@pytest.fixture
def frame(settings):
    """The site is tests/web/pages.py."""
    settings.ROOT_URLCONF = "tests.web.pages"
    settings.ALLOWED_HOSTS = ["*"]
    return settings


@pytest.fixture
def site(frame) -> Iterator[str]:
    """The sample pages on a port of this machine, with real static files; gives their address."""

    class Server(ThreadingMixIn, WSGIServer):
        daemon_threads = True

    class Silent(WSGIRequestHandler):
        def log_message(self, *_arguments):
            pass

    server = make_server("127.0.0.1", 0, get_wsgi_application(), Server, Silent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()
