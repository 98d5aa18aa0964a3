"""A report that becomes secret is gone everywhere in one step, and answers as one that never was (R003-08).

Whoever hides it: an administrator, the reporter, or somebody with SQL. Nothing that was made of it stays: the page, the
list, the search, the first page, the agency's page, its photos and their thumbnails, links that were signed before.
"""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client

from tests import databases
from tests.factories import LAMP, MONDAY, a_person, a_photo, a_report, as_, received, the_state
from tests.security.test_whom_a_report_is_about import Counting, other_number
from tuntas.access.actors import PUBLIC, Actor, acting
from tuntas.reports.attaching import attach
from tuntas.reports.models import Attachment, Event, PublicCopy, Report, ReportText
from tuntas.reports.sealed_words import Kept
from tuntas.reports.states import State
from tuntas.routing import accusing, verifying
from tuntas.web import files

pytestmark = [pytest.mark.django_db, pytest.mark.threat("T-PUBLIC-DERIVED")]
LATER = MONDAY + timedelta(days=40)
PUBLIC_PLACES = ("/", "/laporan", "/laporan?kata=lampu", "/laporan?instansi=city", "/laporan?keadaan=finished",
                 "/instansi/city")  # fmt: skip


def by_admin(report: Report, state) -> None:
    as_(
        state.as_national,
        verifying.protect,
        report,
        anonymous=False,
        confidential=True,
        reason="Ada nama anak",
        at=LATER,
    )


def by_reporter(report: Report, _state) -> None:
    with acting(Actor.reporter_of(report.pk)):
        verifying.protect(report, by=Actor.reporter_of(report.pk), anonymous=True, confidential=True, at=LATER)


def by_naming(report: Report, state) -> None:
    as_(state.as_national, accusing.name, report, units=[state.works], reason="Tentang dinas itu", at=LATER)


def by_sql(report: Report, state) -> None:
    with acting(state.as_national):
        Report.objects.filter(pk=report.pk).update(is_confidential=True)


WAYS = [by_admin, by_reporter, by_naming, by_sql]


def file_of(report: Report) -> Attachment:
    with databases.role("owner"):
        return Attachment.objects.filter(report=report, is_public=True).first()


def fetch(address: str, **headers):
    answer = Client().get(address.removeprefix("http://files.localhost:8000"), HTTP_HOST="files.localhost", **headers)
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return answer.status_code, body, dict(answer.items())


def forget_counts() -> None:
    from tuntas.portal.agencies import counted_in

    counted_in.cache_clear()


@pytest.mark.parametrize("hide", WAYS, ids=lambda way: way.__name__)
def test_nothing_public_is_left(hide):
    state, report = the_state(), a_report(State.RESOLVED)
    number, photo = report.number, file_of(report)
    whole, small = files.address(photo), files.address(photo, small=True)
    client = Client()
    before = {place: client.get(place).content.decode() for place in PUBLIC_PLACES}
    assert sum(number in page or "Lampu jalan mati" in page for page in before.values()) >= 4  # it stood there
    kept = fetch(whole)
    assert (kept[0], fetch(small)[0]) == (200, 200)

    hide(report, state)

    forget_counts()
    for place in PUBLIC_PLACES:
        page = client.get(place).content.decode()
        assert number not in page, place
        assert "Lampu jalan mati" not in page, place
    for address in (whole, small):
        assert fetch(address)[0] == 404
        assert fetch(address, HTTP_IF_NONE_MATCH=kept[2]["ETag"])[0] == 404  # what a cache would ask
    with databases.role("owner"):
        assert not PublicCopy.objects.filter(report=report).exists()
        assert not Attachment.objects.filter(report=report, is_public=True).exists()
    with acting(PUBLIC):
        assert not Report.objects.exists()
        assert not Event.objects.exists()


@pytest.mark.parametrize("hide", WAYS[:3], ids=lambda way: way.__name__)
def test_what_was_typed_lies_sealed_with_its_place(hide):
    state, report = the_state(), a_report(State.RESOLVED, latitude=-7.98, longitude=112.63, requested_remedy="Ganti")
    hide(report, state)
    with databases.role("owner"):
        text, row = ReportText.objects.get(report=report), Report.objects.get(pk=report.pk)
        told = verifying.publishing.read(row)
    assert (text.title, text.body, text.requested_remedy, row.place, row.latitude, row.cell_x) == (
        "",
        "",
        "",
        "",
        None,
        None,
    )
    assert (told["body"], told["remedy"], told["place"], told["latitude"]) == (LAMP, "Ganti", "Pasar Contoh", -7.98)


