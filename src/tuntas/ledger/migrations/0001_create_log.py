"""The tables of the public log, and who may do what with them.

Why: a history that its keeper can rewrite proves nothing (trust.md 4.4). Only the clockwork adds rows; triggers refuse
every change but two: a tile grows at its end, and a salt goes when a tombstone says so. Web reads heads and tiles, which
are public, and of the leaves those whose history it may read. `tuntas_verify` reads the histories and the log, and no
text, no address and no identity. New tables, and one function replaced: no lock on what exists but a short one for the
policies. Reversible.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models.functions import Now

APPEND_ONLY = """
CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE restrict_violation USING MESSAGE = 'the public log is never changed or deleted'; END $$;

CREATE FUNCTION ledger_leaf_keeps_its_hash() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.salt IS NULL
     AND (NEW.number, NEW.source, NEW.row_id, NEW.mark, NEW.commitment)
       = (OLD.number, OLD.source, OLD.row_id, OLD.mark, OLD.commitment)
     AND EXISTS (SELECT 1 FROM ledger_tombstone t WHERE t.leaf = OLD.number) THEN
    RETURN NEW;
  END IF;
  RAISE restrict_violation USING MESSAGE = 'the public log is never changed or deleted';
END $$;

CREATE FUNCTION ledger_tile_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND (NEW.level, NEW.index) = (OLD.level, OLD.index) AND length(NEW.hashes) <= 8192
     AND substring(NEW.hashes FROM 1 FOR length(OLD.hashes)) = OLD.hashes THEN
    RETURN NEW;
  END IF;
  RAISE restrict_violation USING MESSAGE = 'the public log is never changed or deleted';
END $$;

CREATE TRIGGER ledger_leaf_keeps_its_hash BEFORE UPDATE OR DELETE ON ledger_leaf
FOR EACH ROW EXECUTE FUNCTION ledger_leaf_keeps_its_hash();
CREATE TRIGGER ledger_tile_only_grows BEFORE UPDATE OR DELETE ON ledger_tile
FOR EACH ROW EXECUTE FUNCTION ledger_tile_only_grows();
"""
UNDO_APPEND_ONLY = """
DROP TRIGGER ledger_tile_only_grows ON ledger_tile; DROP TRIGGER ledger_leaf_keeps_its_hash ON ledger_leaf;
DROP FUNCTION ledger_tile_only_grows(); DROP FUNCTION ledger_leaf_keeps_its_hash();
DROP FUNCTION ledger_is_append_only();
"""
KEPT = ("ledger_logkey", "ledger_checkpoint", "ledger_anchor", "ledger_cosignature", "ledger_tombstone")
ALL = (*KEPT, "ledger_leaf", "ledger_tile")


def kept(table: str) -> migrations.RunSQL:
    """No row of this table is changed or deleted."""
    name = f"{table}_is_append_only"
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} BEFORE UPDATE OR DELETE ON {table}"
        " FOR EACH ROW EXECUTE FUNCTION ledger_is_append_only();",
        reverse_sql=f"DROP TRIGGER {name} ON {table};",
    )


def never_emptied(table: str) -> migrations.RunSQL:
    name = f"{table}_is_never_emptied"
    return migrations.RunSQL(
        f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();",
        reverse_sql=f"DROP TRIGGER {name} ON {table};",
    )


def guarded(table: str, *, read_by_web: str, update: bool = False) -> migrations.RunSQL:
    """Row-level security: the clockwork adds, web reads what `read_by_web` says, the verifier reads all."""
    system = "nullif(current_setting('tuntas.actor', true), '') = 'system'"
    return migrations.RunSQL(
        f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
REVOKE INSERT, UPDATE ON {table} FROM tuntas_web;
{"" if update else f"REVOKE UPDATE ON {table} FROM tuntas_worker;"}
CREATE POLICY owner_all ON {table} TO tuntas_owner USING (true) WITH CHECK (true);
CREATE POLICY clockwork ON {table} TO tuntas_worker USING ({system}) WITH CHECK ({system});
CREATE POLICY read ON {table} FOR SELECT TO tuntas_web USING ({read_by_web});
CREATE POLICY verified ON {table} FOR SELECT TO tuntas_verify USING (true);
GRANT SELECT ON {table} TO tuntas_verify;
""",
        reverse_sql=f"""
REVOKE SELECT ON {table} FROM tuntas_verify;
DROP POLICY verified ON {table}; DROP POLICY read ON {table};
DROP POLICY clockwork ON {table}; DROP POLICY owner_all ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
""",  # noqa: S608 - names written by us
    )


