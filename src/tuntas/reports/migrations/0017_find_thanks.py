"""Finds what reporters said thank you for, office by office: an index of these few entries alone.

Why: the history is the largest table, and an officer's page must not read it through. Built without holding writers up.
Reversible.
"""

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("reports", "0016_take_support_back")]
    operations = [
        AddIndexConcurrently(
            model_name="event",
            index=models.Index(condition=models.Q(("verb", "thank")), fields=["holder", "id"], name="event_of_thanks"),
        ),
    ]
