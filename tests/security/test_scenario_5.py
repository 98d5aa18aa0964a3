"""Acceptance scenario 5 (handbook 13.1): an anonymous report on school levies. The school, the education office, the agency's
administrator, the national administrator, the system administrator with SQL on the case database, another office and the
public cannot learn the name by any screen, export, log, file name, EXIF, notification or count; and a hidden report or a
wrong code is told apart from one that does not exist by nothing: status, length, headers, queries, hashes.
"""

import re
from io import BytesIO

import psycopg
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from tests import databases
from tests.factories import a_person, received, the_state
from tests.security.canary import Searcher
from tests.security.installation import WORD, Installation, read_report
from tests.security.visiting import Answer, Visitor
from tuntas.kernel import numbers
from tuntas.operations.databases import CASE
from tuntas.operations.postgres import ADMIN
from tuntas.reports.models import Report

WHO = (f"{WORD} Siti", f"{WORD}.siti", f"{WORD} artist", f"{WORD} copyright", f"{WORD} description", f"{WORD} comment")
OFFICERS = ("sekolah", "kepala", "admin", "nasional", "pengawas", "lain")
running = [pytest.mark.drill, pytest.mark.timeout(600), pytest.mark.xdist_group("installation")]
scenario = pytest.mark.threat("T-DUMP-CANARY", "T-COI", "T-EXIF", "T-CODE-ORACLE", "SR-05", "SR-06")


def on(test):
    for mark in (*running, scenario):
        test = mark(test)
    return test


def names_in(data: bytes, place: str) -> list[str]:
    return [str(hit) for hit in Searcher(WHO).in_bytes(data, place)]


def every_page(visitor: Visitor, number: str) -> list[Answer]:
    """All that an officer can open about a report: its page, files, letter, lists, searches, notices, logs, as page and as JSON."""
    first = read_report(visitor, number)
    paths = [f"/workspace/reports/{number}/", f"/workspace/reports/{number}/letter", f"/workspace/reports/{number}/readers", "/workspace/queues/all/",
             "/workspace/notices/", f"/workspace/search?q={number}", "/workspace/search?q=iuran", f"/workspace/search?q={WORD}", "/workspace/supervision/",
             "/workspace/log/", "/workspace/people/", f"/laporan/{number}", "/laporan", "/instansi"]  # fmt: skip
    return [first, *(visitor.get(path) for path in paths)]


@on
@pytest.mark.parametrize("name", OFFICERS)
def test_no_officer_learns_the_name_on_any_screen(product: Installation, name):
    visitor, number = product.people[name], product.receipts["levies"][0]
    for answer in every_page(visitor, number):
        assert names_in(answer.body, f"{name} {answer.address}") == []
        assert names_in(str(answer.headers).encode(), f"headers {answer.address}") == []


@on
@pytest.mark.parametrize("name", ["sekolah", "admin", "nasional"])
def test_the_photo_that_officers_get_says_nothing_of_who_took_it(product: Installation, name):
    """The copy and its thumbnail, by the very links of the page: no EXIF, no place, no comment, no name in the header."""
    page = read_report(product.people[name], product.receipts["levies"][0])
    links = set(re.findall(r'https?://files\.localhost:\d+(/berkas/[0-9a-f-]{36}\?[^"\s&]*izin=[^"\s]+)', page.text))
    assert links
    files = Visitor(product.port, host="files.localhost")
    for link in links:
        answer = files.get(link)
        assert answer.status == 200
        assert names_in(answer.body, link) == []
        assert WORD not in str(answer.headers)
        picture = Image.open(BytesIO(answer.body))
        assert dict(picture.getexif()) == {}
        assert "comment" not in picture.info


@on
def test_the_administrator_of_the_database_learns_no_name(product: Installation):
    """As owner of the tables and as superuser: every row of every table, as text and as bytes, and what the server says."""
    for user in ("tuntas_owner", ADMIN):
        with psycopg.connect(product.here.cluster.address(user, CASE), autocommit=True) as admin:
            tables = [
                name
                for (name,) in admin.execute(
                    "SELECT c.oid::regclass::text FROM pg_class c WHERE relkind IN ('r','m','v') AND relnamespace = 'public'::regnamespace"
                )
            ]
            assert len(tables) > 30
            for table in tables:
                try:
                    rows = admin.execute(f"SELECT t::text FROM {table} t").fetchall()
                except psycopg.errors.InsufficientPrivilege:
                    continue
                assert names_in("\n".join(text for (text,) in rows).encode(), f"{user} {table}") == []
            said = admin.execute("SELECT coalesce(string_agg(query, ' '), '') FROM pg_stat_activity").fetchone()
            assert said is not None
            assert names_in(str(said[0]).encode(), "pg_stat_activity") == []