PUBLIC = """
-- Entries as they are published: 58 bytes each behind their length (tuntas_verify.leaves). Commitments, no content.
CREATE FUNCTION tuntas_log_entries(p_first bigint, p_count integer) RETURNS bytea
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT string_agg(int2send(58::int2) || int2send((256 + source)::int2) || int8send(row_id) || mark || commitment,
                    ''::bytea ORDER BY number)
    FROM ledger_leaf WHERE number >= p_first AND number < p_first + least(p_count, 256)
$$;
CREATE FUNCTION tuntas_log_mark(p_mark bytea) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT min(number) FROM ledger_leaf WHERE mark = p_mark
$$;
"""
UNDO_PUBLIC = "DROP FUNCTION tuntas_log_mark(bytea); DROP FUNCTION tuntas_log_entries(bigint, integer);"

ERASING = """
-- The history of a report may lose the words of an entry, never the entry, and only with a tombstone.
CREATE OR REPLACE FUNCTION event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'UPDATE' AND NEW.note = '' AND NEW.facts = '{}'::jsonb
     AND to_jsonb(NEW) - 'note' - 'facts' = to_jsonb(OLD) - 'note' - 'facts'
     AND EXISTS (SELECT 1 FROM ledger_leaf l JOIN ledger_tombstone t ON t.leaf = l.number
                  WHERE l.source = 1 AND l.row_id = OLD.id) THEN
    RETURN NEW;
  END IF;
  RAISE restrict_violation USING MESSAGE = 'the history of a report is never changed or deleted';
END $$;
CREATE TRIGGER event_is_never_emptied BEFORE TRUNCATE ON reports_event
FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();

CREATE FUNCTION tuntas_erase_event(p_event bigint, p_ground text, p_decided_by text) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE erased bigint;
BEGIN
  SELECT number INTO erased FROM ledger_leaf WHERE source = 1 AND row_id = p_event;
  IF NOT FOUND THEN
    RETURN NULL;  -- not in the log yet: what was never bound needs no tombstone, and must wait for its leaf
  END IF;
  INSERT INTO ledger_tombstone (leaf, ground, decided_by) VALUES (erased, p_ground, p_decided_by)
  ON CONFLICT (leaf) DO NOTHING;
  UPDATE reports_event SET note = '', facts = '{}' WHERE id = p_event;
  UPDATE ledger_leaf SET salt = NULL WHERE number = erased;
  RETURN erased;
END $$;
REVOKE EXECUTE ON FUNCTION tuntas_erase_event(bigint, text, text) FROM tuntas_web;
REVOKE INSERT ON ledger_tombstone FROM tuntas_worker;
"""
UNDO_ERASING = """
DROP FUNCTION tuntas_erase_event(bigint, text, text);
DROP TRIGGER event_is_never_emptied ON reports_event;
CREATE OR REPLACE FUNCTION event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE restrict_violation USING MESSAGE = 'the history of a report is never changed or deleted'; END $$;
"""

VERIFIER = """
GRANT SELECT ON reports_event TO tuntas_verify;
GRANT SELECT (id, number, channel, code_lookup, content_hash, lodged_at, received_at) ON reports_report TO tuntas_verify;
GRANT SELECT ON access_securityentry TO tuntas_verify;
CREATE POLICY verified ON access_securityentry FOR SELECT TO tuntas_verify USING (true);
CREATE POLICY verified ON reports_event FOR SELECT TO tuntas_verify USING (true);
CREATE POLICY verified ON reports_report FOR SELECT TO tuntas_verify USING (true);
ALTER TABLE ledger_position ENABLE ROW LEVEL SECURITY; ALTER TABLE ledger_position FORCE ROW LEVEL SECURITY;
REVOKE ALL ON ledger_position FROM tuntas_web;
CREATE POLICY owner_all ON ledger_position TO tuntas_owner USING (true) WITH CHECK (true);
CREATE POLICY clockwork ON ledger_position TO tuntas_worker
  USING (nullif(current_setting('tuntas.actor', true), '') = 'system')
  WITH CHECK (nullif(current_setting('tuntas.actor', true), '') = 'system');
ALTER TABLE ledger_tile ALTER COLUMN hashes SET STORAGE EXTERNAL;  -- hashes do not compress
"""
UNDO_VERIFIER = """
DROP POLICY clockwork ON ledger_position; DROP POLICY owner_all ON ledger_position;
ALTER TABLE ledger_position NO FORCE ROW LEVEL SECURITY; ALTER TABLE ledger_position DISABLE ROW LEVEL SECURITY;
DROP POLICY verified ON access_securityentry; REVOKE SELECT ON access_securityentry FROM tuntas_verify;
DROP POLICY verified ON reports_report; DROP POLICY verified ON reports_event;
REVOKE SELECT ON reports_report FROM tuntas_verify; REVOKE SELECT ON reports_event FROM tuntas_verify;
"""
OF_A_HISTORY = "source = 1 AND EXISTS (SELECT 1 FROM reports_event e WHERE e.id = row_id)"


