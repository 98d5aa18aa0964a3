"""The index that carries the public's word search (perf.md section 5: an expression is smaller than a stored column).

Safe on a small table; on a large one CREATE INDEX blocks writers of public copies (never intake) while it builds.
Reversible.
"""

from django.db import migrations

INDEX = """
CREATE INDEX public_copy_words ON reports_publiccopy
  USING gin (to_tsvector('indonesian', title || ' ' || body || ' ' || place))
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("reports", "0002_guard_rows")]
    operations = [migrations.RunSQL(INDEX, reverse_sql="DROP INDEX public_copy_words")]
