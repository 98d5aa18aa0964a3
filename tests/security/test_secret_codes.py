"""The code that opens a report: cannot be guessed, tells nothing by its answer, and stands nowhere (trust.md 4.5)."""

import math
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import databases
from tests.factories import a_submission, by_reporter, received, the_state
from tests.portal.test_reporting import said
from tuntas.access.actors import Actor, acting
from tuntas.followup import dialogue
from tuntas.intake.receiving import receive
from tuntas.kernel import numbers
from tuntas.portal import tracking
from tuntas.reports.models import Report

pytestmark = pytest.mark.django_db


@pytest.mark.threat("T-CODE-ENTROPY")
def test_a_code_has_115_bits_that_no_database_gives_away():
    assert (numbers.CODE_LENGTH - 1) * math.log2(len(numbers.CODE_ALPHABET)) == 115
    codes = {numbers.secret_code(b"k" * 32, number) for number in range(3_000)}
    assert len(codes) == 3_000
    for place in range(numbers.CODE_LENGTH):  # every place takes every value
        assert {code[place] for code in codes} == set(numbers.CODE_ALPHABET)
    one = numbers.secret_code(b"k" * 32, "form")
    assert numbers.secret_code(b"l" * 32, "form") != one
    assert numbers.lookup_digest(b"l" * 32, one) != numbers.lookup_digest(b"k" * 32, one)


def answers(client, codes):
    """For each code: status, length, headers without their changing values, body without tokens, and the queries."""
    found = {}
    for name, code in codes.items():
        client.cookies.clear()
        with CaptureQueriesContext(
            connection,
        ) as asked:
            answer = client.post("/lacak", {"code": code})
        headers = {key: value for key, value in answer.headers.items() if key != "Set-Cookie"}
        body = re.sub(r'(value|content)="[^"]*"', "", said(answer))
        queries = [re.sub(r"'[^']*'|\\x[0-9a-f]+", "?", query["sql"]) for query in asked.captured_queries]
        found[name] = (answer.status_code, len(answer.content), headers, sorted(answer.cookies), body, queries)
    return found


@pytest.mark.threat("T-CODE-ORACLE", "SR-25")
def test_wrong_destroyed_and_removed_codes_get_one_and_the_same_answer(client):
    the_state()
    destroyed, removed = received(), received()
    by_reporter(dialogue.destroy_code, destroyed[0])
    with databases.role("owner"):
        Report.objects.filter(pk=removed[0].pk).update(code_lookup=None)
    never = numbers.secret_code(b"z" * 32, "never")
    client.post("/lacak", {"code": never})  # what is remembered from the first request on is remembered

    found = answers(client, {"never": never, "destroyed": destroyed[1].code, "removed": removed[1].code})

    assert found["never"][0] == 404
    assert len(found["never"][5]) == 1
    assert found["never"] == found["destroyed"] == found["removed"]


@pytest.mark.threat("T-CODE-ORACLE")
def test_the_comparison_can_tell_a_difference(client):
    """Or the test above could not fail."""
    _report, receipt = received()
    found = answers(client, {"right": receipt.code, "never": numbers.secret_code(b"z" * 32, "never")})
    assert found["right"] != found["never"]


@pytest.mark.threat("T-CODE-NOWHERE")
def test_no_table_holds_a_code_after_the_mailbox_was_used(client):
    _report, receipt = received()
    client.post("/lacak", {"code": receipt.code})
    client.get("/bantuan/catatan")
    spelled = numbers.spell_code(receipt.code)
    with databases.role("owner"), connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        for (table,) in cursor.fetchall():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" t WHERE t::text ILIKE ANY(%s)', [[f"%{receipt.code}%", f"%{spelled}%"]]
            )
            assert cursor.fetchone() == (0,), table


@pytest.mark.threat("T-CODE-NOWHERE", "SR-44")
@pytest.mark.parametrize("field", ["text", "title", "place", "requested_remedy"])
def test_a_report_that_holds_a_code_is_refused_in_every_field(field):
    the_state()
    code = numbers.spell_code(received()[1].code)
    with pytest.raises(numbers.HoldsCode) as refusal:
        receive(a_submission(**{field: f"lihat laporan saya {code}"}))
    assert "text" in refusal.value.kept


@pytest.mark.threat("T-CODE-NOWHERE")
def test_the_form_says_so_and_keeps_what_was_typed(client):
    the_state()
    _report, receipt = received()
    assert client.post("/lacak", {"code": receipt.code}).status_code == 302
    for act in ("message_office", "add_details", "withdraw"):
        answer = client.post("/bantuan/catatan", {"act": act, "text": f"kode {receipt.code.lower()} ya"})
        assert answer.status_code == 422
        assert "Ada kode rahasia di dalam tulisan Anda." in said(answer)
        assert f"kode {receipt.code.lower()} ya" in said(answer)


@pytest.mark.threat("T-NEUTRAL", "T-SESS")
def test_a_second_visit_with_the_code_ends_the_first(client):
    from django.test import Client

    report, receipt = received()
    second = Client()
    assert client.post("/lacak", {"code": receipt.code}).status_code == 302
    assert client.get("/bantuan/catatan").status_code == 200
    assert second.post("/lacak", {"code": receipt.code}).status_code == 302

    assert client.get("/bantuan/catatan")["Location"] == "/lacak"
    assert client.post("/bantuan/catatan", {"act": "withdraw"})["Location"] == "/lacak"
    assert second.get("/bantuan/catatan").status_code == 200
    with acting(Actor.reporter_of(report.pk)):
        assert Report.objects.get().state == "AWAITING_VERIFICATION"


@pytest.mark.threat("T-NEUTRAL")
def test_what_was_typed_too_late_goes_back_to_who_typed_it_and_nowhere_else(client, monkeypatch):
    report, receipt = received()
    client.post("/lacak", {"code": receipt.code})
    at = tracking.time.time()
    monkeypatch.setattr(tracking.time, "time", lambda: at + tracking.IDLE + 1)

    answer = client.post("/bantuan/catatan", {"act": "message_office", "text": "Tiang nomor tiga."})

    assert answer.status_code == 409
    assert "Tiang nomor tiga." in said(answer)
    assert "Lampu jalan" not in said(answer)
    with acting(Actor.reporter_of(report.pk)):
        assert dialogue.messages_of(Report.objects.get()) == []


@pytest.mark.threat("T-NEUTRAL", "SR-21")
def test_who_leaves_leaves_no_session_and_its_cookie_opens_nothing(client):
    _report, receipt = received()
    client.post("/lacak", {"code": receipt.code})
    old = client.cookies["session"].value

    answer = client.post("/lacak/keluar")

    assert answer["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert answer["Location"] == "/standar"
    client.cookies["session"] = old
    assert client.get("/bantuan/catatan")["Location"] == "/lacak"


@pytest.mark.threat("T-NEUTRAL")
def test_destroying_is_explained_confirmed_and_then_final(client):
    _report, receipt = received()
    client.post("/lacak", {"code": receipt.code})
    assert "tidak bisa dibatalkan" in said(client.get("/bantuan/kode"))
    assert client.post("/bantuan/kode").status_code == 422  # the box was not ticked
    assert client.get("/bantuan/catatan").status_code == 200

    assert client.post("/bantuan/kode", {"sure": "yes"})["Location"] == "/standar"

    assert client.get("/bantuan/catatan")["Location"] == "/lacak"
    assert client.post("/lacak", {"code": receipt.code}).status_code == 404
