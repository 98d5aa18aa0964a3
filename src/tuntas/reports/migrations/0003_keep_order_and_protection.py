"""History keeps its order, protection only goes up, and a follower reads no other reporter's words.

Why:
- The books read the history by time (insight), so an entry never stands before an earlier one. Whoever appends may not
  see the last entry (a reporter sees none of the handlers' own), so the database is asked for its instant.
- Law 6: no client whatever lowers protection.
- The reporter of a merged report sees the report that carries it, to follow it and to object. Of that one only what
  everybody may read is theirs: not the other person's text, files and words. What a transaction wrote itself it may
  read, or it could not write.

`tuntas.reports` holds the reporter's own report first, and then the one that carries it (access/migrations/0001).
Takes short ACCESS EXCLUSIVE locks and rewrites nothing. Reversible.
"""

from django.db import migrations

ORDER = """
CREATE FUNCTION tuntas_last_moment(report bigint) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT at FROM reports_event WHERE report_id = report ORDER BY id DESC LIMIT 1
$$;
"""
UNDO_ORDER = "DROP FUNCTION tuntas_last_moment(bigint);"

PROTECTION = """
CREATE FUNCTION protection_only_goes_up() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE restrict_violation USING MESSAGE = 'the protection of a report is never lowered'; END $$;
CREATE TRIGGER protection_only_goes_up BEFORE UPDATE ON reports_report FOR EACH ROW
WHEN ((OLD.is_anonymous AND NOT NEW.is_anonymous) OR (OLD.is_confidential AND NOT NEW.is_confidential))
EXECUTE FUNCTION protection_only_goes_up();
"""
UNDO_PROTECTION = """
DROP TRIGGER protection_only_goes_up ON reports_report; DROP FUNCTION protection_only_goes_up();
"""

FOLLOWERS = """
CREATE FUNCTION tuntas_own_report() RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT (tuntas_ids('tuntas.reports'))[1]
$$;
ALTER POLICY audience ON reports_event USING (
  CASE (SELECT nullif(current_setting('tuntas.actor', true), ''))
    WHEN 'officer' THEN true
    WHEN 'reporter' THEN audience = 'PUBLIC' OR (audience <> 'HANDLERS' AND
      (report_id = (SELECT tuntas_own_report()) OR xact = (SELECT pg_current_xact_id_if_assigned())))
    ELSE audience = 'PUBLIC'
  END);
ALTER POLICY audience ON reports_attachment USING (
  is_public OR CASE (SELECT nullif(current_setting('tuntas.actor', true), ''))
    WHEN 'officer' THEN true
    WHEN 'reporter' THEN report_id = (SELECT tuntas_own_report())
      OR EXISTS (SELECT 1 FROM reports_event e WHERE e.id = event_id
                 AND e.xact = (SELECT pg_current_xact_id_if_assigned()))
    ELSE false
  END);
ALTER POLICY audience ON reports_reporttext USING (
  CASE (SELECT nullif(current_setting('tuntas.actor', true), ''))
    WHEN 'officer' THEN true
    WHEN 'reporter' THEN report_id = (SELECT tuntas_own_report())
    ELSE false
  END);
"""
UNDO_FOLLOWERS = """
ALTER POLICY audience ON reports_event USING (
  CASE (SELECT nullif(current_setting('tuntas.actor', true), ''))
    WHEN 'officer' THEN true
    WHEN 'reporter' THEN audience <> 'HANDLERS'
    ELSE audience = 'PUBLIC'
  END);
ALTER POLICY audience ON reports_attachment USING (
  is_public OR (SELECT nullif(current_setting('tuntas.actor', true), '')) IN ('officer', 'reporter'));
ALTER POLICY audience ON reports_reporttext USING (
  (SELECT nullif(current_setting('tuntas.actor', true), '')) IN ('officer', 'reporter'));
DROP FUNCTION tuntas_own_report();
"""


class Migration(migrations.Migration):
    dependencies = [("reports", "0002_guard_rows")]
    operations = [
        migrations.RunSQL(ORDER, reverse_sql=UNDO_ORDER),
        migrations.RunSQL(PROTECTION, reverse_sql=UNDO_PROTECTION),
        migrations.RunSQL(FOLLOWERS, reverse_sql=UNDO_FOLLOWERS),
    ]
