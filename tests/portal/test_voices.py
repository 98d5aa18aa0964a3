"""A report that is spoken: nothing need be written, its handlers alone hear it, and what they hear they write down."""

import re
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests import databases
from tests.factories import as_
from tests.portal.test_reporting import a_photo, hidden_of, said
from tests.reports.voices import voice
from tuntas.access.actors import PUBLIC, acting
from tuntas.followup import listening
from tuntas.intake.submissions import spoken_words
from tuntas.kernel.refusals import Incomplete
from tuntas.portal import filing, waiting
from tuntas.reports import publishing, sounds
from tuntas.reports.attaching import Upload
from tuntas.reports.models import Attachment, Report
from tuntas.web import files
from tuntas.workspace.queries import reports_with

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R000-26")]


def spoken(way: str = "webm") -> SimpleUploadedFile:
    return SimpleUploadedFile(f"suara.{way}", voice(way), f"audio/{way};codecs=opus")


def speak(client, **more) -> Report:
    """The two steps without scripts, with a recording and no word; the report that stands in the register."""
    step = client.post("/lapor", {"key": str(uuid4()), "text": "", "voice": spoken(), **more})
    assert "Suara Anda ikut terkirim" in said(step), said(step)
    client.post("/lapor/terkirim", hidden_of(said(step)))
    with databases.role("owner"):
        return Report.objects.select_related("text").get()


def test_a_report_may_be_spoken_and_then_needs_no_word(client, state):
    report = speak(client)

    with databases.role("owner"):
        [kept] = report.attachments.all()
        assert report.text.body == spoken_words()
    assert (kept.media_type, kept.by, kept.is_public) == ("audio/mpeg", "REPORTER", False)


def test_neither_written_nor_spoken_is_still_empty(client, state):
    """Scripts say that a recording is on its way; the last step looks whether it came."""
    key = str(uuid4())
    assert "Laporan Anda masih kosong" in said(client.post("/lapor", {"key": key, "text": " "}))
    assert client.post("/lapor", {"key": key, "text": "", "spoken": "1"}).status_code == 200
    assert "Laporan Anda masih kosong" in said(client.post("/lapor/terkirim", {"key": key, "text": "", "spoken": "1"}))


@pytest.mark.parametrize(
    ("file", "why"),
    [
        (a_photo("suara.jpg"), "tidak ada rekaman suara"),
        (SimpleUploadedFile("suara.webm", voice("webm")[:200], "audio/webm"), "rusak"),
        (SimpleUploadedFile("surat.txt", b"halo", "audio/webm"), "tidak bisa kami tampilkan"),
    ],
    ids=["a photo", "a recording cut off", "a text"],
)
def test_what_is_no_recording_is_refused_beside_the_recorder_and_the_text_is_kept(client, state, file, why):
    page = said(client.post("/lapor", {"key": str(uuid4()), "text": "Jalan berlubang", "voice": file}))
    group = page[page.index("id_voice_error") : page.index("id_photos")]
    assert why in group
    assert "Jalan berlubang" in page


def test_a_voice_note_is_a_sound_and_at_most_three_minutes_also_when_it_was_sent_ahead(monkeypatch, settings):
    upload = Upload(name="suara.webm", data=voice("webm"))
    assert filing.look(upload, is_voice=True).media_type == "audio/mpeg"
    monkeypatch.setattr(filing, "LONGEST_VOICE", 0)
    monkeypatch.setattr(filing, "TOLERANCE", 0.5)
    with pytest.raises(Exception, match="panjang"):
        filing.look(upload, is_voice=True)
    assert filing.look(upload, is_voice=False)  # as evidence it may be longer
    monkeypatch.setattr(sounds, "LONGEST", 0.5)
    with pytest.raises(Exception, match="panjang"):
        filing.look(upload, is_voice=False)


def test_only_the_form_may_use_the_microphone(client, state):
    assert "microphone=(self)" in client.get("/lapor")["Permissions-Policy"]
    assert "microphone=(self)" in client.get("/lapor/luring")["Permissions-Policy"]
    assert "microphone=()" in client.get("/")["Permissions-Policy"]


@pytest.mark.threat("T-HOSTILE-CORPUS")
def test_an_officer_hears_it_from_the_files_origin_and_everybody_else_hears_nothing(client, state, settings):
    report = speak(client)
    actor = state.as_national
    with acting(actor):
        attachment = report.attachments.get()
        address = files.address(attachment, private=True)
    path = address.removeprefix(settings.FILES_ORIGIN)
    whole = client.get(path, headers={"host": "files.localhost"})
    data = b"".join(whole)

    assert (whole["Content-Type"], whole["Content-Security-Policy"]) == ("audio/mpeg", "default-src 'none'; sandbox")
    part = client.get(path, headers={"host": "files.localhost", "range": "bytes=10-19"})
    assert (part.status_code, part["Content-Range"]) == (206, f"bytes 10-19/{len(data)}")
    assert part.content == data[10:20]
    assert client.get(path.partition("?")[0], headers={"host": "files.localhost"}).status_code == 404
    with acting(PUBLIC):
        assert not Attachment.objects.exists()


def test_what_an_officer_heard_is_written_down_found_and_read_by_the_reporter(client, state):
    report = speak(client)
    by = state.as_national
    as_(by, listening.transcribe, report, text="Lampu di depan Balai Merpati padam sejak Senin.")
    as_(by, listening.transcribe, report, text="Lampu di depan Balai Merpati padam sejak Selasa.")

    with acting(by):
        told = publishing.read(Report.objects.get(pk=report.pk))["body"]
        assert reports_with("merpati selasa").ids == [report.pk]
    assert told == f"{listening.MARK}\nLampu di depan Balai Merpati padam sejak Selasa."
    with pytest.raises(Incomplete):
        as_(by, listening.transcribe, report, text=" ")


def test_a_report_without_a_recording_has_nothing_to_write_down(client, state):
    client.post("/lapor/terkirim", {"key": str(uuid4()), "text": "Jalan berlubang di depan pasar."})
    with databases.role("owner"):
        report = Report.objects.get()
    with pytest.raises(Incomplete):
        as_(state.as_national, listening.transcribe, report, text="Sesuatu.")


def test_a_recording_that_went_ahead_waits_under_its_true_type(client, state):
    key = UUID(int=7)
    waiting.keep(key, filing.look(Upload(name="suara.ogg", data=voice("ogg"), media_type="video/ogg"), is_voice=True))
    assert filing.are_spoken(waiting.held(key))
    assert re.search("audio/", waiting.held(key)[0].media_type)
