"""Wishes of reporters about their data, and the register of failures of data protection (UU 27/2022).

Why: a wish is asked once and decided once, whoever writes; web may write the columns of a decision and no other. The
reporter sees their own wishes, never those of the report that carries a merged one; custodians of identities see none.
The register of failures is for national administrators and custodians; what it says first is never changed, and what
is closed stays closed. The clockwork may empty messages.
Makes two tables, locks no other; reversible.
"""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from tuntas.access.guarding import guard

WISHES = """
REVOKE ALL ON privacy_datarequest FROM tuntas_web, tuntas_worker;
GRANT SELECT, INSERT ON privacy_datarequest TO tuntas_web;
GRANT SELECT ON privacy_datarequest TO tuntas_worker;
GRANT UPDATE (decision, decided_by_id, decided_at, answered_id, done_at) ON privacy_datarequest TO tuntas_web;
GRANT UPDATE (done_at) ON privacy_datarequest TO tuntas_worker;
GRANT UPDATE (sealed) ON followup_message TO tuntas_worker;
CREATE POLICY audience ON privacy_datarequest AS RESTRICTIVE FOR SELECT TO tuntas_web USING (
  CASE (SELECT nullif(current_setting('tuntas.actor', true), ''))
    WHEN 'officer' THEN coalesce(current_setting('tuntas.custody', true), '') = ''
    WHEN 'reporter' THEN report_id = (SELECT tuntas_own_report())
    ELSE false
  END);
CREATE FUNCTION wish_is_decided_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR (OLD.decision <> '' AND (NEW.decision, NEW.decided_by_id, NEW.decided_at, NEW.answered_id)
       IS DISTINCT FROM (OLD.decision, OLD.decided_by_id, OLD.decided_at, OLD.answered_id)) THEN
    RAISE restrict_violation USING MESSAGE = 'a wish about data is decided once and stays written down';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER wish_is_decided_once BEFORE UPDATE OR DELETE ON privacy_datarequest
FOR EACH ROW EXECUTE FUNCTION wish_is_decided_once();
"""
UNDO_WISHES = """
REVOKE UPDATE (sealed) ON followup_message FROM tuntas_worker;
DROP TRIGGER wish_is_decided_once ON privacy_datarequest; DROP FUNCTION wish_is_decided_once();
DROP POLICY audience ON privacy_datarequest;
"""

