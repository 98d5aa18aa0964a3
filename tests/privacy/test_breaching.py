"""The register of failures of data protection: who keeps it, its hours, its letters, and that it is not rewritten."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction
from django.utils import timezone

from tests import databases
from tests.factories import the_state
from tests.workspace.officers import at_desk
from tuntas.access.actors import PUBLIC, acting
from tuntas.access.models import SecurityEntry
from tuntas.kernel.refusals import Incomplete, NotYours, OutOfTurn
from tuntas.privacy import breaching
from tuntas.privacy.models import Breach

pytestmark = [pytest.mark.django_db]
WHAT = "Lampiran surel salah kirim ke alamat lain"


@pytest.fixture
def state():
    return the_state()


def write_down(by, **more):
    with acting(by):
        facts = {"what": WHAT, "found_at": timezone.now() - timedelta(hours=1), "groups": ["words"], "people": 3}
        return breaching.write_down(by=by, **facts | more)


def log():
    with databases.role("owner"):
        return list(
            SecurityEntry.objects.filter(kind__startswith="breach").order_by("pk").values_list("kind", flat=True)
        )


def test_the_hours_run_from_when_it_was_found(state):
    breach = write_down(state.as_national)

    assert breach.due_at - breach.found_at == timedelta(hours=72)
    assert "pasal 46" in breach.legal_source
    assert log() == ["breach_opened"]


@pytest.mark.parametrize("who", ["as_admin", "as_liaison", "as_supervisor"])
def test_nobody_else_keeps_or_reads_it(state, who):
    write_down(state.as_national)
    actor = getattr(state, who)
    with pytest.raises(NotYours):
        write_down(actor)
    for reader in (actor, PUBLIC):
        with acting(reader):
            assert Breach.objects.count() == 0
    with pytest.raises(ProgrammingError), acting(actor), transaction.atomic():
        Breach.objects.create(
            what=WHAT, found_at=timezone.now(), due_at=timezone.now(), legal_source="x",
            written_by_id=actor.appointment, written_at=timezone.now(),
        )  # fmt: skip


def test_it_is_closed_when_everybody_was_told_and_something_was_learnt(state):
    by = state.as_national
    breach = write_down(by)
    with acting(by):
        with pytest.raises(OutOfTurn):
            breaching.close(breach, conclusion="Dua mata memeriksa lampiran", by=by)
        breaching.told(breach, whom="authority", by=by)
        with pytest.raises(OutOfTurn):
            breaching.told(breach, whom="authority", by=by)
        breaching.told(breach, whom="subjects", by=by)
        with pytest.raises(Incomplete):
            breaching.close(breach, conclusion=" ", by=by)
        breaching.close(breach, conclusion="Dua mata memeriksa lampiran", by=by)
        with pytest.raises(OutOfTurn):
            breaching.amend(breach, by=by, what="lain", how="", remedy="", groups=[], people=None)

    assert log() == ["breach_opened", "breach_told_authority", "breach_told_subjects", "breach_closed"]


def test_what_it_said_first_is_changed_by_nobody(state):
    write_down(state.as_national)
    with databases.role("owner"):
        for change in ({"found_at": timezone.now()}, {"due_at": timezone.now() + timedelta(days=9)}):
            with pytest.raises(IntegrityError, match="not rewritten"), transaction.atomic():
                Breach.objects.update(**change)
        with pytest.raises(IntegrityError, match="not rewritten"), transaction.atomic():
            Breach.objects.all().delete()


@pytest.mark.parametrize(
    "more", [{"what": " "}, {"found_at": timezone.now() + timedelta(days=1)}, {"groups": ["gossip"]}]
)
def test_what_cannot_be_is_refused(state, more):
    with pytest.raises(Incomplete):
        write_down(state.as_national, **more)


# Pages ------------------------------------------------------------------------------------------------------


def test_from_the_list_to_the_letters_to_the_end(state):
    client = at_desk(state.as_national)
    typed = {"what": WHAT, "found_at": "2026-11-20 08:00", "groups": ["words", "identity"], "people": "3"}
    made = client.post("/workspace/breaches/", typed, follow=True)
    assert made.status_code == 200, made.content.decode()[:2000]
    address = made.redirect_chain[-1][0]
    assert WHAT in client.get("/workspace/breaches/").content.decode()

    for whom in ("authority", "subjects"):
        page = client.get(f"{address}{whom}").content.decode()
        text = client.get(f"{address}{whom}?teks=1")
        assert "Pasal 46 Undang-Undang Nomor 27 Tahun 2022" in page
        assert WHAT in text.content.decode()
        assert text["Content-Type"] == "text/plain; charset=utf-8"
        assert client.post(address, {"act": whom}).status_code == 302
    assert client.post(address, {"act": "close", "conclusion": ""}).status_code == 422
    assert client.post(address, {"act": "close", "conclusion": "Diperiksa dua orang"}).status_code == 302
    with databases.role("owner"):
        assert Breach.objects.get().closed_at is not None


@pytest.mark.parametrize("who", ["as_admin", "as_liaison", "as_supervisor"])
def test_for_others_there_is_no_such_page(state, who):
    breach = write_down(state.as_national)
    client = at_desk(getattr(state, who))

    for address in ("", f"{breach.uuid}/", f"{breach.uuid}/authority"):
        assert client.get(f"/workspace/breaches/{address}").status_code == 404
    assert client.post("/workspace/breaches/", {"what": "x", "found_at": "2026-11-20 08:00"}).status_code == 404


def test_words_of_the_entry_are_shown_as_words(state):
    breach = write_down(state.as_national, what="<script>alert(1)</script>")
    page = at_desk(state.as_national).get(f"/workspace/breaches/{breach.uuid}/authority").content.decode()

    assert "<script>alert(1)" not in page
