"""Holes of other systems, each tried here: one test for each id; the advisories stand in docs/threats.toml.

SR-05 GlobaLeaks GHSA-9vhh-65v7-3xj6, Zammad CVE-2022-40816 · SR-06 RT CVE-2023-45024 · SR-01 Zammad CVE-2022-35487 ·
SR-02 SupportCandy CVE-2026-1251 · SR-14 Zammad CVE-2023-50456 · SR-15 osTicket CVE-2019-14749 · SR-16 Chatwoot
CVE-2025-21628 · SR-32 RT CVE-2012-4730 · SR-38 RT CVE-2026-44231 · SR-57 Zammad CVE-2023-50457 · SR-17 Rocket.Chat
CVE-2024-39713 · SR-19 RT CVE-2011-5093.
"""

import ast
import csv
import re
import secrets
from datetime import UTC, datetime
from io import StringIO
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core import signing
from hypothesis import given
from hypothesis import strategies as st

from tests import databases
from tests.conftest import ROOT
from tests.factories import MONDAY, a_person, a_report, as_, received, the_state
from tests.portal.test_files_served import link_of
from tests.portal.test_reporting import a_photo, typed
from tests.security.cast import HIDDEN_FROM, INNER_NOTE, SECRET_WORDS, entered, officers, set_the_stage, strangers
from tests.workspace.officers import at_desk
from tuntas.channels.contract import Letter, NotDelivered
from tuntas.channels.email import Email, Server
from tuntas.kernel import numbers
from tuntas.operations.importing.refused_rows import harmless
from tuntas.reports.models import Attachment
from tuntas.reports.states import State
from tuntas.routing import merging
from tuntas.web import files

SOURCE = ROOT / "src"
WAYS = ({}, {"Accept": "application/json"}, {"HX-Request": "true"}, {"HX-Request": "true", "HX-Boosted": "true"})
database = pytest.mark.django_db


def without_tokens(body: str) -> str:
    """A page without what is drawn by lot for each answer."""
    return re.sub(r'(?:value|content)="[^"]{20,}"|href="/bahasa/[^"]+"|\?izin=[^"]+|datetime="[^"]+"', "", body)


@database
@pytest.mark.slow
@pytest.mark.threat("SR-05", "T-COI")
@pytest.mark.parametrize("role", ["LIAISON_OFFICER", "AGENCY_ADMIN", "SUPERVISOR", "UNIT_HEAD"])
def test_the_same_report_on_every_way_to_it(role):
    """As a page, as JSON, as a fragment, by search, as a letter, in notices, in lists: what one hides, all hide."""
    stage = set_the_stage()
    number = stage.report.number
    ways = (f"/workspace/reports/{number}/", f"/workspace/reports/{number}/letter", f"/workspace/search?q={number}",
            "/workspace/search?q=gudang+puskesmas", "/workspace/queues/all/", "/workspace/notices/", "/workspace/",
            f"/laporan/{number}", f"/laporan?kata=gudang&sebelum={stage.report.pk + 1}", "/instansi/city")  # fmt: skip
    for attacker in officers(stage, role):
        if attacker.relation not in HIDDEN_FROM:
            continue
        for way in ways:
            for headers in WAYS:
                answer = attacker.client.get(way, headers=headers, follow=True)
                body = answer.content.decode()
                assert SECRET_WORDS not in body, (attacker, way)
                assert INNER_NOTE not in body, (attacker, way)


@database
@pytest.mark.slow
@pytest.mark.threat("SR-06", "T-COUNT")
def test_lists_and_numbers_are_the_same_with_and_without_a_hidden_report():
    """For an office beside it, for another agency, and for the one that it is about: byte for byte."""
    state = the_state()
    a_report(State.IN_PROGRESS)
    watching = [
        at_desk(actor)
        for actor in (state.as_transport_liaison, state.as_transport_head, state.as_province_works_liaison)
    ]
    pages = ("/workspace/queues/all/", "/workspace/queues/follow-up/", "/workspace/notices/", "/workspace/search?q=lampu",
             "/workspace/search?q=pasar", "/workspace/offices?x=dinas")  # fmt: skip

    def look() -> list[str]:
        return [without_tokens(client.get(page).content.decode()) for client in watching for page in pages]

    before = look()
    about = received(target=state.city.pk, accused=(state.transport.pk,), text="Lampu di pasar: pungutan liar")[0]
    with databases.role("owner"):
        from tuntas.reports.models import ReportUnit

        ReportUnit.objects.create(report=about, unit=state.transport, part="LEAD", since=MONDAY)
    for seen, was in zip(look(), before, strict=True):
        assert seen == was


