"""The public log as visitors, reporters and outside tools meet it."""

import html as entities
import re
import subprocess
import sys
import zipfile
from io import BytesIO
from uuid import uuid4

import pytest
from django.conf import settings

from tests import databases
from tests.factories import a_report, received
from tests.portal.conftest import code_on
from tests.public_log import sequence, superuser
from tuntas.kernel import numbers
from tuntas.ledger import anchoring, handing_out, proving, signing
from tuntas.ledger.models import Leaf
from tuntas.reports.states import State
from tuntas_verify.command import main
from tuntas_verify.leaves import spell_mark, unbundle
from tuntas_verify.merkle import leaf_hash
from tuntas_verify.notes import Key, opened
from tuntas_verify.proofs import Proof

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]
LOG = "/transparansi/log"


@pytest.fixture(autouse=True)
def _kept_heads(settings, tmp_path):
    settings.ANCHORS = settings.ANCHOR_FOLDER = tmp_path / "anchors"


def said(response) -> str:
    return entities.unescape(response.content.decode())


def keep_today() -> None:
    with databases.role("worker"):
        anchoring.keep_today()


def log_in_a_folder(client, folder, size: int) -> None:
    """Every file of the log, as a mirror fetches it."""
    from tuntas_verify.tiles import ENTRIES, tile_at, tiles_of

    tiles = tiles_of(size)
    bundles = [tile_at(ENTRIES, tile.index, size) for tile in tiles if tile.level == 0]
    days = client.get(f"{LOG}/anchors/index.txt").content.decode().split()
    names = ["checkpoint", "key", "anchors/index.txt", *(f"anchors/{day}" for day in days)]
    for name in [*names, *(tile.path for tile in [*tiles, *bundles])]:
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        response = client.get(f"{LOG}/{name}")
        assert response.status_code == 200, name
        target.write_bytes(response.content)


def test_the_files_of_the_log_are_served_as_outside_tools_expect(client):
    a_report(State.RESOLVED)
    size = sequence()

    head = client.get(f"{LOG}/checkpoint")
    key = Key.parse(client.get(f"{LOG}/key").content.decode())
    tile = client.get(f"{LOG}/tile/0/000.p/{size}")
    entries = client.get(f"{LOG}/tile/entries/000.p/{size}")

    assert opened(head.content.decode(), [key]).size == size
    assert head["Content-Type"] == "text/plain; charset=utf-8"
    assert "max-age=3" in head["Cache-Control"]
    assert [leaf_hash(entry) for entry in unbundle(entries.content)] == [
        tile.content[at : at + 32] for at in range(0, len(tile.content), 32)
    ]
    for response in (tile, entries):
        assert response["Content-Type"] == "application/octet-stream"
        assert "immutable" in response["Cache-Control"]
        assert not response.cookies
    assert client.get(f"{LOG}/tile/0/000.p/{size - 1}").content == tile.content[:-32]
    for path in (f"0/000.p/{size + 1}", "0/000", "1/000.p/1", "0/001", "0/0", "entries/000", "entries/-01", "x/000"):
        assert client.get(f"{LOG}/tile/{path}").status_code == 404, path


def test_nothing_of_a_report_can_be_read_from_the_log(client):
    """An entry is version, table, id, a mark and a commitment under a salt: no two equal rows look alike."""
    for _report in range(2):
        received(text="the very same words", is_anonymous=True)
    size = sequence()

    packed = unbundle(client.get(f"{LOG}/tile/entries/000.p/{size}").content)

    assert len({entry[10:] for entry in packed}) == size
    with superuser() as root:
        salts = [bytes(salt) for (salt,) in root.execute("SELECT salt FROM ledger_leaf")]
    everything = b"".join(client.get(f"{LOG}/{name}").content for name in ("checkpoint", f"tile/entries/000.p/{size}"))
    assert not [salt for salt in salts if salt in everything]


def test_a_receipt_shows_its_mark_and_the_page_finds_it(client, state):
    story = {"key": str(uuid4()), "text": "Lampu jalan mati di depan pasar, gelap.", "place": "Pasar Contoh"}
    page = client.post("/lapor/terkirim", story | {"target": "", "report_type": "COMPLAINT"})
    shown = re.search(r'<span class="code code--long">([0-9a-f ]{39})</span>', said(page))[1]
    code = numbers.parse_code(code_on(said(page)))
    assert shown == spell_mark(proving.mark_on_receipt(numbers.lookup_digest(settings.CODE_KEY, code)))

    assert "Tidak ada nomor dengan tanda ini" in said(client.post("/transparansi", {"mark": shown}))
    sequence()
    assert "dengan nomor <strong>0</strong>" in said(client.post("/transparansi", {"mark": shown}))
    wrong = client.post("/transparansi", {"mark": "<script>"})
    assert (wrong.status_code, "Itu bukan tanda" in said(wrong)) == (422, True)
    assert '"<script>' not in wrong.content.decode()


def entered(client):
    """A client that has opened its own report with the code, and the report."""
    report, receipt = received()
    client.post("/lacak", {"code": receipt.code})
    return report, receipt


