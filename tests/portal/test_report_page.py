"""What a public report's page promises and offers: honest durations, standing behind it, a card, the nudge; and how an
agency's page tells what it did."""

import uuid
from datetime import UTC, datetime, timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.utils import timezone
from PIL import Image

from tests import databases
from tests.factories import MONDAY, a_report, received
from tests.portal.test_reporting import said
from tests.portal.test_tracking import act, opened
from tests.portal.test_tracking import page as own_page
from tuntas.access.actors import PUBLIC, acting
from tuntas.clocks.models import Policy
from tuntas.followup import surveying
from tuntas.followup.models import Survey
from tuntas.insight import conduct, counting
from tuntas.insight.models import AgencyFact, Expectation
from tuntas.kernel import numbers
from tuntas.organizations.models import Area, Unit
from tuntas.portal import supporting
from tuntas.portal.standing import standing
from tuntas.reports.models import Attachment, Report, Support
from tuntas.reports.states import State

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
WEDNESDAY = datetime(2026, 10, 7, 3, tzinfo=UTC)


def count(now=None) -> None:
    with databases.role("worker"):
        counting.count_now(now)


def finished(report: Report, times: int, *, days: int, **facts) -> None:
    """So many finished reports like this one, each decided `days` calendar days after a Wednesday."""
    with databases.role("owner"):
        known = Report.objects.get(pk=report.pk)
        for _n in range(times):
            known.pk, known.uuid, known.number = None, uuid.uuid4(), numbers.public_number()
            known.code_lookup = known.idempotency_hash = None
            known.state, known.finish, known.due_at = State.RESOLVED, "ACCEPTED", None
            known.received_at, known.decided_at = WEDNESDAY, WEDNESDAY + timedelta(days=days)
            for name, value in facts.items():
                setattr(known, name, value)
            known.save(force_insert=True)


@pytest.mark.requirement("R003-45")
def test_what_to_expect_is_what_really_happened_and_never_from_fewer_than_twenty(client, state):
    report = a_report(State.IN_PROGRESS)
    october = WEDNESDAY + timedelta(days=20)
    finished(report, 19, days=9)
    count(october)
    assert "belum cukup untuk memperkirakan" in said(client.get(f"/laporan/{report.number}"))

    finished(report, 2, days=1)
    count(october)
    html = said(client.get(f"/laporan/{report.number}"))
    assert "Separuh laporan serupa selesai dalam <strong>7 hari kerja</strong>" in html  # nine days over one weekend
    assert "Dari sekitar 20 laporan tentang “Lampu Penerangan Jalan” di Kota Contoh" in html

    with databases.role("owner"):
        Report.objects.filter(pk=report.pk).update(category=state.category_health)
    html = said(client.get(f"/laporan/{report.number}"))
    assert "Separuhnya selesai dalam <strong>7 hari kerja</strong>" in html
    assert "segala jenis di Kota Contoh" in html

    with databases.role("owner"):
        Report.objects.filter(pk=report.pk).update(category=state.lamp, agency=state.province)
    assert "di semua instansi" in said(client.get(f"/laporan/{report.number}"))
    with databases.role("owner"):
        Report.objects.filter(pk=report.pk).update(state=State.RESOLVED, finish="ADMIN")
    assert "Separuh" not in said(client.get(f"/laporan/{report.number}"))


def test_what_an_old_register_brought_in_is_no_experience(client, state):
    report = a_report(State.IN_PROGRESS)
    finished(report, 25, days=9, finish="IMPORTED")
    count(WEDNESDAY + timedelta(days=20))

    assert not Expectation.objects.exists()


@pytest.mark.requirement("R003-34", "R003-41")
def test_one_press_stands_behind_a_report_and_another_takes_it_back(client, state):
    number = a_report(State.IN_PROGRESS).number
    assert "Terima kasih kepada pelapor" in said(client.get(f"/laporan/{number}"))

    client.post("/lapor/dukung", {"support": number})
    html = said(client.get(f"/laporan/{number}"))
    assert "<strong>2</strong> warga berdiri di belakang" in html
    assert "Anda salah satunya." in html
    assert "Anda salah satunya." not in said(Client().get(f"/laporan/{number}"))

    answer = client.post("/lapor/dukung", {"support": number, "undo": "yes"})
    assert answer["Location"] == f"/laporan/{number}"
    assert "<strong>1</strong> warga berdiri di belakang" in said(client.get(f"/laporan/{number}"))
    Client().post("/lapor/dukung", {"support": number, "undo": "yes"})  # who never stood there takes nothing back


