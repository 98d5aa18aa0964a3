"""Messages between a reporter and the office, with read marks; and which visit may read a report by its code.

Why: an anonymous reporter can be asked and can answer without anybody learning a name (trust.md 4.5). Messages are seen
by those who see the report, a reporter's by the report's own alone, never by who follows it after a merge. Their words
are never changed; only the other side marks one as read, once. Who reads a mailbox is known to the reporter alone.
Safe on a live table: new tables. Reversible.
"""

import uuid

import django.db.models.deletion
from django.db import migrations, models

from tuntas.access.guarding import guard

GUARD = """
REVOKE UPDATE ON followup_message FROM tuntas_web, tuntas_worker;
GRANT UPDATE (read_at) ON followup_message TO tuntas_web;
CREATE POLICY audience ON followup_message AS RESTRICTIVE TO tuntas_web USING (
  CASE (SELECT nullif(current_setting('tuntas.actor', true), ''))
    WHEN 'officer' THEN true
    WHEN 'reporter' THEN report_id = (SELECT tuntas_own_report())
    ELSE false
  END);
CREATE POLICY read_by_the_other_side ON followup_message AS RESTRICTIVE FOR UPDATE TO tuntas_web USING (
  (SELECT nullif(current_setting('tuntas.actor', true), '')) = CASE "by" WHEN 'REPORTER' THEN 'officer' ELSE 'reporter' END);
CREATE FUNCTION message_is_read_once() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE restrict_violation USING MESSAGE = 'a message that was read stays read'; END $$;
CREATE TRIGGER message_is_read_once BEFORE UPDATE ON followup_message FOR EACH ROW
WHEN (OLD.read_at IS NOT NULL) EXECUTE FUNCTION message_is_read_once();
REVOKE ALL ON followup_mailbox FROM tuntas_worker;
ALTER TABLE followup_mailbox ENABLE ROW LEVEL SECURITY; ALTER TABLE followup_mailbox FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON followup_mailbox TO tuntas_owner USING (true) WITH CHECK (true);
CREATE POLICY own ON followup_mailbox TO tuntas_web USING (
  (SELECT nullif(current_setting('tuntas.actor', true), '')) = 'reporter' AND report_id = (SELECT tuntas_own_report()));
"""
UNDO = """
DROP POLICY own ON followup_mailbox; DROP POLICY owner_all ON followup_mailbox;
DROP TRIGGER message_is_read_once ON followup_message; DROP FUNCTION message_is_read_once();
DROP POLICY read_by_the_other_side ON followup_message; DROP POLICY audience ON followup_message;
"""


class Migration(migrations.Migration):
    dependencies = [("followup", "0002_guard_rows"), ("reports", "0003_keep_order_and_protection")]
    operations = [
        migrations.CreateModel(
            name="Message",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("by", models.CharField(choices=[("REPORTER", "Reporter"), ("OFFICER", "Officer")], max_length=10)),
                ("sealed", models.BinaryField()),
                ("read_at", models.DateTimeField(blank=True, null=True)),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="message", to="reports.event"
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="messages",
                        to="reports.report",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["report", "id"], name="message_of_report"),
                    models.Index(
                        condition=models.Q(("by", "REPORTER"), ("read_at", None)),
                        fields=["report"],
                        name="message_unread_by_office",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Mailbox",
            fields=[
                (
                    "report",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="mailbox",
                        serialize=False,
                        to="reports.report",
                    ),
                ),
                ("visit", models.BinaryField(max_length=32, null=True)),
            ],
        ),
        guard("followup_message"),
        migrations.RunSQL(GUARD, reverse_sql=UNDO),
    ]
