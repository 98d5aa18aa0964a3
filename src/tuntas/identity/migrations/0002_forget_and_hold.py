"""Wishes to forget a reporter, and legal holds that stand against them (trust.md 4.3).

Why: web must be able to ask for an erasure and unable to carry one out; the vault carries it out and changes nothing
else. While a hold stands the database itself takes no wish, whoever asks. A reporter sees the wishes about themselves
and no hold; holds are for officers. Makes two tables and three functions, locks no other table; reversible.
"""

import django.db.models.deletion
from django.db import migrations, models

FUNCTIONS = """
CREATE FUNCTION tuntas_is_held(reporter bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM identity_legalhold h WHERE h.reporter_id = reporter AND h.lifted_at IS NULL)
$$;
GRANT EXECUTE ON FUNCTION tuntas_is_held(bigint) TO tuntas_vault;

CREATE FUNCTION erasure_is_lawful() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE restrict_violation USING MESSAGE = 'that somebody was forgotten stays written down';
  END IF;
  IF TG_OP = 'INSERT' AND tuntas_is_held(NEW.reporter_id) THEN
    RAISE restrict_violation USING MESSAGE = 'a legal hold stands';
  END IF;
  IF TG_OP = 'UPDATE' AND (
    (NEW.id, NEW.reporter_id, NEW.ground, NEW.asked_by, NEW.asked_kind, NEW.asked_at)
      IS DISTINCT FROM (OLD.id, OLD.reporter_id, OLD.ground, OLD.asked_by, OLD.asked_kind, OLD.asked_at)
    OR (OLD.done_at IS NOT NULL AND (NEW.done_at, NEW.found) IS DISTINCT FROM (OLD.done_at, OLD.found))
    OR (OLD.files_done_at IS NOT NULL AND NEW.files_done_at IS DISTINCT FROM OLD.files_done_at)) THEN
    RAISE restrict_violation USING MESSAGE = 'a wish to forget is carried out once and never changed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER erasure_is_lawful BEFORE INSERT OR UPDATE OR DELETE ON identity_erasure
FOR EACH ROW EXECUTE FUNCTION erasure_is_lawful();

CREATE FUNCTION hold_stays_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.lifted_at IS NOT NULL
     OR (NEW.id, NEW.reporter_id, NEW.reason, NEW.placed_by, NEW.placed_at)
        IS DISTINCT FROM (OLD.id, OLD.reporter_id, OLD.reason, OLD.placed_by, OLD.placed_at) THEN
    RAISE restrict_violation USING MESSAGE = 'a legal hold is lifted once and never changed';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER hold_stays_written BEFORE UPDATE OR DELETE ON identity_legalhold
FOR EACH ROW EXECUTE FUNCTION hold_stays_written();
"""
UNDO_FUNCTIONS = """
DROP TRIGGER hold_stays_written ON identity_legalhold; DROP FUNCTION hold_stays_written();
DROP TRIGGER erasure_is_lawful ON identity_erasure; DROP FUNCTION erasure_is_lawful();
DROP FUNCTION tuntas_is_held(bigint);
"""

GUARDS = """
REVOKE ALL ON identity_erasure, identity_legalhold FROM tuntas_web, tuntas_worker;
GRANT SELECT, INSERT ON identity_erasure TO tuntas_web, tuntas_worker;
GRANT UPDATE ("files_done_at") ON identity_erasure TO tuntas_worker;
GRANT SELECT, INSERT ON identity_legalhold TO tuntas_web, tuntas_worker;
GRANT UPDATE ("lifted_by", "lifted_at") ON identity_legalhold TO tuntas_web;
GRANT SELECT ("id", "reporter_id", "ground", "asked_at", "done_at"), UPDATE ("done_at", "found")
  ON identity_erasure TO tuntas_vault;
GRANT SELECT ("id", "reporter_id", "lifted_at") ON identity_legalhold TO tuntas_vault;

ALTER TABLE identity_erasure ENABLE ROW LEVEL SECURITY; ALTER TABLE identity_erasure FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON identity_erasure TO tuntas_owner USING (true) WITH CHECK (true);
CREATE POLICY tuntas_vault ON identity_erasure TO tuntas_vault USING (true) WITH CHECK (true);
CREATE POLICY seen ON identity_erasure TO tuntas_web, tuntas_worker USING (
  CASE (SELECT nullif(current_setting('tuntas.actor', true), ''))
    WHEN 'officer' THEN true
    WHEN 'system' THEN current_user = 'tuntas_worker'
    WHEN 'reporter' THEN EXISTS (SELECT 1 FROM reports_report r
      WHERE r.id = (SELECT tuntas_own_report()) AND r.reporter_id = identity_erasure.reporter_id)
    ELSE false
  END);
ALTER TABLE identity_legalhold ENABLE ROW LEVEL SECURITY; ALTER TABLE identity_legalhold FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON identity_legalhold TO tuntas_owner USING (true) WITH CHECK (true);
CREATE POLICY tuntas_vault ON identity_legalhold FOR SELECT TO tuntas_vault USING (true);
CREATE POLICY seen ON identity_legalhold TO tuntas_web, tuntas_worker USING (
  CASE (SELECT nullif(current_setting('tuntas.actor', true), ''))
    WHEN 'officer' THEN true
    WHEN 'system' THEN current_user = 'tuntas_worker'
    ELSE false
  END);
"""
UNDO_GUARDS = """
DROP POLICY seen ON identity_legalhold; DROP POLICY tuntas_vault ON identity_legalhold;
DROP POLICY owner_all ON identity_legalhold;
ALTER TABLE identity_legalhold NO FORCE ROW LEVEL SECURITY; ALTER TABLE identity_legalhold DISABLE ROW LEVEL SECURITY;
DROP POLICY seen ON identity_erasure; DROP POLICY tuntas_vault ON identity_erasure;
DROP POLICY owner_all ON identity_erasure;
ALTER TABLE identity_erasure NO FORCE ROW LEVEL SECURITY; ALTER TABLE identity_erasure DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_create_reporters"), ("reports", "0003_keep_order_and_protection")]

    operations = [
        migrations.CreateModel(
            name="LegalHold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.TextField()),
                ("placed_by", models.BigIntegerField()),
                ("placed_at", models.DateTimeField()),
                ("lifted_by", models.BigIntegerField(blank=True, null=True)),
                ("lifted_at", models.DateTimeField(blank=True, null=True)),
                (
                    "reporter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="holds", to="identity.reporter"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Erasure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("SUBJECT", "The person asked for it"),
                            ("CONSENT", "The person took back their consent"),
                            ("RETENTION", "The time for keeping it has ended"),
                            ("UNLAWFUL", "It should never have been taken"),
                        ],
                        max_length=12,
                    ),
                ),
                ("asked_by", models.BigIntegerField(blank=True, null=True)),
                ("asked_kind", models.CharField(max_length=10)),
                ("asked_at", models.DateTimeField()),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                ("found", models.BooleanField(blank=True, null=True)),
                ("files_done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "reporter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="erasures", to="identity.reporter"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(models.F("id"), condition=models.Q(("done_at", None)), name="erasure_to_do"),
                    models.Index(
                        models.F("id"), condition=models.Q(("files_done_at", None)), name="erasure_of_files_to_do"
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("done_at", None)), fields=("reporter",), name="one_open_erasure_a_reporter"
                    )
                ],
            },
        ),
        migrations.RunSQL(FUNCTIONS, reverse_sql=UNDO_FUNCTIONS),
        migrations.RunSQL(GUARDS, reverse_sql=UNDO_GUARDS),
    ]