def test_one_address_does_not_count_as_a_crowd(state, monkeypatch):
    number = a_report(State.IN_PROGRESS).number
    monkeypatch.setattr(supporting, "MOST", 3)

    answers = [Client().post("/lapor/dukung", {"support": number}).status_code for _n in range(5)]

    assert answers[:3] == [200] * 3
    assert set(answers[3:]) == {409}
    assert Client(REMOTE_ADDR="10.1.2.3").post("/lapor/dukung", {"support": number}).status_code == 200
    with databases.role("owner"):
        assert Support.objects.count() == 4


def test_the_card_is_drawn_here_and_hides_what_the_page_hides(client, state):
    report = a_report(State.IN_PROGRESS)
    html = said(client.get(f"/laporan/{report.number}"))
    assert f'property="og:image" content="http://localhost:8000/laporan/{report.number}/kartu.png"' in html

    card = client.get(f"/laporan/{report.number}/kartu.png")
    picture = Image.open(BytesIO(card.content))
    assert (card["Content-Type"], picture.size, picture.format) == ("image/png", (1200, 630), "PNG")
    assert len(card.content) < 60_000

    hidden = a_report(State.IN_PROGRESS, is_confidential=True)
    assert client.get(f"/laporan/{hidden.number}/kartu.png").status_code == 404


@pytest.mark.requirement("R004-11")
def test_an_overdue_report_has_a_button_for_its_reporter_and_is_counted_for_everybody(client, state):
    report = opened(client, State.AWAITING_FOLLOW_UP, when=timezone.now() - timedelta(days=60))
    assert "Belum ditindaklanjuti?" in own_page(client)
    assert "Lewat batas waktu</dt><dd>1</dd>" in said(client.get("/instansi/city"))
    assert "Batas waktu sudah lewat" in said(client.get(f"/laporan/{report.number}"))

    assert act(client, "escalate", text="Sudah dua bulan gelap.").status_code == 302

    public = said(client.get(f"/laporan/{report.number}"))
    assert "Sudah dua bulan gelap." not in public
    assert "atasan" in public


def test_a_report_in_time_has_no_such_button(client, state):
    opened(client, State.AWAITING_FOLLOW_UP, when=timezone.now() - timedelta(hours=6))

    assert "Belum ditindaklanjuti?" not in own_page(client)


@pytest.mark.requirement("R000-22", "R003-45")
def test_an_agencys_page_tells_how_duties_were_kept_and_judges_no_group_that_is_too_small(client, state):
    a_report(State.RESOLVED)
    received(MONDAY, target=state.city.pk)
    count(MONDAY + timedelta(days=30))

    html = said(client.get("/instansi/city"))

    assert "Anda lapor, kami perbaiki" in html
    assert html.count('alt="Foto sesudah"') == 1
    assert "terlalu sedikit" in html
    assert "%</strong>" not in html
    counted = conduct.of_agency(state.city.pk)
    assert dict(counted.ages)[conduct.AGES["open_30"]] == 1
    assert {share.fact: (share.n, share.of) for share in counted.shares} == {
        "answered_in_time": (1, 1), "settled_in_time": (1, 1), "with_proof": (1, 1), "reopened": (0, 1),
        "canned": (0, 2),
    }  # fmt: skip
    assert "tidak ada yang tahu berapa orang berbeda" in html

    with databases.role("owner"):
        AgencyFact.objects.filter(fact="settled_in_time").update(n=30, of=40)
        Unit.objects.filter(pk=state.city.pk).update(
            area=Area.objects.create(code="99", name="Kota Contoh", level="CITY", population=20_000)
        )
    html = said(client.get("/instansi/city"))
    assert "<strong>75%</strong>" in html
    assert "1 laporan per 10.000 penduduk" in html


