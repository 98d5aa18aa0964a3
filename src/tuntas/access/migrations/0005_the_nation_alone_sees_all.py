"""The whole register is seen from the national office alone, whatever role somebody was given elsewhere.

Why: the context asked for the role and not for the place, so that one row written wrongly (a national administrator
of some office) opened every report. In any other unit that role now sees what an administrator there would. The
function takes no lock; reversible.
"""

from importlib import import_module

from django.db import migrations

before = import_module("tuntas.access.migrations.0004_know_the_whole_person")
AS_BEFORE = before.ENTER.format(declare=before.DECLARE, more=before.WHOLE_PERSON)
BY_ROLE = "IF held.role = 'NATIONAL_ADMIN' THEN"
BY_ROLE_AND_PLACE = """IF held.role = 'NATIONAL_ADMIN'
       AND EXISTS (SELECT 1 FROM organizations_unit n WHERE n.id = held.unit_id AND n.kind = 'NATION') THEN"""


class Migration(migrations.Migration):
    dependencies = [("access", "0004_know_the_whole_person")]
    operations = [
        migrations.RunSQL(AS_BEFORE.replace(BY_ROLE, BY_ROLE_AND_PLACE), reverse_sql=AS_BEFORE),
    ]
