"""Practice is judged by the rules in earnest and leaves no trace: nothing can be written while a case is judged."""

from datetime import date

import pytest
from django.apps import apps
from django.db import connection
from django.db.utils import DatabaseError

from tests import databases
from tests.factories import a_report, the_state
from tests.workspace.officers import at_desk
from tuntas.access.actors import PUBLIC, acting
from tuntas.insight import books
from tuntas.introduction import practising
from tuntas.introduction.cases import cases
from tuntas.organizations.models import Category, Officer, Role
from tuntas.reports.models import PublicCopy
from tuntas.reports.states import State

pytestmark = pytest.mark.django_db
GOOD = "Regu Dishub mengganti sekring dan dua lampu di depan Pasar Contoh pada 20 November 2026; malam itu menyala."


@pytest.fixture
def state():
    return the_state()


def judged(key, state, *, role=Role.LIAISON_OFFICER, **given):
    with acting(state.as_liaison):
        return practising.judge(cases()[key], given, unit=state.works, role=role)


def answer(**more):
    facts = {"text": GOOD, "outcome": "FIXED", "kind": "FIELD_ACTION", "done_on": date(2026, 11, 20)}
    facts |= {"done_at_place": "Pasar Contoh", "photos_before": True, "photos_after": True}
    return facts | more


class TestAnswers:
    def test_a_whole_answer_passes_the_gate_and_the_evidence(self, state, settings):
        assert judged("jawaban", state, **answer()).is_right

    def test_thanks_do_not(self, state):
        said = judged("jawaban", state, **answer(text="Terima kasih, akan segera kami tindak lanjuti."))
        assert not said.is_right
        assert any("siap pakai" in str(each.words) for each in said.remarks)

    def test_nor_does_work_without_a_photo(self, state):
        said = judged("lapangan", state, **answer(photos_after=False))
        assert [str(each.words) for each in said.remarks if each.tone == "late"] == [
            "Tambahkan foto sesudah dikerjakan, dengan tanggal dan tempatnya, atau tulis mengapa tidak ada."
        ]


def test_verification_is_told_the_suggestion_the_limit_and_what_the_public_would_see(state):
    lamp = Category.objects.get(code="HUB-01")
    given = {"report_class": "NON_SUPERVISORY", "category": lamp, "public_text": cases()["lampu"].report}
    said = judged("lampu", state, **given)
    words = " ".join(str(each.words) for each in said.remarks)
    assert "Jenisnya tepat" in words
    assert "teksnya menyebut" in words
    assert "0812-3456-7890" in words
    assert not said.is_right


def test_like_words_far_apart_are_two_matters(state):
    assert judged("kembar", state, same="same").is_right
    assert judged("bukan-kembar", state, same="different").is_right
    assert not judged("bukan-kembar", state, same="same").is_right


def test_the_timetable_says_what_a_move_does(state):
    thanks = judged("batas-waktu", state, move="acknowledge")
    assert not thanks.is_right
    assert any("tidak menghentikan batas waktu apa pun" in str(each.words) for each in thanks.remarks)
    assert judged("batas-waktu", state, move="progress").is_right
    assert not judged("batas-waktu", state, move="progress", role=Role.SUPERVISOR).is_right


def test_while_a_case_is_judged_the_database_takes_nothing(state):
    with databases.role("owner"), pytest.raises(DatabaseError, match="read-only"), practising.practising():
        Officer.objects.create(username="latihan", name="Latihan")
    with databases.role("owner"):
        assert not Officer.objects.filter(username="latihan").exists()
        Officer.objects.create(username="sesudahnya", name="Sesudahnya")  # afterwards all is as before


@pytest.mark.requirement("R003-57")
def test_all_practice_of_all_roles_changes_no_table(state):
    actors = [state.as_liaison, state.as_custodian]
    typed = {
        "verify": {
            "report_class": "SUPERVISORY",
            "category": Category.objects.get(code="HUB-01").pk,
            "public_text": "x",
        },
        "duplicate": {"same": "same"},
        "answer": {"outcome": "FIXED", "kind": "ANSWER", "text": GOOD, "photos_before": "on"},
    }
    a_report(State.IN_PROGRESS)
    clients = [at_desk(actor) for actor in actors]
    for client in clients:  # what a sign-in and a first page write is not practice
        assert client.get("/workspace/practice/").status_code == 200
    before = counted(), told()
    assert before[1][2]  # there is something to change
    for client in clients:
        for case in cases().values():
            given = typed.get(case.kind) or {"move": case.choices[0].move}
            page = client.post(f"/workspace/practice/{case.key}/", given)
            assert page.status_code == 200, case.key
            assert page.context["verdict"].remarks
    assert (counted(), told()) == before


def counted():
    """Rows of every table of the register, and the last id that any of them gave out."""
    sessions = {"accounts_session", "django_session"}
    with databases.role("owner"), connection.cursor() as cursor:
        tables = sorted({m._meta.db_table for m in apps.get_models() if m._meta.managed} - sessions)
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}', count(*) FROM {table}" for table in tables))
        rows = dict(cursor.fetchall())
        cursor.execute("SELECT sequencename, last_value FROM pg_sequences ORDER BY 1")
        return rows, dict(cursor.fetchall())


def told():
    """What everybody reads of the register, without the moment at which it was counted."""
    with acting(PUBLIC):
        totals = books.totals()
        copies = list(PublicCopy.objects.values_list("number", "title"))
    return totals.by_bucket, totals.overdue, copies
