"""Letters to agencies that are not connected, and what somebody without an account may do with one (R000-30).

Why: whoever holds a letter's link is no actor of the register: they see no row. Two functions of the owner let them,
by the digest of the link's token, read one open letter and answer it once. Two more tell everybody when letters were
sent and answered, and not what they say: the answer is for the handlers until one of them passes it on.
Makes a new table and locks no other for longer than its foreign keys need; rewrites nothing. Reversible.
"""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from tuntas.access.guarding import guard

# Only officers reach the rows through the web; others through the functions below.
FOR_HANDLERS = """
CREATE POLICY handlers ON routing_letter AS RESTRICTIVE TO tuntas_web
  USING ((SELECT nullif(current_setting('tuntas.actor', true), '')) = 'officer')
  WITH CHECK ((SELECT nullif(current_setting('tuntas.actor', true), '')) = 'officer');
"""
UNDO_FOR_HANDLERS = "DROP POLICY handlers ON routing_letter;"

FUNCTIONS = """
CREATE FUNCTION tuntas_open_letter(digest bytea, moment timestamptz)
RETURNS TABLE (report uuid, number varchar, unit bigint, holder bigint, due_at timestamptz,
               title varchar, body text, place varchar)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT r.uuid, r.number, l.unit_id, r.holder_id, l.due_at, c.title, c.body, c.place
    FROM routing_letter l
    JOIN reports_report r ON r.id = l.report_id
    LEFT JOIN reports_publiccopy c ON c.report_id = r.id AND NOT (r.is_confidential OR r.class = 'WHISTLEBLOWING')
   WHERE l.token_digest = digest AND l.answered_at IS NULL AND l.expires_at > moment
     AND r.state NOT IN ('RESOLVED', 'ARCHIVED', 'MERGED', 'WITHDRAWN', 'REFERRED_EXTERNAL')
$$;

CREATE FUNCTION tuntas_answer_letter(
  digest bytea, moment timestamptz, form bytea, words text, office text, doc_number text, doc_date date, kept jsonb)
RETURNS text LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
  UPDATE routing_letter l
     SET answered_at = moment, answer = words, answered_by_office = office, document_number = doc_number,
         document_date = doc_date, answer_key = form, files = kept, remind_at = NULL
    FROM reports_report r
   WHERE l.token_digest = digest AND r.id = l.report_id AND l.answered_at IS NULL AND l.expires_at > moment
     AND r.state NOT IN ('RESOLVED', 'ARCHIVED', 'MERGED', 'WITHDRAWN', 'REFERRED_EXTERNAL');
  IF FOUND THEN
    RETURN 'kept';
  END IF;
  PERFORM 1 FROM routing_letter l WHERE l.token_digest = digest AND l.answer_key = form;
  RETURN CASE WHEN FOUND THEN 'again' ELSE 'closed' END;
END $$;

CREATE FUNCTION tuntas_letters_shown(reports bigint[])
RETURNS TABLE (report bigint, unit bigint, sent_on timestamptz, answered_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT DISTINCT ON (l.report_id) l.report_id, l.unit_id, coalesce(l.sent_at, n.sent_at), l.answered_at
    FROM routing_letter l LEFT JOIN notices_notice n ON n.id = l.notice_id
   WHERE l.report_id = ANY (reports)
     AND (EXISTS (SELECT 1 FROM reports_publiccopy c WHERE c.report_id = l.report_id)
          OR l.report_id = ANY (tuntas_ids('tuntas.reports')))
   ORDER BY l.report_id, l.id DESC
$$;

CREATE FUNCTION tuntas_letters_to(agency bigint)
RETURNS TABLE (sent bigint, answered bigint, last_sent timestamptz, last_answered timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
  SELECT count(coalesce(l.sent_at, n.sent_at)), count(l.answered_at),
         max(coalesce(l.sent_at, n.sent_at)), max(l.answered_at)
    FROM routing_letter l
    JOIN organizations_unit u ON u.id = l.unit_id
    LEFT JOIN notices_notice n ON n.id = l.notice_id
   WHERE u.agency_id = agency
$$;
"""
UNDO_FUNCTIONS = """
DROP FUNCTION tuntas_letters_to(bigint);
DROP FUNCTION tuntas_letters_shown(bigint[]);
DROP FUNCTION tuntas_answer_letter(bytea, timestamptz, bytea, text, text, text, date, jsonb);
DROP FUNCTION tuntas_open_letter(bytea, timestamptz);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("notices", "0004_reach_letter_addresses"),
        ("organizations", "0001_create_organizations"),
        ("reports", "0002_guard_rows"),
        ("routing", "0002_guard_rows"),
    ]

    operations = [
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("token_digest", models.BinaryField(max_length=32, unique=True)),
                ("written_at", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("remind_at", models.DateTimeField(blank=True, null=True)),
                ("expires_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("answered_at", models.DateTimeField(blank=True, null=True)),
                ("answer", models.TextField(blank=True, db_default="")),
                ("answered_by_office", models.CharField(blank=True, db_default="", max_length=200)),
                ("document_number", models.CharField(blank=True, db_default="", max_length=120)),
                ("document_date", models.DateField(blank=True, null=True)),
                ("answer_key", models.BinaryField(max_length=32, null=True)),
                ("files", models.JSONField(default=list)),
                ("taken_in_at", models.DateTimeField(blank=True, null=True)),
                (
                    "event",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reports.event",
                    ),
                ),
                (
                    "notice",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="notices.notice",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="letters", to="reports.report"
                    ),
                ),
                (
                    "sent_by",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.appointment",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organizations.unit"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("answered_at__isnull", False), ("taken_in_at", None)),
                        fields=["answered_at"],
                        name="letter_to_take_in",
                    ),
                    models.Index(
                        condition=models.Q(("remind_at__isnull", False)), fields=["remind_at"], name="letter_to_remind"
                    ),
                ],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("answered_at", None),
                            models.Q(
                                models.Q(("answer", ""), _negated=True),
                                models.Q(("answered_by_office", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="an_answer_says_something_and_who",
                    ),
                ],
            },
        ),
        guard("routing_letter"),
        migrations.RunSQL(FOR_HANDLERS, reverse_sql=UNDO_FOR_HANDLERS),
        migrations.RunSQL(FUNCTIONS, reverse_sql=UNDO_FUNCTIONS),
    ]
