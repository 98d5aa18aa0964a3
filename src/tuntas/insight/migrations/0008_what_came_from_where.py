"""What came to each agency from which place and about which subject, counted at night, for its blind spots.

Why a table of its own that officers of the agency alone read: exact small numbers by district are not for the public
(docs/adr/0021). No row names a report; closed queues are not counted. A new table, short locks. Reversible.
"""

from django.db import migrations, models

GUARD = """
ALTER TABLE insight_seen ENABLE ROW LEVEL SECURITY; ALTER TABLE insight_seen FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON insight_seen TO tuntas_owner USING (true) WITH CHECK (true);
CREATE POLICY own_agency ON insight_seen FOR SELECT TO tuntas_web USING (
  (SELECT nullif(current_setting('tuntas.actor', true), '')) = 'officer' AND (
    (SELECT nullif(current_setting('tuntas.scope', true), '')) = 'all'
    OR agency_id = ANY ((SELECT tuntas_ids('tuntas.home'))::bigint[])));
CREATE POLICY counted ON insight_seen TO tuntas_worker USING (true) WITH CHECK (true);
REVOKE INSERT, UPDATE ON insight_seen FROM tuntas_web;
GRANT DELETE ON insight_seen TO tuntas_worker;
"""


class Migration(migrations.Migration):
    dependencies = [("insight", "0007_count_by_category_and_time"), ("access", "0004_know_the_whole_person")]
    operations = [
        migrations.CreateModel(
            name="Seen",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("agency_id", models.BigIntegerField(null=True)),
                ("kind", models.CharField(choices=[("area", "Area"), ("category", "Category")], max_length=8)),
                ("code", models.CharField(max_length=20)),
                ("recent", models.IntegerField()),
                ("before", models.IntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency_id", "kind", "code"), name="one_count_a_spot", nulls_distinct=False
                    )
                ]
            },
        ),
        migrations.RunSQL(GUARD, reverse_sql=migrations.RunSQL.noop),
    ]
