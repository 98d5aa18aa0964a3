"""Which tours an officer has done with, and which version they read about: so that neither is offered twice.

Beside their other habits, under the same policy: each officer sees and changes their own row alone. Two columns with a
constant default: no rewrite of the table, a short lock, reversible.
"""

import django.contrib.postgres.fields
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("workspace", "0004_keep_views")]
    operations = [
        migrations.AddField(
            "habit",
            "tours",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(max_length=20), blank=True, db_default=[], default=list, size=None
            ),
        ),
        migrations.AddField(
            "habit", "news_read", models.CharField(blank=True, db_default="", default="", max_length=20)
        ),
    ]
