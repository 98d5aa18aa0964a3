"""Who stands behind a public report instead of sending the same again: one row for each browser and report.

Why: forty reports of one broken lamp hide the other lamps (handbook 8.1). Seen by those who see the report, so a support
of what is hidden can neither be made nor read; nobody but the owner changes or removes one. A new table: no lock on old
ones but the short one of a foreign key. Reversible.
"""

import django.db.models.deletion
from django.db import migrations, models

from tuntas.access.guarding import guard


class Migration(migrations.Migration):
    dependencies = [("reports", "0012_finish_what_one_closed")]
    operations = [
        migrations.CreateModel(
            name="Support",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("supporter", models.BinaryField(max_length=32)),
                ("at", models.DateTimeField()),
                (
                    "report",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="supports",
                        to="reports.report",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("report", "supporter"), name="one_support_of_a_browser")
                ],
            },
        ),
        guard("reports_support"),
        migrations.RunSQL(
            "REVOKE UPDATE ON reports_support FROM tuntas_web, tuntas_worker;",
            reverse_sql="GRANT UPDATE ON reports_support TO tuntas_web, tuntas_worker;",
        ),
    ]
