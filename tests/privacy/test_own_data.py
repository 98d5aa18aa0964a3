"""The reporter's page on their data: what it shows, what it gives along, and what can be asked there."""

import json

import pytest

from tests import databases
from tests.factories import LAMP, a_person, received, the_state
from tuntas.access.actors import acting
from tuntas.identity.models import SealedIdentity
from tuntas.kernel.refusals import OutOfTurn
from tuntas.notices.models import Notice
from tuntas.privacy import asking
from tuntas.privacy.models import DataRequest

pytestmark = [pytest.mark.django_db, pytest.mark.threat("T-NEUTRAL", "T-CODE-NOWHERE")]
PAGE = "/bantuan/data"


@pytest.fixture
def state():
    return the_state()


@pytest.fixture
def own(state, client):
    """A client that has proved the code of a report with a person."""
    report, receipt = received(person=a_person())
    client.post("/lacak", {"code": receipt.code})
    client.report, client.receipt = report, receipt
    return client


def test_it_opens_by_code_alone_and_has_a_neutral_title(state, client, own):
    page = own.get(PAGE)

    assert page.status_code == 200
    assert "<title>Yang bisa Anda harapkan" in page.content.decode()
    assert "noindex" in page["X-Robots-Tag"]
    own.post("/lacak/keluar")
    assert own.get(PAGE)["Location"] == "/lacak"
    assert own.post(f"{PAGE}/salinan")["Location"] == "/lacak"


def test_it_shows_what_is_held_and_that_the_person_lies_in_the_vault(own):
    page = own.get(PAGE).content.decode()

    assert LAMP in page
    assert "Brankas menyimpan alamat" in page
    for word in (a_person().name, a_person().email):
        assert word not in page


def test_the_copy_holds_text_history_and_wishes_and_no_identity(own):
    own.post(PAGE, {"act": "ask", "wish": "CORRECTION", "words": "Nama jalan salah"})
    answer = own.post(f"{PAGE}/salinan")
    held = json.loads(answer.content)

    assert answer["Content-Disposition"] == 'attachment; filename="catatan.json"'
    assert answer["Cache-Control"] == "no-store"
    assert held["written"]["body"] == LAMP
    assert [entry["what"] for entry in held["history"]] == [
        "Laporan Anda kami terima.",
        "Anda mengajukan permintaan tentang data Anda. Waktu menurut undang-undang berjalan.",
    ]
    assert held["wishes"][0]["words"] == "Nama jalan salah"
    for word in (a_person().name, a_person().email, own.receipt.code):
        assert word not in answer.content.decode()
    assert own.get(f"{PAGE}/salinan").status_code == 405


def test_a_wish_is_asked_and_its_end_is_shown(own):
    assert own.post(PAGE, {"act": "ask", "wish": "ERASURE", "words": ""}).status_code == 302
    page = own.get(PAGE).content.decode()

    assert "Hapus tulisan saya dan jati diri saya" in page
    assert "Diputuskan paling lambat" in page
    assert own.post(PAGE, {"act": "ask", "wish": "ERASURE", "words": ""}).status_code == 409
    assert own.post(PAGE, {"act": "ask", "wish": "SELL", "words": ""}).status_code == 422


def test_the_decision_and_its_reasons_are_told(own, state):
    own.post(PAGE, {"act": "ask", "wish": "ERASURE", "words": ""})
    with acting(state.as_national):
        request = DataRequest.objects.select_related("report__reporter", "report__holder").get()
        asking.decide(request, decision="REFUSED", reason="Diperlukan untuk pemeriksaan", by=state.as_national)
    page = own.get(PAGE).content.decode()

    assert "Ditolak" in page
    assert "Diperlukan untuk pemeriksaan" in page
    assert "memutuskan permintaan Anda tentang data" in own.get("/bantuan/catatan").content.decode()


def test_a_corrected_contact_is_sealed_and_not_shown(own):
    answer = own.post(
        PAGE, {"act": "correct", "name": "", "email": "canary-4711@contoh.test", "phone": ""}, follow=True
    )

    assert answer.status_code == 200
    assert "canary-4711" not in answer.content.decode()
    with databases.role("owner"):
        envelopes = [bytes(each.ciphertext) for each in SealedIdentity.objects.all()]
    assert len(envelopes) == 2
    assert not any(b"canary-4711" in each for each in envelopes)
    assert own.post(PAGE, {"act": "correct", "email": "not a mail"}).status_code == 422


def test_what_the_vault_holds_is_seen_by_letter_alone_once_a_day(own):
    answer = own.post(PAGE, {"act": "see"}, follow=True)

    assert "Sedang dikirim" in answer.content.decode()
    with databases.role("owner"):
        notice = Notice.objects.get(template="send_own_data", to=Notice.To.REPORTER)
        assert notice.params.keys() <= {
            "number",
            "holder",
            "state",
            "due",
            "discreet",
        }  # no person
    again = own.post(PAGE, {"act": "see"})
    assert again.status_code == OutOfTurn.status
    for word in (a_person().name, a_person().email):
        assert word not in answer.content.decode() + again.content.decode()


def test_without_an_address_nothing_is_sent_and_the_page_says_what_can_be_done(state, client):
    _report, receipt = received(person=a_person(email=""))
    client.post("/lacak", {"code": receipt.code})

    assert 'value="see"' not in client.get(PAGE).content.decode()
    assert "Tulis ulang nama dan alamat" in client.post(PAGE, {"act": "see"}).content.decode()
