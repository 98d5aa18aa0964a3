"""The public's words, newest first, at a price that neither their frequency nor the size of the register drives up.

Why: the planner knows the frequency of about a thousand words and gives all others the same share, a third of a per
cent. Compared with a fixed number of hits, that took every rare word for a common one from 900 thousand copies on, and
then read all of them. So shares are compared, and what lies between rare and common is looked up in the index within
the newest hundred thousand reports first.

- held by a twentieth of the copies or more: walk from the newest until enough are found (1-10 ms at 1 million);
- fewer than 3,000 hits: take all from the index and sort them (under 1 ms);
- between: the index and a range of ids at once, the range ten times wider each time too few were found (5-20 ms).

Volatile, though it changes nothing: only such a function may ask for a plan. Takes no lock; reversible.
"""

from django.db import migrations

WORDS = "to_tsvector('indonesian', c.title || ' ' || c.body || ' ' || c.place)"

SHARE = """
CREATE FUNCTION tuntas_public_share(p_words text) RETURNS double precision
LANGUAGE plpgsql VOLATILE SET search_path = public, pg_temp AS $$
DECLARE
  plan json;
  copies double precision := (SELECT greatest(reltuples, 100) FROM pg_class WHERE oid = 'reports_publiccopy'::regclass);
BEGIN
  EXECUTE format($w$EXPLAIN (FORMAT JSON) SELECT 1 FROM reports_publiccopy c
    WHERE to_tsvector('indonesian', c.title || ' ' || c.body || ' ' || c.place) @@ %L::tsquery$w$,
    websearch_to_tsquery('indonesian', p_words)) INTO plan;
  RETURN (plan -> 0 -> 'Plan' ->> 'Plan Rows')::double precision / copies;
END $$;
"""

HITS = f"""
CREATE FUNCTION tuntas_public_hits(p_words text, p_before bigint, p_size integer) RETURNS SETOF bigint
LANGUAGE plpgsql VOLATILE
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan
SET enable_seqscan = off SET enable_indexscan = on AS $$
DECLARE
  asked tsquery := websearch_to_tsquery('indonesian', p_words);
  share double precision;
  top bigint := coalesce(p_before, (SELECT max(report_id) + 1 FROM reports_publiccopy));
  most constant integer := 3000;
  span bigint := 100000;
  found bigint[];
BEGIN
  IF numnode(asked) = 0 OR top IS NULL THEN
    RETURN;
  END IF;
  share := tuntas_public_share(p_words);
  IF share >= 0.05 THEN
    RETURN QUERY SELECT c.report_id FROM reports_publiccopy c
      WHERE {WORDS} @@ asked AND c.report_id < top ORDER BY c.report_id DESC LIMIT p_size;
    RETURN;
  END IF;
  SET LOCAL enable_indexscan = off;  -- until the function ends: what follows is for bitmaps alone
  IF share < 0.01 THEN
    found := ARRAY(SELECT c.report_id FROM reports_publiccopy c WHERE {WORDS} @@ asked LIMIT most + 1);
  END IF;
  IF cardinality(found) <= most THEN
    RETURN QUERY SELECT f.id FROM unnest(found) AS f (id) WHERE f.id < top ORDER BY 1 DESC LIMIT p_size;
    RETURN;
  END IF;
  LOOP
    found := ARRAY(SELECT c.report_id FROM reports_publiccopy c
                    WHERE {WORDS} @@ asked AND c.report_id < top AND c.report_id >= top - span
                    ORDER BY c.report_id DESC LIMIT p_size);
    EXIT WHEN cardinality(found) >= p_size OR span >= top;
    span := 10 * span;
  END LOOP;
  RETURN QUERY SELECT unnest(found);
END $$;
"""  # noqa: S608 - constants of this file alone
UNDO_HITS = "DROP FUNCTION tuntas_public_hits(text, bigint, integer)"
UNDO_SHARE = "DROP FUNCTION tuntas_public_share(text)"


class Migration(migrations.Migration):
    dependencies = [("portal", "0002_search_within_filters")]
    operations = [
        migrations.RunSQL(SHARE, reverse_sql=UNDO_SHARE),
        migrations.RunSQL(HITS, reverse_sql=UNDO_HITS),
    ]
