"""A new role: the custodian of identities, who decides whether an identity may be opened (handbook 1.2).

The choice is a word of the program; no lock, no row changes. Reversible.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("organizations", "0001_create_organizations")]
    operations = [
        migrations.AlterField(
            model_name="appointment",
            name="role",
            field=models.CharField(
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
