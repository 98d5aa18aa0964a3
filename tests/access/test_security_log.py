"""The security log: added to and never changed, kept when the act is undone, and shown to next to nobody."""

import pytest
from django.db import DatabaseError, connection, transaction

from tests import databases
from tests.factories import received, the_state
from tuntas.access import security_log
from tuntas.access.actors import SYSTEM, acting
from tuntas.access.models import SecurityEntry
from tuntas.reports.models import Conflict, Report

pytestmark = pytest.mark.django_db


def kinds_seen() -> set[str]:
    return set(SecurityEntry.objects.values_list("kind", flat=True))


def undone(actor, act) -> None:
    """Do it in a transaction that is rolled back."""

    def fails() -> None:
        with acting(actor):
            act()
            raise LookupError

    with pytest.raises(LookupError):
        fails()


def test_an_entry_stands_or_falls_with_its_transaction():
    state = the_state()
    undone(state.as_admin, lambda: security_log.write("falls", officer=state.as_admin.officer))
    security_log.write("stands", officer=state.as_admin.officer, facts={"report": 7, "how": "app"})

    with databases.role("owner"):
        assert kinds_seen() & {"stands", "falls"} == {"stands"}
        assert SecurityEntry.objects.get(kind="stands").facts == {"report": 7, "how": "app"}


@pytest.mark.django_db(transaction=True)
def test_a_refusal_stays_although_all_else_is_undone():
    state = the_state()
    undone(state.as_admin, lambda: security_log.write_apart("denied", officer=state.as_admin.officer))
    security_log.write_apart("outside", officer=None)

    with databases.role("owner"):
        assert kinds_seen() >= {"denied", "outside"}


@pytest.mark.parametrize("role", ["web", "worker", "owner"])
@pytest.mark.parametrize("act", ["UPDATE access_securityentry SET kind = 'x'", "DELETE FROM access_securityentry"])
def test_nobody_changes_or_deletes_an_entry(role, act):
    security_log.write("sign_in", officer=1)

    with databases.role(role), pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(act)


@pytest.mark.django_db(transaction=True)
def test_not_even_the_owner_empties_it():
    with (
        databases.role("owner"),
        pytest.raises(DatabaseError, match="never changed"),
        connection.cursor() as cursor,
    ):
        cursor.execute("TRUNCATE access_securityentry")


def test_without_a_context_and_as_the_public_nothing_is_seen():
    security_log.write("sign_in", officer=1)

    assert kinds_seen() == set()


def test_an_officer_reads_the_own_sign_ins_and_nothing_of_others():
    state = the_state()
    for kind in ("sign_in", "denied", "purpose"):
        security_log.write(kind, officer=state.as_liaison.officer)
    security_log.write("sign_in", officer=state.as_head.officer)

    with acting(state.as_liaison):
        assert [(e.kind, e.officer) for e in SecurityEntry.objects.order_by("pk")] == [
            ("sign_in", state.as_liaison.officer),
            ("purpose", state.as_liaison.officer),
        ]


def test_an_agencys_administrator_reads_of_accounts_below_and_of_no_report():
    state = the_state()
    report = received(target=state.city.pk)[0]
    security_log.write("sign_in", officer=state.as_liaison.officer)
    security_log.write("purpose", officer=state.as_liaison.officer, facts={"report": report.pk})
    security_log.write("sign_in", officer=state.as_province_admin.officer)

    with acting(state.as_admin):
        assert [(e.kind, e.officer) for e in SecurityEntry.objects.all()] == [("sign_in", state.as_liaison.officer)]
    with acting(state.as_national):
        assert SecurityEntry.objects.count() == 3


@pytest.mark.requirement("R003-54")
def test_an_accused_national_administrator_learns_nothing_from_the_log():
    state = the_state()
    report = received(target=state.city.pk)[0]
    with databases.role("owner"):
        Conflict.objects.create(report=report, officer_id=state.as_national.officer)
        Report.objects.filter(pk=report.pk).update(has_conflict=True)
    security_log.write("purpose", officer=state.as_liaison.officer, facts={"report": report.pk})

    with acting(state.as_national):
        assert not SecurityEntry.objects.exists()


def test_worker_reads_all_for_the_tree_and_the_vault_only_adds():
    with databases.role("vault"):
        security_log.write("disclosed", officer=1, facts={"report": 1})
        with pytest.raises(DatabaseError), transaction.atomic():
            kinds_seen()
    with databases.role("worker"), acting(SYSTEM):
        assert kinds_seen() == {"disclosed"}


@pytest.mark.parametrize(
    "facts", [{"name": "Sari"}, {"email": "x"}, {"who": ["Sari"]}, {"who": "x" * 301}, {"who": True}, {"who": None}]
)
def test_identities_and_odd_things_have_no_place_in_it(facts):
    with pytest.raises(ValueError, match=r"no place|no plain fact"):
        security_log.write("sign_in", officer=1, facts=facts)
