"""The site as it is served, compressed assets included, on a port of this machine; files come from their own origin."""

import copy
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from django.core.wsgi import get_wsgi_application


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


class Silent(WSGIRequestHandler):
    def log_message(self, *_arguments: Any) -> None:
        pass


@contextmanager
def serving(settings: Any) -> Iterator[str]:
    """The address of the site while the block runs. settings: pytest-django's, put back when the test ends."""
    server = make_server("127.0.0.1", 0, None, Server, Silent)
    settings.FILES_ORIGIN = f"http://files.localhost:{server.server_port}"
    settings.ALLOWED_HOSTS = ["localhost", "files.localhost", "testserver"]
    policy = copy.deepcopy(settings.CONTENT_SECURITY_POLICY)
    policy["DIRECTIVES"]["img-src"] = ["'self'", "data:", settings.FILES_ORIGIN]
    settings.CONTENT_SECURITY_POLICY = policy
    server.set_app(get_wsgi_application())
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
