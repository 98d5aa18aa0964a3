"""Letters to followers leave from the vault: asked for first, without a word of others; never after the end."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from tests.factories import a_report
from tests.vault.rows import as_owner
from tests.vault.test_draining import case_database, dump
from tuntas.following import asking
from tuntas.following.models import Follow, Letter
from tuntas.kernel.numbers import spell_number
from tuntas.reports.models import PublicCopy, Report
from tuntas.reports.states import State
from tuntas_vault.following.queries import Owed
from tuntas_vault.following.wording import write
from tuntas_vault.writing import words

SARI = "sari.canary-7Q2@example.org"
LINK = re.compile(r"https://lapor\.example\.go\.id(/ikuti/\S+)")


def owe(report, state, template="news", **more):
    """As `following.telling` does, to whoever follows last."""
    owe_words({"number": report.number, "state": state} | more, template)


def owe_words(params, template="news"):
    with as_owner():
        now = timezone.now()
        Letter.objects.create(
            follow=Follow.objects.latest("pk"), template=template, created_at=now, not_before=now, params=params
        )


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_the_whole_way_of_a_follow(vault, office):
    vault.once()  # makes the keys
    report = a_report(State.AWAITING_FOLLOW_UP)
    Client().post(f"/laporan/{report.number}/ikuti", {"email": SARI})
    vault.once(office)
    link = asked_and_answered(vault, office, report)

    told(vault, office, report)
    led_on(vault, office, report)

    vault.ends("rotate")
    owe_words([], "merged")  # by a writer that was broken into; the vault goes on
    owe(report, State.RESOLVED)
    vault.once(office)
    assert "selesai" in office.mails[-1].get_content()  # readable with the new key too
    assert vault.rows("SELECT epoch FROM tuntas_vault_follower") == [(2,)]
    ended(vault, office, report)
    assert Client().get(link).status_code == 404


def asked_and_answered(vault, office, report) -> str:
    """The first letter holds nothing that anybody typed, and its token lies nowhere else; then its link says yes."""
    asked = letters_to(office, SARI)[0]
    with as_owner():
        assert Follow.objects.get().sealed is None
    assert title() not in asked.get_content()
    assert spell_number(report.number) in asked.get_content()
    link = LINK.search(asked.get_content())[1]
    assert asked["List-Unsubscribe"] == f"<https://lapor.example.go.id{link}>"
    for shown in (case_database(vault), dump(vault.address).decode()):
        assert "anary" not in shown
        assert link.rpartition("/")[2] not in shown
    assert Client().post(link, {"act": "follow"}).status_code == 302
    return link


def told(vault, office, report) -> None:
    """One letter for one piece of news, however often the vault looks."""
    before = len(office.mails)
    owe(report, State.IN_PROGRESS)
    vault.once(office)
    vault.once(office)
    (news,) = office.mails[before:]
    assert office.recipients[-1] == [SARI]
    assert news["Subject"] == "Ada kabar untuk laporan yang Anda ikuti"
    for words_of_it in (title(), "sedang dikerjakan", f"/laporan/{report.number}"):
        assert words_of_it in news.get_content()


def led_on(vault, office, report) -> None:
    """Whoever was led on to a report that they follow already is told so once, and follows it once."""
    with as_owner():
        was = a_report(State.AWAITING_FOLLOW_UP)
    Client().post(f"/laporan/{was.number}/ikuti", {"email": SARI.upper()})
    vault.once(office)
    (asked,) = letters_to(office, SARI.upper())
    Client().post(LINK.search(asked.get_content())[1], {"act": "follow"})
    with as_owner():
        Follow.objects.filter(copy=was.pk).update(copy=report.pk, came_from=was.pk)
    owe(report, State.IN_PROGRESS, template="merged", was=was.number)
    vault.once(office)
    _asked, told = letters_to(office, SARI.upper())
    for words_of_it in ("otomatis mengikuti laporan itu", spell_number(was.number), f"/laporan/{report.number}"):
        assert words_of_it in told.get_content()
    assert vault.rows("SELECT count(*) FROM tuntas_vault_follower") == [(1,)]
    with as_owner():
        assert [follow.is_over for follow in Follow.objects.order_by("pk")] == [False, True]
        asking.forget_over()


def letters_to(office, address):
    return [mail for mail, to in zip(office.mails, office.recipients, strict=True) if to == [address]]


def ended(vault, office, report) -> None:
    """Hidden: the vault drops the address by itself, and writes to nobody."""
    before = len(office.mails)
    with as_owner():
        Report.objects.filter(pk=report.pk).update(is_confidential=True)
    vault.rows("UPDATE tuntas_vault_follower SET looked_at = now() - interval '6 minutes' RETURNING 1")
    vault.once(office)
    assert vault.rows("SELECT * FROM tuntas_vault_follower") == []
    assert len(office.mails) == before


def title() -> str:
    with as_owner():
        return PublicCopy.objects.get().title


@pytest.mark.parametrize("language", ["id", "en"])
def test_every_state_has_its_words_and_no_title_brings_a_link_along(language):
    assert set(words(language)["follower"]["state"]) == set(State.values)
    for template in ("confirm", "news", "merged"):
        params = {"number": "12345678903", "was": "12345678903", "state": State.RESOLVED}
        letter = Owed(1, None, template, params, language, timezone.now(), 1)
        said = write(letter, title="Klik https://jahat.example/ \n" + "x" * 500, origin="https://lapor.id", token="T")
        assert "{" not in said.body
        assert "https://jahat" not in said.body
        assert "x" * 200 not in said.body
        assert said.body.count("https://lapor.id/ikuti/T") == 1
