"""What every answer of every address keeps to, whoever asks and however oddly: one test for each class of hole.

The advisories stand beside the ids in docs/threats.md.
"""

import json
import re
import time
from itertools import product

import pytest
from django.conf import settings
from django.core import mail
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client

from tests import databases
from tests.factories import the_state
from tests.portal.test_reporting import typed
from tests.security.addresses import METHODS, every_address
from tests.security.cast import Attacker, entered, officers, set_the_stage, strangers
from tests.workspace.officers import PASSWORD, give_password
from tuntas.notices.models import Notice

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

CANARY = "kenari7qx4"
ODD = [
    "\x00", "a\x00b", "\x1b[31m", "\ud7ff", "\ufeff", "\u202egpj.exe", "\u2028\u2029", "Z̸̡̛͉̗a̴l̶g̵o̷" * 20, "👩‍👩‍👧‍👦" * 50, "عربي", "ｆｕｌｌ",
    "\U0010ffff", "%00", "%c0%ae", "%ff%fe", "'\"\\`", "' OR 1=1 --", "%", "_", "\\", "a" * 5000, "1e309", "NaN", "-0", "٣٤٥",
    "9" * 400, "<svg onload=1>", "{{7*7}}", "${7*7}", "\r\nSet-Cookie: a=b", "\u0000\u0001", "İ", "ß" * 300, "..%2f..%2f",
]  # fmt: skip


def all_kinds(stage):
    """The public, both reporters, an officer without office, and one who handles the report."""
    return [*strangers(stage), next(officers(stage, "LIAISON_OFFICER"))]


@pytest.mark.threat("SR-51", "SR-50", "T-3P")
def test_every_answer_carries_the_headers_that_protect(settings):
    """Not framed, not sniffed, kept nowhere when it is about somebody; at every address, refusals included."""
    stage = set_the_stage()
    for attacker in all_kinds(stage):
        for address in every_address():
            for method in METHODS:
                answer = attacker.ask(method, address.path(stage, attacker.relation))
                where = (attacker.name, address.name, method)
                assert "frame-ancestors 'none'" in answer["Content-Security-Policy"], where
                assert "default-src 'none'" in answer["Content-Security-Policy"], where
                assert answer["X-Frame-Options"] == "DENY", where
                assert answer["X-Content-Type-Options"] == "nosniff", where
                assert answer["Referrer-Policy"] == "same-origin", where
                assert answer["Cross-Origin-Opener-Policy"] == "same-origin", where
                assert "Server" not in answer, where
                assert "X-Powered-By" not in answer, where
                if address.name not in KEPT_BY_CACHES:
                    assert "no-store" in answer["Cache-Control"], where
                    assert "public" not in answer["Cache-Control"], where
                for cookie in (each for each in answer.cookies.values() if each.value):  # an empty one is taken away
                    assert cookie["httponly"], where
                    assert cookie["samesite"] in {"Lax", "Strict"}, where


# The same for everybody, and about nobody: the public log holds commitments alone.
KEPT_BY_CACHES = {"portal:icon", "portal:manifest", "portal:offline", "portal:places", "portal:worker", "web:favicon",
                  "web:robots", "workspace:jobs-worker", "portal:log-checkpoint", "portal:log-key", "portal:log-tile",
                  "portal:log-anchors", "portal:log-anchor", "portal:verifier", "portal:install", "web:face-sheet",
                  "web:face-emblem"}  # fmt: skip


PATHS = ("/{}", "/laporan/{}", "/instansi/{}", "/surat/{}", "/berkas/{}", "/bahasa/{}", "/workspace/{}",
         "/workspace/reports/{}/", "/workspace/queues/{}/", "/contoh/kotak-keluar/{}")  # fmt: skip


@pytest.mark.threat("SR-13")
def test_what_is_missing_repeats_nothing_of_its_address():
    """The same page for two addresses, whatever stands in them."""
    stage = set_the_stage()
    for attacker, path in product((next(iter(strangers(stage))), next(officers(stage, "LIAISON_OFFICER"))), PATHS):
        lured = attacker.ask("GET", path.format(f"Segera-hubungi-{CANARY}"), {"pesan": CANARY})
        plain = attacker.ask("GET", path.format("tidak-ada"), {"pesan": "x"})
        assert lured.status_code == plain.status_code, (attacker.name, path)
        if lured.status_code == 404:
            shown = re.sub(r'href="/bahasa/[^"]*"', "", lured.content.decode())
            assert CANARY not in shown, (attacker.name, path)


