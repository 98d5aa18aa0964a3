"""Counts that are prepared at night: hexagons and places of the map, and the words of public reports.

Why: a map of a million reports cannot be counted while somebody waits, and a count that followed each single report
would tell where it lies. The worker alone writes them; everybody reads them, for no row names a report. pg_trgm finds
words that look alike; it is a trusted extension, so that the owner of the database may create it.

New tables only, no lock on what exists. Reversible (the extension stays: others may use it by then).
"""

from typing import Any

from django.db import migrations, models

TABLES = ("insight_mappicture", "insight_hexagon", "insight_placecount", "insight_word")

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
WORDS = """
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE INDEX word_looks_like ON insight_word USING gin (word gin_trgm_ops);
"""


def big() -> Any:
    return models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")


class Migration(migrations.Migration):
    dependencies = [("insight", "0004_days_to_the_finish"), ("access", "0001_context")]
    operations = [
        migrations.CreateModel(
            name="MapPicture",
            fields=[
                ("id", big()),
                ("as_of", models.DateTimeField()),
                ("with_point", models.IntegerField()),
                ("with_area", models.IntegerField()),
                ("in_all", models.IntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="Hexagon",
            fields=[
                ("id", big()),
                ("within", models.CharField(blank=True, max_length=5)),
                ("cell", models.BigIntegerField()),
                ("n", models.IntegerField()),
                ("leads_to", models.CharField(blank=True, max_length=8)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("within", "cell"), name="one_count_a_hexagon"),
                    models.CheckConstraint(condition=models.Q(n__gt=0), name="hexagon_is_a_whole_group"),
                ]
            },
        ),
        migrations.CreateModel(
            name="PlaceCount",
            fields=[
                ("id", big()),
                ("within", models.CharField(blank=True, max_length=5)),
                ("area", models.CharField(max_length=8)),
                ("n", models.IntegerField()),
            ],
            options={"constraints": [models.UniqueConstraint(fields=("within", "area"), name="one_count_a_place")]},
        ),
        migrations.CreateModel(
            name="Word",
            fields=[
                ("word", models.CharField(max_length=40, primary_key=True, serialize=False)),
                ("n", models.IntegerField()),
            ],
        ),
        migrations.RunSQL(GUARD, reverse_sql=migrations.RunSQL.noop),
        migrations.RunSQL(WORDS, reverse_sql="DROP INDEX word_looks_like;"),
    ]
