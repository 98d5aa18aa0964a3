"""Counts per office and service unit, a puskesmas among them (R003-11). Returns counts alone; no lock; reversible."""

from django.db import migrations

PER_UNIT = """
CREATE FUNCTION tuntas_unit_counts(p_above bigint, p_from timestamptz, p_to timestamptz)
RETURNS TABLE (unit_id bigint, bucket text, n bigint, overdue bigint, predating bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT r.holder_id, tuntas_bucket(r.state, r.finish, r.import_bucket), count(*),
         count(*) FILTER (WHERE r.due_at < now()
           AND r.state NOT IN ('RESOLVED', 'ARCHIVED', 'MERGED', 'WITHDRAWN', 'REFERRED_EXTERNAL')),
         count(*) FILTER (WHERE r.predates_connection)
    FROM reports_report r
   WHERE r.holder_id IN (SELECT u.id FROM organizations_unit u WHERE u.ancestry @> ARRAY[p_above])
     AND (p_from IS NULL OR r.lodged_at >= p_from) AND (p_to IS NULL OR r.lodged_at < p_to)
   GROUP BY 1, 2
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("insight", "0001_books")]
    operations = [
        migrations.RunSQL(PER_UNIT, reverse_sql="DROP FUNCTION tuntas_unit_counts(bigint, timestamptz, timestamptz);")
    ]
