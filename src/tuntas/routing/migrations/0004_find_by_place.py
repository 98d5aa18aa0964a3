"""Open reports by the words of their place, for those that have no point on a map.

Why: most people type "depan Pasar Tanjung" and give no coordinates; their duplicates are found by these words. The
function gives ids alone and is joined to the guarded table, because text operators leave an index unused under row
security (design 3b). The index is small (open reports, one short column) and is built without stopping writers when
the table is new; on a large live table build it first by hand with CONCURRENTLY under the same name. Reversible.
"""

from django.db import migrations

FIND = """
CREATE INDEX IF NOT EXISTS report_open_place ON reports_report USING gin (to_tsvector('simple', place))
 WHERE place <> '' AND state NOT IN ('RESOLVED', 'ARCHIVED', 'MERGED', 'WITHDRAWN', 'REFERRED_EXTERNAL');
CREATE FUNCTION tuntas_open_at_place(p_place text, p_from timestamptz, p_to timestamptz, p_most integer)
RETURNS SETOF bigint LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT r.id FROM reports_report r
   WHERE r.place <> '' AND r.state NOT IN ('RESOLVED', 'ARCHIVED', 'MERGED', 'WITHDRAWN', 'REFERRED_EXTERNAL')
     AND to_tsvector('simple', r.place) @@ plainto_tsquery('simple', p_place)
     AND r.received_at BETWEEN p_from AND p_to
   ORDER BY r.received_at DESC LIMIT p_most
$$;
"""
UNDO = """
DROP FUNCTION tuntas_open_at_place(text, timestamptz, timestamptz, integer);
DROP INDEX report_open_place;
"""


class Migration(migrations.Migration):
    dependencies = [("routing", "0003_write_letters"), ("reports", "0002_guard_rows")]
    operations = [migrations.RunSQL(FIND, reverse_sql=UNDO)]
