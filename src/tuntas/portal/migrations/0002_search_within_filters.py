"""Searching public reports within an agency, some states or some categories: functions that return ids.

Why functions: the row policy asks for each report whether it has a public copy; for a list the planner answers that by
reading all copies (measured: 40 ms at 100 thousand, growing with the register). These run with the owner's rights,
join the public copies themselves, and return nothing but ids of public reports, which the page then reads under the
policy. Functions take no lock; reversible.

tuntas_public_walk: the newest `p_window` reports that fit the agency, looked through one by one until `p_size` fit the
rest too: for no words, and for common ones. tuntas_public_gather: all hits of rare words, then what fits.
"""

from django.db import migrations

WALK = """
CREATE FUNCTION tuntas_public_walk(p_words text, p_agency bigint, p_states text[], p_categories bigint[],
                                   p_before bigint, p_window integer, p_size integer)
RETURNS TABLE (ids bigint[], last bigint, seen integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  r record;
  wanted tsquery := CASE WHEN p_words <> '' THEN websearch_to_tsquery('indonesian', p_words) END;
BEGIN
  ids := '{}'; seen := 0;
  FOR r IN EXECUTE 'SELECT r.id, r.state, r.category_id, c.title, c.body, c.place
                      FROM reports_report r JOIN reports_publiccopy c ON c.report_id = r.id
                     WHERE ($1 IS NULL OR r.agency_id = $1) AND ($2 IS NULL OR r.id < $2)
                     ORDER BY r.id DESC LIMIT $3' USING p_agency, p_before, p_window
  LOOP
    last := r.id; seen := seen + 1;
    CONTINUE WHEN p_states IS NOT NULL AND r.state <> ALL (p_states);
    CONTINUE WHEN p_categories IS NOT NULL AND (r.category_id IS NULL OR r.category_id <> ALL (p_categories));
    CONTINUE WHEN wanted IS NOT NULL
      AND NOT to_tsvector('indonesian', r.title || ' ' || r.body || ' ' || r.place) @@ wanted;
    ids := ids || r.id;
    EXIT WHEN cardinality(ids) >= p_size;
  END LOOP;
  RETURN NEXT;
END $$;
"""
GATHER = """
CREATE FUNCTION tuntas_public_gather(p_words text, p_agency bigint, p_states text[], p_categories bigint[],
                                     p_before bigint, p_most integer, p_size integer)
RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY EXECUTE
    'WITH found AS MATERIALIZED (
       SELECT c.report_id FROM reports_publiccopy c
        WHERE to_tsvector(''indonesian'', c.title || '' '' || c.body || '' '' || c.place)
              @@ websearch_to_tsquery(''indonesian'', $1) LIMIT $6)
     SELECT r.id FROM found f JOIN reports_report r ON r.id = f.report_id
      WHERE ($2 IS NULL OR r.agency_id = $2) AND ($3 IS NULL OR r.state = ANY ($3))
        AND ($4 IS NULL OR r.category_id = ANY ($4)) AND ($5 IS NULL OR r.id < $5)
      ORDER BY r.id DESC LIMIT $7'
    USING p_words, p_agency, p_states, p_categories, p_before, p_most, p_size;
END $$;
"""
UNDO_WALK = "DROP FUNCTION tuntas_public_walk(text, bigint, text[], bigint[], bigint, integer, integer)"
UNDO_GATHER = "DROP FUNCTION tuntas_public_gather(text, bigint, text[], bigint[], bigint, integer, integer)"


class Migration(migrations.Migration):
    dependencies = [("portal", "0001_search_public_copies"), ("reports", "0003_keep_order_and_protection")]
    operations = [
        migrations.RunSQL(WALK, reverse_sql=UNDO_WALK),
        migrations.RunSQL(GATHER, reverse_sql=UNDO_GATHER),
    ]
