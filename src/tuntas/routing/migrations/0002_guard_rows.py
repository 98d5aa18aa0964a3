"""Row-level security on dispositions and offers: whoever sees the report sees these rows, nobody else (design 3b).

Safe on a live table: enabling takes a short ACCESS EXCLUSIVE lock and rewrites nothing. Reversible.
"""

from django.db import migrations

from tuntas.access.guarding import guard


class Migration(migrations.Migration):
    dependencies = [("routing", "0001_create_routing"), ("reports", "0002_guard_rows")]
    operations = [
        guard("routing_disposition"),
        guard("routing_transferoffer"),
        guard("routing_disposition_supporting", "disposition_id", "routing_disposition"),
    ]
