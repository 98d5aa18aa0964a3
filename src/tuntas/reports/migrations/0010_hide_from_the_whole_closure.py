"""The accused see nothing in any office they hold, closed queues are closed, and what is hidden is nowhere public.

Why:
- An accused person came back through a second appointment, a later one or as a deputy; the policy now asks for the
  whole person (access/migrations/0004).
- A report in a closed queue is seen from inside the office that holds it and by national administrators alone; who
  held it before sees it no more, once the transaction that closed it is over (what it wrote itself it may finish).
- Pages kept supervisors to the public text, and the database gave them all of it: now texts and files follow the rule.
- An UPDATE without a condition asks for no right to see, and so reached every row: now it reaches what is seen.
- Conflicts are only ever added, by one function, which is the last act of a transaction: afterwards the very officer
  who named somebody may be out of sight. Protection that goes up takes every public thing away, whoever raises it.

Takes short ACCESS EXCLUSIVE locks and rewrites nothing. Reversible.
"""

from django.db import migrations

FUNCTIONS = """
CREATE FUNCTION tuntas_takes_part_now(report bigint, units bigint[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM reports_reportunit p
                  WHERE p.report_id = report AND ARRAY[p.unit_id] <@ units AND p.until IS NULL)
$$;

CREATE FUNCTION tuntas_names_one_of(report bigint, ties bigint[], persons bigint[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM reports_conflict c WHERE c.report_id = report
                 AND (ARRAY[c.unit_id] <@ ties OR ARRAY[c.officer_id] <@ persons))
$$;

CREATE FUNCTION tuntas_handlers(p_unit bigint, p_units bigint[], p_officers bigint[], OUT everybody bigint, OUT free bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT count(*), count(*) FILTER (WHERE NOT (coalesce(p.ties, '{}') && p_units OR p.persons && p_officers))
    FROM (SELECT DISTINCT a.officer_id
            FROM organizations_appointment a
            JOIN organizations_officer o ON o.id = a.officer_id AND o.is_active
            JOIN organizations_unit u ON u.id = a.unit_id
           WHERE a.unit_id = p_unit
             AND a.role = ANY (CASE WHEN u.kind = 'NATION' THEN ARRAY['NATIONAL_ADMIN']
                                    WHEN u.kind IN ('MINISTRY', 'PROVINCE', 'REGENCY', 'CITY') THEN ARRAY['AGENCY_ADMIN']
                                    ELSE ARRAY['AGENCY_ADMIN', 'LIAISON_OFFICER', 'UNIT_HEAD'] END)
             AND a.valid_from <= (now() AT TIME ZONE 'Asia/Jakarta')::date
             AND (a.valid_to IS NULL OR a.valid_to >= (now() AT TIME ZONE 'Asia/Jakarta')::date)) here
   CROSS JOIN LATERAL tuntas_person(here.officer_id) p
$$;

CREATE FUNCTION tuntas_acted_now(report bigint) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (SELECT 1 FROM reports_event e
                  WHERE e.report_id = report AND e.xact = pg_current_xact_id_if_assigned())
$$;

CREATE FUNCTION tuntas_name_accused(p_report bigint, p_units bigint[], p_officers bigint[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF coalesce(nullif(current_setting('tuntas.actor', true), ''), 'nobody') NOT IN ('officer', 'system') THEN
    RAISE insufficient_privilege USING MESSAGE = 'only an officer or the clockwork names whom a report is about';
  END IF;
  PERFORM 1 FROM reports_report WHERE id = p_report FOR UPDATE;
  INSERT INTO reports_conflict (report_id, unit_id)
  SELECT p_report, named.id FROM unnest(p_units) AS named (id)
    JOIN organizations_unit u ON u.id = named.id AND u.kind <> 'NATION'  -- nobody stands above it
   WHERE NOT EXISTS (SELECT 1 FROM reports_conflict c WHERE c.report_id = p_report AND c.unit_id = named.id);
  INSERT INTO reports_conflict (report_id, officer_id)
  SELECT p_report, named.id FROM unnest(p_officers) AS named (id)
   WHERE NOT EXISTS (SELECT 1 FROM reports_conflict c WHERE c.report_id = p_report AND c.officer_id = named.id);
  UPDATE reports_report r
     SET has_conflict = r.has_conflict OR EXISTS (SELECT 1 FROM reports_conflict c WHERE c.report_id = p_report)
   WHERE r.id = p_report;
END $$;
REVOKE INSERT, UPDATE ON reports_conflict FROM tuntas_web, tuntas_worker;
"""
UNDO_FUNCTIONS = """
GRANT INSERT, UPDATE ON reports_conflict TO tuntas_web, tuntas_worker;
DROP FUNCTION tuntas_name_accused(bigint, bigint[], bigint[]);
DROP FUNCTION tuntas_acted_now(bigint);
DROP FUNCTION tuntas_handlers(bigint, bigint[], bigint[]);
DROP FUNCTION tuntas_names_one_of(bigint, bigint[], bigint[]);
DROP FUNCTION tuntas_takes_part_now(bigint, bigint[]);
"""

