"""SR-01, SR-10, SR-11: a file is had by whoever may see its report now, by nobody else, and never as a page."""

import os
from datetime import date
from pathlib import Path

import pytest

from tests import databases
from tests.factories import a_photo, a_report, an_officer, received, the_state
from tests.portal.test_files_served import VISIT, fetch, link_of
from tests.reports import samples
from tuntas.access.actors import Actor, acting
from tuntas.access.models import SecurityEntry
from tuntas.followup import dialogue
from tuntas.organizations.models import Appointment, Role
from tuntas.reports import attaching, files
from tuntas.reports.attaching import Upload, attach
from tuntas.reports.models import Attachment, Conflict, Report
from tuntas.reports.states import State
from tuntas.reports.storing import FolderStore

pytestmark = pytest.mark.django_db


def private(report: Report, **more) -> Attachment:
    with acting(Actor.reporter_of(report.pk)):
        return attach(
            Report.objects.get(pk=report.pk),
            Upload(**({"name": "foto.jpg", "data": a_photo().data} | more)),
            by="REPORTER",
        )


def refused(client) -> list[tuple[int, bytes]]:
    """What a file that never was gets: every refusal must look the same."""
    never = fetch(client, "/berkas/00000000-0000-4000-8000-00000000dead")
    return never.status_code, never.whole, dict(never.headers)


def is_refused(client, address: str) -> bool:
    answer = fetch(client, address)
    return (answer.status_code, answer.whole, dict(answer.headers)) == refused(client)


@pytest.mark.threat("SR-01")
def test_every_link_dies_for_who_may_not_see_the_report(client):
    state, report = the_state(), a_report(State.IN_PROGRESS)
    file = private(report)
    everybody = {name: actor for name, actor in vars(state).items() if name.startswith("as_")}
    sees = {}
    for name, actor in everybody.items():
        with acting(actor):
            sees[name] = Attachment.objects.filter(pk=file.pk).exists()
        answer = fetch(client, link_of(file, actor))
        assert (answer.status_code == 200) == sees[name], name
        assert sees[name] or is_refused(client, link_of(file, actor)), name
    assert set(sees.values()) == {True, False}
    for stranger in (
        Actor.reporter_of(a_report().pk, VISIT),
        Actor(kind="public", role="PUBLIC"),
        Actor(kind="system", role="SYSTEM"),
    ):
        assert is_refused(client, link_of(file, stranger)) if stranger.kind != "reporter" else True
    other = received()[0]
    with acting(Actor.reporter_of(other.pk, VISIT)):
        dialogue.enter(other.pk, VISIT)
        from tuntas.web import files as web_files

        foreign = web_files.address(file, private=True)
    assert is_refused(client, foreign)
    assert is_refused(client, web_files.address(file))


@pytest.mark.threat("SR-01")
def test_a_link_that_the_accused_keeps_dies_with_their_sight(client):
    state, report = the_state(), a_report(State.IN_PROGRESS)
    file = private(report)
    link = link_of(file, state.as_liaison)
    assert fetch(client, link).status_code == 200
    with databases.role("owner"):
        Conflict.objects.create(report=report, unit=state.works)
        Report.objects.filter(pk=report.pk).update(has_conflict=True)
    assert is_refused(client, link)
    with databases.role("owner"):  # and that it was tried stays
        assert SecurityEntry.objects.filter(kind="denied", facts__page="file").exists()


@pytest.mark.threat("SR-01")
def test_a_link_dies_with_the_appointment_the_visit_and_the_code(client):
    state, report = the_state(), a_report(State.IN_PROGRESS)
    file = private(report)
    with databases.role("owner"):
        field = an_officer("field-7", state.works, Role.FIELD_OFFICER)
    officers, reporters = link_of(file, field), link_of(file)
    assert fetch(client, officers).status_code == fetch(client, reporters).status_code == 200
    with databases.role("owner"):
        Appointment.objects.filter(pk=field.appointment).update(valid_to=date(2020, 1, 1))
    with acting(Actor.reporter_of(report.pk)):
        dialogue.leave(report.pk, VISIT)
    assert is_refused(client, officers)
    assert is_refused(client, reporters)


@pytest.mark.threat("SR-01", "SR-43")
def test_where_files_lie_no_address_leads_and_nobody_else_reads(client, settings):
    file = private(a_report())
    for host in ("localhost", "files.localhost"):
        for path in (
            f"/media/{file.key}",
            f"/berkas/{file.key}",
            f"/static/{file.key}",
            f"/{file.key}",
            f"/berkas/../{file.key}",
        ):
            assert client.get(path, HTTP_HOST=host).status_code == 404
    root = Path(settings.MEDIA_ROOT)
    for path in root.rglob("*"):
        assert path.stat().st_mode & 0o077 == 0
    assert isinstance(attaching.installed(), FolderStore)


HOSTILE = [
    '"><svg onload=alert(1)>.jpg',
    "foto\r\nSet-Cookie: a=b\r\n\r\n<html>.jpg",
    "\u202egpj.exe",
    "../../../etc/passwd\0.jpg",
    "a" * 4096 + ".jpg",
    "';DROP TABLE.jpg",
    "%0d%0aX: y.jpg",
    "con.jpg",
    "foto;filename*=UTF-8''x.html.jpg",
]


@pytest.mark.threat("SR-10", "SR-11", "SR-34")
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_data_in_header_and_page(client, name):
    report, receipt = received()
    data = samples.picture() if not name.endswith("exe") else None
    if data is None:
        with pytest.raises(Exception, match=r"."):
            files.inspect(samples.picture(), name)
        return
    file = private(report, name=name, data=data)
    answer = fetch(client, link_of(file))
    disposition = answer["Content-Disposition"]
    assert answer.status_code == 200
    assert "\r" not in disposition + file.name
    assert len(file.name) <= 111
    assert os.sep not in file.name
    assert {"X-Content-Type-Options", "Content-Security-Policy"} <= set(answer.headers)
    assert "Set-Cookie" not in answer.headers
    client.post("/lacak", {"code": receipt.code})
    page = client.get("/bantuan/catatan").content.decode()
    assert "<svg onload" not in page
    assert name not in page


@pytest.mark.threat("SR-10")
@pytest.mark.parametrize(
    "kind", ["image/svg+xml", "text/html", "application/xml", "application/pdf", "text/javascript"]
)
def test_whatever_a_row_claims_only_pictures_are_shown_in_place(client, kind):
    file = private(a_report())
    with databases.role("owner"):
        Attachment.objects.filter(pk=file.pk).update(media_type=kind)
    answer = fetch(client, link_of(file))
    assert answer["Content-Disposition"].startswith("attachment")
    assert answer["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer["X-Content-Type-Options"] == "nosniff"


@pytest.mark.threat("SR-34")
def test_a_file_cut_on_the_disk_never_looks_whole(client, settings):
    """The length is announced, and what is read breaks off with an error: no browser takes it for the file."""
    big = Upload(name="jalan.mp4", data=samples.film(frames=b"\1" * 200_000))
    report = a_report()
    file = private(report, name=big.name, data=big.data)
    path = Path(settings.MEDIA_ROOT) / file.key
    path.write_bytes(path.read_bytes()[: 33 + 65_536 + 17])
    answer = client.get(link_of(file).removeprefix("http://files.localhost:8000"), HTTP_HOST="files.localhost")
    assert int(answer["Content-Length"]) == file.size
    with pytest.raises(ValueError, match="cut off"):
        b"".join(answer.streaming_content)
