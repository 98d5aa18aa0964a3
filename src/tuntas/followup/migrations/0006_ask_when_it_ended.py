"""A short survey, once for each report that has ended.

Why: people answer freely when no officer reads a single answer; so only the reporter of the report itself (not one who
follows it after a merge) writes and reads it, and the clockwork counts them. Nobody changes one. A new table. Reversible.
"""

import django.db.models.deletion
from django.db import migrations, models

GUARD = """
ALTER TABLE followup_survey ENABLE ROW LEVEL SECURITY; ALTER TABLE followup_survey FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON followup_survey TO tuntas_owner USING (true) WITH CHECK (true);
CREATE POLICY own ON followup_survey TO tuntas_web USING (
  (SELECT nullif(current_setting('tuntas.actor', true), '')) = 'reporter' AND report_id = (SELECT tuntas_own_report()))
  WITH CHECK (
  (SELECT nullif(current_setting('tuntas.actor', true), '')) = 'reporter' AND report_id = (SELECT tuntas_own_report()));
CREATE POLICY counted ON followup_survey FOR SELECT TO tuntas_worker USING (
  (SELECT nullif(current_setting('tuntas.actor', true), '')) = 'system');
REVOKE UPDATE ON followup_survey FROM tuntas_web, tuntas_worker;
REVOKE INSERT ON followup_survey FROM tuntas_worker;
"""


class Migration(migrations.Migration):
    dependencies = [("followup", "0005_keep_unsent"), ("reports", "0003_keep_order_and_protection")]
    operations = [
        migrations.CreateModel(
            name="Survey",
            fields=[
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="survey",
                        serialize=False,
                        to="reports.report",
                    ),
                ),
                (
                    "answered",
                    models.CharField(
                        blank=True,
                        choices=[("YES", "Yes"), ("PARTLY", "Partly"), ("NO", "No")],
                        max_length=8,
                    ),
                ),
                ("marks", models.JSONField(default=dict)),
                ("at", models.DateTimeField()),
            ],
        ),
        migrations.RunSQL(GUARD, reverse_sql=migrations.RunSQL.noop),
    ]
