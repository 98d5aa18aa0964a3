"""The context knows the whole person: every office held, whoever they stand in for, and whether they only watch.

Why:
- A report hides from an accused office or officer (law 6). Whoever was accused in one appointment came back in another:
  a second office, a later one, or as the deputy of the accused. So the context holds `tuntas.persons` (the officer and
  all for whom they were ever deputy) and `tuntas.ties` (every unit, with those above it, of any appointment of these).
- A closed queue (inspectorate, protection of women and children) is seen from inside its office alone: `tuntas.desk`
  is the office and all below it for whoever sits inside one, else the very unit of the appointment.
- Supervisors read what the public reads (handbook 1.2): `tuntas.reader` is the unit of one who only watches.

Two more small queries by index for each context that is opened. Functions take no lock on tables. Reversible.
"""

from django.db import migrations

SETTINGS = "actor scope units home officer reports"
MORE = "desk reader ties persons"

PERSON = """
CREATE FUNCTION tuntas_person(p_officer bigint, OUT persons bigint[], OUT ties bigint[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH RECURSIVE person (id) AS (
    SELECT p_officer
     UNION
    SELECT principal.officer_id
      FROM person
      JOIN organizations_appointment deputy ON deputy.officer_id = person.id
      JOIN organizations_appointment principal ON principal.id = deputy.deputy_for_id
  )
  SELECT (SELECT array_agg(id) FROM person),
         (SELECT array_agg(DISTINCT above.id)
            FROM person
            JOIN organizations_appointment a ON a.officer_id = person.id
            JOIN organizations_unit u ON u.id = a.unit_id
            CROSS JOIN LATERAL unnest(u.ancestry) AS above (id))
$$;
"""
UNDO_PERSON = "DROP FUNCTION tuntas_person(bigint);"


def leave(names: str) -> str:
    empty = ", ".join(f"set_config('tuntas.{name}', '', true)" for name in names.split())
    return f"""
CREATE OR REPLACE FUNCTION tuntas_leave() RETURNS void LANGUAGE sql AS $$
  SELECT {empty};
$$;
"""


ENTER = """
CREATE OR REPLACE FUNCTION tuntas_enter(kind text, appointment bigint, report bigint, at timestamptz)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  held record;
  own bigint[] := '{{}}';
{declare}
BEGIN
  PERFORM tuntas_leave();
  IF kind NOT IN ('officer', 'reporter', 'system', 'public') THEN
    RAISE invalid_parameter_value USING MESSAGE = 'unknown kind of actor';
  END IF;
  IF kind = 'officer' THEN
    SELECT a.role, a.unit_id, a.officer_id, u.ancestry INTO held
      FROM organizations_appointment a
      JOIN organizations_officer o ON o.id = a.officer_id AND o.is_active
      JOIN organizations_unit u ON u.id = a.unit_id
     WHERE a.id = appointment
       AND a.valid_from <= (coalesce(at, now()) AT TIME ZONE 'Asia/Jakarta')::date
       AND (a.valid_to IS NULL OR a.valid_to >= (coalesce(at, now()) AT TIME ZONE 'Asia/Jakarta')::date);
    IF NOT FOUND THEN
      RETURN false;
    END IF;
    IF held.role = 'NATIONAL_ADMIN' THEN
      PERFORM set_config('tuntas.scope', 'all', true);
    ELSIF held.role = 'SUPERVISOR' THEN
      SELECT array_agg(DISTINCT u.id) INTO own
        FROM organizations_unit u
       WHERE u.ancestry && (SELECT array_agg(s.supervised_id) || held.unit_id
                              FROM organizations_supervision s
                             WHERE s.supervisor_id = held.unit_id AND s.valid_to IS NULL);
    ELSE
      SELECT array_agg(u.id) INTO own FROM organizations_unit u WHERE u.ancestry @> ARRAY[held.unit_id];
    END IF;
{more}
    PERFORM set_config('tuntas.units', coalesce(own, '{{}}')::text, true),
            set_config('tuntas.home', held.ancestry::text, true),
            set_config('tuntas.officer', held.officer_id::text, true);
  ELSIF kind = 'reporter' THEN
    PERFORM set_config('tuntas.reports',
      (SELECT array_remove(ARRAY[r.id, r.parent_id], NULL)::text FROM reports_report r WHERE r.id = report), true);
  END IF;
  PERFORM set_config('tuntas.actor', kind, true);
  RETURN true;
END $$;
"""
DECLARE = """  desk bigint[] := '{}';
  person record;"""
WHOLE_PERSON = """
    IF EXISTS (SELECT 1 FROM organizations_unit d
                WHERE d.id = ANY (held.ancestry) AND d.kind IN ('INSPECTORATE', 'WOMEN_AND_CHILDREN')) THEN
      SELECT array_agg(u.id) INTO desk FROM organizations_unit u WHERE u.ancestry @> ARRAY[held.unit_id];
    ELSIF held.role <> 'SUPERVISOR' THEN
      desk := ARRAY[held.unit_id];
    END IF;
    SELECT p.persons, p.ties INTO person FROM tuntas_person(held.officer_id) p;
    PERFORM set_config('tuntas.desk', desk::text, true),
            set_config('tuntas.reader', CASE WHEN held.role = 'SUPERVISOR' THEN held.unit_id::text ELSE '' END, true),
            set_config('tuntas.persons', person.persons::text, true),
            set_config('tuntas.ties', person.ties::text, true);
"""


class Migration(migrations.Migration):
    dependencies = [("access", "0003_security_log"), ("organizations", "0003_close_queues")]
    operations = [
        migrations.RunSQL(PERSON, reverse_sql=UNDO_PERSON),
        migrations.RunSQL(leave(f"{SETTINGS} {MORE}"), reverse_sql=leave(SETTINGS)),
        migrations.RunSQL(
            ENTER.format(declare=DECLARE, more=WHOLE_PERSON), reverse_sql=ENTER.format(declare="", more="")
        ),
    ]
