"""The rows that were there before obey the rule of 0018 too.

Why apart: validating reads the whole table, under a lock that lets everybody go on reading and writing. Reversible.
"""

from django.contrib.postgres.operations import ValidateConstraint
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("reports", "0018_keep_voices_private")]
    operations = [ValidateConstraint("attachment", "attachment_voice_is_never_public")]
