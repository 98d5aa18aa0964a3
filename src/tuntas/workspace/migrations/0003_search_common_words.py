"""A common word is known before it is sought, and found in the newest texts until there is enough of it.

Why: for a word that half of all texts hold the planner rightly read the table instead of the index, and so took the
words of four thousand texts apart before it gave up: 165 ms at a million texts. Now the planner's own estimate decides
beforehand (a share: of most words it knows no more), the index is the only way to the others, and of the newest texts
no more are taken apart than it takes to fill eight pages: 6 ms. A search that saw the newest texts alone says so even
when it found nothing: by a row without an id. Takes no lock; reversible.
"""

from django.db import migrations

HEAD = """
CREATE OR REPLACE FUNCTION tuntas_find_words(words text, most integer, newest integer)
RETURNS TABLE (id bigint, complete boolean)
LANGUAGE plpgsql {volatility} SECURITY DEFINER
SET search_path = public, pg_temp SET gin_fuzzy_search_limit = 20000
"""
# Volatile, though it changes nothing: only such a function may ask for a plan.
NOW = (
    HEAD.format(volatility="VOLATILE")  # noqa: S608 - our own words
    + """ SET enable_seqscan = off AS $$
DECLARE
  asked tsquery := websearch_to_tsquery('indonesian', words);
  everything boolean := current_setting('tuntas.scope', true) = 'all';
  own bigint[] := tuntas_ids('tuntas.units');
  enough constant integer := 200;
  plan json;
  hits double precision;
  texts double precision := (SELECT greatest(reltuples, 100) FROM pg_class WHERE oid = 'reports_reporttext'::regclass);
  found bigint[];
BEGIN
  IF nullif(current_setting('tuntas.actor', true), '') IS DISTINCT FROM 'officer' OR numnode(asked) = 0 THEN
    RETURN;
  END IF;
  EXECUTE format('EXPLAIN (FORMAT JSON) SELECT 1 FROM reports_reporttext t'
    ' WHERE to_tsvector(''indonesian'', t.title || '' '' || t.body) @@ %L::tsquery', asked) INTO plan;
  hits := (plan -> 0 -> 'Plan' ->> 'Plan Rows')::double precision;
  IF hits < 0.01 * texts OR hits <= 2 * most THEN
    found := ARRAY(SELECT t.report_id FROM reports_reporttext t
                    WHERE to_tsvector('indonesian', t.title || ' ' || t.body) @@ asked LIMIT most + 1);
    IF cardinality(found) <= most THEN
      RETURN QUERY SELECT unnest(found), true;
      RETURN;
    END IF;
  END IF;
  RETURN QUERY SELECT NULL::bigint, false;
  IF everything THEN
    RETURN QUERY
      SELECT t.report_id, false
        FROM (SELECT * FROM reports_reporttext ORDER BY report_id DESC LIMIT newest) t
       WHERE to_tsvector('indonesian', t.title || ' ' || t.body) @@ asked LIMIT enough;
  ELSE
    RETURN QUERY
      SELECT t.report_id, false
        FROM (SELECT DISTINCT p.report_id FROM reports_reportunit p
               WHERE p.unit_id = ANY (own) ORDER BY p.report_id DESC LIMIT newest) mine
        JOIN reports_reporttext t USING (report_id)
       WHERE to_tsvector('indonesian', t.title || ' ' || t.body) @@ asked ORDER BY t.report_id DESC LIMIT enough;
  END IF;
END $$;
"""
)
BEFORE = (
    HEAD.format(volatility="STABLE")  # noqa: S608 - our own words
    + """ AS $$
DECLARE
  asked tsquery := websearch_to_tsquery('indonesian', words);
  found bigint[];
  everything boolean := current_setting('tuntas.scope', true) = 'all';
  own bigint[] := tuntas_ids('tuntas.units');
BEGIN
  IF nullif(current_setting('tuntas.actor', true), '') IS DISTINCT FROM 'officer' OR numnode(asked) = 0 THEN
    RETURN;
  END IF;
  found := ARRAY(SELECT t.report_id FROM reports_reporttext t
                  WHERE to_tsvector('indonesian', t.title || ' ' || t.body) @@ asked LIMIT most + 1);
  IF cardinality(found) <= most THEN
    RETURN QUERY SELECT unnest(found), true;
  ELSIF everything THEN
    RETURN QUERY
      SELECT t.report_id, false
        FROM (SELECT * FROM reports_reporttext ORDER BY report_id DESC LIMIT newest) t
       WHERE to_tsvector('indonesian', t.title || ' ' || t.body) @@ asked;
  ELSE
    RETURN QUERY
      SELECT t.report_id, false
        FROM (SELECT DISTINCT p.report_id FROM reports_reportunit p
               WHERE p.unit_id = ANY (own) ORDER BY p.report_id DESC LIMIT newest) mine
        JOIN reports_reporttext t USING (report_id)
       WHERE to_tsvector('indonesian', t.title || ' ' || t.body) @@ asked;
  END IF;
END $$;
"""
)


class Migration(migrations.Migration):
    dependencies = [("workspace", "0002_find_supported")]
    operations = [migrations.RunSQL(NOW, reverse_sql=BEFORE)]
