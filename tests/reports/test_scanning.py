"""The virus check through a real clamd, with one signature of our own; and everything that keeps it from judging."""

import io
import os
import socket
import subprocess
import threading
import time
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from django.utils import timezone

from tests import databases
from tests.factories import a_photo, a_report
from tests.portal.test_files_served import fetch, link_of
from tests.reports import samples
from tests.reports.voices import voice
from tuntas.access.actors import SYSTEM, Actor, acting
from tuntas.channels import clamd
from tuntas.channels.clamd import address_of
from tuntas.kernel.env import Misconfigured
from tuntas.reports import scanning
from tuntas.reports.attaching import Upload, attach
from tuntas.reports.models import Attachment, Report

pytestmark = [pytest.mark.slow]
ROOT = Path(__file__).resolve().parents[2]
# Harmless by agreement of all who make scanners; written in two parts, or a scanner takes this file for one.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def harmful_pdf() -> bytes:
    """A PDF whose page says what the signature below looks for."""
    pdf, out = pikepdf.new(), io.BytesIO()
    pdf.add_blank_page()
    pdf.pages[0].Contents = pdf.make_stream(b"%" + EICAR + b"\n")
    pdf.save(out)
    return out.getvalue()


@pytest.fixture(scope="module")
def daemon(tmp_path_factory):
    """A clamd on a socket of its own, which knows one thing; its process, to be stopped by a test."""
    program = subprocess.run([ROOT / "tools/clamd"], capture_output=True, text=True, check=False)
    assert program.returncode == 0, program.stderr
    place = tmp_path_factory.mktemp("clamd")
    place.chmod(0o755)
    (place / "local.ndb").write_text(f"Eicar:0:*:{EICAR.hex()}\n")
    path = place / "s"
    (place / "clamd.conf").write_text(
        f"LocalSocket {path}\nDatabaseDirectory {place}\nForeground yes\nStreamMaxLength 12M\n"
        f"TemporaryDirectory {place}\nUser {'root' if os.getuid() == 0 else ''}\n".replace("User \n", "")
    )
    process = subprocess.Popen(
        [program.stdout.strip(), "-c", place / "clamd.conf"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    address = address_of(f"unix:{path}")
    for _n in range(300):
        try:
            clamd.version(address)
            break
        except clamd.Unknown:
            assert process.poll() is None, "clamd ended"
            time.sleep(0.1)
    yield f"unix:{path}"
    process.terminate()
    process.wait(10)


def test_a_real_clamd_tells_the_harmful_from_the_clean(daemon):
    address = address_of(daemon)
    assert clamd.version(address).startswith("ClamAV ")
    assert clamd.scan(address, [b"halo", b"", b" dunia"]) == ""
    assert "Eicar" in clamd.scan(address, [EICAR[:10], EICAR[10:]])


def test_what_it_cannot_judge_is_unknown(daemon):
    with pytest.raises(clamd.Unknown, match=r"could not say|does not answer"):
        clamd.scan(address_of(daemon), [bytes(2**20)] * 14)  # more than it takes


# In the register -----------------------------------------------------------------------------------------------------


def brought(report: Report, data: bytes, name: str) -> Attachment:
    with acting(Actor.reporter_of(report.pk)):
        return attach(Report.objects.get(pk=report.pk), Upload(name=name, data=data), by=Attachment.By.REPORTER)


def judged(**more) -> int:
    with databases.role("worker"):
        return scanning.scan_some(**more)


def verdict(file: Attachment) -> str:
    with databases.role("owner"):
        return Attachment.objects.get(pk=file.pk).scan


@pytest.mark.django_db
def test_a_harmful_file_is_set_aside_and_a_clean_one_is_opened(client, daemon, settings):
    report = a_report()
    settings.CLAMD = daemon
    clean, harmful = brought(report, samples.film(), "jalan.mp4"), brought(report, harmful_pdf(), "virus.pdf")
    for file in (clean, harmful):
        assert fetch(client, link_of(file)).status_code == 404  # nobody has judged it yet

    assert judged() == 2

    assert (verdict(clean), verdict(harmful)) == ("CLEAN", "HARMFUL")
    assert fetch(client, link_of(clean)).status_code == 200
    assert fetch(client, link_of(harmful)).status_code == 404
    with acting(SYSTEM), databases.role("owner"):
        kept = Attachment.objects.get(pk=harmful.pk)
    assert (kept.key, kept.original_key) == (harmful.key, harmful.original_key)  # nothing was deleted
    assert judged() == 0


@pytest.mark.django_db
def test_while_the_daemon_is_away_nothing_is_lost_what_we_made_anew_is_open_and_it_is_asked_again(
    client, daemon, settings, tmp_path
):
    report = a_report()
    settings.CLAMD = f"unix:{tmp_path}/nobody"
    film, photo = brought(report, samples.film(), "jalan.mp4"), brought(report, a_photo().data, "foto.jpg")
    sound = brought(report, voice("ogg"), "suara.ogg")

    assert judged() == 0
    assert {verdict(file) for file in (film, photo, sound)} == {""}
    assert fetch(client, link_of(photo)).status_code == 200  # drawn anew by us
    assert fetch(client, link_of(sound)).status_code == 200  # recorded anew by us
    assert fetch(client, link_of(film)).status_code == 404

    settings.CLAMD = daemon
    assert judged(now=timezone.now() + timedelta(minutes=10)) == 3
    assert fetch(client, link_of(film)).status_code == 200


@pytest.mark.django_db
def test_pages_say_what_became_of_a_file(client, daemon, settings):
    from tests.factories import received
    from tests.portal.test_reporting import said

    report, receipt = received()
    settings.CLAMD = daemon
    brought(report, harmful_pdf(), "virus.pdf")
    client.post("/lacak", {"code": receipt.code})
    assert "Menunggu pemeriksaan virus" in said(client.get("/bantuan/catatan"))
    judged()
    page = said(client.get("/bantuan/catatan"))
    assert "Disisihkan" in page
    assert "/berkas/" not in page


@pytest.mark.django_db
def test_without_a_scanner_files_are_shown_and_nothing_is_asked(client, settings):
    settings.CLAMD = ""
    film = brought(a_report(), samples.film(), "jalan.mp4")
    assert judged() == 0
    assert fetch(client, link_of(film)).status_code == 200


@pytest.mark.parametrize("url", ["/run/clamd", "http://x", "tcp://", "unix:"])
def test_a_wrong_address_says_so(url):
    with pytest.raises(Misconfigured, match="TUNTAS_CLAMD"):
        address_of(url)


@pytest.mark.parametrize("answer", [b"", b"stream: Some words ERROR\0", b"\xff\xfe\0", b"x" * 10_000, None])
def test_a_daemon_that_talks_nonsense_or_nothing_is_unknown(answer):
    server = socket.create_server(("127.0.0.1", 0))

    def speak():
        line, _address = server.accept()
        with line:
            line.recv(100)
            if answer is None:
                time.sleep(1)
            else:
                line.sendall(answer)

    threading.Thread(target=speak, daemon=True).start()
    with pytest.raises(clamd.Unknown):
        clamd.scan(address_of(f"tcp://127.0.0.1:{server.getsockname()[1]}"), [b"x"], patience=0.5)
    server.close()
