"""What web and worker may touch by default, and the functions that set the row-security context.

Why: row-level security is on from the first table (design 3b). Every later table is born with these grants; what a
role must not do with a table is revoked in the migration that makes the table. Functions take no lock on tables.

The roles exist already: `tuntas migrate` (or the database administrator) makes them. The context is three settings of
the transaction: `tuntas.actor` (officer, reporter, system, public), `tuntas.scope` (`all` or ''), and arrays of ids.
A setting made for one transaction reads '' afterwards, not NULL: policies compare through nullif.
"""

from django.db import migrations

GRANTS = """
GRANT USAGE ON SCHEMA public TO tuntas_web, tuntas_worker, tuntas_vault, tuntas_backup;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE ON TABLES TO tuntas_web, tuntas_worker;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT USAGE, SELECT ON SEQUENCES TO tuntas_web, tuntas_worker;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON TABLES TO tuntas_backup;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT ON SEQUENCES TO tuntas_backup;
ALTER DEFAULT PRIVILEGES REVOKE EXECUTE ON FUNCTIONS FROM PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO tuntas_web, tuntas_worker;
"""
UNDO_GRANTS = """
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON TABLES FROM tuntas_web, tuntas_worker, tuntas_backup;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE ALL ON SEQUENCES FROM tuntas_web, tuntas_worker, tuntas_backup;
ALTER DEFAULT PRIVILEGES GRANT EXECUTE ON FUNCTIONS TO PUBLIC;
ALTER DEFAULT PRIVILEGES IN SCHEMA public REVOKE EXECUTE ON FUNCTIONS FROM tuntas_web, tuntas_worker;
"""

CONTEXT = """
CREATE FUNCTION tuntas_leave() RETURNS void LANGUAGE sql AS $$
  SELECT set_config('tuntas.actor', '', true), set_config('tuntas.scope', '', true),
         set_config('tuntas.units', '', true), set_config('tuntas.home', '', true),
         set_config('tuntas.officer', '', true), set_config('tuntas.reports', '', true);
$$;

CREATE FUNCTION tuntas_enter(kind text, appointment bigint, report bigint, at timestamptz)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  held record;
  own bigint[] := '{}';
BEGIN
  PERFORM tuntas_leave();
  IF kind NOT IN ('officer', 'reporter', 'system', 'public') THEN
    RAISE invalid_parameter_value USING MESSAGE = 'unknown kind of actor';
  END IF;
  IF kind = 'officer' THEN
    SELECT a.role, a.unit_id, a.officer_id, u.ancestry INTO held
      FROM organizations_appointment a
      JOIN organizations_officer o ON o.id = a.officer_id AND o.is_active
      JOIN organizations_unit u ON u.id = a.unit_id
     WHERE a.id = appointment
       AND a.valid_from <= (coalesce(at, now()) AT TIME ZONE 'Asia/Jakarta')::date
       AND (a.valid_to IS NULL OR a.valid_to >= (coalesce(at, now()) AT TIME ZONE 'Asia/Jakarta')::date);
    IF NOT FOUND THEN
      RETURN false;
    END IF;
    IF held.role = 'NATIONAL_ADMIN' THEN
      PERFORM set_config('tuntas.scope', 'all', true);
    ELSIF held.role = 'SUPERVISOR' THEN
      SELECT array_agg(DISTINCT u.id) INTO own
        FROM organizations_unit u
       WHERE u.ancestry && (SELECT array_agg(s.supervised_id) || held.unit_id
                              FROM organizations_supervision s
                             WHERE s.supervisor_id = held.unit_id AND s.valid_to IS NULL);
    ELSE
      SELECT array_agg(u.id) INTO own FROM organizations_unit u WHERE u.ancestry @> ARRAY[held.unit_id];
    END IF;
    PERFORM set_config('tuntas.units', coalesce(own, '{}')::text, true),
            set_config('tuntas.home', held.ancestry::text, true),
            set_config('tuntas.officer', held.officer_id::text, true);
  ELSIF kind = 'reporter' THEN
    PERFORM set_config('tuntas.reports',
      (SELECT array_remove(ARRAY[r.id, r.parent_id], NULL)::text FROM reports_report r WHERE r.id = report), true);
  END IF;
  PERFORM set_config('tuntas.actor', kind, true);
  RETURN true;
END $$;
"""
UNDO_CONTEXT = "DROP FUNCTION tuntas_enter(text, bigint, bigint, timestamptz); DROP FUNCTION tuntas_leave();"


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    # Every table is born after the default grants, those of Django's own applications too.
    run_before = [
        ("contenttypes", "0001_initial"),
        ("auth", "0001_initial"),
        ("sessions", "0001_initial"),
        ("organizations", "0001_create_organizations"),
        ("identity", "0001_create_reporters"),
    ]
    operations = [
        migrations.RunSQL(GRANTS, reverse_sql=UNDO_GRANTS),
        migrations.RunSQL(CONTEXT, reverse_sql=UNDO_CONTEXT),
    ]
