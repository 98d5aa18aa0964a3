"""Row-level security on follow-ups and ratings: whoever sees the report sees these rows, nobody else (design 3b).

Safe on a live table: enabling takes a short ACCESS EXCLUSIVE lock and rewrites nothing. Reversible.
"""

from django.db import migrations

from tuntas.access.guarding import guard


class Migration(migrations.Migration):
    dependencies = [("followup", "0001_create_follow_ups"), ("reports", "0002_guard_rows")]
    operations = [
        guard("followup_followup"),
        guard("followup_rating"),
        guard("followup_evidence", "follow_up_id", "followup_followup"),
    ]
