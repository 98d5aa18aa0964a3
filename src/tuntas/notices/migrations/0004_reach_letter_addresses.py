"""Notices to the letter address of a unit that is not connected, which the vault alone reads and writes to (R000-30).

The vault also reads public copies, so that a letter says what the public may know when it leaves and not a minute
longer. The choice is a word of the program; the grants take short locks and rewrite nothing. Reversible.
"""

from django.db import migrations, models

GRANT = """
GRANT SELECT ("id", "letter_address") ON organizations_unit TO tuntas_vault;
GRANT SELECT ("number", "title", "body", "place") ON reports_publiccopy TO tuntas_vault;
"""
REVOKE = """
REVOKE SELECT ("number", "title", "body", "place") ON reports_publiccopy FROM tuntas_vault;
REVOKE SELECT ("id", "letter_address") ON organizations_unit FROM tuntas_vault;
"""


class Migration(migrations.Migration):
    dependencies = [("notices", "0003_let_the_vault_in")]
    operations = [
        migrations.AlterField(
            model_name="notice",
            name="to",
            field=models.CharField(
                choices=[
                    ("REPORTER", "Reporter"),
                    ("UNIT", "Officers of a unit"),
                    ("LETTER", "Letter address of a unit"),
                ],
                max_length=10,
            ),
        ),
        migrations.RunSQL(GRANT, reverse_sql=REVOKE),
    ]
