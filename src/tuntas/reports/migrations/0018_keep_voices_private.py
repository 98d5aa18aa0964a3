"""A reporter's recording is never public, whatever code says so; and a report can be written down at an office's desk.

Why: a voice tells who somebody is (biometric data, UU 27/2022 article 4), and no moderation can take that out. The rule
lies in the database so that no later publishing of files forgets it. NOT VALID takes a short lock and reads no row; the
next migration looks at the rows that are there. The choices of the channel are Django's alone. Reversible.
"""

from django.contrib.postgres.operations import AddConstraintNotValid
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0017_find_thanks")]
    operations = [
        AddConstraintNotValid(
            "attachment",
            models.CheckConstraint(
                condition=~models.Q(by="REPORTER", media_type__startswith="audio/", is_public=True),
                name="attachment_voice_is_never_public",
            ),
        ),
        migrations.AlterField(
            "report",
            "channel",
            models.CharField(
                choices=[
                    ("WEB", "Web"),
                    ("BOOTH", "Complaint booth"),
                    ("COUNTER", "At the desk of an office"),
                    ("IMPORT", "Old register"),
                ],
                default="WEB",
                max_length=12,
            ),
        ),
    ]
