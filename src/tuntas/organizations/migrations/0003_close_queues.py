"""Two kinds of office with a closed queue, and the categories that belong to one of them alone.

Why: violence against women or children is protected by default, and what needs examination is for the inspectorate
(R002-32, handbook 1.2). A new column with a constant default: a short ACCESS EXCLUSIVE lock, nothing is rewritten.
Reversible.
"""

from django.db import migrations, models

KINDS = [
    ("NATION", "Nation"),
    ("MINISTRY", "Ministry or national agency"),
    ("PROVINCE", "Province"),
    ("REGENCY", "Regency"),
    ("CITY", "City"),
    ("REGIONAL_OFFICE", "Office"),
    ("SERVICE_UNIT", "Service unit"),
    ("DISTRICT", "District office"),
    ("URBAN_VILLAGE", "Urban village office"),
    ("VILLAGE", "Village office"),
    ("STATE_COMPANY", "State or regional company"),
    ("INSPECTORATE", "Inspectorate"),
    ("WOMEN_AND_CHILDREN", "Office that protects women and children"),
]


class Migration(migrations.Migration):
    dependencies = [("organizations", "0002_appoint_custodians")]
    operations = [
        migrations.AlterField(model_name="unit", name="kind", field=models.CharField(choices=KINDS, max_length=20)),
        migrations.AddField(
            model_name="category",
            name="closed_to",
            field=models.CharField(blank=True, choices=KINDS, db_default="", default="", max_length=20),
        ),
    ]
