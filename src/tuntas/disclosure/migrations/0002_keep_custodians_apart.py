"""Custodians beside the whole person and the closed queues (access/0004, reports/0010).

Why:
- A custodian is no second person who holds an office in the asker's agency or in the report's, or stands in for the
  asker; and none whom the report names in any office they ever held.
- The context of a custodian is their custody alone: no desk of a closed queue, no reader's sight.
- An entry about a request moves the report's row, so a custodian may move the rows in custody.
- The letter about an opening is discreet for a report in a closed queue as well.
Functions and policies alone: short locks, nothing is rewritten. Reversible.
"""

from django.db import migrations

ENTER = """
CREATE OR REPLACE FUNCTION tuntas_enter_office(kind text, appointment bigint, report bigint, at timestamptz)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE held bigint;
BEGIN
  PERFORM set_config('tuntas.custody', '', true);
  IF NOT tuntas_enter(kind, appointment, report, at) THEN
    RETURN false;
  END IF;
  IF kind = 'officer' THEN
    SELECT a.unit_id INTO held FROM organizations_appointment a WHERE a.id = appointment AND a.role = 'CUSTODIAN';
    IF FOUND THEN
      PERFORM set_config('tuntas.scope', '', true), set_config('tuntas.units', '{}', true),
              {more}set_config('tuntas.custody', held::text, true);
    END IF;
  END IF;
  RETURN true;
END $$;
"""
NO_DESK = "set_config('tuntas.desk', '{}', true), "

ACCUSED_NOW = "tuntas_names_one_of(id, (SELECT tuntas_ids('tuntas.ties')), (SELECT tuntas_ids('tuntas.persons')))"
ACCUSED_BEFORE = """tuntas_is_accused(
    id, (SELECT tuntas_ids('tuntas.home')), (SELECT current_setting('tuntas.officer', true)))"""
SEEN = """
ALTER POLICY custody ON reports_report USING (
  id = ANY ((SELECT tuntas_in_custody())::bigint[]) AND NOT (has_conflict AND {accused}));
"""
MOVED = f"""
CREATE POLICY custody_moved ON reports_report FOR UPDATE TO tuntas_web USING (
  id = ANY ((SELECT tuntas_in_custody())::bigint[]) AND NOT (has_conflict AND {ACCUSED_NOW}));
"""

FOUR_EYES_NOW = """
CREATE OR REPLACE FUNCTION tuntas_is_second_person(asker bigint, decider bigint, report bigint, moment timestamptz)
RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1
      FROM organizations_appointment a
      JOIN organizations_officer ao ON ao.id = a.officer_id
      JOIN organizations_unit au ON au.id = a.unit_id
      JOIN organizations_appointment d ON d.id = decider
      JOIN organizations_officer o ON o.id = d.officer_id
      JOIN organizations_unit u ON u.id = d.unit_id
      JOIN reports_report r ON r.id = report
      CROSS JOIN LATERAL tuntas_person(ao.id) asking
      CROSS JOIN LATERAL tuntas_person(o.id) deciding
     WHERE a.id = asker AND d.role = 'CUSTODIAN' AND o.is_active
       AND d.valid_from <= (moment AT TIME ZONE 'Asia/Jakarta')::date
       AND (d.valid_to IS NULL OR d.valid_to >= (moment AT TIME ZONE 'Asia/Jakarta')::date)
       AND NOT (asking.persons && deciding.persons)
       AND (btrim(o.email) = '' OR lower(btrim(o.email)) <> lower(btrim(ao.email)))
       AND lower(regexp_replace(btrim(o.name), '\\s+', ' ', 'g')) <> lower(regexp_replace(btrim(ao.name), '\\s+', ' ', 'g'))
       AND u.agency_id IS DISTINCT FROM au.agency_id AND u.agency_id IS DISTINCT FROM r.agency_id
       AND NOT EXISTS (
         SELECT 1 FROM organizations_appointment x JOIN organizations_unit xu ON xu.id = x.unit_id
          WHERE x.officer_id = o.id AND xu.agency_id IN (au.agency_id, r.agency_id)
            AND x.valid_from <= (moment AT TIME ZONE 'Asia/Jakarta')::date
            AND (x.valid_to IS NULL OR x.valid_to >= (moment AT TIME ZONE 'Asia/Jakarta')::date))
       AND NOT (r.has_conflict AND tuntas_names_one_of(r.id, deciding.ties, deciding.persons)))
$$;
"""
FOUR_EYES_BEFORE = """
CREATE OR REPLACE FUNCTION tuntas_is_second_person(asker bigint, decider bigint, report bigint, moment timestamptz)
RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1
      FROM organizations_appointment a
      JOIN organizations_officer ao ON ao.id = a.officer_id
      JOIN organizations_unit au ON au.id = a.unit_id
      JOIN organizations_appointment d ON d.id = decider
      JOIN organizations_officer o ON o.id = d.officer_id
      JOIN organizations_unit u ON u.id = d.unit_id
      JOIN reports_report r ON r.id = report
     WHERE a.id = asker AND d.role = 'CUSTODIAN' AND o.is_active AND o.id <> ao.id
       AND d.valid_from <= (moment AT TIME ZONE 'Asia/Jakarta')::date
       AND (d.valid_to IS NULL OR d.valid_to >= (moment AT TIME ZONE 'Asia/Jakarta')::date)
       AND u.agency_id IS DISTINCT FROM au.agency_id AND u.agency_id IS DISTINCT FROM r.agency_id
       AND NOT tuntas_is_accused(r.id, u.ancestry, o.id::text))
$$;
"""

# A letter is discreet for whatever is hidden; said once, so that the function that notes an opening need not know it.
DISCREET = """
CREATE FUNCTION opening_is_told_discreetly() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  IF EXISTS (SELECT 1 FROM reports_report r WHERE r.id = NEW.report_id AND (r.queue <> '' OR r.has_conflict)) THEN
    NEW.params := jsonb_build_object('number', NEW.params -> 'number', 'discreet', true);
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER opening_is_told_discreetly BEFORE INSERT ON notices_notice FOR EACH ROW
WHEN (NEW.template = 'open_identity' AND NEW."to" = 'REPORTER') EXECUTE FUNCTION opening_is_told_discreetly();
"""
UNDO_DISCREET = """
DROP TRIGGER opening_is_told_discreetly ON notices_notice; DROP FUNCTION opening_is_told_discreetly();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("disclosure", "0001_create_disclosures"),
        ("access", "0004_know_the_whole_person"),
        ("reports", "0010_hide_from_the_whole_closure"),
    ]
    operations = [
        migrations.RunSQL(ENTER.replace("{more}", NO_DESK), reverse_sql=ENTER.replace("{more}", "")),
        migrations.RunSQL(SEEN.format(accused=ACCUSED_NOW), reverse_sql=SEEN.format(accused=ACCUSED_BEFORE)),
        migrations.RunSQL(MOVED, reverse_sql="DROP POLICY custody_moved ON reports_report;"),
        migrations.RunSQL(FOUR_EYES_NOW, reverse_sql=FOUR_EYES_BEFORE),
        migrations.RunSQL(DISCREET, reverse_sql=UNDO_DISCREET),
    ]
