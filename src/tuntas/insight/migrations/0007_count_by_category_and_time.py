"""Hexagons and places of the public map are counted for each category and for some times too.

Why: whoever asks where the lamps are broken this month has to see that picture, and no page can count it while somebody
waits. Columns with constant defaults: no row is rewritten. The two unique indexes are made anew over tables that the
worker alone writes, every night; readers of the map go on meanwhile. Reversible: going back empties the tables, and the
worker fills them again.
"""

from django.db import migrations, models

EMPTY = "DELETE FROM insight_hexagon; DELETE FROM insight_placecount; DELETE FROM insight_mappicture;"
# The guarantee comes back below, over more columns.
DROP = """
-- squawk-ignore ban-drop-constraint
ALTER TABLE {table} DROP CONSTRAINT {name};
"""
ADD = "ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE (within, {part});"
PARTS = {"hexagon": ("cell", "one_count_a_hexagon"), "placecount": ("area", "one_count_a_place")}


class Migration(migrations.Migration):
    dependencies = [("insight", "0006_durations_and_conduct")]
    operations = [
        *(
            migrations.RunSQL(
                DROP.format(table=f"insight_{model}", name=name),
                reverse_sql=ADD.format(table=f"insight_{model}", name=name, part=part),
                state_operations=[migrations.RemoveConstraint(model, name)],
            )
            for model, (part, name) in PARTS.items()
        ),
        *(
            operation
            for model in PARTS
            for operation in (
                migrations.AddField(
                    model, "category", models.CharField(blank=True, db_default="", default="", max_length=20)
                ),
                migrations.AddField(model, "days", models.IntegerField(db_default=0, default=0)),
            )
        ),
        *(
            migrations.AddConstraint(model, models.UniqueConstraint("within", "category", "days", part, name=name))
            for model, (part, name) in PARTS.items()
        ),
        migrations.RunSQL(migrations.RunSQL.noop, reverse_sql=EMPTY),
    ]
