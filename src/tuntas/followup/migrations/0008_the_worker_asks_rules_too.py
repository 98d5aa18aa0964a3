"""The worker reads rules and templates when it acts for an officer, in that officer's sight, and writes none.

Why: what answers a report asks the rules of its office, whichever process answers: acts that waited, and the register
of a demonstration. Short locks; reversible.
"""

from django.db import migrations

SIGHT = """(SELECT nullif(current_setting('tuntas.actor', true), '')) = 'officer' AND (
  (SELECT nullif(current_setting('tuntas.scope', true), '')) = 'all'
  OR unit_id = ANY ((SELECT tuntas_ids('tuntas.units'))::bigint[])
  OR unit_id = ANY ((SELECT tuntas_ids('tuntas.home'))::bigint[]))"""


def let_read(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"GRANT SELECT ON {table} TO tuntas_worker;"
        f"CREATE POLICY read_by_worker ON {table} FOR SELECT TO tuntas_worker USING ({SIGHT});",
        reverse_sql=f"DROP POLICY read_by_worker ON {table}; REVOKE SELECT ON {table} FROM tuntas_worker;",  # noqa: S608 - our own words
    )


class Migration(migrations.Migration):
    dependencies = [("followup", "0007_rules_and_templates_of_offices")]
    operations = [let_read("followup_approvalrule"), let_read("followup_replytemplate")]
