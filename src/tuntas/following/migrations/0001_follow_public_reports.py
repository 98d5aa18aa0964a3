"""Follows of public reports and the letters to followers, hidden from every officer.

Why: people want to hear what became of a report that is not theirs (stack 4.3), and nobody who handles it may learn who
they are. A follow hangs on the public copy with a cascade of the database itself, so that whatever takes the copy away
(migrations of reports, 0010, does so by itself) ends the following too. Web sees rows in the public's sight alone; the
vault reads what is sealed, empties it, and sends the letters. New tables; the foreign keys take a short lock on
reports_publiccopy. Reversible.
"""

import uuid

import django.db.models.deletion
from django.db import migrations, models

GUARD = """
ALTER TABLE following_follow ADD CONSTRAINT follow_of_a_public_copy
  FOREIGN KEY (copy_id) REFERENCES reports_publiccopy (report_id) ON DELETE CASCADE;
ALTER TABLE following_letter ADD CONSTRAINT letter_of_a_follow
  FOREIGN KEY (follow_id) REFERENCES following_follow (id) ON DELETE CASCADE;

ALTER TABLE following_follow ENABLE ROW LEVEL SECURITY; ALTER TABLE following_follow FORCE ROW LEVEL SECURITY;
ALTER TABLE following_letter ENABLE ROW LEVEL SECURITY; ALTER TABLE following_letter FORCE ROW LEVEL SECURITY;
ALTER TABLE following_position ENABLE ROW LEVEL SECURITY; ALTER TABLE following_position FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON following_follow TO tuntas_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON following_letter TO tuntas_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_all ON following_position TO tuntas_owner USING (true) WITH CHECK (true);
CREATE POLICY the_public ON following_follow TO tuntas_web
  USING (current_setting('tuntas.actor', true) = 'public') WITH CHECK (current_setting('tuntas.actor', true) = 'public');
CREATE POLICY the_public ON following_letter FOR INSERT TO tuntas_web
  WITH CHECK (current_setting('tuntas.actor', true) = 'public');
CREATE POLICY clockwork ON following_follow TO tuntas_worker USING (true) WITH CHECK (true);
CREATE POLICY clockwork ON following_letter TO tuntas_worker USING (true) WITH CHECK (true);
CREATE POLICY clockwork ON following_position TO tuntas_worker USING (true) WITH CHECK (true);

GRANT DELETE ON following_follow TO tuntas_web, tuntas_worker;
REVOKE ALL ON following_letter, following_position FROM tuntas_web;
GRANT INSERT ON following_letter TO tuntas_web;
GRANT SELECT (id) ON following_letter TO tuntas_web;
CREATE POLICY number_of_the_new ON following_letter FOR SELECT TO tuntas_web
  USING (current_setting('tuntas.actor', true) = 'public');

GRANT SELECT (id, uuid, sealed, language), UPDATE (sealed) ON following_follow TO tuntas_vault;
GRANT SELECT (id, follow_id, template, params, created_at, not_before, leased_until, attempts, sent_at, failed_at),
      UPDATE (not_before, leased_until, attempts, sent_at, failed_at, error) ON following_letter TO tuntas_vault;
CREATE POLICY tuntas_vault ON following_follow TO tuntas_vault USING (true) WITH CHECK (true);
CREATE POLICY tuntas_vault ON following_letter TO tuntas_vault USING (true) WITH CHECK (true);
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("access", "0001_context"),
        ("reports", "0016_take_support_back"),
        ("notices", "0004_reach_letter_addresses"),
    ]

    operations = [
        migrations.CreateModel(
            name="Follow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "copy",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="follows",
                        to="reports.publiccopy",
                    ),
                ),
                ("who", models.BinaryField(max_length=32)),
                ("token", models.BinaryField(max_length=32, unique=True)),
                ("sealed", models.BinaryField(null=True)),
                ("language", models.CharField(default="id", max_length=5)),
                ("asked_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("copy", "who"), name="one_follow_of_an_address")],
                "indexes": [
                    models.Index(
                        condition=models.Q(("sealed__isnull", False)), fields=["id"], name="follow_to_put_away"
                    ),
                    models.Index(
                        condition=models.Q(("confirmed_at", None)), fields=["asked_at"], name="follow_unconfirmed"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "follow",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="letters",
                        to="following.follow",
                    ),
                ),
                ("template", models.CharField(max_length=12)),
                ("params", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField()),
                ("not_before", models.DateTimeField()),
                ("leased_until", models.DateTimeField(blank=True, null=True)),
                ("attempts", models.SmallIntegerField(default=0)),
                ("sent_at", models.DateTimeField(blank=True, null=True)),
                ("failed_at", models.DateTimeField(blank=True, null=True)),
                ("error", models.CharField(blank=True, default="", max_length=80)),
            ],
            options={
                "indexes": [
                    models.Index(fields=["follow"], name="letters_of_follow"),
                    models.Index(
                        condition=models.Q(("failed_at", None), ("sent_at", None)),
                        fields=["not_before", "id"],
                        name="follow_letter_to_send",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("failed_at", None), ("sent_at", None)),
                        fields=("follow", "template"),
                        name="one_waiting_letter_of_a_kind",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Position",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("leaf", models.BigIntegerField()),
            ],
        ),
        migrations.RunSQL(GUARD, reverse_sql=migrations.RunSQL.noop),
    ]
