"""Phones are told too: of a public report that is followed, and of one's own.

Why: Web Push (docs/adr/0030). A phone is an address like a mailbox, so its row is a follow: sealed, emptied, hidden from
every officer. One of a person's own report hangs on the report itself, is seen in that reporter's sight alone, and goes
by itself as soon as the report is protected, its code is destroyed or its reporter left the case; a protected report
takes none. Columns that are null or have a constant default, rules checked over a small table, short locks. Reversible
when no phone is kept.
"""

import django.db.models.deletion
from django.db import migrations, models

MAY_BE_EMPTY = """
-- squawk-ignore ban-drop-not-null
ALTER TABLE following_follow ALTER COLUMN copy_id DROP NOT NULL;
"""
MUST_BE_FULL = "ALTER TABLE following_follow ALTER COLUMN copy_id SET NOT NULL"
GUARD = """
ALTER TABLE following_follow ADD CONSTRAINT phone_of_a_report
  FOREIGN KEY (own_id) REFERENCES reports_report (id) ON DELETE CASCADE;

ALTER POLICY the_public ON following_follow
  USING (CASE current_setting('tuntas.actor', true)
           WHEN 'public' THEN own_id IS NULL
           WHEN 'reporter' THEN own_id = (SELECT tuntas_own_report())
           ELSE false END)
  WITH CHECK (CASE current_setting('tuntas.actor', true)
           WHEN 'public' THEN own_id IS NULL
           WHEN 'reporter' THEN own_id = (SELECT tuntas_own_report())
           ELSE false END);

CREATE FUNCTION no_phone_hears_of_the_protected() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM following_follow WHERE own_id = NEW.id;
  RETURN NULL;
END $$;
CREATE TRIGGER no_phone_hears_of_the_protected AFTER UPDATE ON reports_report FOR EACH ROW
WHEN ((NEW.is_anonymous OR NEW.is_confidential OR NEW.class = 'WHISTLEBLOWING' OR NEW.has_conflict
      OR NEW.queue = 'WOMEN_AND_CHILDREN' OR NEW.has_left OR NEW.code_lookup IS NULL) AND NOT (OLD.is_anonymous OR OLD.is_confidential OR OLD.class = 'WHISTLEBLOWING' OR OLD.has_conflict
      OR OLD.queue = 'WOMEN_AND_CHILDREN' OR OLD.has_left OR OLD.code_lookup IS NULL))
EXECUTE FUNCTION no_phone_hears_of_the_protected();

CREATE FUNCTION no_phone_of_the_protected() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM reports_report r WHERE r.id = NEW.own_id AND (r.is_anonymous OR r.is_confidential OR r.class = 'WHISTLEBLOWING' OR r.has_conflict
      OR r.queue = 'WOMEN_AND_CHILDREN' OR r.has_left OR r.code_lookup IS NULL)) THEN
    RAISE restrict_violation USING MESSAGE = 'no phone is told of a protected report';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER no_phone_of_the_protected BEFORE INSERT ON following_follow FOR EACH ROW
WHEN (NEW.own_id IS NOT NULL) EXECUTE FUNCTION no_phone_of_the_protected();

GRANT SELECT (own_id, way) ON following_follow TO tuntas_vault;
"""
UNDO = """
REVOKE SELECT (own_id, way) ON following_follow FROM tuntas_vault;
DROP TRIGGER no_phone_of_the_protected ON following_follow; DROP FUNCTION no_phone_of_the_protected();
DROP TRIGGER no_phone_hears_of_the_protected ON reports_report; DROP FUNCTION no_phone_hears_of_the_protected();
ALTER POLICY the_public ON following_follow
  USING (current_setting('tuntas.actor', true) = 'public') WITH CHECK (current_setting('tuntas.actor', true) = 'public');
ALTER TABLE following_follow DROP CONSTRAINT phone_of_a_report;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("following", "0002_follow_the_one_that_goes_on"),
        ("reports", "0019_find_no_public_voice"),
    ]

    operations = [
        migrations.AddField(
            "follow",
            "way",
            models.CharField(
                choices=[("MAIL", "E-mail"), ("PHONE", "Phone")], db_default="MAIL", default="MAIL", max_length=5
            ),
        ),
        migrations.AddField(
            "follow",
            "own",
            models.ForeignKey(
                blank=True,
                db_constraint=False,
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                to="reports.report",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(MAY_BE_EMPTY, reverse_sql=MUST_BE_FULL)],
            state_operations=[
                migrations.AlterField(
                    "follow",
                    "copy",
                    models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="follows",
                        to="reports.publiccopy",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            "follow",
            models.UniqueConstraint(
                condition=models.Q(("own__isnull", False)), fields=("own", "who"), name="one_line_of_a_phone"
            ),
        ),
        migrations.AddConstraint(
            "follow",
            models.CheckConstraint(
                condition=models.Q(("copy__isnull", False), ("own__isnull", False), _connector="XOR"),
                name="follow_is_of_one_report",
            ),
        ),
        migrations.RunSQL(GUARD, reverse_sql=UNDO),
    ]
