"""T-DUMP-CANARY, T-LOG-CANARY, T-CODE-NOWHERE, T-NOTIF-LEAK, T-ERR: after a walk through the real product nothing of what
people trusted to it stands anywhere that a thief, a log reader or an administrator of the database could look.

Searched: both databases as pg_dump writes them, the cluster's own files with the write-ahead log, every log, the folder
of files, the letters, and all addresses; plain, encoded and packed (tests/security/canary.py). Allowed: the reporter's
own address in the envelope and the To line of a letter to that person, and the pages of the reporter's own browser.
"""

import os
import stat
import subprocess
import threading
from collections.abc import Iterator
from email import policy
from email.parser import BytesParser
from uuid import uuid4

import pytest

from tests.security.canary import Hit, Searcher
from tests.security.installation import DATABASES, STORY, WORD, Installation
from tests.security.tour import FAULTY
from tests.security.visiting import Visitor
from tuntas.operations.databases import CASE

pytestmark = [pytest.mark.drill, pytest.mark.timeout(600), pytest.mark.xdist_group("installation")]
OWN = ("levies", "named", "anonymous")


def secrets_of(product: Installation) -> Searcher:
    """The canaries, the secret codes as shown and as typed, and the sessions of everybody."""
    codes = [spelling for _number, code in product.receipts.values() for spelling in (code, code.replace("-", ""))]
    sessions = [
        visitor.cookies["session"]
        for visitor in product.people.values()
        if len(visitor.cookies.get("session", "")) > 16
    ]
    assert len(codes) == 2 * len(OWN)
    assert sessions
    return Searcher([WORD], [*codes, *sessions])


def told(hits: Iterator[Hit]) -> list[str]:
    return [str(hit)[:300] for hit in hits]


@pytest.mark.threat("T-DUMP-CANARY", "T-CODE-NOWHERE")
@pytest.mark.parametrize("database", DATABASES)
def test_a_dump_holds_nothing_that_was_trusted_to_us(product, database):
    """The case database; and the vault's without its key, which lies in no database."""
    dump = product.dump(database)
    assert len(dump) > 5_000
    assert told(secrets_of(product).in_bytes(dump, database)) == []


@pytest.mark.threat("T-DUMP-CANARY")
def test_the_files_of_the_cluster_and_its_log_of_changes_hold_nothing(product):
    """What a stolen disk shows: tables, indexes, dead rows and the write-ahead log."""
    with product.here.look("postgres") as admin:
        admin.execute("CHECKPOINT")
    assert told(secrets_of(product).in_folder(product.here.data.cluster, plain=True)) == []


@pytest.mark.threat("T-LOG-CANARY", "T-NOLOG", "SR-41", "T-CODE-NOWHERE")
def test_no_log_holds_anything_even_of_what_failed(product):
    logs = [product.here.data.logs, product.root / "supervisor.log"]
    searcher = secrets_of(product)
    assert sum(path.stat().st_size for path in logs[0].iterdir()) > 1000
    assert told(searcher.in_folder(logs[0])) + told(searcher.in_file(logs[1])) == []


@pytest.mark.threat("T-LOG-CANARY", "T-NOLOG")
def test_no_log_holds_the_address_or_browser_of_a_reporter(product):
    """A visit by another loopback address and with an unusual browser is written nowhere."""
    agent = f"Penjelajah-{uuid4().hex}"
    for path in ("/lapor", "/lacak", "/bantuan/catatan"):
        subprocess.run(["curl", "-s", "-o", os.devnull, "--interface", "127.0.0.77", "-A", agent, f"http://127.0.0.1:{product.port}{path}"], check=False)  # fmt: skip
    searcher = Searcher([agent, "127.0.0.77"])
    assert told(searcher.in_folder(product.here.data.logs)) == []


@pytest.mark.threat("T-DUMP-CANARY", "T-EXIF")
def test_the_folder_of_files_holds_nothing_in_the_clear(product):
    media = product.here.data.media
    assert any(path.is_file() for path in media.rglob("*"))
    assert told(secrets_of(product).in_folder(media)) == []


@pytest.mark.threat("T-NOTIF-LEAK", "T-CODE-NOWHERE", "SR-32")
def test_a_letter_holds_no_more_than_the_address_of_whom_it_is_for(product):
    searcher, letters = secrets_of(product), list((product.outbox / "new").iterdir())
    assert letters
    for path in letters:
        mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        body = mail.get_body(preferencelist=("plain",))
        shown = {name: value for name, value in mail.items() if name.lower() not in ENVELOPE}
        assert told(searcher.in_bytes(f"{shown} {body.get_content() if body else ''}".encode(), path.name)) == []
        assert "kenari" not in path.name


ENVELOPE = {"to", "x-rcptto", "x-peer", "x-mailfrom", "delivered-to", "x-envelope-to"}


@pytest.mark.threat("T-NOTIF-LEAK")
def test_a_letter_about_a_protected_report_names_neither_office_nor_matter(product):
    for path in (product.outbox / "new").iterdir():
        mail = BytesParser(policy=policy.default).parsebytes(path.read_bytes())
        number = product.receipts["levies"][0]
        text = mail.get_body(preferencelist=("plain",)).get_content()
        if number in "".join(filter(str.isdigit, text)) and "kenari" in str(mail["To"]):
            for word in ("pendidikan", "sekolah", "iuran", "levi"):
                assert word not in f"{mail['Subject']} {text}".lower()


