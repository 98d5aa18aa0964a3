"""Row-level security on the record, default deny; and a history that nobody can change.

Why: an application filter that is forgotten once shows everything (design 3b, trust.md 2). Policies read the context
that `acting()` sets for one transaction. Safe on a live table: enabling takes a short ACCESS EXCLUSIVE lock and
rewrites nothing. Reversible.

`reports_reportunit` and `reports_conflict` are asked through functions of the owner, because a policy on them that
looked at the report would circle back to this one.
"""

from django.db import migrations

from tuntas.access.guarding import guard

FUNCTIONS = """
CREATE FUNCTION tuntas_ids(name text) RETURNS bigint[] LANGUAGE sql STABLE AS $$
  SELECT nullif(current_setting(name, true), '')::bigint[]
$$;

CREATE FUNCTION tuntas_takes_part(report bigint, units bigint[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM reports_reportunit p WHERE p.report_id = report AND p.unit_id = ANY (units))
$$;

CREATE FUNCTION tuntas_is_accused(report bigint, home bigint[], officer text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM reports_conflict c WHERE c.report_id = report
                 AND (c.unit_id = ANY (home) OR c.officer_id = nullif(officer, '')::bigint))
$$;

CREATE FUNCTION tuntas_report_by_code(digest bytea) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT id FROM reports_report WHERE code_lookup = digest
$$;

CREATE FUNCTION tuntas_followers(report bigint)
RETURNS TABLE (uuid uuid, language varchar, number varchar, protected boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT p.uuid, p.language, r.number, r.is_anonymous OR r.is_confidential OR r.class = 'WHISTLEBLOWING'
    FROM reports_report r JOIN identity_reporter p ON p.id = r.reporter_id
   WHERE r.parent_id = report AND r.state = 'MERGED' AND p.has_contact
$$;
"""
UNDO_FUNCTIONS = """
DROP FUNCTION tuntas_followers(bigint);
DROP FUNCTION tuntas_report_by_code(bytea);
DROP FUNCTION tuntas_is_accused(bigint, bigint[], text);
DROP FUNCTION tuntas_takes_part(bigint, bigint[]);
DROP FUNCTION tuntas_ids(text);
"""

REPORT = """
ALTER TABLE reports_report ENABLE ROW LEVEL SECURITY;
ALTER TABLE reports_report FORCE ROW LEVEL SECURITY;
REVOKE INSERT ON reports_report FROM tuntas_web;
GRANT DELETE ON reports_publiccopy TO tuntas_web, tuntas_worker;
CREATE POLICY owner_all ON reports_report TO tuntas_owner USING (true) WITH CHECK (true);
CREATE POLICY clockwork_all ON reports_report TO tuntas_worker
  USING (nullif(current_setting('tuntas.actor', true), '') = 'system')
  WITH CHECK (nullif(current_setting('tuntas.actor', true), '') = 'system');
CREATE POLICY seen ON reports_report FOR SELECT TO tuntas_web, tuntas_worker USING (
  CASE (SELECT nullif(current_setting('tuntas.actor', true), ''))
    WHEN 'officer' THEN
      ((SELECT current_setting('tuntas.scope', true)) = 'all'
        OR holder_id = ANY ((SELECT tuntas_ids('tuntas.units'))::bigint[])
        OR tuntas_takes_part(id, (SELECT tuntas_ids('tuntas.units'))))
      AND NOT (has_conflict AND tuntas_is_accused(
        id, (SELECT tuntas_ids('tuntas.home')), (SELECT current_setting('tuntas.officer', true))))
    WHEN 'reporter' THEN id = ANY ((SELECT tuntas_ids('tuntas.reports'))::bigint[])
    WHEN 'public' THEN EXISTS (SELECT 1 FROM reports_publiccopy p WHERE p.report_id = reports_report.id)
    ELSE false
  END);
CREATE POLICY moved ON reports_report FOR UPDATE TO tuntas_web, tuntas_worker
  USING ((SELECT nullif(current_setting('tuntas.actor', true), '')) IN ('officer', 'reporter'))
  WITH CHECK ((SELECT nullif(current_setting('tuntas.actor', true), '')) IN ('officer', 'reporter'));
"""
UNDO_REPORT = """
DROP POLICY moved ON reports_report; DROP POLICY seen ON reports_report;
DROP POLICY clockwork_all ON reports_report; DROP POLICY owner_all ON reports_report;
GRANT INSERT ON reports_report TO tuntas_web;
ALTER TABLE reports_report NO FORCE ROW LEVEL SECURITY; ALTER TABLE reports_report DISABLE ROW LEVEL SECURITY;
"""