ORDERS = ("sort", "order", "order_by", "ordering", "o", "late", "before", "after", "sebelum", "keadaan", "kategori", "filter",
          "page", "size", "limit")  # fmt: skip


@pytest.mark.threat("SR-12")
def test_an_unknown_order_or_filter_changes_nothing_and_is_not_repeated():
    stage = set_the_stage()
    pages = ("/laporan", "/instansi", "/workspace/queues/all/", "/workspace/notices/", "/workspace/supervision/")
    for attacker in (next(iter(strangers(stage))), next(officers(stage, "SUPERVISOR"))):
        for page, name in product(pages, ORDERS):
            answer = attacker.ask("GET", page, {name: f"password__startswith{CANARY}"})
            assert answer.status_code in {200, 302, 400, 404}, (page, name)
            shown = re.sub(r'href="[^"]*"', "", answer.content.decode())
            assert CANARY not in shown, (page, name)


@pytest.mark.threat("SR-46")
def test_no_page_grows_with_what_the_address_asks(settings):
    stage = set_the_stage()
    asked = dict.fromkeys(("size", "limit", "per_page", "page_size", "count", "n", "rows"), "1000000")
    for attacker in (next(iter(strangers(stage))), next(officers(stage, "NATIONAL_ADMIN"))):
        for page in ("/laporan", "/workspace/queues/all/", "/workspace/notices/", "/workspace/search"):
            plain, greedy = attacker.ask("GET", page), attacker.ask("GET", page, asked)
            assert plain.content.count(b"<li") == greedy.content.count(b"<li")


@pytest.mark.threat("SR-47")
@pytest.mark.parametrize("kind", ["deep JSON", "long JSON", "many fields", "long field", "many files"])
def test_deep_long_and_numerous_input_is_refused_quickly(kind):
    """As status 4xx, in a time that costs us nothing, at each address that takes a POST."""
    body, content_type = HUGE[kind]()
    stage = set_the_stage()
    for attacker in (next(iter(strangers(stage))), next(officers(stage, "LIAISON_OFFICER"))):
        for path in (
            "/lapor",
            "/lapor/terkirim",
            "/lacak",
            "/workspace/masuk",
            f"/workspace/reports/{stage.report.number}/progress/",
        ):
            began = time.monotonic()
            answer = attacker.client.generic("POST", path, body, content_type=content_type)
            assert answer.status_code < 500, path
            assert time.monotonic() - began < 10, path  # far above what it takes; without a limit it takes minutes


def _form(name: str, value: str, count: int) -> tuple[bytes, str]:
    return "&".join(f"{name}{n}={value}" for n in range(count)).encode(), "application/x-www-form-urlencoded"


HUGE = {
    "deep JSON": lambda: (b"[" * 10_000 + b"]" * 10_000, "application/json"),
    "long JSON": lambda: (b'{"text": "' + b"a" * 10_000_000 + b'"}', "application/json"),
    "many fields": lambda: _form("x", "1", 200_000),
    "long field": lambda: (b"text=" + b"a" * 10_000_000, "application/x-www-form-urlencoded"),
    "many files": lambda: (
        b"".join(
            b'--b\r\nContent-Disposition: form-data; name="photos"; filename="a.jpg"\r\n\r\nx\r\n' for _n in range(500)
        ) + b"--b--\r\n",
        "multipart/form-data; boundary=b",
    ),
}  # fmt: skip


@pytest.fixture
def looked_into(monkeypatch) -> set[str]:
    """Which of the two, GET and POST, the requests since it was last cleared were asked for by the code behind them."""
    looked: set[str] = set()
    query, form = WSGIRequest.__dict__["GET"].func, WSGIRequest.__dict__["POST"]
    monkeypatch.setattr(WSGIRequest, "GET", property(lambda request: looked.add("GET") or query(request)))
    monkeypatch.setattr(
        WSGIRequest,
        "POST",
        property(lambda request: looked.add("POST") or form.fget(request), form.fset),
    )
    return looked


