"""Addresses of those who follow somebody else's public report, each under a key of its own like an identity.

Why: such an address says what somebody is interested in; web seals it and can never read it again. It is dropped when
the follow is gone from the case database. A new table. Reversible.
"""

from django.db import migrations, models
from django.db.models.functions import Now


class Migration(migrations.Migration):
    dependencies = [("tuntas_vault", "0002_open_forget_and_find")]

    operations = [
        migrations.CreateModel(
            name="Follower",
            fields=[
                ("follow_uuid", models.UUIDField(primary_key=True, serialize=False)),
                ("epoch", models.IntegerField(db_index=True)),
                ("wrapped_key", models.BinaryField()),
                ("ciphertext", models.BinaryField()),
                ("stored_at", models.DateTimeField(db_default=Now())),
                ("looked_at", models.DateTimeField(db_index=True)),
            ],
        ),
    ]