@database
@pytest.mark.threat("T-COUNT")
def test_a_hidden_report_and_none_get_the_same_answer():
    """Status, length, headers and words, for each way in which an officer may ask for a number."""
    stage = set_the_stage()
    attacker = next(each for each in officers(stage, "LIAISON_OFFICER") if each.relation == "accused")
    nobody = numbers.public_number()
    for way in ("/workspace/reports/{}/", "/workspace/reports/{}/letter", "/workspace/search?q={}", "/laporan/{}"):
        hidden, none = (attacker.client.get(way.format(number)) for number in (stage.about.number, nobody))
        same = [without_tokens(answer.content.decode()).replace(number, "N").replace(numbers.spell_number(number), "N")
                for answer, number in ((hidden, stage.about.number), (none, nobody))]  # fmt: skip
        assert hidden.status_code == none.status_code
        assert same[0] == same[1]
        assert set(hidden.headers) == set(none.headers)


@database
@pytest.mark.slow
@pytest.mark.threat("SR-01")
def test_a_file_opens_only_by_a_link_that_was_signed_for_it(settings):
    """As everybody, on both origins, with no permit, another's, a broken and an old one: one and the same 404."""
    stage = set_the_stage()
    host = settings.FILES_ORIGIN.partition("://")[2]
    path = f"/berkas/{stage.file.uuid}"
    attackers = [*strangers(stage), *officers(stage, "LIAISON_OFFICER")]
    good = parse_qs(urlsplit(link_of(stage.file)).query)["izin"][0]
    named = signing.loads(good, salt=files.SALT)
    foreign = [signing.dumps([named[0], named[1], stage.other.pk, *named[3:]], salt=files.SALT),
               signing.dumps([str(stage.file.pk), *named[1:]], salt=files.SALT),
               signing.dumps([*named[:3], "another visit"], salt=files.SALT),
               signing.dumps(named, salt="tuntas"), good[:-2], "", "x" * 5000]  # fmt: skip
    bodies = set()
    for attacker in attackers:
        assert attacker.client.get(path, {"izin": good}).status_code == 404  # not beside a session
        for permit in foreign:
            answer = attacker.client.get(path, {"izin": permit}, headers={"Host": host})
            assert answer.status_code == 404
            bodies.add(without_tokens(answer.content.decode()))
        for guess in (f"/media/{stage.file.key}", f"/berkas/{stage.file.key}", f"/static/{stage.file.key}"):
            assert attacker.client.get(guess, headers={"Host": host}).status_code == 404
    assert len(bodies) == 1
    opened = attackers[0].client.get(path, {"izin": good}, headers={"Host": host})
    assert opened.status_code == 200
    assert b"".join(opened)


@database
@pytest.mark.threat("SR-02")
def test_a_file_of_somebody_else_is_not_hung_on_ones_own_report(client):
    """Naming another's file in a form, in whichever word: it stays where it is."""
    stage = set_the_stage()
    named = {name: value for name in ("attachment", "attachments", "file", "files", "photos", "kept", "held", "upload", "drop")
             for value in (str(stage.file.uuid),)}  # fmt: skip
    answer = client.post("/lapor/terkirim", typed() | named)
    assert answer.status_code == 200
    entered(stage.other_code).post("/bantuan/catatan", {"act": "add_details", "text": "Tambahan", **named})
    with databases.role("owner"):
        assert list(Attachment.objects.values_list("pk", "report_id")) == [(stage.file.pk, stage.report.pk)]