def test_without_a_photo_afterwards_nothing_is_shown_as_repaired(client, state):
    a_report(State.RESOLVED)
    assert "Anda lapor, kami perbaiki" in said(client.get("/"))
    with databases.role("owner"):
        Attachment.objects.filter(part="AFTER").update(is_public=False)

    assert "Anda lapor, kami perbaiki" not in said(client.get("/"))


@pytest.mark.requirement("R003-30", "R003-41")
def test_rights_times_and_way_are_one_plain_page_and_each_agency_promises_its_own_times(client, state):
    general = said(client.get("/standar"))
    for told in ("Melapor bukan menuduh", "Hak Anda", "Batas waktu yang berlaku", "Alur laporan"):
        assert told in general
    with databases.role("owner"):
        Policy.objects.create(policy="test", stage="verify", agency=state.city, length=1, valid_from=MONDAY,
                              legal_source="contoh", mark="design")  # fmt: skip

    assert "<td>1 hari kerja</td>" in said(client.get("/instansi/city"))
    assert "<td>1 hari kerja</td>" not in said(client.get("/instansi/province"))


@pytest.mark.requirement("R003-46", "R004-02")
def test_a_short_survey_when_it_ended_is_said_once_and_read_by_no_officer(client, state):
    report = opened(client, State.RESOLVED)
    html = own_page(client)
    assert "Setengah menit" in html
    assert html.count("survey_U") >= 4

    nothing = client.post("/bantuan/catatan", {"act": "survey"})
    assert nothing.status_code == 422
    sent = {"act": "survey", "answered": "YES", "U2": "4", "U3": "1", "U5": ""}
    assert client.post("/bantuan/catatan", sent).status_code == 302
    again = client.post("/bantuan/catatan", sent | {"answered": "NO"})
    assert again.status_code == 409
    assert "Setengah menit" not in own_page(client)

    for role in (state.as_liaison, state.as_national, PUBLIC):
        with acting(role):
            assert not Survey.objects.exists()
    with databases.role("owner"):
        kept = Survey.objects.get(report=report)
    assert (kept.answered, kept.marks) == ("YES", {"U2": 4, "U3": 1})
    count()
    counted = conduct.of_agency(state.city.pk)
    assert [(share.n, share.of) for share in counted.shares if share.fact == "answered_yes"] == [(1, 1)]
    assert [(str(mark.words), mark.total, mark.mean) for mark in counted.marks] == [
        ("Seberapa jelas jawabannya", 5, None), ("Seberapa baik jawaban itu menangani masalahnya", 4, None),
        ("Sistem, mekanisme, dan prosedur", 4, None), ("Waktu penyelesaian", 1, None),
    ]  # fmt: skip
    assert "Sistem, mekanisme, dan prosedur" in said(client.get("/instansi/city"))


@pytest.mark.requirement("R003-46")
def test_no_survey_of_an_open_report_and_none_with_marks_that_are_none(client, state):
    opened(client, State.IN_PROGRESS)
    assert "Setengah menit" not in own_page(client)
    assert client.post("/bantuan/catatan", {"act": "survey", "answered": "YES"}).status_code == 409

    opened(client, State.RESOLVED)
    assert client.post("/bantuan/catatan", {"act": "survey", "U2": "9"}).status_code == 422
    with databases.role("owner"):
        assert not Survey.objects.exists()
    assert len(surveying.elements()) == 9


def test_the_time_that_has_passed_is_told_in_working_days(client, state):
    """The day of the start is not counted (handbook 3.4); a clock that stands still or is over tells nothing."""
    report = a_report(State.AWAITING_FOLLOW_UP, when=MONDAY)
    with databases.role("owner"):
        report = Report.objects.select_related("holder").get(pk=report.pk)
        days = [standing(report, own=False, now=MONDAY + timedelta(days=n)).day for n in (1, 2, 4, 7, 60)]

    assert days == [1, 2, 4, 5, 0]


def test_the_numbers_in_the_public_log_stand_once_and_folded(client, state):
    report = a_report(State.IN_PROGRESS, when=timezone.now() - timedelta(days=1))

    page = said(client.get(f"/laporan/{report.number}"))

    assert page.count("Bukti bahwa ini tidak bisa dihapus") == 1
    assert "Hari kerja ke-1 dari" in page