def test_a_reporter_downloads_a_proof_that_needs_nobody(client, tmp_path, capsys):
    report, receipt = entered(client)
    assert client.get("/bantuan/catatan/bukti").status_code == 404
    assert "dalam satu menit" in said(client.get("/bantuan/catatan"))
    size = sequence()

    answer = client.get("/bantuan/catatan/bukti")
    proof = Proof.parse(answer.content.decode())
    key = Key.parse(client.get(f"{LOG}/key").content.decode())

    assert "nomor <strong>0</strong>" in said(client.get("/bantuan/catatan"))
    assert "no-store" in answer["Cache-Control"]
    assert proof.check(proof.entry().hash, [key]).size == size
    assert proof.content()["report_number"] == report.number
    assert receipt.code not in answer.content.decode()
    (tmp_path / "bukti.tlog-proof").write_bytes(answer.content)
    assert main(["--receipt", str(tmp_path / "bukti.tlog-proof"), "--key", str(key)]) == 0
    assert report.number in capsys.readouterr().out


@pytest.mark.threat("T-TAMPER")
def test_a_deleted_report_is_proved_by_the_citizens_file(client, tmp_path, capsys):
    """The operator takes the report out of everything and signs a new log: the file still says that it was there."""
    received()
    entered(client)
    sequence()
    (tmp_path / "bukti").write_bytes(client.get("/bantuan/catatan/bukti").content)
    key = client.get(f"{LOG}/key").content.decode()
    with superuser() as root:
        for table in ("ledger_leaf", "ledger_tile", "ledger_checkpoint", "ledger_position"):
            root.execute(f"DELETE FROM {table}")
        last = root.execute("SELECT max(report_id) FROM reports_event").fetchone()[0]
        root.execute("DELETE FROM reports_event WHERE report_id = %s", [last])
    (settings.ANCHORS / "newest-head.txt").unlink()
    received()
    size = sequence()
    log_in_a_folder(client, tmp_path / "log", size)

    assert main([str(tmp_path / "log"), "--key", key]) == 0  # by itself the new log is whole
    assert main([str(tmp_path / "log"), "--key", key, "--receipt", str(tmp_path / "bukti")]) == 1
    assert "no longer holds" in capsys.readouterr().out


def test_public_and_own_pages_show_the_numbers_of_their_entries(client):
    report = a_report(State.IN_PROGRESS)
    sequence()
    with databases.role("owner"):
        shown = {leaf.number: leaf.row_id for leaf in Leaf.objects.all()}

    page = said(client.get(f"/laporan/{report.number}"))

    found = {int(number) for number in re.findall(r"No\. (\d+) dalam catatan publik", page)}
    with databases.role("owner"):
        from tuntas.reports.models import Event

        public = {number for number, row in shown.items() if Event.objects.get(pk=row).audience == "PUBLIC"}
    assert found == public


def test_the_page_says_what_the_log_is(client):
    assert "Belum ada yang terjadi" in said(client.get("/transparansi"))
    received()
    sequence()
    keep_today()
    with databases.role("worker"):
        from tuntas.ledger.erasing import erase
        from tuntas.reports.models import Event

        with databases.role("owner"):
            event = Event.objects.first().pk
        erase(event, ground="UU 27/2022 pasal 8", decided_by="Dinas Kominfo Contoh")

    page = said(client.get("/transparansi"))

    assert "Tidak ada yang dihapus diam-diam" in page
    assert "UU 27/2022 pasal 8" in page
    assert handing_out.fingerprint() in page
    assert str(signing.every_key()[0]) in page
    assert re.search(r"/transparansi/log/anchors/\d{4}-\d\d-\d\d\.txt", page)


def test_a_mirror_is_checked_and_names_what_was_changed(client, tmp_path, capsys):
    for _report in range(3):
        received()
    size = sequence()
    keep_today()
    log_in_a_folder(client, tmp_path / "log", size)
    key = client.get(f"{LOG}/key").content.decode()
    kept = tmp_path / "kept"
    log = [str(tmp_path / "log"), "--key", key]
    assert main([*log, "--keep", str(kept)]) == 0

    bundle = tmp_path / "log" / f"tile/entries/000.p/{size}"
    whole = bundle.read_bytes()
    bundle.write_bytes(whole[:70] + bytes([whole[70] ^ 1]) + whole[71:])
    capsys.readouterr()

    assert main(log) == 1
    assert "Leaf 1 is not the one" in capsys.readouterr().out
    assert main([*log, "--keep", str(kept)]) == 1
    assert "Leaf 1 is served otherwise" in capsys.readouterr().out
    bundle.write_bytes(whole)
    (tmp_path / "log" / "checkpoint").unlink()
    assert main(log) == 2
    assert "Could not be checked" in capsys.readouterr().out


def test_the_verifier_runs_as_one_file_from_the_site(client, tmp_path):
    received()
    size = sequence()
    log_in_a_folder(client, tmp_path / "log", size)
    file = tmp_path / "tuntas-verify.pyz"
    file.write_bytes(client.get("/transparansi/tuntas-verify.pyz").content)

    done = subprocess.run(
        [sys.executable, "-I", str(file), str(tmp_path / "log")], capture_output=True, text=True, check=False, cwd="/",
        env={"LANG": "id_ID.UTF-8", "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip

    assert (done.returncode, "Tidak ada yang hilang atau diubah" in done.stdout) == (0, True), done.stdout + done.stderr
    assert handing_out.archive() == file.read_bytes()
    names = zipfile.ZipFile(BytesIO(file.read_bytes())).namelist()
    assert "__main__.py" in names
    assert "tuntas_verify/merkle.py" in names
