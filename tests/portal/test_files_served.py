"""Files come from an origin of their own, to those who may see them, and never as a page."""

import pytest

from tests import databases
from tests.factories import a_photo, a_report, received
from tests.portal.test_reporting import said
from tests.workspace.officers import at_desk
from tuntas.access.actors import Actor, acting
from tuntas.followup import dialogue
from tuntas.reports.attaching import Upload, attach
from tuntas.reports.models import Attachment, Report
from tuntas.reports.states import State
from tuntas.web import files

pytestmark = pytest.mark.django_db
FILES = "files.localhost"


def proof_of(report: Report) -> Attachment:
    with databases.role("owner"):
        return Attachment.objects.filter(report=report, is_public=True).first()


def private_of(report: Report) -> Attachment:
    with acting(Actor.reporter_of(report.pk)):
        return attach(Report.objects.get(pk=report.pk), a_photo(), by=Attachment.By.REPORTER)


VISIT = "a visit"


def link_of(file: Attachment, actor: Actor | None = None) -> str:
    """The link on a page that this actor reads; the report's own reporter, who is in by the code, unless said."""
    actor = actor or Actor.reporter_of(file.report_id, VISIT)
    with acting(actor):
        if actor.kind == "reporter":
            dialogue.enter(file.report_id, VISIT)
        return files.address(file, private=True)


def fetch(client, address: str, host: str = FILES):
    answer = client.get(address.removeprefix("http://files.localhost:8000"), HTTP_HOST=host)
    answer.whole = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer


def test_a_public_photo_is_served_drawn_anew_and_without_a_cookie(client, state):
    file = proof_of(a_report(State.RESOLVED))

    answer = fetch(client, files.address(file))

    assert answer.status_code == 200
    assert answer.whole.startswith(b"\xff\xd8\xff")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Disposition"].startswith("inline")
    assert not answer.cookies
    assert len(fetch(client, files.address(file, small=True)).whole) < len(answer.whole)
    assert int(answer["Content-Length"]) == len(answer.whole)


def test_a_photo_that_the_browser_kept_may_still_be_shown_beside_our_pages(client, state):
    address = files.address(proof_of(a_report(State.RESOLVED)))
    kept = fetch(client, address)["ETag"]
    path = address.removeprefix("http://files.localhost:8000")

    answer = client.get(path, HTTP_HOST=FILES, HTTP_IF_NONE_MATCH=kept)

    assert (answer.status_code, answer["Cross-Origin-Resource-Policy"]) == (304, "cross-origin")


def test_the_files_are_on_no_other_host_and_nothing_else_is_on_theirs(client, state):
    file = proof_of(a_report(State.RESOLVED))

    assert fetch(client, files.address(file), host="localhost").status_code == 404
    for address in ("/", "/lacak", "/lapor", "/workspace/", "/static/web/app.css"):
        answer = client.get(address, HTTP_HOST=FILES)
        assert answer.status_code == 404
        assert not answer.cookies


def test_a_private_file_needs_a_link_that_its_page_has_signed(client, state):
    report = a_report(State.AWAITING_VERIFICATION)
    file = private_of(report)

    assert fetch(client, files.address(file)).status_code == 404
    answer = fetch(client, link_of(file))

    assert answer.status_code == 200
    assert answer["Cache-Control"] == "private, no-store"


def test_a_signed_link_opens_its_own_file_alone_and_for_a_quarter_of_an_hour(client, state, monkeypatch):
    report = a_report(State.AWAITING_VERIFICATION)
    one, two = private_of(report), private_of(report)
    link = link_of(one)

    assert fetch(client, link.replace(str(one.uuid), str(two.uuid))).status_code == 404
    assert fetch(client, link[:-1] + "x").status_code == 404
    monkeypatch.setattr(files, "LIFETIME", -1)
    assert fetch(client, link).status_code == 404


def test_a_photo_that_protection_hid_is_gone(client, state):
    report = a_report(State.RESOLVED)
    file = proof_of(report)
    with databases.role("owner"):
        Attachment.objects.update(is_public=False)

    assert fetch(client, files.address(file)).status_code == 404


@pytest.mark.parametrize("media_type", ["application/pdf", "video/mp4", "audio/ogg"])
def test_what_is_no_picture_is_only_ever_downloaded(client, state, media_type):
    file = proof_of(a_report(State.RESOLVED))
    with databases.role("owner"):
        Attachment.objects.filter(pk=file.pk).update(media_type=media_type)

    answer = fetch(client, files.address(file))

    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Type"] == media_type


def test_a_missing_file_is_a_plain_no(client, state):
    assert client.get("/berkas/00000000-0000-4000-8000-000000000000", HTTP_HOST=FILES).status_code == 404


def test_the_reporters_page_links_their_own_photo(client, state):
    report, receipt = received()
    private_of(report)
    assert client.post("/lacak", {"code": receipt.code}).status_code == 302

    html = said(client.get("/bantuan/catatan"))

    assert "izin=" in html
    assert "kecil=1" in html


@pytest.mark.requirement("R003-20")
@pytest.mark.threat("T-EXIF")
@pytest.mark.parametrize("protected", [{"is_anonymous": True}, {"is_confidential": True}, {}])
def test_the_name_that_a_reporter_gave_a_file_is_shown_to_whom_it_helps(client, state, protected):
    """A name can tell who took the picture: of a protected report officers get one that says nothing."""
    report = a_report(**protected)
    named = Upload(name="Foto Bu Siti.jpg", data=a_photo().data)
    with acting(Actor.reporter_of(report.pk)):
        file = attach(Report.objects.get(pk=report.pk), named, by=Attachment.By.REPORTER)
    said_to = {
        actor.kind: fetch(client, link_of(file, actor))["Content-Disposition"]
        for actor in (Actor.reporter_of(report.pk, VISIT), state.as_admin)
    }
    page = at_desk(state.as_admin).get(f"/workspace/reports/{report.number}/").content.decode()

    assert "Foto Bu Siti.jpg" in said_to["reporter"]
    assert ("Foto Bu Siti.jpg" in said_to["officer"]) is (not protected)
    assert ("Foto Bu Siti.jpg" in page) is (not protected)
    assert f"berkas-{file.pk}.jpg" in page or not protected
