"""What a virus scanner thinks of a file, and who points to an object of the file store.

Why: a file that nobody has judged is kept and judged later (trust.md threat 6); and the sweep that sets aside objects
without a row asks for each of them by its key (SR-60). The columns have defaults of the database and rewrite nothing;
indexes are built without holding writers up. Reversible.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("reports", "0010_hide_from_the_whole_closure")]
    operations = [
        migrations.AddField(
            model_name="attachment",
            name="scan",
            field=models.CharField(
                blank=True,
                choices=[("CLEAN", "Nothing harmful found"), ("HARMFUL", "Set aside: harmful")],
                db_default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="attachment", name="scanned_at", field=models.DateTimeField(blank=True, null=True)
        ),
        AddIndexConcurrently(
            model_name="attachment",
            index=models.Index(
                models.F("scanned_at"), models.F("id"), condition=models.Q(("scan", "")), name="attachment_to_scan"
            ),
        ),
        AddIndexConcurrently(model_name="attachment", index=models.Index(models.F("key"), name="attachment_of_key")),
        AddIndexConcurrently(
            model_name="attachment",
            index=models.Index(
                models.F("thumbnail_key"),
                condition=models.Q(("thumbnail_key", ""), _negated=True),
                name="attachment_of_thumbnail",
            ),
        ),
        AddIndexConcurrently(
            model_name="attachment",
            index=models.Index(
                models.F("original_key"),
                condition=models.Q(("original_key", ""), _negated=True),
                name="attachment_of_original",
            ),
        ),
    ]
