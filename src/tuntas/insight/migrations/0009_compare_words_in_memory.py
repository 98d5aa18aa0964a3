"""No index of three-letter groups over the words of reports: slips are compared with all words in the process.

Why: two letters that changed places leave few groups alone, so that the index gave a third of all words for each slip: 13
ms each, and a text of twelve slips asked twelve times. Comparing the letters themselves takes a millisecond. The index
was also made anew every night. DROP INDEX locks a table that the worker alone writes; reversible.
"""

from django.db import migrations

# Nobody reads by it any more, and the worker writes the table once a night: the lock holds nobody up.
DROP = """
-- squawk-ignore require-concurrent-index-deletion
DROP INDEX word_looks_like
"""
CREATE = "CREATE INDEX word_looks_like ON insight_word USING gin (word gin_trgm_ops)"


class Migration(migrations.Migration):
    dependencies = [("insight", "0008_what_came_from_where")]
    operations = [migrations.RunSQL(DROP, reverse_sql=CREATE)]
