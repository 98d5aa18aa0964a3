"""The site as it is served, compressed assets included, on a port of this machine; files come from their own origin.

`TUNTAS_TEST_LAG=0.3` holds each answer back for so many seconds, once before its headers and once before its first
byte, as a loaded machine does now and then: a test that looks before the page is there then fails each time.
"""

import copy
import os
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

from django.core.wsgi import get_wsgi_application

LAG = float(os.environ.get("TUNTAS_TEST_LAG", "0"))
LEAST = 10.0  # seconds that a request begun before the end of a test may take to finish


class Server(ThreadingMixIn, WSGIServer):
    """A thread for each connection, and one request on each. `close` lets what has begun come to its end."""

    daemon_threads = True  # a browser keeps connections open that it never asks anything on
    request_queue_size = 128

    def __init__(self, address: tuple[str, int] = ("127.0.0.1", 0)) -> None:
        super().__init__(address, Silent)
        self._at_work, self._idle = 0, threading.Condition()
        threading.Thread(target=self.serve_forever, args=(0.02,), daemon=True).start()

    def set_app(self, application: Callable[..., Any] | None) -> None:
        super().set_app(application and self._counted(application))

    def close(self) -> None:
        self.shutdown()
        with self._idle:
            self._idle.wait_for(lambda: not self._at_work, timeout=LEAST)
        self.server_close()

    def _counted(self, application: Callable[..., Any]) -> Callable[..., Any]:
        """Counts each request until its last byte has been asked for."""

        def answered(environ: Any, start_response: Any) -> Iterator[bytes]:
            with self._idle:
                self._at_work += 1
            try:
                time.sleep(LAG)
                answer = application(environ, start_response)
                try:
                    if LAG:
                        yield b""  # the headers leave with the first piece, even an empty one
                        time.sleep(LAG)
                    yield from answer
                finally:
                    answer.close()
            finally:
                with self._idle:
                    self._at_work -= 1
                    self._idle.notify_all()

        return answered


class Silent(WSGIRequestHandler):
    def log_message(self, *_arguments: Any) -> None:
        pass


@contextmanager
def serving(settings: Any) -> Iterator[str]:
    """The address of the site while the block runs. settings: pytest-django's, put back when the test ends."""
    server = Server()
    settings.FILES_ORIGIN = f"http://files.localhost:{server.server_port}"
    settings.ALLOWED_HOSTS = ["localhost", "files.localhost", "testserver"]
    policy = copy.deepcopy(settings.CONTENT_SECURITY_POLICY)
    policy["DIRECTIVES"]["img-src"] = ["'self'", "data:", settings.FILES_ORIGIN]
    policy["DIRECTIVES"]["media-src"] = ["blob:", settings.FILES_ORIGIN]
    settings.CONTENT_SECURITY_POLICY = policy
    server.set_app(get_wsgi_application())
    try:
        yield f"http://localhost:{server.server_port}"
    finally:
        server.close()
