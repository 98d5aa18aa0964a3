"""Row-level security on clocks: whoever sees the report sees these rows, nobody else (design 3b).

Safe on a live table: enabling takes a short ACCESS EXCLUSIVE lock and rewrites nothing. Reversible.
"""

from django.db import migrations

from tuntas.access.guarding import guard


class Migration(migrations.Migration):
    dependencies = [("clocks", "0001_create_clocks"), ("reports", "0002_guard_rows")]
    operations = [
        guard("clocks_clock"),
        guard("clocks_pause", "clock_id", "clocks_clock"),
    ]
