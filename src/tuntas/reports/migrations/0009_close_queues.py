"""Whose closed queue a report lies in, and what the reporter says of the person it is about.

Why: what is for the inspectorate or for the protection of women and children alone is kept from everybody outside that
office (R002-32, handbook 1.2). The words about a person stand beside the text, and are sealed with it.
New columns with constant defaults: short ACCESS EXCLUSIVE locks, nothing is rewritten. The index is empty at first;
CREATE INDEX takes a SHARE lock: on a large live table build it by hand with CONCURRENTLY first, under the same name.
Reversible.
"""

from django.db import migrations, models

QUEUES = [("INSPECTORATE", "Inspectorate"), ("WOMEN_AND_CHILDREN", "Protection of women and children")]
INDEX = """
CREATE INDEX IF NOT EXISTS report_closed_queue ON reports_report (due_at, id)
 WHERE queue <> '' AND state NOT IN ('ARCHIVED', 'MERGED', 'REFERRED_EXTERNAL', 'RESOLVED', 'WITHDRAWN');
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0008_cover_for_the_public")]
    operations = [
        migrations.AddField(
            model_name="report",
            name="queue",
            field=models.CharField(blank=True, choices=QUEUES, db_default="", default="", max_length=20),
        ),
        migrations.AddField(
            model_name="reporttext",
            name="reported_party",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.RunSQL(INDEX, reverse_sql="DROP INDEX report_closed_queue"),
    ]
