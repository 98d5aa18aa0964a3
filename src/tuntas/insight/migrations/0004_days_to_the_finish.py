"""How long reports took, agency by agency, from one index; given out as two numbers each, as the books are.

Why: under row-level security the mean and median of a province were computed from 380 thousand rows of the register,
1.2 s for one page. The index holds the finished reports by the day of their finish, with what the span is made of, so
that a year is read and nothing else. What old registers brought in has no such span.

CREATE INDEX takes a SHARE lock: on a large live table build it by hand with CONCURRENTLY first, under the same name.
Reversible.
"""

from django.db import migrations

SPANS = """
CREATE INDEX IF NOT EXISTS report_finished ON reports_report (agency_id, decided_at) INCLUDE (received_at)
 WHERE state = 'RESOLVED' AND finish <> 'IMPORTED';
CREATE FUNCTION tuntas_days_to_finish(p_agencies bigint[], p_since timestamptz)
RETURNS TABLE (agency_id bigint, mean double precision, median double precision)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  SELECT spans.agency_id, avg(spans.days), percentile_cont(0.5) WITHIN GROUP (ORDER BY spans.days)
    FROM (SELECT r.agency_id, (extract(epoch FROM r.decided_at - r.received_at) / 86400)::double precision AS days
            FROM reports_report r
           WHERE r.state = 'RESOLVED' AND r.finish <> 'IMPORTED'
             AND r.agency_id = ANY (p_agencies) AND r.decided_at >= p_since) spans
   GROUP BY 1;
END $$;
"""
UNDO = "DROP FUNCTION tuntas_days_to_finish(bigint[], timestamptz); DROP INDEX report_finished;"


class Migration(migrations.Migration):
    dependencies = [("insight", "0003_count_within_an_index"), ("reports", "0002_guard_rows")]
    operations = [migrations.RunSQL(SPANS, reverse_sql=UNDO)]
