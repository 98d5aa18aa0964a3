"""Finds originals of files by the key that they need, and lets the vault count them.

Why: the worker seals originals anew in batches while people go on writing, and the vault must know that none is left
before an old key is destroyed. The index is built without holding writers up. The vault may read three columns, of no
text and no name. Reversible.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models

LET_IN = """
GRANT SELECT ("id", "original_key", "original_epoch") ON reports_attachment TO tuntas_vault;
CREATE POLICY tuntas_vault ON reports_attachment FOR SELECT TO tuntas_vault USING (true);
"""
SHUT_OUT = """
DROP POLICY tuntas_vault ON reports_attachment;
REVOKE SELECT ("id", "original_key", "original_epoch") ON reports_attachment FROM tuntas_vault;
"""


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("reports", "0006_name_the_key_of_originals")]
    operations = [
        AddIndexConcurrently(
            model_name="attachment",
            index=models.Index(
                condition=models.Q(("original_key", ""), _negated=True),
                fields=["original_epoch", "id"],
                name="attachment_to_reseal",
            ),
        ),
        migrations.RunSQL(LET_IN, reverse_sql=SHUT_OUT),
    ]
