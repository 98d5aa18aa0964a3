"""Notices to custodians of identities alone (handbook 1.2).

The choice is a word of the program; no lock, no row changes. Reversible.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0004_reach_letter_addresses")]
    operations = [
        migrations.AlterField(
            model_name="notice",
            name="role",
            field=models.CharField(
                blank=True,
                choices=[
                    ("NATIONAL_ADMIN", "National administrator"),
                    ("AGENCY_ADMIN", "Agency administrator"),
                    ("LIAISON_OFFICER", "Liaison officer"),
                    ("FIELD_OFFICER", "Field officer"),
                    ("UNIT_HEAD", "Head of unit"),
                    ("SUPERVISOR", "Supervisor"),
                    ("CUSTODIAN", "Custodian of identities"),
                ],
                max_length=20,
            ),
        ),
    ]
