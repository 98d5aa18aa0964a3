"""What a transaction closed, the officer who wrote it may finish, and nobody else in the same transaction.

Why: whoever passes a report into a closed queue loses sight of it with the end of the transaction, not in its middle
(0010). The function asked only for the transaction; now it asks also for the officer. Takes no lock; reversible.
"""

from django.db import migrations

ACTED = """
CREATE OR REPLACE FUNCTION tuntas_acted_now(report bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM reports_event e {who}
                  WHERE e.report_id = report AND e.xact = pg_current_xact_id_if_assigned())
$$;
"""
THE_OFFICER = """JOIN organizations_appointment a ON a.id = e.appointment_id
                   AND a.officer_id = nullif(current_setting('tuntas.officer', true), '')::bigint"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0011_judge_files")]
    operations = [migrations.RunSQL(ACTED.format(who=THE_OFFICER), reverse_sql=ACTED.format(who=""))]
