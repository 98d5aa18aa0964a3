"""Places of a text that its reporter wants masked in the public copy.

Why: the administrator who makes the public copy finds them masked already. Adds a column with a constant default, which
rewrites nothing and takes a short ACCESS EXCLUSIVE lock; reversible.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0007_find_originals_by_key")]

    operations = [
        migrations.AddField(
            model_name="reporttext",
            name="covered",
            field=models.JSONField(db_default=models.Value([], models.JSONField()), default=list),
        ),
    ]
