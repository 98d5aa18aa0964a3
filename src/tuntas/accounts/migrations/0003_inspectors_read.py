"""Inspectors read who opened which protected report, where they see the report itself.

Why: an agency's inspectorate asks who looked, and is not the agency's administrator (R003-21). The policy is asked
beside those of access/0003; the restrictive one of 0002 still hides entries about reports that the reader does not see.
No lock on anything but the policies of one table; reversible.
"""

from django.db import migrations

GRANT = """
CREATE FUNCTION tuntas_inspects() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM organizations_appointment a
     WHERE a.officer_id = nullif(current_setting('tuntas.officer', true), '')::bigint
       AND a.role = 'INSPECTORATE'
       AND a.valid_from <= (now() AT TIME ZONE 'Asia/Jakarta')::date
       AND (a.valid_to IS NULL OR a.valid_to >= (now() AT TIME ZONE 'Asia/Jakarta')::date))
$$;
CREATE POLICY inspected ON access_securityentry FOR SELECT TO tuntas_web USING (
  (SELECT nullif(current_setting('tuntas.actor', true), '')) = 'officer'
  AND facts ? 'report' AND kind IN ('purpose', 'sensitive_read', 'outside_read') AND (SELECT tuntas_inspects()));
"""
REVOKE = "DROP POLICY inspected ON access_securityentry; DROP FUNCTION tuntas_inspects();"


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_guard_accounts")]
    operations = [migrations.RunSQL(GRANT, reverse_sql=REVOKE)]
