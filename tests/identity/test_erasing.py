"""A wish to forget somebody: who may make it, what stands against it, and that it stays written down (trust.md 4.3)."""

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from tests import databases
from tests.factories import a_hold, a_person, received, released, the_state
from tuntas.access.actors import PUBLIC, SYSTEM, Actor, acting
from tuntas.identity import erasing
from tuntas.identity.models import Erasure, Ground, LegalHold, Reporter
from tuntas.kernel.refusals import Incomplete, NotYours, OutOfTurn

pytestmark = [pytest.mark.django_db, pytest.mark.threat("T-SHRED")]


@pytest.fixture
def case():
    state = the_state()
    report, _receipt = received(target=state.city.pk, person=a_person())
    return state, report, Reporter.objects.get(pk=report.reporter_id)


def test_the_person_and_an_officer_may_ask_and_nobody_else(case):
    state, report, reporter = case
    own = Actor.reporter_of(report.pk)
    with acting(own):
        wish = erasing.ask(reporter, ground=Ground.SUBJECT, by=own)
        assert not wish.is_done
        assert erasing.ask(reporter, ground=Ground.SUBJECT, by=own).pk == wish.pk
    with acting(state.as_admin):
        assert Erasure.objects.get().asked_kind == "reporter"
    with acting(PUBLIC), pytest.raises(NotYours):
        erasing.ask(reporter, ground=Ground.SUBJECT, by=PUBLIC)
    with acting(state.as_admin), pytest.raises(Incomplete):
        erasing.ask(reporter, ground="BECAUSE", by=state.as_admin)
    with databases.role("worker"), acting(SYSTEM):
        assert Erasure.objects.count() == 1


def test_a_reporter_sees_no_other_persons_wish(case):
    state, _report, reporter = case
    with acting(state.as_admin):
        erasing.ask(reporter, ground=Ground.RETENTION, by=state.as_admin)
    other, _receipt = received(person=a_person())
    with acting(Actor.reporter_of(other.pk)):
        assert not Erasure.objects.exists()


def test_a_legal_hold_stands_against_it_in_the_database_itself(case):
    state, report, reporter = case
    placed = a_hold(report, state.as_national)
    own = Actor.reporter_of(report.pk)
    with acting(own):
        assert not LegalHold.objects.exists()
        with pytest.raises(OutOfTurn, match=r".+"):
            erasing.ask(reporter, ground=Ground.SUBJECT, by=own)
        with pytest.raises(DatabaseError, match="legal hold"), transaction.atomic():
            Erasure.objects.create(
                reporter=reporter, ground=Ground.SUBJECT, asked_kind="reporter", asked_at=timezone.now()
            )
    released(placed, state.as_national)
    with acting(state.as_admin):
        assert erasing.ask(reporter, ground=Ground.SUBJECT, by=state.as_admin).pk


def test_web_asks_and_can_neither_carry_it_out_nor_take_it_back(case):
    state, _report, reporter = case
    with acting(state.as_admin):
        wish = erasing.ask(reporter, ground=Ground.SUBJECT, by=state.as_admin)
        for change in ({"done_at": timezone.now(), "found": True}, {"ground": "RETENTION"}):
            with pytest.raises(DatabaseError), transaction.atomic():
                Erasure.objects.filter(pk=wish.pk).update(**change)
        with pytest.raises(DatabaseError), transaction.atomic():
            Erasure.objects.filter(pk=wish.pk).delete()
    with databases.role("owner"), pytest.raises(DatabaseError, match="stays written"), transaction.atomic():
        Erasure.objects.filter(pk=wish.pk)._raw_delete("default")
