"""Places by how their name begins, while somebody types: 83 thousand names were read through for each letter.

Built without holding writers up; reversible.
"""

from django.contrib.postgres.indexes import OpClass
from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.models.functions import Upper


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("organizations", "0003_close_queues")]
    operations = [
        AddIndexConcurrently(
            model_name="area",
            index=models.Index(OpClass(Upper("name"), name="text_pattern_ops"), name="area_begins_with"),
        ),
    ]