@pytest.mark.threat("T-COUNT", "SR-06")
def test_its_number_answers_as_one_that_never_was():
    state, report = the_state(), a_report(State.RESOLVED)
    photo = file_of(report)
    by_admin(report, state)
    answers = []
    for number in (report.number, other_number(report.number)):
        client = Client()
        client.get(f"/laporan/{number}")
        with connection.execute_wrapper(counting := Counting()):
            answer = client.get(f"/laporan/{number}")
        answers.append((answer.status_code, len(answer.content), dict(answer.items()), counting.n))
    assert answers[0][0] == 404
    assert answers[0] == answers[1]
    hidden, never = fetch(files.address(photo)), fetch(f"/berkas/{uuid4()}")
    assert (hidden[0], len(hidden[1]), hidden[2]) == (never[0], len(never[1]), never[2])


def test_a_link_signed_before_dies_with_the_sight_of_whom_it_was_signed_for():
    state, report = the_state(), a_report(State.AWAITING_FOLLOW_UP)
    with acting(Actor.reporter_of(report.pk)):
        own = attach(Report.objects.get(pk=report.pk), a_photo(), by=Attachment.By.REPORTER)
    links = {}
    for name in ("liaison", "admin"):
        with acting(getattr(state, f"as_{name}")):
            links[name] = files.address(own, private=True)
    assert [fetch(link)[0] for link in links.values()] == [200, 200]
    as_(state.as_admin, accusing.name, report, units=[state.works], reason="Tentang mereka", at=LATER)
    assert {name: fetch(link)[0] for name, link in links.items()} == {"liaison": 404, "admin": 200}


@pytest.mark.parametrize("role", ["web", "worker", "owner"])
def test_no_role_publishes_what_is_hidden(role):
    state, report = the_state(), a_report(State.IN_PROGRESS, is_confidential=True)
    with databases.role("owner"):
        file = Attachment.objects.create(
            report=report, by="OFFICER", name="foto.jpg", media_type="image/jpeg", size=1, sha256=b"x" * 32, key="k",
            created_at=MONDAY, is_public=True,
        )  # fmt: skip
        file.refresh_from_db()
        assert not file.is_public
    facts = {"report": report, "number": report.number, "title": "x", "body": "x", "published_at": MONDAY}
    with databases.role(role), acting(state.as_national):
        with pytest.raises(DatabaseError, match="no public copy"), transaction.atomic():
            PublicCopy.objects.create(**facts)
        Attachment.objects.filter(pk=file.pk).update(is_public=True)
    with databases.role("owner"):
        assert not Attachment.objects.get(pk=file.pk).is_public


def test_public_pages_hold_moderated_words_alone():
    """Title, place, file names and notes that nobody moderated are on no public page."""
    state = the_state()
    report, _receipt = received(
        target=state.city.pk, text=f"{LAMP} kenanga", title="Judul cempaka", place="Rumah Bu Melur nomor 4",
        person=a_person(name="Warga Dahlia"), requested_remedy="Minta flamboyan",
    )  # fmt: skip
    from tests.factories import PATHS, STEPS, verify

    verify(report, state, MONDAY, title="Lampu mati", public_text="Lampu mati di pasar.", public_place="Pasar")
    for step in PATHS[State.RESOLUTION_PROPOSED][1:]:
        STEPS[step](report, state, MONDAY)
    with acting(Actor.reporter_of(report.pk)):
        from tuntas.followup import reporters_word

        reporters_word.object_to(report, reason="Belum, kata Pak Seruni", at=LATER)
    with databases.role("owner"):
        Attachment.objects.filter(report=report).update(name=Kept("KTP Mawarni.jpg"))
        assert Attachment.objects.filter(report=report, is_public=True).exists()
    client = Client()
    pages = [client.get(place).content.decode() for place in (*PUBLIC_PLACES, f"/laporan/{report.number}")]
    assert "Lampu mati di pasar." in pages[-1]
    for word in ("kenanga", "cempaka", "Melur", "Dahlia", "flamboyan", "Seruni", "Mawarni"):
        assert not any(word in page for page in pages), word
    status, _body, headers = fetch(files.address(file_of(report)))
    assert status == 200
    assert "Mawarni" not in str(headers)
    assert headers["Cache-Control"] == "public, no-cache"
