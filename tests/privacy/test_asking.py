"""What a reporter asks about their data: the hours of the law, one decision with reasons, and what follows from it."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, ProgrammingError, transaction

from tests import databases
from tests.factories import MONDAY, a_hold, a_person, a_report, received, the_state
from tuntas.access.actors import PUBLIC, Actor, acting
from tuntas.identity.models import Erasure, SealedIdentity
from tuntas.identity.person import Person
from tuntas.kernel.refusals import Incomplete, NotYours, OutOfTurn
from tuntas.privacy import asking, duties
from tuntas.privacy.correcting import Corrected
from tuntas.privacy.models import DataRequest
from tuntas.reports.models import Event, Report
from tuntas.reports.states import State

pytestmark = [pytest.mark.django_db, pytest.mark.threat("T-SHRED")]


@pytest.fixture
def state():
    return the_state()


@pytest.fixture
def report(state):
    found, _receipt = received(person=a_person())
    return found


def ask(report, wish="ERASURE", words="", at=MONDAY):
    with acting(Actor.reporter_of(report.pk)):
        return asking.ask(Report.objects.get(pk=report.pk), wish=wish, words=words, at=at)


def decide(request, by, decision="GRANTED", reason="Sesuai permintaan", **more):
    with acting(by):
        found = DataRequest.objects.select_related("report__reporter", "report__holder").get(pk=request.pk)
        return asking.decide(found, decision=decision, reason=reason, by=by, **more)


def events(report):
    with databases.role("owner"):
        return list(Event.objects.filter(report=report).select_related("report").order_by("pk"))


def test_a_wish_starts_the_hours_of_the_law_and_is_an_entry_of_the_history(report):
    request = ask(report)

    assert request.due_at - request.asked_at <= timedelta(hours=72)
    assert "UU 27/2022" in request.legal_source
    assert [event.verb for event in events(report)] == ["receive", "ask_about_data"]
    assert events(report)[-1].facts["wish"] == "ERASURE"


def test_hours_of_the_law_are_dated_data():
    assert duties.duty("data_request", at=MONDAY).hours == duties.duty("breach_notice", at=MONDAY).hours == 72
    with pytest.raises(LookupError):
        duties.duty("nothing", at=MONDAY)


def test_a_correction_needs_words_and_the_same_wish_waits_once(report):
    with pytest.raises(Incomplete):
        ask(report, "CORRECTION")
    with pytest.raises(Incomplete):
        ask(report, "EVERYTHING", "x")
    ask(report, "CORRECTION", "Nama jalan salah")
    with pytest.raises(OutOfTurn):
        ask(report, "CORRECTION", "lagi")
    ask(report, "CONSENT")


def test_the_words_lie_encrypted(report):
    request = ask(report, "CORRECTION", "Nama saya Canary-4711")

    with databases.role("owner"):
        assert b"Canary-4711" not in bytes(DataRequest.objects.get().sealed)
    with acting(Actor.reporter_of(report.pk)):
        assert asking.words_of(DataRequest.objects.get(pk=request.pk)) == "Nama saya Canary-4711"


def test_who_holds_the_report_decides_once_and_with_reasons(report, state):
    request = ask(report)
    with pytest.raises(Incomplete):
        decide(request, state.as_national, reason=" ")
    decide(request, state.as_national, "REFUSED", "Sedang diperiksa inspektorat")

    with pytest.raises(OutOfTurn):
        decide(request, state.as_national)
    last = events(report)[-1]
    assert (last.verb, last.note, last.facts["decision"]) == (
        "decide_about_data",
        "Sedang diperiksa inspektorat",
        "REFUSED",
    )


@pytest.mark.parametrize("who", ["as_liaison", "as_supervisor"])
def test_nobody_else_decides(report, state, who):
    request = ask(report)
    actor = getattr(state, who)
    with pytest.raises((NotYours, DataRequest.DoesNotExist)):
        decide(request, actor)


@pytest.mark.parametrize(("wish", "ground"), [("CONSENT", "CONSENT"), ("ERASURE", "SUBJECT")])
def test_a_granted_wish_has_the_vault_forget_the_person(report, state, wish, ground):
    decide(ask(report, wish), state.as_national)

    with databases.role("owner"):
        assert Erasure.objects.get().ground == ground


def test_a_refused_wish_and_a_correction_forget_nobody(report, state):
    decide(ask(report), state.as_national, "REFUSED", "Masih diperlukan")
    decide(
        ask(report, "CORRECTION", "Nama jalan salah"),
        state.as_national,
        corrected=Corrected(title="", body="Lampu di Jalan Baru mati."),
    )

    with databases.role("owner"):
        assert not Erasure.objects.exists()


def test_a_legal_hold_stops_the_decision_and_nothing_is_decided(report, state):
    request = ask(report)
    a_hold(report, state.as_national)
    with pytest.raises(OutOfTurn):
        decide(request, state.as_national)

    with databases.role("owner"):
        assert DataRequest.objects.get().decision == ""
        assert events(report)[-1].verb == "place_hold"


def test_a_correction_of_the_contact_is_sealed_and_web_reads_nothing_back(report):
    with acting(Actor.reporter_of(report.pk)):
        asking.correct(Report.objects.get(), Person(email="baru@contoh.test"))

    assert events(report)[-1].facts == {"parts": ["email"]}
    with databases.role("owner"):
        assert SealedIdentity.objects.count() == 2
    with pytest.raises(ProgrammingError), acting(Actor.reporter_of(report.pk)), transaction.atomic():
        list(SealedIdentity.objects.all())
    with pytest.raises(Incomplete), acting(Actor.reporter_of(report.pk)):
        asking.correct(Report.objects.get(), Person())


def test_wishes_are_seen_by_their_reporter_and_by_who_holds_the_report(report, state):
    ask(report)
    other, _receipt = received()
    seen = {}
    for name, actor in {
        "own": Actor.reporter_of(report.pk), "other": Actor.reporter_of(other.pk), "public": PUBLIC,
        "admin": state.as_national, "elsewhere": state.as_admin,
    }.items():  # fmt: skip
        with acting(actor):
            seen[name] = DataRequest.objects.count()

    assert seen == {"own": 1, "other": 0, "public": 0, "admin": 1, "elsewhere": 0}
    assert DataRequest.objects.count() == 0  # outside of everybody's sight


def test_what_was_decided_is_not_rewritten_by_anybody(report, state):
    decide(ask(report), state.as_national, "REFUSED", "Masih diperlukan")

    with databases.role("owner"):
        with pytest.raises(IntegrityError, match="decided once"), transaction.atomic():
            DataRequest.objects.update(decision="GRANTED")
        with pytest.raises(IntegrityError, match="decided once"), transaction.atomic():
            DataRequest.objects.all().delete()


def test_web_may_write_no_other_column(report, state):
    ask(report)
    with pytest.raises(ProgrammingError), acting(state.as_national), transaction.atomic():
        DataRequest.objects.update(due_at=MONDAY)


def test_a_finished_report_can_still_be_asked_about(state):
    found = a_report(State.RESOLVED)

    assert ask(found, "ERASURE", at=None).pk
