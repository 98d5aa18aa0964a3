"""Who stands behind a report may think better of it: web may remove a support.

Why: a press of the thumb must be undoable. The row policy still decides whose reports' supports are seen at all. Takes
no lock; reversible.
"""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reports", "0015_let_reporters_name_the_accused")]
    operations = [
        migrations.RunSQL(
            "GRANT DELETE ON reports_support TO tuntas_web;",
            reverse_sql="REVOKE DELETE ON reports_support FROM tuntas_web;",
        )
    ]
