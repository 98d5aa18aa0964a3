"""The reporter's word: accept, object, reopen, leave, ask the superior; for a merged report too (law 5, T15-T20)."""

from datetime import timedelta

import pytest

from tests import databases
from tests.clockwork import pass_time
from tests.factories import MONDAY, a_person, a_report, as_, by_reporter, fixed, received, the_state
from tests.laws.register import read
from tuntas.access.actors import Actor, acting
from tuntas.clocks.models import Clock, Kind
from tuntas.followup import answering, reporters_word
from tuntas.followup.models import FollowUp, Rating
from tuntas.kernel.refusals import Incomplete, NotYours, OutOfTurn
from tuntas.notices.models import Notice
from tuntas.reports.models import Attachment, Event, Report, ReportText
from tuntas.reports.states import Class, Finish, State
from tuntas.routing import merging

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATER = MONDAY + 10 * DAY


def now(report: Report) -> Report:
    with databases.role("owner"):
        return Report.objects.select_related("holder").get(pk=report.pk)


def due(report: Report, kind: str):
    with databases.role("owner"):
        return Clock.objects.filter(report=report, kind=kind).latest("pk").due_at


# Accepting and objecting ---------------------------------------------------------------------------------------------


@pytest.mark.requirement("R004-21")
@pytest.mark.parametrize(("clear", "on_target"), [(5, 4), (1, None), (None, None)])
def test_acceptance_is_a_finish_of_its_own_with_the_rating_that_was_given(clear, on_target):
    report = a_report(State.RESOLUTION_PROPOSED)
    by_reporter(reporters_word.accept, report, clear=clear, on_target=on_target, words=" Terang ", at=LATER)
    assert (now(report).state, now(report).finish) == (State.RESOLVED, Finish.ACCEPTED)
    with databases.role("owner"):
        rating = Rating.objects.get(report=report)
        assert (rating.clear, rating.on_target, rating.words) == (clear, on_target, "Terang")


@pytest.mark.parametrize("given", [{"clear": 0}, {"clear": 6}, {"on_target": 0}, {"on_target": 6}])
def test_another_number_is_refused_and_the_words_are_kept(given):
    report = a_report(State.RESOLUTION_PROPOSED)
    before = read()
    with pytest.raises(Incomplete) as refusal:
        by_reporter(reporters_word.accept, report, words="Terang", at=LATER, **given)
    assert refusal.value.kept == {"words": "Terang"}
    assert read() == before


@pytest.mark.requirement("R000-13")
def test_the_first_objection_reopens_and_the_second_tells_the_superior():
    state, report = the_state(), a_report(State.RESOLUTION_PROPOSED)
    by_reporter(reporters_word.object_to, report, reason="Masih mati", at=LATER)
    assert (now(report).state, now(report).objections, now(report).escalation) == (State.IN_PROGRESS, 1, 0)
    as_(state.as_head, answering.resolve, report, answer=fixed(text=AGAIN), at=LATER + DAY)

    by_reporter(reporters_word.object_to, report, reason="Mati lagi", at=LATER + 2 * DAY)

    assert (now(report).state, now(report).objections, now(report).escalation) == (State.IN_PROGRESS, 2, 1)
    with databases.role("owner"):
        assert Notice.objects.filter(report=report, template="escalate", unit__code="province").exists()


AGAIN = "Kabel bawah tanah diganti 14 Oktober 2026 oleh regu Dinas PU; lampu sudah diuji dan menyala."


def test_an_objection_counts_although_the_superior_was_asked_on_the_same_day():
    """A rule that keeps one from asking twice must not swallow the objection itself."""
    state, report = the_state(), a_report(State.RESOLUTION_PROPOSED)
    by_reporter(reporters_word.object_to, report, reason="Masih mati", at=LATER)
    late = due(report, Kind.SECOND_LOOK) + DAY
    by_reporter(reporters_word.escalate, report, reason="Belum ada kabar", at=late)
    as_(state.as_head, answering.resolve, report, answer=fixed(text=AGAIN), at=late)

    by_reporter(reporters_word.object_to, report, reason="Mati lagi", at=late + timedelta(hours=1))

    assert (now(report).state, now(report).objections) == (State.IN_PROGRESS, 2)


def test_after_an_objection_only_the_head_answers():
    state, report = the_state(), a_report(State.RESOLUTION_PROPOSED)
    by_reporter(reporters_word.object_to, report, reason="Masih mati", at=LATER)
    as_(state.as_liaison, answering.resolve, report, answer=fixed(text=AGAIN), at=LATER)
    assert now(report).state == State.IN_PROGRESS
    for other in (state.as_liaison, state.as_admin):
        with pytest.raises(NotYours):
            as_(other, answering.approve, report, at=LATER)
    as_(state.as_head, answering.approve, report, at=LATER)
    assert now(report).state == State.RESOLUTION_PROPOSED


