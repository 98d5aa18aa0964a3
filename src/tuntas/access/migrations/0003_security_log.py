"""The security log: an append-only table that web, worker and vault may add to, and that next to nobody reads.

Why: a trace that its subject can change is none (trust.md 2, row 9; SR-20 to 31). Nobody may update or delete: the
grant is taken away, and a trigger refuses even the owner, TRUNCATE included. Row-level security is forced: an officer
reads the own sign-ins and the purposes that they gave; a national administrator reads all; an agency's administrator
what concerns the accounts of the officers under it, and nothing of who read which report. A new table: no lock on what
exists; reversible.
"""

from django.db import migrations, models
from django.db.models.functions import Now

GUARD = """
ALTER TABLE access_securityentry ADD COLUMN xact xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX security_entry_of_report ON access_securityentry (((facts ->> 'report')::bigint), id) WHERE facts ? 'report';

REVOKE UPDATE ON access_securityentry FROM tuntas_web, tuntas_worker;
GRANT INSERT (at, kind, officer, facts) ON access_securityentry TO tuntas_vault;
GRANT USAGE ON SEQUENCE access_securityentry_id_seq TO tuntas_vault;

CREATE FUNCTION security_log_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE restrict_violation USING MESSAGE = 'the security log is never changed or deleted'; END $$;
CREATE TRIGGER security_log_is_append_only BEFORE UPDATE OR DELETE ON access_securityentry
FOR EACH ROW EXECUTE FUNCTION security_log_is_append_only();
CREATE TRIGGER security_log_is_never_emptied BEFORE TRUNCATE ON access_securityentry
FOR EACH STATEMENT EXECUTE FUNCTION security_log_is_append_only();

CREATE FUNCTION tuntas_officers_administered() RETURNS bigint[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT coalesce(array_agg(DISTINCT b.officer_id), '{}')
    FROM organizations_appointment a
    JOIN organizations_unit u ON u.ancestry @> ARRAY[a.unit_id]
    JOIN organizations_appointment b ON b.unit_id = u.id
   WHERE a.officer_id = nullif(current_setting('tuntas.officer', true), '')::bigint
     AND a.role = 'AGENCY_ADMIN'
     AND a.valid_from <= (now() AT TIME ZONE 'Asia/Jakarta')::date
     AND (a.valid_to IS NULL OR a.valid_to >= (now() AT TIME ZONE 'Asia/Jakarta')::date)
$$;

ALTER TABLE access_securityentry ENABLE ROW LEVEL SECURITY;
ALTER TABLE access_securityentry FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON access_securityentry TO tuntas_owner USING (true) WITH CHECK (true);
CREATE POLICY appended ON access_securityentry FOR INSERT TO tuntas_web, tuntas_worker, tuntas_vault WITH CHECK (true);
CREATE POLICY sequenced ON access_securityentry FOR SELECT TO tuntas_worker USING (true);
CREATE POLICY read ON access_securityentry FOR SELECT TO tuntas_web USING (
  CASE (SELECT nullif(current_setting('tuntas.actor', true), ''))
    WHEN 'officer' THEN
      (officer = (SELECT nullif(current_setting('tuntas.officer', true), '')::bigint)
        AND kind IN ('sign_in', 'sign_in_refused', 'sign_out', 'step_up', 'session_ended', 'purpose', 'sensitive_read'))
      OR (SELECT current_setting('tuntas.scope', true)) = 'all'
      OR (NOT facts ? 'report' AND kind <> 'denied'
        AND officer = ANY ((SELECT tuntas_officers_administered())::bigint[]))
    ELSE false
  END);
"""
UNDO_GUARD = """
DROP POLICY read ON access_securityentry; DROP POLICY sequenced ON access_securityentry;
DROP POLICY appended ON access_securityentry; DROP POLICY owner_all ON access_securityentry;
DROP FUNCTION tuntas_officers_administered();
DROP TRIGGER security_log_is_never_emptied ON access_securityentry;
DROP TRIGGER security_log_is_append_only ON access_securityentry;
DROP FUNCTION security_log_is_append_only();
DROP INDEX security_entry_of_report;
ALTER TABLE access_securityentry DROP COLUMN xact;
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0002_sessions_end"), ("organizations", "0001_create_organizations")]
    operations = [
        migrations.CreateModel(
            name="SecurityEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("recorded_at", models.DateTimeField(db_default=Now())),
                ("kind", models.CharField(max_length=40)),
                ("officer", models.BigIntegerField(null=True)),
                ("facts", models.JSONField(default=dict)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["officer", "kind", "at"], name="security_entry_of_officer"),
                    models.Index(fields=["kind", "id"], name="security_entry_of_kind"),
                ],
            },
        ),
        migrations.RunSQL(GUARD, reverse_sql=UNDO_GUARD),
    ]
