"""The books: counts over all reports, given out as counts alone, so that every screen shows the same number.

Why functions: the public and an officer see different rows, and a count over what one sees would differ from screen to
screen (law 7). They run with the owner's rights and return no row of a report. Functions take no lock; reversible.
"""

from django.db import migrations

BOOKS = """
CREATE FUNCTION tuntas_bucket(state text, finish text, import_bucket text) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN import_bucket <> '' THEN import_bucket
    WHEN state = 'AWAITING_VERIFICATION' THEN 'unverified'
    WHEN state = 'PENDING_INFO' THEN 'pending'
    WHEN state IN ('AWAITING_DISPOSITION', 'AWAITING_FOLLOW_UP', 'TRANSFER_REQUESTED') THEN 'not_followed_up'
    WHEN state IN ('IN_PROGRESS', 'AWAITING_REPORTER', 'RESOLUTION_PROPOSED') THEN 'in_process'
    WHEN state = 'RESOLVED' THEN 'finished_' || lower(finish)
    WHEN state = 'ARCHIVED' THEN 'archived'
    WHEN state = 'WITHDRAWN' THEN 'withdrawn'
    WHEN state = 'REFERRED_EXTERNAL' THEN 'referred'
    WHEN state = 'MERGED' THEN 'merged'
  END
$$;

CREATE FUNCTION tuntas_counts(p_agencies bigint[], p_from timestamptz, p_to timestamptz, p_category text)
RETURNS TABLE (agency_id bigint, bucket text, n bigint, overdue bigint, predating bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT r.agency_id, tuntas_bucket(r.state, r.finish, r.import_bucket), count(*),
         count(*) FILTER (WHERE r.due_at < now()
           AND r.state NOT IN ('RESOLVED', 'ARCHIVED', 'MERGED', 'WITHDRAWN', 'REFERRED_EXTERNAL')),
         count(*) FILTER (WHERE r.predates_connection)
    FROM reports_report r
    LEFT JOIN organizations_category c ON c.id = r.category_id
   WHERE (p_agencies IS NULL OR r.agency_id = ANY (p_agencies))
     AND (p_from IS NULL OR r.lodged_at >= p_from) AND (p_to IS NULL OR r.lodged_at < p_to)
     AND (p_category IS NULL OR c.code = p_category OR c.code LIKE p_category || '-%')
   GROUP BY 1, 2
$$;

CREATE FUNCTION tuntas_stock(p_agencies bigint[], p_category text, p_at timestamptz) RETURNS bigint
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT count(*) FROM (
    SELECT DISTINCT ON (e.report_id) e.to_state, e.to_agency_id
      FROM reports_event e
      JOIN reports_report r ON r.id = e.report_id
      LEFT JOIN organizations_category c ON c.id = r.category_id
     WHERE e.at < p_at AND (p_category IS NULL OR c.code = p_category OR c.code LIKE p_category || '-%')
     ORDER BY e.report_id, e.at DESC, e.id DESC) last
   WHERE last.to_state NOT IN ('RESOLVED', 'ARCHIVED', 'MERGED', 'WITHDRAWN', 'REFERRED_EXTERNAL')
     AND (p_agencies IS NULL OR last.to_agency_id = ANY (p_agencies))
$$;

CREATE FUNCTION tuntas_moves(p_agencies bigint[], p_category text, p_from timestamptz, p_to timestamptz)
RETURNS TABLE (direction text, why text, n bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  WITH moved AS (
    SELECT e.verb,
      e.from_state <> '' AND e.from_state NOT IN ('RESOLVED','ARCHIVED','MERGED','WITHDRAWN','REFERRED_EXTERNAL')
        AND (p_agencies IS NULL OR e.from_agency_id = ANY (p_agencies)) AS was_in,
      e.to_state NOT IN ('RESOLVED','ARCHIVED','MERGED','WITHDRAWN','REFERRED_EXTERNAL')
        AND (p_agencies IS NULL OR e.to_agency_id = ANY (p_agencies)) AS is_in,
      e.from_state = '' AS is_new, e.to_state,
      e.from_state IN ('RESOLVED','ARCHIVED','MERGED','WITHDRAWN','REFERRED_EXTERNAL') AS was_closed,
      e.to_state IN ('RESOLVED','ARCHIVED','MERGED','WITHDRAWN','REFERRED_EXTERNAL') AS is_closed
    FROM reports_event e
    JOIN reports_report r ON r.id = e.report_id
    LEFT JOIN organizations_category c ON c.id = r.category_id
   WHERE e.at >= p_from AND e.at < p_to
     AND (p_category IS NULL OR c.code = p_category OR c.code LIKE p_category || '-%')
  )
  SELECT 'in', CASE WHEN is_new THEN 'received' WHEN was_closed THEN 'opened_again' ELSE 'came_over' END, count(*)
    FROM moved WHERE is_in AND NOT was_in GROUP BY 2
  UNION ALL
  SELECT 'out', CASE WHEN is_closed THEN lower(to_state) ELSE 'went_over' END, count(*)
    FROM moved WHERE was_in AND NOT is_in GROUP BY 2
$$;
"""
UNDO_BOOKS = """
DROP FUNCTION tuntas_moves(bigint[], text, timestamptz, timestamptz);
DROP FUNCTION tuntas_stock(bigint[], text, timestamptz);
DROP FUNCTION tuntas_counts(bigint[], timestamptz, timestamptz, text);
DROP FUNCTION tuntas_bucket(text, text, text);
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [("reports", "0002_guard_rows")]
    operations = [migrations.RunSQL(BOOKS, reverse_sql=UNDO_BOOKS)]
