"""How long reports took, and how each agency kept its duties: counted at night, beside the map.

Why: medians over years and shares over a million clocks cannot be made while somebody waits. The worker alone writes
them, everybody reads them; they are numbers about groups, no row names a report. New tables only. Reversible.
"""

from typing import Any

from django.db import migrations, models

TABLES = ("insight_expectation", "insight_agencyfact")
GUARD = "".join(
    f"""
ALTER TABLE {table} ENABLE ROW LEVEL SECURITY; ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
CREATE POLICY owner_all ON {table} TO tuntas_owner USING (true) WITH CHECK (true);
CREATE POLICY read_by_all ON {table} FOR SELECT TO tuntas_web USING (true);
CREATE POLICY counted ON {table} TO tuntas_worker USING (true) WITH CHECK (true);
REVOKE INSERT, UPDATE ON {table} FROM tuntas_web;
GRANT DELETE ON {table} TO tuntas_worker;
"""  # noqa: S608 - names of this file alone
    for table in TABLES
)


def big() -> Any:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("insight", "0005_prepared_pictures")]
    operations = [
        migrations.CreateModel(
            name="Expectation",
            fields=[
                ("id", big()),
                ("agency_id", models.BigIntegerField(null=True)),
                ("category_id", models.BigIntegerField(null=True)),
                ("n", models.IntegerField()),
                ("half", models.IntegerField()),
                ("most", models.IntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("agency_id", "category_id"), name="one_expectation_a_group", nulls_distinct=False
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="AgencyFact",
            fields=[
                ("id", big()),
                ("agency_id", models.BigIntegerField()),
                ("fact", models.CharField(max_length=20)),
                ("n", models.IntegerField()),
                ("of", models.IntegerField()),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("agency_id", "fact"), name="one_fact_of_an_agency")]
            },
        ),
        migrations.RunSQL(GUARD, reverse_sql=migrations.RunSQL.noop),
    ]
