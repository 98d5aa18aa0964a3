"""Requests to open an identity, who decides on them, and what the vault writes when it opens one (law 6, trust.md 2).

Why each part:
- A custodian sees nothing but the requests put before their unit: of such a report the row and the entries about the
  request, no text, no file. `tuntas_enter_office` sets that context after `tuntas_enter`.
- The trigger makes four eyes a fact of the database, for every client: asked once, decided once, by another person of
  another organisation whom the report does not accuse. Web may write the columns of a decision and no other.
- `tuntas_note_opening` is the only way to write an opening, and the vault alone may call it: the entry of the history
  and the notices come with it, so that web can suppress none.
- The vault reads the decision itself, by columns, and checks web's signature over it.
Makes two tables; adds policies to others, each with a short ACCESS EXCLUSIVE lock; rewrites nothing. Reversible.
"""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from tuntas.access.guarding import guard

CUSTODY = """
CREATE FUNCTION tuntas_enter_office(kind text, appointment bigint, report bigint, at timestamptz)
RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE held bigint;
BEGIN
  PERFORM set_config('tuntas.custody', '', true);
  IF NOT tuntas_enter(kind, appointment, report, at) THEN
    RETURN false;
  END IF;
  IF kind = 'officer' THEN
    SELECT a.unit_id INTO held FROM organizations_appointment a WHERE a.id = appointment AND a.role = 'CUSTODIAN';
    IF FOUND THEN
      PERFORM set_config('tuntas.scope', '', true), set_config('tuntas.units', '{}', true),
              set_config('tuntas.custody', held::text, true);
    END IF;
  END IF;
  RETURN true;
END $$;

CREATE FUNCTION tuntas_in_custody() RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE unit bigint := nullif(current_setting('tuntas.custody', true), '')::bigint;
BEGIN
  IF unit IS NULL OR nullif(current_setting('tuntas.actor', true), '') IS DISTINCT FROM 'officer' THEN
    RETURN '{}';
  END IF;
  RETURN (SELECT coalesce(array_agg(DISTINCT d.report_id), '{}') FROM disclosure_disclosure d
           WHERE d.custodian_id = unit);
END $$;

CREATE POLICY custody ON reports_report FOR SELECT TO tuntas_web USING (
  id = ANY ((SELECT tuntas_in_custody())::bigint[])
  AND NOT (has_conflict AND tuntas_is_accused(
    id, (SELECT tuntas_ids('tuntas.home')), (SELECT current_setting('tuntas.officer', true)))));
CREATE POLICY not_for_custodians ON reports_reporttext AS RESTRICTIVE FOR SELECT TO tuntas_web
  USING ((SELECT coalesce(current_setting('tuntas.custody', true), '')) = '');
CREATE POLICY not_for_custodians ON reports_attachment AS RESTRICTIVE FOR SELECT TO tuntas_web
  USING ((SELECT coalesce(current_setting('tuntas.custody', true), '')) = '');
CREATE POLICY not_for_custodians ON followup_followup AS RESTRICTIVE FOR SELECT TO tuntas_web
  USING ((SELECT coalesce(current_setting('tuntas.custody', true), '')) = '');
CREATE POLICY not_for_custodians ON reports_event AS RESTRICTIVE FOR SELECT TO tuntas_web
  USING ((SELECT coalesce(current_setting('tuntas.custody', true), '')) = '' OR verb LIKE '%\\_identity');
"""
UNDO_CUSTODY = """
DROP POLICY not_for_custodians ON reports_event; DROP POLICY not_for_custodians ON followup_followup;
DROP POLICY not_for_custodians ON reports_attachment; DROP POLICY not_for_custodians ON reports_reporttext;
DROP POLICY custody ON reports_report;
DROP FUNCTION tuntas_in_custody(); DROP FUNCTION tuntas_enter_office(text, bigint, bigint, timestamptz);
"""

