"""Files that come in parts: cut off anywhere they go on, and nobody reaches those of another form (tus 1.0)."""

import base64
import os
import time
from pathlib import Path
from uuid import uuid4

import pytest
from django.test import Client

from tests.factories import a_photo, received, the_state
from tests.portal.test_reporting import said
from tests.reports import samples
from tuntas.access.actors import Actor, acting
from tuntas.kernel.refusals import Conflict, NotFound, TooMuch
from tuntas.portal import parts, waiting
from tuntas.reports import attaching
from tuntas.reports.files import LARGEST, MOST_FILES
from tuntas.reports.models import Attachment
from tuntas.reports.troubles import UnusableFile

PHOTO = samples.picture(size=(700, 500)) + b"\0" * 200_000  # four pieces
PIECE = parts.PIECE


def begun(form, data=PHOTO, name="foto.jpg") -> parts.Part:
    return parts.begin(form, name=name, media_type="image/jpeg", length=len(data))


def cut_after(data: bytes, number: int):
    """What a line gives that breaks after so many bytes."""
    for start in range(0, number, 10_000):
        yield data[start : min(start + 10_000, number)]
    raise OSError("the line was cut")


@pytest.mark.threat("SR-02")
@pytest.mark.parametrize(
    "cut", [0, 1, *(place + off for place in range(PIECE, len(PHOTO), PIECE) for off in (-1, 0, 1)), len(PHOTO) - 1]
)
def test_cut_anywhere_it_goes_on_from_what_arrived(cut):
    form = uuid4()
    token = begun(form).token
    with pytest.raises(OSError, match="cut"):
        parts.receive(form, token, offset=0, chunks=cut_after(PHOTO, cut))
    stands = parts.find(form, token).offset
    assert cut - 10_000 < stands <= cut

    whole = parts.receive(form, token, offset=stands, chunks=[PHOTO[stands:]])

    assert whole.is_whole
    parts.finish(form, token)
    assert waiting.take(form)[0].data == PHOTO


def test_a_machine_that_died_in_the_middle_of_writing_loses_less_than_a_piece():
    form = uuid4()
    token = begun(form).token
    parts.receive(form, token, offset=0, chunks=[PHOTO[: 3 * PIECE]])
    path = next(waiting.place(form).glob("*.part"))
    stored = path.read_bytes()
    for left in range(len(stored) - 2 * PIECE, len(stored), 9_973):
        path.write_bytes(stored[:left])
        stands = parts.find(form, token).offset
        assert stands in {PIECE, 2 * PIECE}
        assert parts.receive(form, token, offset=stands, chunks=[PHOTO[stands:]]).is_whole
    parts.finish(form, token)
    assert waiting.take(form)[0].data == PHOTO


def test_a_part_from_the_wrong_place_is_told_where_it_goes_on():
    form = uuid4()
    token = begun(form).token
    parts.receive(form, token, offset=0, chunks=[PHOTO[:1000]])
    for wrong in (0, 999, 1001, len(PHOTO)):
        with pytest.raises(Conflict):
            parts.receive(form, token, offset=wrong, chunks=[b"x"])
    assert parts.find(form, token).offset == 1000
    with pytest.raises(Conflict):
        parts.finish(form, token)


def test_two_that_send_the_same_part_at_once_do_not_mix():
    form = uuid4()
    token = begun(form).token

    def meanwhile():
        with pytest.raises(Conflict):
            parts.receive(form, token, offset=0, chunks=[b"x"])
        yield PHOTO

    assert parts.receive(form, token, offset=0, chunks=meanwhile()).is_whole


def test_more_than_was_announced_and_more_than_fits_is_refused_on_the_way():
    form = uuid4()
    with pytest.raises(TooMuch):
        parts.begin(form, name="a", media_type="", length=LARGEST + 1)
    token = parts.begin(form, name="a.jpg", media_type="", length=100).token
    with pytest.raises(TooMuch):
        parts.receive(form, token, offset=0, chunks=[b"x" * 60, b"x" * 60])
    assert parts.find(form, token).offset == 60
    for _n in range(MOST_FILES - 1):
        begun(form)
    with pytest.raises(TooMuch):
        begun(form)


@pytest.mark.threat("SR-02")
def test_a_token_of_another_form_or_one_that_is_used_up_opens_nothing():
    one, other = uuid4(), uuid4()
    token = begun(one).token
    begun(other)
    assert len(base64.urlsafe_b64decode(token + "=")) == 32
    for wrong in (token + "x", "../" + token, "", "x" * 43):
        with pytest.raises(NotFound):
            parts.find(one, wrong)
    for act in (
        lambda: parts.find(other, token),
        lambda: parts.receive(other, token, offset=0, chunks=[b"x"]),
        lambda: parts.finish(other, token),
    ):
        with pytest.raises(NotFound):
            act()
    (waiting.place(one) / f"{token}.part").rename(waiting.place(other) / f"{token}.part")  # by one who reaches the disk
    with pytest.raises(NotFound):
        parts.find(other, token)


def test_a_whole_file_is_looked_at_and_its_token_is_used_up():
    form = uuid4()
    program = b"MZ" + bytes(1000)
    token = begun(form, program).token
    parts.receive(form, token, offset=0, chunks=[program])
    with pytest.raises(UnusableFile):
        parts.finish(form, token)
    with pytest.raises(NotFound):
        parts.find(form, token)
    assert waiting.held(form) == []


