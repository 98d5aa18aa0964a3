"""Violence against women or children, and what is examined, is seen inside its own office and by the nation alone."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client

from tests import databases
from tests.factories import MONDAY, a_report, an_officer, as_, by_reporter, received, the_state, verify
from tests.workspace.officers import at_desk
from tuntas.access.actors import PUBLIC, SYSTEM, Actor, acting
from tuntas.followup import answering, reporters_word
from tuntas.intake import receiving
from tuntas.kernel.refusals import Incomplete, NotYours, Refusal
from tuntas.organizations.models import Category, Role, Unit, UnitKind
from tuntas.reports.models import Attachment, Event, PublicCopy, Report, ReportText
from tuntas.reports.states import Class, Queue, State
from tuntas.routing import accusing, disposing, merging, transferring, verifying

pytestmark = [pytest.mark.django_db, pytest.mark.requirement("R002-32"), pytest.mark.threat("T-RLS", "SR-05")]
LATER = MONDAY + timedelta(days=1)
STORY = "Tetangga saya dipukul suaminya setiap malam, anaknya takut."


@pytest.fixture
def state():
    """The invented state with an inspectorate and an office for women and children, in the city and the province."""
    found = the_state()
    with databases.role("owner"):
        for place in ("city", "province"):
            above = getattr(found, place)
            for code, kind in (("inspectorate", UnitKind.INSPECTORATE), ("ppa", UnitKind.WOMEN_AND_CHILDREN)):
                unit = Unit.objects.create(
                    code=f"{place}-{code}",
                    slug=f"{place}-{code}",
                    name=f"Kantor {code} {place}",
                    kind=kind,
                    parent=above,
                )
                unit.refresh_from_db()
                setattr(found, f"{place}_{code}", unit)
                for role, name in (
                    (Role.AGENCY_ADMIN, "admin"),
                    (Role.LIAISON_OFFICER, "liaison"),
                    (Role.UNIT_HEAD, "head"),
                ):
                    setattr(found, f"as_{place}_{code}_{name}", an_officer(f"{place}-{code}-{name}", unit, role))
        found.violence = Category.objects.create(
            code="GSI-02", name="Kekerasan dalam Rumah Tangga", keywords=["dipukul suami", "kdrt"],
            closed_to=Queue.WOMEN_AND_CHILDREN,
        )  # fmt: skip
    for remembered in (receiving.door, receiving.closed_door, receiving.door_above):
        remembered.cache_clear()
    return found


def now(report: Report) -> Report:
    with databases.role("owner"):
        return Report.objects.select_related("holder").get(pk=report.pk)


def at_work(actor: Actor) -> bool:
    try:
        with acting(actor):
            return True
    except NotYours:
        return False


def seen_by(report: Report, state) -> set[str]:
    found = set()
    for name, actor in vars(state).items():
        if name.startswith("as_") and at_work(actor):
            with acting(actor):
                if Report.objects.filter(pk=report.pk).exists():
                    assert ReportText.objects.filter(report=report).exists(), name
                    found.add(name)
                else:
                    for model in (Event, ReportText, Attachment):
                        assert not model.objects.filter(report=report).exists(), (name, model)
    return found


INSIDE = {"as_national", "as_city_ppa_admin", "as_city_ppa_liaison", "as_city_ppa_head"}


def test_from_the_first_moment_it_lies_with_the_office_for_women_and_children(state):
    report = received(target=state.city.pk, text=STORY, queue=Queue.WOMEN_AND_CHILDREN)[0]
    found = now(report)
    assert (found.holder, found.queue, found.is_confidential) == (state.city_ppa, Queue.WOMEN_AND_CHILDREN, True)
    assert seen_by(report, state) == INSIDE
    with databases.role("owner"):
        text = ReportText.objects.get(report=report)
    assert (text.body, found.place) == ("", "")


def test_the_form_hears_it_in_the_words_and_the_person_decides(state):
    client = Client()
    step = {"key": str(uuid4()), "text": STORY.replace("suaminya", "suami"), "agency_words": "Kota Contoh"}
    page = client.post("/lapor", step).content.decode()
    assert "Cerita Anda seperti kekerasan terhadap perempuan atau anak" in page
    assert "129" in page
    assert "Kontak ini belum kami pastikan" in page
    receipt = client.post("/lapor/terkirim", step | {"target": state.city.pk, "special": "WOMEN_AND_CHILDREN"})
    assert "129" in receipt.content.decode()
    with databases.role("owner"):
        report = Report.objects.latest("pk")
    assert seen_by(report, state) == INSIDE


@pytest.mark.django_db(transaction=True)  # what an officer wrote in a transaction, that one may finish in it
@pytest.mark.parametrize("report_class", [Class.NON_SUPERVISORY, Class.SUPERVISORY])
def test_at_verification_such_a_category_closes_it_and_whoever_checked_it_sees_it_no_more(state, report_class):
    report = a_report(text=STORY)
    verify(report, state, LATER, category=state.violence, report_class=report_class)
    found = now(report)
    assert (found.holder, found.queue, found.is_confidential, found.state) == (
        state.city_ppa, Queue.WOMEN_AND_CHILDREN, True, State.AWAITING_DISPOSITION,
    )  # fmt: skip
    assert seen_by(report, state) == INSIDE
    with databases.role("owner"):
        assert not PublicCopy.objects.exists()
    with acting(Actor.reporter_of(report.pk)):
        assert Event.objects.get(report=report, verb="protect").note  # the reporter reads why


@pytest.mark.django_db(transaction=True)  # what an officer wrote in a transaction, that one may finish in it
@pytest.mark.parametrize("report_class", [Class.SUPERVISORY, Class.WHISTLEBLOWING])
def test_what_is_examined_goes_to_the_inspectorate_and_is_led_to_its_end_there(state, report_class):
    report = a_report()
    verify(report, state, LATER, report_class=report_class)
    inside = {"as_national", *(f"as_city_inspectorate_{name}" for name in ("admin", "liaison", "head"))}
    assert seen_by(report, state) == inside
    as_(state.as_city_inspectorate_admin, disposing.dispose, report, lead=state.city_inspectorate, at=LATER)
    as_(state.as_city_inspectorate_liaison, answering.acknowledge, report, text="Kami periksa.", at=LATER)
    assert seen_by(report, state) == inside
    desk = at_desk(state.as_city_inspectorate_admin)
    assert desk.get("/workspace/")["Location"] == "/workspace/queues/closed/"  # what the office is there for
    page = desk.get("/workspace/queues/closed/")
    assert [row.report.pk for row in page.context["listing"].rows] == [report.pk]
    assert at_desk(state.as_admin).get("/workspace/queues/closed/").status_code == 404


def test_an_insider_reports_to_the_inspectorate_from_the_first_moment(state):
    report = received(target=state.works.pk, queue=Queue.INSPECTORATE)[0]
    assert now(report).holder == state.city_inspectorate
    above = received(target=state.city.pk, queue=Queue.INSPECTORATE, accused=(state.city.pk,))[0]
    assert now(above).holder == state.province_inspectorate
    assert seen_by(above, state) == {
        "as_national",
        *(f"as_province_inspectorate_{n}" for n in ("admin", "liaison", "head")),
    }


def test_without_an_officer_who_can_act_there_the_superiors_office_keeps_it_and_else_the_nation(state):
    from tuntas.organizations.models import Appointment

    with databases.role("owner"):
        Appointment.objects.filter(unit=state.city_ppa, role=Role.AGENCY_ADMIN).update(valid_to=MONDAY.date())
    receiving.closed_door.cache_clear()
    later = MONDAY + timedelta(days=30)
    report = received(later, target=state.city.pk, queue=Queue.WOMEN_AND_CHILDREN)[0]
    assert now(report).holder == state.province_ppa
    with databases.role("owner"):
        Appointment.objects.filter(unit=state.province_ppa).update(valid_to=MONDAY.date())
    receiving.closed_door.cache_clear()
    report = received(later, target=state.city.pk, queue=Queue.WOMEN_AND_CHILDREN)[0]
    assert now(report).holder == state.nation
    assert seen_by(report, state) == {"as_national"}


def test_nobody_outside_takes_part_in_it(state):
    report = received(target=state.city.pk, text=STORY, queue=Queue.WOMEN_AND_CHILDREN)[0]
    ours = state.as_city_ppa_admin
    as_(
        ours,
        verifying.verify,
        report,
        report_class="NON_SUPERVISORY",
        category=state.violence,
        target=state.city,
        at=LATER,
    )
    for lead, supporting in ((state.city_ppa, [state.health]), (state.works, [])):
        with pytest.raises(Refusal):
            as_(state.as_national, disposing.dispose, report, lead=lead, supporting=supporting, at=LATER)
    with pytest.raises(Incomplete):
        as_(ours, transferring.offer, report, ground="Perwali", proposed=state.health, at=LATER)
    other = received(target=state.city.pk)[0]
    with pytest.raises(Incomplete):
        as_(state.as_national, merging.merge, report, into=other, at=LATER)
    as_(ours, transferring.offer, report, ground="Perwali", proposed=None, at=LATER)
    assert now(report).arbiter_id == state.nation.pk
    assert seen_by(report, state) == INSIDE


@pytest.mark.django_db(transaction=True)  # what an officer wrote in a transaction, that one may finish in it
def test_once_closed_it_stays_closed_whatever_it_is_called_later(state):
    report = received(target=state.city.pk, text=STORY, queue=Queue.WOMEN_AND_CHILDREN)[0]
    as_(state.as_city_ppa_admin, verifying.verify, report, report_class="NON_SUPERVISORY", category=state.lamp,
        target=state.city, title="x", public_text="Semua boleh baca", at=LATER)  # fmt: skip
    assert seen_by(report, state) == INSIDE
    with databases.role("owner"):
        assert not PublicCopy.objects.exists()


@pytest.mark.parametrize("role", ["web", "worker", "owner"])
@pytest.mark.parametrize("change", [{"queue": ""}, {"queue": "INSPECTORATE"}, {"is_confidential": False}])
def test_no_role_of_the_database_opens_it(state, role, change):
    report = received(target=state.city.pk, queue=Queue.WOMEN_AND_CHILDREN)[0]
    actor = {"web": state.as_national, "worker": SYSTEM, "owner": PUBLIC}[role]
    with databases.role(role), acting(actor), pytest.raises(DatabaseError, match="never lowered"), transaction.atomic():
        Report.objects.filter(pk=report.pk).update(**change)


def test_somebody_described_in_words_is_first_looked_at_above_the_agency(state):
    report = received(target=state.health.pk, reported_party="Kepala gudang obat")[0]
    found = now(report)
    assert (found.holder, found.is_confidential) == (state.province, True)
    assert "as_health_liaison" not in seen_by(report, state)
    page = at_desk(state.as_province_admin).get(f"/workspace/reports/{report.number}/").content.decode()
    assert "Orang yang dimaksud pelapor tidak punya akun di sini" in page
    with databases.role("owner"):
        assert ReportText.objects.get(report=report).reported_party == ""  # it lies with the sealed words


@pytest.mark.django_db(transaction=True)  # what an officer wrote in a transaction, that one may finish in it
def test_a_named_desk_gives_it_to_the_next_one(state):
    report = received(target=state.city.pk, queue=Queue.WOMEN_AND_CHILDREN)[0]
    as_(state.as_city_ppa_admin, accusing.name, report, units=[state.city_ppa], reason="Tentang kami", at=LATER)
    assert now(report).holder == state.province_ppa
    assert "as_city_ppa_admin" not in seen_by(report, state)


def test_the_reporter_goes_on_as_ever(state):
    report = received(target=state.city.pk, text=STORY, queue=Queue.WOMEN_AND_CHILDREN)[0]
    by_reporter(reporters_word.add_details, report, text="Semalam lagi", at=LATER)
    with acting(Actor.reporter_of(report.pk)):
        assert verifying.publishing.read(Report.objects.get(pk=report.pk))["body"] == STORY
