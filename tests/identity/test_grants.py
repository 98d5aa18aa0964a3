"""What the vault may touch in the case database is what grants.py says, and nothing more."""

import pytest
from django.db import connection

from tests import databases
from tuntas.identity import grants

pytestmark = [pytest.mark.django_db, pytest.mark.threat("T-REVEAL-4EYES")]

ALLOWED = """
    SELECT c.relname, a.attname,
           has_column_privilege('tuntas_vault', c.oid, a.attnum, 'SELECT'),
           has_column_privilege('tuntas_vault', c.oid, a.attnum, 'UPDATE'),
           has_column_privilege('tuntas_vault', c.oid, a.attnum, 'INSERT')
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
    WHERE c.relkind = 'r'
"""
# To append to a log that it cannot read is no look at anything.
APPENDS = {"access_securityentry"}


def found() -> tuple[set, set, set]:
    with databases.role("owner"), connection.cursor() as cursor:
        cursor.execute(ALLOWED)
        rows = [row for row in cursor.fetchall() if row[0] not in APPENDS]
    return tuple({(table, column) for table, column, *may in rows if may[place]} for place in range(3))


def test_the_columns_that_the_vault_reads_and_changes_are_those_that_are_written_down():
    reads = {(grant.table, column) for grant in grants.VAULT for column in grant.reads}
    changes = {(grant.table, column) for grant in grants.VAULT for column in grant.changes}
    assert found() == (reads, changes, set())


def test_it_reads_no_text_no_file_name_no_code_and_no_password():
    reads = found()[0]
    for table, column in (
        ("reports_reporttext", "body"), ("reports_reporttext", "sealed"), ("reports_attachment", "name"),
        ("reports_report", "code_lookup"), ("reports_report", "state"), ("organizations_officer", "password"),
        ("reports_event", "note"), ("followup_followup", "text"),
    ):  # fmt: skip
        assert (table, column) not in reads


def test_it_deletes_and_empties_nothing():
    with databases.role("owner"), connection.cursor() as cursor:
        cursor.execute(
            """SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public'
               WHERE c.relkind = 'r' AND (has_table_privilege('tuntas_vault', c.oid, 'DELETE')
                  OR has_table_privilege('tuntas_vault', c.oid, 'TRUNCATE'))"""
        )
        assert cursor.fetchall() == []


def test_a_column_more_is_noticed():
    with databases.role("owner"), connection.cursor() as cursor:
        cursor.execute("GRANT SELECT (body) ON reports_reporttext TO tuntas_vault")
    assert ("reports_reporttext", "body") in found()[0]
    with pytest.raises(AssertionError):
        test_it_reads_no_text_no_file_name_no_code_and_no_password()
