"""The epoch of the vault's key that the original of a file is sealed to, so that no key is destroyed too early.

Why: keys change, and originals must be sealed anew before an old key goes (trust.md 4.2). Until now only the
envelope on the disk said which key it needs. Rows from before say 0, "not read yet": the worker reads their envelopes.
Adds a column with a constant default: a short ACCESS EXCLUSIVE lock, nothing is rewritten. Reversible.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reports", "0005_count_who_is_carried")]
    operations = [
        migrations.AddField(
            model_name="attachment",
            name="original_epoch",
            field=models.IntegerField(db_default=0, default=0),
        ),
    ]
