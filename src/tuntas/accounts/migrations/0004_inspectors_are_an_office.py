"""Who inspects is known by the office, since there is no role of that name.

Why: the policy of 0003 asked for a role INSPECTORATE, which nobody can hold, so that no inspectorate ever read who had
opened a protected report. Now it asks whether the desk lies in an inspectorate (`tuntas.home`: the unit and those above
it). The restrictive policy of 0002 still hides entries about reports that the reader does not see.
One function; no lock. Reversible.
"""

from importlib import import_module

from django.db import migrations

before = import_module("tuntas.accounts.migrations.0003_inspectors_read")
HEAD, _rest, _policy = before.GRANT.partition("CREATE POLICY")
BY_OFFICE = """
CREATE OR REPLACE FUNCTION tuntas_inspects() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (
    SELECT FROM organizations_unit u WHERE u.id = ANY (tuntas_ids('tuntas.home')) AND u.kind = 'INSPECTORATE')
$$;
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0003_inspectors_read"), ("access", "0004_know_the_whole_person")]
    operations = [
        migrations.RunSQL(BY_OFFICE, reverse_sql=HEAD.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")),
    ]
