"""Who follows a report that is merged follows the one that carries it; one address follows it once.

Why: a follower of a merged report heard of the merger and of nothing after it. The row remembers what was asked for, so
that undoing the merger gives it back. Two rows can now mean one address, and only the vault can see that: it marks the one
as over, and the worker removes it, since the vault deletes nothing here. Columns that are null or have a constant
default, and grants: short locks, nothing is rewritten. The index holds led rows alone, of which there are none yet.
Reversible.
"""

from django.db import migrations, models

RIGHTS = """
GRANT SELECT (copy_id, confirmed_at, is_over), UPDATE (is_over) ON following_follow TO tuntas_vault;
"""
UNDO = """
REVOKE SELECT (copy_id, confirmed_at, is_over), UPDATE (is_over) ON following_follow FROM tuntas_vault;
"""


class Migration(migrations.Migration):
    dependencies = [("following", "0001_follow_public_reports")]

    operations = [
        migrations.AddField("follow", "came_from", models.BigIntegerField(blank=True, null=True)),
        migrations.AddField("follow", "is_over", models.BooleanField(db_default=False, default=False)),
        migrations.AddIndex(
            "follow",
            models.Index(
                condition=models.Q(("came_from__isnull", False)), fields=["came_from"], name="follow_that_was_led_on"
            ),
        ),
        migrations.RunSQL(RIGHTS, reverse_sql=UNDO),
    ]
