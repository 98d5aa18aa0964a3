"""One function finds public reports, by any words and filters, and its work is bounded whatever is asked.

Why: (1) common words were walked from the newest text until a page was full, however far that was: two words that stand
in half of all texts and never side by side, or a word without itself, read every text of the register (93 microseconds
each). (2) Words within a place or an agency were taken from the index, three thousand in no order, and what fitted was
chosen of those: slow, and the newest were missing. (3) The planner, left to choose, at times took a text apart rather
than use the index.

Now: rare words (up to 3,000 texts) come from the index as before, middling ones from the index within a range of ids that
holds some three hundred of them, then ten times as many. Common words, and middling ones within a place or an agency,
are walked from the newest on, within the index of the place or agency, and each text is looked at before it is taken
apart: a text whose letters do not hold a word's stem cannot hold the word (a first p or s left aside, which prefixes of
Indonesian change: memukul, menyapu). Looking takes 3 microseconds. A search ends with the page, with its window, with
3,000 hits or with 250 texts taken apart; then `last` says where to go on.

p_words: the query; p_loose: the same without the order of phrases, which the index can answer alone; p_looks: for each
word that a text must hold the ways to write it, `a b|c`. p_rare: share of all texts below which all hits are taken from
the index; p_common: from which on the index is of no use.

The functions of 0003 and 0004 stay: processes of the version before still call them. Takes no lock; reversible.
"""

from django.db import migrations

WORDS = "to_tsvector('indonesian', c.title || ' ' || c.body || ' ' || c.place)"

