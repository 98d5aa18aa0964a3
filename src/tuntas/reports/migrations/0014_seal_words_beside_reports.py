"""Room for sealed names and places of files, and a mark for reports whose rows lie open beside them.

Why: names of files, notes and answers of secret reports lay in plain in the database (docs/adr/0019). An envelope is
longer than what it holds; varchar to text rewrites nothing and takes a short ACCESS EXCLUSIVE lock. The mark makes the
worker seal what lies there already: names of all files, and what was written beside reports that are secret. It touches
the rows of those texts alone. The index holds the marked ones; CREATE INDEX takes a SHARE lock: on a large live table
build it by hand with CONCURRENTLY first, under the same name. Reversible: what is sealed by then stays sealed, and
must not be longer than the old columns.
"""

from django.db import migrations, models

LONGER = """
-- squawk-ignore changing-column-type
ALTER TABLE reports_attachment ALTER COLUMN name TYPE text, ALTER COLUMN place TYPE text;
"""
SHORTER = """
ALTER TABLE reports_attachment ALTER COLUMN name TYPE varchar(200), ALTER COLUMN place TYPE varchar(300);
"""
MARK = """
UPDATE reports_reporttext t SET has_open_rows = true
 WHERE t.sealed IS NOT NULL OR EXISTS (SELECT 1 FROM reports_attachment a WHERE a.report_id = t.report_id);
CREATE INDEX IF NOT EXISTS text_with_open_rows ON reports_reporttext (report_id) WHERE has_open_rows;
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0013_stand_behind_reports")]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(LONGER, reverse_sql=SHORTER)],
            state_operations=[
                migrations.AlterField("attachment", "name", models.TextField()),
                migrations.AlterField("attachment", "place", models.TextField(blank=True)),
            ],
        ),
        migrations.AddField("reporttext", "has_open_rows", models.BooleanField(db_default=False, default=False)),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(MARK, reverse_sql="DROP INDEX text_with_open_rows")],
            state_operations=[
                migrations.AddIndex(
                    "reporttext",
                    models.Index(fields=["report"], condition=models.Q(has_open_rows=True), name="text_with_open_rows"),
                ),
            ],
        ),
    ]
