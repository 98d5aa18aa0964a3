"""What officers typed and have not sent: each sees their own, and only while they see the report; the worker removes what grew old.

Why in the database and not on the device: desks are shared, and a text about a confidential report must not lie in a
browser's storage. New, empty table; short locks; reversible.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

GUARD = """
ALTER TABLE followup_unsent ENABLE ROW LEVEL SECURITY; ALTER TABLE followup_unsent FORCE ROW LEVEL SECURITY;
REVOKE ALL ON followup_unsent FROM tuntas_worker;
GRANT DELETE ON followup_unsent TO tuntas_web; GRANT SELECT (id, saved_at), DELETE ON followup_unsent TO tuntas_worker;
CREATE POLICY owner_all ON followup_unsent TO tuntas_owner USING (true) WITH CHECK (true);
CREATE POLICY own ON followup_unsent TO tuntas_web USING (
  officer_id = (SELECT nullif(current_setting('tuntas.officer', true), '')::bigint)
  AND EXISTS (SELECT 1 FROM reports_report a WHERE a.id = report_id));
CREATE POLICY swept ON followup_unsent TO tuntas_worker USING (saved_at < now() - interval '30 days');
"""
UNGUARD = """
DROP POLICY swept ON followup_unsent; DROP POLICY own ON followup_unsent; DROP POLICY owner_all ON followup_unsent;
REVOKE DELETE ON followup_unsent FROM tuntas_web; REVOKE ALL ON followup_unsent FROM tuntas_worker;
GRANT SELECT, INSERT, UPDATE ON followup_unsent TO tuntas_worker;
ALTER TABLE followup_unsent NO FORCE ROW LEVEL SECURITY; ALTER TABLE followup_unsent DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("followup", "0004_room_for_sealed_places"),
        ("reports", "0002_guard_rows"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Unsent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("act", models.CharField(max_length=40)),
                ("sealed", models.BinaryField()),
                ("saved_at", models.DateTimeField(auto_now=True)),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="reports.report"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["saved_at"], name="unsent_saved")],
                "constraints": [
                    models.UniqueConstraint(fields=("officer", "report", "act"), name="one_unsent_form_of_an_act")
                ],
            },
        ),
        migrations.RunSQL(GUARD, reverse_sql=UNGUARD),
    ]
