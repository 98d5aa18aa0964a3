"""A request may ask for the words that the reporter took out before sending, as well as for who they are.

Why: those words lie sealed with the person, and a court that may know the person may need them. The custodian sees that
they are asked for, web's signature covers it, and the reporter reads it with the request and with each opening. What was
asked is never changed: a trigger of its own, since the one of 0001 knows no such column.
A column with a constant default: a short ACCESS EXCLUSIVE lock, nothing is rewritten. Reversible.
"""

from importlib import import_module

from django.db import migrations, models

before = import_module("tuntas.disclosure.migrations.0001_create_disclosures")
START = before.VAULT.index("CREATE FUNCTION tuntas_note_opening")
FIRST = before.VAULT[START : before.VAULT.index("END $$;", START) + len("END $$;")]
NOTED = FIRST.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")
TELLS = "'is_emergency', d.is_emergency)"
TELLS_ALL = "'is_emergency', d.is_emergency, 'withheld', d.with_withheld)"

ASKED_ONCE = """
CREATE FUNCTION wish_for_words_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE restrict_violation USING MESSAGE = 'what was asked is never changed'; END $$;
CREATE TRIGGER wish_for_words_is_kept BEFORE UPDATE ON disclosure_disclosure FOR EACH ROW
WHEN (NEW.with_withheld IS DISTINCT FROM OLD.with_withheld) EXECUTE FUNCTION wish_for_words_is_kept();
GRANT SELECT (with_withheld) ON disclosure_disclosure TO tuntas_vault;
"""
UNDO = """
REVOKE SELECT (with_withheld) ON disclosure_disclosure FROM tuntas_vault;
DROP TRIGGER wish_for_words_is_kept ON disclosure_disclosure; DROP FUNCTION wish_for_words_is_kept();
"""


class Migration(migrations.Migration):
    dependencies = [("disclosure", "0003_show_custodians_no_more")]
    operations = [
        migrations.AddField("disclosure", "with_withheld", models.BooleanField(db_default=False, default=False)),
        migrations.RunSQL(ASKED_ONCE, reverse_sql=UNDO),
        migrations.RunSQL(NOTED.replace(TELLS, TELLS_ALL), reverse_sql=NOTED),
    ]