LOOKS = r"""
CREATE FUNCTION tuntas_looks(p_looks text[]) RETURNS text[]
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT coalesce(array_agg(look), '{}') FROM (
    SELECT string_agg(way, '|') AS look FROM (
      SELECT nth,
             (SELECT string_agg(coalesce(regexp_replace(stem[1], '^[ps]', ''), ''), '\w*\W+\w*' ORDER BY place)
                FROM regexp_split_to_table(alternative, ' ') WITH ORDINALITY AS one (word, place),
                     tsvector_to_array(to_tsvector('indonesian', word)) AS stem) AS way
        FROM unnest(p_looks) WITH ORDINALITY AS term (ways, nth), regexp_split_to_table(ways, '\|') AS alternative) ways
     GROUP BY nth) looks
$$;
"""
FIND = f"""
CREATE FUNCTION tuntas_public_find(p_words text, p_loose text, p_looks text[], p_agency bigint, p_states text[],
                                   p_categories bigint[], p_place text, p_since timestamptz, p_before bigint,
                                   p_rare double precision, p_common double precision, p_window integer,
                                   p_size integer)
RETURNS TABLE (ids bigint[], last bigint)
LANGUAGE plpgsql VOLATILE SECURITY DEFINER
SET search_path = public, pg_temp SET plan_cache_mode = force_custom_plan
SET enable_seqscan = off SET enable_indexscan = on AS $$
DECLARE
  most constant integer := 3000;
  most_read constant integer := 250;
  wanted tsquery := to_tsquery('indonesian', p_words);
  loose tsquery := to_tsquery('indonesian', p_loose);
  looks text[] := tuntas_looks(p_looks);
  filters constant boolean := p_states IS NOT NULL OR p_categories IS NOT NULL OR p_since IS NOT NULL
                              OR p_agency IS NOT NULL OR p_place IS NOT NULL;
  fits constant text := '($1 IS NULL OR r.agency_id = $1) AND ($2 IS NULL OR r.state = ANY ($2))
    AND ($3 IS NULL OR r.category_id = ANY ($3)) AND ($4 IS NULL OR starts_with(r.area_id, $4))
    AND ($5 IS NULL OR r.received_at >= $5)';
  body constant text := '(c.title || '' '' || c.body || '' '' || c.place)';
  part constant text := CASE WHEN length(p_place) < 5 THEN 'left(r.area_id, 2)' ELSE 'left(r.area_id, 5)' END;
  top bigint := coalesce(p_before, (SELECT max(c.report_id) + 1 FROM reports_publiccopy c));
  span bigint;
  share double precision;
  by_index boolean := false;
  all_hits boolean := false;
  reads boolean := p_words <> '';
  hits bigint[];
  source text;
  r record;
  at bigint;
  seen integer := 0;
  taken_apart integer := 0;
BEGIN
  ids := '{{}}';
  IF top IS NULL OR (reads AND (numnode(wanted) = 0 OR numnode(loose) = 0)) THEN
    RETURN NEXT;
    RETURN;
  END IF;
  IF reads THEN
    share := tuntas_public_share(p_loose);
    IF share < p_rare THEN
      SET LOCAL enable_indexscan = off;  -- nothing but the index of the words may answer
      hits := ARRAY(SELECT c.report_id FROM reports_publiccopy c WHERE {WORDS} @@ loose LIMIT most + 1);
      SET LOCAL enable_indexscan = on;
      all_hits := cardinality(hits) <= most;
      by_index := all_hits;
    END IF;
    IF NOT by_index AND share < p_common AND p_agency IS NULL AND p_place IS NULL THEN
      by_index := true;  -- as many ids as some three hundred hits are spread over
      span := 5000 + (300 / greatest(share, 0.002))::bigint;
    END IF;
  END IF;
  IF by_index THEN
    reads := p_words <> p_loose;
    source := CASE WHEN filters OR reads THEN
      'SELECT r.id, ' || CASE WHEN reads THEN body ELSE '''''' END || ' AS body, '
        || fits || CASE WHEN reads THEN ' AND ' || body || ' ~* ALL ($7)' ELSE '' END || ' AS fits
         FROM reports_report r' || CASE WHEN reads THEN ' JOIN reports_publiccopy c ON c.report_id = r.id' ELSE '' END
      || ' WHERE r.id = ANY ($8) AND r.id < $6 ORDER BY r.id DESC'
    ELSE 'SELECT h.id, '''' AS body, true AS fits FROM unnest($8) AS h (id) WHERE h.id < $6 ORDER BY 1 DESC' END;
  ELSIF filters THEN
    source := 'SELECT r.id, ' || body || ' AS body, ' || fits || ' AND ' || body || ' ~* ALL ($7) AS fits
                 FROM reports_report r JOIN reports_publiccopy c ON c.report_id = r.id
                WHERE ($1 IS NULL OR r.agency_id = $1) AND r.id < $6'
      || CASE WHEN p_place IS NOT NULL THEN ' AND r.area_id IS NOT NULL AND r.state <> ''AWAITING_VERIFICATION''
                AND ' || part || ' = ' || replace(part, 'r.area_id', '$4') ELSE '' END
      || ' ORDER BY ' || CASE WHEN p_place IS NOT NULL THEN part || ', ' ELSE '' END || 'r.id DESC LIMIT $9';
  ELSE
    source := 'SELECT c.report_id AS id, ' || body || ' AS body, ' || body || ' ~* ALL ($7) AS fits
                 FROM reports_publiccopy c WHERE c.report_id < $6 ORDER BY c.report_id DESC LIMIT $9';
  END IF;
  LOOP
    IF by_index AND NOT all_hits THEN
      SET LOCAL enable_indexscan = off;
      hits := ARRAY(SELECT c.report_id FROM reports_publiccopy c
                     WHERE {WORDS} @@ loose AND c.report_id < top AND c.report_id >= top - span);
      SET LOCAL enable_indexscan = on;
    END IF;
    FOR r IN EXECUTE source USING p_agency, p_states, p_categories, p_place, p_since, top, looks, hits, p_window
    LOOP
      at := r.id;
      seen := seen + 1;
      CONTINUE WHEN r.fits IS NOT TRUE;
      taken_apart := taken_apart + reads::integer;
      IF NOT reads OR to_tsvector('indonesian', r.body) @@ wanted THEN
        ids := ids || at;
      END IF;
      EXIT WHEN cardinality(ids) >= p_size OR taken_apart >= most_read;
    END LOOP;
    EXIT WHEN cardinality(ids) >= p_size;
    IF taken_apart >= most_read OR (NOT by_index AND seen >= p_window) THEN
      last := at;
      EXIT;
    END IF;
    EXIT WHEN NOT by_index OR all_hits OR span >= top;
    top := top - span;
    IF seen >= most THEN
      last := top;
      EXIT;
    END IF;
    span := 10 * span;
  END LOOP;
  RETURN NEXT;
END $$;
"""  # noqa: S608 - constants of this file alone
UNDO_FIND = """DROP FUNCTION tuntas_public_find(text, text, text[], bigint, text[], bigint[], text, timestamptz, bigint,
                                                double precision, double precision, integer, integer)"""


class Migration(migrations.Migration):
    dependencies = [("portal", "0005_walk_places_in_order")]
    operations = [
        migrations.RunSQL(LOOKS, reverse_sql="DROP FUNCTION tuntas_looks(text[])"),
        migrations.RunSQL(FIND, reverse_sql=UNDO_FIND),
    ]
