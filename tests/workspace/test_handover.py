"""Passing work on when an officer moves: everything goes somewhere, and no desk is left alone."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests import databases
from tests.factories import a_person, a_report, an_officer, fixed, the_state
from tests.teamwork.test_jobs import a_field_officer, appointment, as_
from tests.workspace.officers import at_desk
from tuntas.access.actors import acting
from tuntas.access.models import SecurityEntry
from tuntas.accounts import administering, last_in_office
from tuntas.accounts.models import Letter
from tuntas.disclosure import asking
from tuntas.followup import answering, approving
from tuntas.kernel.refusals import NotYours, OutOfTurn
from tuntas.organizations.models import Appointment, Officer, Role
from tuntas.reports.states import State
from tuntas.teamwork import jobs
from tuntas.workspace import handing_over
from tuntas.workspace.handing_over import Why
from tuntas.workspace.models import SavedView
from tuntas_vault.accounts.sending import words

pytestmark = pytest.mark.django_db


def a_view(actor, name: str) -> None:
    with acting(actor):
        SavedView.objects.create(officer_id=actor.officer, name=name, queue="all", asked="late=1")


def views_of(actor) -> set[str]:
    with acting(actor):
        return set(SavedView.objects.filter(officer=actor.officer).values_list("name", flat=True))


def page_of(client, whose) -> str:
    return client.get(f"/workspace/handover/{whose.appointment}/").content.decode()


def test_an_administrator_passes_a_supervisors_work_to_who_gets_the_role():
    """The page says what there is; the role, the views and a mail go to whoever follows; it is written down."""
    state = the_state()
    a_view(state.as_supervisor, "Terlambat")
    a_view(state.as_supervisor, "Pasar")
    a_view(state.as_province_works_liaison, "Pasar")
    client, whose, to = at_desk(state.as_province_admin), state.as_supervisor, state.as_province_works_liaison

    page = page_of(client, whose)
    assert "Instansi yang diawasi" in page
    assert "Belum ada petugas lain dengan peran ini" in page
    ended = client.post(f"/workspace/people/{whose.officer}/end", {"appointment": whose.appointment})
    assert ended.status_code == 409
    assert "2 instansi" in ended.content.decode()
    sent = {"to": to.appointment, "why": Why.MOVES, "gives_role": "on", "decree": "SK-7", "last_0": "", "last_1": ""}
    assert client.post(f"/workspace/handover/{whose.appointment}/", sent).status_code == 302

    assert views_of(to) == {"Terlambat", "Pasar"}
    followed = Appointment.objects.current().get(officer=to.officer, role=Role.SUPERVISOR)
    assert (followed.unit, followed.decree) == (state.province, "SK-7")
    with databases.role("owner"):
        entry = SecurityEntry.objects.get(kind="handed_over")
        letter = Letter.objects.get(template="handed_over")
    assert (entry.officer, entry.facts["about"], entry.facts["to"]) == (
        state.as_province_admin.officer,
        whose.officer,
        to.officer,
    )
    assert (entry.facts["reason"], entry.facts["views"]) == ("MOVES", 1)
    assert (letter.officer_id, letter.params["reason"]) == (to.officer, "MOVES")
    assert client.post(f"/workspace/people/{whose.officer}/close").status_code == 302


def test_an_account_is_not_closed_while_something_hangs_on_it_alone():
    """A custodian with a request and a head with a draft; a deputy keeps no desk, somebody in their own right does."""
    state, report = the_state(), a_report(State.IN_PROGRESS, person=a_person())
    custodian = Officer.objects.get(pk=state.as_custodian.officer)
    head = Officer.objects.get(pk=state.as_head.officer)
    as_(state.as_liaison, asking.ask, report, ground="PUBLIC_TASK", reason="Diperlukan sebagai saksi pemeriksaan ini.")
    with acting(state.as_admin):
        approving.add(state.works, by=state.as_admin, outcome="FIXED")
    assert as_(state.as_liaison, answering.resolve, report, answer=fixed()).verb == "submit"
    with databases.role("owner"):
        deputy = an_officer("deputy", state.works, Role.UNIT_HEAD, until=timezone.localdate() + timedelta(days=9))
        Appointment.objects.filter(pk=deputy.appointment).update(deputy_for=state.as_head.appointment)
    for officer, by, hangs in (
        (custodian, state.as_national, "1 permintaan membuka identitas"),
        (head, state.as_admin, "1 draf menunggu"),
        (Officer.objects.get(pk=state.as_supervisor.officer), state.as_province_admin, "2 instansi"),
    ):
        page = at_desk(by).post(f"/workspace/people/{officer.pk}/close")
        assert page.status_code == 409
        for words_of_it in (hangs, "Belum ada yang diakhiri atau ditutup", "Keluarkan ia dari semua perangkat"):
            assert words_of_it in page.content.decode()
        assert Officer.objects.get(pk=officer.pk).is_active
    with databases.role("owner"):
        an_officer("head2", state.works, Role.UNIT_HEAD)
    with acting(state.as_admin):
        handing_over.close(head, by=state.as_admin)
    assert not Officer.objects.get(pk=head.pk).is_active


def test_an_agency_never_loses_its_last_administrator():
    state = the_state()
    national, own = Officer.objects.get(pk=state.as_national.officer), state.as_province_admin
    last = Appointment.objects.select_related("unit", "officer").get(pk=own.appointment)
    for refused in (
        lambda: administering.end(state.as_national, last),
        lambda: administering.set_active(state.as_national, last.officer, active=False),
    ):
        with pytest.raises(OutOfTurn, match="Provinsi Contoh"):
            refused()
    page = at_desk(state.as_national).post(f"/workspace/people/{own.officer}/close")
    assert page.status_code == 409
    assert "tidak punya admin lagi" in page.content.decode()
    with databases.role("owner"):
        an_officer("national2", state.nation, Role.NATIONAL_ADMIN)
    second = the_state().as_national2
    held = Appointment.objects.select_related("unit", "officer").get(officer=national, role=Role.NATIONAL_ADMIN)
    administering.end(second, held)  # somebody else is there
    left = Appointment.objects.select_related("unit", "officer").get(pk=second.appointment)
    with pytest.raises(OutOfTurn, match="Indonesia"):
        last_in_office.must_leave_one([left], last=timezone.localdate())


def test_of_two_administrators_the_deputy_does_not_keep_the_agency():
    state = the_state()
    last = Appointment.objects.select_related("unit", "officer").get(pk=state.as_province_admin.appointment)
    with databases.role("owner"):
        deputy = Officer.objects.get(pk=state.as_province_works_liaison.officer)
        Appointment.objects.create(
            officer=deputy,
            unit=state.province,
            role=Role.AGENCY_ADMIN,
            valid_from=timezone.localdate(),
            valid_to=timezone.localdate() + timedelta(days=9),
            deputy_for=last,
        )
    with pytest.raises(OutOfTurn):
        administering.end(state.as_national, last)


def test_an_agency_whose_administrators_all_end_soon_is_named_to_those_above():
    state = the_state()
    ends, people = timezone.localdate() + timedelta(days=9), "/workspace/people/"
    with databases.role("owner"):
        Appointment.objects.filter(pk=state.as_admin.appointment).update(valid_to=ends)
    assert "sebulan lagi tidak ada admin" not in at_desk(state.as_national).get(people).content.decode()
    with databases.role("owner"):
        Appointment.objects.filter(pk=state.as_admin2.appointment).update(valid_to=ends)
    page = at_desk(state.as_national).get(people).content.decode()
    assert "sebulan lagi tidak ada admin di sini. Tugaskan penggantinya: Kota Contoh." in page


def test_an_administrator_who_moves_hands_over_by_themself_and_the_agency_keeps_the_other():
    state, report = the_state(), a_report(State.AWAITING_VERIFICATION)
    as_(state.as_admin2, jobs.assign, report, to=appointment(state.as_admin))
    client = at_desk(state.as_admin)
    assert f"/workspace/handover/{state.as_admin.appointment}/" in client.get("/workspace/account").content.decode()
    page = page_of(client, state.as_admin)
    assert "Serahkan pekerjaan Anda" in page
    assert 'name="last_0"' not in page  # nobody ends their own appointment
    sent = {"to": state.as_admin2.appointment, "why": Why.LEAVES}
    client.post(f"/workspace/handover/{state.as_admin.appointment}/", sent)
    with acting(state.as_admin2):
        assert [job.report_id for job in jobs.jobs_of(state.as_admin2)] == [report.pk]
    administering.end(state.as_admin2, Appointment.objects.get(pk=state.as_admin.appointment))


def test_what_is_one_persons_own_goes_to_nobody_and_is_said():
    """A right to know a reporter stays with who asked; the one who follows asks anew (law 6)."""
    state, report = the_state(), a_report(State.IN_PROGRESS, person=a_person())
    as_(state.as_liaison, asking.ask, report, ground="PUBLIC_TASK", reason="Diperlukan sebagai saksi pemeriksaan ini.")
    whose = appointment(state.as_liaison)
    assert "1 permintaan untuk mengetahui pelapor" in page_of(at_desk(state.as_admin), state.as_liaison)
    with acting(state.as_admin):
        handing_over.hand_over(whose, to=appointment(state.as_head), by=state.as_admin, why=Why.MOVES)
    with acting(state.as_head):
        assert handing_over.bundle_of(appointment(state.as_head)).identities == 0
    assert handing_over.bundle_of(whose).identities == 1


def test_nobody_hands_over_what_is_not_theirs():
    state = the_state()
    field = a_field_officer(state)
    for actor in (state.as_liaison, state.as_province_admin, state.as_supervisor):
        with acting(actor), pytest.raises(NotYours):
            handing_over.hand_over(appointment(field), to=None, by=actor, why=Why.MOVES)
        assert at_desk(actor).get(f"/workspace/handover/{field.appointment}/").status_code == 404
    own = at_desk(state.as_supervisor)
    page = page_of(own, state.as_supervisor)
    assert "Tugaskan juga" not in page  # a supervisor appoints nobody
    sent = {"to": state.as_province_admin.appointment, "why": Why.MOVES}
    assert own.post(f"/workspace/handover/{state.as_supervisor.appointment}/", sent).status_code == 422


def test_the_mail_knows_each_reason():
    for language in ("id", "en"):
        assert set(words(language)["reason"]) == set(Why.values)
