"""A notice to one officer of a unit: who was given a job, whom a colleague mentioned.

The column has a constant default and is added without rewriting a row; 0 stands for everybody of the unit. The vault
reads it to find the one address. Short lock; reversible.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("notices", "0005_write_to_custodians")]
    operations = [
        migrations.AddField(model_name="notice", name="officer", field=models.BigIntegerField(default=0, db_default=0)),
        migrations.RunSQL(
            "GRANT SELECT (officer) ON notices_notice TO tuntas_vault;",
            reverse_sql="REVOKE SELECT (officer) ON notices_notice FROM tuntas_vault;",
        ),
    ]
