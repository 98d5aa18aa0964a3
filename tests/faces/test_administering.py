"""Who decides how a portal looks: an administrator of its agency or above it, in two steps, with the second factor."""

import struct
import zlib
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from PIL import Image

from tests import databases
from tests.faces.making import HOST, a_picture, an_emblem, bound, drafted, opened
from tests.factories import the_state
from tests.workspace.officers import at_desk
from tuntas.access.actors import PUBLIC, SYSTEM, acting
from tuntas.access.models import SecurityEntry
from tuntas.faces import designing, emblems
from tuntas.faces.models import Face, Look
from tuntas.kernel.refusals import NotYours, OutOfTurn, Refusal
from tuntas.reports.attaching import Upload
from tuntas.workspace import whole

pytestmark = pytest.mark.django_db
LOOK = {"name": "Lapor Kota Contoh", "colour": "#0b5d8a", "welcome": "Selamat datang."}


def address(face: Face, more: str = "") -> str:
    return f"/workspace/faces/{face.pk}/{more}"


def test_a_draft_is_seen_in_both_themes_and_by_nobody_outside_until_it_is_published():
    state = the_state()
    face, desk = bound(), at_desk(state.as_admin)
    emblem = SimpleUploadedFile("lambang.png", a_picture(), "image/png")
    kept = desk.post(address(face), LOOK | {"emblem": emblem})
    assert kept.status_code == 302
    page = desk.get(address(face)).content.decode()
    assert "look in-light" in page
    assert "look in-dark" in page
    assert "style=" not in page
    assert desk.get(address(face, "emblem.png"))["Content-Type"] == "image/png"
    assert Client().get("/", HTTP_HOST=HOST).status_code == 400

    with acting(state.as_admin):
        draft = designing.draft_of(face)
    assert desk.post(address(face, "publish"), {"draft": draft.pk}).status_code == 302
    assert "Selamat datang." in Client().get("/", HTTP_HOST=HOST).content.decode()
    assert desk.post(address(face, "publish"), {"draft": draft.pk}).status_code == 409
    with databases.role("owner"):
        told = SecurityEntry.objects.get(kind="face_published")
    assert (told.officer, told.facts["host"]) == (state.as_admin.officer, HOST)


def test_publishing_asks_for_the_second_factor_again_and_drafting_does_not():
    state = the_state()
    face = bound()
    desk = at_desk(state.as_admin, age=whole.FRESH_FOR + 1)
    assert desk.post(address(face), LOOK)["Location"] == address(face)
    assert desk.post(address(face, "publish"), {"draft": 1})["Location"].startswith("/workspace/step-up")


def test_others_know_of_no_such_portal():
    state = the_state()
    face, other = bound(), bound("lapor.provinsi.test", "province")
    assert at_desk(state.as_province_admin).get(address(face)).status_code == 404  # a region is no part of a province
    assert at_desk(state.as_liaison).get("/workspace/faces/").status_code == 404
    desk = at_desk(state.as_admin)
    listed = desk.get("/workspace/faces/").content.decode()
    assert HOST in listed
    assert "lapor.provinsi.test" not in listed
    assert desk.post(address(other), LOOK).status_code == 404
    assert HOST in at_desk(state.as_national).get("/workspace/faces/").content.decode()
    with acting(state.as_admin), pytest.raises(NotYours):
        designing.keep_draft(state.as_admin, other, designing.Wish(name="x", colour="#000000"))


def test_the_database_itself_keeps_drafts_apart_and_published_looks_as_they_are():
    state = the_state()
    face = opened(state.as_admin)
    draft = drafted(state.as_admin, face, name="Rancangan")
    outside, keepers = (PUBLIC, state.as_province_admin, state.as_liaison), (state.as_admin, state.as_national)
    for reader, sees in [(each, 1) for each in outside] + [(each, 2) for each in keepers]:
        with acting(reader):
            assert Look.objects.count() == sees, reader
    assert Look.objects.count() == 0  # without a context nothing
    attempts = {
        state.as_province_admin: lambda: Look.objects.filter(pk=draft).update(name="x"),
        PUBLIC: lambda: Look.objects.filter(pk=draft).update(name="x"),
        state.as_admin: lambda: Look.objects.filter(published_at__isnull=False).update(name="x"),
    }
    for writer, attempt in attempts.items():
        with acting(writer):
            assert attempt() == 0
    with acting(state.as_province_admin), pytest.raises(DatabaseError), transaction.atomic():
        Look.objects.create(face=face, name="x", colour="#000000", changed_at="2026-10-05T00:00Z")
    with databases.role("worker"), acting(SYSTEM), pytest.raises(DatabaseError), transaction.atomic():
        Look.objects.count()


