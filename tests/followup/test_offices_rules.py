"""What an office sets for itself: whose word an answer needs, and templates that still ask for the facts (O1, O5)."""

from datetime import date, timedelta

import pytest

from tests import databases
from tests.factories import MONDAY, a_report, an_officer, as_, fixed, informed, the_state
from tuntas.access.actors import Actor, acting
from tuntas.clocks.models import Clock, Kind
from tuntas.followup import answering, approving, desks, reply_templates
from tuntas.followup.answering import Answer
from tuntas.followup.models import ApprovalRule, FollowUp, ReplyTemplate
from tuntas.kernel.refusals import Incomplete, NotYours, OutOfTurn
from tuntas.organizations.models import Appointment, Role
from tuntas.reports.models import Report
from tuntas.reports.states import State

pytestmark = pytest.mark.django_db
LATER = MONDAY + timedelta(days=7)
HOUR = timedelta(hours=1)
LAMP = "Lampu di [tempat pengerjaan] sudah diperbaiki: [apa yang dilakukan] pada [tanggal pengerjaan] oleh regu kami."


def rule(state, **more):
    with acting(state.as_admin):
        return approving.add(more.pop("unit", state.works), by=state.as_admin, **more)


def resolve(state, report, answer=None, *, by=None, at=LATER):
    return as_(by or state.as_liaison, answering.resolve, report, answer=answer or fixed(), at=at)


@pytest.mark.requirement("R000-13")
@pytest.mark.parametrize(
    ("asked", "answer", "waits"),
    [
        ({"outcome": "FIXED"}, fixed, True),
        ({"outcome": "FIXED"}, informed, False),
        ({"report_class": "NON_SUPERVISORY"}, informed, True),
        ({"report_class": "ASPIRATION"}, fixed, False),
        ({"pressing": "MANY"}, fixed, False),
        ({}, fixed, True),
    ],
)
def test_an_office_says_which_answers_its_head_reads_first(asked, answer, waits):
    state, report = the_state(), a_report(State.IN_PROGRESS)
    rule(state, **asked)
    event = resolve(state, report, answer())
    assert event.verb == ("submit" if waits else "resolve")
    with databases.role("owner"):
        settle = Clock.objects.get(report=report, kind=Kind.RESOLVE)
        assert (settle.stopped_at, bool(settle.paused_at)) == (
            None,
            not waits,
        )  # runs on at the head's


def test_the_worker_goes_by_the_rules_when_it_acts_for_an_officer():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    rule(state)
    keep(state)
    with databases.role("worker"):
        assert resolve(state, report, fixed(text=f"{fixed().text} [sic]")).verb == "submit"


def test_a_rule_of_the_agency_holds_below_it_and_rests_where_nobody_could_sign():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    rule(state, unit=state.city)
    with databases.role("owner"):
        Appointment.objects.filter(unit=state.works, role=Role.UNIT_HEAD).update(valid_to=date(2026, 9, 1))
    assert resolve(state, report).verb == "resolve"  # no head, no deputy: nobody waits for a person who is not there
    with databases.role("owner"):
        above = an_officer("city-head", state.city, Role.UNIT_HEAD)
    second = a_report(State.IN_PROGRESS)
    assert resolve(state, second).verb == "submit"
    assert as_(above, answering.approve, second, at=LATER + HOUR).verb == "resolve"


def test_a_deputy_approves_while_the_head_is_away():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    rule(state)
    resolve(state, report)
    with databases.role("owner"):
        head = Appointment.objects.get(pk=state.as_head.appointment)
        deputy = an_officer("deputy", state.works, Role.UNIT_HEAD, until=date(2026, 12, 31))
        Appointment.objects.filter(pk=deputy.appointment).update(deputy_for=head)
        assert deputy.appointment in {each.pk for each in approving.heads_of(state.works)}
    event = as_(deputy, answering.approve, report, at=LATER + HOUR)
    assert (event.verb, event.appointment_id) == ("resolve", deputy.appointment)


def test_a_rule_ends_stands_once_and_is_set_by_the_agencys_administrator_alone():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    made = rule(state)
    with pytest.raises(OutOfTurn):
        rule(state)
    for stranger in (state.as_head, state.as_liaison, state.as_province_admin):
        with acting(stranger), pytest.raises(NotYours):
            approving.add(state.works, by=stranger, outcome="FIXED")
    with acting(state.as_admin):
        approving.end(ApprovalRule.objects.get(pk=made.pk), by=state.as_admin)
        assert ApprovalRule.objects.get(pk=made.pk).ended_by_id == state.as_admin.appointment
    assert resolve(state, report).verb == "resolve"


