"""Following somebody else's public report: asked for twice, hidden from officers, ended by a press or by hiding."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests import databases
from tests.factories import a_report, as_, by_reporter, fixed, the_state
from tuntas.access.actors import PUBLIC, SYSTEM, acting
from tuntas.following import asking, telling
from tuntas.following.models import Follow, Letter, Position
from tuntas.followup import answering, reporters_word
from tuntas.ledger import sequencing
from tuntas.operations import worker
from tuntas.reports.models import PublicCopy, Report
from tuntas.reports.states import State
from tuntas.routing import merging

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
SARI = "sari.canary-7Q2@example.org"


@pytest.fixture(autouse=True)
def _kept_heads(settings, tmp_path):
    settings.ANCHORS = settings.ANCHOR_FOLDER = tmp_path / "anchors"


@pytest.fixture
def report(state):
    return a_report(State.AWAITING_FOLLOW_UP)


@pytest.fixture
def state(db):
    return the_state()


@pytest.fixture
def tokens(monkeypatch):
    """The tokens as the letters carry them, in order."""
    made = []
    real = asking.secrets.token_urlsafe

    def noted(size):
        made.append(real(size))
        return made[-1]

    monkeypatch.setattr(asking.secrets, "token_urlsafe", noted)
    return made


def said(response) -> str:
    return response.content.decode()


def rows(model):
    with databases.role("owner"):
        return list(model.objects.order_by("pk"))


def wish(report, address=SARI, client=None, **more):
    return (client or Client()).post(f"/laporan/{report.number}/ikuti", {"email": address}, **more)


def followed(report, tokens) -> str:
    """A confirmed follow; the token of its links."""
    wish(report)
    Client().post(f"/ikuti/{tokens[-1]}", {"act": "follow"})
    return tokens[-1]


def log_and_tell() -> int:
    with databases.role("worker"):
        sequencing.sequence()
        return telling.tell_some()


def move(report, state) -> None:
    as_(state.as_head, answering.resolve, report, answer=fixed())


@pytest.mark.requirement("R004-13")
def test_a_wish_is_sealed_and_the_mailbox_says_yes_and_stops(report, tokens):
    assert "Kabari saya lewat email" in said(Client().get(f"/laporan/{report.number}"))

    page = wish(report)

    assert "Periksa kotak surat Anda" in said(page)
    (follow,), (letter,) = rows(Follow), rows(Letter)
    assert (letter.template, follow.confirmed_at) == ("confirm", None)
    kept = f"{vars(follow)} {vars(letter)}"
    assert SARI not in kept
    assert tokens[0] not in kept
    assert b"anary" not in bytes(follow.sealed)

    link = f"/ikuti/{tokens[0]}"
    assert "Ingin mengikuti laporan ini?" in said(Client().get(link))
    assert rows(Follow)[0].confirmed_at is None  # a mail program that opens the link says nothing
    assert "Anda mengikuti laporan ini" in said(Client().post(link, {"act": "follow"}, follow=True))
    assert rows(Follow)[0].confirmed_at is not None
    assert "tidak mendapat surat lagi" in said(Client().post(link, {"act": "stop"}))
    assert rows(Follow) == rows(Letter) == []
    assert Client().get(link).status_code == 404


def test_asking_never_tells_who_follows_already(report, tokens):
    followed(report, tokens)

    again, other = said(wish(report)), said(wish(report, "lain@example.org"))

    def plain(page):
        return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page)

    assert plain(again) == plain(other)
    assert [letter.template for letter in rows(Letter)] == ["confirm", "confirm"]
    assert len(rows(Follow)) == 2


@pytest.mark.threat("T-FLOOD")
def test_nobodys_mailbox_is_filled_by_others(report, state, tokens, settings):
    others = [a_report(State.AWAITING_FOLLOW_UP) for _n in range(4)]
    for each in others:
        wish(each)
    assert len(rows(Letter)) == asking.MAILS_A_DAY
    with databases.role("owner"):
        Follow.objects.all().delete()

    settings.BEHIND_PROXY = True
    proxied = {"headers": {"X-Forwarded-For": "198.51.100.7, 203.0.113.9"}}
    told = [wish(report, f"w{n}@example.org", **proxied).status_code for n in range(asking.ASKED_AN_HOUR + 1)]
    forged = wish(report, "x@example.org", headers={"X-Forwarded-For": "198.51.100.8, 203.0.113.9"}).status_code
    neighbour = wish(report, "y@example.org", headers={"X-Forwarded-For": "203.0.113.10"}).status_code
    assert told == [200] * asking.ASKED_AN_HOUR + [409]
    assert (forged, neighbour) == (409, 200)


@pytest.mark.parametrize("typed", ["", "bukan alamat", "a@b", "a" * 250 + "@example.org", "a@example.org\nBcc: b@c.id"])
def test_what_is_no_address_is_given_back(report, typed):
    page = wish(report, typed)

    assert page.status_code == 422
    assert rows(Follow) == []


def test_an_ended_a_hidden_and_an_unknown_report_are_not_followed(state):
    ended, hidden = a_report(State.RESOLVED), a_report(State.AWAITING_VERIFICATION)

    assert "Kabari saya lewat email" not in said(Client().get(f"/laporan/{ended.number}"))
    assert [wish(each).status_code for each in (ended, hidden)] == [409, 404]
    assert Client().post("/laporan/12345678903/ikuti", {"email": SARI}).status_code == 404
    assert [Client().get(f"/ikuti/{token}").status_code for token in ("x" * 43, "é", "%00")] == [404] * 3
    assert rows(Follow) == []


def test_a_public_step_owes_one_letter_with_the_newest_state(report, state, tokens):
    log_and_tell()
    followed(report, tokens)
    wish(report, "lain@example.org")  # never says yes
    assert log_and_tell() == 0

    move(report, state)
    assert log_and_tell() == 1
    assert log_and_tell() == 0
    by_reporter(reporters_word.accept, report)
    assert log_and_tell() == 0  # the letter that waits tells it instead

    news = [letter for letter in rows(Letter) if letter.template == "news"]
    assert [letter.params for letter in news] == [{"number": report.number, "state": State.RESOLVED}]
    assert news[0].not_before - news[0].created_at == telling.GATHER


@pytest.mark.requirement("R001-07")
def test_followers_of_a_merged_report_follow_the_one_that_goes_on_and_are_told_so_once(report, state, tokens):
    other = a_report(State.AWAITING_FOLLOW_UP)
    log_and_tell()
    token = followed(report, tokens)
    wish(report, "lain@example.org")  # says yes only afterwards

    as_(state.as_admin, merging.merge, report, into=other)
    move(other, state)  # of this too the one letter tells
    assert log_and_tell() == 1
    Client().post(f"/ikuti/{tokens[-1]}", {"act": "follow"})

    (letter,) = [each for each in rows(Letter) if each.template != "confirm"]
    told = {"number": other.number, "was": report.number, "state": State.RESOLUTION_PROPOSED}
    assert (letter.template, letter.params) == ("merged", told)
    assert {follow.copy_id for follow in rows(Follow)} == {other.pk}
    assert other.number[:4] in said(Client().get(f"/ikuti/{token}")).replace(" ", "")
    wish(other)  # they do so already: no letter asks them again
    assert len(rows(Follow)) == 2

    with databases.role("owner"):
        Letter.objects.update(sent_at=timezone.now())
    by_reporter(reporters_word.accept, other)
    assert log_and_tell() == 2  # of what comes afterwards each is told as of any report
    assert {each.template for each in rows(Letter) if each.sent_at is None} == {"news"}


def test_a_merger_that_is_undone_gives_them_back_and_an_unseen_carrier_takes_nobody(report, state, tokens):
    other, hidden = a_report(State.AWAITING_FOLLOW_UP), a_report(State.AWAITING_VERIFICATION)
    log_and_tell()
    followed(report, tokens)
    as_(state.as_admin, merging.merge, report, into=other)
    log_and_tell()

    as_(state.as_admin, merging.unmerge, report, reason="Lain tempat")
    log_and_tell()

    (follow,), (letter,) = rows(Follow), [each for each in rows(Letter) if each.template != "confirm"]
    assert (follow.copy_id, follow.came_from) == (report.pk, None)
    assert (letter.template, letter.params["number"], "was" in letter.params) == ("news", report.number, False)
    as_(state.as_admin, merging.merge, report, into=hidden)
    log_and_tell()
    assert rows(Follow)[0].copy_id == report.pk
    assert len(rows(Letter)) == 2  # nothing public happened


def test_hiding_the_report_ends_it_without_a_word(report, state, tokens):
    log_and_tell()
    followed(report, tokens)
    move(report, state)
    log_and_tell()
    assert len(rows(Letter)) == 2

    with databases.role("owner"):
        Report.objects.filter(pk=report.pk).update(is_confidential=True)  # the database takes the copy away by itself

    assert rows(Follow) == rows(Letter) == []
    assert Client().get(f"/ikuti/{tokens[0]}").status_code == 404


@pytest.mark.threat("T-COI")
def test_no_officer_sees_that_somebody_follows(report, state, tokens):
    followed(report, tokens)

    for actor in (state.as_liaison, state.as_national, state.as_admin):
        with acting(actor):
            assert not Follow.objects.exists()
            assert not Letter.objects.values("id").exists()
    assert not Follow.objects.exists()  # nor anybody without a context
    with acting(PUBLIC):
        assert Follow.objects.count() == 1


def test_what_nobody_confirmed_and_what_ended_long_ago_is_forgotten(report, state, tokens):
    followed(report, tokens)
    wish(report, "lain@example.org")
    with databases.role("worker"):
        assert worker.end_follows() == 0
    now = timezone.now()
    with databases.role("owner"):
        Follow.objects.filter(confirmed_at=None).update(asked_at=now - asking.UNANSWERED_FOR - timedelta(minutes=1))
    with databases.role("worker"):
        assert worker.end_follows() == 1
    with databases.role("owner"):
        Follow.objects.update(asked_at=now - timedelta(days=200))
        Report.objects.filter(pk=report.pk).update(decided_at=now - timedelta(days=100))
    with databases.role("worker"):
        assert worker.end_follows() == 1


def test_a_log_that_was_begun_anew_is_followed_from_its_new_end(report, state):
    log_and_tell()
    with databases.role("worker"), acting(SYSTEM):
        Position.objects.update(leaf=10_000)
        assert telling.tell_some() == 0
        assert Position.objects.get().leaf < 10_000


def test_what_is_sealed_differs_in_length_by_whole_steps(report):
    for address in ("a@b.id", "a" * 30 + "@contoh.id"):
        wish(report, address)
    with databases.role("owner"):
        short, long = (len(bytes(follow.sealed)) for follow in Follow.objects.order_by("pk"))
        assert PublicCopy.objects.count() == 1
    assert (long - short) % asking.STEP == 0
