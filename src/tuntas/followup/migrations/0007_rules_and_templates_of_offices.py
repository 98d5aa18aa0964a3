"""What an office sets for itself: which answers its head approves, and the templates that its officers begin with.

Why rows that are never changed: whose signature was asked for, and with which words an office began its answers, is
looked up later. Officers read those of their own part of the tree and of the units above it; they add and end those of
their own part. Which role may is asked in the verb. New, empty tables; short locks; reversible.
"""

import uuid

import django.db.models.deletion
from django.db import migrations, models

OWN = """(SELECT nullif(current_setting('tuntas.actor', true), '')) = 'officer' AND (
  (SELECT nullif(current_setting('tuntas.scope', true), '')) = 'all'
  OR unit_id = ANY ((SELECT tuntas_ids('tuntas.units'))::bigint[]))"""
ABOVE = """(SELECT nullif(current_setting('tuntas.actor', true), '')) = 'officer'
  AND unit_id = ANY ((SELECT tuntas_ids('tuntas.home'))::bigint[])"""


def guard(table: str) -> migrations.RunSQL:
    return migrations.RunSQL(
        f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON {table} TO tuntas_owner USING (true) WITH CHECK (true);
CREATE POLICY read_above ON {table} FOR SELECT TO tuntas_web USING ({ABOVE});
CREATE POLICY own_part ON {table} TO tuntas_web USING ({OWN}) WITH CHECK ({OWN});
REVOKE ALL ON {table} FROM tuntas_worker; REVOKE UPDATE ON {table} FROM tuntas_web;
GRANT UPDATE (ended_at, ended_by_id) ON {table} TO tuntas_web;
""",  # noqa: S608 - our own words
        reverse_sql=f"""
DROP POLICY own_part ON {table}; DROP POLICY read_above ON {table}; DROP POLICY owner_all ON {table};
ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY; ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
""",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("followup", "0006_ask_when_it_ended"),
        ("organizations", "0004_find_places_by_their_beginning"),
        ("reports", "0004_see_many_units_at_once"),
    ]
    operations = [
        migrations.CreateModel(
            name="ApprovalRule",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "report_class",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("NON_SUPERVISORY", "Ordinary service complaint"),
                            ("SUPERVISORY", "Complaint that needs examination"),
                            ("INFORMATION_REQUEST", "Request for information"),
                            ("ASPIRATION", "Suggestion"),
                            ("WHISTLEBLOWING", "Whistleblowing"),
                        ],
                        max_length=20,
                    ),
                ),
                (
                    "outcome",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("FIXED", "Repaired"),
                            ("SERVICE_GIVEN", "Service given"),
                            ("INFORMATION_GIVEN", "Information given"),
                            ("PLANNED_WITH_DATE", "Planned, with a date"),
                            ("DECLINED_WITH_REASON", "Declined, with the reason"),
                            ("ALREADY_DONE", "Already done"),
                            ("SANCTIONED", "Sanction given"),
                            ("POLICY_CHANGED", "Rule changed"),
                            ("NOT_PROVEN", "Not proven"),
                        ],
                        max_length=24,
                    ),
                ),
                (
                    "pressing",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("ESCALATED", "when the superior was told of it"),
                            ("MANY", "when five or more people stand behind it"),
                        ],
                        max_length=10,
                    ),
                ),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.appointment",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.appointment",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="approval_rules",
                        to="organizations.unit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)),
                        fields=("unit", "report_class", "outcome", "pressing"),
                        name="one_standing_rule_of_a_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ReplyTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("series", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("version", models.IntegerField(default=1)),
                ("name", models.CharField(max_length=80)),
                (
                    "step",
                    models.CharField(
                        choices=[
                            ("ACKNOWLEDGEMENT", "Acknowledgement"),
                            ("PROGRESS", "Progress"),
                            ("RESOLUTION", "Answer that settles it"),
                        ],
                        max_length=16,
                    ),
                ),
                ("text", models.TextField()),
                ("made_at", models.DateTimeField()),
                ("ended_at", models.DateTimeField(blank=True, null=True)),
                (
                    "ended_by",
                    models.ForeignKey(
                        blank=True,
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.appointment",
                    ),
                ),
                (
                    "made_by",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.appointment",
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="reply_templates",
                        to="organizations.unit",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("series", "version"), name="one_text_a_version"),
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("series",), name="one_version_in_use"
                    ),
                ],
            },
        ),
        guard("followup_approvalrule"),
        guard("followup_replytemplate"),
    ]