def test_an_officer_does_not_uphold_the_own_appeal_against_the_gate():
    state, report = the_state(), a_report(State.AWAITING_FOLLOW_UP)
    canned = answering.Answer(text="Terima kasih atas laporannya, akan kami tindaklanjuti.", appeal="Ini jawabannya")
    as_(state.as_liaison, answering.progress, report, answer=canned, at=MONDAY + DAY)
    with pytest.raises(NotYours):
        as_(state.as_liaison, answering.approve, report, at=MONDAY + DAY)
    assert now(report).state == State.AWAITING_FOLLOW_UP

    as_(state.as_head, answering.send_back, report, reason="Tulis apa yang dikerjakan", at=MONDAY + DAY)

    with databases.role("owner"):
        draft = FollowUp.objects.get(report=report)
        assert (draft.appeal_upheld, draft.returned_because) == (False, "Tulis apa yang dikerjakan")
    with pytest.raises(OutOfTurn):
        as_(state.as_head, answering.approve, report, at=MONDAY + DAY)


# Within the window, and after it -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("at", "kind", "act", "words"),
    [
        (State.RESOLVED, Kind.REOPEN_WINDOW, reporters_word.reopen, {"reason": "Mati lagi"}),
        (State.ARCHIVED, Kind.APPEAL_WINDOW, reporters_word.appeal, {"reason": "Tempatnya jelas"}),
        (State.REFERRED_EXTERNAL, Kind.APPEAL_WINDOW, reporters_word.appeal, {"reason": "Ini urusan kota"}),
    ],
)
def test_a_right_lasts_as_long_as_its_window(at, kind, act, words):
    report = a_report(at)
    end = due(report, kind)
    before = read()
    with pytest.raises(Incomplete):
        by_reporter(act, report, at=end, **words)
    with pytest.raises(Incomplete):
        by_reporter(act, report, at=end - DAY, **dict.fromkeys(words, "  "))
    assert read() == before
    by_reporter(act, report, at=end - timedelta(seconds=1), **words)
    assert len(read().events) == len(before.events) + 1


def test_what_was_archived_for_a_reason_is_not_revived_by_oneself():
    report = a_report(State.ARCHIVED)
    with pytest.raises(Incomplete):
        by_reporter(reporters_word.revive, report, text="Jalan Contoh nomor 3", at=MONDAY + DAY)


# Asking the superior -------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R000-13", "R004-15")
def test_the_superior_is_asked_when_the_time_has_passed_and_once_a_day():
    report = a_report(State.AWAITING_FOLLOW_UP)
    end = due(report, Kind.FIRST_RESPONSE)
    with pytest.raises(OutOfTurn) as refusal:
        by_reporter(reporters_word.escalate, report, reason="Lama sekali", at=end - timedelta(seconds=1))
    assert refusal.value.kept == {"reason": "Lama sekali"}

    by_reporter(reporters_word.escalate, report, reason="Lama sekali", at=end)

    assert now(report).escalation == 1
    with pytest.raises(OutOfTurn):
        by_reporter(reporters_word.escalate, report, reason="Lama sekali", at=end + DAY - timedelta(seconds=1))
    by_reporter(reporters_word.escalate, report, reason="Lama sekali", at=end + DAY)
    assert now(report).escalation == 2
    with databases.role("owner"):
        levels = report.events.filter(verb="escalate").order_by("pk").values_list("facts__level", flat=True)
        assert list(levels) == [1, 2]


def test_after_two_objections_nobody_waits_for_a_deadline():
    report = a_report(State.IN_PROGRESS)
    with databases.role("owner"):
        Report.objects.filter(pk=report.pk).update(objections=2)
    by_reporter(reporters_word.escalate, report, reason="Dua kali keberatan", at=MONDAY + DAY)
    assert now(report).escalation == 1


def test_of_a_finished_report_the_superior_is_not_asked():
    report = a_report(State.RESOLVED)
    with pytest.raises(OutOfTurn):
        by_reporter(reporters_word.escalate, report, reason="Lama", at=LATER + 90 * DAY)


# Leaving -------------------------------------------------------------------------------------------------------------


def test_a_withdrawn_report_ends_with_all_its_clocks():
    report = a_report(State.AWAITING_FOLLOW_UP)
    by_reporter(reporters_word.withdraw, report, reason="Sudah saya urus sendiri", at=MONDAY + DAY)
    gone = now(report)
    assert (gone.state, gone.due_at, gone.decided_at) == (State.WITHDRAWN, None, MONDAY + DAY)
    with databases.role("owner"):
        assert not Clock.objects.unstopped().filter(report=report).exists()


