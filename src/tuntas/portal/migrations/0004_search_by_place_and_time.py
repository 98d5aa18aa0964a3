"""Public search by place and by time; and by words that were read by us instead of by `websearch_to_tsquery`.

Why: a place is a prefix of an area's code, so that a province finds what its villages reported. Windows walk the newest
reports of a regency or of a province in an index; reports that nobody has checked yet stand in neither, which keeps
the door cheap, for none of them is public. Words come as a query that `portal.asking` wrote (variants of a word side by
side, quoted), since slang and abbreviations must find the word and the word them.

The functions of 0002 stay beside the new ones of the same names: processes of the version before still call them.

CREATE INDEX takes a SHARE lock: on a large live table build both by hand with CONCURRENTLY first, under the same names.
Reversible.
"""

from importlib import import_module

from django.db import migrations

SHARED = import_module("tuntas.portal.migrations.0003_search_by_share")

INDEXES = """
CREATE INDEX IF NOT EXISTS report_of_province ON reports_report (left(area_id, 2), id DESC)
 WHERE area_id IS NOT NULL AND state <> 'AWAITING_VERIFICATION';
CREATE INDEX IF NOT EXISTS report_of_regency ON reports_report (left(area_id, 5), id DESC)
 WHERE area_id IS NOT NULL AND state <> 'AWAITING_VERIFICATION';
"""
UNDO_INDEXES = "DROP INDEX report_of_regency; DROP INDEX report_of_province;"

WALK = """
CREATE FUNCTION tuntas_public_walk(p_words text, p_agency bigint, p_states text[], p_categories bigint[],
                                   p_place text, p_since timestamptz,
                                   p_before bigint, p_window integer, p_size integer)
RETURNS TABLE (ids bigint[], last bigint, seen integer)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  r record;
  wanted tsquery := CASE WHEN p_words <> '' THEN to_tsquery('indonesian', p_words) END;
  around text := CASE
    WHEN p_place IS NULL THEN ''
    WHEN length(p_place) < 5 THEN ' AND left(r.area_id, 2) = left($4, 2) AND r.area_id IS NOT NULL
                                    AND r.state <> ''AWAITING_VERIFICATION'''
    ELSE ' AND left(r.area_id, 5) = left($4, 5) AND r.area_id IS NOT NULL
           AND r.state <> ''AWAITING_VERIFICATION''' END;
BEGIN
  ids := '{}'; seen := 0;
  FOR r IN EXECUTE 'SELECT r.id, r.state, r.category_id, r.area_id, r.received_at, c.title, c.body, c.place
                      FROM reports_report r JOIN reports_publiccopy c ON c.report_id = r.id
                     WHERE ($1 IS NULL OR r.agency_id = $1) AND ($2 IS NULL OR r.id < $2)' || around || '
                     ORDER BY r.id DESC LIMIT $3' USING p_agency, p_before, p_window, p_place
  LOOP
    last := r.id; seen := seen + 1;
    CONTINUE WHEN p_states IS NOT NULL AND r.state <> ALL (p_states);
    CONTINUE WHEN p_categories IS NOT NULL AND (r.category_id IS NULL OR r.category_id <> ALL (p_categories));
    CONTINUE WHEN p_place IS NOT NULL AND NOT starts_with(r.area_id, p_place);
    CONTINUE WHEN p_since IS NOT NULL AND r.received_at < p_since;
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
                                     p_place text, p_since timestamptz,
                                     p_before bigint, p_most integer, p_size integer)
RETURNS SETOF bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  RETURN QUERY EXECUTE
    'WITH found AS MATERIALIZED (
       SELECT c.report_id FROM reports_publiccopy c
        WHERE to_tsvector(''indonesian'', c.title || '' '' || c.body || '' '' || c.place)
              @@ to_tsquery(''indonesian'', $1) LIMIT $6)
     SELECT r.id FROM found f JOIN reports_report r ON r.id = f.report_id
      WHERE ($2 IS NULL OR r.agency_id = $2) AND ($3 IS NULL OR r.state = ANY ($3))
        AND ($4 IS NULL OR r.category_id = ANY ($4)) AND ($5 IS NULL OR r.id < $5)
        AND ($8 IS NULL OR starts_with(r.area_id, $8)) AND ($9 IS NULL OR r.received_at >= $9)
      ORDER BY r.id DESC LIMIT $7'
    USING p_words, p_agency, p_states, p_categories, p_before, p_most, p_size, p_place, p_since;
END $$;
"""
ARGUMENTS = "(text, bigint, text[], bigint[], text, timestamptz, bigint, integer, integer)"


def as_given(function: str) -> str:
    """The same function, its words being a query already."""
    return function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION").replace(
        "websearch_to_tsquery('indonesian', p_words)", "to_tsquery('indonesian', p_words)"
    )


def as_before(function: str) -> str:
    return function.replace("CREATE FUNCTION", "CREATE OR REPLACE FUNCTION")


class Migration(migrations.Migration):
    dependencies = [("portal", "0003_search_by_share")]
    operations = [
        migrations.RunSQL(INDEXES, reverse_sql=UNDO_INDEXES),
        migrations.RunSQL(WALK, reverse_sql=f"DROP FUNCTION tuntas_public_walk{ARGUMENTS};"),
        migrations.RunSQL(GATHER, reverse_sql=f"DROP FUNCTION tuntas_public_gather{ARGUMENTS};"),
        migrations.RunSQL(as_given(SHARED.SHARE), reverse_sql=as_before(SHARED.SHARE)),
        migrations.RunSQL(as_given(SHARED.HITS), reverse_sql=as_before(SHARED.HITS)),
    ]
