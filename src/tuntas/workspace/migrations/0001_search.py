"""Officers' word search: an index on the words of open texts, and a function that returns ids (design 3b).

Why a function: the operators of text search are not leakproof, so under row-level security the index would stay
unused. The function reads with the owner's rights and answers with ids alone; whoever asks joins them to the guarded
table and so sees only what is theirs. A confidential text is stored encrypted and is not found by its words.

A rare word is answered from the index. For a word that more than `most` texts hold, the index is given up early
(`gin_fuzzy_search_limit`) and the newest texts of the asking officer's own offices are read instead: bounded work
however large the register (perf.md section 5). `complete` says which of the two it was.

CREATE INDEX takes a SHARE lock on tables that are empty or small when this first runs. Reversible.
"""

from django.db import migrations

INDEX = """
CREATE INDEX report_text_words ON reports_reporttext USING gin (to_tsvector('indonesian', title || ' ' || body));
"""
FUNCTION = """
CREATE FUNCTION tuntas_find_words(words text, most integer, newest integer)
RETURNS TABLE (id bigint, complete boolean)
LANGUAGE plpgsql STABLE SECURITY DEFINER
SET search_path = public, pg_temp SET gin_fuzzy_search_limit = 20000 AS $$
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


# What the list of open appeals starts from: a handful of rows among the clocks of a whole nation.
APPEALS = """
CREATE INDEX clock_open_appeals ON clocks_clock (report_id) WHERE kind = 'appeal_decision' AND stopped_at IS NULL;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("clocks", "0002_guard_rows"), ("reports", "0002_guard_rows")]
    operations = [
        migrations.RunSQL(INDEX, reverse_sql="DROP INDEX report_text_words"),
        migrations.RunSQL(APPEALS, reverse_sql="DROP INDEX clock_open_appeals"),
        migrations.RunSQL(FUNCTION, reverse_sql="DROP FUNCTION tuntas_find_words(text, integer, integer)"),
    ]
