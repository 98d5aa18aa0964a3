"""Jobs of officers, their own thread of a report, the morning letter and the calendar link; and who may touch them.

Why: coordination leaves the private chat groups and keeps a trace (handbook 8.2 O8). Jobs and remarks are seen by
officers who see the report, and by nobody else: not by the public, not by the reporter, not by whom it is about. A
supervisor reads remarks only where its own unit has a part, as with texts. Remarks are only ever added; the clockwork
alone may empty one, when the law has a content erased. The letter of the morning is owed by the worker, which may add
letters of that one kind and read none. New tables, short locks; reversible.
"""

import uuid

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from tuntas.access.guarding import guard

OFFICERS = "(SELECT nullif(current_setting('tuntas.actor', true), '')) IN ('officer', 'system')"
READS = """(SELECT nullif(current_setting('tuntas.actor', true), '')) = 'system'
  OR (SELECT nullif(current_setting('tuntas.actor', true), '')) = 'officer'
     AND ((SELECT nullif(current_setting('tuntas.reader', true), '')) IS NULL
       OR tuntas_takes_part(report_id, (SELECT ARRAY[nullif(current_setting('tuntas.reader', true), '')::bigint])))"""
GUARD = f"""
REVOKE UPDATE ON teamwork_job FROM tuntas_web, tuntas_worker;
REVOKE INSERT ON teamwork_job FROM tuntas_worker;
GRANT UPDATE (until, done_at) ON teamwork_job TO tuntas_web;
CREATE POLICY officers ON teamwork_job AS RESTRICTIVE TO tuntas_web, tuntas_worker USING ({OFFICERS});

REVOKE UPDATE ON teamwork_remark FROM tuntas_web, tuntas_worker;
REVOKE INSERT ON teamwork_remark FROM tuntas_worker;
GRANT UPDATE (sealed) ON teamwork_remark TO tuntas_worker;
CREATE POLICY officers ON teamwork_remark AS RESTRICTIVE TO tuntas_web, tuntas_worker USING ({READS});
CREATE POLICY emptied ON teamwork_remark AS RESTRICTIVE FOR UPDATE TO tuntas_worker
  USING ((SELECT nullif(current_setting('tuntas.actor', true), '')) = 'system');
CREATE FUNCTION remark_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE restrict_violation USING MESSAGE = 'a remark is never changed or deleted'; END $$;
CREATE TRIGGER remark_is_append_only BEFORE UPDATE OR DELETE ON teamwork_remark FOR EACH ROW
WHEN (coalesce(nullif(current_setting('tuntas.actor', true), ''), 'nobody') <> 'system')
EXECUTE FUNCTION remark_is_append_only();

ALTER TABLE teamwork_morningletter ENABLE ROW LEVEL SECURITY; ALTER TABLE teamwork_morningletter FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON teamwork_morningletter TO tuntas_owner USING (true) WITH CHECK (true);
CREATE POLICY worker_all ON teamwork_morningletter TO tuntas_worker USING (true) WITH CHECK (true);
REVOKE ALL ON teamwork_morningletter FROM tuntas_web, tuntas_worker;
GRANT SELECT, INSERT, DELETE ON teamwork_morningletter TO tuntas_worker;

ALTER TABLE teamwork_reminding ENABLE ROW LEVEL SECURITY; ALTER TABLE teamwork_reminding FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON teamwork_reminding TO tuntas_owner USING (true) WITH CHECK (true);
CREATE POLICY web_all ON teamwork_reminding TO tuntas_web USING (true) WITH CHECK (true);
CREATE POLICY worker_reads ON teamwork_reminding FOR SELECT TO tuntas_worker USING (true);
REVOKE ALL ON teamwork_reminding FROM tuntas_worker;
GRANT SELECT (officer_id, wants_letter) ON teamwork_reminding TO tuntas_worker;

GRANT INSERT ON accounts_letter TO tuntas_worker;
CREATE POLICY owed_by_worker ON accounts_letter FOR INSERT TO tuntas_worker
  WITH CHECK (template = 'morning' AND sealed IS NULL AND address = '');
"""  # noqa: S608 - our own words
UNDO = """
DROP POLICY owed_by_worker ON accounts_letter; REVOKE INSERT ON accounts_letter FROM tuntas_worker;
DROP POLICY worker_reads ON teamwork_reminding; DROP POLICY web_all ON teamwork_reminding;
DROP POLICY owner_all ON teamwork_reminding; DROP POLICY worker_all ON teamwork_morningletter;
DROP POLICY owner_all ON teamwork_morningletter;
DROP TRIGGER remark_is_append_only ON teamwork_remark; DROP FUNCTION remark_is_append_only();
DROP POLICY emptied ON teamwork_remark; DROP POLICY officers ON teamwork_remark; DROP POLICY officers ON teamwork_job;
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("organizations", "0003_close_queues"),
        ("reports", "0012_finish_what_one_closed"),
        ("accounts", "0003_inspectors_read"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Reminding",
            fields=[
                (
                    "officer",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="reminding",
                        serialize=False,
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                ("wants_letter", models.BooleanField(default=True)),
                ("digest", models.BinaryField(max_length=32, null=True, unique=True)),
                ("made_at", models.DateTimeField(blank=True, null=True)),
                ("read_at", models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Job",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(blank=True, null=True)),
                ("done_at", models.DateTimeField(blank=True, null=True)),
                (
                    "appointment",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="jobs",
                        to="organizations.appointment",
                    ),
                ),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="job", to="reports.event"
                    ),
                ),
                (
                    "holder",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="organizations.unit",
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="jobs",
                        to="reports.report",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("until", None)), fields=["appointment", "report"], name="job_of_officer"
                    ),
                    models.Index(fields=["report", "id"], name="job_of_report"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("until", None)), fields=("report",), name="one_job_a_report"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MorningLetter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("day", models.DateField()),
                (
                    "officer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="morning_letters",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("officer", "day"), name="one_morning_letter_a_day")],
            },
        ),
        migrations.CreateModel(
            name="Remark",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("sealed", models.BinaryField()),
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="remark", to="reports.event"
                    ),
                ),
                (
                    "report",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="remarks",
                        to="reports.report",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["report", "id"], name="remark_of_report")],
            },
        ),
        guard("teamwork_job"),
        guard("teamwork_remark"),
        migrations.RunSQL(GUARD, reverse_sql=UNDO),
    ]
