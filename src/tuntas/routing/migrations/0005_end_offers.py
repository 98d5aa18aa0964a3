"""An offer also ends when the report turns out to be about one of its parties. Changes no table; reversible."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("routing", "0004_find_by_place")]
    operations = [
        migrations.AlterField(
            model_name="transferoffer",
            name="decision",
            field=models.CharField(
                blank=True,
                choices=[
                    ("ACCEPTED", "Accepted"),
                    ("SILENCE", "Accepted by silence"),
                    ("REFUSED", "Refused"),
                    ("ARBITRATED", "Decided by the superior"),
                    ("ENDED", "Ended: the report is about one of the two"),
                ],
                max_length=12,
            ),
        ),
    ]