@database
@pytest.mark.slow
@pytest.mark.threat("SR-02", "SR-03")
def test_a_waiting_upload_belongs_to_the_form_that_brought_it(client):
    """The key of a form is a UUID by lot: another form's key is not guessed, and a broken one finds nothing."""
    the_state()
    key = typed()["key"]
    client.post("/lapor", typed(key=key, photos=a_photo()))
    for other in ("", "1", "../" + key, key[:-1] + ("0" if key[-1] != "0" else "1"), key.replace("-", "") + "0"):
        client.post("/lapor/terkirim", typed(key=other))
    with databases.role("owner"):
        assert not Attachment.objects.exists()


@database
@pytest.mark.slow
@pytest.mark.threat("SR-57")
def test_a_merged_report_shows_no_more_of_the_other_than_its_reader_may_see():
    """Who follows a secret report reads its state alone; its own words are nowhere on the page, nor its number's page."""
    state = the_state()
    carrier, _receipt = received(target=state.city.pk, text=SECRET_WORDS, is_confidential=True)
    mine, receipt = received(target=state.city.pk, text="Obat habis di puskesmas kami")
    as_(state.as_admin, merging.merge, mine, into=carrier, at=MONDAY)
    page = entered(receipt.code).get("/bantuan/catatan").content.decode()
    assert SECRET_WORDS not in page
    assert f'href="/laporan/{carrier.number}"' not in page


@database
@pytest.mark.threat("SR-16")
@pytest.mark.parametrize("sly", ["' OR 1=1 --", "'; SELECT pg_sleep(5); --", "\\'; DROP TABLE x; --", "%' UNION SELECT number FROM reports_report --",
                                 "a & !b | (c", "'':*", "a <-> b", "$$;$$", "{1,2}", "%s%s%n", "\\", "*"])  # fmt: skip
def test_words_of_a_search_are_only_words(client, sly):
    """Both searches take statements, operators of text search and wildcards for words, and find nothing by them."""
    stage = set_the_stage()
    officer = next(each for each in officers(stage, "LIAISON_OFFICER") if each.relation == "own").client
    for who, address, name in (
        (client, "/laporan", "kata"),
        (officer, "/workspace/search", "q"),
        (officer, "/workspace/offices", "q"),
    ):
        answer = who.get(address, {name: sly})
        assert answer.status_code == 200
        assert stage.about.number not in answer.content.decode()
    for name in ("keadaan", "kategori", "instansi", "sebelum"):
        assert client.get("/laporan", {name: sly}).status_code == 200


@pytest.mark.threat("SR-14", "SR-32")
@pytest.mark.parametrize(
    "sly", ["a\r\nBcc: all@evil.example", "a\nX-Tuntas: 1", "a\x00", "a\u2028b", "\u202ea", "a\x7f", "a\x0bb"]
)
@pytest.mark.parametrize("field", ["to", "subject", "provider_id"])
def test_nothing_with_a_line_break_reaches_a_header(sly, field):
    facts = {
        "to": ("warga@example.test",),
        "subject": "Kabar",
        "text": "Halo",
        "provider_id": "n-1",
        "written_at": datetime.now(UTC),
    }
    facts[field] = (f"warga@example.test{sly}",) if field == "to" else sly
    with pytest.raises(NotDelivered) as refused:
        Email(Server.at("smtp://127.0.0.1:9"), sender="tuntas@example.test").compose(Letter(**facts))
    assert refused.value.permanent


@database
@pytest.mark.slow
@pytest.mark.threat("SR-14", "SR-32", "T-NOTIF-LEAK")
def test_no_word_of_the_reporter_stands_in_what_is_mailed():
    """Name, text and place of a person stay out of every notice: a subject is ours alone, and so is the sender."""
    from tuntas.notices.models import Notice

    state = the_state()
    sly = "Klik https://evil.example sekarang"
    report, _receipt = received(target=state.city.pk, text=sly, place=sly, person=a_person(name=sly), is_anonymous=True)
    with databases.role("owner"):
        params = [str(params) for params in Notice.objects.filter(report=report).values_list("params", flat=True)]
    assert params
    assert not [each for each in params if "evil" in each]