@on
def test_the_administrator_of_the_database_opens_no_envelope_and_finds_no_code(product: Installation):
    """A sealed identity is noise without the vault's key, and of a code only a keyed digest stands there."""
    code = product.receipts["levies"][1].replace("-", "")
    with psycopg.connect(product.here.cluster.address(ADMIN, CASE), autocommit=True) as admin:
        digests = [
            bytes(row[0])
            for row in admin.execute("SELECT code_lookup FROM reports_report WHERE code_lookup IS NOT NULL").fetchall()
        ]
        envelopes = [
            bytes(row[0])
            for row in admin.execute(
                "SELECT ciphertext FROM identity_sealedidentity WHERE ciphertext IS NOT NULL"
            ).fetchall()
        ]
        guess = admin.execute("SELECT sha256(%s::bytea), sha512(%s::bytea)", [code.encode(), code.encode()]).fetchone()
    assert digests
    assert guess is not None
    assert not [each for each in digests if each in {bytes(guess[0]), bytes(guess[1])[:32]}]
    for envelope in envelopes:
        assert names_in(envelope, "an envelope") == []


@on
def test_the_public_learns_neither_the_name_nor_that_there_is_such_a_report(product: Installation):
    number, none = product.receipts["levies"][0], "91827364505"
    public = Visitor(product.port)
    hidden, absent = public.get(f"/laporan/{number}"), public.get(f"/laporan/{none}")
    assert hidden.status == absent.status == 404
    assert alike(hidden, number) == alike(absent, none)
    for path in ("/", "/laporan", "/laporan?kata=iuran", "/instansi", "/instansi/35-73", "/robots.txt"):
        answer = public.get(path)
        assert number not in re.sub(r"\D", "", answer.text) or number not in answer.text
        assert names_in(answer.body, path) == []
        assert "iuran" not in re.sub(r'value="[^"]*"|href="[^"]*"', "", answer.text)


@on
def test_another_office_gets_the_answer_of_a_report_that_does_not_exist(product: Installation):
    """Status, length, headers: for the page, the search, the letter and the act."""
    number, none, other = product.receipts["levies"][0], "91827364505", product.people["lain"]
    for path in (
        "/workspace/reports/{}/",
        "/workspace/search?q={}",
        "/workspace/reports/{}/letter",
        "/workspace/reports/{}/purpose",
    ):
        hidden, absent = other.get(path.format(number)), other.get(path.format(none))
        assert hidden.status == absent.status, path
        assert set(hidden.headers) == set(absent.headers), path
        assert alike(hidden, number) == alike(absent, none), path


def alike(answer: Answer, number: str) -> str:
    """A page without what is drawn by lot, and without the number that was asked for."""
    text = re.sub(r'(?:value|content)="[^"]{20,}"|datetime="[^"]*"|href="/bahasa/[^"]*"', "", answer.text)
    return text.replace(number, "N").replace(numbers.spell_number(number), "N")


# Codes: counted inside the process, where queries and digests can be seen ------------------------------------------------


@pytest.mark.django_db
@pytest.mark.slow
@pytest.mark.threat("T-CODE-ORACLE", "SR-26")
def test_a_wrong_a_removed_and_a_forgotten_code_are_told_apart_by_nothing(monkeypatch):
    """Status, length, headers, cookies, queries with their words, and digests: the same three times."""
    the_state()
    removed, removed_receipt = received(person=a_person())
    withdrawn, withdrawn_receipt = received(person=a_person())
    with databases.role("owner"):
        Report.objects.filter(pk__in=(removed.pk, withdrawn.pk)).update(code_lookup=None)
    never = numbers.secret_code(b"k" * 32, "nobody")
    seen = [asked(code, monkeypatch) for code in (never, removed_receipt.code, withdrawn_receipt.code)]
    assert seen[0] == seen[1] == seen[2]
    assert seen[0][0] == 404
    assert seen[0][-1] == 1  # one digest, whatever was typed


def asked(code: str, monkeypatch) -> tuple[object, ...]:
    """All that an attacker could measure of one try, and what it cost inside."""
    digests = []
    real = numbers.lookup_digest
    monkeypatch.setattr(numbers, "lookup_digest", lambda *given: digests.append(1) or real(*given))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        answer = Client().post("/lacak", {"code": numbers.spell_code(code)})
    monkeypatch.setattr(numbers, "lookup_digest", real)
    shapes = [re.sub(r"'[^']*'|\d+|\\x[0-9a-f]+", "?", each["sql"]) for each in queries.captured_queries]
    headers = {name: value for name, value in answer.headers.items() if name != "Content-Length"}
    return answer.status_code, len(answer.content), headers, sorted(answer.cookies), shapes, len(digests)
