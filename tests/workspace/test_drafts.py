"""What an officer types is never lost: kept while it is typed, back in its form, theirs alone, gone once it is sent."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import databases
from tests.factories import MONDAY, a_report, as_, the_state
from tests.workspace.officers import at_desk, code_now, give_password, sign_in
from tuntas.accounts.models import Session
from tuntas.followup import answering, unsent
from tuntas.followup.models import Unsent
from tuntas.reports.states import State

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

WORDS = "Tiang nomor berapa, dan sejak malam apa lampunya mati?"


def typed(client, report, act="question", **more):
    return client.post(f"/workspace/reports/{report.number}/{act}/draft/", {f"{act}-text": WORDS, **more})


def test_what_is_typed_stands_in_the_form_again_for_its_officer_alone_and_sealed():
    report, offices = a_report(State.IN_PROGRESS), the_state()
    client = at_desk(offices.as_liaison)

    assert typed(client, report)["Location"] == f"/workspace/reports/{report.number}/?act=question"

    page = at_desk(offices.as_liaison).get(f"/workspace/reports/{report.number}/")
    assert WORDS in page.content.decode()
    assert "Belum dikirim" in page.content.decode()
    assert page.context["open_act"] == "question"
    assert "govuk-error-message" not in page.content.decode()  # what is not sent is no mistake
    assert WORDS not in at_desk(offices.as_head).get(f"/workspace/reports/{report.number}/").content.decode()
    with databases.role("owner"):
        assert WORDS.encode() not in bytes(Unsent.objects.get().sealed)


def test_a_draft_goes_once_it_is_sent_or_thrown_away_or_emptied():
    report, offices = a_report(State.IN_PROGRESS), the_state()
    client = at_desk(offices.as_liaison)
    for end in ({"forget": "yes"}, {"question-text": " "}):
        typed(client, report)
        typed(client, report, **end)
        assert WORDS not in client.get(f"/workspace/reports/{report.number}/").content.decode()
    typed(client, report)
    sent = {"question-text": WORDS, "seen": report.last_event_id}
    client.post(f"/workspace/reports/{report.number}/question/", sent)
    with databases.role("owner"):
        assert Unsent.objects.count() == 0


def test_words_whose_form_is_gone_are_shown_to_be_copied():
    report, offices = a_report(State.IN_PROGRESS), the_state()
    client = at_desk(offices.as_liaison)
    typed(client, report)
    as_(offices.as_head, answering.question, report, text="Di mana?", at=MONDAY + timedelta(days=1))

    page = client.get(f"/workspace/reports/{report.number}/").content.decode()

    assert "laporannya sudah berlanjut" in page
    assert WORDS in page


def test_typing_when_the_session_is_gone_is_kept_over_signing_in(client):
    report, offices = a_report(State.IN_PROGRESS), the_state()
    give_password("liaison")
    sign_in(client, "liaison")
    Session.objects.filter(officer_id=offices.as_liaison.officer).delete()

    ended = client.post(
        f"/workspace/reports/{report.number}/question/draft/",
        {"question-text": WORDS},
        headers={"HX-Request": "true"},
    )
    assert ended.status_code == 401
    assert "Masuk lagi" in ended.content.decode()
    back = sign_in(client, "liaison", code=code_now(1))
    assert back["Location"].endswith("/workspace/kept")


def test_drafts_that_nobody_sent_are_removed_after_a_month():
    report, offices = a_report(State.IN_PROGRESS), the_state()
    typed(at_desk(offices.as_liaison), report)
    with databases.role("worker"):
        assert unsent.forget_old() == 0
    with databases.role("owner"):
        Unsent.objects.update(saved_at=timezone.now() - timedelta(days=31))
    with databases.role("worker"):
        assert unsent.forget_old() == 1
