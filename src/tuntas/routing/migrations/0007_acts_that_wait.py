"""Acts of many at once wait a few seconds before they happen, and can be taken back whole (docs/adr/0022).

Why rows and not a timer of the browser: they are carried out when the window was closed, and everybody who sees the
report sees that it waits. An officer writes and takes back their own alone, and none that was carried out.
New, empty table; short locks; reversible.
"""

import django.db.models.deletion
from django.db import migrations, models

from tuntas.access.guarding import guard

TABLE = "routing_waitingact"
OWN = "officer_id = (SELECT nullif(current_setting('tuntas.officer', true), '')::bigint)"
OWN_ALONE = f"""
GRANT DELETE ON {TABLE} TO tuntas_web, tuntas_worker; REVOKE UPDATE ON {TABLE} FROM tuntas_web;
CREATE POLICY own_written ON {TABLE} AS RESTRICTIVE FOR INSERT TO tuntas_web WITH CHECK ({OWN});
CREATE POLICY own_taken_back ON {TABLE} AS RESTRICTIVE FOR DELETE TO tuntas_web USING ({OWN} AND done_at IS NULL);
"""
UNDO = f"""
DROP POLICY own_taken_back ON {TABLE}; DROP POLICY own_written ON {TABLE};
GRANT UPDATE ON {TABLE} TO tuntas_web; REVOKE DELETE ON {TABLE} FROM tuntas_web, tuntas_worker;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("routing", "0006_withdraw_letters_for_reporters"),
        ("reports", "0002_guard_rows"),
    ]
    operations = [
        migrations.CreateModel(
            name="WaitingAct",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("batch", models.UUIDField()),
                ("officer_id", models.BigIntegerField()),
                ("verb", models.CharField(max_length=32)),
                ("brings", models.JSONField(default=dict)),
                ("seen", models.BigIntegerField()),
                ("due_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(null=True)),
                ("told", models.TextField(blank=True)),
                (
                    "appointment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="organizations.appointment",
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
                "indexes": [
                    models.Index(condition=models.Q(("done_at", None)), fields=["due_at"], name="waiting_act_due"),
                    models.Index(fields=["batch"], name="waiting_act_of_batch"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("done_at", None)), fields=("report",), name="one_waiting_act_of_a_report"
                    )
                ],
            },
        ),
        guard(TABLE),
        migrations.RunSQL(OWN_ALONE, reverse_sql=UNDO),
    ]
