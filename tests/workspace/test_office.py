"""Pages of an office's own work: approval, templates and how an answer begins with one, deputies, thanks, silence."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from tests import databases
from tests.factories import a_report, an_officer, by_reporter, the_state
from tests.followup.test_offices_rules import LAMP, LATER, keep, resolve
from tests.workspace.officers import at_desk
from tuntas.access.actors import acting
from tuntas.followup import reporters_word
from tuntas.followup.models import ApprovalRule, ReplyTemplate
from tuntas.insight import blind_spots
from tuntas.insight.models import Seen
from tuntas.kernel.refusals import OutOfTurn
from tuntas.notices.models import Notice
from tuntas.organizations.models import Appointment, Area, Role, Unit
from tuntas.reports.states import State

pytestmark = pytest.mark.django_db
ANSWER = "answer-text"


def act(report, name, part=""):
    return reverse(f"workspace:{'check' if part else 'act'}", args=[report.number, name])


def test_an_administrator_sets_and_ends_a_rule_and_everybody_reads_what_approval_costs():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    admin, page = at_desk(state.as_admin), reverse("workspace:approvals")
    assert admin.post(page, {"add": "yes", "unit": state.works.pk, "outcome": "FIXED"}).status_code == 302
    resolve(state, report)
    html = at_desk(state.as_liaison).get(page).content.decode()
    assert "yang berakhir “diperbaiki”" in html.lower()
    assert 'name="add"' not in html
    assert at_desk(state.as_liaison).post(page, {"add": "yes", "unit": state.works.pk}).status_code == 404
    assert "Dinas Pekerjaan Umum Kota Contoh" in admin.get(page).content.decode()
    with acting(state.as_admin):
        made = ApprovalRule.objects.get()
    assert admin.post(page, {"end": made.pk}).status_code == 302
    with acting(state.as_admin):
        assert ApprovalRule.objects.filter(ended_at=None).count() == 0
    assert "Di meja siapa" in at_desk(state.as_liaison).get(f"/workspace/reports/{report.number}/").content.decode()


def test_a_template_is_made_changed_and_taken_out():
    state = the_state()
    officer, page = at_desk(state.as_liaison), reverse("workspace:templates")
    bad = officer.post(page, {"name": "Lampu", "step": "RESOLUTION", "text": "Akan kami tindaklanjuti."})
    assert (bad.status_code, "Akan kami tindaklanjuti." in bad.content.decode()) == (422, True)
    assert officer.post(page, {"name": "Lampu", "step": "RESOLUTION", "text": LAMP}).status_code == 302
    with acting(state.as_liaison):
        made = ReplyTemplate.objects.get()
    one = reverse("workspace:template", args=[made.series])
    assert officer.post(one, {"name": "Lampu", "step": "RESOLUTION", "text": f"{LAMP} [foto]"}).status_code == 302
    assert "versi 2" in officer.get(page).content.decode()
    assert at_desk(state.as_health_liaison).get(one).status_code == 404
    assert officer.post(one, {"out": "yes"}).status_code == 302
    with acting(state.as_liaison):
        assert not ReplyTemplate.objects.filter(ended_at=None).exists()


@pytest.mark.requirement("R004-12")
def test_an_answer_begins_with_a_template_without_scripts_and_with_them_and_never_goes_out_so():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    made, officer = keep(state), at_desk(state.as_liaison)
    typed = {ANSWER: "Selamat pagi.", "begin": made.pk, "answer-outcome": "FIXED", "answer-kind": "FIELD_ACTION"}
    whole = officer.post(act(report, "answer", "check"), typed)
    assert whole.context["open_act"] == "answer"
    form = next(each for each in whole.context["acts"] if each.name == "answer")
    assert form["text"].value() == f"Selamat pagi.\n\n{made.text}"
    assert "tanggal pengerjaan" in form.blanks
    part = officer.post(act(report, "answer", "check"), typed, headers={"HX-Request": "true"}).content.decode()
    assert part.lstrip().startswith('<div id="words-answer"')
    assert "data-begun" in part
    unfilled = {ANSWER: made.text, "answer-outcome": "INFORMATION_GIVEN", "answer-kind": "ANSWER"}
    sent = officer.post(act(report, "answer"), unfilled)
    assert sent.status_code == 422
    assert "[tanggal pengerjaan]" in sent.content.decode()


def test_who_stands_in_for_whom_is_told():
    state, today = the_state(), timezone.localdate()
    with databases.role("owner"):
        deputy = an_officer("deputy", state.works, Role.UNIT_HEAD, until=today + timedelta(days=9))
        Appointment.objects.filter(pk=deputy.appointment).update(deputy_for=state.as_head.appointment)
    html = at_desk(state.as_liaison).get(reverse("workspace:deputies")).content.decode()
    assert "<strong>Petugas contoh deputy</strong> menggantikan Petugas contoh head" in html
    with databases.role("owner"):
        Appointment.objects.filter(role=Role.UNIT_HEAD, unit=state.works).update(valid_to=today - timedelta(days=1))
    html = at_desk(state.as_liaison).get(reverse("workspace:deputies")).content.decode()
    assert "tanpa pengganti" in html


@pytest.mark.requirement("R000-13")
def test_a_reporter_says_thank_you_once_and_it_reaches_the_office_and_who_answered():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    resolve(state, report)
    by_reporter(reporters_word.accept, report, at=LATER)
    event = by_reporter(reporters_word.thank, report, text="Terima kasih, sudah terang lagi.")
    with pytest.raises(OutOfTurn):
        by_reporter(reporters_word.thank, report, text="Sekali lagi")
    with databases.role("owner"):
        told = set(Notice.objects.filter(event=event).values_list("unit", "officer"))
    assert told == {(state.works.pk, 0), (state.works.pk, state.as_liaison.officer)}
    page = reverse("workspace:thanks")
    assert "Untuk jawaban Anda" in at_desk(state.as_liaison).get(page).content.decode()
    heads = at_desk(state.as_head).get(page).content.decode()
    assert "sudah terang lagi" in heads
    assert "Petugas contoh liaison" not in heads  # nobody stands beside a thank-you for others
    assert "sudah terang lagi" not in at_desk(state.as_health_liaison).get(page).content.decode()
    assert at_desk(state.as_supervisor).get(page).status_code == 404


@pytest.mark.requirement("R003-11")
def test_places_and_subjects_from_which_too_little_came_are_shown_with_what_that_means():
    state = the_state()
    with databases.role("owner"):
        province = Area.objects.create(code="35", name="Provinsi Contoh", level="PROVINCE")
        city = Area.objects.create(code="35.09", name="Kota Contoh", level="CITY", parent=province)
        for n, name in enumerate(("Ramai", "Sepi", "Bisu"), 1):
            Area.objects.create(code=f"35.09.0{n}", name=f"Kecamatan {name}", level="DISTRICT", parent=city)
        Unit.objects.filter(pk=state.city.pk).update(area=city)
        now = timezone.now()
        for days, where in ((200, "35.09.01"), (200, "35.09.02"), (9, "35.09.01")):
            for _n in range(3):
                a_report(State.IN_PROGRESS, when=now - timedelta(days=days), area=where)
    with databases.role("worker"):
        blind_spots.count()
    with acting(state.as_head):
        counted = blind_spots.by_code(blind_spots.seen_by(state.city.pk).filter(kind=Seen.Kind.AREA))
    assert counted == {"35.09.01": (3, 3), "35.09.02": (0, 3)}
    with acting(state.as_province_admin):
        assert not blind_spots.seen_by(state.city.pk).exists()
    with databases.role("owner"):  # as many as a district of a real city has
        Seen.objects.filter(code="35.09.01").update(recent=40, before=40)
        Seen.objects.filter(code="35.09.02").update(recent=2, before=40)
    html = at_desk(state.as_head).get(reverse("workspace:head")).content.decode()
    assert "Kecamatan Sepi: 21" in html
    assert "Kecamatan Ramai" not in html
    assert "Kecamatan Bisu" in html
    assert "Poisson" in html


@pytest.mark.parametrize(
    ("counted", "people", "found"),
    [
        ({"a": (40, 40), "b": (2, 40)}, None, ["b"]),
        ({"a": (40, 40), "b": (15, 40)}, None, []),  # few, and not so few
        ({"a": (4, 40), "b": (4, 40)}, None, []),  # everywhere less: nobody is silent beside the others
        ({"a": (9, 9), "b": (0, 9)}, None, []),  # too small to say anything: 4,5 were expected
        ({"a": (60, 60), "b": (0, 0)}, {"a": 9_000, "b": 9_000}, ["b"]),
        ({"a": (60, 60), "b": (0, 0)}, {"a": 9_000}, []),  # inhabitants must be known everywhere
        ({}, None, []),
    ],
)
def test_what_counts_as_a_blind_spot(counted, people, found):
    assert [spot.code for spot in blind_spots.blind(counted, among=["a", "b"], people=people)] == found


def test_chance_is_counted_as_poisson_does():
    assert blind_spots.at_most(0, 5.0) == pytest.approx(0.006738, abs=1e-6)
    assert blind_spots.at_most(3, 5.0) == pytest.approx(0.265026, abs=1e-6)
    assert blind_spots.at_most(900, 1000.0) == pytest.approx(0.0007, abs=2e-4)
