"""A keyed digest of where a follower is reached, to see that two follows of one report are one person's.

Why: followers of a merged report are led on to one that they may follow already, and shall not be told twice. The key
lies in the key folder; old rows have no digest and are told twice at worst. A nullable column and an index on a small
table of the vault: short locks. Reversible.
"""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tuntas_vault", "0003_keep_followers")]

    operations = [
        migrations.AddField("follower", "digest", models.BinaryField(max_length=32, null=True)),
        migrations.AddIndex("follower", models.Index(fields=["digest"], name="follower_by_digest")),
    ]