OFFICERS_NOW = """
      ((SELECT current_setting('tuntas.scope', true)) = 'all'
        OR CASE WHEN queue = '' THEN
             holder_id IN (SELECT unnest(tuntas_ids('tuntas.units')))
             OR tuntas_takes_part(id, (SELECT tuntas_ids('tuntas.units')))
           ELSE
             holder_id IN (SELECT unnest(tuntas_ids('tuntas.desk')))
             OR tuntas_takes_part_now(id, (SELECT tuntas_ids('tuntas.desk')))
             OR ((SELECT pg_current_xact_id_if_assigned()) IS NOT NULL AND tuntas_acted_now(id))
           END)
      AND NOT (has_conflict AND tuntas_names_one_of(
        id, (SELECT tuntas_ids('tuntas.ties')), (SELECT tuntas_ids('tuntas.persons'))))
"""
OFFICERS_BEFORE = """
      ((SELECT current_setting('tuntas.scope', true)) = 'all'
        OR holder_id IN (SELECT unnest(tuntas_ids('tuntas.units')))
        OR tuntas_takes_part(id, (SELECT tuntas_ids('tuntas.units'))))
      AND NOT (has_conflict AND tuntas_is_accused(
        id, (SELECT tuntas_ids('tuntas.home')), (SELECT current_setting('tuntas.officer', true))))
"""
SEEN = """
ALTER POLICY seen ON reports_report USING (
  CASE (SELECT nullif(current_setting('tuntas.actor', true), ''))
    WHEN 'officer' THEN {officers}
    WHEN 'reporter' THEN id = ANY ((SELECT tuntas_ids('tuntas.reports'))::bigint[])
    WHEN 'public' THEN EXISTS (SELECT 1 FROM reports_publiccopy p WHERE p.report_id = reports_report.id)
    ELSE false
  END);
"""
MOVED_NOW = f"""
ALTER POLICY moved ON reports_report USING (
  CASE (SELECT nullif(current_setting('tuntas.actor', true), ''))
    WHEN 'officer' THEN {OFFICERS_NOW}
    WHEN 'reporter' THEN id = ANY ((SELECT tuntas_ids('tuntas.reports'))::bigint[])
    ELSE false
  END);
"""
MOVED_BEFORE = """
ALTER POLICY moved ON reports_report
  USING ((SELECT nullif(current_setting('tuntas.actor', true), '')) IN ('officer', 'reporter'));
"""

# A supervisor reads the text and the files of a report in which its own unit has a part, and else what is public.
READERS = """
ALTER POLICY audience ON reports_attachment USING (
  is_public OR CASE (SELECT nullif(current_setting('tuntas.actor', true), ''))
    WHEN 'officer' THEN {reads}
    WHEN 'reporter' THEN report_id = (SELECT tuntas_own_report())
      OR EXISTS (SELECT 1 FROM reports_event e WHERE e.id = event_id
                 AND e.xact = (SELECT pg_current_xact_id_if_assigned()))
    ELSE false
  END);
ALTER POLICY audience ON reports_reporttext USING (
  CASE (SELECT nullif(current_setting('tuntas.actor', true), ''))
    WHEN 'officer' THEN {reads}
    WHEN 'reporter' THEN report_id = (SELECT tuntas_own_report())
    ELSE false
  END);
"""
WITH_A_PART = """(SELECT nullif(current_setting('tuntas.reader', true), '')) IS NULL
      OR tuntas_takes_part(report_id, (SELECT ARRAY[nullif(current_setting('tuntas.reader', true), '')::bigint]))"""

