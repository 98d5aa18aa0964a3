"""Row-level security on everything about accounts, and no right that nobody needs.

Why: passwords' neighbours are read before anybody is signed in, so no actor can be asked for; but worker, vault and
backup have no business there beyond what stands below, and default deny keeps it so. Signatures are never changed.
The vault sends the letters and reads no other table. Entries of the security log about a report are shown to those
alone who see the report, national administrators included: an accused one must not learn of it there.
Takes short locks on new tables, rewrites nothing; reversible.
"""

from django.db import migrations

TABLES = (
    "accounts_session", "accounts_onetimecodes", "accounts_passkey", "accounts_recoverycode", "accounts_tries",
    "accounts_onetimelink", "accounts_letter", "accounts_externalidentity", "accounts_signature", "accounts_renewal",
)  # fmt: skip
DELETED_BY_WEB = (
    "accounts_session", "accounts_onetimecodes", "accounts_passkey", "accounts_recoverycode",
    "accounts_externalidentity",
)  # fmt: skip
SWEPT_BY_WORKER = ("accounts_session", "accounts_tries")

GUARD = [
    statement.format(table=table)
    for table in TABLES
    for statement in (
        "ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;",
        "CREATE POLICY owner_all ON {table} TO tuntas_owner USING (true) WITH CHECK (true);",
        "CREATE POLICY web_all ON {table} TO tuntas_web USING (true) WITH CHECK (true);",
        "REVOKE ALL ON {table} FROM tuntas_worker;",
    )
]
UNGUARD = [
    statement.format(table=table)
    for table in TABLES
    for statement in (
        "GRANT SELECT, INSERT, UPDATE ON {table} TO tuntas_worker;",
        "DROP POLICY web_all ON {table}; DROP POLICY owner_all ON {table};",
        "ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;",
    )
]
GRANT = [
    *(f"GRANT DELETE ON {table} TO tuntas_web;" for table in DELETED_BY_WEB),
    *(f"GRANT SELECT, DELETE ON {table} TO tuntas_worker;" for table in SWEPT_BY_WORKER),
    *(f"CREATE POLICY swept ON {table} TO tuntas_worker USING (true);" for table in SWEPT_BY_WORKER),
    "REVOKE UPDATE ON accounts_signature, accounts_letter FROM tuntas_web;",
    """
CREATE FUNCTION signature_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE restrict_violation USING MESSAGE = 'a signature is never changed or deleted'; END $$;
CREATE TRIGGER signature_is_kept BEFORE UPDATE OR DELETE ON accounts_signature
FOR EACH ROW EXECUTE FUNCTION signature_is_kept();
""",
    """
GRANT SELECT (id, officer_id, uuid, address, template, params, sealed, language, created_at, not_before, leased_until,
              attempts, sent_at, failed_at),
      UPDATE (not_before, leased_until, attempts, sent_at, failed_at, error, sealed) ON accounts_letter TO tuntas_vault;
CREATE POLICY tuntas_vault ON accounts_letter TO tuntas_vault USING (true) WITH CHECK (true);
""",
    """
CREATE POLICY about_reports ON access_securityentry AS RESTRICTIVE FOR SELECT TO tuntas_web USING (
  NOT facts ? 'report' OR EXISTS (SELECT 1 FROM reports_report r WHERE r.id = (facts ->> 'report')::bigint));
""",
]
UNGRANT = [
    "DROP POLICY about_reports ON access_securityentry;",
    "DROP POLICY tuntas_vault ON accounts_letter; REVOKE ALL ON accounts_letter FROM tuntas_vault;",
    "DROP TRIGGER signature_is_kept ON accounts_signature; DROP FUNCTION signature_is_kept();",
    "GRANT UPDATE ON accounts_signature, accounts_letter TO tuntas_web;",
    *(f"DROP POLICY swept ON {table}; REVOKE DELETE ON {table} FROM tuntas_worker;" for table in SWEPT_BY_WORKER),
    *(f"REVOKE DELETE ON {table} FROM tuntas_web;" for table in DELETED_BY_WEB),
]


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_create_accounts"),
        ("access", "0003_security_log"),
        ("reports", "0002_guard_rows"),
    ]
    operations = [
        migrations.RunSQL("\n".join(GUARD), reverse_sql="\n".join(UNGUARD)),
        migrations.RunSQL("\n".join(GRANT), reverse_sql="\n".join(UNGRANT)),
    ]
