"""A portal with offices, on a port of this machine where a test needs one."""

import copy
import re
import threading
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from django.core.wsgi import get_wsgi_application


@pytest.fixture(autouse=True)
def _count_anew():
    """Numbers that are remembered for a minute belong to the test before."""
    from tuntas.portal.agencies import counted_in

    counted_in.cache_clear()


@pytest.fixture
def state(db):
    from tests.factories import the_state  # models are loaded once Django is

    return the_state()


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


class Silent(WSGIRequestHandler):
    def log_message(self, *_arguments):
        pass


@pytest.fixture
def site(transactional_db, settings):
    """The address of the portal as it is served, compressed assets included; the files' origin is on the same port."""
    from tests.factories import the_state

    the_state()
    server = make_server("127.0.0.1", 0, None, Server, Silent)
    settings.FILES_ORIGIN = f"http://files.localhost:{server.server_port}"
    settings.ALLOWED_HOSTS = ["localhost", "files.localhost", "testserver"]
    policy = copy.deepcopy(settings.CONTENT_SECURITY_POLICY)
    policy["DIRECTIVES"]["img-src"] = ["'self'", "data:", settings.FILES_ORIGIN]
    settings.CONTENT_SECURITY_POLICY = policy
    server.set_app(get_wsgi_application())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    server.server_close()


def code_on(page: str) -> str:
    """The secret code that a receipt shows."""
    return re.search(r'id="secret">([0-9A-Z-]{29})<', page)[1]


def number_on(page: str) -> str:
    """The public number that a receipt shows, as plain digits."""
    spelled = re.search(r'class="number code--large">([0-9 -]+)<', page)[1]
    return re.sub(r"\D", "", spelled)
