"""A granted correction takes the wrong words away everywhere: register, page, list, search, and files."""

import pytest
from django.test import Client

from tests import databases
from tests.factories import LAMP, MONDAY, a_report, received, the_state
from tests.workspace.officers import at_desk
from tests.workspace.test_acts import press
from tuntas.access.actors import Actor, acting
from tuntas.kernel.refusals import Incomplete
from tuntas.privacy import asking
from tuntas.privacy.correcting import Corrected
from tuntas.privacy.models import DataRequest
from tuntas.reports.models import Attachment, PublicCopy, Report, ReportText
from tuntas.reports.publishing import read
from tuntas.workspace.queries import reports_with

pytestmark = [pytest.mark.django_db, pytest.mark.threat("T-PUBLIC-DERIVED")]
WRONG, RIGHT = LAMP, LAMP.replace("Pasar Contoh", "Terminal Lama").replace("tiga malam", "dua malam")
COVERED = {"field": "text", "start": 0, "end": 11, "kind": "NAME"}


@pytest.fixture
def state():
    return the_state()


@pytest.fixture
def report(state):
    """A published report whose place is wrong."""
    found = a_report("AWAITING_FOLLOW_UP")
    with databases.role("owner"):
        Report.objects.filter(pk=found.pk).update(place="Pasar Contoh", latitude=-6.2, longitude=106.8)
        PublicCopy.objects.filter(report=found).update(body=WRONG, title="Lampu Pasar Contoh", place="Pasar Contoh")
        ReportText.objects.filter(report=found).update(covered=[COVERED])
    return wished(found)


def wished(found: Report) -> Report:
    with acting(Actor.reporter_of(found.pk)):
        asking.ask(Report.objects.get(pk=found.pk), wish="CORRECTION", words="Bukan di Pasar Contoh")
    with databases.role("owner"):
        return Report.objects.get(pk=found.pk)


def pressed(client, report, **more):
    with databases.role("owner"):
        wish = DataRequest.objects.get(report=report)
    given = {
        "wish": str(wish.uuid), "decision": "GRANTED", "reason": "Tempatnya keliru", "own_title": "",
        "own_text": RIGHT, "own_place": "Terminal Lama", "public_title": "Lampu Terminal Lama", "public_text": RIGHT,
        "public_place": "Terminal Lama",
    }  # fmt: skip
    return press(client, report, "data", **(given | more))


def everywhere(report) -> str:
    """All that the public reads of it: its page, the list, and both searches."""
    client = Client()
    addresses = (f"/laporan/{report.number}", "/laporan", "/laporan?kata=pasar", "/laporan?kata=terminal")
    return "".join(client.get(address).content.decode() for address in addresses)


def test_nothing_uncorrected_stays_on_any_public_page_nor_in_the_register(state, report):
    assert "Pasar Contoh" in everywhere(report)
    assert pressed(at_desk(state.as_national), report).status_code == 302

    shown = everywhere(report)
    assert "Terminal Lama" in shown
    assert "Pasar Contoh" not in shown
    with databases.role("owner"):
        now, text = Report.objects.get(pk=report.pk), ReportText.objects.get(report=report)
        copy, wish = PublicCopy.objects.get(report=report), DataRequest.objects.get(report=report)
        assert wish.answered.facts["corrected"] == ["body", "place", "public"]
    assert (now.place, now.latitude, now.longitude) == ("Terminal Lama", None, None)
    assert (text.body, text.covered) == (RIGHT, [COVERED])
    assert "Pasar" not in copy.title + copy.body + copy.place
    with acting(state.as_national):
        assert reports_with("terminal").ids == [report.pk]
        assert reports_with("pasar").ids == []


def test_a_public_text_that_still_says_it_refuses_the_decision_and_nothing_is_changed(state, report):
    client = at_desk(state.as_national)
    for stale in ({"public_text": WRONG}, {"public_place": "Pasar Contoh"}, {"public_title": "Pasar gelap"}):
        answer = pressed(client, report, **stale)
        assert answer.status_code == Incomplete.status
        assert "pasar" in answer.content.decode()
    with databases.role("owner"):
        assert DataRequest.objects.get().decision == ""
        assert ReportText.objects.get(report=report).body == WRONG


def test_what_is_new_in_it_is_moderated_like_everything_public(state, report):
    phone = RIGHT + " Hubungi 081234567890."
    assert pressed(at_desk(state.as_national), report, own_text=phone, public_text=phone).status_code == 422

    with databases.role("owner"):
        assert DataRequest.objects.get().decision == ""


def test_without_a_public_text_the_copy_goes_away_and_a_public_file_with_its_tick(state, report):
    with databases.role("owner"):
        photo = Attachment.objects.create(
            report=report,
            by="OFFICER",
            name="rumah.jpg",
            key="k1",
            media_type="image/jpeg",
            size=1,
            is_public=True,
            created_at=MONDAY,
        )
    answer = pressed(at_desk(state.as_national), report, public_text="", hidden_files=[photo.pk])
    assert answer.status_code == 302

    with databases.role("owner"):
        assert not PublicCopy.objects.filter(report=report).exists()
        assert not Attachment.objects.get(pk=photo.pk).is_public


def test_a_refused_correction_changes_nothing_and_a_granted_one_must_correct_something(state, report):
    client = at_desk(state.as_national)
    same = {
        "own_text": WRONG, "own_place": "Pasar Contoh", "public_title": "Lampu Pasar Contoh", "public_text": WRONG,
        "public_place": "Pasar Contoh",
    }  # fmt: skip
    assert pressed(client, report, **same).status_code == Incomplete.status
    assert pressed(client, report, decision="REFUSED").status_code == 302
    with databases.role("owner"):
        assert ReportText.objects.get(report=report).body == WRONG
        assert PublicCopy.objects.get(report=report).body == WRONG


def test_a_hidden_report_is_corrected_under_its_seal_and_gets_no_public_copy(state):
    report = wished(received(is_confidential=True, text=WRONG)[0])
    assert pressed(at_desk(state.as_national), report).status_code == 302

    with databases.role("owner"):
        assert ReportText.objects.get(report=report).body == ""
        assert not PublicCopy.objects.exists()
    with acting(state.as_national):
        told = read(Report.objects.get(pk=report.pk))
    assert (told["body"], told["place"]) == (RIGHT, "Terminal Lama")


@pytest.mark.parametrize("corrected", [None, Corrected(title="", body=" ")])
def test_the_verb_grants_no_correction_without_the_words(state, report, corrected):
    with acting(state.as_national), pytest.raises(Incomplete):
        asking.decide(
            DataRequest.objects.select_related("report__holder").get(), decision="PARTLY", reason="Ya",
            by=state.as_national, corrected=corrected,
        )  # fmt: skip
