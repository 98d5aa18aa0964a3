"""Let the web end sessions: with public copies the only rows that it may delete. No lock; reversible."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("access", "0001_context"), ("sessions", "0001_initial")]
    operations = [
        migrations.RunSQL(
            "GRANT DELETE ON django_session TO tuntas_web;",
            reverse_sql="REVOKE DELETE ON django_session FROM tuntas_web;",
        ),
    ]