class Migration(migrations.Migration):
    initial = True
    dependencies = [("access", "0003_security_log"), ("reports", "0005_count_who_is_carried")]
    operations = [
        migrations.CreateModel(
            name="LogKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("origin", models.CharField(max_length=200)),
                ("public_key", models.BinaryField(max_length=32)),
                ("because", models.CharField(blank=True, max_length=300)),
                ("since", models.DateTimeField(db_default=Now())),
            ],
        ),
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("number", models.BigIntegerField(primary_key=True, serialize=False)),
                ("source", models.SmallIntegerField()),
                ("row_id", models.BigIntegerField()),
                ("mark", models.BinaryField(max_length=16)),
                ("commitment", models.BinaryField(max_length=32)),
                ("salt", models.BinaryField(max_length=16, null=True)),
            ],
            options={
                "indexes": [models.Index(fields=["mark"], name="leaf_of_mark")],
                "constraints": [models.UniqueConstraint(fields=("source", "row_id"), name="one_leaf_a_row")],
            },
        ),
        migrations.CreateModel(
            name="Tile",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("level", models.SmallIntegerField()),
                ("index", models.BigIntegerField()),
                ("hashes", models.BinaryField()),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("level", "index"), name="one_tile_a_place")]},
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("size", models.BigIntegerField(primary_key=True, serialize=False)),
                ("root", models.BinaryField(max_length=32)),
                ("note", models.TextField()),
                ("at", models.DateTimeField(db_default=Now())),
            ],
        ),
        migrations.CreateModel(
            name="Anchor",
            fields=[
                ("day", models.DateField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField(db_default=Now())),
                (
                    "checkpoint",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.checkpoint",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Cosignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("witness", models.CharField(max_length=200)),
                ("line", models.TextField()),
                ("at", models.DateTimeField(db_default=Now())),
                (
                    "checkpoint",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="cosignatures",
                        to="ledger.checkpoint",
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("checkpoint", "witness"), name="one_line_a_witness")]
            },
        ),
        migrations.CreateModel(
            name="Tombstone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("leaf", models.BigIntegerField(unique=True)),
                ("ground", models.CharField(max_length=300)),
                ("decided_by", models.CharField(max_length=200)),
                ("recorded_at", models.DateTimeField(db_default=Now())),
            ],
        ),
        migrations.CreateModel(
            name="Position",
            fields=[
                ("source", models.SmallIntegerField(primary_key=True, serialize=False)),
                ("settled", models.BigIntegerField(default=0)),
                ("seen", models.BigIntegerField(default=0)),
                ("seen_by", models.BigIntegerField(default=0)),
                ("seen_at", models.DateTimeField(db_default=Now())),
            ],
        ),
        migrations.RunSQL(APPEND_ONLY, reverse_sql=UNDO_APPEND_ONLY),
        *(kept(table) for table in KEPT),
        *(never_emptied(table) for table in ALL),
        *(guarded(table, read_by_web="true") for table in KEPT),
        guarded("ledger_leaf", read_by_web=OF_A_HISTORY),
        guarded("ledger_tile", read_by_web="true", update=True),
        migrations.RunSQL(PUBLIC, reverse_sql=UNDO_PUBLIC),
        migrations.RunSQL(ERASING, reverse_sql=UNDO_ERASING),
        migrations.RunSQL(VERIFIER, reverse_sql=UNDO_VERIFIER),
    ]