@pytest.mark.threat("SR-48", "SR-16")
@pytest.mark.parametrize("part", range(2))
def test_no_odd_text_breaks_any_page(part, looked_into):
    """Every odd text in fifteen names of queries and fields, at every address, each text in others; and in the path itself.

    Where nobody looks at what was sent, it is sent once.
    """
    stage, deaf = set_the_stage(), set()
    # All names of a request get different texts; half of the turns put each text into half of the names.
    names = ("q", "kata", "sebelum", "before", "after", "text", "code", "username", "password", "place", "agency_words",
             "area_words", "key", "act", "seen", "door", "appointment", "notice", "letter", "target", "area", "email",
             "event_on_0", "event_on_1", "latitude", "progress-text", "progress-kind", "office", "next", "izin")  # fmt: skip
    public, reporter = next(iter(strangers(stage))), Attacker("reporter", entered(stage.code))
    officer = next(officers(stage, "LIAISON_OFFICER"))
    for turn in range(part, len(ODD), 2):
        odd = "".join(f"%{byte:02x}" for byte in ODD[turn].encode()[:900])
        for prefix in ("/laporan/", "/instansi/", "/surat/", "/workspace/reports/", "/workspace/queues/", "/bahasa/"):
            assert officer.ask("GET", prefix + odd).status_code < 500, (prefix, turn)
        if turn % 4 > 1:
            continue
        fields = {name: ODD[(turn + place) % len(ODD)] for place, name in enumerate(names)}
        for address in every_address():
            who = (
                officer
                if address.name.startswith("workspace:")
                else reporter
                if address.name == "portal:own"
                else public
            )
            for method in METHODS:
                if (address, method) in deaf:
                    continue
                looked_into.clear()
                answer = who.ask(method, address.path(stage, who.relation), fields)
                assert answer.status_code < 500, (who.name, address.name, method, turn)
                if method not in looked_into:
                    deaf.add((address, method))
        assert not {("portal:reports", "GET"), ("portal:track", "POST")} & {(one.name, how) for one, how in deaf}


@pytest.mark.threat("SR-20", "SR-38", "T-ERR")
def test_unknown_words_and_kinds_of_content_get_a_fixed_answer():
    """Zammad answered an unknown event with the live sessions. Here: the same bytes whatever was sent, nothing of the inside."""
    stage = set_the_stage()
    officer = next(officers(stage, "LIAISON_OFFICER"))
    session = officer.client.cookies[settings.SESSION_COOKIE_NAME].value
    number = stage.report.number
    seen = set()
    for kind in ("application/json", "application/xml", "text/x-python", "multipart/mixed; boundary=x", "multipart/form-data",
                 "application/x-www-form-urlencoded; charset=utf-7", f"text/{CANARY}"):  # fmt: skip
        for word in (CANARY, "repr", "__class__", "subscribe"):
            for accept in ("text/html", "application/json"):
                answer = officer.client.generic(
                    "POST", f"/workspace/reports/{number}/{word}/", json.dumps({"event": CANARY}), content_type=kind,
                    headers={"Accept": accept},
                )  # fmt: skip
                body = answer.content.decode()
                assert answer.status_code in {400, 404}, (kind, word)
                assert session not in body
                assert CANARY not in re.sub(r'href="/bahasa/[^"]*"', "", body)
                assert "Traceback" not in body
                assert "object at 0x" not in body
                if accept == "application/json":
                    seen.add(frozenset(json.loads(body)))
    assert seen == {frozenset({"type", "title", "status", "detail", "code", "instead", "kept"})}


