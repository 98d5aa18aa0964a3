"""A legal hold belongs to a report, has a ground and perhaps a last day, and is read by those who see that report.

Why:
- A report that came without a person could not be held: now a hold names the report, and the person where there is one.
- A hold whose last day is over stands no more; `tuntas_is_held` and `tuntas_is_kept` say so for everybody alike.
- Every officer of every agency read every hold, and every wish to forget: now those who see the report, and no custodian
  of identities, whose sight ends with the requests put before them.
New columns with constant defaults and one that may be empty, an index and a constraint on a table of a few rows: short
ACCESS EXCLUSIVE locks. Reversible while every hold has a reporter.
"""

from django.db import migrations, models

TODAY = "(now() AT TIME ZONE 'Asia/Jakarta')::date"
STANDS = "h.lifted_at IS NULL"
STANDS_TODAY = f"h.lifted_at IS NULL AND (h.until IS NULL OR h.until >= {TODAY})"
IS_HELD = """
CREATE OR REPLACE FUNCTION tuntas_is_held(reporter bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM identity_legalhold h WHERE h.reporter_id = reporter AND {stands})
$$;
"""
IS_KEPT = f"""
CREATE FUNCTION tuntas_is_kept(p_report bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM identity_legalhold h WHERE h.report = p_report AND {STANDS_TODAY})
      OR coalesce((SELECT tuntas_is_held(r.reporter_id) FROM reports_report r WHERE r.id = p_report), false)
$$;
"""  # noqa: S608 - our own words
WRITTEN = """
CREATE OR REPLACE FUNCTION hold_stays_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.lifted_at IS NOT NULL
     OR (NEW.id, NEW.reporter_id, {more}NEW.reason, NEW.placed_by, NEW.placed_at)
        IS DISTINCT FROM (OLD.id, OLD.reporter_id, {more_before}OLD.reason, OLD.placed_by, OLD.placed_at) THEN
    RAISE restrict_violation USING MESSAGE = 'a legal hold is lifted once and never changed';
  END IF;
  RETURN NEW;
END $$;
"""
WRITTEN_NOW = WRITTEN.format(
    more="NEW.report, NEW.ground, NEW.until, ", more_before="OLD.report, OLD.ground, OLD.until, "
)
SEEN = """
ALTER POLICY seen ON identity_legalhold USING (
  CASE (SELECT nullif(current_setting('tuntas.actor', true), ''))
    WHEN 'officer' THEN {hold}
    WHEN 'system' THEN current_user = 'tuntas_worker'
    ELSE false
  END);
ALTER POLICY seen ON identity_erasure USING (
  CASE (SELECT nullif(current_setting('tuntas.actor', true), ''))
    WHEN 'officer' THEN {erasure}
    WHEN 'system' THEN current_user = 'tuntas_worker'
    WHEN 'reporter' THEN EXISTS (SELECT 1 FROM reports_report r
      WHERE r.id = (SELECT tuntas_own_report()) AND r.reporter_id = identity_erasure.reporter_id)
    ELSE false
  END);
"""
OF_THE_REPORT = """(SELECT coalesce(current_setting('tuntas.custody', true), '')) = '' AND (
      EXISTS (SELECT 1 FROM reports_report r WHERE r.id = identity_legalhold.report)
      OR (report IS NULL AND EXISTS (SELECT 1 FROM reports_report r WHERE r.reporter_id = identity_legalhold.reporter_id)))"""
OF_THE_REPORTER = "EXISTS (SELECT 1 FROM reports_report r WHERE r.reporter_id = identity_erasure.reporter_id)"
# The older rows have one, and whoever reads the column knows of this release.
MAY_BE_EMPTY = """
-- squawk-ignore ban-drop-not-null
ALTER TABLE identity_legalhold ALTER COLUMN reporter_id DROP NOT NULL;
"""
MUST_BE_THERE = "ALTER TABLE identity_legalhold ALTER COLUMN reporter_id SET NOT NULL;"
RIGHTS = "GRANT UPDATE (lifted_because) ON identity_legalhold TO tuntas_web;"


class Migration(migrations.Migration):
    dependencies = [
        ("identity", "0002_forget_and_hold"),
        ("reports", "0012_finish_what_one_closed"),
        ("disclosure", "0002_keep_custodians_apart"),
    ]
    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(MAY_BE_EMPTY, reverse_sql=MUST_BE_THERE)],
            state_operations=[
                migrations.AlterField(
                    model_name="legalhold",
                    name="reporter",
                    field=models.ForeignKey(
                        blank=True, null=True, on_delete=models.CASCADE, related_name="holds", to="identity.reporter"
                    ),
                )
            ],
        ),
        migrations.AddField("legalhold", "report", models.BigIntegerField(blank=True, null=True)),
        migrations.AddField(
            "legalhold",
            "ground",
            models.CharField(
                blank=True,
                choices=[
                    ("COURT", "A court, a prosecutor or the police asks for it"),
                    ("EXAMINATION", "An examination by the inspectorate or the Ombudsman runs"),
                    ("DISPUTE", "A dispute or an appeal is not decided yet"),
                ],
                db_default="",
                default="",
                max_length=12,
            ),
        ),
        migrations.AddField("legalhold", "until", models.DateField(blank=True, null=True)),
        migrations.AddField("legalhold", "lifted_because", models.TextField(blank=True, db_default="", default="")),
        migrations.AddIndex("legalhold", models.Index(models.F("report"), name="hold_of_report")),
        migrations.AddConstraint(
            "legalhold",
            models.CheckConstraint(
                condition=models.Q(("reporter__isnull", False), ("report__isnull", False), _connector="OR"),
                name="a_hold_holds_something",
            ),
        ),
        migrations.RunSQL(IS_HELD.format(stands=STANDS_TODAY), reverse_sql=IS_HELD.format(stands=STANDS)),
        migrations.RunSQL(IS_KEPT, reverse_sql="DROP FUNCTION tuntas_is_kept(bigint);"),
        migrations.RunSQL(WRITTEN_NOW, reverse_sql=WRITTEN.format(more="", more_before="")),
        migrations.RunSQL(
            SEEN.format(hold=OF_THE_REPORT, erasure=OF_THE_REPORTER),
            reverse_sql=SEEN.format(hold="true", erasure="true"),
        ),
        migrations.RunSQL(RIGHTS, reverse_sql="REVOKE UPDATE (lifted_because) ON identity_legalhold FROM tuntas_web;"),
    ]
