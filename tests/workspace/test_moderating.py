"""The administrator's public text comes masked, each find is decided, and nothing undecided becomes public."""

import pytest

from tests import databases
from tests.factories import a_report, the_state
from tests.workspace.officers import at_desk
from tests.workspace.test_acts import checked, press
from tuntas.portal import covering
from tuntas.reports.models import Event, PublicCopy, ReportText
from tuntas.workspace.forms.moderating import Moderation

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.requirement("R003-20"),
    pytest.mark.threat("T-PUBLIC-DERIVED"),
]
TEXT = "Pak Sutrisno minta uang, WA 081234567890. Rumah saya di Jl. Mawar No. 5 RT 01 RW 02. Mobil P 1234 AB."
MASKED = "Pak [nama] minta uang, WA [nomor telepon]. Rumah saya di Jl. Mawar No. 5 RT 01 RW 02. Mobil [pelat nomor]."


def moderation(**more):
    return Moderation.of({"title": "", "text": TEXT, "place": ""}, more.get("covered", ()), more.get("typed", ()))


def test_the_text_comes_masked_and_what_is_only_perhaps_personal_does_not():
    found = moderation()

    assert found.first(TEXT) == MASKED
    assert [str(words).partition(":")[0] for _key, words in found.choices(masked=False)] == [
        "“Jl. Mawar No. 5 RT 01 RW 02”"
    ]


def test_what_the_reporter_asked_to_mask_is_masked_too():
    home = next(each for each in covering.found_in(TEXT) if each.kind == "ADDRESS")
    place = {"field": "text", "start": home.start, "end": home.end, "kind": "ADDRESS"}

    assert "[alamat rumah]" in moderation(covered=[place]).first(TEXT)


def test_a_ticked_thing_comes_back_as_it_was_written():
    found = moderation()
    plate = next(each.key for each in found.found if each.kind == "PLATE")

    text = found.decided(MASKED, shown={plate}, also=set())

    assert text == MASKED.replace("[pelat nomor]", "P 1234 AB")
    assert [each.kind for each in found.open_in([text], shown=set())] == ["PLATE"]
    assert found.open_in([text], shown={plate}) == []


def test_an_edited_mask_stays_away():
    found = moderation()
    name = next(each.key for each in found.found if each.kind == "NAME")

    assert found.decided("Petugas minta uang.", shown={name}, also=set()) == "Petugas minta uang."


@pytest.fixture
def offices():
    return the_state()


@pytest.fixture
def report(offices):
    found = a_report()
    with databases.role("owner"):
        ReportText.objects.filter(report=found).update(body=TEXT, title="")
    return found


def public() -> PublicCopy | None:
    with databases.role("owner"):
        return PublicCopy.objects.first()


def key(kind: str) -> str:
    return next(each.key for each in moderation().found if each.kind == kind)


def test_the_form_shows_what_it_masked(offices, report):
    page = at_desk(offices.as_admin).get(f"/workspace/reports/{report.number}/").content.decode()

    assert f">{MASKED}</textarea>" in page.replace("\n", "")
    assert page.count('name="verify-public_shown"') == 3
    assert page.count('name="verify-public_masked"') == 1
    assert "081234567890" in page, "officers read the whole report"


def test_what_is_not_ticked_is_published_masked_and_the_history_says_how_many(offices, report):
    answer = press(at_desk(offices.as_admin), report, "verify", **checked(offices) | {"public_text": MASKED})

    assert answer.status_code == 302
    assert public().body == MASKED
    with databases.role("owner"):
        facts = Event.objects.get(verb="verify").facts
    assert facts["masked"] == 3
    assert "shown" not in facts


def test_what_is_ticked_is_published_and_the_history_says_of_what_kind(offices, report):
    typed = checked(offices) | {
        "public_text": MASKED,
        "public_shown": [key("PLATE")],
        "public_masked": [key("ADDRESS")],
    }
    press(at_desk(offices.as_admin), report, "verify", **typed)

    assert "P 1234 AB" in public().body
    assert "[alamat rumah]" in public().body
    assert "081234567890" not in public().body
    with databases.role("owner"):
        assert Event.objects.get(verb="verify").facts["shown"] == ["PLATE"]


@pytest.mark.parametrize("where", ["public_text", "public_title", "public_place"])
def test_what_nobody_decided_about_is_never_published(offices, report, where):
    """Typed back by hand, pasted from elsewhere: the form comes back and names it."""
    typed = checked(offices) | {"public_text": MASKED} | {where: "Hubungi 0857 1234 5678"}
    answer = press(at_desk(offices.as_admin), report, "verify", **typed)

    assert answer.status_code == 422
    assert public() is None
    assert "0857 1234 5678” (nomor telepon)" in answer.content.decode()

    new = next(each.key for each in moderation(typed=["0857 1234 5678"]).found if "0857" in each.text)
    assert press(at_desk(offices.as_admin), report, "verify", **typed, public_shown=[new]).status_code == 302
    assert "0857 1234 5678" in f"{public().title} {public().body} {public().place}"


def test_a_report_that_is_hidden_by_this_very_act_asks_nothing(offices, report):
    typed = checked(offices) | {"public_text": TEXT, "raise_confidential": "on", "protection_reason": "Ada nama orang"}

    assert press(at_desk(offices.as_admin), report, "verify", **typed).status_code == 302
    assert public() is None
