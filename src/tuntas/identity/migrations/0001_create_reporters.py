import uuid

import django.db.models.deletion
import django.db.models.functions.datetime
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Reporter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("created_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("channel", models.CharField(max_length=12)),
                ("has_contact", models.BooleanField(default=False)),
                ("language", models.CharField(default="id", max_length=5)),
            ],
        ),
        migrations.CreateModel(
            name="SealedIdentity",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("epoch", models.IntegerField()),
                ("ciphertext", models.BinaryField(null=True)),
                ("sealed_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
                ("drained_at", models.DateTimeField(null=True)),
                ("problem", models.CharField(blank=True, db_default="", max_length=40)),
                (
                    "reporter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sealed", to="identity.reporter"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        models.F("id"),
                        condition=models.Q(("drained_at", None), ("problem", "")),
                        name="sealed_identity_to_drain",
                    )
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("ciphertext__isnull", False), ("drained_at", None)),
                            models.Q(("ciphertext", None), ("drained_at__isnull", False)),
                            _connector="OR",
                        ),
                        name="an_envelope_is_full_until_drained",
                    )
                ],
            },
        ),
    ]