@pytest.mark.threat("T-AUTHZ-MATRIX")
def test_rules_and_templates_of_others_are_not_seen_and_not_made_by_the_database_either():
    state = the_state()
    rule(state)
    keep(state)
    with acting(state.as_health_liaison):
        assert not ApprovalRule.objects.exists()
        assert not ReplyTemplate.objects.exists()
    with acting(Actor(kind="public", role="PUBLIC")):
        assert not ReplyTemplate.objects.exists()
    row = {"unit": state.works, "name": "x", "step": "PROGRESS", "text": LAMP, "made_at": LATER}
    with pytest.raises(Exception, match="row-level security"), acting(state.as_health_liaison):
        ReplyTemplate.objects.create(made_by_id=state.as_health_liaison.appointment, **row)


def test_whose_desk_costs_the_days_is_told_from_the_history():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    rule(state)
    resolve(state, report)
    as_(state.as_head, answering.send_back, report, reason="Sebut tiangnya", at=LATER + 5 * HOUR)
    resolve(state, report, at=LATER + 6 * HOUR)
    as_(state.as_head, answering.approve, report, at=LATER + 9 * HOUR)
    with acting(state.as_liaison):
        events = list(Report.objects.get(pk=report.pk).events.select_related("holder").order_by("pk"))
        shares = {share.desk: share for share in desks.shares(desks.stays(events), LATER + 10 * HOUR)}
        assert shares[desks.Desk.HEAD].took == 8 * HOUR
        assert shares[desks.Desk.REPORTER].is_now
        assert sum((share.took for share in shares.values()), timedelta(0)) == LATER + 10 * HOUR - events[0].at
        cost = approving.at_the_head([state.works], now=LATER + 10 * HOUR)[0]
    assert (cost.decided, cost.longest, cost.waiting) == (2, 5 * HOUR, 0)
    assert cost.half == 4 * HOUR


def test_a_progress_that_the_head_sends_ends_the_heads_own_time():
    state, report = the_state(), a_report(State.AWAITING_FOLLOW_UP)
    empty = Answer(text="Terima kasih atas laporannya, akan kami tindaklanjuti.", appeal="Memang begitu")
    assert as_(state.as_liaison, answering.progress, report, answer=empty, at=LATER).verb == "submit"
    as_(state.as_head, answering.approve, report, at=LATER + HOUR)
    with databases.role("owner"):
        assert Clock.objects.get(report=report, kind=Kind.APPROVAL).stopped_at == LATER + HOUR


# Templates -----------------------------------------------------------------------------------------------------------


def keep(state, text=LAMP, *, by=None, **more):
    actor = by or state.as_liaison
    with acting(actor):
        return reply_templates.save(
            state.works, by=actor, **({"name": "Lampu", "step": "RESOLUTION", "text": text} | more)
        )


@pytest.mark.requirement("R004-12")
def test_nothing_goes_to_a_reporter_while_a_blank_is_left():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    keep(state)
    words = fixed().text
    for answer in (fixed(text=LAMP), fixed(text=f"{words} [tanggal pengerjaan]")):
        with pytest.raises(Incomplete) as no:
            resolve(state, report, answer)
        assert no.value.kept == {"text": answer.text}
    with pytest.raises(Incomplete):
        as_(state.as_liaison, answering.acknowledge, report, text="Baik, [tanggal pengerjaan].", at=LATER)
    with databases.role("owner"):
        assert not FollowUp.objects.filter(report=report, step="RESOLUTION").exists()
    assert resolve(state, report, fixed(text=f"{words} Kata pelapor “gelap [sic]”.")).verb == "resolve"


@pytest.mark.parametrize(
    "text",
    [
        "Terima kasih, akan kami tindaklanjuti.",
        "Sudah kami kerjakan pada [tanggal].",
        "[apa yang dilakukan] di [tempat].",
        "[apa yang dilakukan] pada [tanggal].",
        "[nama] [tempat] [tanggal]",
    ],
)
def test_a_template_that_could_be_sent_as_it_stands_is_refused(text):
    state = the_state()
    with pytest.raises(Incomplete):
        keep(state, text)
    assert keep(state).version == 1


def test_a_new_version_takes_the_place_of_the_old_one_which_stays():
    state = the_state()
    first = keep(state)
    second = keep(state, f"{LAMP} Bukti: [foto].", by=state.as_head, series=first.series)
    with acting(state.as_liaison):
        assert [each.pk for each in reply_templates.usable(state.works, "RESOLUTION")] == [second.pk]
        assert [each.version for each in reply_templates.versions(first.series)] == [2, 1]
        assert reply_templates.versions(first.series)[0].made_by_id == state.as_head.appointment
    with acting(state.as_admin), pytest.raises(NotYours):  # of the agency, not of this office
        reply_templates.save(state.works, by=state.as_admin, name="x", step="PROGRESS", text=LAMP)
    with acting(state.as_liaison):
        reply_templates.take_out(second, by=state.as_liaison)
        assert reply_templates.usable(state.works, "RESOLUTION") == []
    with pytest.raises(OutOfTurn):
        keep(state, series=first.series)
