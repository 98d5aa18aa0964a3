"""The vault's own log of openings, tombstones of those who were forgotten, and blind indexes of contacts.

Why: what was opened must stand where web cannot reach it; a person who was forgotten must not come back with an old
backup; and whoever asks for their own data must be found without opening everybody. New tables, and a column with a
constant default: short locks, nothing is rewritten. Reversible.
"""

from django.db import migrations, models

LOG = """
CREATE FUNCTION opening_stays_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND OLD.told_at IS NULL
     AND (NEW.uuid, NEW.grant, NEW.report_uuid, NEW.reporter_uuid, NEW.at)
         IS NOT DISTINCT FROM (OLD.uuid, OLD.grant, OLD.report_uuid, OLD.reporter_uuid, OLD.at) THEN
    RETURN NEW;
  END IF;
  RAISE restrict_violation USING MESSAGE = 'that an identity was opened is never changed or deleted';
END $$;
CREATE TRIGGER opening_stays_written BEFORE UPDATE OR DELETE ON tuntas_vault_opening
FOR EACH ROW EXECUTE FUNCTION opening_stays_written();
CREATE FUNCTION tombstone_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE restrict_violation USING MESSAGE = 'that somebody was forgotten is never changed or deleted'; END $$;
CREATE TRIGGER tombstone_stays BEFORE UPDATE OR DELETE ON tuntas_vault_tombstone
FOR EACH ROW EXECUTE FUNCTION tombstone_stays();
"""
UNDO_LOG = """
DROP TRIGGER tombstone_stays ON tuntas_vault_tombstone; DROP FUNCTION tombstone_stays();
DROP TRIGGER opening_stays_written ON tuntas_vault_opening; DROP FUNCTION opening_stays_written();
"""


class Migration(migrations.Migration):
    dependencies = [("tuntas_vault", "0001_create_vault")]

    operations = [
        migrations.AddField("identity", "is_indexed", models.BooleanField(db_default=False, default=False)),
        migrations.AddIndex(
            "identity",
            models.Index(condition=models.Q(("is_indexed", False)), fields=["reporter_uuid"], name="identity_to_index"),
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                ("uuid", models.UUIDField(primary_key=True, serialize=False)),
                ("grant", models.UUIDField(db_index=True)),
                ("report_uuid", models.UUIDField()),
                ("reporter_uuid", models.UUIDField(db_index=True)),
                ("at", models.DateTimeField()),
                ("told_at", models.DateTimeField(null=True)),
            ],
            options={
                "indexes": [models.Index(condition=models.Q(("told_at", None)), fields=["at"], name="opening_to_tell")],
            },
        ),
        migrations.CreateModel(
            name="Tombstone",
            fields=[
                ("reporter_uuid", models.UUIDField(primary_key=True, serialize=False)),
                ("ground", models.CharField(max_length=12)),
                ("found", models.BooleanField()),
                ("erased_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="BlindIndex",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reporter_uuid", models.UUIDField()),
                ("field", models.CharField(max_length=8)),
                ("digest", models.BinaryField(max_length=32)),
            ],
            options={
                "verbose_name_plural": "blind indexes",
                "indexes": [models.Index(fields=["field", "digest"], name="find_by_digest")],
                "constraints": [models.UniqueConstraint(fields=("reporter_uuid", "field"), name="one_digest_a_field")],
            },
        ),
        migrations.RunSQL(LOG, reverse_sql=UNDO_LOG),
    ]