HIDDEN = "({row}.is_confidential OR {row}.class = 'WHISTLEBLOWING' OR {row}.has_conflict OR {row}.queue = 'WOMEN_AND_CHILDREN')"
NOWHERE_PUBLIC = f"""
CREATE FUNCTION hidden_is_nowhere_public() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  DELETE FROM reports_publiccopy WHERE report_id = NEW.id;
  UPDATE reports_attachment SET is_public = false WHERE report_id = NEW.id AND is_public;
  RETURN NULL;
END $$;
CREATE TRIGGER hidden_is_nowhere_public AFTER UPDATE ON reports_report FOR EACH ROW
WHEN ({HIDDEN.format(row="NEW")} AND NOT {HIDDEN.format(row="OLD")})
EXECUTE FUNCTION hidden_is_nowhere_public();

CREATE FUNCTION no_copy_of_the_hidden() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM reports_report r WHERE r.id = NEW.report_id AND {HIDDEN.format(row="r")}) THEN
    RAISE restrict_violation USING MESSAGE = 'a hidden report has no public copy';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER no_copy_of_the_hidden BEFORE INSERT OR UPDATE ON reports_publiccopy
FOR EACH ROW EXECUTE FUNCTION no_copy_of_the_hidden();

CREATE FUNCTION no_public_file_of_the_hidden() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  NEW.is_public := NOT EXISTS (SELECT 1 FROM reports_report r WHERE r.id = NEW.report_id AND {HIDDEN.format(row="r")});
  RETURN NEW;
END $$;
CREATE TRIGGER no_public_file_of_the_hidden BEFORE INSERT OR UPDATE OF is_public ON reports_attachment
FOR EACH ROW WHEN (NEW.is_public) EXECUTE FUNCTION no_public_file_of_the_hidden();

CREATE FUNCTION conflict_is_only_added() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE restrict_violation USING MESSAGE = 'whom a report is about is never taken back'; END $$;
CREATE TRIGGER conflict_is_only_added BEFORE UPDATE OR DELETE ON reports_conflict
FOR EACH ROW EXECUTE FUNCTION conflict_is_only_added();

DROP TRIGGER protection_only_goes_up ON reports_report;
CREATE TRIGGER protection_only_goes_up BEFORE UPDATE ON reports_report FOR EACH ROW
WHEN ((OLD.is_anonymous AND NOT NEW.is_anonymous) OR (OLD.is_confidential AND NOT NEW.is_confidential)
   OR (OLD.has_conflict AND NOT NEW.has_conflict) OR (OLD.queue <> '' AND NEW.queue <> OLD.queue))
EXECUTE FUNCTION protection_only_goes_up();
"""  # noqa: S608 - our own words
UNDO_NOWHERE_PUBLIC = """
DROP TRIGGER protection_only_goes_up ON reports_report;
CREATE TRIGGER protection_only_goes_up BEFORE UPDATE ON reports_report FOR EACH ROW
WHEN ((OLD.is_anonymous AND NOT NEW.is_anonymous) OR (OLD.is_confidential AND NOT NEW.is_confidential))
EXECUTE FUNCTION protection_only_goes_up();
DROP TRIGGER conflict_is_only_added ON reports_conflict; DROP FUNCTION conflict_is_only_added();
DROP TRIGGER no_public_file_of_the_hidden ON reports_attachment; DROP FUNCTION no_public_file_of_the_hidden();
DROP TRIGGER no_copy_of_the_hidden ON reports_publiccopy; DROP FUNCTION no_copy_of_the_hidden();
DROP TRIGGER hidden_is_nowhere_public ON reports_report; DROP FUNCTION hidden_is_nowhere_public();
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0009_close_queues"), ("access", "0004_know_the_whole_person")]
    operations = [
        migrations.RunSQL(FUNCTIONS, reverse_sql=UNDO_FUNCTIONS),
        migrations.RunSQL(SEEN.format(officers=OFFICERS_NOW), reverse_sql=SEEN.format(officers=OFFICERS_BEFORE)),
        migrations.RunSQL(MOVED_NOW, reverse_sql=MOVED_BEFORE),
        migrations.RunSQL(READERS.format(reads=WITH_A_PART), reverse_sql=READERS.format(reads="true")),
        migrations.RunSQL(NOWHERE_PUBLIC, reverse_sql=UNDO_NOWHERE_PUBLIC),
    ]