def test_a_draft_that_changed_meanwhile_is_not_published():
    state = the_state()
    face = opened(state.as_admin)
    draft = drafted(state.as_admin, face)
    with acting(state.as_admin):
        designing.publish(state.as_admin, face, draft=draft)
        with pytest.raises(OutOfTurn):
            designing.publish(state.as_admin, face, draft=draft)


# Bad input -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("colour", ["#ffffff", "putih", "", "#0b5d8a;}body{display:none", "#FFFDF5"])
def test_a_colour_that_cannot_be_used_is_refused_in_words_and_the_rest_is_kept(colour):
    state = the_state()
    face, desk = bound(), at_desk(state.as_admin)
    answer = desk.post(address(face), LOOK | {"colour": colour})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Selamat datang." in page
    assert "Warna" in page
    with databases.role("owner"):
        assert not Look.objects.exists()


def a_bomb() -> bytes:
    """A PNG of a few kilobytes that would fill 10 gigabytes when it is opened."""

    def part(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    size = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 6, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + part(b"IHDR", size)
        + part(b"IDAT", zlib.compress(b"\x00" * 500_000))
        + part(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("lambang.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>pwned()</script></svg>', "image/svg+xml"),
        ("lambang.png", b'<svg xmlns="http://www.w3.org/2000/svg"><script>pwned()</script></svg>', "image/png"),
        ("lambang.png", a_bomb(), "image/png"),
        ("lambang.png", a_picture()[:200], "image/png"),
        ("lambang.pdf", b"%PDF-1.4 nothing", "application/pdf"),
        ("lambang.png", b"\x89PNG\r\n\x1a\n" + b"0" * 40_000_000, "image/png"),
    ],
    ids=["svg", "svg as png", "bomb", "cut off", "pdf", "40 MB"],
)
def test_an_emblem_that_cannot_be_kept_is_refused_beside_its_field(name, data, media_type):
    state = the_state()
    face, desk = bound(), at_desk(state.as_admin)
    answer = desk.post(address(face), LOOK | {"emblem": SimpleUploadedFile(name, data, media_type)})
    assert answer.status_code == 422
    assert "Selamat datang." in answer.content.decode()
    with databases.role("owner"):
        assert not Look.objects.exists()


def test_an_emblem_is_drawn_anew_small_and_bare():
    image, out = Image.effect_noise((3000, 2000), 90).convert("RGB"), BytesIO()
    exif = image.getexif()
    exif[0x010E] = "CANARY-IN-THE-EMBLEM"
    image.save(out, "JPEG", exif=exif)
    kept = emblems.drawn_anew(
        Upload(name="lambang.jpg", data=out.getvalue() + b"CANARY-BEHIND", media_type="image/jpeg")
    )
    assert b"CANARY" not in kept
    assert max(Image.open(BytesIO(kept)).size) == emblems.KEPT
    assert len(emblems.rendition(kept, emblems.IN_THE_BAR)) < 10_000  # what every page carries
    with pytest.raises(Refusal):
        emblems.drawn_anew(Upload(name="x.pdf", data=b"%PDF-1.4", media_type="application/pdf"))


def test_an_emblem_stays_until_it_is_taken_away():
    state = the_state()
    face, desk = opened(state.as_admin, emblem=an_emblem()), at_desk(state.as_admin)
    desk.post(address(face), LOOK | {"name": "Baru"})
    with acting(state.as_admin):
        assert designing.draft_of(face).emblem_hash == emblems.hash_of(an_emblem())
    desk.post(address(face), LOOK | {"without_emblem": "on"})
    with acting(state.as_admin):
        assert designing.draft_of(face).emblem_hash == ""
    assert desk.get(address(face, "emblem.png")).status_code == 404
