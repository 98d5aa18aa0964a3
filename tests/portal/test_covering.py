"""What a report gives away is shown before it is sent, and what its writer decides is what happens."""

import json
import re
from base64 import b64encode

import pytest
from django.utils import translation

from tests import databases
from tests.portal.test_reporting import filed, hidden_of, said, typed
from tuntas.access.actors import Actor, acting
from tuntas.identity.models import SealedIdentity
from tuntas.intake.submissions import Submission
from tuntas.portal import covering
from tuntas.reports import publishing
from tuntas.reports.models import Report, ReportText
from tuntas_vault import opening
from tuntas_vault.keys import Keys

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.requirement("R003-20"),
    pytest.mark.threat("T-DUMP-CANARY", "T-PUBLIC-DERIVED"),
]


@pytest.fixture
def vault_keys(settings, tmp_path):
    """A vault whose private half the test holds."""
    keys, path = Keys.new(1), tmp_path / "keys"
    path.write_text(json.dumps({"current": 1, "keys": {"1": b64encode(keys.public).decode()}}))
    settings.VAULT_PUBLIC_KEYS = path
    return keys


TEXT = "Calo di loket, WA 0812-3456-7890, minta uang. NIK saya 3509201001900001. Mohon ditindak."
PHONE, NIK = "0812-3456-7890", "3509201001900001"


def questions(page: str) -> list[str]:
    """The names of what is asked about, in order."""
    return list(dict.fromkeys(re.findall(r'name="(found_[0-9a-f]{16})"', page)))


def decide(client, how: dict[int, str], **more):
    step_two = said(client.post("/lapor", typed(text=TEXT, **more)))
    names = questions(step_two)
    answers = {name: how.get(place, "nobody") for place, name in enumerate(names)}
    return client.post("/lapor/terkirim", hidden_of(step_two) | answers)


def kept() -> tuple[str, ReportText]:
    report = filed()[0]
    with acting(Actor.reporter_of(report.pk)):
        found = Report.objects.get()
        return publishing.read(found)["body"], found.text


def test_each_thing_is_shown_in_plain_words_with_its_reason(client, state):
    page = said(client.post("/lapor", typed(text=TEXT)))

    assert "Kami menemukan 2 hal" in page
    assert PHONE in page
    assert NIK in page
    assert "Susunannya seperti itu, dan ada kata di dekatnya yang menyebutnya." in page
    assert len(questions(page)) == 2
    assert page.count('value="public"') == 2
    assert len(re.findall(r'value="public"[^>]*checked', page)) == 2


def test_without_a_find_there_is_no_question_and_no_step_more(client, state):
    page = said(client.post("/lapor", typed()))

    assert questions(page) == []
    assert client.post("/lapor/terkirim", hidden_of(page)).status_code == 200
    assert len(filed()) == 1


def test_hidden_from_the_public_stays_readable_for_the_officers(client, state):
    assert decide(client, {0: "public", 1: "public"}).status_code == 200

    body, text = kept()
    assert body == TEXT
    assert [(each["kind"], body[each["start"] : each["end"]]) for each in text.covered] == [
        ("PHONE", PHONE),
        ("NIK", NIK),
    ]


@pytest.mark.parametrize("confidential", [False, True])
def test_hidden_from_everybody_leaves_the_register_and_lies_sealed(client, state, vault_keys, confidential):
    more = {"is_confidential": "on"} if confidential else {}
    page = said(client.post("/lapor", typed(text=TEXT)))
    names = questions(page)
    client.post("/lapor/terkirim", hidden_of(page) | more | {names[0]: "public", names[1]: "everybody"})

    body, text = kept()
    assert body == TEXT.replace(NIK, "[NIK]")
    assert [each["kind"] for each in text.covered] == ["PHONE"]
    with databases.role("owner"):
        sealed = SealedIdentity.objects.get()
        letter = json.loads(opening.open_envelope(bytes(sealed.ciphertext), sealed.reporter.uuid, {1: vault_keys}))
        dump = json.dumps(list(ReportText.objects.values_list("title", "body", "requested_remedy")))
    assert json.loads(letter["withheld"]) == {"text": TEXT}
    assert NIK not in dump


def test_left_as_it_is_changes_nothing(client, state):
    decide(client, {})

    body, text = kept()
    assert (body, text.covered) == (TEXT, [])


def test_a_thing_that_was_typed_later_is_asked_about_before_anything_is_sent(client, state):
    """With scripts step one stays open: what is added there is found at the last step."""
    page = said(client.post("/lapor", typed()))
    again = client.post("/lapor/terkirim", hidden_of(page) | {"text": TEXT})

    assert again.status_code == 422
    assert filed() == []
    assert len(questions(said(again))) == 2
    assert "Pilih apa yang harus dilakukan" in said(again)


def test_an_answer_that_nobody_offered_is_no_answer(client, state):
    assert decide(client, {0: "sell", 1: "public"}).status_code == 422
    assert filed() == []


def test_going_back_keeps_what_was_decided(client, state):
    page = said(client.post("/lapor", typed(text=TEXT)))
    name = questions(page)[0]
    back = said(client.post("/lapor", hidden_of(page) | {name: "everybody", "back": "1"}))
    forth = said(client.post("/lapor", hidden_of(back) | typed(text=TEXT)))

    assert re.search(rf'name="{name}" value="everybody"[^>]*checked', forth)


def test_the_same_sending_twice_gives_one_report(client, state):
    page = said(client.post("/lapor", typed(text=TEXT)))
    data = hidden_of(page) | dict.fromkeys(questions(page), "everybody")

    assert [client.post("/lapor/terkirim", data).status_code for _n in range(2)] == [200, 200]
    assert len(filed()) == 1


def test_a_list_without_end_asks_about_the_first_and_hides_the_rest():
    text = " ".join(f"NIK 35092010019{n:05}" for n in range(1, 60))
    found = covering.found_in(text)
    form = covering.Covering({}, found=found)
    answers = dict.fromkeys(form.fields, covering.NOBODY)

    decided = covering.Covering(answers, found=found)

    assert len(found) == 59
    assert len(form.fields) == covering.MOST_ASKED
    assert decided.is_valid()
    assert sum(choice == covering.PUBLIC for choice in decided.chosen().values()) == 59 - covering.MOST_ASKED


def test_one_thing_has_one_mask_in_text_and_remedy():
    submission = Submission(key="k", text="WA 081234567890 dan 085712345678", requested_remedy="hubungi 0857-1234-5678")
    chosen = {each.key: covering.EVERYBODY for each in covering.found_in(submission.text)}

    masked = covering.cover(submission, chosen)

    assert masked.text == "WA [nomor telepon 1] dan [nomor telepon 2]"
    assert masked.requested_remedy == "hubungi [nomor telepon 2]"
    assert "withheld" not in repr(masked.person)


def test_every_choice_has_words():
    with translation.override("id"):
        assert [str(words) for _value, words in covering.CHOICES] == [
            "Tutup bagi umum",
            "Tutup bagi semua orang",
            "Biarkan",
        ]