EVENTS = """
REVOKE UPDATE ON reports_event FROM tuntas_web, tuntas_worker;
ALTER TABLE reports_event ADD COLUMN xact xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE FUNCTION event_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE restrict_violation USING MESSAGE = 'the history of a report is never changed or deleted'; END $$;
CREATE TRIGGER event_is_append_only BEFORE UPDATE OR DELETE ON reports_event
FOR EACH ROW EXECUTE FUNCTION event_is_append_only();
CREATE POLICY audience ON reports_event AS RESTRICTIVE FOR SELECT TO tuntas_web USING (
  CASE (SELECT nullif(current_setting('tuntas.actor', true), ''))
    WHEN 'officer' THEN true
    WHEN 'reporter' THEN audience <> 'HANDLERS'
    ELSE audience = 'PUBLIC'
  END);
CREATE POLICY audience ON reports_attachment AS RESTRICTIVE FOR SELECT TO tuntas_web USING (
  is_public OR (SELECT nullif(current_setting('tuntas.actor', true), '')) IN ('officer', 'reporter'));
CREATE POLICY audience ON reports_reporttext AS RESTRICTIVE FOR SELECT TO tuntas_web USING (
  (SELECT nullif(current_setting('tuntas.actor', true), '')) IN ('officer', 'reporter'));
"""
UNDO_EVENTS = """
DROP POLICY audience ON reports_reporttext; DROP POLICY audience ON reports_attachment;
DROP POLICY audience ON reports_event;
DROP TRIGGER event_is_append_only ON reports_event; DROP FUNCTION event_is_append_only();
ALTER TABLE reports_event DROP COLUMN xact;
GRANT UPDATE ON reports_event TO tuntas_web, tuntas_worker;
"""

TREE = """
CREATE FUNCTION unit_ancestry() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE above organizations_unit%ROWTYPE;
BEGIN
  IF NEW.parent_id IS NULL THEN
    NEW.ancestry := ARRAY[NEW.id];
    NEW.agency_id := NEW.id;
  ELSE
    SELECT * INTO above FROM organizations_unit WHERE id = NEW.parent_id;
    IF NEW.id = ANY (above.ancestry) THEN
      RAISE check_violation USING MESSAGE = 'unit_tree_has_no_circle', CONSTRAINT = 'unit_tree_has_no_circle';
    END IF;
    NEW.ancestry := above.ancestry || NEW.id;
    NEW.agency_id := CASE WHEN NEW.kind IN ('NATION', 'MINISTRY', 'PROVINCE', 'REGENCY', 'CITY') THEN NEW.id
                          ELSE above.agency_id END;
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER unit_ancestry BEFORE INSERT OR UPDATE OF parent_id, kind ON organizations_unit
FOR EACH ROW EXECUTE FUNCTION unit_ancestry();
CREATE FUNCTION unit_subtree_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.ancestry IS DISTINCT FROM OLD.ancestry OR NEW.agency_id IS DISTINCT FROM OLD.agency_id THEN
    UPDATE organizations_unit SET parent_id = parent_id WHERE parent_id = NEW.id;
  END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER unit_subtree_follows AFTER UPDATE OF parent_id, kind ON organizations_unit
FOR EACH ROW EXECUTE FUNCTION unit_subtree_follows();
"""
UNDO_TREE = """
DROP TRIGGER unit_subtree_follows ON organizations_unit; DROP FUNCTION unit_subtree_follows();
DROP TRIGGER unit_ancestry ON organizations_unit; DROP FUNCTION unit_ancestry();
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0001_create_reports")]
    operations = [
        migrations.RunSQL(TREE, reverse_sql=UNDO_TREE),
        migrations.RunSQL(FUNCTIONS, reverse_sql=UNDO_FUNCTIONS),
        migrations.RunSQL(REPORT, reverse_sql=UNDO_REPORT),
        guard("reports_reporttext"),
        guard("reports_event"),
        guard("reports_attachment"),
        guard("reports_reportunit"),
        guard("reports_conflict"),
        migrations.RunSQL(EVENTS, reverse_sql=UNDO_EVENTS),
    ]