@pytest.mark.threat("T-CODE-NOWHERE", "SR-44")
def test_no_address_that_anybody_was_led_to_holds_a_secret(product):
    """What an attacker typed into a search is theirs; nobody was led there."""
    addresses = "\n".join(
        f"{answer.address} {answer.headers.get('Location', '')}"
        for visitor in product.people.values()
        for answer in visitor.seen
        if "/search?q=" not in answer.address
    )
    assert told(secrets_of(product).in_bytes(addresses.encode())) == []


@pytest.mark.threat("T-DUMP-CANARY", "SR-05")
def test_no_page_but_the_reporters_own_shows_who_it_was(product):
    """Every page that officers, the public and guessers were shown on the tour; the text is theirs who handle it."""
    searcher = Searcher([f"{WORD} Siti", f"{WORD}.siti", f"{WORD} artist", f"{WORD} comment"])
    for name, visitor in product.people.items():
        if name in OWN or name.startswith("faults"):
            continue
        for answer in visitor.seen:
            assert told(searcher.in_bytes(answer.body, f"{name} {answer.address}")) == []


@pytest.mark.threat("T-ERR", "SR-13")
def test_faults_answer_with_the_same_words_whatever_broke(product):
    """Three tables were missing for a moment: each page that failed said the same, and nothing of the inside."""
    failed = [answer for visitor in product.people.values() for answer in visitor.seen if answer.status >= 500]
    assert failed
    for answer in failed:
        assert "Traceback" not in answer.text
        assert not [word for word in (*FAULTY, "SELECT", "psycopg", "relation", "/src/") if word in answer.text]
        assert "Terjadi kesalahan" in answer.text or "di pihak kami" in answer.text, answer.text[:500]


@pytest.mark.threat("T-LOG-CANARY", "T-DUMP-CANARY")
def test_a_planted_leak_is_found(product, tmp_path):
    """The control: one line in a log and one row in a table, found by the same search."""
    searcher = secrets_of(product)
    (tmp_path / "web.log").write_text(f"INFO intake from {WORD} Siti\n")
    assert told(searcher.in_folder(tmp_path))
    with product.here.look(CASE) as admin:
        admin.execute("CREATE TABLE planted_leak AS SELECT %s::bytea AS note", [STORY.encode()])
    try:
        assert told(searcher.in_bytes(product.dump(CASE)))
        with product.here.look("postgres") as admin:
            admin.execute("CHECKPOINT")
        assert told(searcher.in_folder(product.here.data.cluster, plain=True))
    finally:
        with product.here.look(CASE) as admin:
            admin.execute("DROP TABLE planted_leak")


@pytest.mark.threat("SR-43", "SR-49")
def test_files_are_for_their_owner_and_secrets_for_one_process_each(product):
    """Nothing of the installation's secrets, keys and files can be read by others; the web's user reads no vault key."""
    data, users = product.here.data, product.here.cluster.accounts
    for path in (*data.secrets.iterdir(), *data.vault.rglob("*"), *data.media.rglob("*")):
        if path.is_file() and not path.name.endswith("-public"):
            assert stat.S_IMODE(path.stat().st_mode) & 0o007 == 0, path
    if users.separate:
        for path in data.vault.rglob("*"):
            assert not users.web.can_read(path), path
        for name in ("database-owner", "database-admin", "database-vault"):
            if (path := data.secret(name)).is_file():
                assert not users.web.can_read(path), path


@pytest.mark.threat("SR-58")
def test_the_same_form_fifty_times_at_once_is_one_report_and_one_receipt(product):
    key, numbers, lock = str(uuid4()), [], threading.Lock()
    told_ = {
        "key": key,
        "text": "Jalan berlubang di depan SD Contoh, sedalam lutut.",
        "place": "SD Contoh",
        "target": "-",
    }

    def send() -> None:
        visitor = Visitor(product.port)
        visitor.get("/lapor")
        answer = visitor.post("/lapor/terkirim", told_)
        with lock:
            numbers.append((answer.status, answer.text.partition('id="secret">')[2][:29]))

    threads = [threading.Thread(target=send) for _n in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(numbers) == 50
    assert len(set(numbers)) == 1
    assert numbers[0][0] == 200


@pytest.mark.threat("SR-52")
def test_a_request_of_two_lengths_is_refused(product):
    import socket

    for head in (
        "Content-Length: 5\r\nTransfer-Encoding: chunked",
        "Content-Length: 5\r\nContent-Length: 6",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    ):
        with socket.create_connection(("127.0.0.1", product.port), timeout=10) as line:
            line.sendall(
                f"POST /lacak HTTP/1.1\r\nHost: localhost:{product.port}\r\n{head}\r\n\r\n0\r\n\r\nGET /laporan HTTP/1.1\r\nHost: x\r\n\r\n".encode()
            )
            line.settimeout(3)
            got = b""
            try:
                while more := line.recv(65536):
                    got += more
            except TimeoutError:
                pass
        assert got.count(b"HTTP/1.1 200") == 0, head
