"""The SQL that guards a table's rows, for migrations: frozen text, never changed once a migration has used it."""

from django.db import migrations
from psycopg import sql


def guard(table: str, key: str = "report_id", above: str = "reports_report") -> migrations.RunSQL:
    """Row-level security on `table`, forced: its rows are seen exactly by those who see the row that `key` names.

    above: the guarded table that `key` points to. Takes a short ACCESS EXCLUSIVE lock and rewrites nothing.
    """
    named = {"above": sql.Identifier(above), "key": sql.Identifier(key)}
    seen = sql.SQL("EXISTS (SELECT 1 FROM {above} a WHERE a.id = {key})").format(**named).as_string()
    return migrations.RunSQL(
        f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON {table} TO tuntas_owner USING (true) WITH CHECK (true);
CREATE POLICY with_the_report ON {table} TO tuntas_web, tuntas_worker USING ({seen}) WITH CHECK ({seen});
""",
        reverse_sql=f"""
DROP POLICY with_the_report ON {table}; DROP POLICY owner_all ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
""",
    )
