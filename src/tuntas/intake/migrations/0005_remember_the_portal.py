"""The first entry of a report remembers the portal of an agency that it was written on.

Why: a face is one more door into the one register (design 3b, tenancy); which door people use is asked for later, and
cannot be found out afterwards. It stands in the facts of the entry, like the channel: no column, no other signature.
Letters do not repeat it. Replaces a function, takes no lock; reversible.
"""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("tuntas.intake.migrations.0004_one_form_of_the_statement").RECEIVE
FACTS = "'notice', p_params->>'notice'))"
FACTS_AND_FACE = "'notice', p_params->>'notice', 'face', p_params->>'face'))"
LETTER, BARE = "(p_params - 'notice')", "(p_params - '{notice,face}'::text[])"
RECEIVE = BEFORE.replace(FACTS, FACTS_AND_FACE).replace(LETTER, BARE)


class Migration(migrations.Migration):
    dependencies = [("intake", "0004_one_form_of_the_statement")]
    operations = [migrations.RunSQL(RECEIVE, reverse_sql=BEFORE)]