@pytest.mark.parametrize(
    ("at", "report_class", "stays"),
    [
        (State.AWAITING_FOLLOW_UP, Class.SUPERVISORY, True),
        (State.AWAITING_FOLLOW_UP, Class.WHISTLEBLOWING, True),
        (State.AWAITING_FOLLOW_UP, Class.ASPIRATION, False),
        (State.AWAITING_VERIFICATION, Class.SUPERVISORY, False),  # not yet under examination
    ],
)
def test_under_examination_it_stays_open_without_its_reporter(at, report_class, stays):
    state, report = the_state(), a_report(at, person=a_person())
    with databases.role("owner"):
        Report.objects.filter(pk=report.pk).update(report_class=report_class)

    by_reporter(reporters_word.withdraw, report, at=MONDAY + DAY)

    left = now(report)
    assert (left.state == at, left.has_left) == (stays, stays)
    if stays:
        as_(state.as_liaison, answering.acknowledge, report, text="Kami periksa", at=MONDAY + 2 * DAY)
        with databases.role("owner"):
            assert not Notice.objects.filter(report=report, template="acknowledge", to="REPORTER").exists()


@pytest.mark.requirement("R001-07")
def test_who_carries_others_leaves_and_does_not_take_their_matter_away():
    state, parent, child = the_state(), a_report(State.AWAITING_FOLLOW_UP), a_report(State.AWAITING_FOLLOW_UP)
    as_(state.as_admin, merging.merge, child, into=parent, at=MONDAY + DAY)

    by_reporter(reporters_word.withdraw, parent, at=MONDAY + 2 * DAY)

    assert (now(parent).state, now(parent).has_left) == (State.AWAITING_FOLLOW_UP, True)
    as_(state.as_admin, merging.unmerge, child, reason="Lain tempat", at=MONDAY + 3 * DAY)
    assert now(parent).weight == 1
    by_reporter(reporters_word.withdraw, parent, at=MONDAY + 3 * DAY)
    assert now(parent).state == State.WITHDRAWN


# A merged report -----------------------------------------------------------------------------------------------------


@pytest.mark.requirement("R001-07")
def test_whose_report_was_merged_acts_on_the_one_that_carries_it():
    state, parent, child = the_state(), a_report(State.RESOLUTION_PROPOSED), a_report(person=a_person())
    as_(state.as_admin, merging.merge, child, into=parent, at=LATER)

    with acting(Actor.reporter_of(child.pk)):
        carrier = reporters_word.carrier(Report.objects.get(pk=child.pk))
        assert carrier == parent == reporters_word.carrier(carrier)
        reporters_word.object_to(carrier, reason="Di depan rumah saya masih mati", at=LATER + DAY)

    assert now(parent).state == State.IN_PROGRESS
    with pytest.raises(OutOfTurn):
        by_reporter(reporters_word.withdraw, child, at=LATER + DAY)


@pytest.mark.django_db(transaction=True)
@pytest.mark.requirement("R001-07")
def test_a_follower_reads_what_is_public_of_the_carrier_and_no_word_of_its_reporter():
    """Law 6: in the database itself, so that no page can forget it."""
    state = the_state()
    parent, child = a_report(State.AWAITING_REPORTER), received(target=the_state().city.pk)[0]
    by_reporter(reporters_word.reply, parent, text="Rumah saya nomor 12, telepon 0811", at=MONDAY + DAY)
    with databases.role("owner"):
        event = Event.objects.filter(report=parent, verb="reply").get()
        Attachment.objects.create(
            report=parent, event=event, by="REPORTER", name="rumah.jpg", media_type="image/jpeg", size=1,
            sha256=b"x" * 32, key="k", created_at=MONDAY,
        )  # fmt: skip
    as_(state.as_admin, merging.merge, child, into=parent, at=MONDAY + 2 * DAY)

    with acting(Actor.reporter_of(child.pk)):
        assert Report.objects.filter(pk=parent.pk).exists()
        assert set(ReportText.objects.values_list("report", flat=True)) == {child.pk}
        assert not Attachment.objects.exists()
        assert set(Event.objects.filter(report=parent).values_list("audience", flat=True)) == {"PUBLIC"}
        assert Event.objects.filter(report=child, audience="REPORTER").exists()
        added = reporters_word.add_details(Report.objects.get(pk=parent.pk), text="Di sini juga", at=MONDAY + 3 * DAY)
        assert added.pk
    with acting(Actor.reporter_of(parent.pk)):
        assert set(ReportText.objects.values_list("report", flat=True)) == {parent.pk}
        assert Attachment.objects.count() == 1
        assert Event.objects.filter(report=parent, verb="reply").exists()
        assert not Event.objects.filter(report=child).exists()


def test_silence_after_the_reporter_left_is_a_finish_by_silence():
    state, report = the_state(), a_report(State.IN_PROGRESS)
    with databases.role("owner"):
        Report.objects.filter(pk=report.pk).update(report_class=Class.SUPERVISORY)
    by_reporter(reporters_word.withdraw, report, at=MONDAY + DAY)
    as_(state.as_head, answering.resolve, report, answer=fixed(), at=MONDAY + 8 * DAY)
    pass_time(due(report, Kind.REPORTER_REPLY))
    assert now(report).finish == Finish.SILENCE
