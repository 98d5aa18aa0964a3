"""How many reporters stand behind a report, counted from the reports that were merged into it.

Why: whoever undoes a merge may not see the report that carried the other (it may lie with another agency by then), so
its weight could not be changed by them and stayed too high for good. Functions take no lock on tables. Reversible.
"""

from django.db import migrations

WEIGHT = """
CREATE FUNCTION tuntas_weigh(report bigint) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  PERFORM 1 FROM reports_report WHERE id = report FOR UPDATE;  -- then count, so that two at once both count
  UPDATE reports_report SET weight = 1 + (SELECT count(*) FROM reports_report m WHERE m.parent_id = report)
   WHERE id = report;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0004_see_many_units_at_once")]
    operations = [migrations.RunSQL(WEIGHT, reverse_sql="DROP FUNCTION tuntas_weigh(bigint);")]