def test_nothing_of_it_lies_open_on_the_disk_and_what_was_given_up_is_swept(settings):
    form = uuid4()
    token = begun(form, name="KTP Siti.jpg").token
    parts.receive(form, token, offset=0, chunks=[PHOTO[:PIECE]])
    stored = b"".join(path.read_bytes() for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file())
    assert samples.CANARY not in stored
    assert b"Siti" not in stored
    long_ago = time.time() - waiting.KEPT_FOR - 60
    os.utime(waiting.place(form), (long_ago, long_ago))
    waiting.sweep()
    with pytest.raises(NotFound):
        parts.find(form, token)


# Over HTTP -----------------------------------------------------------------------------------------------------------


def coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def announce(client, key, data=PHOTO, *, to="/lapor/berkas", name="foto.jpg"):
    told = f"filename {coded(name)},filetype {coded('image/jpeg')}"
    said = {"Tuntas-Form": str(key), "Upload-Length": str(len(data)), "Upload-Metadata": told}
    return client.post(to, b"", "application/offset+octet-stream", headers=said)


def patch(client, place, key, offset, data, **more):
    return client.generic("PATCH", place, data, more.get("content_type", "application/offset+octet-stream"), headers={
        "Tuntas-Form": str(key), "Upload-Offset": str(offset)})  # fmt: skip


def head(client, place, key):
    return client.head(place, headers={"Tuntas-Form": str(key)})


@pytest.mark.django_db
def test_a_photo_that_came_in_parts_is_filed_with_the_report(client):
    the_state()
    key = uuid4()
    place = announce(client, key)["Location"]
    assert patch(client, place, key, 0, PHOTO[:100_000])["Upload-Offset"] == "100000"
    stands = head(client, place, key)
    assert (stands["Upload-Offset"], stands["Upload-Length"], stands["Cache-Control"]) == (
        "100000",
        str(len(PHOTO)),
        "no-store",
    )
    assert patch(client, place, key, 5, b"x").status_code == 409
    done = patch(client, place, key, 100_000, PHOTO[100_000:])
    assert (done.status_code, len(done["Tuntas-File"])) == (204, 32)
    assert head(client, place, key).status_code == 404

    form = {"key": str(key), "report_type": "COMPLAINT", "text": "Lampu mati.", "target": "unknown", "area": "unknown"}
    assert client.post("/lapor/terkirim", form).status_code == 200

    with acting(Actor(kind="system", role="SYSTEM")):
        pass
    from tests import databases

    with databases.role("owner"):
        file = Attachment.objects.select_related("report").get()
        assert attaching.read(file).startswith(b"\xff\xd8\xff")
    assert waiting.held(key) == []


@pytest.mark.django_db
def test_a_file_that_cannot_be_kept_is_refused_in_words(client):
    key, program = uuid4(), b"MZ" + bytes(500)
    place = announce(client, key, program)["Location"]
    no = patch(client, place, key, 0, program)
    assert no.status_code == 422
    assert "program" in no.json()["why"]


@pytest.mark.threat("SR-02")
@pytest.mark.parametrize("key", ["", "x", "00000000-0000-4000-8000-000000000007"])
def test_without_the_forms_own_key_nothing_is_there(client, key):
    mine = uuid4()
    place = announce(client, mine)["Location"]
    answers = [
        head(client, place, key),
        patch(client, place, key, 0, b"x"),
        head(client, "/lapor/berkas/" + "y" * 43, mine),
    ]
    assert {answer.status_code for answer in answers} == {404}
    assert head(client, place, mine)["Upload-Offset"] == "0"


@pytest.mark.parametrize(
    ("headers", "status"), [({"Upload-Length": "x"}, 400), ({}, 400), ({"Upload-Length": str(LARGEST + 1)}, 413)]
)
def test_an_announcement_that_makes_no_sense(client, headers, status):
    answer = client.post("/lapor/berkas", b"", "text/plain", headers=headers | {"Tuntas-Form": str(uuid4())})
    assert answer.status_code == status


def test_only_bytes_are_taken_and_only_from_our_own_pages(client):
    key = uuid4()
    place = announce(client, key)["Location"]
    assert patch(client, place, key, 0, b"x", content_type="text/plain").status_code == 415
    strict = Client(enforce_csrf_checks=True)
    assert announce(strict, key).status_code == 403
    assert patch(strict, place, key, 0, b"x").status_code == 403
    assert client.delete(place, headers={"Tuntas-Form": str(key)}).status_code == 204
    assert head(client, place, key).status_code == 404


@pytest.mark.django_db
@pytest.mark.threat("SR-02")
def test_files_of_a_message_wait_for_this_visit_alone(client):
    _report, receipt = received()
    client.post("/lacak", {"code": receipt.code})
    key = uuid4()
    place = announce(client, key, to="/bantuan/berkas")["Location"]
    assert patch(client, place, key, 0, PHOTO).status_code == 204
    stranger = Client()
    stranger.post("/lacak", {"code": received()[1].code})
    assert head(stranger, place, key).status_code == 404
    assert (
        stranger.post("/bantuan/catatan", {"act": "message_office", "text": "x", "files_key": str(key)}).status_code
        == 302
    )

    sent = client.post("/bantuan/catatan", {"act": "message_office", "text": "Ini fotonya", "files_key": str(key)})

    assert sent.status_code == 302
    assert said(client.get("/bantuan/catatan")).count("foto.jpg") >= 1
    from tests import databases

    with databases.role("owner"):
        assert [file.report_id for file in Attachment.objects.all()] == [_report.pk]


def test_a_small_photo_needs_no_more_than_one_part(client):
    key, data = uuid4(), a_photo().data
    place = announce(client, key, data)["Location"]
    assert patch(client, place, key, 0, data)["Tuntas-File"]
