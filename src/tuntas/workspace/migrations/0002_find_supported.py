"""What the heap of supported reports starts from: the parts of support that go on.

Why: among three million parts the planner walked the unique key of (report, unit, part) from end to end, 12 thousand
blocks for each page of every officer. CREATE INDEX takes a SHARE lock on a table that is small when this first runs;
on a large live one build it first with CONCURRENTLY, under the same name. Reversible.
"""

from django.db import migrations

SUPPORT = """
CREATE INDEX IF NOT EXISTS report_unit_supporting ON reports_reportunit (unit_id, report_id)
 WHERE part = 'SUPPORT' AND until IS NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("workspace", "0001_search"), ("reports", "0002_guard_rows")]
    operations = [migrations.RunSQL(SUPPORT, reverse_sql="DROP INDEX report_unit_supporting")]
