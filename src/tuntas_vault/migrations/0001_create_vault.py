import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Identity",
            fields=[
                ("reporter_uuid", models.UUIDField(primary_key=True, serialize=False)),
                ("sealed_id", models.BigIntegerField()),
                ("epoch", models.IntegerField(db_index=True)),
                ("wrapped_key", models.BinaryField()),
                ("ciphertext", models.BinaryField()),
                ("stored_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                "verbose_name_plural": "identities",
            },
        ),
        migrations.CreateModel(
            name="KeyEpoch",
            fields=[
                ("epoch", models.IntegerField(primary_key=True, serialize=False)),
                ("public_key", models.BinaryField(max_length=32)),
                ("created_at", models.DateTimeField()),
                ("retired_at", models.DateTimeField(null=True)),
                ("destroyed_at", models.DateTimeField(null=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("destroyed_at", None), ("destroyed_at__gte", models.F("retired_at")), _connector="OR"
                        ),
                        name="only_retired_keys_are_destroyed",
                    )
                ],
            },
        ),
    ]