BREACHES = """
REVOKE ALL ON privacy_breach FROM tuntas_web, tuntas_worker;
GRANT SELECT, INSERT ON privacy_breach TO tuntas_web;
GRANT UPDATE (what, how, remedy, groups, people, happened_at, authority_told_at, subjects_told_at, closed_at,
  closed_by_id, conclusion) ON privacy_breach TO tuntas_web;
ALTER TABLE privacy_breach ENABLE ROW LEVEL SECURITY; ALTER TABLE privacy_breach FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON privacy_breach TO tuntas_owner USING (true) WITH CHECK (true);
CREATE POLICY for_the_data_officer ON privacy_breach TO tuntas_web USING (
  (SELECT nullif(current_setting('tuntas.actor', true), '')) = 'officer'
  AND ((SELECT current_setting('tuntas.scope', true)) = 'all'
       OR (SELECT coalesce(current_setting('tuntas.custody', true), '')) <> ''));
CREATE FUNCTION breach_stays_written() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' OR OLD.closed_at IS NOT NULL
     OR (NEW.id, NEW.uuid, NEW.found_at, NEW.due_at, NEW.legal_source, NEW.written_by_id, NEW.written_at)
        IS DISTINCT FROM (OLD.id, OLD.uuid, OLD.found_at, OLD.due_at, OLD.legal_source, OLD.written_by_id, OLD.written_at)
     OR (OLD.authority_told_at IS NOT NULL AND NEW.authority_told_at IS DISTINCT FROM OLD.authority_told_at)
     OR (OLD.subjects_told_at IS NOT NULL AND NEW.subjects_told_at IS DISTINCT FROM OLD.subjects_told_at) THEN
    RAISE restrict_violation USING MESSAGE = 'the register of failures is not rewritten';
  END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER breach_stays_written BEFORE UPDATE OR DELETE ON privacy_breach
FOR EACH ROW EXECUTE FUNCTION breach_stays_written();
"""
UNDO_BREACHES = """
DROP TRIGGER breach_stays_written ON privacy_breach; DROP FUNCTION breach_stays_written();
DROP POLICY for_the_data_officer ON privacy_breach; DROP POLICY owner_all ON privacy_breach;
ALTER TABLE privacy_breach NO FORCE ROW LEVEL SECURITY; ALTER TABLE privacy_breach DISABLE ROW LEVEL SECURITY;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organizations", "0003_close_queues"),
        ("reports", "0010_hide_from_the_whole_closure"),
        ("disclosure", "0001_create_disclosures"),
        ("followup", "0003_messages"),
    ]

    operations = [
        migrations.CreateModel(
            name="Breach",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("what", models.TextField()),
                ("how", models.TextField(blank=True)),
                ("remedy", models.TextField(blank=True)),
                ("groups", models.JSONField(default=list)),
                ("people", models.IntegerField(blank=True, null=True)),
                ("happened_at", models.DateTimeField(blank=True, null=True)),
                ("found_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("legal_source", models.CharField(max_length=200)),
                ("written_at", models.DateTimeField()),
                ("authority_told_at", models.DateTimeField(blank=True, null=True)),
                ("subjects_told_at", models.DateTimeField(blank=True, null=True)),
                ("closed_at", models.DateTimeField(blank=True, null=True)),
                ("conclusion", models.TextField(blank=True)),
                (
                    "closed_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.appointment",
                    ),
                ),
                (
                    "written_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organizations.appointment"
                    ),
                ),
            ],
            options={
                "verbose_name_plural": "breaches",
                "indexes": [
                    models.Index(condition=models.Q(("closed_at", None)), fields=["due_at"], name="breach_open")
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("closed_at", None),
                            models.Q(
                                ("authority_told_at__isnull", False),
                                ("subjects_told_at__isnull", False),
                                models.Q(("conclusion", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="a_breach_is_closed_when_all_were_told",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("people", None), ("people__gte", 0), _connector="OR"),
                        name="people_are_counted",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DataRequest",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "wish",
                    models.CharField(
                        choices=[
                            ("CORRECTION", "Correct something"),
                            ("CONSENT", "Take my consent back: forget who I am"),
                            ("ERASURE", "Erase what I wrote, and who I am"),
                        ],
                        max_length=12,
                    ),
                ),
                ("sealed", models.BinaryField()),
                ("asked_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("legal_source", models.CharField(max_length=200)),
                (
                    "decision",
                    models.CharField(
                        blank=True,
                        choices=[("GRANTED", "Granted"), ("PARTLY", "Granted in part"), ("REFUSED", "Refused")],
                        max_length=10,
                    ),
                ),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "answered",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.event",
                    ),
                ),
                (
                    "asked",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="reports.event"
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
                        on_delete=django.db.models.deletion.PROTECT, related_name="data_requests", to="reports.report"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(condition=models.Q(("decision", "")), fields=["due_at"], name="wish_to_decide")
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("decision", "")), fields=("report", "wish"), name="one_open_wish_of_a_kind"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("decided_at", None), ("decided_by", None), ("decision", "")),
                            models.Q(
                                models.Q(("decision", ""), _negated=True),
                                ("decided_at__isnull", False),
                                ("decided_by__isnull", False),
                            ),
                            _connector="OR",
                        ),
                        name="a_wish_is_decided_by_somebody",
                    ),
                ],
            },
        ),
        guard("privacy_datarequest"),
        migrations.RunSQL(WISHES, reverse_sql=UNDO_WISHES),
        migrations.RunSQL(BREACHES, reverse_sql=UNDO_BREACHES),
    ]