@pytest.mark.threat("SR-29")
def test_forged_headers_choose_neither_host_nor_scheme_nor_link():
    """Zitadel built a reset link from a header. Here a wrong host is refused, and no header moves a link."""
    stage = set_the_stage()
    public = next(iter(strangers(stage))).client
    for host in ("evil.example", "testserver.evil.example", "testserver@evil.example", "evil.example:80", "", "a b"):
        assert public.get("/", headers={"Host": host}).status_code == 400 or not host
    forged = {
        "X-Forwarded-Host": "evil.example", "X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "https",
        "Forwarded": "host=evil.example;for=127.0.0.1;proto=https", "X-Real-IP": "127.0.0.1", "X-Original-URL": "/workspace/",
        "X-Rewrite-URL": "/workspace/", "X-HTTP-Method-Override": "DELETE", "X-Host": "evil.example",
    }  # fmt: skip
    for address in every_address():
        plain = public.get(address.path(stage))
        answer = public.get(address.path(stage), headers=forged)
        assert answer.status_code == plain.status_code, address.name
        assert b"evil.example" not in answer.content, address.name
        assert "evil.example" not in str(answer.headers), address.name


@pytest.mark.threat("SR-29", "SR-24")
def test_another_forwarded_address_gives_no_further_tries(settings):
    """The limiter's key is not in the hands of who is limited."""
    the_state()
    give_password("liaison")
    client = Client()
    for n in range(12):
        forged = {"X-Forwarded-For": f"10.0.0.{n}", "X-Real-IP": f"10.0.0.{n}", "User-Agent": f"b{n}"}
        client.post("/workspace/masuk", {"username": "liaison", "password": f"salah {n}"}, headers=forged)
    answer = client.post(
        "/workspace/masuk", {"username": "liaison", "password": PASSWORD}, headers={"X-Real-IP": "10.9.9.9"}
    )
    assert answer.status_code != 302


@pytest.mark.threat("SR-28")
def test_nobody_can_have_us_write_to_somebody_again_and_again():
    """One form, sent fifty times, is one letter; and no page sends a letter because somebody names an address."""
    the_state()
    client = Client()
    fields = typed(email="korban@example.test")
    for _n in range(50):
        assert client.post("/lapor/terkirim", fields).status_code in {200, 409}
    with databases.role("owner"):
        assert Notice.objects.filter(to=Notice.To.REPORTER).count() == 1
    assert mail.outbox == []


@pytest.mark.threat("SR-45", "SR-39")
@pytest.mark.parametrize("path", ["/admin", "/admin/", "/install", "/setup", "/setup/", "/wp-admin/", "/phpinfo.php", "/.git/config",
                                  "/.env", "/debug", "/__debug__/", "/server-status", "/metrics", "/api/", "/graphql",
                                  "/static/../settings.py", "/media/", "/uploads/", "/console", "/actuator"])  # fmt: skip
def test_there_is_no_installer_and_no_back_room(path):
    stage = set_the_stage()
    for attacker in (next(iter(strangers(stage))), next(officers(stage, "NATIONAL_ADMIN"))):
        assert attacker.ask("GET", path).status_code == 404


@pytest.mark.threat("SR-39")
def test_pages_for_strangers_tell_nothing_of_the_configuration():
    """No version, no path, no name of a library, no key; at every address that a stranger gets a page from."""
    stage = set_the_stage()
    public = next(iter(strangers(stage)))
    inside = ["Django", "PostgreSQL", "psycopg", "granian", str(settings.PACKAGE), settings.SECRET_KEY,
              settings.CODE_KEY.hex(), settings.CONTENT_KEY.hex(), "tuntas_web", "TUNTAS_"]  # fmt: skip
    for address in every_address():
        if address.name == "portal:verifier":
            continue  # a program for outsiders, the same in every installation
        page = public.ask("GET", address.path(stage)).content.decode(errors="replace")
        assert [word for word in inside if word in page] == [], address.name


@pytest.mark.threat("SR-44", "T-CODE-NOWHERE")
def test_no_address_holds_a_secret_code_or_a_session():
    """No link, form or redirect of any page carries the code; the session is a cookie and nothing else."""
    stage = set_the_stage()
    for attacker in all_kinds(stage):
        for address in every_address():
            answer = attacker.ask("GET", address.path(stage, attacker.relation))
            body, place = answer.content.decode(errors="replace"), answer.get("Location", "")
            for code in (stage.code, stage.other_code):
                assert code not in body.replace("-", "") + place, address.name
            session = attacker.client.cookies.get(settings.SESSION_COOKIE_NAME)
            assert session is None or session.value not in body + place, address.name
