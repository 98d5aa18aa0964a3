"""A custodian sees the requests put before them and the facts that these need: nothing else of any report, anywhere."""

from uuid import uuid4

import pytest
from django.db import connection

from tests import databases
from tests.disclosure import scenes
from tests.factories import a_hold, an_officer
from tuntas.access.actors import acting
from tuntas.notices.models import Notice
from tuntas.organizations.models import Role
from tuntas.reports.models import Event

pytestmark = [pytest.mark.django_db, pytest.mark.threat("T-REVEAL-4EYES")]
THEIRS = {"reports_report", "reports_event", "disclosure_disclosure", "disclosure_opening", "notices_notice"}


def guarded() -> list[str]:
    """Every table of the case database whose rows are guarded and that web may read at all."""
    with databases.role("owner"), connection.cursor() as cursor:
        cursor.execute(
            """SELECT relname FROM pg_class WHERE relkind = 'r' AND relrowsecurity
                AND has_any_column_privilege('tuntas_web', oid, 'SELECT') AND relname NOT LIKE 'accounts_%'
              ORDER BY relname"""
        )
        return [name for (name,) in cursor.fetchall()]


def counted(names: list[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        found = {}
        for name in names:
            cursor.execute(f"SELECT count(*) FROM {name}")
            found[name] = cursor.fetchone()[0]
    return found


@pytest.fixture
def case():
    found = scenes.a_case()
    scenes.asked(found)
    a_hold(found.report, found.state.as_admin)
    return found


def test_of_a_report_in_question_they_see_its_row_the_entries_of_the_request_and_what_was_told_to_them(case):
    names = guarded()
    assert {"reports_reporttext", "routing_disposition", "clocks_clock", "identity_legalhold"} <= set(names)
    with acting(case.custodian):
        seen = {name for name, rows in counted(names).items() if rows}
        told = set(Notice.objects.values_list("template", flat=True))
        verbs = set(Event.objects.values_list("verb", flat=True))

    assert seen <= THEIRS
    assert (told, verbs) == ({"ask_identity"}, {"ask_identity"})


def test_a_request_put_before_another_custodian_is_not_theirs(case):
    with acting(case.liaison):
        scenes.asking.withdraw(scenes.Disclosure.objects.select_related("report", "custodian").get(), by=case.liaison)
    with databases.role("owner"):
        other = scenes.Disclosure.objects.get()
        other.pk, other.uuid, other.custodian, other.decision = None, uuid4(), case.state.nation, ""
        other.decided_at = other.decided_by = None
        other.save(force_insert=True)
    with acting(case.custodian):
        assert list(scenes.Disclosure.objects.values_list("custodian", flat=True)) == [case.state.province.pk]


def test_what_lies_in_their_own_unit_and_below_it_is_not_theirs(case):
    """They hold the office of a custodian in the very unit that has the report, and above it."""
    with databases.role("owner"):
        inside = an_officer("works-custodian", case.state.works, Role.CUSTODIAN)
        above = an_officer("city-custodian", case.state.city, Role.CUSTODIAN)
    for actor in (inside, above, case.state.as_nation_custodian):
        with acting(actor):
            assert {name: rows for name, rows in counted(guarded()).items() if rows} == {}
