"""One form of the function that receives a report, and its text in one place.

Why: 0002 left the form with fewer parameters for web processes that still ran; none runs any more. 0003 changed the
text where it stood, so that nobody could read the whole of it anywhere: here it stands as it is in force. Functions take
no lock; reversible: the older form comes back as 0003 had left it.
"""

from importlib import import_module

from django.db import migrations

first = import_module("tuntas.intake.migrations.0001_receive_in_one_statement")
third = import_module("tuntas.intake.migrations.0003_name_the_notice")

OLDER = first.RECEIVE.replace(third.PLAIN, third.NAMED).replace(third.LETTER, third.BARE)
GONE = f"""
-- squawk-ignore ban-drop-function
DROP FUNCTION {first.SIGNATURE};
"""
RECEIVE = """
CREATE OR REPLACE FUNCTION tuntas_receive(
  p_uuid uuid, p_numbers text[], p_lookup bytea, p_idempotency bytea, p_content bytea,
  p_reporter uuid, p_has_contact boolean, p_language text, p_epoch integer, p_sealed bytea,
  p_verb text, p_channel text, p_type text, p_lodged timestamptz, p_received timestamptz, p_event_on date,
  p_target bigint, p_anonymous boolean, p_confidential boolean, p_accused bigint[],
  p_holder bigint, p_agency bigint, p_title text, p_body text, p_body_sealed bytea, p_key_epoch integer,
  p_remedy text, p_party text, p_queue text, p_area text, p_place text, p_latitude float8, p_longitude float8,
  p_cell_y integer, p_cell_x integer,
  p_due timestamptz, p_fire timestamptz, p_length smallint, p_policy bigint, p_calendar text, p_params jsonb
) RETURNS TABLE (report_id bigint, number varchar, content_hash bytea, received_at timestamptz, due_at timestamptz,
                 fresh boolean)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
#variable_conflict use_column
BEGIN
  RETURN QUERY
  WITH free AS (
    SELECT n FROM unnest(p_numbers) n WHERE NOT EXISTS (SELECT 1 FROM reports_report t WHERE t.number = n) LIMIT 1
  ), person AS (
    INSERT INTO identity_reporter (uuid, channel, has_contact, language, created_at)
    SELECT p_reporter, p_channel, p_has_contact, p_language, p_received
     WHERE NOT EXISTS (SELECT 1 FROM reports_report WHERE idempotency_hash = p_idempotency)
    RETURNING id
  ), envelope AS (
    INSERT INTO identity_sealedidentity (reporter_id, epoch, ciphertext, sealed_at, problem)
    SELECT id, p_epoch, p_sealed, p_received, '' FROM person WHERE p_sealed IS NOT NULL
  ), filed AS (
    INSERT INTO reports_report (
      uuid, number, code_lookup, idempotency_hash, content_hash, reporter_id, channel, report_type, lodged_at,
      received_at, event_on, target_agency_id, is_anonymous, is_confidential, has_conflict, state, back_state, class,
      problem_nature, holder_id, holder_since, agency_id, finish, outcome, hops, objections, questions, escalation,
      is_reopened, is_light, has_left, predates_connection, weight, import_bucket, queue, due_at, last_event_id, area_id,
      place, latitude, longitude, cell_y, cell_x)
    SELECT p_uuid, free.n,
      p_lookup, p_idempotency, p_content, person.id, p_channel, p_type, p_lodged, p_received, p_event_on, p_target,
      p_anonymous, p_confidential, p_accused <> '{}', 'AWAITING_VERIFICATION', '', '', '', p_holder, p_received,
      p_agency, '', '', 0, 0, 0, 0, false, false, false, false, 1, '', p_queue, p_due,
      nextval(pg_get_serial_sequence('reports_event', 'id')), p_area, p_place, p_latitude, p_longitude, p_cell_y,
      p_cell_x
      FROM person, free
    ON CONFLICT DO NOTHING  -- of any unique column: a second sending may meet the first at its code before its key
    RETURNING id, number, content_hash, received_at, due_at, last_event_id
  ), words AS (
    INSERT INTO reports_reporttext (report_id, title, body, sealed, key_epoch, requested_remedy, reported_party)
    SELECT id, p_title, p_body, p_body_sealed, p_key_epoch, p_remedy, p_party FROM filed
  ), party AS (
    INSERT INTO reports_reportunit (report_id, unit_id, part, since)
    SELECT id, p_holder, 'HOLDER', p_received FROM filed
  ), accused AS (
    INSERT INTO reports_conflict (report_id, unit_id) SELECT id, unnest(p_accused) FROM filed
  ), happened AS (
    INSERT INTO reports_event (
      id, report_id, at, verb, from_state, to_state, from_agency_id, to_agency_id, holder_id, actor_kind, actor_role,
      audience, note, facts)
    SELECT last_event_id, id, p_received, p_verb, '', 'AWAITING_VERIFICATION', NULL, p_agency, p_holder, 'system',
      'SYSTEM', 'PUBLIC', '',
      jsonb_strip_nulls(jsonb_build_object('channel', p_channel, 'notice', p_params->>'notice'))
      FROM filed
  ), ticking AS (
    INSERT INTO clocks_clock (
      report_id, kind, owner_id, started_at, due_at, length, policy_id, calendar_version, stopped_by, fire_at, fired,
      is_fair)
    SELECT id, 'verify', p_holder, CASE p_verb WHEN 'receive_paper' THEN p_lodged ELSE p_received END, p_due, p_length,
      p_policy, p_calendar, '', p_fire, 0, false FROM filed
  ), told AS (
    INSERT INTO notices_notice (
      event_id, report_id, "to", reporter_uuid, unit_id, role, template, params, language, created_at, not_before,
      attempts, error)
    SELECT last_event_id, id, 'UNIT', NULL, p_holder, '', p_verb, (p_params - 'notice') || jsonb_build_object('number', number),
      'id', p_received, p_received, 0, '' FROM filed
    UNION ALL
    SELECT last_event_id, id, 'REPORTER', p_reporter, NULL, '', p_verb,
      CASE WHEN p_anonymous OR p_confidential THEN jsonb_build_object('number', number, 'discreet', true)
           ELSE (p_params - 'notice') || jsonb_build_object('number', number) END, p_language, p_received, p_received, 0, ''
      FROM filed WHERE p_has_contact
  )
  SELECT id, number, content_hash, received_at, due_at, true FROM filed;
  IF NOT FOUND THEN
    -- Whoever sent the same form at the same instant was first: this person is theirs already.
    DELETE FROM identity_sealedidentity s USING identity_reporter p WHERE s.reporter_id = p.id AND p.uuid = p_reporter;
    DELETE FROM identity_reporter p WHERE p.uuid = p_reporter;
    RETURN QUERY SELECT r.id, r.number, r.content_hash, r.received_at, r.due_at, false
      FROM reports_report r WHERE r.idempotency_hash = p_idempotency;
  END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("intake", "0003_name_the_notice")]
    operations = [
        migrations.RunSQL(GONE, reverse_sql=OLDER),
        migrations.RunSQL(RECEIVE, reverse_sql=migrations.RunSQL.noop),
    ]
