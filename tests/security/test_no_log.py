"""T-NOLOG: where a person reports or reads their report, neither address nor browser is written down anywhere.

A real server with its log on the finest level, asked from an address of its own and under a browser's name of its own, good
and bad requests and a fault of the program itself; then every log and every table is searched for both.
"""

import http.client
import re
import socket
import urllib.parse

import pytest
from django.core.wsgi import get_wsgi_application
from django.db import connection

from tests import databases
from tests.factories import the_state
from tests.serving import Server
from tuntas.operations import web
from tuntas.portal import tracking

pytestmark = [pytest.mark.slow, pytest.mark.threat("T-NOLOG", "SR-41")]
HERE, BROWSER, FORWARDED = "127.0.0.77", "Canary-Browser/7.7", "203.0.113.77"


class Visitor:
    """One who asks from an address of this machine that nobody else uses."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies = port, {}

    def ask(self, method: str, path: str, form: dict[str, str] | None = None) -> http.client.HTTPResponse:
        line = http.client.HTTPConnection("localhost", self.port)
        line.sock = socket.create_connection(("127.0.0.1", self.port), source_address=(HERE, 0))
        headers = {
            "User-Agent": BROWSER, "X-Forwarded-For": FORWARDED, "Referer": f"http://{HERE}/", "Host": f"localhost:{self.port}",
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()), "Origin": f"http://localhost:{self.port}",
        }  # fmt: skip
        body = urllib.parse.urlencode(form) if form is not None else None
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        line.request(method, path, body, headers)
        answer = line.getresponse()
        answer.text = answer.read().decode("utf-8", "replace")
        for each in answer.headers.get_all("Set-Cookie") or []:
            name, _sign, value = each.partition(";")[0].partition("=")
            self.cookies[name] = value
        line.close()
        return answer

    def post(self, path: str, on: str, **form: str) -> http.client.HTTPResponse:
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.ask("GET", on).text)[1]
        return self.ask("POST", path, form | {"csrfmiddlewaretoken": token})


@pytest.fixture
def visitor(transactional_db, settings):
    the_state()
    server = Server()
    settings.ALLOWED_HOSTS = ["localhost", "127.0.0.1"]
    settings.CSRF_TRUSTED_ORIGINS = [f"http://localhost:{server.server_port}"]
    server.set_app(get_wsgi_application())
    yield Visitor(server.server_port)
    server.close()


def everywhere(caplog, capfd) -> str:
    said = capfd.readouterr()
    return "\n".join(
        [
            caplog.text,
            *(str(record.__dict__) for record in caplog.records if "request" not in record.__dict__),
            said.out,
            said.err,
        ]
    )


def test_neither_address_nor_browser_of_a_reporter_is_written_down(visitor, caplog, capfd, monkeypatch):
    caplog.set_level(1)
    monkeypatch.setattr(tracking, "messages", None)  # the one place that fails on purpose, below
    filed = visitor.ask("GET", "/lapor").text
    key = re.search(r'name="key" value="([^"]+)"', filed)[1]
    receipt = visitor.post(
        "/lapor/terkirim",
        "/lapor",
        key=key,
        text="Lampu mati.",
        report_type="COMPLAINT",
        target="unknown",
        area="unknown",
    )
    code = re.search(r'id="secret">([0-9A-Z-]{29})<', receipt.text)[1]
    assert visitor.post("/lacak", "/lacak", code="0" * 24).status == 404
    assert visitor.post("/lacak", "/lacak", code=code).status == 302
    assert visitor.ask("GET", "/bantuan/catatan").status == 200
    assert visitor.ask("POST", "/lacak", {"code": code}).status == 403  # without the form's token
    assert visitor.ask("GET", "/lacak/tidak-ada").status == 404
    assert visitor.ask("PUT", "/lacak").status in {403, 405}
    faulty = visitor.post("/bantuan/catatan", "/bantuan/catatan", act="add_details", text="Tiang tiga.")
    assert faulty.status == 500

    found = everywhere(caplog, capfd)
    assert "Internal Server Error" in found  # the log was heard at all
    for canary in (HERE, BROWSER, FORWARDED, code, code.replace("-", "")):
        assert canary not in found
        assert canary not in faulty.text
    with databases.role("owner"), connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE ANY(%s)',
                [[f"%{each}%" for each in (HERE, BROWSER, FORWARDED)]],
            )
            assert cursor.fetchone() == (0,), table


def test_the_server_keeps_no_list_of_who_asked(monkeypatch):
    """granian writes no line for a request: the one who starts it says so."""
    started = {}

    class Stub:
        def __init__(self, *_target, **how):
            started.update(how)

        def serve(self):
            pass

    monkeypatch.setattr(web, "Granian", Stub)
    web.main()
    assert started["log_access"] is False
