"""The reporter of a report may say whom it is about, as long after sending it as they like.

Why: who is afraid learns late who is in charge; before, an administrator had to note it (docs/adr/0019). The function
asks for the actor as before, and takes a reporter for the own report alone. Functions take no lock; reversible.
"""

from django.db import migrations

NAMED = """
CREATE OR REPLACE FUNCTION tuntas_name_accused(p_report bigint, p_units bigint[], p_officers bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF NOT ({who}) THEN
    RAISE insufficient_privilege USING MESSAGE = '{said}';
  END IF;
  PERFORM 1 FROM reports_report WHERE id = p_report FOR UPDATE;
  INSERT INTO reports_conflict (report_id, unit_id)
  SELECT p_report, named.id FROM unnest(p_units) AS named (id)
    JOIN organizations_unit u ON u.id = named.id AND u.kind <> 'NATION'  -- nobody stands above it
   WHERE NOT EXISTS (SELECT 1 FROM reports_conflict c WHERE c.report_id = p_report AND c.unit_id = named.id);
  INSERT INTO reports_conflict (report_id, officer_id)
  SELECT p_report, named.id FROM unnest(p_officers) AS named (id)
   WHERE NOT EXISTS (SELECT 1 FROM reports_conflict c WHERE c.report_id = p_report AND c.officer_id = named.id);
  UPDATE reports_report r
     SET has_conflict = r.has_conflict OR EXISTS (SELECT 1 FROM reports_conflict c WHERE c.report_id = p_report)
   WHERE r.id = p_report;
END $$;
"""
OFFICERS = "coalesce(nullif(current_setting('tuntas.actor', true), ''), 'nobody') IN ('officer', 'system')"
OWN = "(current_setting('tuntas.actor', true) = 'reporter' AND p_report = tuntas_own_report())"
NOW = NAMED.format(
    who=f"{OFFICERS} OR coalesce({OWN}, false)",
    said="only an officer, the clockwork or its reporter names whom a report is about",
)
BEFORE = NAMED.format(who=OFFICERS, said="only an officer or the clockwork names whom a report is about")


class Migration(migrations.Migration):
    dependencies = [("reports", "0014_seal_words_beside_reports")]
    operations = [migrations.RunSQL(NOW, reverse_sql=BEFORE)]