@pytest.mark.threat("SR-15", "T-EXPORT")
@given(st.lists(st.text(), min_size=1), st.sampled_from(["=", "+", "-", "@", "\t", "\r"]))
def test_no_cell_is_taken_for_a_formula(cells, trigger):
    """Whatever is written, read back by the csv module: no cell begins with what a spreadsheet would run."""
    out = StringIO()
    csv.writer(out).writerow([harmless(cell) for cell in (*cells, trigger + cells[0])])
    read = next(csv.reader(StringIO(out.getvalue(), newline="")))
    assert not [cell for cell in read if cell[:1] in {"=", "+", "-", "@", "\t", "\r"}]


WRITES_TABLES = {"tuntas/operations/importing/refused_rows.py", "tuntas/operations/importing/synthetic.py"}


@pytest.mark.threat("SR-15", "T-EXPORT")
def test_every_writer_of_tables_is_known_and_none_opens_an_identity():
    """A new exporter must guard its cells as `refused_rows` does, and be named here."""
    writers = {
        file.relative_to(SOURCE).as_posix()
        for file in SOURCE.rglob("*.py")
        if re.search(r"csv\.(?:writer|DictWriter)|xlsxwriter|openpyxl", file.read_text(encoding="utf-8"))
    }
    assert writers == WRITES_TABLES
    for name in WRITES_TABLES:
        assert "identity" not in (SOURCE / name).read_text(encoding="utf-8")


@pytest.mark.threat("SR-17", "SR-19", "SR-40")
def test_nothing_of_ours_calls_out_and_nothing_runs_what_comes_in():
    """No client for addresses is imported outside the mail channel, and what looks whether our own site and mail server answer."""
    allowed = {"tuntas/channels/email.py", "tuntas/operations/supervisor.py", "tuntas/operations/doctor.py"}
    # To the one address that the operator set.
    allowed |= {"tuntas/reports/storing_s3.py", "tuntas/channels/clamd.py", "tuntas/accounts/oidc.py"}
    allowed |= {
        "tuntas_verify/public.py"
    }  # to the log that somebody at a terminal names; no page imports it (contract)
    allowed |= {"tuntas/channels/webpush.py"}  # to hosts that the operator named, at public addresses alone
    wrong = []
    for file in SOURCE.rglob("*.py"):
        name = file.relative_to(SOURCE).as_posix()
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            modules = [alias.name for alias in node.names] if isinstance(node, ast.Import) else \
                [node.module or ""] if isinstance(node, ast.ImportFrom) else []  # fmt: skip
            wrong += [f"{name}: {module}" for module in modules if module.split(".")[0] in RUNS
                      or (name not in allowed and module in CALLS)]  # fmt: skip
    assert wrong == []


CALLS = {
    "urllib.request",
    "http.client",
    "requests",
    "httpx",
    "aiohttp",
    "smtplib",
    "ftplib",
    "telnetlib",
    "boto3",
    "urllib3",
}
RUNS = {"pickle", "marshal", "shelve", "dill", "yaml", "jinja2", "mako", "code", "codeop"}


@pytest.mark.threat("T-CODE-ENTROPY")
def test_a_secret_code_holds_enough_chance_to_need_no_slow_hash():
    """23 characters of 32: 115 bits; the last one only checks. Derived by a key of 256 bits."""
    assert (numbers.CODE_LENGTH - 1) * (len(numbers.CODE_ALPHABET).bit_length() - 1) >= 112
    made = {numbers.secret_code(secrets.token_bytes(32), str(n)) for n in range(2000)}
    assert len(made) == 2000
    for place in range(numbers.CODE_LENGTH - 1):
        assert len({code[place] for code in made}) == len(numbers.CODE_ALPHABET)


@database
@pytest.mark.threat("T-NEUTRAL")
def test_the_reporters_page_says_nothing_to_who_looks_over_a_shoulder():
    """Title, address and icon of the way in are those of any page of help; the history of the browser tells nothing."""
    stage = set_the_stage()
    page = entered(stage.code).get("/bantuan/catatan")
    title = re.search(r"<title>(.*?)</title>", page.content.decode(), re.DOTALL)
    assert title is not None
    assert stage.report.number not in title[1]
    assert "gudang" not in title[1].lower()
    assert "no-store" in page["Cache-Control"]