FOUR_EYES = """
CREATE FUNCTION tuntas_is_second_person(asker bigint, decider bigint, report bigint, moment timestamptz)
RETURNS boolean LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT EXISTS (
    SELECT 1
      FROM organizations_appointment a
      JOIN organizations_officer ao ON ao.id = a.officer_id
      JOIN organizations_unit au ON au.id = a.unit_id
      JOIN organizations_appointment d ON d.id = decider
      JOIN organizations_officer o ON o.id = d.officer_id
      JOIN organizations_unit u ON u.id = d.unit_id
      JOIN reports_report r ON r.id = report
     WHERE a.id = asker AND d.role = 'CUSTODIAN' AND o.is_active
       AND d.valid_from <= (moment AT TIME ZONE 'Asia/Jakarta')::date
       AND (d.valid_to IS NULL OR d.valid_to >= (moment AT TIME ZONE 'Asia/Jakarta')::date)
       AND o.id <> ao.id
       AND (btrim(o.email) = '' OR lower(btrim(o.email)) <> lower(btrim(ao.email)))
       AND lower(regexp_replace(btrim(o.name), '\\s+', ' ', 'g')) <> lower(regexp_replace(btrim(ao.name), '\\s+', ' ', 'g'))
       AND u.agency_id IS DISTINCT FROM au.agency_id AND u.agency_id IS DISTINCT FROM r.agency_id
       AND NOT tuntas_is_accused(r.id, u.ancestry, o.id::text))
$$;

CREATE FUNCTION disclosure_is_guarded() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  decider bigint;
  moment timestamptz;
BEGIN
  IF TG_OP = 'DELETE' THEN
    RAISE restrict_violation USING MESSAGE = 'a request for an identity is never deleted';
  ELSIF TG_OP = 'INSERT' THEN
    IF NEW.decision NOT IN ('', 'EMERGENCY') OR NEW.reviewed_at IS NOT NULL OR NEW.closed_at IS NOT NULL THEN
      RAISE restrict_violation USING MESSAGE = 'a request for an identity begins undecided';
    END IF;
    IF NEW.decision = 'EMERGENCY' AND (NEW.decided_by_id IS DISTINCT FROM NEW.asked_by_id
        OR NEW.opens_until > NEW.decided_at + interval '1 hour') THEN
      RAISE restrict_violation USING MESSAGE = 'an emergency lasts an hour and bears the name of whoever asked';
    END IF;
    decider := NEW.asked_by_id;
  ELSE
    IF (NEW.id, NEW.uuid, NEW.report_id, NEW.asked_by_id, NEW.asked_at, NEW.ground, NEW.reason, NEW.hours,
        NEW.is_emergency, NEW.custodian_id, NEW.lapses_at, NEW.review_due_at)
       IS DISTINCT FROM (OLD.id, OLD.uuid, OLD.report_id, OLD.asked_by_id, OLD.asked_at, OLD.ground, OLD.reason,
        OLD.hours, OLD.is_emergency, OLD.custodian_id, OLD.lapses_at, OLD.review_due_at) THEN
      RAISE restrict_violation USING MESSAGE = 'what was asked is never changed';
    END IF;
    IF (OLD.decision <> '' AND (NEW.decision, NEW.decided_by_id, NEW.decided_at, NEW.answer, NEW.opens_until, NEW.seal)
         IS DISTINCT FROM (OLD.decision, OLD.decided_by_id, OLD.decided_at, OLD.answer, OLD.opens_until, OLD.seal))
       OR (OLD.closed_at IS NOT NULL AND NEW.closed_at IS DISTINCT FROM OLD.closed_at)
       OR (OLD.reviewed_at IS NOT NULL AND (NEW.reviewed_by_id, NEW.reviewed_at, NEW.finding, NEW.review)
         IS DISTINCT FROM (OLD.reviewed_by_id, OLD.reviewed_at, OLD.finding, OLD.review)) THEN
      RAISE restrict_violation USING MESSAGE = 'what was decided is never changed';
    END IF;
    IF OLD.decision = '' AND NEW.decision = 'EMERGENCY' THEN
      RAISE restrict_violation USING MESSAGE = 'a request does not become an emergency';
    END IF;
    IF OLD.decision = '' AND NEW.decision IN ('GRANTED', 'REFUSED') THEN
      decider := NEW.decided_by_id; moment := NEW.decided_at;
      IF NEW.decision = 'GRANTED' AND (NEW.opens_until > NEW.decided_at + make_interval(hours => NEW.hours)
          OR NEW.decided_at > NEW.lapses_at) THEN
        RAISE restrict_violation USING MESSAGE = 'longer, or later, than was asked for';
      END IF;
    ELSIF OLD.reviewed_at IS NULL AND NEW.reviewed_at IS NOT NULL THEN
      decider := NEW.reviewed_by_id; moment := NEW.reviewed_at;
    ELSIF OLD.decision = '' AND NEW.decision = 'WITHDRAWN' THEN
      decider := NEW.decided_by_id;
    END IF;
  END IF;
  IF moment IS NOT NULL AND NOT (
      tuntas_is_second_person(NEW.asked_by_id, decider, NEW.report_id, moment)
      AND EXISTS (SELECT 1 FROM organizations_appointment d WHERE d.id = decider AND d.unit_id = NEW.custodian_id)) THEN
    RAISE restrict_violation USING MESSAGE = 'the custodian of another organisation decides, and nobody else';
  END IF;
  IF decider IS NOT NULL AND current_user = 'tuntas_web' AND NOT EXISTS (
      SELECT 1 FROM organizations_appointment d
       WHERE d.id = decider AND d.officer_id = nullif(current_setting('tuntas.officer', true), '')::bigint) THEN
    RAISE restrict_violation USING MESSAGE = 'nobody asks or decides in the name of another';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER disclosure_is_guarded BEFORE INSERT OR UPDATE OR DELETE ON disclosure_disclosure
FOR EACH ROW EXECUTE FUNCTION disclosure_is_guarded();

CREATE FUNCTION opening_stays_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE restrict_violation USING MESSAGE = 'that an identity was opened is never changed or deleted'; END $$;
CREATE TRIGGER opening_stays_written BEFORE UPDATE OR DELETE ON disclosure_opening
FOR EACH ROW EXECUTE FUNCTION opening_stays_written();

REVOKE ALL ON disclosure_disclosure, disclosure_opening FROM tuntas_web, tuntas_worker;
GRANT SELECT ON disclosure_disclosure, disclosure_opening TO tuntas_web, tuntas_worker;
GRANT INSERT, UPDATE ("decision", "decided_by_id", "decided_at", "answer", "opens_until", "seal", "reviewed_by_id",
  "reviewed_at", "finding", "review") ON disclosure_disclosure TO tuntas_web;
GRANT UPDATE ("decision", "decided_at", "closed_at", "nudged_at") ON disclosure_disclosure TO tuntas_worker;
"""
UNDO_FOUR_EYES = """
DROP TRIGGER opening_stays_written ON disclosure_opening; DROP FUNCTION opening_stays_written();
DROP TRIGGER disclosure_is_guarded ON disclosure_disclosure; DROP FUNCTION disclosure_is_guarded();
DROP FUNCTION tuntas_is_second_person(bigint, bigint, bigint, timestamptz);
"""

