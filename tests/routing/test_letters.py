"""Agencies that are not connected: the supervisor holds, clocks run, a letter goes out, and its answer arrives."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from tests import databases
from tests.factories import LAMP, MONDAY, a_person, a_photo, as_, received, the_state, verify, walk
from tuntas import timekeeping
from tuntas.access.actors import PUBLIC, SYSTEM, Actor, acting
from tuntas.clocks.models import Clock
from tuntas.followup import reporters_word
from tuntas.kernel.refusals import Incomplete, NotYours, OutOfTurn
from tuntas.notices.models import Notice
from tuntas.operations import worker
from tuntas.organizations.models import Unit, UnitKind
from tuntas.reports import attaching
from tuntas.reports.models import Attachment, Event, Report
from tuntas.reports.states import State
from tuntas.reports.storing import installed
from tuntas.routing import disposing, letter_answers, letters, links, verifying
from tuntas.routing.connecting import connect
from tuntas.routing.letter_answers import Reply
from tuntas.routing.models import Letter

pytestmark = pytest.mark.django_db
VERIFIED = MONDAY + timedelta(hours=2)
LATER = MONDAY + timedelta(days=1)
ADDRESS = "bupati@contoh.test"
DONE = Reply(
    text="Lampu di depan Pasar Contoh sudah diganti regu kami pada 6 Oktober 2026.",
    office="Dinas Perhubungan Kabupaten Contoh",
    document_number="600/123/2026",
    document_date=date(2026, 10, 6),
)


def unconnected(*, when=MONDAY, address=ADDRESS, **more):
    """A report for the regency that has not joined, verified by the province that holds it."""
    state = the_state()
    with databases.role("owner"):
        Unit.objects.filter(pk=state.regency.pk).update(letter_address=address)
        state.regency.refresh_from_db()
    report, _receipt = received(when, target=state.regency.pk, **more)
    return state, report


def verified(*, when=MONDAY, by="as_province_admin", facts=None, **more):
    state, report = unconnected(when=when, **more)
    as_(
        getattr(state, by),
        verifying.verify,
        report,
        **({
            "report_class": "NON_SUPERVISORY",
            "category": state.lamp,
            "target": state.regency,
            "title": "Lampu jalan mati di Pasar Contoh",
            "public_text": LAMP,
        } | (facts or {})),
        at=when + timedelta(hours=2),
    )  # fmt: skip
    return state, reread(report)


def reread(report):
    with databases.role("owner"):
        return Report.objects.select_related("holder", "target_agency").get(pk=report.pk)


def letters_of(report):
    with databases.role("owner"):
        return list(
            Letter.objects.with_sending()
            .filter(report=report)
            .select_related("unit", "notice", "report")
            .order_by("pk")
        )


def letter_of(report):
    [letter] = letters_of(report)
    return letter


def token_of(report):
    return links.token(letter_of(report).uuid)


def answered(report, reply=DONE, uploads=(), *, at=LATER, form=None):
    return letter_answers.answer(token_of(report), reply, uploads, form=form or uuid4(), at=at)


def take_in(at=LATER):
    with databases.role("worker"):
        return letter_answers.take_in(now=at)


def clocks_of(report):
    with databases.role("owner"):
        return {clock.kind: (clock.due_at, clock.stopped_at) for clock in Clock.objects.filter(report=report)}


def events_of(report, verb):
    with databases.role("owner"):
        return list(Event.objects.filter(report=report, verb=verb).select_related("report"))


# Who holds it, and what runs -------------------------------------------------------------------


@pytest.mark.requirement("R000-30")
def test_its_supervisor_holds_the_report_before_and_after_verification():
    state, report = unconnected()
    assert report.holder == state.province
    state, report = verified()
    assert (report.holder, report.state) == (state.province, State.AWAITING_DISPOSITION)
    assert report.target_agency == state.regency


@pytest.mark.requirement("R000-30")
def test_the_clocks_run_and_ring_as_for_anybody():
    state, report = verified()
    assert set(clocks_of(report)) == {"verify", "dispose"}
    as_(state.as_province_admin, disposing.dispose, report, lead=state.province_works, at=LATER)
    running = {kind for kind, (_due, stopped) in clocks_of(report).items() if stopped is None}
    assert running == {"first_response", "resolve"}

    with databases.role("worker"):
        timekeeping.ring_due(now=MONDAY + timedelta(days=30))
    assert reread(report).escalation >= 1


# The letter ------------------------------------------------------------------------------------


@pytest.mark.requirement("R000-30")
def test_verification_owes_one_letter_to_the_letter_address():
    state, report = verified()
    letter = letter_of(report)
    assert (letter.unit, letter.written_at, letter.expires_at) == (
        state.regency, VERIFIED, VERIFIED + timedelta(days=60),
    )  # fmt: skip
    assert (letter.notice.to, letter.notice.template) == (Notice.To.LETTER, "letter")
    assert letter.notice.unit_id == state.regency.pk
    assert letter.notice.params["holder"] == state.province.name


def test_the_limit_of_the_letter_is_the_first_follow_up_counted_from_the_letter():
    _state, report = verified()
    assert letter_of(report).due_at.isoformat() == "2026-10-12T17:00:00+00:00"  # end of Monday, five working days on


def test_the_token_stands_nowhere_in_the_database():
    _state, report = verified()
    token = token_of(report)
    with databases.role("owner"), connection.cursor() as cursor:
        for table in ("routing_letter", "notices_notice", "reports_event", "reports_report"):
            cursor.execute(f"SELECT string_agg(t::text, ' ') FROM {table} t")
            rows = cursor.fetchone()[0] or ""
            assert token not in rows
            assert token.replace("-", "") not in rows


def test_a_token_is_128_bits_that_hang_on_the_servers_key(settings):
    one, other = uuid4(), uuid4()
    token = links.token(one)
    assert len(token.replace("-", "")) == links.LENGTH
    assert token == links.token(one) != links.token(other)
    settings.CODE_KEY = b"k" * 32
    assert links.token(one) != token


def test_a_link_copied_by_hand_is_read_kindly():
    token = links.token(uuid4())
    for typed in (token.lower(), token.replace("-", ""), f" {token.replace('-', ' ')} ", token.replace("0", "O")):
        assert links.digest(typed) == links.digest(token)


def test_no_letter_for_a_connected_agency():
    state = the_state()
    report, _receipt = received(target=state.city.pk)
    verify(report, state, VERIFIED)
    assert letters_of(report) == []


def test_without_an_address_the_letter_is_for_print_and_no_notice_is_owed():
    _state, report = verified(address="")
    letter = letter_of(report)
    assert (letter.notice, letter.sent_on, letter.remind_at) == (None, None, None)
    with databases.role("owner"):
        assert not Notice.objects.filter(to=Notice.To.LETTER).exists()


def test_an_office_without_an_address_of_its_own_is_reached_through_its_agency():
    state = the_state()
    with databases.role("owner"):
        office = Unit.objects.create(
            code="regency-roads", slug="regency-roads", name="Dinas Jalan Kabupaten Contoh", parent=state.regency,
            kind=UnitKind.REGIONAL_OFFICE,
        )  # fmt: skip
        office.refresh_from_db()
    _state, report = verified(facts={"target": office})
    assert letter_of(report).unit == state.regency


def test_no_letter_goes_to_whom_the_report_accuses():
    state = the_state()
    _state, report = verified(by="as_national", accused=(state.regency.pk,))
    assert letters_of(report) == []


def test_no_letter_about_whistleblowing():
    _state, report = verified(facts={"report_class": "WHISTLEBLOWING"})
    assert letters_of(report) == []


def test_a_letter_on_paper_is_marked_as_sent_once_and_by_the_holder_alone():
    state, report = verified(address="")
    letter = letter_of(report)
    with acting(state.as_national), pytest.raises(NotYours):
        letters.mark_sent(Letter.objects.select_related("report__holder").get(pk=letter.pk), by=state.as_supervisor)
    with acting(state.as_province_admin):
        own = Letter.objects.select_related("report__holder").get(pk=letter.pk)
        letters.mark_sent(own, by=state.as_province_admin, at=LATER)
        with pytest.raises(OutOfTurn):
            letters.mark_sent(own, by=state.as_province_admin, at=LATER)
    assert letter_of(report).sent_on == LATER


def test_a_second_verification_withdraws_the_first_letter():
    state, report = verified()
    first = token_of(report)
    with databases.role("owner"):
        Report.objects.filter(pk=report.pk).update(state=State.AWAITING_VERIFICATION)
    again = {"report_class": "NON_SUPERVISORY", "category": state.lamp, "target": state.regency}
    as_(state.as_province_admin, verifying.verify, report, **again, at=LATER)

    old, new = letters_of(report)
    assert (old.expires_at, old.notice.error) == (LATER, "withdrawn")
    assert letter_answers.read(first, at=LATER + timedelta(hours=1)) is None
    assert letter_answers.read(links.token(new.uuid), at=LATER + timedelta(hours=1)) is not None


# Reminders -------------------------------------------------------------------------------------


def remind(at):
    with databases.role("worker"):
        return letters.remind_due(now=at)


def reminders(report):
    with databases.role("owner"):
        return list(Notice.objects.filter(report=report, template="letter_reminder"))


def test_a_letter_is_reminded_of_once_at_eighty_per_cent_of_its_time():
    _state, report = verified()
    at = letter_of(report).remind_at
    assert VERIFIED + timedelta(days=3) < at < VERIFIED + timedelta(days=5)
    assert remind(at - timedelta(minutes=1)) == 0
    assert remind(at) == 1
    assert remind(at + timedelta(days=3)) == 0

    [notice] = reminders(report)
    assert (notice.to, notice.created_at) == (Notice.To.LETTER, at)
    assert notice.params["letter"] == str(letter_of(report).uuid)


def test_an_answered_letter_is_not_reminded_of():
    _state, report = verified()
    at = letter_of(report).remind_at
    assert answered(report)
    assert remind(at + timedelta(days=1)) == 0
    assert reminders(report) == []


@pytest.mark.parametrize("what", ["withdrawn by the reporter", "no such mailbox"])
def test_nobody_is_reminded_in_vain(what):
    _state, report = verified()
    at = letter_of(report).remind_at
    if what == "no such mailbox":
        with databases.role("owner"):
            Notice.objects.filter(template="letter").update(failed_at=VERIFIED, error="550")
    else:
        with acting(Actor.reporter_of(report.pk)):
            reporters_word.withdraw(report, at=LATER)
    remind(at)
    assert reminders(report) == []


# The answer ------------------------------------------------------------------------------------


@pytest.mark.requirement("R000-30")
def test_an_answer_arrives_in_the_history_with_its_files_and_the_holder_is_told():
    state, report = verified()
    assert answered(report, uploads=[a_photo("white")])
    assert take_in() == 1

    [event] = events_of(report, "answer_by_letter")
    assert (event.note, event.facts["office"], event.audience) == (DONE.text, DONE.office, "HANDLERS")
    assert (event.actor_kind, event.to_state) == ("system", State.AWAITING_DISPOSITION)
    with databases.role("owner"):
        told = Notice.objects.get(template="answer_by_letter")
        assert (told.to, told.unit_id) == (Notice.To.UNIT, state.province.pk)
    with acting(state.as_province_admin):
        [file] = Attachment.objects.filter(event=event).select_related("report")
        assert (file.by, file.part, file.is_public) == ("OFFICER", "DOCUMENT", False)
        assert attaching.read(file).startswith(b"\xff\xd8")
    letter = letter_of(report)
    assert (letter.event_id, letter.taken_in_at, letter.document_number) == (event.pk, LATER, "600/123/2026")


@pytest.mark.requirement("R000-30")
def test_an_answer_by_letter_stops_no_clock_and_moves_nothing():
    _state, report = verified()
    before = clocks_of(report)
    assert answered(report)
    take_in()
    assert clocks_of(report) == before
    assert reread(report).state == State.AWAITING_DISPOSITION


@pytest.mark.django_db(transaction=True)
def test_an_answer_is_taken_in_once_even_by_two_workers():
    _state, report = verified()
    assert answered(report)

    def worker(_n):
        try:
            return take_in()
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        assert sum(pool.map(worker, range(2))) == 1
    assert len(events_of(report, "answer_by_letter")) == 1


def test_the_same_form_twice_is_one_answer():
    _state, report = verified()
    form = uuid4()
    assert answered(report, uploads=[a_photo()], form=form)
    assert answered(report, Reply(text="Lain.", office="Lain"), [a_photo("red")], form=form, at=LATER)
    take_in()
    [event] = events_of(report, "answer_by_letter")
    assert event.note == DONE.text
    assert stored_files() == 3  # one photo: shown, small, and as it came


def stored_files():
    return len([path for path in installed().root.rglob("*") if path.is_file() and path.parent.name != "incoming"])


@pytest.mark.django_db(transaction=True)
def test_two_forms_at_once_leave_one_answer_and_one_set_of_files():
    _state, report = verified()
    token = token_of(report)

    def send(n):
        try:
            reply = Reply(text=f"Jawaban {n}.", office="Kantor contoh")
            return letter_answers.answer(token, reply, [a_photo()], form=uuid4(), at=LATER)
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(send, range(4))) == [False, False, False, True]
    assert stored_files() == 3
    assert take_in() == 1


@pytest.mark.parametrize("why", ["wrong", "used", "expired", "report is over", "connected"])
def test_a_token_that_opens_nothing_says_nothing_of_why(why):
    state, report = verified()
    token, at = token_of(report), LATER
    if why == "wrong":
        token = links.token(uuid4())
    elif why == "used":
        assert answered(report)
    elif why == "expired":
        at = VERIFIED + timedelta(days=60)
    elif why == "report is over":
        with acting(Actor.reporter_of(report.pk)):
            reporters_word.withdraw(report, at=LATER)
    else:
        with databases.role("owner"):
            list(connect(state.regency, on=LATER.date(), at=LATER))
    assert letter_answers.read(token, at=at) is None
    assert letter_answers.answer(token, DONE, [a_photo()], form=uuid4(), at=at) is False
    assert stored_files() == 0


@pytest.mark.parametrize("typed", ["", "x", "-" * 400, "\x00", "' OR 1=1", "0" * 26, "٠" * 26])
def test_nonsense_opens_nothing(typed):
    verified()
    assert letter_answers.read(typed) is None


@pytest.mark.parametrize("reply", [Reply(text="  ", office="Kantor"), Reply(text="Sudah.", office=" \x00 ")])
def test_an_answer_says_something_and_who(reply):
    _state, report = verified()
    with pytest.raises(Incomplete):
        answered(report, reply)
    assert letter_of(report).answered_at is None


def test_what_the_database_cannot_hold_is_left_out_of_an_answer():
    _state, report = verified()
    assert answered(report, Reply(text="Sudah\x00 diganti \ud83d.", office="Kantor\x00 Contoh"))
    take_in()
    [event] = events_of(report, "answer_by_letter")
    assert event.note == "Sudah diganti ?."


def test_an_answer_whose_report_ended_before_it_was_taken_in_stays_with_its_letter():
    _state, report = verified()
    assert answered(report)
    with acting(Actor.reporter_of(report.pk)):
        reporters_word.withdraw(report, at=LATER)
    assert take_in() == 1
    assert take_in() == 0
    assert events_of(report, "answer_by_letter") == []
    assert letter_of(report).answer == DONE.text


# Who may read what -----------------------------------------------------------------------------


def test_a_letter_tells_what_the_public_may_know():
    state, report = verified(person=a_person())
    found = letter_answers.read(token_of(report), at=LATER)
    assert (found.number, found.unit, found.holder) == (report.number, state.regency, state.province)
    assert (found.title, found.body) == ("Lampu jalan mati di Pasar Contoh", LAMP)


@pytest.mark.parametrize("facts", [{"public_text": ""}, {"raise_confidential": True, "protection_reason": "x"}])
def test_a_report_without_public_words_shows_none(facts):
    _state, report = verified(facts=facts)
    found = letter_answers.read(token_of(report), at=LATER)
    assert (found.title, found.body, found.place) == ("", "", "")


def test_text_is_gone_from_the_letter_the_moment_the_report_becomes_confidential():
    state, report = verified()
    assert letter_answers.read(token_of(report), at=LATER).body == LAMP
    as_(
        state.as_province_admin,
        verifying.protect,
        report,
        anonymous=False,
        confidential=True,
        at=LATER,
        reason="Ada nama orang lain",
    )
    found = letter_answers.read(token_of(report), at=LATER + timedelta(minutes=1))
    assert (found.number, found.body, found.title, found.place) == (report.number, "", "", "")


def test_only_handlers_see_the_rows_of_letters():
    state, report = verified()
    answered(report)
    for actor, sees in (
        (state.as_province_admin, 1),
        (state.as_national, 1),
        (state.as_admin, 0),
        (Actor.reporter_of(report.pk), 0),
        (PUBLIC, 0),
    ):
        with acting(actor):
            assert Letter.objects.count() == sees, actor
    assert Letter.objects.count() == 0
    with acting(SYSTEM):  # the web cannot play the clockwork
        assert Letter.objects.count() == 0


@pytest.mark.requirement("R000-30")
def test_everybody_may_know_when_a_letter_of_a_public_report_was_sent_and_answered():
    state, report = verified()
    with databases.role("owner"):
        Notice.objects.filter(template="letter").update(sent_at=VERIFIED)
    with acting(PUBLIC):
        dates = letters.shown([report])[report.pk]
    assert (dates.unit, dates.sent_on, dates.answered_at) == (state.regency.pk, VERIFIED, None)
    answered(report)
    with acting(PUBLIC):
        assert letters.shown([report])[report.pk].answered_at == LATER
    sums = letters.summed(state.regency)
    assert (sums.sent, sums.answered, sums.last_sent, sums.last_answered) == (1, 1, VERIFIED, LATER)


def test_of_a_confidential_report_only_its_own_reporter_may_know_the_dates():
    _state, report = verified(is_confidential=True)
    with acting(PUBLIC):
        assert letters.shown([report]) == {}
    with acting(Actor.reporter_of(report.pk)):
        assert report.pk in letters.shown([report])


# The day the agency joins ----------------------------------------------------------------------


def test_when_the_agency_joins_its_letters_expire_and_unsent_ones_are_not_sent():
    state, report = verified()
    with databases.role("worker"):
        with databases.role("owner"):
            Unit.objects.filter(pk=state.regency.pk).update(connected_on=None)
        with databases.role("owner"):
            [handed] = connect(state.regency, on=LATER.date(), at=LATER)
    assert handed.holder == state.regency
    letter = letter_of(report)
    assert (letter.expires_at, letter.notice.error) == (LATER, "withdrawn")
    assert remind(LATER + timedelta(days=20)) == 0
    with databases.role("owner"):
        assert Notice.objects.owed().filter(to=Notice.To.LETTER).count() == 0


def test_the_address_is_that_of_the_installation():
    assert links.address(uuid4()).startswith(f"{settings.ORIGIN}/surat/")


def test_a_walk_by_the_usual_steps_still_ends_well():
    """The letter adds to the way of a report and takes nothing from it."""
    state = the_state()
    report, _receipt = received(target=state.city.pk)
    walk(report, State.RESOLVED, state, MONDAY)
    assert reread(report).state == State.RESOLVED


@pytest.mark.django_db(transaction=True)
def test_the_worker_takes_answers_in_and_reminds():
    now = timezone.now()
    _state, answered_one = verified(when=now - timedelta(days=20))
    _state, silent = verified(when=now - timedelta(days=20))
    assert answered(answered_one, at=now - timedelta(days=1))
    with databases.role("worker"):
        worker.run(threading.Event(), once=True)
    assert len(events_of(answered_one, "answer_by_letter")) == 1
    assert len(reminders(silent)) == 1
