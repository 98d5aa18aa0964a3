"""How many reports came in through a portal: asked by the administrators who keep it, answered by one function.

Why a function: an administrator sees the reports of the own agency alone, and what is written on its portal may be for
another one or be secret; a count of what they see would be too small. It tells one number for each portal that the
asker keeps, since the host name was bound, and no report. Why an index: the portal stands in the facts of the first
entry of the history; few entries hold one, and the index holds those alone, so that the door costs nothing more where
no portal is used. CREATE INDEX takes a SHARE lock on the history; on a large live register build it first with
CONCURRENTLY, under the same name. Reversible.
"""

from django.db import migrations

INDEX = """
CREATE INDEX IF NOT EXISTS event_through_portal ON reports_event ((facts ->> 'face'), at)
 WHERE from_state = '' AND facts ? 'face';
"""
COUNT = """
CREATE FUNCTION tuntas_came_through() RETURNS TABLE (face bigint, reports bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT f.id, count(e.id)
    FROM faces_face f
    LEFT JOIN reports_event e
      ON e.facts ->> 'face' = f.host AND e.at >= f.bound_at AND e.from_state = '' AND e.facts ? 'face'
   WHERE f.id = ANY (tuntas_faces_kept())
   GROUP BY f.id
$$;
"""
UNDO = """
-- squawk-ignore ban-drop-function
DROP FUNCTION tuntas_came_through();
"""


class Migration(migrations.Migration):
    dependencies = [("faces", "0001_create_faces"), ("reports", "0019_find_no_public_voice")]
    operations = [
        migrations.RunSQL(INDEX, reverse_sql="DROP INDEX event_through_portal"),
        migrations.RunSQL(COUNT, reverse_sql=UNDO),
    ]