VAULT = """
GRANT SELECT ("id", "uuid", "report_id", "asked_by_id", "asked_at", "ground", "reason", "hours", "is_emergency",
  "custodian_id", "decision", "decided_by_id", "decided_at", "opens_until", "seal")
  ON disclosure_disclosure TO tuntas_vault;
GRANT SELECT ("uuid", "disclosure_id", "at") ON disclosure_opening TO tuntas_vault;
GRANT SELECT ("id", "uuid", "reporter_id") ON reports_report TO tuntas_vault;
GRANT SELECT ("id") ON organizations_appointment TO tuntas_vault;
GRANT SELECT ("name") ON organizations_officer TO tuntas_vault;
GRANT SELECT ("agency_id") ON organizations_unit TO tuntas_vault;
CREATE POLICY tuntas_vault ON disclosure_disclosure FOR SELECT TO tuntas_vault USING (true);
CREATE POLICY tuntas_vault ON disclosure_opening FOR SELECT TO tuntas_vault USING (true);
CREATE POLICY tuntas_vault ON reports_report FOR SELECT TO tuntas_vault USING (true);

CREATE FUNCTION tuntas_note_opening(opening uuid, asked uuid, moment timestamptz) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  d disclosure_disclosure%ROWTYPE;
  r reports_report%ROWTYPE;
  person identity_reporter%ROWTYPE;
  asker text;
  entry bigint;
  happened timestamptz;
  params jsonb;
BEGIN
  SELECT * INTO STRICT d FROM disclosure_disclosure WHERE uuid = asked;
  INSERT INTO disclosure_opening (uuid, disclosure_id, at) VALUES (opening, d.id, moment) ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  SELECT * INTO STRICT r FROM reports_report WHERE id = d.report_id FOR UPDATE;
  SELECT * INTO person FROM identity_reporter WHERE id = r.reporter_id;
  SELECT u.name INTO asker FROM organizations_appointment a JOIN organizations_unit u ON u.id = a.unit_id
   WHERE a.id = d.asked_by_id;
  happened := greatest(moment, tuntas_last_moment(r.id));
  INSERT INTO reports_event (
    report_id, at, verb, from_state, to_state, from_agency_id, to_agency_id, holder_id, actor_kind, actor_role,
    audience, note, facts)
  VALUES (r.id, happened, 'open_identity', r.state, r.state, r.agency_id, r.agency_id, r.holder_id, 'system', 'SYSTEM',
    'REPORTER', '', jsonb_build_object('asker', asker, 'disclosure', d.uuid, 'is_emergency', d.is_emergency))
  RETURNING id INTO entry;
  UPDATE reports_report SET last_event_id = entry WHERE id = r.id;
  params := jsonb_build_object('number', r.number, 'asker', asker, 'state', r.state);
  INSERT INTO notices_notice (
    event_id, report_id, "to", reporter_uuid, unit_id, role, template, params, language, created_at, not_before,
    attempts, error)
  SELECT entry, r.id, 'REPORTER', person.uuid, NULL, '', 'open_identity',
    CASE WHEN r.is_anonymous OR r.is_confidential OR r.class = 'WHISTLEBLOWING'
         THEN jsonb_build_object('number', r.number, 'discreet', true) ELSE params END,
    person.language, happened, happened, 0, ''
   WHERE person.has_contact
  UNION ALL
  SELECT entry, r.id, 'UNIT', NULL, d.custodian_id, 'CUSTODIAN', 'open_identity', params, 'id', happened, happened, 0, ''
  UNION ALL
  SELECT entry, r.id, 'UNIT', NULL, u.id, '', 'open_identity', params, 'id', happened, happened, 0, ''
    FROM organizations_unit u WHERE u.kind = 'NATION' AND d.is_emergency;
  RETURN true;
END $$;
REVOKE EXECUTE ON FUNCTION tuntas_note_opening(uuid, uuid, timestamptz) FROM tuntas_web, tuntas_worker;
GRANT EXECUTE ON FUNCTION tuntas_note_opening(uuid, uuid, timestamptz) TO tuntas_vault;
"""
UNDO_VAULT = """
DROP FUNCTION tuntas_note_opening(uuid, uuid, timestamptz);
DROP POLICY tuntas_vault ON reports_report; DROP POLICY tuntas_vault ON disclosure_opening;
DROP POLICY tuntas_vault ON disclosure_disclosure;
REVOKE SELECT ("agency_id") ON organizations_unit FROM tuntas_vault;
REVOKE SELECT ("name") ON organizations_officer FROM tuntas_vault;
REVOKE SELECT ("id") ON organizations_appointment FROM tuntas_vault;
REVOKE SELECT ("id", "uuid", "reporter_id") ON reports_report FROM tuntas_vault;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = [
        ("access", "0001_context"),
        ("followup", "0002_guard_rows"),
        ("identity", "0002_forget_and_hold"),
        ("notices", "0005_write_to_custodians"),
        ("organizations", "0002_appoint_custodians"),
        ("reports", "0005_count_who_is_carried"),
    ]

    operations = [
        migrations.CreateModel(
            name="Disclosure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("asked_at", models.DateTimeField()),
                (
                    "ground",
                    models.CharField(
                        choices=[
                            ("LEGAL_DUTY", "A law or a court orders it"),
                            ("PUBLIC_TASK", "An examination needs the reporter as a witness"),
                            ("CONSENT", "The reporter agreed, and the agreement is in the file"),
                            ("VITAL", "Somebody's life or health is in danger"),
                        ],
                        max_length=12,
                    ),
                ),
                ("reason", models.TextField()),
                ("hours", models.SmallIntegerField()),
                ("is_emergency", models.BooleanField(default=False)),
                ("lapses_at", models.DateTimeField()),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("GRANTED", "Approved"),
                            ("REFUSED", "Refused"),
                            ("WITHDRAWN", "Taken back by the asker"),
                            ("LAPSED", "Nobody decided in time"),
                            ("EMERGENCY", "Opened in an emergency"),
                        ],
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.TextField(blank=True)),
                ("opens_until", models.DateTimeField(blank=True, null=True)),
                ("seal", models.BinaryField(max_length=64, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("review_due_at", models.DateTimeField(blank=True, null=True)),
                ("reviewed_at", models.DateTimeField(blank=True, null=True)),
                (
                    "finding",
                    models.CharField(
                        blank=True,
                        choices=[("JUSTIFIED", "It was justified"), ("UNJUSTIFIED", "It was not justified")],
                        max_length=12,
                    ),
                ),
                ("review", models.TextField(blank=True)),
                ("nudged_at", models.DateTimeField(blank=True, null=True)),
                (
                    "asked_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organizations.appointment"
                    ),
                ),
                (
                    "custodian",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organizations.unit"
                    ),
                ),
                (
                    "decided_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.appointment",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="disclosures", to="reports.report"
                    ),
                ),
                (
                    "reviewed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.appointment",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["custodian", "-id"], name="disclosure_of_custodian"),
                    models.Index(
                        condition=models.Q(("decision", "")), fields=["lapses_at"], name="disclosure_to_lapse"
                    ),
                    models.Index(
                        condition=models.Q(("closed_at", None), ("opens_until__isnull", False)),
                        fields=["opens_until"],
                        name="disclosure_to_close",
                    ),
                    models.Index(
                        condition=models.Q(("review_due_at__isnull", False), ("reviewed_at", None)),
                        fields=["review_due_at"],
                        name="disclosure_to_review",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decision", "")), fields=("report",), name="one_open_request_a_report"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("hours__gte", 1), ("hours__lte", 72)), name="time_box_is_short"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("decision", ""), ("decided_at__isnull", False), _connector="OR"),
                        name="a_decision_has_its_moment",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decision__in", ("GRANTED", "EMERGENCY")),
                                ("opens_until__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            models.Q(
                                models.Q(("decision__in", ("GRANTED", "EMERGENCY")), _negated=True),
                                ("opens_until", None),
                            ),
                            _connector="OR",
                        ),
                        name="only_a_yes_opens",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("decision", "EMERGENCY"), ("is_emergency", True), ("review_due_at__isnull", False)
                            ),
                            models.Q(("is_emergency", False), models.Q(("decision", "EMERGENCY"), _negated=True)),
                            _connector="OR",
                        ),
                        name="an_emergency_is_reviewed",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Opening",
            fields=[
                ("uuid", models.UUIDField(editable=False, primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                (
                    "disclosure",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="openings",
                        to="disclosure.disclosure",
                    ),
                ),
            ],
        ),
        guard("disclosure_disclosure"),
        guard("disclosure_opening", key="disclosure_id", above="disclosure_disclosure"),
        migrations.RunSQL(CUSTODY, reverse_sql=UNDO_CUSTODY),
        migrations.RunSQL(FOUR_EYES, reverse_sql=UNDO_FOUR_EYES),
        migrations.RunSQL(VAULT, reverse_sql=UNDO_VAULT),
    ]
