"""Room for the sealed place of a follow-up.

Why: an envelope is longer than what it holds (docs/adr/0019). varchar to text rewrites nothing and takes a short ACCESS
EXCLUSIVE lock. Reversible as long as no longer value stands there.
"""

from django.db import migrations, models

LONGER = """
-- squawk-ignore changing-column-type
ALTER TABLE followup_followup ALTER COLUMN done_at_place TYPE text;
"""
SHORTER = "ALTER TABLE followup_followup ALTER COLUMN done_at_place TYPE varchar(300);"


class Migration(migrations.Migration):
    dependencies = [("followup", "0003_messages")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(LONGER, reverse_sql=SHORTER)],
            state_operations=[migrations.AlterField("followup", "done_at_place", models.TextField(blank=True))],
        ),
    ]
